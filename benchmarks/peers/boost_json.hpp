// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_HPP
#define DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_HPP

#include "peer.hpp"

#include <boost/json.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace doppel_bench {

/// What the bare and the naive peer share: documents as boost::json values in default storage, patches
/// parsed into a monotonic resource over a fixed buffer by a parser that is kept.
class boost_json_documents {
public:
  void reserve(std::size_t twins) { twins_.reserve(twins); }

  bool add(std::string_view document) {
    auto made = std::make_unique<boost::json::value>(boost::json::parse(document, ignored_));
    if (ignored_) {
      return false;
    }
    auto& properties = made->as_object()["properties"].as_object();
    auto* desired = &properties["desired"].as_object();
    auto* reported = &properties["reported"].as_object();
    twins_.push_back({std::move(made), desired, reported});
    return true;
  }

  std::string_view serialize(std::size_t twin) {
    serializer_.reset(twins_[twin].document.get());
    std::size_t size = 0;
    while (!serializer_.done()) {
      if (size == text_.size()) {
        text_.resize(text_.size() * 2);
      }
      size += serializer_.read(text_.data() + size, text_.size() - size).size();
    }
    return {text_.data(), size};
  }

  void clear() { twins_.clear(); }

protected:
  struct entry {
    std::unique_ptr<boost::json::value> document;
    boost::json::object* desired;
    boost::json::object* reported;

    boost::json::object& section(part which) const { return which == part::desired ? *desired : *reported; }
  };

  /// Calls `apply` with the patch, which lives only that long.
  template <class Apply>
  bool parse_patch(std::string_view text, Apply apply) {
    boost::json::monotonic_resource memory(buffer_.data(), buffer_.size());
    parser_.reset(&memory);
    parser_.write(text.data(), text.size(), ignored_);
    if (ignored_) {
      return false;
    }
    const boost::json::value parsed = parser_.release();
    if (!parsed.is_object()) {
      return false;
    }
    apply(parsed.get_object());
    return true;
  }

  std::vector<entry> twins_;

private:
  boost::json::error_code ignored_;
  std::array<unsigned char, 64 * 1024> buffer_;
  std::array<unsigned char, 16 * 1024> parser_buffer_;
  boost::json::parser parser_{{}, {}, parser_buffer_.data(), parser_buffer_.size()};
  boost::json::serializer serializer_;
  std::string text_ = std::string(64 * 1024, '\0');
};

/// Parse and merge, nothing else.
class boost_json_store : public boost_json_documents {
public:
  static constexpr std::string_view name = "Boost.JSON";
  static constexpr role kind = role::bare;

  bool patch(std::size_t twin, part section, std::string_view text, ticks) {
    return parse_patch(text, [&](const boost::json::object& patch) { merge(twins_[twin].section(section), patch); });
  }

  static void merge(boost::json::object& target, const boost::json::object& patch) {
    for (const auto& [key, sent] : patch) {
      if (sent.is_null()) {
        target.erase(key);
        continue;
      }
      const auto found = target.find(key);
      if (!sent.is_object()) {
        if (found == target.end()) {
          target.emplace(key, sent);
        } else {
          found->value() = sent;
        }
        continue;
      }
      boost::json::value& child = found == target.end() ? target.emplace(key, nullptr).first->value() : found->value();
      merge(child.is_object() ? child.get_object() : child.emplace_object(), sent.get_object());
    }
  }
};

static_assert(twin_store<boost_json_store>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_NAIVE_HPP
#define DOPPEL_BENCHMARKS_PEERS_NAIVE_HPP

#include "boost_json.hpp"

#include <cstdint>
#include <utility>

namespace doppel_bench {

/// A twin service as one would first write it: the document is a tree of boost::json values, $metadata
/// included, and a patch walks content and $metadata side by side. It keeps time and version of every leaf
/// and ancestor, the counters and the etag as the specification says (spec/twin.md 9, 10), but checks
/// nothing, is not atomic and reports no change.
class naive_store : public boost_json_documents {
public:
  static constexpr std::string_view name = "naive";
  static constexpr role kind = role::naive;

  bool patch(std::size_t twin, part section, std::string_view text, ticks now) {
    return parse_patch(text, [&](const boost::json::object& patch) {
      const entry& target = twins_[twin];
      boost::json::object& content = target.section(section);
      const stamp mark{time_text(now), ++content["$version"].as_int64(), section == part::desired};
      // Held outside meanwhile: a new member may move all members of the section.
      boost::json::object metadata = std::move(content["$metadata"].as_object());
      merge(content, metadata, patch, mark);
      content["$metadata"].as_object() = std::move(metadata);
      auto& root = target.document->as_object();
      ++root["version"].as_int64();
      if (mark.versioned) {
        // The counter behind the etag: the root version is the sum of it and the reported version.
        const std::int64_t counter = root["version"].as_int64() - (*target.reported)["$version"].as_int64();
        root["etag"] = etag_text(static_cast<std::uint64_t>(counter));
      }
    });
  }

private:
  struct stamp {
    time_text time;
    std::int64_t version;
    bool versioned;
  };

  static void put(boost::json::object& metadata, const stamp& mark) {
    metadata["$lastUpdated"] = mark.time.view();
    if (mark.versioned) {
      metadata["$lastUpdatedVersion"] = mark.version;
    }
  }

  static void merge(boost::json::object& content, boost::json::object& metadata, const boost::json::object& patch,
                    const stamp& mark) {
    put(metadata, mark);
    for (const auto& [key, sent] : patch) {
      if (sent.is_null()) {
        content.erase(key);
        metadata.erase(key);
        continue;
      }
      boost::json::value& value = content[key];
      boost::json::value& entry = metadata[key];
      if (value.is_object() != sent.is_object() || !entry.is_object()) {
        entry.emplace_object();  // a leaf where an object was, or the reverse
      }
      if (!sent.is_object()) {
        value = sent;
        put(entry.get_object(), mark);
        continue;
      }
      merge(value.is_object() ? value.get_object() : value.emplace_object(), entry.get_object(), sent.get_object(),
            mark);
    }
  }
};

static_assert(twin_store<naive_store>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_NAIVE_HPP

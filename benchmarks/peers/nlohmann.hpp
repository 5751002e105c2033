// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_NLOHMANN_HPP
#define DOPPEL_BENCHMARKS_PEERS_NLOHMANN_HPP

#include "peer.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace doppel_bench {

/// nlohmann::json with its own merge_patch.
class nlohmann_store {
public:
  static constexpr std::string_view name = "nlohmann";
  static constexpr role kind = role::bare;

  void reserve(std::size_t twins) { twins_.reserve(twins); }

  bool add(std::string_view document) {
    nlohmann::json parsed = nlohmann::json::parse(document, nullptr, false);
    if (parsed.is_discarded()) {
      return false;
    }
    entry made{std::make_unique<nlohmann::json>(std::move(parsed)), nullptr, nullptr};
    // The look-up of the section is done once: only the merge is to be measured.
    made.desired = &(*made.document)["properties"]["desired"];
    made.reported = &(*made.document)["properties"]["reported"];
    twins_.push_back(std::move(made));
    return true;
  }

  bool patch(std::size_t twin, part section, std::string_view text, ticks) {
    const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
      return false;
    }
    entry& target = twins_[twin];
    (section == part::desired ? target.desired : target.reported)->merge_patch(parsed);
    return true;
  }

  std::string_view serialize(std::size_t twin) {
    text_ = twins_[twin].document->dump();
    return text_;
  }

  void clear() { twins_.clear(); }

private:
  struct entry {
    std::unique_ptr<nlohmann::json> document;
    nlohmann::json* desired;
    nlohmann::json* reported;
  };

  std::vector<entry> twins_;
  std::string text_;
};

static_assert(twin_store<nlohmann_store>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_NLOHMANN_HPP

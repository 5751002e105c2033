// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_DOPPEL_HPP
#define DOPPEL_BENCHMARKS_PEERS_DOPPEL_HPP

#include "peer.hpp"

#include <doppel/base/buffer.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/twin.hpp>
#include <doppel/twin/update.hpp>

#include <utility>
#include <vector>

namespace doppel_bench {

/// The library with all that it does: validation with the limits of the service, and a change with old and
/// new values for every patch.
class doppel_twins {
public:
  doppel_twins() { options_.detail = doppel::detail_level::values; }

  void reserve(std::size_t twins) { twins_.reserve(twins); }

  bool patch(std::size_t twin, part section, std::string_view text, ticks now) {
    options_.now = doppel::timestamp::from_ticks(now);
    const auto name = section == part::desired ? doppel::section_name::desired : doppel::section_name::reported;
    return doppel::merge_section(twins_[twin], name, text, options_, workspace_, change_).has_value();
  }

  std::string_view serialize(std::size_t twin) {
    return doppel::write_service_view(twins_[twin], text_).has_value() ? text_.view() : std::string_view();
  }

  void clear() { twins_.clear(); }

protected:
  bool add(std::string_view document, const doppel::key_table& keys) {
    doppel::twin loaded(keys);
    if (!doppel::load_into(loaded, document, workspace_)) {
      return false;
    }
    twins_.push_back(std::move(loaded));
    return true;
  }

  std::vector<doppel::twin> twins_;

private:
  doppel::write_options options_;
  doppel::workspace workspace_;
  doppel::change change_;
  doppel::text_buffer text_;
};

/// As a chunk of a fleet holds them: 4,096 twins share a table of keys.
class doppel_store : public doppel_twins {
public:
  static constexpr std::string_view name = "doppel";
  static constexpr role kind = role::subject;

  bool add(std::string_view document) {
    if (twins_.size() % twins_in_chunk == 0) {
      auto made = doppel::key_table::create();
      if (!made) {
        return false;
      }
      keys_ = *std::move(made);
    }
    return doppel_twins::add(document, keys_);
  }

  void clear() {
    doppel_twins::clear();
    keys_ = {};
  }

private:
  static constexpr std::size_t twins_in_chunk = 4096;

  doppel::key_table keys_;
};

/// Stand-alone twins, each with a table of keys of its own.
class doppel_alone_store : public doppel_twins {
public:
  static constexpr std::string_view name = "doppel, own keys";
  static constexpr role kind = role::subject;

  bool add(std::string_view document) { return doppel_twins::add(document, {}); }
};

static_assert(twin_store<doppel_store>);
static_assert(twin_store<doppel_alone_store>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_DOPPEL_HPP

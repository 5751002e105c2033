// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Twins in memory, to be asked again and again.

#ifndef DOPPEL_EXAMPLES_TWIN_STORE_HPP
#define DOPPEL_EXAMPLES_TWIN_STORE_HPP

#include "completion.hpp"
#include "splitter.hpp"

#include <doppel/fleet/fleet.hpp>
#include <doppel/query/program.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class twin_store {
public:
  /// @param threads that queries may use
  explicit twin_store(std::size_t threads) : threads_(threads) {}

  /// Loads all documents of files; a progress bar shows how far it is.
  /// @param problem told what is no twin, or has the id of one before, and is left out
  void load(const std::vector<std::string>& files,
            const std::function<void(std::string_view file, const input_problem& problem)>& problem);

  [[nodiscard]] std::uint64_t devices() const { return twins_.size(doppel::query_collection::devices); }
  [[nodiscard]] std::uint64_t modules() const { return twins_.size(doppel::query_collection::modules); }
  [[nodiscard]] std::size_t bytes() const { return twins_.bytes_held(); }
  [[nodiscard]] doppel::column_statistics columns(doppel::query_collection collection) const {
    return twins_.statistics(collection);
  }
  /// The paths of the first `indexed_documents` documents.
  [[nodiscard]] const path_index& paths() const { return paths_; }
  static constexpr std::size_t indexed_documents = 10'000;

  /// The first documents of a collection, as text.
  [[nodiscard]] const std::vector<std::string>& sample(doppel::query_collection collection) const {
    return collection == doppel::query_collection::modules ? sample_modules_ : sample_devices_;
  }

  /// Asks all twins of the query's collection.
  /// @param row takes each row, one line of JSON; false: no more are wanted
  /// @throws std::bad_alloc
  void ask(const doppel::program& query, const std::function<bool(std::string_view)>& row) const;

private:
  std::size_t threads_;
  doppel::fleet twins_;
  path_index paths_;
  static constexpr std::size_t sample_size = 500;
  std::vector<std::string> sample_devices_;
  std::vector<std::string> sample_modules_;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_TWIN_STORE_HPP

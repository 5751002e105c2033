// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Twins in memory, to be asked again and again.

#ifndef DOPPEL_EXAMPLES_TWIN_STORE_HPP
#define DOPPEL_EXAMPLES_TWIN_STORE_HPP

#include "completion.hpp"
#include "splitter.hpp"

#include <doppel/query/program.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/twin.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class twin_store {
public:
  twin_store();

  /// Loads all documents of files; a progress bar shows how far it is.
  /// @param problem told what is no twin, and left out
  void load(const std::vector<std::string>& files,
            const std::function<void(std::string_view file, const input_problem& problem)>& problem);

  [[nodiscard]] std::size_t devices() const { return devices_.size(); }
  [[nodiscard]] std::size_t modules() const { return modules_.size(); }
  [[nodiscard]] std::size_t bytes() const;
  /// The paths of the first `indexed_documents` documents.
  [[nodiscard]] const path_index& paths() const { return paths_; }
  static constexpr std::size_t indexed_documents = 10'000;

  /// The first documents of a collection, as text.
  [[nodiscard]] const std::vector<std::string>& sample(doppel::query_collection collection) const {
    return collection == doppel::query_collection::modules ? sample_modules_ : sample_devices_;
  }

  /// Asks all twins of the query's collection.
  /// @param row takes each row, one line of JSON; false: no more are wanted
  /// @return how many twins matched before that
  /// @throws std::bad_alloc
  std::uint64_t ask(const doppel::program& query, const std::function<bool(std::string_view)>& row);

private:
  doppel::key_table keys_;
  std::vector<doppel::twin> devices_;
  std::vector<doppel::twin> modules_;
  path_index paths_;
  static constexpr std::size_t sample_size = 500;
  std::vector<std::string> sample_devices_;
  std::vector<std::string> sample_modules_;
  doppel::query_scratch scratch_;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_TWIN_STORE_HPP

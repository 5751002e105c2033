// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// One query over a stream of documents, on many threads.

#ifndef DOPPEL_EXAMPLES_QUERY_ENGINE_HPP
#define DOPPEL_EXAMPLES_QUERY_ENGINE_HPP

#include "document_reader.hpp"
#include "terminal.hpp"

#include <doppel/query/program.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace cli {

struct engine_options {
  std::size_t jobs = 1;
  std::size_t max_document = document_reader::default_document;
  bool is_strict = false;  // stop at the first document that is none
};

struct engine_summary {
  std::uint64_t documents = 0;  // that were looked at, the bad ones included
  std::uint64_t matched = 0;
  std::uint64_t bad = 0;    // documents and files that were left out
  bool is_stopped = false;  // by a bad one
};

/// Where rows and complaints go. Called from the thread that runs the engine, in the order of the documents.
struct engine_sinks {
  /// Takes a row, one line of JSON without its end; false: no more are wanted.
  std::function<bool(std::string_view row)> row;
  std::function<void(std::string_view file, const input_problem& problem)> problem;
  /// Called now and then.
  std::function<void(std::uint64_t bytes_read, const engine_summary& so_far)> progress;
};

/// Asks the query of every document of its collection. Rows come out as soon as they are certain; where they cannot
/// be before the end, each chunk has a result of its own, and these are joined in their order.
/// @throws std::bad_alloc
engine_summary run_query(const doppel::program& query, document_reader& documents, const engine_options& options,
                         const engine_sinks& sinks);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_QUERY_ENGINE_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "twin_store.hpp"

#include "document_reader.hpp"
#include "documents.hpp"
#include "held_failure.hpp"
#include "query_document.hpp"
#include "terminal.hpp"

#include <doppel/fleet/select.hpp>

#include <new>
#include <thread>
#include <vector>

namespace cli {

namespace {

/// Threads for one scan.
struct scan_threads {
  std::size_t count;

  [[nodiscard]] std::size_t concurrency() const { return count; }
  template <class F>
  void run(std::size_t n, F&& f) const {
    std::vector<std::jthread> others;
    others.reserve(n);
    for (std::size_t i = 1; i < n; ++i) others.emplace_back([&f, i] { f(i); });
    if (n != 0) f(0);
  }
};

}  // namespace

void twin_store::load(const std::vector<std::string>& files,
                      const std::function<void(std::string_view file, const input_problem& problem)>& problem) {
  document_reader documents(files);
  progress bar(documents.total_bytes());
  doppel::workspace scratch;
  doppel::diagnostic where;
  doppel::load_options options;
  options.refuse_duplicates = true;  // as doppel query does
  chunk piece;
  std::uint64_t modules_before = modules();
  while (documents.read(piece)) {
    for (const extent& e : piece.documents) {
      const std::string_view text = piece.text(e);
      const auto row = twins_.insert_document(text, scratch, options, nullptr, &where);
      if (!row) {
        if (where.code == doppel::errc::out_of_memory) throw std::bad_alloc();
        bar.finish();
        problem(piece.file, describe(where, text, e.place));
        continue;
      }
      if (devices() + modules() < indexed_documents) paths_.add(text);
      const bool is_module = modules() != modules_before;
      modules_before = modules();
      std::vector<std::string>& sample = is_module ? sample_modules_ : sample_devices_;
      if (sample.size() < sample_size) sample.emplace_back(text);
    }
    for (const input_problem& p : piece.problems) {
      bar.finish();
      problem(piece.file, p);
    }
    if (bar.is_due()) bar.update(piece.bytes_read, group_digits(devices() + modules()) + " twins");
  }
}

void twin_store::ask(const doppel::program& query, const std::function<bool(std::string_view)>& row) const {
  if (query.collection() == doppel::query_collection::jobs) return;
  held_failure failure;
  const auto give = [&](std::string_view text) { return failure.call([&] { return row(text); }); };
  const auto done = doppel::for_each_row(twins_, query, give, {}, scan_threads{threads_});
  failure.release();
  require(done);
}

}  // namespace cli

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "twin_store.hpp"

#include "document_reader.hpp"
#include "documents.hpp"
#include "held_failure.hpp"
#include "query_document.hpp"
#include "terminal.hpp"

#include <doppel/query/for_each_match.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/twin/load.hpp>

#include <new>
#include <utility>

namespace cli {

namespace {

doppel::key_table make_keys() {
  auto keys = doppel::key_table::create();
  if (!keys) throw std::bad_alloc();
  return *std::move(keys);
}

}  // namespace

twin_store::twin_store() : keys_(make_keys()) {}

void twin_store::load(const std::vector<std::string>& files,
                      const std::function<void(std::string_view file, const input_problem& problem)>& problem) {
  document_reader documents(files);
  progress bar(documents.total_bytes());
  doppel::workspace scratch;
  doppel::diagnostic where;
  doppel::load_options options;
  options.refuse_duplicates = true;  // as doppel query does
  chunk piece;
  while (documents.read(piece)) {
    for (const extent& e : piece.documents) {
      const std::string_view text = piece.text(e);
      doppel::twin twin(keys_);
      if (!doppel::load_into(twin, text, scratch, options, nullptr, &where)) {
        if (where.code == doppel::errc::out_of_memory) throw std::bad_alloc();
        bar.finish();
        problem(piece.file, describe(where, text, e.place));
        continue;
      }
      if (devices() + modules() < indexed_documents) paths_.add(text);
      std::vector<std::string>& sample = twin.is_module() ? sample_modules_ : sample_devices_;
      if (sample.size() < sample_size) sample.emplace_back(text);
      (twin.is_module() ? modules_ : devices_).push_back(std::move(twin));
    }
    for (const input_problem& p : piece.problems) {
      bar.finish();
      problem(piece.file, p);
    }
    if (bar.is_due()) bar.update(piece.bytes_read, group_digits(devices() + modules()) + " twins");
  }
}

std::size_t twin_store::bytes() const {
  std::size_t sum = keys_.bytes_held() + (devices_.capacity() + modules_.capacity()) * sizeof(doppel::twin);
  for (const auto* twins : {&devices_, &modules_}) {
    for (const doppel::twin& twin : *twins) sum += twin.bytes_held();
  }
  return sum;
}

std::uint64_t twin_store::ask(const doppel::program& query, const std::function<bool(std::string_view)>& row) {
  using document = doppel::twin_document<doppel::default_policy>;
  if (query.collection() == doppel::query_collection::jobs) return 0;
  const std::vector<doppel::twin>& twins =
      query.collection() == doppel::query_collection::modules ? modules_ : devices_;
  const auto bound = doppel::bound_program::bind(query, keys_);
  if (!bound) throw std::bad_alloc();
  require(scratch_.prepare(query));

  held_failure failure;
  const auto give = [&](std::string_view text) { return failure.call([&] { return row(text); }); };
  doppel::query_run run(query);
  boost::system::result<void> added;
  const auto add = [&](std::size_t i) {
    added = run.add_match(document(twins[i], *bound), i, scratch_);
    if (!added) return false;
    // Rows are shown as they come, where that can be.
    bool goes_on = true;
    run.drain([&](std::string_view text) { return goes_on = give(text); });
    return goes_on && !run.is_full();
  };
  doppel::for_each_match(
      *bound, twins.size(), [&](std::size_t i) -> const doppel::twin& { return twins[i]; }, scratch_, add);
  failure.release();
  require(added);
  require(run.finish(give));
  failure.release();
  return run.matched();
}

}  // namespace cli

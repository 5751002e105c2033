// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "library_backends.hpp"

#include "generator.hpp"
#include "library_backend.hpp"
#include "random.hpp"

#include <doppel/query/compare.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/for_each_match.hpp>
#include <doppel/query/json_document.hpp>
#include <doppel/query/page_size.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/text_scan.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/query/twin_text.hpp>
#include <doppel/twin.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>

namespace doppel_test {
namespace {

using doppel::program;
using doppel::query_pass;
using doppel::query_run;
using doppel::query_scratch;
using doppel::query_verdict;

class value_backend : public library_backend {
protected:
  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    for (const numbered_document& d : documents) {
      (void)run.add(doppel::json_document(d.document->value), d.position, scratch);
    }
  }
};

class unfolded_backend final : public library_backend {
  doppel::compile_options options() const override {
    doppel::compile_options how;
    how.folds_constants = false;
    return how;
  }

  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    for (const numbered_document& d : documents) {
      if (matches(run.compiled(), d.document->value, scratch)) {
        (void)run.add_match(doppel::json_document(d.document->value), d.position, scratch);
      }
    }
  }
};

class merged_backend final : public library_backend {
  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    // Part i has the documents i, i + 3, ...; the last comes first.
    constexpr std::size_t parts = 3;
    for (std::size_t part = parts; part != 0; --part) {
      query_run other = new_run(run.compiled());
      for (std::size_t i = part - 1; i < documents.size(); i += parts) {
        (void)other.add(doppel::json_document(documents[i].document->value), documents[i].position, scratch);
      }
      (void)run.merge(other);
    }
  }
};

class drained_backend final : public library_backend {
  // What is certain goes out at once, and not in pages.
  bool answers(const query_request& request) const override {
    return !request.page_size && library_backend::answers(request);
  }
  bool gives_pages() const override { return false; }

  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink& sink) override {
    for (const numbered_document& d : documents) {
      if (run.is_full()) {
        return;
      }
      (void)run.add(doppel::json_document(d.document->value), d.position, scratch);
      run.drain(sink);
    }
  }
};

class pass_backend final : public library_backend {
  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    for (const numbered_document& d : documents) {
      query_pass pass(run.compiled(), scratch, true);
      if (pass.verdict() == query_verdict::open) {
        walk(run.compiled(), pass, 0, doppel::value_of_json(d.document->text));
      }
      if (pass.finish() == query_verdict::matched) {
        (void)run.add_match(pass, d.document->text, d.position, scratch);
      }
    }
  }

  // Tells the pass what stands at a node of the program's paths and below; false once nothing more is wanted.
  static bool walk(const program& p, query_pass& pass, std::uint32_t at, const doppel::query_value& value) {
    if (at != 0 && pass.needs_meeting(at) && pass.meet(at, value) != query_verdict::open) {
      return false;
    }
    if (!value.is_composite()) {
      return pass.leave(at) == query_verdict::open;
    }
    doppel::composite_cursor cursor;
    value.functions().begin(value, cursor);
    doppel::query_value key;
    doppel::query_value part;
    for (std::int64_t i = 0; value.functions().next(cursor, key, part); ++i) {
      for (std::uint32_t c = p.paths()[at].first_child; c != doppel::no_index; c = p.paths()[c].next) {
        const doppel::query_path& path = p.paths()[c];
        const bool is_this = path.is_index ? value.kind() == doppel::query_kind::array && path.index == i
                                           : value.kind() == doppel::query_kind::object && text_of(key) == path.key;
        if (is_this && !walk(p, pass, c, part)) {
          return false;
        }
      }
    }
    return pass.leave(at) == query_verdict::open;
  }

  static std::string text_of(const doppel::query_value& key) {
    doppel::text_buffer out;
    return write_string(key, out) ? std::string(out.view()) : std::string();
  }
};

// Texts as they come in, each checked once, and scanned with one of the kernels. Text with duplicate members, which a
// scan refuses, is asked as plain JSON.
class text_backend final : public library_backend {
public:
  text_backend(doppel::text_kernel kernel, bool is_spelled_oddly)
      : kernel_(doppel::is_supported(kernel) ? kernel : doppel::best_text_kernel()),
        is_spelled_oddly_(is_spelled_oddly) {}

  std::string load(const query_fleet& fleet) override {
    texts_.clear();
    doppel::twin_text_checker checker;
    random_source random(fleet.documents.size());
    generator spelling(random, {});
    for (const fleet_document& document : fleet.documents) {
      node read;
      (void)read_json(document.text, read);
      const std::string text = is_spelled_oddly_ ? spelling.spelled(read) : document.text;
      // A block of its own without a byte too many, so that the sanitizer sees a step beyond.
      entry& kept = texts_[&document];
      kept.bytes.assign(text.begin(), text.end());
      const auto checked = checker.validate({kept.bytes.data(), kept.bytes.size()});
      if (checked) {
        kept.text = *checked;
      } else if (checked.error() != doppel::errc::duplicate_member) {
        return checked.error().message() + ": " + text;
      }
    }
    return library_backend::load(fleet);
  }

private:
  struct entry {
    std::vector<char> bytes;
    std::optional<doppel::twin_text> text;
  };

  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    auto scan = doppel::text_scan::make(run.compiled(), {}, kernel_);
    if (!scan) {
      return;
    }
    for (const numbered_document& d : documents) {
      if (const auto& text = texts_.at(d.document).text) {
        (void)scan->add_to(run, *text, d.position);
      } else {
        (void)run.add(doppel::json_document(d.document->value), d.position, scratch);
      }
    }
  }

  doppel::text_kernel kernel_;
  bool is_spelled_oddly_;
  std::map<const fleet_document*, entry> texts_;
};

// Twins, and as plain JSON the documents that no twin can hold: jobs, and what the service refuses in a twin.
class resident_backend : public library_backend {
public:
  std::string load(const query_fleet& fleet) override {
    twins_.clear();
    doppel::load_options options;
    options.limits.integer_min = std::numeric_limits<std::int64_t>::min();
    options.limits.integer_max = std::numeric_limits<std::int64_t>::max();
    doppel::workspace scratch;
    for (const fleet_document& document : fleet.documents) {
      doppel::twin twin = new_twin();
      doppel::load_report report;
      if (document.collection != doppel::query_collection::jobs &&
          load_into(twin, document.text, scratch, options, &report) && report.nulls_dropped == 0) {
        twins_.emplace(&document, std::move(twin));
      }
    }
    return library_backend::load(fleet);
  }

protected:
  virtual doppel::twin new_twin() { return {}; }

  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink&) override {
    for (const numbered_document& d : documents) {
      if (const doppel::twin* twin = find(d)) {
        (void)run.add(doppel::twin_document(*twin, run.compiled()), d.position, scratch);
      } else {
        (void)run.add(doppel::json_document(d.document->value), d.position, scratch);
      }
    }
  }

  const doppel::twin* find(const numbered_document& d) const { return find(*d.document); }

private:
  const doppel::twin* find(const fleet_document& document) const {
    const auto at = twins_.find(&document);
    return at != twins_.end() ? &at->second : nullptr;
  }

  std::string held(const fleet_document& document) const override {
    doppel::text_buffer out;
    const doppel::twin* twin = find(document);
    return twin != nullptr && write_service_view(*twin, out) ? std::string(out.view()) : document.text;
  }

  std::map<const fleet_document*, doppel::twin> twins_;
};

// Twins of one table of keys, which a program is bound to. The table is small: some members carry their key.
class bound_backend final : public resident_backend {
public:
  std::string load(const query_fleet& fleet) override {
    doppel::limits limits;
    limits.keys_in_table = 12;
    auto keys = doppel::key_table::create(limits);
    if (!keys) {
      return "out of memory";
    }
    keys_ = std::move(*keys);
    return resident_backend::load(fleet);
  }

private:
  doppel::twin new_twin() override { return doppel::twin(keys_); }

  void fill(query_run& run, std::vector<numbered_document> documents, query_scratch& scratch,
            const row_sink& sink) override {
    const auto bound = doppel::bound_program::bind(run.compiled(), keys_);
    std::vector<numbered_document> twins;
    std::vector<numbered_document> others;
    for (const numbered_document& d : documents) {
      (find(d) != nullptr ? twins : others).push_back(d);
    }
    const auto twin_at = [&](std::size_t i) -> const doppel::twin& { return *find(twins[i]); };
    for_each_match(*bound, twins.size(), twin_at, scratch, [&](std::size_t i) {
      (void)run.add_match(doppel::twin_document(twin_at(i), *bound), twins[i].position, scratch);
      return true;
    });
    resident_backend::fill(run, std::move(others), scratch, sink);
  }

  doppel::key_table keys_;
};

}  // namespace

std::unique_ptr<query_backend> make_text_backend() {
  return std::make_unique<text_backend>(doppel::best_text_kernel(), false);
}
std::unique_ptr<query_backend> make_portable_text_backend() {
  return std::make_unique<text_backend>(doppel::text_kernel::portable, true);
}
std::unique_ptr<query_backend> make_avx2_text_backend() {
  return std::make_unique<text_backend>(doppel::text_kernel::avx2, true);
}
std::unique_ptr<query_backend> make_avx512_text_backend() {
  return std::make_unique<text_backend>(doppel::text_kernel::avx512, true);
}
std::unique_ptr<query_backend> make_resident_backend() { return std::make_unique<resident_backend>(); }
std::unique_ptr<query_backend> make_bound_backend() { return std::make_unique<bound_backend>(); }
std::unique_ptr<query_backend> make_value_backend() { return std::make_unique<value_backend>(); }
std::unique_ptr<query_backend> make_unfolded_backend() { return std::make_unique<unfolded_backend>(); }
std::unique_ptr<query_backend> make_merged_backend() { return std::make_unique<merged_backend>(); }
std::unique_ptr<query_backend> make_drained_backend() { return std::make_unique<drained_backend>(); }
std::unique_ptr<query_backend> make_pass_backend() { return std::make_unique<pass_backend>(); }

}  // namespace doppel_test

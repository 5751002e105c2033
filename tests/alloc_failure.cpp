// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Fails the n-th allocation of every operation that changes something, for n = 1, 2, 3 and so on until the operation
// succeeds. A refused operation must say `errc::out_of_memory`, leave the document, the image and the key table as they
// were and leave nothing behind; the same operation must work afterwards. A program of its own, because the parser
// takes its memory from the nothrow operator new, which is replaced here. Built a second time without exceptions.

#include <doppel.hpp>

#include <boost/assert/source_location.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

// One count for the memory source and for operator new: whichever comes n-th fails.
struct allocation_state {
  bool counting = false;
  std::uint64_t until_failure = 0;  // 0: never
  std::int64_t outstanding = 0;
  std::int64_t bytes = 0;
  std::uint64_t taken = 0;
};
allocation_state state;

bool must_fail() noexcept {
  if (!state.counting) return false;
  ++state.taken;
  return state.until_failure != 0 && --state.until_failure == 0;
}

}  // namespace

// The plain forms are for the standard library of this program; they are not failed.
void* operator new(std::size_t size) {
  void* const p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) std::abort();
  return p;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return must_fail() ? nullptr : std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept { return operator new(size, tag); }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // it does not see that the forms above use malloc
#endif
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }

#ifdef BOOST_NO_EXCEPTIONS
namespace boost {
void throw_exception(const std::exception&) { std::abort(); }
void throw_exception(const std::exception&, const boost::source_location&) { std::abort(); }
}  // namespace boost
#endif

namespace {

using doppel::errc;

int failures = 0;

void expect(bool holds, const char* what, const char* operation, std::uint64_t n) {
  if (holds) return;
  if (++failures <= 40) std::printf("%s, allocation %llu: %s\n", operation, static_cast<unsigned long long>(n), what);
}

struct failing_memory {
  int unused = 0;  // not an empty type: objects refer to this one

  void* try_allocate(std::size_t bytes) noexcept {
    if (must_fail()) return nullptr;
    void* const p = std::malloc(bytes == 0 ? 1 : bytes);
    if (p != nullptr) {
      std::memset(p, 0xa5, bytes);
      ++state.outstanding;
      state.bytes += static_cast<std::int64_t>(bytes);
    }
    return p;
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    if (p == nullptr) return;
    std::memset(p, 0x5a, bytes);
    --state.outstanding;
    state.bytes -= static_cast<std::int64_t>(bytes);
    std::free(p);
  }
};

struct failing_policy : doppel::default_policy {
  using memory_type = failing_memory;
  static constexpr bool has_snapshots = true;
};
using twin_type = doppel::basic_twin<failing_policy>;

doppel::timestamp at_second(std::int64_t s) {
  return doppel::timestamp::from_ticks(doppel::parse_timestamp("2024-05-01T10:00:00Z")->ticks() +
                                       s * doppel::timestamp::ticks_per_second);
}

// Everything an operation works on.
struct world {
  explicit world(failing_memory& source, const doppel::key_table* keys)
      : memory(doppel::memory_ref(source)),
        twin(keys != nullptr ? twin_type(source, *keys) : twin_type(source)),
        other(source),
        scratch(memory),
        change(memory),
        log(memory),
        buffer(memory),
        report(memory) {
    options.now = at_second(5);
  }

  doppel::memory_ref memory;
  twin_type twin;
  twin_type other;
  doppel::workspace scratch;
  doppel::change change;
  doppel::change log;  // recorded beforehand, to be replayed
  doppel::text_buffer buffer;
  doppel::preflight_report report;
  doppel::write_options options;
  std::string image;   // of `other`
  std::string record;  // of `log`
};

struct observation {
  std::string view, image;
  bool operator==(const observation&) const = default;
};

observation observe(const twin_type& twin) {
  const bool counting = std::exchange(state.counting, false);
  doppel::workspace scratch;
  doppel::text_buffer view, image;
  if (!write_service_view(twin, view) || !save_image(twin, scratch, image)) std::abort();
  state.counting = counting;
  return {std::string(view.view()), std::string(image.view())};
}

using outcome = boost::system::result<void>;

struct operation {
  const char* name;
  outcome (*run)(world&);
  bool writes = true;  // has a change, which a refused one leaves empty
};

constexpr const char* document =
    R"({"deviceId":"loaded","etag":"foreign-etag","version":12,"vendor":{"x":[1,2]},"tags":{"a":{"b":"cc"}},)"
    R"("properties":{"desired":{"m":{"n":1},"$metadata":{"$lastUpdated":"2024-05-01T10:00:01Z","$lastUpdatedVersion":3,)"
    R"("m":{"$lastUpdated":"2024-05-01T10:00:01Z","$lastUpdatedVersion":3,"n":{"$lastUpdated":"2024-05-01T10:00:01Z",)"
    R"("$lastUpdatedVersion":5000000000,"$lastUpdatedBy":"c","$lastUpdatedByDigest":"1"}}},"$version":7},)"
    R"("reported":{"r":1.5,"$version":4}}})";

const std::string& many_members() {
  static const std::string text = [] {
    std::string out = R"({"tags":{)";
    for (int i = 0; i < 120; ++i)
      out += "\"brand_new_key_" + std::to_string(i) + "\":{\"inner\":" + std::to_string(i) + "},";
    out.back() = '}';
    out += R"(,"properties":{"desired":{)";
    for (int i = 0; i < 200; ++i) out += "\"another_key_" + std::to_string(i) + "\":\"a value that is not short\",";
    out.back() = '}';
    return out + "}}";
  }();
  return text;
}

outcome mark(world& w) {
  w.options.configuration = doppel::configuration_mark{"cfg", "637950000000000000"};
  return merge_section(w.twin, doppel::section_name::desired, R"({"kept":{"deep":2},"marked":[1]})", w.options,
                       w.scratch, w.change);
}

const operation operations[] = {
    {"reset",
     [](world& w) {
       doppel::identity who;
       who.device_id = "new";
       who.module_id = "module";
       who.status_reason = "x";
       return w.twin.reset(who, at_second(9));
     },
     false},
    {"load_into", [](world& w) { return load_into(w.twin, document, w.scratch); }, false},
    {"merge_twin",
     [](world& w) {
       return merge_twin(w.twin,
                         R"({"tags":{"n1":{"n2":1}},"properties":{"desired":{"kept":{"deep":null,"n3":"\n"}}}})",
                         w.options, w.scratch, w.change);
     }},
    {"merge_twin, many new members",
     [](world& w) { return merge_twin(w.twin, many_members(), w.options, w.scratch, w.change); }},
    {"merge_twin, clear",
     [](world& w) {
       return merge_twin(w.twin, R"({"tags":null,"properties":{"desired":null}})", w.options, w.scratch, w.change);
     }},
    {"replace_twin",
     [](world& w) {
       return replace_twin(w.twin, R"({"tags":{"kept":1},"properties":{"desired":{"kept":{"else":[1,{"z":2}]}}}})",
                           w.options, w.scratch, w.change);
     }},
    {"replace_twin, empty", [](world& w) { return replace_twin(w.twin, "{}", w.options, w.scratch, w.change); }},
    {"replace_twin, many",
     [](world& w) { return replace_twin(w.twin, many_members(), w.options, w.scratch, w.change); }},
    {"merge_reported",
     [](world& w) {
       return merge_reported(w.twin, R"({"r":{"s":{"t":"0123456789abcdef0123"}},"kept":null})", w.options, w.scratch,
                             w.change);
     }},
    {"merge_section",
     [](world& w) {
       return merge_section(w.twin, doppel::section_name::tags, R"({"kept":"now a text instead of an object"})",
                            w.options, w.scratch, w.change);
     }},
    {"merge_section, with a mark", mark},
    {"merge_section, paths only",
     [](world& w) {
       w.options.detail = doppel::detail_level::paths;
       return merge_section(w.twin, doppel::section_name::tags, R"({"p":{"q":1}})", w.options, w.scratch, w.change);
     }},
    {"set_json",
     [](world& w) { return set_json(w.twin, "tags.x.y.z", "{\"w\":[1]}", w.options, w.scratch, w.change); }},
    {"set_value",
     [](world& w) { return set_value(w.twin, "desired.text", "quote \" and \n", w.options, w.scratch, w.change); }},
    {"set_value, long",
     [](world& w) {
       return set_value(w.twin, "reported.kept", std::string(3000, 'x'), w.options, w.scratch, w.change);
     }},
    {"erase_value", [](world& w) { return erase_value(w.twin, "desired.kept.deep", w.options, w.scratch, w.change); }},
    {"replay",
     [](world& w) {
       const auto done = replay(w.twin, w.log, w.scratch);
       return done ? outcome() : outcome(done.error());
     },
     false},
    {"load_image, trusted",
     [](world& w) { return load_image(w.twin, w.image, doppel::image_trust::trusted, w.scratch); }, false},
    {"load_image, untrusted",
     [](world& w) { return load_image(w.twin, w.image, doppel::image_trust::untrusted, w.scratch); }, false},
};

// These leave the twin alone whatever happens.
const operation readers[] = {
    {"preflight",
     [](world& w) {
       return preflight(w.twin, doppel::write_kind::merge, many_members(), w.options, w.scratch, w.report);
     },
     false},
    {"save_image",
     [](world& w) {
       const std::string before(w.buffer.view());
       const outcome done = save_image(w.twin, w.scratch, w.buffer);
       if (!done && w.buffer.view() != before) expect(false, "the buffer has changed", "save_image", 0);
       return done;
     },
     false},
    {"write_service_view", [](world& w) { return write_service_view(w.twin, w.buffer); }, false},
    {"write_device_view", [](world& w) { return write_device_view(w.twin, w.buffer); }, false},
    {"write_notification", [](world& w) { return write_notification(w.log, w.buffer); }, false},
    {"write_change_event", [](world& w) { return write_change_event(w.twin, w.log, w.buffer); }, false},
    {"save_change",
     [](world& w) {
       const std::string before(w.buffer.view());
       const outcome done = save_change(w.log, w.buffer);
       if (!done && w.buffer.view() != before) expect(false, "the buffer has changed", "save_change", 0);
       if (done && w.buffer.view() != before + w.record) expect(false, "another record", "save_change", 0);
       return done;
     },
     false},
    {"load_change",
     [](world& w) {
       const outcome done = load_change(w.record, w.change, w.scratch);
       if (w.change.empty() != !done) expect(false, "half a change", "load_change", 0);
       return done;
     },
     false},
    {"diff", [](world& w) { return diff(w.twin.desired(), w.twin.reported(), w.buffer); }, false},
    {"clone",
     [](world& w) {
       auto copy = w.twin.clone();
       if (!copy) return outcome(copy.error());
       if (observe(*copy) != observe(w.twin)) expect(false, "the copy differs", "clone", 0);
       return outcome();
     },
     false},
    {"copy_to",
     [](world& w) {
       if (w.log.copy_to(w.change)) return outcome();
       if (!w.change.empty()) expect(false, "the copy is not empty", "copy_to", 0);
       return outcome(doppel::make_error_code(errc::out_of_memory));
     },
     false},
    {"write_json",
     [](world& w) {
       return w.twin.desired().write_json(w.buffer) ? outcome() : outcome(doppel::make_error_code(errc::out_of_memory));
     },
     false},
};

enum class preparation { cold, warm, nearly_full, shared_table, empty_table, snapshot, foreign };

// A world before the operation: allocations succeed.
void prepare(world& w, preparation how) {
  const auto must = [](const auto& done) {
    if (!done) std::abort();
  };
  doppel::workspace scratch;
  doppel::change ignored;
  doppel::write_options options;
  options.now = at_second(1);
  // The log starts where the twin stands, and is made on a copy.
  const auto make_log = [&](twin_type& copy) {
    must(merge_twin(copy, many_members(), options, scratch, w.log));
    doppel::text_buffer record;
    must(save_change(w.log, record));
    w.record = std::string(record.view());
  };
  const auto make_image = [&] {
    must(load_into(w.other, document, scratch));
    must(merge_twin(w.other, R"({"tags":{"im":{"age":1}}})", options, scratch, ignored));
    doppel::text_buffer image;
    must(save_image(w.other, scratch, image));
    w.image = std::string(image.view());
  };
  if (how == preparation::empty_table) {
    // Neither the twin nor the table knows any name.
    twin_type copy(w.other);
    make_log(copy);
    make_image();
    return;
  }
  doppel::identity who;
  who.device_id = "pump-1";
  must(w.twin.reset(who, at_second(0)));
  if (how == preparation::foreign) must(load_into(w.twin, document, scratch));
  must(merge_twin(w.twin,
                  R"({"tags":{"kept":{"a":1}},"properties":{"desired":{"kept":{"deep":"a text of some length"}}}})",
                  options, scratch, ignored));
  if (how == preparation::foreign) must(load_into(w.twin, document, scratch));
  must(merge_reported(w.twin, R"({"kept":[1,2,3],"gone":1})", options, scratch, ignored));
  must(erase_value(w.twin, "reported.gone", options, scratch, ignored));
  if (how == preparation::nearly_full) {
    // Blocks and key table as full as they get before they grow.
    for (int i = 0; i < 61; ++i) {
      must(set_value(w.twin, "tags.t" + std::to_string(i), i, options, scratch, ignored));
      must(set_value(w.twin, "desired.d" + std::to_string(i), "0123456789abcdef", options, scratch, ignored));
      if (i % 2 == 0) must(set_value(w.twin, "reported.t" + std::to_string(i), i * 0.5, options, scratch, ignored));
    }
  }
  twin_type copy(w.twin);
  make_log(copy);
  make_image();
  if (how != preparation::cold) {
    // The scratch has served before.
    must(merge_twin(copy, R"({"tags":{}})", options, w.scratch, w.change));
    w.change.clear();
  }
}

// Runs with the n-th allocation failing. False when nothing had to fail.
bool run_once(const operation& op, preparation how, std::uint64_t n, bool changes_twin) {
  {
    failing_memory source;
    doppel::key_table keys;
    if (how == preparation::shared_table || how == preparation::empty_table)
      keys = *doppel::key_table::create({}, doppel::memory_ref(source));
    world w(source, keys ? &keys : nullptr);
    prepare(w, how);
    const observation before = observe(w.twin);
    std::vector<doppel::twin_snapshot<failing_policy>> pictures;
    if (how == preparation::snapshot) pictures.push_back(w.twin.snapshot());

    const std::size_t keys_before = keys.size();
    state.counting = true;
    state.until_failure = n;
    state.taken = 0;
    const outcome done = op.run(w);
    const bool reached = n != 0 && state.taken >= n;
    state.counting = false;
    state.until_failure = 0;

    if (!pictures.empty()) expect(observe(*pictures[0]) == before, "the snapshot has changed", op.name, n);
    if (!done) {
      expect(reached, "refused without cause", op.name, n);
      expect(done.error() == errc::out_of_memory, "another error", op.name, n);
      expect(observe(w.twin) == before, "the twin has changed", op.name, n);
      expect(keys.size() == keys_before, "the key table has changed", op.name, n);
      if (op.writes) expect(w.change.empty(), "the change is not empty", op.name, n);
      // And a later write works.
      doppel::workspace scratch;
      doppel::change change;
      expect(bool(merge_twin(w.twin, R"({"tags":{"after":1}})", w.options, scratch, change)), "a later write fails",
             op.name, n);
      w.options.configuration = {};
      expect(bool(op.run(w)) || std::string_view(op.name) == "replay", "it does not succeed afterwards", op.name, n);
    } else {
      expect(!reached || !changes_twin || observe(w.twin) != before || op.name == std::string_view("merge_twin, clear"),
             "accepted without effect", op.name, n);
      if (!changes_twin) expect(observe(w.twin) == before, "the twin has changed", op.name, n);
      return reached;  // a failure that was survived: go on with the next
    }
    if (!reached) return false;
  }
  return true;
}

std::uint64_t sweep(const operation& op, preparation how, bool changes_twin) {
  std::uint64_t n = 1;
  for (; n < 10'000; ++n) {
    const std::int64_t outstanding = state.outstanding;
    const std::int64_t bytes = state.bytes;
    const bool failed = run_once(op, how, n, changes_twin);
    expect(state.outstanding == outstanding && state.bytes == bytes, "memory is not given back", op.name, n);
    if (!failed) break;
  }
  expect(n < 10'000, "never succeeds", op.name, n);
  return n - 1;
}

}  // namespace

int main() {
  std::uint64_t failed = 0;
  for (const preparation how :
       {preparation::cold, preparation::warm, preparation::nearly_full, preparation::shared_table,
        preparation::empty_table, preparation::snapshot, preparation::foreign}) {
    for (const operation& op : operations) failed += sweep(op, how, true);
    for (const operation& op : readers) failed += sweep(op, how, false);
  }
  std::printf("%llu allocations failed, %d failures\n", static_cast<unsigned long long>(failed), failures);
  return failures == 0 && failed > 500 ? 0 : 1;
}

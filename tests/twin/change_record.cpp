// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/change_record.hpp>

#include "common.hpp"

#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::replay_outcome;
using doppel::section_change;
using doppel::section_name;

std::string record_of(const doppel::change& c) {
  doppel::text_buffer out;
  REQUIRE(save_change(c, out));
  return std::string(out.view());
}

// From memory of exactly its size, so that a sanitizer sees what is read beyond.
errc load_exact(std::string_view record, doppel::change& to, doppel::workspace& scratch,
                const doppel::limits& bounds = {}) {
  const std::unique_ptr<char[]> bytes(new char[record.size()]);
  if (!record.empty()) std::memcpy(bytes.get(), record.data(), record.size());
  const auto done = load_change({bytes.get(), record.size()}, to, scratch, bounds);
  return done ? errc{} : static_cast<errc>(done.error().value());
}

// All that a change tells.
std::string told(const doppel::change& c) {
  std::string out = std::to_string(static_cast<int>(c.kind())) + " " + std::to_string(c.time().ticks());
  for (const doppel::counters& n : {c.before(), c.after()}) {
    for (const std::uint64_t counter : {n.etag, n.desired, n.reported, n.version}) out += " " + std::to_string(counter);
  }
  out += " " + std::string(c.configuration()) + std::string(c.configuration_digest()) + "\n";
  for (const section_name s : {section_name::tags, section_name::desired, section_name::reported}) {
    out += std::to_string(static_cast<int>(c.on(s)));
  }
  c.for_each([&](const doppel::change::entry& e) {
    out += "\n" + std::to_string(static_cast<int>(e.section)) + " " + std::string(e.path) +
           (e.removed ? " removed" : "") + (e.existed ? " existed: " : ": ") + std::string(e.old_value) + " -> " +
           std::string(e.new_value);
  });
  return out;
}

void put_right(std::string& record) {
  using namespace doppel::detail;
  if (record.size() < record_head_bytes) return;
  put_fixed<8>(record.data() + record_crc_begin, record.size());
  put_fixed<4>(record.data() + record_crc_at, crc32c(std::string_view(record).substr(record_crc_begin)));
}

// A record as a hand might write it.
struct parts {
  std::uint64_t kind = 1;
  std::uint64_t ticks = 638'500'000'000'000'000;
  std::uint64_t counters[4] = {1, 1, 1, 2};
  std::string by, digest;
  struct section {
    std::uint64_t how = 0;
    std::string patch, old;
  };
  section sections[3];  // tags, desired, reported

  std::string record() const {
    using namespace doppel::detail;
    std::string out(4096, '\0');
    char* to = out.data() + record_head_bytes;
    to = put_number_bytes(to, kind);
    to = put_number_bytes(to, ticks);
    for (const std::uint64_t n : counters) to = put_number_bytes(to, n);
    to = put_sized_text(to, by);
    to = put_sized_text(to, digest);
    for (const section& s : sections) {
      to = put_number_bytes(to, s.how);
      if (s.how == 0) continue;
      to = put_sized_text(to, s.patch);
      to = put_sized_text(to, s.old);
    }
    finish_record(out.data(), to, change_magic, change_format);
    out.resize(static_cast<std::size_t>(to - out.data()));
    return out;
  }
};

parts tags_merged(std::string patch, std::string old) {
  parts p;
  p.sections[0] = {1, std::move(patch), std::move(old)};
  return p;
}

errc code_of(const parts& p) {
  doppel::workspace scratch;
  doppel::change to;
  return load_exact(p.record(), to, scratch);
}

// Some of everything.
void write_some(bench& b, std::vector<std::string>& records) {
  const auto keep = [&](errc code) {
    REQUIRE(code == accepted);
    records.push_back(record_of(b.change));
  };
  keep(b.merge(R"({"tags":{"a":{"b":1,"c":"x"},"d":[1,{"e":"\n"}]},"properties":{"desired":{"on":true}}})"));
  keep(b.report(R"({"r":{"s":{}},"t":"a text that is not inline"})"));
  b.options.configuration = doppel::configuration_mark{"cfg", "12345"};
  keep(b.desired(R"({"on":{"now":1},"gone":null})"));
  b.options.configuration = {};
  keep(b.tags(R"({"a":{"b":null,"c":{"f":1}},"d":{"x":null}})"));
  keep(b.replace(R"({"tags":{"a":{"c":7}},"properties":{"desired":{"on":false}}})"));
  keep(b.merge(R"({"tags":null,"properties":{"desired":null}})"));
}

}  // namespace

TEST_SUITE("twin/change_record") {
  TEST_CASE("change record: random writes come back, tell the same, and give the exact twin when replayed") {
    for (std::uint64_t seed = 861; seed <= 868; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      doppel::twin follower = pair.twin;
      doppel::workspace scratch;
      doppel::change back;
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        if (i % 13 == 12) {
          write.form = write_form::merge;
          write.text =
              i % 2 == 0 ? R"({"tags":null,"properties":{"desired":null}})" : R"({"properties":{"desired":null}})";
        }
        if (pair.step(write) != "") FAIL("parted from the model");
        const std::string record = record_of(pair.change);
        CAPTURE(i);
        CAPTURE(record);
        REQUIRE(load_exact(record, back, scratch, active_limits()) == accepted);
        REQUIRE(told(back) == told(pair.change));
        REQUIRE(back.empty() == pair.change.empty());
        REQUIRE(record_of(back) == record);
        if (back.empty()) continue;
        if (back.notifies_device()) REQUIRE(notification_of(back) == notification_of(pair.change));
        REQUIRE(event_of(pair.twin, back) == event_of(pair.twin, pair.change));
        REQUIRE(replay(follower, back, scratch).value() == replay_outcome::applied);
        REQUIRE(view_of(follower) == view_of(pair.twin));
        REQUIRE(follower.counters() == pair.twin.counters());
        REQUIRE(follower.tags().counted_bytes() == pair.twin.tags().counted_bytes());
        REQUIRE(follower.desired().counted_bytes() == pair.twin.desired().counted_bytes());
        REQUIRE(follower.reported().counted_bytes() == pair.twin.reported().counted_bytes());
      }
    }
  }

  TEST_CASE("change record: foreign etags, marks and wide versions go along (9.11, 10.1)") {
    bench a;
    REQUIRE(
        a.load(
            R"({"deviceId":"d","etag":"strange","version":1099511627790,"properties":{"desired":{"a":{"b":1},"$metadata":)"
            R"({"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":1099511627775},"$version":1099511627775},"reported":{"$version":2}}})") ==
        accepted);
    doppel::twin follower = a.twin;
    std::vector<std::string> records;
    write_some(a, records);
    doppel::change c;
    for (const std::string& record : records) {
      REQUIRE(load_exact(record, c, a.scratch) == accepted);
      REQUIRE(replay(follower, c, a.scratch).value() == replay_outcome::applied);
    }
    CHECK(view_of(follower) == view_of(a.twin));
  }

  TEST_CASE("change record: is appended behind whatever the buffer holds; an empty change has one too") {
    bench b;
    REQUIRE(b.tags(R"({"a":1})") == accepted);
    const std::string record = record_of(b.change);
    doppel::text_buffer out;
    out.append("before");
    REQUIRE(save_change(b.change, out));
    CHECK(out.view() == "before" + record);

    doppel::change to;
    REQUIRE(load_exact(record, to, b.scratch) == accepted);
    CHECK_FALSE(to.empty());
    REQUIRE(load_exact(record_of(doppel::change()), to, b.scratch) == accepted);
    CHECK(to.empty());
  }

  TEST_CASE("change record: any damaged byte is noticed, and any cut; the change is empty then") {
    bench b;
    std::vector<std::string> records;
    write_some(b, records);
    doppel::change to;
    for (const std::string& record : records) {
      for (std::size_t i = 0; i < record.size(); ++i) {
        for (const int flip : {1, 0x80, 0xff}) {
          std::string damaged = record;
          damaged[i] = static_cast<char>(damaged[i] ^ flip);
          const errc code = load_exact(damaged, to, b.scratch);
          const bool is_format = i >= 8 && i < 12;
          if (code != (is_format ? errc::image_mismatch : errc::invalid_image)) FAIL("byte " << i);
          if (!to.empty() || to.configuration() != "") FAIL("byte " << i);
        }
      }
      for (std::size_t size = 0; size < record.size(); ++size) {
        std::string cut = record.substr(0, size);
        if (load_exact(cut, to, b.scratch) != errc::invalid_image) FAIL("cut to " << size);
        put_right(cut);
        if (load_exact(cut, to, b.scratch) != errc::invalid_image) FAIL("cut to " << size);
      }
      std::string longer = record + '\0';
      put_right(longer);
      CHECK(load_exact(longer, to, b.scratch) == errc::invalid_image);
    }
  }

  TEST_CASE("change record: with the checksum made right, damage gives an error or a change that can be replayed") {
    bench b;
    std::vector<doppel::twin> twins{b.twin};  // before each record
    std::vector<std::string> records;
    write_some(b, records);
    doppel::workspace scratch;
    doppel::change to;
    for (const std::string& record : records) {
      REQUIRE(load_exact(record, to, scratch) == accepted);
      twins.push_back(twins.back());
      REQUIRE(replay(twins.back(), to, scratch).value() == replay_outcome::applied);
    }
    std::size_t loaded = 0, applied = 0;
    for (std::size_t r = 0; r < records.size(); ++r) {
      for (std::size_t i = doppel::detail::record_head_bytes; i < records[r].size(); ++i) {
        for (int value = 0; value < 256; ++value) {
          std::string damaged = records[r];
          damaged[i] = static_cast<char>(value);
          put_right(damaged);
          const errc code = load_exact(damaged, to, scratch);
          if (code == errc::invalid_image) continue;
          if (code != accepted) FAIL("byte " << i << ": " << static_cast<int>(code));
          ++loaded;
          if (value % 4 != 0) continue;
          doppel::change again;
          if (load_exact(record_of(to), again, scratch) != accepted || told(again) != told(to)) {
            FAIL("record " << r << " byte " << i << " value " << value << ": does not load again");
          }
          doppel::twin twin = twins[r];
          const auto done = replay(twin, to, scratch);
          if (!done) {
            if (done.error() != make_error_code(errc::change_gap)) FAIL("byte " << i << ": " << done.error().message());
            continue;
          }
          applied += *done == replay_outcome::applied;
          if (!parsed(view_of(twin)).is_object()) FAIL("byte " << i << " value " << value);
        }
      }
    }
    CHECK(loaded > 1000);  // other letters, other times
    CHECK(applied > 200);
  }

  TEST_CASE("change record: what no write could have recorded is refused") {
    CHECK(code_of(tags_merged(R"({"a":1})", "{}")) == accepted);
    CHECK(code_of(tags_merged(R"({"a":1,"b":null})", R"({"a":{"x":{}},"b":[2]})")) == accepted);
    CHECK(code_of(tags_merged(R"({"a":{"b":{"c":null}}})", R"({"a":{"b":"leaf"}})")) == accepted);
    CHECK(code_of(tags_merged("{}", "{}")) == accepted);

    const struct {
      const char* patch;
      const char* old;
      const char* why;
    } wrong[] = {
        {"", "{}", "no text"},
        {"{}", "", "no text"},
        {"null", "{}", "no object"},
        {"{}", "null", "no object"},
        {"[]", "{}", "no object"},
        {R"({"a":1)", "{}", "not JSON"},
        {R"({"a":1}})", "{}", "not JSON"},
        {R"({"a": 1})", "{}", "a space"},
        {R"({"a":"\u0041"})", "{}", "an escape that need not be"},
        {R"({"\u0041":1})", "{}", "an escape that need not be"},
        {R"({"a":[1, 2]})", "{}", "a space in an array"},
        {R"({"a":1,"a":2})", "{}", "twice"},
        {R"({"a.b":1})", "{}", "a key that 4.1 forbids"},
        {R"({"$a":1})", "{}", "a key that 4.1 forbids"},
        {R"({"a":[null]})", "{}", "null in an array (4.4.2)"},
        {R"({"a":9007199254740993})", "{}", "an integer beyond 4.2.3"},
        {R"({"a":1})", R"({"b":1})", "old of another member"},
        {R"({"a":1,"b":2})", R"({"b":1,"a":2})", "old in another order"},
        {R"({"a":1})", R"({"a":null})", "old null"},
        {R"({"a":1})", R"({"a":{"b":null}})", "old null inside"},
        {R"({"a":{"b":1}})", R"({"a":{"c":1}})", "old of another member inside"},
        {R"({"a":{"b":1}})", R"({"a":{"b":1},"c":2})", "old left over"},
        {R"({"a":{"b":1}})", R"({"b":1})", "old at another depth"},
        {R"({"a":1})", R"({"a": 1})", "old with a space"},
    };
    for (const auto& w : wrong) {
      CAPTURE(w.patch);
      CAPTURE(w.old);
      CHECK_MESSAGE(code_of(tags_merged(w.patch, w.old)) == errc::invalid_image, w.why);
    }
    const auto changed = [](auto change) {
      parts p = tags_merged(R"({"a":1})", "{}");
      change(p);
      return code_of(p);
    };
    CHECK(changed([](parts& p) { p.sections[1] = {1, "{}", "{}"}; }) == accepted);
    CHECK(changed([](parts& p) { p.sections[2] = {1, "{}", "{}"}; }) == errc::invalid_image);  // reported by a back end
    CHECK(changed([](parts& p) { p.sections[0].how = 2; }) == errc::invalid_image);            // replaced by a merge
    CHECK(changed([](parts& p) { p.sections[0].how = 3; }) == errc::invalid_image);            // cleared and set
    CHECK(changed([](parts& p) { p.sections[0] = {3, R"({"a":null})", R"({"a":1})"}; }) == accepted);
    CHECK(changed([](parts& p) { p.sections[0] = {3, R"({"a":null})", "{}"}; }) == errc::invalid_image);
    CHECK(changed([](parts& p) { p.sections[0].how = 0; }) == errc::invalid_image);  // nothing written
    CHECK(changed([](parts& p) { p.kind = 2; }) == errc::invalid_image);             // half a replacement
    CHECK(changed([](parts& p) { p.kind = 3; }) == errc::invalid_image);             // tags by a device
    CHECK(changed([](parts& p) { p.kind = 4; }) == errc::invalid_image);
    const auto replaced = [&](const char* patch, const char* old) {
      return changed([&](parts& p) {
        p.kind = 2;
        p.sections[0] = {2, patch, old};
        p.sections[1] = {2, "{}", "{}"};
      });
    };
    CHECK(replaced(R"({"a":{"b":1,"c":null}})", R"({"a":{"c":2}})") == accepted);
    CHECK(replaced(R"({"a":{"b":1,"c":null}})", R"({"a":{}})") == errc::invalid_image);  // vanished, but was not there
    CHECK(changed([](parts& p) { p.ticks = 0; }) == errc::invalid_image);
    CHECK(changed([](parts& p) { p.ticks = 1; }) == errc::invalid_image);
    CHECK(changed([](parts& p) { p.ticks = ~std::uint64_t{0}; }) == errc::invalid_image);
    for (int i = 0; i < 4; ++i) {
      CHECK(changed([&](parts& p) { p.counters[i] = 0; }) == errc::invalid_image);
      CHECK(changed([&](parts& p) { p.counters[i] = std::uint64_t{1} << 62; }) == errc::invalid_image);
    }
    const auto marked = [&](const char* by, const char* digest) {
      return changed([&](parts& p) {
        p.by = by;
        p.digest = digest;
        p.sections[1] = {1, "{}", "{}"};
      });
    };
    CHECK(marked(R"("cfg")", R"("1")") == accepted);
    CHECK(marked(R"("cfg")", "") == errc::invalid_image);
    CHECK(marked("", R"("1")") == errc::invalid_image);
    CHECK(marked("cfg", R"("1")") == errc::invalid_image);
    CHECK(marked(R"("c"g")", R"("1")") == errc::invalid_image);
    CHECK(marked("\"", R"("1")") == errc::invalid_image);
    CHECK(changed([](parts& p) { p.by = p.digest = R"("x")"; }) == errc::invalid_image);  // marks, but not on desired
  }

  TEST_CASE("change record: obeys the limits it is loaded with (4)") {
    const std::string record = tags_merged(R"({"abc":{"d":"text"}})", R"({"abc":{"d":123456}})").record();
    doppel::workspace scratch;
    const auto with = [&](auto change) {
      doppel::limits bounds;
      change(bounds);
      doppel::change to;
      return load_exact(record, to, scratch, bounds);
    };
    CHECK(with([](doppel::limits&) {}) == accepted);
    CHECK(with([](doppel::limits& l) { l.key_bytes = 2; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.string_bytes = 3; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.integer_max = 9; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.text_bytes = 1; }) == accepted);  // a bound for texts that people send
    CHECK(with([](doppel::limits& l) { l.tags_bytes = 1; }) == accepted);  // sizes are not judged again
  }
}

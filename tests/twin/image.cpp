// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/image.hpp>

#include "common.hpp"

#include <support/fixture.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::image_trust;

// From memory of exactly its size, so that a sanitizer sees what is read beyond.
template <class Policy>
errc load_exact(doppel::basic_twin<Policy>& to, std::string_view image, image_trust trust, doppel::workspace& scratch,
                const doppel::limits& bounds = {}) {
  const std::unique_ptr<char[]> bytes(new char[image.size()]);
  if (!image.empty()) std::memcpy(bytes.get(), image.data(), image.size());
  const auto done = load_image(to, {bytes.get(), image.size()}, trust, scratch, bounds);
  return done ? errc{} : static_cast<errc>(done.error().value());
}

void fix_checksum(std::string& image) {
  using namespace doppel::detail;
  const std::uint32_t crc = crc32c(std::string_view(image).substr(crc_begin));
  std::memcpy(image.data() + offsetof(image_header, crc), &crc, sizeof crc);
}

doppel::twin small_twin(doppel::workspace& scratch) {
  return doppel::load_twin(
             R"({"deviceId":"d","etag":"foreign","version":5,"other":{"x":[1]},"tags":{"site":"A","n":{"deep":12345678901}},)"
             R"("properties":{"desired":{"a":{"b\"":true},"t":"a text that is not inline",)"
             R"("$metadata":{"$lastUpdated":"2024-05-01T10:00:01Z","$lastUpdatedVersion":3,"t":{"$lastUpdated":)"
             R"("2024-05-01T10:00:01Z","$lastUpdatedVersion":5000000000,"$lastUpdatedBy":"cfg","$lastUpdatedByDigest":"123"}},)"
             R"("$version":7},"reported":{"r":{},"$version":2}}})",
             scratch)
      .value();
}

}  // namespace

TEST_SUITE("twin/image") {
  TEST_CASE("image: every fixture comes back, believed or not (4)") {
    doppel::workspace scratch;
    for (const char* name : {"thermostat", "edge-agent-module", "edge-custom-module", "edge-gateway",
                             "firmware-rollout", "fresh-device", "leaf-behind-gateway", "near-limit",
                             "pnp-temperature-controller", "vending-machine", "x509-disabled-meter"}) {
      CAPTURE(name);
      const auto twin =
          doppel::load_twin(read_file(fixture_path("twins/" + std::string(name) + ".json")).value(), scratch);
      REQUIRE(twin.has_value());
      const std::string image = image_of(*twin);
      for (const image_trust trust : {image_trust::trusted, image_trust::untrusted}) {
        bench b;
        REQUIRE(load_exact(b.twin, image, trust, scratch) == accepted);
        CHECK(view_of(b.twin) == view_of(*twin));
        CHECK(b.twin.counters() == twin->counters());
        CHECK(b.twin.desired().counted_bytes() == twin->desired().counted_bytes());
        CHECK(b.twin.desired().total_members() == twin->desired().total_members());
        CHECK(image_of(b.twin) == image);
        CHECK(b.merge(R"({"tags":{},"properties":{"desired":null}})") == accepted);
      }
    }
  }

  TEST_CASE("image: of a twin after random writes comes back, and so does that of its successor") {
    for (std::uint64_t seed = 821; seed <= 830; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 40; ++i) {
        CHECK(pair.step(pair.next()) == "");
        const std::string image = image_of(pair.twin);
        const std::string view = view_of(pair.twin);
        CAPTURE(i);
        CAPTURE(view);
        doppel::twin back;
        REQUIRE(load_exact(back, image, i % 2 == 0 ? image_trust::untrusted : image_trust::trusted, pair.scratch,
                           active_limits()) == accepted);
        REQUIRE(view_of(back) == view);
        if (i % 5 == 0) pair.twin = std::move(back);  // and is written to from here on
      }
    }
  }

  TEST_CASE("image: is appended behind whatever the buffer holds") {
    doppel::workspace scratch;
    const doppel::twin twin = small_twin(scratch);
    const std::string image = image_of(twin);
    for (std::size_t before = 0; before < 17; ++before) {
      CAPTURE(before);
      doppel::text_buffer out;
      out.append(std::string(before, 'x'));
      REQUIRE(save_image(twin, scratch, out));
      CHECK(out.view().substr(0, before) == std::string(before, 'x'));
      CHECK(out.view().substr(before) == image);
      doppel::twin back;
      CHECK(load_image(back, out.view().substr(before), image_trust::untrusted, scratch));
      CHECK(view_of(back) == view_of(twin));
    }
  }

  TEST_CASE("image: foreign etags, marks and versions beyond 32 bits come back (9.11, 10.5.3)") {
    doppel::workspace scratch;
    const doppel::twin twin = small_twin(scratch);
    doppel::twin back;
    REQUIRE(load_exact(back, image_of(twin), image_trust::untrusted, scratch) == accepted);
    CHECK(back.etag().view() == "foreign");
    CHECK(back.at("desired.t").last_updated().version == 5'000'000'000u);
    CHECK(back.at("desired.t").last_updated_by() == "\"cfg\"");
    CHECK(view_of(back) == view_of(twin));
  }

  TEST_CASE("image: any damaged byte is noticed, and the twin keeps what it had") {
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    bench b;
    const std::string before = view_of(b.twin);
    for (std::size_t i = 0; i < image.size(); ++i) {
      for (const int flip : {1, 0x80, 0xff}) {
        std::string damaged = image;
        damaged[i] = static_cast<char>(damaged[i] ^ flip);
        for (const image_trust trust : {image_trust::trusted, image_trust::untrusted}) {
          const errc code = load_exact(b.twin, damaged, trust, scratch);
          if (code != errc::invalid_image && code != errc::image_mismatch)
            FAIL("byte " << i << " " << static_cast<int>(code));
        }
      }
    }
    CHECK(view_of(b.twin) == before);
  }

  TEST_CASE("image: with the checksum made right, damage gives an error or a sound twin") {
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    std::size_t loaded = 0;
    for (std::size_t i = doppel::detail::crc_begin; i < image.size(); ++i) {
      for (int value = 0; value < 64; ++value) {
        std::string damaged = image;
        // All small numbers, which are ids, sizes and offsets, and all single bits.
        damaged[i] = value < 56 ? static_cast<char>(value) : static_cast<char>(damaged[i] ^ 1 << (value - 56));
        if (damaged == image) continue;
        fix_checksum(damaged);
        bench b{doppel::twin()};
        const errc code = load_exact(b.twin, damaged, image_trust::untrusted, scratch);
        if (code != accepted) {
          if (code != errc::invalid_image && code != errc::image_mismatch)
            FAIL("byte " << i << ": " << static_cast<int>(code));
          continue;
        }
        ++loaded;
        // What loads is a twin like any other.
        const std::string view = view_of(b.twin);
        doppel::twin again;
        const errc twice = load_exact(again, image_of(b.twin), image_trust::untrusted, scratch);
        if (twice != accepted || view_of(again) != view)
          FAIL("byte " << i << " value " << value << ": does not load again");
        const node document = parsed(view);
        if (!document.is_object()) FAIL("byte " << i << " value " << value << ": " << view);
        if (b.merge(R"({"tags":{"site":null,"n":{"deep":{}}},"properties":{"desired":{"t":1,"a":null}}})") !=
                accepted ||
            b.report(R"({"r":{"s":1}})") != accepted || b.replace(R"({"tags":{"x":1}})") != accepted) {
          FAIL("byte " << i << " value " << value << ": refuses a write: " << view);
        }
        if (!parsed(view_of(b.twin)).is_object()) FAIL("byte " << i << " value " << value);
      }
    }
    CHECK(loaded > 0);  // other counters, other letters
  }

  TEST_CASE("image: an etag that is an object is no etag") {
    using namespace doppel::detail;
    doppel::workspace scratch;
    // The id of an unknown root member made that of the etag: what was an object now stands for it.
    const auto twin = doppel::load_twin(
        R"({"deviceId":"d","other":{"x":"a string that is long enough to lie outside"},"properties":{}})", scratch);
    REQUIRE(twin.has_value());
    const std::string image = image_of(*twin);
    std::size_t tried = 0;
    for (std::size_t i = crc_begin; i + 4 <= image.size(); i += 4) {
      std::uint32_t id = 0;
      std::memcpy(&id, image.data() + i, 4);
      if (id < root_member_count || id > root_member_count + 4) continue;
      std::string damaged = image;
      id = static_cast<std::uint32_t>(doppel::root_member::etag);
      std::memcpy(damaged.data() + i, &id, 4);
      fix_checksum(damaged);
      doppel::twin to;
      (void)load_exact(to, damaged, image_trust::untrusted, scratch);
      CHECK(parsed(view_of(to)).is_object());
      ++tried;
    }
    CHECK(tried > 0);
  }

  TEST_CASE("image: cut anywhere it is refused, as is one with something behind it") {
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    doppel::twin to;
    for (std::size_t size = 0; size < image.size(); ++size) {
      for (const image_trust trust : {image_trust::trusted, image_trust::untrusted}) {
        if (load_exact(to, image.substr(0, size), trust, scratch) != errc::invalid_image) FAIL(size);
      }
      std::string fixed = image.substr(0, size);
      if (size < sizeof(doppel::detail::image_header)) continue;
      const std::uint64_t claimed = size;
      std::memcpy(fixed.data() + offsetof(doppel::detail::image_header, size), &claimed, sizeof claimed);
      fix_checksum(fixed);
      for (const image_trust trust : {image_trust::trusted, image_trust::untrusted}) {
        if (load_exact(to, fixed, trust, scratch) != errc::invalid_image) FAIL(size);
      }
    }
    CHECK(load_exact(to, image + std::string(8, '\0'), image_trust::untrusted, scratch) == errc::invalid_image);
  }

  TEST_CASE("image: another version, byte order or layout is told as such") {
    using doppel::detail::image_header;
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    for (const std::size_t at :
         {offsetof(image_header, format), offsetof(image_header, byte_order), offsetof(image_header, layout)}) {
      for (std::size_t i = at; i < at + 4; ++i) {
        std::string other = image;
        other[i] = static_cast<char>(other[i] + 1);
        fix_checksum(other);
        doppel::twin to;
        CHECK(load_exact(to, other, image_trust::trusted, scratch) == errc::image_mismatch);
        CHECK(load_exact(to, other, image_trust::untrusted, scratch) == errc::image_mismatch);
      }
    }
  }

  TEST_CASE("image: sizes that claim gigabytes are refused without taking them") {
    using doppel::detail::image_header;
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    for (std::size_t at = doppel::detail::crc_begin; at + 4 <= image.size(); at += 4) {
      for (const std::uint32_t huge : {0xffffffffu, 0xfffffff8u, 0x7fffffffu, 0x80000000u, 0x10000000u}) {
        std::string damaged = image;
        std::memcpy(damaged.data() + at, &huge, 4);
        fix_checksum(damaged);
        bench b{doppel::twin()};
        const errc code = load_exact(b.twin, damaged, image_trust::untrusted, scratch);
        if (code == errc::out_of_memory) FAIL("at " << at << " value " << huge);
        if (code == accepted && !parsed(view_of(b.twin)).is_object()) FAIL("at " << at << " value " << huge);
      }
    }
  }

  TEST_CASE("image: an untrusted one obeys the limits it is loaded with (4)") {
    doppel::workspace scratch;
    const std::string image = image_of(small_twin(scratch));
    const auto with = [&](auto change) {
      doppel::limits bounds;
      change(bounds);
      doppel::twin to;
      return load_exact(to, image, image_trust::untrusted, scratch, bounds);
    };
    CHECK(with([](doppel::limits&) {}) == accepted);
    CHECK(with([](doppel::limits& l) { l.key_bytes = 2; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.string_bytes = 5; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.integer_max = 9; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.depth = 1; }) == accepted);
    CHECK(with([](doppel::limits& l) { l.root_depth = 1; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.keys_in_table = 0; }) == accepted);
    CHECK(with([](doppel::limits& l) { l.key_table_bytes = 7; }) == accepted);
  }

  TEST_CASE("image: keys go to a shared table, and outside it when it is full") {
    doppel::workspace scratch;
    const doppel::twin twin = small_twin(scratch);
    const std::string image = image_of(twin);
    for (const std::uint32_t cap : {0u, 1u, 3u, 1000u}) {
      CAPTURE(cap);
      doppel::limits bounds;
      bounds.keys_in_table = cap;
      const auto keys = doppel::key_table::create(bounds).value();
      bench b{doppel::twin(keys)};
      REQUIRE(load_exact(b.twin, image, image_trust::untrusted, scratch) == accepted);
      CHECK(keys.size() <= cap);
      CHECK(view_of(b.twin) == view_of(twin));
      const std::size_t size = keys.size();
      doppel::twin second(keys);
      REQUIRE(load_exact(second, image, image_trust::trusted, scratch) == accepted);
      CHECK(keys.size() == size);
      CHECK(view_of(second) == view_of(twin));
      CHECK(b.erase("desired.t") == accepted);
      CHECK(b.json("desired.a.c", "1") == accepted);
      CHECK(view_of(second) == view_of(twin));
      doppel::twin third;  // an image with keys in its blocks
      REQUIRE(load_exact(third, image_of(b.twin), image_trust::untrusted, scratch) == accepted);
      CHECK(view_of(third) == view_of(b.twin));
      // A refused image adds nothing to the table.
      std::string damaged = image_of(twin);
      const std::size_t at = damaged.find("site");
      REQUIRE(at != std::string::npos);
      damaged[at] = '$';
      fix_checksum(damaged);
      const std::size_t held = keys.size();
      CHECK(load_exact(second, damaged, image_trust::untrusted, scratch) == errc::invalid_image);
      CHECK(keys.size() == held);
    }
  }
}

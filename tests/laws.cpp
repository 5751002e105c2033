// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/fixture.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>

// Random writes to a twin and to the naive model beside it, and laws that need no model.
namespace {

using namespace doppel_test;

// False as soon as the two have parted.
bool run_in_step(twin_pair& pair, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    CAPTURE(i);
    const std::string wrong = pair.step(pair.next());
    CHECK_MESSAGE(wrong.empty(), wrong);
    if (!wrong.empty()) {
      return false;
    }
  }
  const std::string wrong = difference_between(pair.model.device_view(), parsed(device_view_of(pair.twin)), exactly);
  CHECK_MESSAGE(wrong.empty(), wrong);
  return wrong.empty();
}

const node* section_in(const node& document, section_kind section) {
  return section == section_kind::tags      ? document.find("tags")
         : section == section_kind::desired ? document.find("properties")->find("desired")
                                            : document.find("properties")->find("reported");
}

node content_in(const node& document, section_kind section) {
  const node* found = section_in(document, section);
  node out = found != nullptr ? *found : make_object();
  out.erase("$metadata");
  out.erase("$version");
  return out;
}

// Every entry of the old metadata that the patch does not name must stand unchanged in the new one (9.5).
void check_untouched(const node& before, const node& after, const node& patch) {
  for (const member& m : before.members) {
    if (m.key.front() == '$') {
      continue;
    }
    const node* named = patch.find(m.key);
    const node* now = after.find(m.key);
    if (named == nullptr) {
      REQUIRE(now != nullptr);
      CHECK(difference_between(m.value, *now) == "");
    } else if (named->is_object() && now != nullptr) {
      check_untouched(m.value, *now, *named);
    }
  }
}

}  // namespace

TEST_SUITE("laws") {
  TEST_CASE("twin: random writes agree with the model (4 to 11, 15, 17)") {
    std::size_t accepted = 0;
    std::size_t refused = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      CAPTURE(seed);
      generator_options options;
      options.fill_one_in = 100;  // full sections have a case of their own
      twin_pair pair(seed, active_limits(), options);
      run_in_step(pair, 80);
      accepted += pair.accepted;
      refused += pair.refused;
    }
    // Both happen often, or the test tests little.
    CHECK(accepted > 1000);
    CHECK(refused > 500);
  }

  TEST_CASE("twin: random writes agree with the model under tiny limits (4, 5)") {
    for (std::uint64_t seed = 101; seed <= 125; ++seed) {
      CAPTURE(seed);
      generator_options options;
      options.fill_one_in = 3;
      twin_pair pair(seed, tiny_limits(), options);
      run_in_step(pair, 80);
    }
  }

  TEST_CASE("twin: random writes agree with the model close to the size limits (5)") {
    for (std::uint64_t seed = 201; seed <= 204; ++seed) {
      CAPTURE(seed);
      generator_options options;
      options.fill_one_in = 2;
      options.bad_text_one_in = 200;
      options.bad_value_one_in = 200;
      twin_pair pair(seed, active_limits(), options);
      run_in_step(pair, 60);
    }
  }

  TEST_CASE("twin: random writes to loaded documents agree with the model (2, 9.11)") {
    for (const char* name :
         {"thermostat", "edge-agent-module", "edge-custom-module", "edge-gateway", "firmware-rollout", "fresh-device",
          "leaf-behind-gateway", "pnp-temperature-controller", "vending-machine", "x509-disabled-meter"}) {
      const std::string document = name;
      CAPTURE(document);
      for (std::uint64_t seed = 301; seed <= 303; ++seed) {
        twin_pair pair(seed, doppel::limits());
        REQUIRE(pair.load(read_file(fixture_path("twins/" + document + ".json")).value()) == "");
        run_in_step(pair, 30);
      }
    }
  }

  TEST_CASE("reader: with the second one random writes agree with the model as well (4)") {
    for (std::uint64_t seed = 351; seed <= 360; ++seed) {
      CAPTURE(seed);
      generator_options options;
      options.bad_text_one_in = 6;
      options.bad_value_one_in = 5;
      options.duplicate_one_in = 4;
      twin_pair pair(seed, active_limits(), options);
      pair.uses_second_reader = true;
      run_in_step(pair, 60);
    }
  }

  TEST_CASE("preflight: foresees what the write does and does not do it (24)") {
    for (std::uint64_t seed = 361; seed <= 370; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      doppel::preflight_report report;
      for (int i = 0; i < 40; ++i) {
        random_write write = pair.next();
        write.form = pair.random.pick<write_form>({write_form::merge, write_form::replace, write_form::reported});
        const std::string text = described(write);
        CAPTURE(text);
        const doppel::write_kind kind = write.form == write_form::merge     ? doppel::write_kind::merge
                                        : write.form == write_form::replace ? doppel::write_kind::replace
                                                                            : doppel::write_kind::merge_reported;
        const std::string before = service_view_of(pair.twin);
        REQUIRE(preflight(pair.twin, kind, write.text, options_of(write.context, write.now, active_limits()),
                          pair.scratch, report));
        REQUIRE(service_view_of(pair.twin) == before);
        const auto done = pair.apply_to(pair.twin, write, pair.change);
        pair.apply_to_model(write);
        CHECK(report.accepted == done.has_value());
        CHECK((done ? doppel::errc{} : static_cast<doppel::errc>(done.error().value())) == report.error);
        CHECK(report.tags.after == pair.twin.tags().counted_bytes());
        CHECK(report.desired.after == pair.twin.desired().counted_bytes());
        CHECK(report.reported.after == pair.twin.reported().counted_bytes());
        CHECK(report.change.after() == pair.change.after());
      }
    }
  }

  TEST_CASE("notification: applied to the old content it gives the new content (7.8, 15.2)") {
    for (std::uint64_t seed = 401; seed <= 410; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        const random_write write = pair.next();
        CAPTURE(write.text);
        node content = content_in(parsed(service_view_of(pair.twin)), section_kind::desired);
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        if (!accepted || pair.change.empty() || !pair.change.notifies_device()) {
          continue;
        }
        doppel::text_buffer out;
        REQUIRE(write_notification(pair.change, out));
        node notification = parsed(out.view());
        CHECK(notification.find("$version")->text == std::to_string(pair.twin.desired_version()));
        notification.erase("$version");
        merge_content(content, notification);
        const node after = content_in(parsed(service_view_of(pair.twin)), section_kind::desired);
        CHECK(difference_between(content, after, in_any_order) == "");
      }
    }
  }

  TEST_CASE("counters: never decrease, and a write moves each by at most one (10.5, 10.6)") {
    for (std::uint64_t seed = 501; seed <= 510; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        const std::uint64_t version = pair.twin.version();
        const std::uint64_t desired = pair.twin.desired_version();
        const std::uint64_t reported = pair.twin.reported_version();
        const random_write write = pair.next();
        CAPTURE(write.text);
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        const bool written = accepted && !pair.change.empty();
        CHECK(pair.twin.version() == version + (written ? 1 : 0));
        CHECK(pair.twin.desired_version() - desired <= (written ? 1U : 0U));
        CHECK(pair.twin.reported_version() - reported <= (written ? 1U : 0U));
        if (written) {
          CHECK(pair.change.before().version == version);
          CHECK(pair.change.after().version == pair.twin.version());
          CHECK(pair.change.after().desired == pair.twin.desired_version());
          CHECK(pair.change.after().reported == pair.twin.reported_version());
        }
      }
    }
  }

  TEST_CASE("metadata: paths that a patch does not name keep their stamps (9.5)") {
    for (std::uint64_t seed = 601; seed <= 606; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        write.form = write_form::reported;
        write.context = {};
        CAPTURE(write.text);
        const node before = parsed(service_view_of(pair.twin));
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        if (accepted) {
          const node after = parsed(service_view_of(pair.twin));
          check_untouched(*section_in(before, section_kind::reported)->find("$metadata"),
                          *section_in(after, section_kind::reported)->find("$metadata"),
                          without_overruled(parsed(write.text)));
          CHECK(difference_between(*section_in(before, section_kind::desired),
                                   *section_in(after, section_kind::desired), exactly) == "");
        }
      }
    }
  }

  TEST_CASE("change: replaying a log onto the first document gives the last one byte for byte") {
    for (std::uint64_t seed = 701; seed <= 710; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      if (!run_in_step(pair, 20)) {
        continue;
      }
      doppel::twin follower = pair.twin;
      CHECK(service_view_of(follower) == service_view_of(pair.twin));
      for (int i = 0; i < 40; ++i) {
        const random_write write = pair.next();
        CAPTURE(write.text);
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        if (accepted && !pair.change.empty()) {
          REQUIRE(replay(follower, pair.change, pair.scratch).has_value());
        }
        REQUIRE(service_view_of(follower) == service_view_of(pair.twin));
      }
    }
  }

  TEST_CASE("merge: applying a patch twice equals once on content (6.1)") {
    for (std::uint64_t seed = 801; seed <= 806; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        write.context = {};
        CAPTURE(write.text);
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        if (accepted) {
          doppel::twin again = pair.twin;
          REQUIRE(pair.apply_to(again, write, pair.change));
          for (const section_kind section : {section_kind::tags, section_kind::desired, section_kind::reported}) {
            CHECK(difference_between(content_in(parsed(service_view_of(pair.twin)), section),
                                     content_in(parsed(service_view_of(again)), section), exactly) == "");
          }
        }
      }
    }
  }

  TEST_CASE("document: what is written can be loaded and is written again byte for byte (2)") {
    for (std::uint64_t seed = 901; seed <= 910; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 10 && run_in_step(pair, 4); ++i) {
        const std::string text = service_view_of(pair.twin);
        CAPTURE(text);
        auto loaded = doppel::load_twin(text, pair.scratch);
        REQUIRE(loaded.has_value());
        CHECK(service_view_of(*loaded) == text);
      }
    }
  }
}

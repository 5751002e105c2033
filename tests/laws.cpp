// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin.hpp>

#include <support/fixture.hpp>
#include <support/generator.hpp>
#include <support/limits.hpp>
#include <support/model.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

// Random writes to a twin and to the naive model beside it, and laws that need no model.
namespace {

using namespace doppel_test;

constexpr match_options exactly{number_match::spelling, true};

node parsed(std::string_view text) {
  node out;
  read_error error;
  const bool good = read_json(text, out, &error);
  REQUIRE_MESSAGE(good, error.what << " at " << error.offset << " in " << text);
  return out;
}

std::string service_view_of(const doppel::twin& twin) {
  doppel::text_buffer out;
  REQUIRE(write_service_view(twin, out));
  return std::string(out.view());
}

std::string device_view_of(const doppel::twin& twin) {
  doppel::text_buffer out;
  REQUIRE(write_device_view(twin, out));
  return std::string(out.view());
}

// A new twin's document has more root members than the model's; those that a write can move are in both.
node moved_members(const node& document) {
  node out = make_object();
  for (const char* key : {"deviceId", "moduleId", "etag", "version", "tags", "properties"}) {
    if (const node* value = document.find(key)) {
      out.set(key, *value);
    }
  }
  return out;
}

std::string reason_of(const boost::system::error_code& why) {
  return std::string(doppel::service_error_of(static_cast<doppel::errc>(why.value())).reason);
}

enum class form { merge, replace, reported, section, path };

struct random_write {
  form how = form::merge;
  section_kind section = section_kind::tags;  // how == section or path
  std::vector<std::string> keys;              // how == path
  std::string text;
  std::int64_t now = 0;
  write_condition condition;
};

doppel::section_name name_of(section_kind section) {
  return section == section_kind::tags      ? doppel::section_name::tags
         : section == section_kind::desired ? doppel::section_name::desired
                                            : doppel::section_name::reported;
}

// From the root, every segment in its escaped form. None of the generator's keys has a bracket.
std::string path_text(const random_write& write) {
  std::string out = write.section == section_kind::tags      ? "tags"
                    : write.section == section_kind::desired ? "properties.desired"
                                                             : "properties.reported";
  for (const std::string& key : write.keys) {
    out += ".[[" + key + "]]";
  }
  return out;
}

// What writing one value by its path stands for: a patch that holds nothing else.
std::string wrapped_text(const random_write& write) {
  std::string head;
  for (const std::string& key : write.keys) {
    head += "{";
    write_string(key, head);
    head += ":";
  }
  return head + write.text + std::string(write.keys.size(), '}');
}

std::string excerpt(const std::string& text) {
  return text.size() <= 3000 ? text
                             : text.substr(0, 3000) + "... (" + std::to_string(text.size()) + " bytes)";
}

std::string described(const random_write& write) {
  switch (write.how) {
    case form::merge:
      return "merge " + write.text;
    case form::replace:
      return "replace " + write.text;
    case form::reported:
      return "merge reported " + write.text;
    case form::section:
      return "merge section " + path_text(write) + " " + write.text;
    case form::path:
      return "set " + path_text(write) + " " + write.text;
  }
  return {};
}

// The twin under test and the model of it, held in step.
class twin_pair {
 public:
  twin_pair(std::uint64_t seed, const doppel::limits& limits, generator_options options = {})
      : random(seed),
        limits_(limits),
        generator_(random, with_limits(options, limits)),
        twin(fresh()),
        model(model_twin::create("pump-1", "", start, model_limits_of(limits))) {}

  static constexpr std::int64_t start = 638'500'000'000'000'000;

  void load(const std::string& document) {
    doppel::load_options options;
    options.limits = limits_;
    auto loaded = doppel::load_twin(document, scratch, options);
    REQUIRE(loaded.has_value());
    twin = std::move(*loaded);
    model = model_twin::load(parsed(document), model_limits_of(limits_)).value();
    now_ = start;
    whole_document_ = true;
    REQUIRE(compare_documents() == "");
  }

  random_write next() {
    random_write write;
    write.how = random.pick<form>(
        {form::merge, form::merge, form::replace, form::reported, form::reported, form::section, form::path});
    write.section =
        random.pick<section_kind>({section_kind::tags, section_kind::desired, section_kind::reported});
    const section_kind section = write.how == form::reported ? section_kind::reported : write.section;
    if (write.how == form::merge || write.how == form::replace) {
      write.text = generator_.body(model, write.how == form::replace);
    } else if (write.how == form::path) {
      write.text = generator_.value_text();
      for (std::size_t i = 1 + random.below(random.one_in(4) ? limits_.depth + 2 : 3); i-- > 0;) {
        write.keys.push_back(random.one_in(40) ? "a.b" : generator_.key());
      }
    } else {
      write.text = generator_.section_text(model.content(section), limit_of(section));
    }
    if (random.one_in(4)) {
      const bool whole_body = write.how == form::merge || write.how == form::replace;
      if (section == section_kind::reported && !whole_body) {
        write.condition.base_version = model.reported_version() + random.below(3) - 1;
      } else {
        write.condition.if_match = if_match();
      }
    }
    now_ += random.between(-20'000'000, 90'000'000);  // the clock may go backwards
    write.now = now_;
    return write;
  }

  boost::system::result<void> apply_to(doppel::twin& target, const random_write& write, doppel::change& out) {
    doppel::write_options options;
    options.now = doppel::timestamp::from_ticks(write.now);
    options.limits = limits_;
    options.base_version = write.condition.base_version;
    if (write.condition.if_match) {
      options.condition =
          doppel::parse_if_match(*write.condition.if_match, doppel::if_match_mode::strict).value();
    }
    switch (write.how) {
      case form::merge:
        return merge_twin(target, write.text, options, scratch, out);
      case form::replace:
        return replace_twin(target, write.text, options, scratch, out);
      case form::reported:
        return merge_reported(target, write.text, options, scratch, out);
      case form::section:
        return merge_section(target, name_of(write.section), write.text, options, scratch, out);
      case form::path:
        return set_json(target, path_text(write), write.text, options, scratch, out);
    }
    return {};
  }

  model_result apply_to_model(const random_write& write) {
    switch (write.how) {
      case form::merge:
        return model.merge(write.text, write.now, write.condition);
      case form::replace:
        return model.replace(write.text, write.now, write.condition);
      case form::reported:
        return model.merge_reported(write.text, write.now, write.condition);
      case form::section:
        return model.merge_section(write.section, write.text, write.now, write.condition);
      case form::path:
        return model.merge_section(write.section, wrapped_text(write), write.now, write.condition);
    }
    return {};
  }

  // One write to both; everything that can be seen must agree. Returns what does not.
  std::string step(const random_write& write) {
    const std::string before = service_view_of(twin);
    const auto done = apply_to(twin, write, change);
    const model_result expected = apply_to_model(write);
    ++(done ? accepted : refused);
    std::string wrong;
    if (done && expected.accepted()) {
      wrong = compare_documents();
      if (wrong.empty()) {
        wrong = compare_messages(expected);
      }
    } else {
      const std::string word = done ? "" : reason_of(done.error());
      if (expected.refused.count(word) == 0) {
        wrong = "the library says '" + word + "', the model '" +
                (expected.accepted() ? "" : *expected.refused.begin()) + "'";
      } else if (service_view_of(twin) != before) {
        wrong = "a refused write changed the twin";
      }
    }
    return wrong.empty() ? ""
                         : wrong + "\nwrite: " + excerpt(described(write)) + "\nbefore: " + excerpt(before);
  }

  std::string compare_documents() {
    const node document = parsed(service_view_of(twin));
    const std::string wrong = difference_between(
        model.service_view(), whole_document_ ? document : moved_members(document), exactly);
    if (!wrong.empty()) {
      return "document" + wrong;
    }
    const bool sizes = twin.tags().counted_bytes() == counted_size(model.content(section_kind::tags)) &&
                       twin.desired().counted_bytes() == counted_size(model.content(section_kind::desired)) &&
                       twin.reported().counted_bytes() == counted_size(model.content(section_kind::reported));
    const bool counters = twin.etag().view() == model.etag() && twin.version() == model.version() &&
                          twin.desired_version() == model.desired_version() &&
                          twin.reported_version() == model.reported_version();
    return !sizes ? "counted sizes differ" : !counters ? "counters differ" : "";
  }

  std::string compare_messages(const model_result& expected) {
    if (change.operation() != expected.event.value_or("") || change.empty() == expected.event.has_value() ||
        change.notifies_device() != expected.notification.has_value()) {
      return "the change is of another kind";
    }
    doppel::text_buffer out;
    std::string wrong;
    if (expected.notification) {
      REQUIRE(write_notification(change, out));
      wrong = difference_between(*expected.notification, parsed(out.view()), {number_match::spelling, false});
    }
    if (wrong.empty() && expected.event) {
      REQUIRE(write_change_event(twin, change, out));
      wrong = difference_between(*expected.event_body, parsed(out.view()), {number_match::spelling, false});
      return wrong.empty() ? "" : "event" + wrong;
    }
    return wrong.empty() ? "" : "notification" + wrong;
  }

  std::size_t accepted = 0;
  std::size_t refused = 0;
  random_source random;

 private:
  static generator_options with_limits(generator_options options, const doppel::limits& limits) {
    options.limits = model_limits_of(limits);
    return options;
  }

  static doppel::twin fresh() {
    doppel::identity who;
    who.device_id = "pump-1";
    return doppel::twin::create(who, doppel::timestamp::from_ticks(start)).value();
  }

  std::size_t limit_of(section_kind section) const {
    return section == section_kind::tags      ? limits_.tags_bytes
           : section == section_kind::desired ? limits_.desired_bytes
                                              : limits_.reported_bytes;
  }

  std::string if_match() {
    const std::string current = model.etag();
    return random.pick<std::string>(
        {"*", "\"*\"", "\"" + current + "\"", current, "W/\"" + current + "\"", "\"AAAAAAAAAAA=\"",
         "AAAAAAAAAAA=", "\"AAAAAAAAAAA=\", \"" + current + "\"", "\"AAAAAAAAAAA=\",\"AAAAAAAAAAA=\""});
  }

  doppel::limits limits_;
  generator generator_;
  std::int64_t now_ = start;
  bool whole_document_ = false;

 public:
  doppel::workspace scratch;
  doppel::twin twin;
  doppel::change change;
  model_twin model;
};

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
  const std::string wrong =
      difference_between(pair.model.device_view(), parsed(device_view_of(pair.twin)), exactly);
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
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
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
    for (std::uint64_t seed = 101; seed <= 130; ++seed) {
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
    for (const char* name : {"thermostat", "edge-agent-module", "edge-custom-module", "edge-gateway",
                             "firmware-rollout", "fresh-device", "leaf-behind-gateway",
                             "pnp-temperature-controller", "vending-machine", "x509-disabled-meter"}) {
      const std::string document = name;
      CAPTURE(document);
      for (std::uint64_t seed = 301; seed <= 303; ++seed) {
        twin_pair pair(seed, doppel::limits());
        pair.load(read_file(fixture_path("twins/" + std::string(name) + ".json")).value());
        run_in_step(pair, 30);
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
        CHECK(difference_between(content, after, {number_match::spelling, false}) == "");
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
    for (std::uint64_t seed = 601; seed <= 610; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        write.how = form::reported;
        write.condition = {};
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
    for (std::uint64_t seed = 801; seed <= 810; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        write.condition = {};
        CAPTURE(write.text);
        const bool accepted = bool(pair.apply_to(pair.twin, write, pair.change));
        pair.apply_to_model(write);
        if (accepted) {
          doppel::twin again = pair.twin;
          REQUIRE(pair.apply_to(again, write, pair.change));
          for (const section_kind section :
               {section_kind::tags, section_kind::desired, section_kind::reported}) {
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

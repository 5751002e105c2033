// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A sequence of writes to a twin, to the naive model, to a twin that is written through the other reader, and
// to one that the changes, saved and loaded, are replayed onto. After each write all that can be seen must agree.
//
// Input: lines. The first may choose the limits: `limits tiny`. Every other line is a write, three characters
// and a text:
//   1st  m merge a body, p replace by a body, r merge reported, t, d, u merge tags, desired, reported by
//   section,
//        s set a value: a path, a space, the value; e erase: a path
//   2nd  - unconditional, = the current etag, ! a stale one, * any, 1 the current base version, 0 a stale
//   one,
//        c for a configuration
//   3rd  the time since the write before: - a second, 0 none, < less than none, > a day
// Everything else, line ends apart, is taken for one of these.
//
// libfuzzer: -max_len=1200 -timeout=20

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/json/ondemand_reader.hpp>
#include <doppel/twin.hpp>

#include <support/beside_model.hpp>
#include <support/limits.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace doppel_test;

constexpr std::int64_t start = 638'500'000'000'000'000;
constexpr std::int64_t second = 10'000'000;

enum class form { merge, replace, reported, section, set };

struct write {
  form how = form::merge;
  section_kind section = section_kind::reported;
  std::string path;
  std::string_view text;
  std::int64_t now = start;
  write_context context;
};

node content_of_desired(const std::string& service_view) {
  node out = *parsed(service_view).find("properties")->find("desired");
  out.erase("$metadata");
  out.erase("$version");
  return out;
}

class sequence {
public:
  explicit sequence(const doppel::limits& limits)
      : limits_(limits),
        twin_(new_twin(start)),
        twin_by_ondemand_(new_twin(start)),
        replayed_(new_twin(start)),
        model_(model_twin::create("pump-1", "", start, model_limits_of(limits))),
        view_(service_view_of(twin_)) {}

  void step(std::string_view line) {
    if (line.size() < 3) return;
    write w;
    if (!understand(line, w)) return;
    const std::string before = std::move(view_);
    const node desired_before = content_of_desired(before);

    const auto done = apply(w);
    view_ = service_view_of(twin_);
    compare_readers(w, done);
    const model_result expected = apply_to_model(w);

    if (done.has_error() && done.error() == make_error_code(doppel::errc::invalid_path)) {
      expect(!is_path(w.path), "a good path is refused", w.path);
      expect_equal("a refused write changed the twin", before, view_);
      return;
    }
    if (done.has_error()) {
      const std::string word = reason_of(done.error());
      expect(expected.refused.count(word) != 0, "the library refuses for another reason than the model",
             word + "\nmodel: " + (expected.accepted() ? "accepts" : *expected.refused.begin()));
      expect_equal("a refused write changed the twin", before, view_);
      expect(change_.empty(), "a refused write left a change");
      return;
    }
    expect(expected.accepted(), "the library accepts what the model refuses",
           expected.accepted() ? "" : *expected.refused.begin());
    compare_views();
    compare_sent(expected, desired_before);
    replay_change();
  }

private:
  static bool is_path(const std::string& path) {
    const auto parsed_path = doppel::parse_path(path);
    return parsed_path.has_value() && parsed_path->count() <= doppel::limits::depth_ceiling &&
           parsed_path->count() > 1 && into_section(*parsed_path).has_value();
  }

  struct place {
    section_kind section;
    std::vector<std::string> keys;
  };
  static std::optional<place> into_section(const doppel::path_view& path) {
    std::vector<std::string> keys;
    for (const auto& segment : path) {
      std::string key(segment.size(), '\0');
      segment.copy(key.data());
      keys.push_back(key);
    }
    if (keys.size() > 1 && keys[0] == "properties") keys.erase(keys.begin());
    if (keys.size() < 2) return std::nullopt;
    place p{section_kind::tags, {keys.begin() + 1, keys.end()}};
    if (keys[0] == "desired") {
      p.section = section_kind::desired;
    } else if (keys[0] == "reported") {
      p.section = section_kind::reported;
    } else if (keys[0] != "tags") {
      return std::nullopt;
    }
    return p;
  }

  bool understand(std::string_view line, write& w) {
    std::string_view text = line.substr(3);
    switch (line[0]) {
      case 'p': w.how = form::replace; break;
      case 'r': w.how = form::reported; break;
      case 't':
        w.how = form::section;
        w.section = section_kind::tags;
        break;
      case 'd':
        w.how = form::section;
        w.section = section_kind::desired;
        break;
      case 'u': w.how = form::section; break;
      case 's':
      case 'e': {
        w.how = form::set;
        const std::size_t space =
            line[0] == 'e' ? text.size() : std::min(text.find(" ", text.rfind("]]") + 1), text.size());
        w.path = text.substr(0, space);
        text = line[0] == 'e' ? "null" : text.substr(std::min(space + 1, text.size()));
        break;
      }
      default: break;
    }
    w.text = text;
    // The model recurses.
    if (std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{') > 1000) return false;
    switch (line[1]) {
      case '=': w.context.if_match = '"' + model_.etag() + '"'; break;
      case '!': w.context.if_match = "\"AAAAAAAAAAA=\""; break;
      case '*': w.context.if_match = "*"; break;
      case '1': w.context.base_version = model_.reported_version(); break;
      case '0': w.context.base_version = model_.reported_version() - 1; break;
      case 'c': w.context.mark = configuration_mark{"cfg-7", "638500000000000000"}; break;
      default: break;
    }
    switch (line[2]) {
      case '0': break;
      case '<': now_ -= 7 * second; break;
      case '>': now_ += 86'400 * second + 1234567; break;
      default: now_ += second; break;
    }
    w.now = now_;
    return true;
  }

  boost::system::result<void> apply(const write& w) {
    const doppel::write_options options = options_of(w.context, w.now, limits_);
    switch (w.how) {
      case form::merge: return merge_twin(twin_, w.text, options, scratch_, change_);
      case form::replace: return replace_twin(twin_, w.text, options, scratch_, change_);
      case form::reported: return merge_reported(twin_, w.text, options, scratch_, change_);
      case form::section: return merge_section(twin_, name_of(w.section), w.text, options, scratch_, change_);
      case form::set: return set_json(twin_, w.path, w.text, options, scratch_, change_);
    }
    return {};
  }

  // The same write through the other reader, and with a diagnostic.
  void compare_readers(const write& w, const boost::system::result<void>& done) {
    using doppel::write_kind;
    using doppel::detail::text_shape;
    doppel::detail::write_request request{};
    const bool device = w.section == section_kind::reported;
    switch (w.how) {
      case form::merge: request = {write_kind::merge, text_shape::body, doppel::section_name::desired, w.text}; break;
      case form::replace:
        request = {write_kind::replace, text_shape::body, doppel::section_name::desired, w.text};
        break;
      case form::reported:
        request = {write_kind::merge_reported, text_shape::section, doppel::section_name::reported, w.text};
        break;
      case form::section:
        request = {device ? write_kind::merge_reported : write_kind::merge, text_shape::section, name_of(w.section),
                   w.text};
        break;
      case form::set:
        if (!doppel::detail::request_at(w.path, w.text, request)) return;
        break;
    }
    doppel::diagnostic where;
    const auto also = doppel::detail::write<doppel::detail::ondemand_reader>(
        twin_by_ondemand_, request, options_of(w.context, w.now, limits_), scratch_, other_change_, &where);
    expect(done.has_error() == also.has_error() && (!done.has_error() || done.error() == also.error()),
           "the readers lead to different answers",
           (done.has_error() ? done.error().message() : "accepted") + "\n" +
               (also.has_error() ? also.error().message() : "accepted"));
    expect_equal("the readers lead to different twins", view_, service_view_of(twin_by_ondemand_));
  }

  model_result apply_to_model(const write& w) {
    switch (w.how) {
      case form::merge: return model_.merge(w.text, w.now, w.context);
      case form::replace: return model_.replace(w.text, w.now, w.context);
      case form::reported: return model_.merge_reported(w.text, w.now, w.context);
      case form::section: return model_.merge_section(w.section, w.text, w.now, w.context);
      case form::set: break;
    }
    const auto path = doppel::parse_path(w.path);
    if (!is_path(w.path)) return {};
    const place p = *into_section(*path);
    // What is no value must not become part of a larger text that is one.
    node value;
    if (!read_json(w.text, value)) {
      model_result malformed;
      malformed.refused.insert("malformed-json");
      return malformed;
    }
    return model_.merge_section(p.section, wrapped(p.keys, w.text), w.now, w.context);
  }

  void compare_views() {
    const std::string wrong = compare_documents(twin_, model_, false);
    expect(wrong.empty(), "the library and the model differ", wrong + "\n" + view_);
    const std::string device_wrong = difference_between(model_.device_view(), parsed(device_view_of(twin_)), exactly);
    expect(device_wrong.empty(), "the device view is not the model's", device_wrong);
  }

  void compare_sent(const model_result& expected, node content) {
    const std::string wrong = compare_messages(twin_, change_, expected);
    expect(wrong.empty(), "what is sent is not the model's", wrong + "\n" + view_);
    if (!expected.notification) return;
    doppel::text_buffer out;
    expect(bool(write_notification(change_, out)), "no notification");
    node notification = parsed(out.view());
    notification.erase("$version");
    merge_content(content, notification);
    const std::string law = difference_between(content, content_of_desired(view_), in_any_order);
    expect(law.empty(), "the notification does not lead to the new content", law + "\n" + std::string(out.view()));
  }

  void replay_change() {
    doppel::text_buffer record;
    expect(bool(save_change(change_, record)), "a change cannot be saved");
    expect(bool(load_change(record.view(), logged_change_, scratch_, limits_)), "a change just saved cannot be loaded",
           record.view());
    const auto outcome = replay(replayed_, logged_change_, scratch_);
    expect(outcome.has_value(), "a change cannot be replayed");
    expect_equal("the replayed change leads elsewhere", view_, service_view_of(replayed_));
    expect(replayed_.tags().counted_bytes() == twin_.tags().counted_bytes() &&
               replayed_.desired().counted_bytes() == twin_.desired().counted_bytes() &&
               replayed_.reported().counted_bytes() == twin_.reported().counted_bytes(),
           "counted sizes differ after replay", view_);
  }

  doppel::limits limits_;
  doppel::workspace scratch_;
  doppel::twin twin_;
  doppel::twin twin_by_ondemand_;
  doppel::twin replayed_;
  doppel::change change_;
  doppel::change other_change_;
  doppel::change logged_change_;
  model_twin model_;
  std::string view_;
  std::int64_t now_ = start;
};

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view tiny = "limits tiny\n";
  const bool is_tiny = input.substr(0, tiny.size()) == tiny;
  if (is_tiny) input.remove_prefix(tiny.size());
  sequence s(is_tiny ? tiny_limits() : doppel::limits());
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    s.step(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return 0;
}

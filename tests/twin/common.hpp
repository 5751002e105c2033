// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_TWIN_COMMON_HPP
#define DOPPEL_TESTS_TWIN_COMMON_HPP

#include <doppel/twin.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_test {

// `second` seconds after ten o'clock on 2024-05-01.
inline doppel::timestamp at_second(std::int64_t second) {
  const doppel::timestamp ten = doppel::parse_timestamp("2024-05-01T10:00:00Z").value();
  return doppel::timestamp::from_ticks(ten.ticks() + second * doppel::timestamp::ticks_per_second);
}

inline doppel::write_options options_at(std::int64_t second) {
  doppel::write_options options;
  options.now = at_second(second);
  return options;
}

inline doppel::identity pump() {
  doppel::identity who;
  who.device_id = "pump-1";
  return who;
}

template <class Policy>
std::string view_of(const doppel::basic_twin<Policy>& twin) {
  doppel::text_buffer out;
  REQUIRE(write_service_view(twin, out));
  return std::string(out.view());
}

template <class Policy>
std::string device_view(const doppel::basic_twin<Policy>& twin) {
  doppel::text_buffer out;
  REQUIRE(write_device_view(twin, out));
  return std::string(out.view());
}

template <class Section>
std::string content_of(const Section& section) {
  doppel::text_buffer out;
  REQUIRE(section.write_json(out));
  return std::string(out.view());
}

template <class Section>
std::string metadata_of(const Section& section) {
  doppel::text_buffer out;
  REQUIRE(write_metadata(section, out));
  return std::string(out.view());
}

inline std::string notification_of(const doppel::change& change) {
  doppel::text_buffer out;
  REQUIRE(write_notification(change, out));
  return std::string(out.view());
}

template <class Policy>
std::string event_of(const doppel::basic_twin<Policy>& twin, const doppel::change& change) {
  doppel::text_buffer out;
  REQUIRE(write_change_event(twin, change, out));
  return std::string(out.view());
}

template <class Policy>
std::string image_of(const doppel::basic_twin<Policy>& twin) {
  doppel::workspace scratch;
  doppel::text_buffer out;
  REQUIRE(save_image(twin, scratch, out));
  return std::string(out.view());
}

// A twin with what writing to it needs. `code` of the latest write; 0 when it was accepted.
template <class Policy = doppel::default_policy>
struct basic_bench {
  using twin_type = doppel::basic_twin<Policy>;

  basic_bench() { REQUIRE(twin.reset(pump(), at_second(0))); }
  explicit basic_bench(twin_type&& other) : twin(std::move(other)) {}

  doppel::errc merge(std::string_view body) { return keep(merge_twin(twin, body, options, scratch, change, &where)); }
  doppel::errc replace(std::string_view body) {
    return keep(replace_twin(twin, body, options, scratch, change, &where));
  }
  doppel::errc report(std::string_view patch) {
    return keep(merge_reported(twin, patch, options, scratch, change, &where));
  }
  doppel::errc section(doppel::section_name name, std::string_view patch) {
    return keep(merge_section(twin, name, patch, options, scratch, change, &where));
  }
  doppel::errc tags(std::string_view patch) { return section(doppel::section_name::tags, patch); }
  doppel::errc desired(std::string_view patch) { return section(doppel::section_name::desired, patch); }
  doppel::errc json(std::string_view path, std::string_view text) {
    return keep(set_json(twin, path, text, options, scratch, change, &where));
  }
  doppel::errc erase(std::string_view path) { return keep(erase_value(twin, path, options, scratch, change, &where)); }
  template <class T>
  doppel::errc set(std::string_view path, const T& value) {
    return keep(set_value(twin, path, value, options, scratch, change, &where));
  }
  doppel::errc load(std::string_view text, const doppel::load_options& how = {}) {
    return keep(load_into(twin, text, scratch, how, &report_of_load, &where));
  }
  void at(std::int64_t second) { options.now = at_second(second); }

  twin_type twin;
  doppel::workspace scratch;
  doppel::change change;
  doppel::diagnostic where;
  doppel::write_options options = options_at(1);
  doppel::load_report report_of_load;

private:
  static doppel::errc keep(const boost::system::result<void>& done) {
    return done ? doppel::errc{} : static_cast<doppel::errc>(done.error().value());
  }
};
using bench = basic_bench<>;

inline constexpr doppel::errc accepted{};

}  // namespace doppel_test

#endif

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_UPDATE_HPP
#define DOPPEL_TWIN_UPDATE_HPP

#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/path.hpp>
#include <doppel/base/precondition.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/json/detail/plain_values.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/system/result.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

/// @file
/// Writing to a twin, from text. Every function here is one write: it does all it says, fills a
/// `change` and moves the counters, or it leaves the twin byte for byte as it was.
///
/// Errors are found in the order of spec/twin.md 24, whatever else is wrong with the write:
/// the text (`malformed_json`, `text_too_long`), the precondition (`precondition_failed`), the values
/// (`section_not_object`, `key_character`, `key_length`, `value_length`, `integer_range`, `depth`,
/// `null_in_array`, `duplicate_member`), the size (`section_size`), and last `out_of_memory`.
namespace doppel {
inline namespace v0 {

/// A configuration on whose behalf desired properties are written (spec/twin.md 9.11). Plain ASCII
/// texts without quotes and backslashes.
struct configuration_mark {
  std::string_view id;      ///< becomes `$lastUpdatedBy`
  std::string_view digest;  ///< becomes `$lastUpdatedByDigest`
};

/// What goes with a write beside its text.
struct write_options {
  /// The time of the call. Stamps get this or, if the twin has a later one, that (spec/twin.md 9.13).
  timestamp now;
  /// The back end's If-Match; not looked at by device writes (11.1, 11.1.7).
  precondition condition = {};
  /// A device's base version: refused unless it is the current reported `$version` (11.2.1).
  std::optional<std::uint64_t> base_version = {};
  doppel::limits limits = {};
  /// Refuse a member that occurs twice in one object, instead of taking the last (4.5.3).
  bool refuse_duplicates = false;
  /// How much the change records.
  detail_level detail = detail_level::values;
  /// Marks the written leaves of desired.
  std::optional<configuration_mark> configuration = {};
};

namespace detail {

inline boost::system::result<void> refuse(errc code, std::uint64_t offset, std::string_view expected,
                                          std::string_view text, diagnostic* d) noexcept {
  if (d != nullptr) {
    d->clear();
    d->code = code;
    d->offset = offset;
    d->expected = expected;
    d->locate(text);
    describe_path(text, *d);
  }
  return make_error_code(code);
}

inline void describe_section(section_name s, diagnostic& d) noexcept {
  if (s != section_name::tags) d.append_key("properties");
  d.append_key(s == section_name::tags ? "tags" : s == section_name::desired ? "desired" : "reported");
}

/// Which of the sections a text speaks of are written, and how (spec/twin.md 6.3, 6.4, 6.7, 7.2).
inline void plan_write(write_kind kind, text_shape shape, section_name section, const operation_list& list,
                       write_plan& plan) noexcept {
  plan.kind = kind;
  const bool replace = kind == write_kind::replace;
  const auto add = [&](section_name s) {
    switch (list.section(s).state) {
      case section_state::object: plan.add(s, replace ? section_change::replaced : section_change::merged); break;
      case section_state::null: plan.add(s, replace ? section_change::replaced : section_change::cleared); break;
      case section_state::absent:
        if (replace) plan.add(s, section_change::replaced);
        break;
      case section_state::invalid: break;
    }
  };
  if (shape == text_shape::section) {
    add(section);
  } else {
    add(section_name::tags);
    add(section_name::desired);
  }
}

/// What distinguishes one kind of write from another.
struct write_request {
  write_kind kind;
  text_shape shape;
  section_name section;
  std::string_view text;
  path_view at = {};
};

/// A JSON string around plain text, for the marks of a configuration.
struct quoted_text {
  char bytes[160];
  std::size_t size = 0;
  bool set(std::string_view text) noexcept {
    if (text.size() > sizeof bytes - 2) return false;
    bytes[0] = '"';
    if (!text.empty()) std::memcpy(bytes + 1, text.data(), text.size());
    bytes[text.size() + 1] = '"';
    size = text.size() + 2;
    return is_plain_text(text);
  }
  std::string_view view() const noexcept { return {bytes, size}; }
  static bool is_plain_text(std::string_view text) noexcept {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') return false;
    }
    return true;
  }
};

/// Step 2 of spec/twin.md 24: the text becomes operations. Looks at no twin, but may have the content of one fetched.
template <class Reader>
boost::system::result<void> understand(const write_request& request, std::uint64_t seed, const block* likely,
                                       const write_options& options, workspace& ws, diagnostic* d) noexcept {
  DOPPEL_ASSERT(options.limits.is_valid());
  operation_list* const list = ws.part_of<operation_list>();
  Reader* const reader = ws.part_of<Reader>();
  if (list == nullptr || reader == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  read_options ro;
  ro.bounds = &options.limits;
  ro.seed = seed;
  ro.section = request.section;
  ro.refuse_duplicates = options.refuse_duplicates;
  ro.at = request.at;
  // The content is on its way while the text is being understood: its beginning at once, the rest when its
  // size can be seen. Most sections are no larger than that.
  constexpr std::uint32_t at_once = 1024;
  constexpr std::uint32_t at_most = 4096;
  if (likely != nullptr) prefetch_range(likely, at_once);
  const read_status status = reader->read(*list, request.text, request.shape, ro, [&] {
    if (likely == nullptr || likely->used <= at_once) return;
    prefetch_range(likely->at(at_once), at_once);
    if (likely->used > 2 * at_once) prefetch_range(likely->at(2 * at_once), at_most - 2 * at_once);
  });
  if (!status) return refuse(status.code, status.offset, status.expected, request.text, d);
  return {};
}

/// Steps 3 to 8: what has been understood is settled and committed.
/// @param before_commit called with the operations and the plan once nothing can fail any more
template <class BeforeCommit>
boost::system::result<void> carry_out(twin_core& t, const write_request& request, bool condition_holds,
                                      const write_options& options, workspace& ws, change& out, diagnostic* d,
                                      BeforeCommit&& before_commit) noexcept {
  operation_list* const list = ws.part_of<operation_list>();
  spare_room* const spare = ws.part_of<spare_room>();
  if (list == nullptr || spare == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);

  if (!condition_holds ||
      (request.kind == write_kind::merge_reported && options.base_version && *options.base_version != t.count().reported)) {
    return refuse(errc::precondition_failed, 0, "the current etag or version", {}, d);
  }
  rule_error broken = list->first_error();
  const section_operations& named = list->section(request.section);
  if (!broken && request.kind == write_kind::merge_reported && named.state == section_state::null) {
    broken = named.error;  // a device cannot clear its section (6.4)
  }
  if (broken) return refuse(broken.code, broken.offset, expectation(broken.code), request.text, d);

  write_plan plan;
  plan_write(request.kind, request.shape, request.section, *list, plan);
  if (plan.count == 0) return {};

  quoted_text by, digest;
  configuration_marks marks;
  const bool marked = options.configuration && plan.writes(section_name::desired);
  if (marked) {
    if (!by.set(options.configuration->id) || !digest.set(options.configuration->digest)) {
      return refuse(errc::invalid_document, 0, "a plain configuration id and digest", {}, d);
    }
    marks = {by.view(), digest.view()};
  }
  pending_write pending(t, *list, plan, *spare, out, options.detail);
  section_name culprit{};
  const errc code = pending.settle(options.limits, true, options.now, marked ? &marks : nullptr, culprit);
  if (code != errc{}) {
    const bool size = code == errc::section_size;
    auto refused = refuse(code, 0, size ? "a section within its size limit" : "", {}, d);
    if (size && d != nullptr) describe_section(culprit, *d);
    return refused;
  }
  before_commit(*list, plan);
  pending.commit();
  return {};
}

/// Whether the twin's etag matters to a write.
inline bool is_conditional(const write_request& request, const write_options& options) noexcept {
  return request.kind != write_kind::merge_reported && options.condition.kind() == precondition::kind_type::list;
}

/// Steps 2 to 8 of spec/twin.md 24.
template <class Reader>
boost::system::result<void> write(twin_core& t, const write_request& request, bool condition_holds,
                                  const write_options& options, workspace& ws, change& out,
                                  diagnostic* d) noexcept {
  out.clear();
  key_store* const keys = t.need_keys(options.limits);
  if (keys == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  const block* const likely = t.section(request.section).get();
  const auto understood = understand<Reader>(request, keys->seed(), likely, options, ws, d);
  if (!understood) return understood;
  return carry_out(t, request, condition_holds, options, ws, out, d, [](const operation_list&, const write_plan&) {});
}

template <class Reader = indexed_reader, class Policy>
boost::system::result<void> write(basic_twin<Policy>& t, const write_request& request, const write_options& options,
                                  workspace& ws, change& out, diagnostic* d) noexcept {
  const bool condition_holds = !is_conditional(request, options) || options.condition.holds(t.etag());
  return write<Reader>(t.core(), request, condition_holds, options, ws, out, d);
}

/// The request to write one value or to remove one, by its path from the root of the document.
inline bool request_at(std::string_view path, std::string_view text, write_request& request) noexcept {
  const auto parsed = parse_path(path);
  if (!parsed.has_value() || parsed->empty()) return false;
  path_view rest;
  const section_name s = split_section(*parsed, rest);
  if (s == section_name::root || rest.empty()) return false;
  request = {s == section_name::reported ? write_kind::merge_reported : write_kind::merge, text_shape::section, s, text, rest};
  return rest.count() <= limits::depth_ceiling;
}

}  // namespace detail

/// Merges a back end's patch, `{"tags":{..},"properties":{"desired":{..}}}`, into the twin.
///
/// Both sections are written in one step. A null section is cleared, an absent one untouched; root
/// members, `reported`, and `$metadata` and `$version` at the top of desired have no effect. A body
/// without any section is no write: the call succeeds and `out` is empty.
/// @param body JSON text; needs no padding and may go away after the call
/// @param options time, precondition, limits, detail
/// @param ws scratch of the calling thread
/// @param[out] out what the write did; empty after an error
/// @param[out] d where it went wrong and what was expected; may be null, untouched on success
/// @return nothing, or an error of the list at the top of this file, or `errc::invalid_timestamp`
///   when options.now is outside the years 1601 to 2513
/// @par Specification spec/twin.md 6, 8, 9, 10, 24; RFC 7386
/// @par Complexity
/// Linear in the text, plus a search among the members of each object it names; independent of the
/// rest of the twin, but for the rare move of a full section.
/// @par Exception safety
/// Nothing throws. Strong: any error, out of memory included, leaves the twin as it was.
template <class Policy>
boost::system::result<void> merge_twin(basic_twin<Policy>& t, std::string_view body, const write_options& options,
                                       workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
  return detail::write(t, {write_kind::merge, detail::text_shape::body, section_name::desired, body}, options, ws, out, d);
}

/// Replaces tags and desired by what the body says; a section left out or null becomes empty. Null
/// members are dropped. reported is untouched. See `merge_twin` for all else.
/// @par Specification spec/twin.md 7
/// @par Complexity
/// Linear in the text and in the old content.
template <class Policy>
boost::system::result<void> replace_twin(basic_twin<Policy>& t, std::string_view body, const write_options& options,
                                         workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
  return detail::write(t, {write_kind::replace, detail::text_shape::body, section_name::desired, body}, options, ws, out, d);
}

/// Merges a device's patch of reported properties: the content itself, not wrapped. `options.condition`
/// is not looked at, `options.base_version` is. See `merge_twin` for all else.
/// @par Specification spec/twin.md 13, 11.2
template <class Policy>
boost::system::result<void> merge_reported(basic_twin<Policy>& t, std::string_view patch, const write_options& options,
                                           workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
  return detail::write(t, {write_kind::merge_reported, detail::text_shape::section, section_name::reported, patch},
                       options, ws, out, d);
}

/// Merges the content of one section, not wrapped: tags or desired as a back end, reported as the device.
/// See `merge_twin`.
/// @pre `s` is not `section_name::root`
template <class Policy>
boost::system::result<void> merge_section(basic_twin<Policy>& t, section_name s, std::string_view patch,
                                          const write_options& options, workspace& ws, change& out,
                                          diagnostic* d = nullptr) noexcept {
  DOPPEL_ASSERT(s != section_name::root);
  const write_kind kind = s == section_name::reported ? write_kind::merge_reported : write_kind::merge;
  return detail::write(t, {kind, detail::text_shape::section, s, patch}, options, ws, out, d);
}

/// Writes one value, given as JSON text: the same as merging a patch that holds only it. An object is
/// merged, a null removes.
/// @param path from the root: `tags.site`, `properties.desired.fan.speed`; `properties` may be left out
/// @return also `errc::invalid_path` when the path is none or does not lead into tags, desired or reported
template <class Policy>
boost::system::result<void> set_json(basic_twin<Policy>& t, std::string_view path, std::string_view json,
                                     const write_options& options, workspace& ws, change& out,
                                     diagnostic* d = nullptr) noexcept {
  detail::write_request request{};
  out.clear();
  if (!detail::request_at(path, json, request)) {
    return detail::refuse(errc::invalid_path, 0, "a path into tags, desired or reported", {}, d);
  }
  return detail::write(t, request, options, ws, out, d);
}

/// Removes one member; removing an absent one is a write all the same (spec/twin.md 9.7). See `set_json`.
template <class Policy>
boost::system::result<void> erase_value(basic_twin<Policy>& t, std::string_view path, const write_options& options,
                                        workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
  return set_json(t, path, "null", options, ws, out, d);
}

/// Writes one value without JSON: a bool, an integer, a double or a text. See `set_json`.
/// @return also `errc::integer_range` for an infinite or undefined number
template <class Policy, class T>
  requires(std::integral<T> || std::floating_point<T> || std::convertible_to<const T&, std::string_view>)
boost::system::result<void> set_value(basic_twin<Policy>& t, std::string_view path, const T& value,
                                      const write_options& options, workspace& ws, change& out,
                                      diagnostic* d = nullptr) noexcept {
  if constexpr (std::same_as<T, bool>) {
    return set_json(t, path, value ? "true" : "false", options, ws, out, d);
  } else if constexpr (std::integral<T> || std::floating_point<T>) {
    if constexpr (std::floating_point<T>) {
      if (!(value - value == 0)) {
        out.clear();
        return detail::refuse(errc::integer_range, 0, "a finite number", {}, d);
      }
    }
    return set_json(t, path, detail::number_text(value).view(), options, ws, out, d);
  } else {
    text_buffer json(t.core().memory());
    out.clear();
    if (!detail::append_quoted(json, value)) return detail::refuse(errc::out_of_memory, 0, "memory", {}, d);
    return set_json(t, path, json.view(), options, ws, out, d);
  }
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_UPDATE_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_MESSAGE_HPP
#define DOPPEL_QUERY_MESSAGE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/characters.hpp>
#include <doppel/query/detail/string_functions.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/value.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

/// @file
/// Messages, which routes ask.
namespace doppel {
inline namespace v0 {

/// A property of a message, with plain texts.
struct message_property {
  std::string_view name;
  std::string_view value;
};

/// A message as a route sees it: all of it views.
/// @par Specification
/// spec/query.md 16.4
struct message {
  std::span<const message_property> application_properties;
  /// By their names without `$`: `contentType`, `connectionDeviceId`, ...
  std::span<const message_property> system_properties;
  /// JSON text in UTF-8, checked; empty if the body is anything else: content of another type, or in an encoding that
  /// has not been converted. Then paths into it are undefined.
  std::string_view body;
  /// The twin of the device or module as JSON text, checked; may be empty.
  std::string_view twin;
};

namespace detail {

/// The member of a JSON object with a key whose case does not matter.
inline bool step_ignoring_case(std::string_view& text, std::string_view key) noexcept {
  if (text.empty() || text[0] != '{') return false;
  composite_cursor cursor;
  begin_json(composite_of_json(text), cursor);
  query_value name;
  string_piece mapped[2];
  const query_value plain = query_value::string(key);
  const query_value wanted = change_case(plain, case_mapping::lower, mapped);
  while (next_json_text(cursor, name, text)) {
    if (equal_strings(change_case(name, case_mapping::lower, mapped + 1), wanted)) return true;
  }
  return false;
}

/// Says whether a string looks like a time: the engine behind routes makes such strings of a body dates, which are
/// no values of its language.
inline bool is_time_text(const query_value& s) noexcept {
  char text[48];
  std::size_t size = 0;
  string_reader reader(s);
  for (std::string_view part = reader.next(); !part.empty(); part = reader.next()) {
    if (size + part.size() > sizeof text) return false;
    std::memcpy(text + size, part.data(), part.size());
    size += part.size();
  }
  const std::string_view all(text, size);
  // YYYY-MM-DDThh:mm:ss, perhaps with a fraction and a zone.
  if (size < 19) return false;
  constexpr std::string_view form = "0000-00-00T00:00:00";
  const auto has_form = [](std::string_view part, std::string_view wanted) {
    for (std::size_t i = 0; i != wanted.size(); ++i) {
      const bool is_digit = part[i] >= '0' && part[i] <= '9';
      if (wanted[i] == '0' ? !is_digit : part[i] != wanted[i]) return false;
    }
    return true;
  };
  if (!has_form(all, form)) return false;
  std::size_t at = form.size();
  if (at != size && all[at] == '.') {
    const std::size_t digits = ++at;
    while (at != size && all[at] >= '0' && all[at] <= '9') ++at;
    if (at == digits) return false;
  }
  const std::string_view zone = all.substr(at);
  if (zone.empty() || zone == "Z") return true;
  return zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && has_form(zone.substr(1), "00:00");
}

}  // namespace detail

/// A message as a document, for programs of dialect `route`. A path of the body that leads nowhere is null.
/// @par Lifetime
/// A view of the message.
class message_document {
public:
  enum class part : std::uint8_t { message, application, dollar, system, body, missing, device_twin, property };
  struct node {
    part what;
    std::string_view text;
  };

  explicit message_document(const message& m) noexcept : message_(m) {}

  node root() const noexcept { return {part::message, {}}; }

  bool step(node& n, const query_path& path) const noexcept {
    switch (n.what) {
      case part::message: return step_from_message(n, path.root);
      case part::application: return find(message_.application_properties, path.key, n);
      case part::system: return find(message_.system_properties, path.key, n);
      case part::dollar:
        for (const message_property& p : message_.application_properties) {
          if (!p.name.starts_with('$') || !detail::equals_ignoring_case(p.name.substr(1), path.key)) continue;
          n = {part::property, p.value};
          return true;
        }
        return find(message_.system_properties, path.key, n);
      case part::body:
        if (!detail::step_into_json(n.text, path.is_index, path.index, path.key)) n.what = part::missing;
        return true;
      case part::missing: return true;
      case part::device_twin:
        return path.is_index ? detail::step_into_json(n.text, true, path.index, {})
                             : detail::step_ignoring_case(n.text, path.key);
      case part::property: return false;
    }
    return false;
  }

  query_value value(const node& n) const noexcept {
    switch (n.what) {
      case part::property: return query_value::string(n.text);
      case part::missing: return query_value::null();
      case part::body: {
        const query_value v = value_of_json(n.text);
        if (v.is_composite() || (v.is_string() && detail::is_time_text(v))) return {};
        return v;
      }
      case part::device_twin: return value_of_json(n.text);
      default: return {};
    }
  }

  /// The body, or null if it is no JSON.
  bool write(text_buffer& out) const noexcept {
    return message_.body.empty() ? out.append("null") : write_value(value_of_json(message_.body), out);
  }

private:
  static bool find(std::span<const message_property> properties, std::string_view name, node& n) noexcept {
    for (const message_property& p : properties) {
      if (!detail::equals_ignoring_case(p.name, name)) continue;
      n = {part::property, p.value};
      return true;
    }
    return false;
  }

  bool step_from_message(node& n, path_root root) const noexcept {
    switch (root) {
      case path_root::application_property: n.what = part::application; return true;
      case path_root::dollar_property: n.what = part::dollar; return true;
      case path_root::system_property: n.what = part::system; return true;
      case path_root::message_body: n = {part::body, message_.body}; return !message_.body.empty();
      case path_root::message_twin: n = {part::device_twin, message_.twin}; return !message_.twin.empty();
      default: return false;
    }
  }

  const message& message_;
};
static_assert(query_document<message_document>);

/// Says whether a route takes a message.
/// @pre the program was compiled as `query_dialect::route`; the scratch is prepared for it
/// @par Exception safety
/// Nothing fails, throws or allocates.
/// @par Specification
/// spec/query.md 16.4. Not evaluated: TWIN_CHANGE_INCLUDES, which is undefined here.
[[nodiscard]] inline bool matches(const program& p, const message& m, query_scratch& scratch) noexcept {
  return matches(p, message_document(m), scratch);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_MESSAGE_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_JSON_DOCUMENT_HPP
#define DOPPEL_QUERY_JSON_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/json/value.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/value.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

/// @file
/// Documents as `boost::json::value`: an optional header.
namespace doppel {
inline namespace v0 {

/// A value of Boost.JSON as a value of a query.
/// @par Lifetime
/// A view of @p v.
[[nodiscard]] query_value value_of(const boost::json::value& v) noexcept;

namespace detail {

inline std::string_view view_of(boost::json::string_view text) noexcept { return {text.data(), text.size()}; }

inline const boost::json::value& json_of(const query_value& v) noexcept {
  return *static_cast<const boost::json::value*>(v.node());
}
inline void begin_boost(const query_value& of, composite_cursor& cursor) noexcept {
  cursor.context = of.node();
  cursor.index = 0;
}
inline bool next_boost(composite_cursor& cursor, query_value& key, query_value& value) noexcept {
  const auto& v = *static_cast<const boost::json::value*>(cursor.context);
  const std::size_t i = cursor.index++;
  if (const auto* const array = v.if_array()) {
    if (i >= array->size()) return false;
    value = value_of((*array)[i]);
    return true;
  }
  const boost::json::object& object = v.get_object();
  if (i >= object.size()) return false;
  const auto& member = *(object.begin() + static_cast<std::ptrdiff_t>(i));
  key = query_value::string(view_of(member.key()));
  value = value_of(member.value());
  return true;
}
inline query_value member_of_boost(const query_value& object, const query_value& key) noexcept {
  const boost::json::object& members = json_of(object).get_object();
  if (key.form() == string_form::plain) {
    const auto found = members.find(boost::json::string_view(key.plain_text().data(), key.plain_text().size()));
    return found == members.end() ? query_value() : value_of(found->value());
  }
  for (const auto& member : members) {
    if (equal_strings(query_value::string(view_of(member.key())), key)) return value_of(member.value());
  }
  return {};
}

/// Appends any value as minified JSON. Without recursion: the way back is a list of positions.
inline bool write_boost(const boost::json::value& whole, text_buffer& out) noexcept {
  struct level {
    const boost::json::value* of;
    std::size_t at;
  };
  array<level> levels(memory_ref{});
  std::size_t depth = 0;
  const boost::json::value* v = &whole;
  for (;;) {
    if (v->is_array() || v->is_object()) {
      if (!levels.reserve(depth + 1, depth)) return false;
      levels.data()[depth++] = {v, 0};
      if (!out.append(v->is_array() ? "[" : "{")) return false;
    } else if (!write_value(value_of(*v), out)) {
      return false;
    }
    for (;;) {
      if (depth == 0) return true;
      level& top = levels.data()[depth - 1];
      const std::size_t size = top.of->is_array() ? top.of->get_array().size() : top.of->get_object().size();
      if (top.at == size) {
        if (!out.append(top.of->is_array() ? "]" : "}")) return false;
        --depth;
        continue;
      }
      if (top.at != 0 && !out.append(",")) return false;
      if (const auto* const array = top.of->if_array()) {
        v = &(*array)[top.at++];
      } else {
        const auto& member = *(top.of->get_object().begin() + static_cast<std::ptrdiff_t>(top.at++));
        if (!write_json_string(query_value::string(view_of(member.key())), out) || !out.append(":")) return false;
        v = &member.value();
      }
      break;
    }
  }
}
inline bool write_boost_value(const query_value& of, text_buffer& out) noexcept {
  return write_boost(json_of(of), out);
}

inline constexpr composite_functions boost_functions{&begin_boost, &next_boost, &member_of_boost, &write_boost_value};

}  // namespace detail

inline query_value value_of(const boost::json::value& v) noexcept {
  switch (v.kind()) {
    case boost::json::kind::null: return query_value::null();
    case boost::json::kind::bool_: return query_value::boolean(v.get_bool());
    case boost::json::kind::int64: return query_value::integer(v.get_int64());
    case boost::json::kind::uint64: {
      const std::uint64_t n = v.get_uint64();
      if (n <= static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)())) {
        return query_value::integer(static_cast<std::int64_t>(n));
      }
      return query_value::floating(static_cast<double>(n));
    }
    case boost::json::kind::double_: return query_value::floating(v.get_double());
    case boost::json::kind::string: return query_value::string({v.get_string().data(), v.get_string().size()});
    case boost::json::kind::array: return query_value::array(detail::boost_functions, &v);
    case boost::json::kind::object: return query_value::object(detail::boost_functions, &v);
  }
  return {};
}

/// A `boost::json::value` as a document: a twin as the service shows it, a job record, or anything else.
/// @par Lifetime
/// A view: valid as long as the value is neither changed nor destroyed.
class json_document {
public:
  using node = const boost::json::value*;

  explicit json_document(const boost::json::value& document) noexcept : document_(&document) {}
  json_document(boost::json::value&&) = delete;

  node root() const noexcept { return document_; }
  bool step(node& n, const query_path& path) const noexcept {
    if (path.is_index) {
      const auto* const array = n->if_array();
      if (array == nullptr || path.index < 0 || static_cast<std::uint64_t>(path.index) >= array->size()) return false;
      n = &(*array)[static_cast<std::size_t>(path.index)];
      return true;
    }
    const auto* const object = n->if_object();
    if (object == nullptr) return false;
    n = object->if_contains(boost::json::string_view(path.key.data(), path.key.size()));
    return n != nullptr;
  }
  query_value value(node n) const noexcept { return value_of(*n); }
  bool write(text_buffer& out) const noexcept { return detail::write_boost(*document_, out); }

private:
  const boost::json::value* document_;
};
static_assert(query_document<json_document>);

/// Says whether a document matches; see `matches` in `doppel/query/document.hpp`.
[[nodiscard]] inline bool matches(const program& p, const boost::json::value& document,
                                  query_scratch& scratch) noexcept {
  return matches(p, json_document(document), scratch);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_JSON_DOCUMENT_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_DESCRIBED_HPP
#define DOPPEL_TWIN_DETAIL_DESCRIBED_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/path_text.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/plain_values.hpp>
#include <doppel/twin/value_view.hpp>

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace doppel {
inline namespace v0 {

/// A member of a typed patch: left alone, given a value, or removed.
template <class T>
class field {
public:
  /// Leaves the member alone.
  field() = default;
  /// Gives it a value.
  field(T value) : state_(state::set), value_(std::move(value)) {}
  /// Removes it.
  static field removed() {
    field f;
    f.state_ = state::removed;
    return f;
  }
  [[nodiscard]] bool is_set() const noexcept { return state_ == state::set; }
  [[nodiscard]] bool is_removed() const noexcept { return state_ == state::removed; }
  [[nodiscard]] const T& value() const noexcept { return value_; }

private:
  enum class state : unsigned char { untouched, set, removed };
  state state_ = state::untouched;
  T value_{};
};

namespace detail {

template <class T>
using described_members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
concept is_described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_field : std::false_type {};
template <class T>
struct is_field<field<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};

template <class>
inline constexpr bool unsupported = false;

template <class T>
bool read_members_of(const value_view& from, T& out, path_text& path);

/// A scalar from its stored text; a float takes integers too, an integer no floats.
template <class T>
bool read_scalar(std::string_view text, T& out) {
  if constexpr (std::same_as<T, bool>) {
    out = text == "true";
    return out || text == "false";
  } else if constexpr (std::integral<T> || std::floating_point<T>) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc{} && end == text.data() + text.size()) return true;
    if constexpr (std::floating_point<T>) {
      // Stored numbers are within range: only one too small for the type is left.
      if (error == std::errc::result_out_of_range && std::same_as<T, double>) return out = 0, true;
    }
    return false;
  } else {
    static_assert(std::same_as<T, std::string>, "doppel: a described member has a type that twins cannot hold");
    if (text.size() < 2 || text[0] != '"') return false;
    out.clear();
    const char* p = text.data() + 1;
    const char* const end = text.data() + text.size() - 1;
    while (p < end) {
      std::uint32_t c = 0;
      char utf8[4];
      if (*p != '\\') {
        out += *p++;
      } else if (read_escape(p, end, c)) {
        out.append(utf8, static_cast<std::size_t>(put_utf8(utf8, c) - utf8));
      } else {
        return false;
      }
    }
    return true;
  }
}

/// The elements of a stored array, which is minified and valid.
template <class T>
bool read_elements(std::string_view array, std::vector<T>& out) {
  if (array.size() < 2 || array[0] != '[') return false;
  out.clear();
  std::size_t at = 1;
  while (at < array.size() && array[at] != ']') {
    std::size_t end = at;
    bool quoted = false;
    for (; end < array.size() && (quoted || (array[end] != ',' && array[end] != ']')); ++end) {
      if (array[end] == '\\') {
        ++end;
      } else if (array[end] == '"') {
        quoted = !quoted;
      }
    }
    T element{};
    if (!read_scalar(array.substr(at, end - at), element)) return false;
    out.push_back(std::move(element));
    at = end + (end < array.size() && array[end] == ',');
  }
  return true;
}

template <class T>
bool read_member(const value_view& from, T& out, path_text& path) {
  if constexpr (is_optional<T>::value) {
    out.reset();
    if (!from || from.kind() == value_kind::null) return true;
    return read_member(from, out.emplace(), path);
  } else if constexpr (is_field<T>::value) {
    out = {};
    if (!from) return true;
    std::remove_cvref_t<decltype(out.value())> value{};
    if (!read_member(from, value, path)) return false;
    out = T(std::move(value));
    return true;
  } else if constexpr (is_vector<T>::value) {
    return from.kind() == value_kind::array && read_elements(from.text(), out);
  } else if constexpr (is_described<T>) {
    return from.is_object() && read_members_of(from, out, path);
  } else {
    return from && !from.is_object() && read_scalar(from.text(), out);
  }
}

template <class T>
bool read_members_of(const value_view& from, T& out, path_text& path) {
  bool done = true;
  boost::mp11::mp_for_each<described_members<T>>([&](auto member) {
    if (!done) return;
    const path_text::mark before = path.here();
    path.enter(member.name);
    done = read_member(from.find(member.name), out.*member.pointer, path);
    if (done) path.back_to(before);
  });
  return done;
}

template <class T>
bool write_described(const T& from, text_buffer& out) noexcept;

template <class T>
bool write_typed_value(const T& v, text_buffer& out) noexcept {
  if constexpr (std::same_as<T, bool>) {
    return out.append(v ? "true" : "false");
  } else if constexpr (std::integral<T>) {
    return out.append(number_text(v).view());
  } else if constexpr (std::floating_point<T>) {
    return std::isfinite(v) && out.append(number_text(v).view());
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return append_quoted(out, v);
  } else if constexpr (is_vector<T>::value) {
    bool done = out.append("[");
    for (std::size_t i = 0; done && i < v.size(); ++i) {
      done = (i == 0 || out.append(",")) && write_typed_value<typename T::value_type>(v[i], out);
    }
    return done && out.append("]");
  } else if constexpr (is_described<T>) {
    return write_described(v, out);
  } else {
    static_assert(unsupported<T>, "doppel: a described member has a type that twins cannot hold");
    return false;
  }
}

/// `"name":value,` unless the member has nothing to say.
template <class T>
bool write_typed_member(std::string_view name, const T& v, text_buffer& out) noexcept {
  if constexpr (is_optional<T>::value) {
    return !v.has_value() || write_typed_member(name, *v, out);
  } else if constexpr (is_field<T>::value) {
    if (v.is_removed()) return append_quoted(out, name) && out.append(":null,");
    return !v.is_set() || write_typed_member(name, v.value(), out);
  } else {
    return append_quoted(out, name) && out.append(":") && write_typed_value(v, out) && out.append(",");
  }
}

template <class T>
bool write_described(const T& from, text_buffer& out) noexcept {
  if (!out.append("{")) return false;
  bool done = true;
  boost::mp11::mp_for_each<described_members<T>>([&](auto member) {
    if (done) done = write_typed_member(member.name, from.*member.pointer, out);
  });
  if (!done || !out.reserve_more(1)) return false;
  char* end = out.end();
  if (end[-1] == ',') --end;
  *end++ = '}';
  out.set_end(end);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_DESCRIBED_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DIFFERENCE_HPP
#define DOPPEL_TWIN_DIFFERENCE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/path_text.hpp>
#include <doppel/base/error.hpp>
#include <doppel/twin/detail/render.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/section.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// What lies between two sections: what a device has not reported yet, and the patch that leads from one
/// to the other. Members are compared as they are stored: `1` and `1.0` differ, spellings of a float too,
/// order does not matter.
namespace doppel {
inline namespace v0 {

/// How a member of what is wanted compares with what is there.
enum class difference_kind : std::uint8_t {
  missing,    ///< wanted, not there
  different,  ///< there with another value
  extra,      ///< there, not wanted
};

/// One member that differs; for objects on both sides their members are told instead.
struct difference {
  difference_kind kind;
  std::string_view path;  ///< in the section, in the syntax of `base/path.hpp`; beyond 16 KiB cut and ended by "..."
  value_view wanted;      ///< absent for `extra`
  value_view actual;      ///< absent for `missing`
};

/// What a difference patch contains.
struct diff_options {
  /// Leave out the removal of members that only the first section has.
  bool keep_extra = false;
};

namespace detail {

/// The member of `in` with a stored key, or absent.
inline value_view find_stored(const value_view& in, std::string_view key) noexcept {
  if (in.block_pointer() == nullptr || in.record_pointer() == nullptr) return {};
  const record* const r = find_member(*in.block_pointer(), *in.record_pointer(), *in.key_pointer(), key);
  return r == nullptr ? value_view{} : value_view{in.block_pointer(), r, in.key_pointer()};
}

/// Deep equality of two values; objects are equal when their members are, in any order.
inline bool equal_values(const value_view& a, const value_view& b) noexcept {
  if (a.is_object() != b.is_object()) return false;
  if (!a.is_object()) return a.text() == b.text();
  if (a.size() != b.size()) return false;
  for (const member_view m : a) {
    const value_view other = find_stored(b, m.key());
    if (!other || !equal_values(m, other)) return false;
  }
  return true;
}

template <class F>
void walk_differences(const value_view& wanted, const value_view& actual, path_text& path, F& f) {
  const path_text::mark before = path.here();
  for (const member_view m : wanted) {
    const value_view other = find_stored(actual, m.key());
    path.enter(m.key());
    if (!other) {
      f(difference{difference_kind::missing, path.view(), m, {}});
    } else if (m.is_object() && other.is_object()) {
      walk_differences(m, other, path, f);
    } else if (!equal_values(m, other)) {
      f(difference{difference_kind::different, path.view(), m, other});
    }
    path.back_to(before);
  }
  for (const member_view m : actual) {
    if (find_stored(wanted, m.key())) continue;
    path.enter(m.key());
    f(difference{difference_kind::extra, path.view(), {}, m});
    path.back_to(before);
  }
}

inline char* put_quoted_key(char* to, const member_view& m) noexcept {
  const std::string_view key = m.quoted_key();
  std::memcpy(to, key.data(), key.size());
  to += key.size();
  *to++ = ':';
  return to;
}

/// The members of a patch from `from` to `to`, each with a comma behind; both are objects.
inline char* put_diff(char* out, const value_view& from, const value_view& to, const diff_options& options) noexcept {
  for (const member_view m : to) {
    const value_view old = find_stored(from, m.key());
    char* const start = out;
    if (old.is_object() && m.is_object()) {
      out = put_quoted_key(out, m);
      *out++ = '{';
      char* const first = out;
      out = put_diff(out, old, m, options);
      if (out == first) {
        out = start;  // equal: nothing to say
        continue;
      }
      out[-1] = '}';
      *out++ = ',';
    } else if (!old || !equal_values(old, m)) {
      out = put_quoted_key(out, m);
      out = put_value(out, *m.block_pointer(), *m.record_pointer(), *m.key_pointer());
      *out++ = ',';
    }
  }
  if (options.keep_extra) return out;
  for (const member_view m : from) {
    if (find_stored(to, m.key())) continue;
    out = put_quoted_key(out, m);
    out = put_literal(out, "null,");
  }
  return out;
}

}  // namespace detail

/// Calls `f(const difference&)` for every member in which `actual` is not as `wanted`: first those that are
/// wanted, in their order, then what is extra. With desired and reported that is the list of what a device
/// has left to do.
/// @par Lifetime
/// The views in a difference live until `f` returns; the values, until the next write to their twin.
/// @par Complexity
/// Linear in both sections, with a search among the members of each object.
template <class A, class B, class F>
void for_each_difference(const section<A>& wanted, const section<B>& actual, F f) {
  detail::path_text path;
  detail::walk_differences(wanted.root(), actual.root(), path, f);
}

/// Writes the smallest merge patch that turns the content of `from` into that of `to`: nothing about what
/// is equal, a null for what vanishes. Sections hold no nulls, so a merge patch can always say it; what it
/// cannot say is a new order of members.
/// @param[out] out is emptied first; `{}` when the contents are equal
/// @return nothing, or `errc::out_of_memory`
/// @par Specification RFC 7386; spec/twin.md 16.7
/// @par Complexity
/// Linear in both sections, with a search among the members of each object.
/// @par Exception safety
/// Nothing throws.
template <class A, class B>
boost::system::result<void> diff(const section<A>& from, const section<B>& to, text_buffer& out,
                                 const diff_options& options = {}) noexcept {
  out.clear();
  // Every member of both at most once, with at most "null" more than its key.
  const std::size_t bound = static_cast<std::size_t>(from.core().text() + to.core().text()) +
                            (from.total_members() + to.total_members()) * 8 + 2 * detail::copy_slack + 8;
  if (!out.reserve_more(bound)) return detail::finish_or_fail(false);
  char* p = out.end();
  *p++ = '{';
  char* const first = p;
  p = detail::put_diff(p, from.root(), to.root(), options);
  if (p != first) --p;
  *p++ = '}';
  out.set_end(p);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DIFFERENCE_HPP

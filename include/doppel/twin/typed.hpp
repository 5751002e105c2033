// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_TYPED_HPP
#define DOPPEL_TWIN_TYPED_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/twin/detail/described.hpp>
#include <doppel/twin/twin.hpp>
#include <doppel/twin/update.hpp>
#include <doppel/twin/value_view.hpp>

#include <boost/system/result.hpp>

#include <string_view>
#include <utility>

/// @file
/// Twins as plain structs: an optional header. Describe a struct with `BOOST_DESCRIBE_STRUCT` and its
/// members are read from, and written to, the members of a section with the same names.
///
/// A member may be a bool, an integer, a float, a `std::string`, a described struct, a `std::vector` of bools,
/// numbers or strings, a `std::optional` of these (absent when empty), or a `field` of these (a patch).
/// Names that are no C++ identifiers cannot be reached this way.
namespace doppel {
inline namespace v0 {

/// Fills a described struct from a stored object. Members of the object that the struct does not have are
/// ignored.
/// @param[out] d names the member at fault; may be null
/// @return nothing, or `errc::invalid_document` when a member is missing and neither optional nor a field, has another
///   kind, or does not fit the type; then `out` is filled up to there
/// @par Exception safety
/// Basic; strings and vectors may throw `std::bad_alloc`.
template <class T>
  requires(detail::is_described<T>)
boost::system::result<void> read_struct(const value_view& from, T& out, diagnostic* d = nullptr) {
  detail::path_text path;
  if (from.is_object() && detail::read_members_of(from, out, path)) return {};
  if (d != nullptr) {
    d->clear();
    d->code = errc::invalid_document;
    d->expected = "a value of the type of the struct's member";
    d->append_path(path.view());
  }
  return make_error_code(errc::invalid_document);
}

/// Appends a described struct as JSON. False when memory is refused, or for a number that JSON cannot say.
template <class T>
  requires(detail::is_described<T>)
bool write_struct(const T& from, text_buffer& out) noexcept {
  return detail::write_described(from, out);
}

/// A twin whose sections have types.
/// @tparam Tags, Desired, Reported described structs, which say what is read; a write takes any described struct,
///   so that a patch can be a type of its own with `field` members
template <class Tags, class Desired, class Reported, class Policy = default_policy>
class typed_twin {
public:
  /// Wraps a twin; `untyped` gives it back.
  explicit typed_twin(basic_twin<Policy> t) noexcept : twin_(std::move(t)) {}

  [[nodiscard]] basic_twin<Policy>& untyped() noexcept { return twin_; }
  [[nodiscard]] const basic_twin<Policy>& untyped() const noexcept { return twin_; }

  /// The section as a struct; see `read_struct` for errors.
  [[nodiscard]] boost::system::result<Tags> tags(diagnostic* d = nullptr) const { return read<Tags>(twin_.tags(), d); }
  [[nodiscard]] boost::system::result<Desired> desired(diagnostic* d = nullptr) const {
    return read<Desired>(twin_.desired(), d);
  }
  [[nodiscard]] boost::system::result<Reported> reported(diagnostic* d = nullptr) const {
    return read<Reported>(twin_.reported(), d);
  }

  /// Merges a struct into a section; members that are empty optionals or untouched fields are left as they are.
  /// See `merge_section` for errors; a number that JSON cannot say is `errc::integer_range`.
  template <class Patch>
  boost::system::result<void> merge_tags(const Patch& patch, const write_options& options, workspace& ws, change& out,
                                         diagnostic* d = nullptr) {
    return merge(section_name::tags, patch, options, ws, out, d);
  }
  template <class Patch>
  boost::system::result<void> merge_desired(const Patch& patch, const write_options& options, workspace& ws, change& out,
                                            diagnostic* d = nullptr) {
    return merge(section_name::desired, patch, options, ws, out, d);
  }
  template <class Patch>
  boost::system::result<void> merge_reported(const Patch& patch, const write_options& options, workspace& ws, change& out,
                                             diagnostic* d = nullptr) {
    return merge(section_name::reported, patch, options, ws, out, d);
  }

private:
  template <class T, class Section>
  static boost::system::result<T> read(const Section& s, diagnostic* d) {
    T value{};
    if (const auto done = read_struct(s.root(), value, d); !done) return done.error();
    return value;
  }
  template <class Patch>
  boost::system::result<void> merge(section_name s, const Patch& patch, const write_options& options, workspace& ws,
                                    change& out, diagnostic* d) {
    text_buffer text;
    out.clear();
    if (!write_struct(patch, text)) return detail::refuse(errc::integer_range, 0, "numbers that JSON can say", {}, d);
    return merge_section(twin_, s, std::string_view{text.data(), text.size()}, options, ws, out, d);
  }

  basic_twin<Policy> twin_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_TYPED_HPP

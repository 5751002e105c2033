// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_JSON_VALUE_HPP
#define DOPPEL_TWIN_JSON_VALUE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/json/value.hpp>
#include <doppel/twin/update.hpp>
#include <doppel/twin/value_view.hpp>

#include <boost/system/result.hpp>

#include <string_view>
#include <utility>

/// @file
/// Twins and `boost::json::value`: an optional header, for those whose data is in that form already.
/// What is here allocates through Boost.JSON and may throw `std::bad_alloc`; a write that throws has
/// changed nothing.
namespace doppel {
inline namespace v0 {

/// A stored value as a `boost::json::value`; null for an absent one.
///
/// Integers become int64 or uint64, floats double. Boost.JSON 1.81 may round a float inside an array in its last
/// place; floats elsewhere are exact.
/// @param storage where the result keeps its memory
/// @par Complexity
/// Linear in the value. Recurses once per level, which `limits::depth` bounds.
inline boost::json::value to_value(const value_view& v, boost::json::storage_ptr storage = {}) {
  switch (v.kind()) {
    case value_kind::absent:
    case value_kind::null: return boost::json::value(nullptr, std::move(storage));
    case value_kind::boolean: return boost::json::value(*v.as_bool(), std::move(storage));
    case value_kind::integer:
      if (const auto n = v.as_integer()) return boost::json::value(*n, std::move(storage));
      break;
    case value_kind::floating: return boost::json::value(*v.as_double(), std::move(storage));
    case value_kind::object: {
      boost::json::object o(storage);
      o.reserve(v.size());
      for (const member_view m : v) {
        // Keys are stored with escapes; only a parser knows them all.
        const std::string_view key = m.key();
        if (key.find('\\') == std::string_view::npos) {
          o.emplace(key, to_value(m, storage));
        } else {
          const std::string_view quoted = m.quoted_key();
          o.emplace(boost::json::parse(boost::json::string_view(quoted.data(), quoted.size())).as_string(),
                    to_value(m, storage));
        }
      }
      return boost::json::value(std::move(o));
    }
    case value_kind::string:
    case value_kind::array: break;
  }
  const std::string_view text = v.text();
  boost::json::error_code ignored;  // stored text is valid
  boost::json::parse_options options;
  options.max_depth = limits::depth_ceiling + 1;
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), ignored, std::move(storage), options);
}

namespace detail {

/// The text of a value, for the functions that take text.
inline bool serialize(const boost::json::value& v, text_buffer& out) {
  boost::json::serializer serializer;
  serializer.reset(&v);
  char chunk[1024];
  while (!serializer.done()) {
    const boost::json::string_view part = serializer.read(chunk);
    if (!out.append(part.data(), part.size())) return false;
  }
  return true;
}

template <class Write>
boost::system::result<void> with_text_of(const boost::json::value& v, change& out, diagnostic* d, Write write) {
  text_buffer text;
  out.clear();
  if (!serialize(v, text)) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  return write(std::string_view{text.data(), text.size()});
}

}  // namespace detail

/// `merge_twin` with a body that is a `boost::json::value`; offsets in the diagnostic mean its serialized text.
/// An infinite or undefined number is refused as `errc::malformed_json`, there being no text for it.
template <class Policy>
boost::system::result<void> merge_twin(basic_twin<Policy>& t, const boost::json::value& body,
                                       const write_options& options, workspace& ws, change& out,
                                       diagnostic* d = nullptr) {
  return detail::with_text_of(body, out, d,
                              [&](std::string_view text) { return merge_twin(t, text, options, ws, out, d); });
}
/// `replace_twin` with a body that is a `boost::json::value`.
template <class Policy>
boost::system::result<void> replace_twin(basic_twin<Policy>& t, const boost::json::value& body,
                                         const write_options& options, workspace& ws, change& out,
                                         diagnostic* d = nullptr) {
  return detail::with_text_of(body, out, d,
                              [&](std::string_view text) { return replace_twin(t, text, options, ws, out, d); });
}
/// `merge_reported` with a patch that is a `boost::json::value`.
template <class Policy>
boost::system::result<void> merge_reported(basic_twin<Policy>& t, const boost::json::value& patch,
                                           const write_options& options, workspace& ws, change& out,
                                           diagnostic* d = nullptr) {
  return detail::with_text_of(patch, out, d,
                              [&](std::string_view text) { return merge_reported(t, text, options, ws, out, d); });
}
/// `merge_section` with a patch that is a `boost::json::value`.
template <class Policy>
boost::system::result<void> merge_section(basic_twin<Policy>& t, section_name s, const boost::json::value& patch,
                                          const write_options& options, workspace& ws, change& out,
                                          diagnostic* d = nullptr) {
  return detail::with_text_of(patch, out, d,
                              [&](std::string_view text) { return merge_section(t, s, text, options, ws, out, d); });
}
/// `set_json` with a `boost::json::value`.
template <class Policy>
boost::system::result<void> set_json(basic_twin<Policy>& t, std::string_view path, const boost::json::value& v,
                                     const write_options& options, workspace& ws, change& out,
                                     diagnostic* d = nullptr) {
  return detail::with_text_of(v, out, d,
                              [&](std::string_view text) { return set_json(t, path, text, options, ws, out, d); });
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_JSON_VALUE_HPP

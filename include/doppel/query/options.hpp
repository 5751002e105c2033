// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_OPTIONS_HPP
#define DOPPEL_QUERY_OPTIONS_HPP

#include <doppel/base/config.hpp>

#include <cstdint>

namespace doppel {
inline namespace v0 {

/// @file
/// What language a query is written in, and how large it may be.

/// How much of the language is accepted (spec/query.md 1).
enum class query_mode : std::uint8_t {
  hub,      ///< what the service takes; the rest is `errc::not_supported`
  extended  ///< that, with the same meaning, and all that is marked † in spec/query.md
};

/// What kind of text a query is.
enum class query_dialect : std::uint8_t {
  twins,             ///< `SELECT ... FROM devices`, `devices.modules` or `devices.jobs`
  condition,         ///< what could follow WHERE, or `*` for everything: a job's `queryCondition` (16.2)
  target_condition,  ///< of an automatic configuration (16.3)
  route              ///< of message routing (16.4)
};

/// What a query is over.
enum class query_collection : std::uint8_t {
  devices,  ///< device twins
  modules,  ///< module twins
  jobs,     ///< job records, one per device and job (spec/query.md 16.2)
  messages  ///< messages with their properties, body and twin: always and only in the route dialect
};

/// How a query is to be read. A value; aggregate initialisation with names is the intended use:
/// `query_options{.mode = query_mode::hub}`.
struct query_options {
  /// The most characters that hub mode takes, whatever `max_characters` says (spec/query.md 2.1).
  static constexpr std::uint32_t hub_characters = 8192;
  /// The most that `max_nesting` can be; larger values count as this one (spec/query.md 3).
  static constexpr std::uint32_t nesting_ceiling = 128;
  /// The largest page of the service (spec/query.md 13).
  static constexpr std::uint32_t hub_page_size = 100;
  /// Longest text in bytes, in either mode: offsets are 32 bits. Beyond: `errc::query_too_long`.
  static constexpr std::uint32_t text_ceiling = 0x3fff'ffff;

  query_mode mode = query_mode::extended;
  query_dialect dialect = query_dialect::twins;
  /// What a text of dialect `condition` is about; other dialects say it themselves.
  query_collection collection = query_collection::devices;
  /// Most characters (code points) of the text; 0 for no limit. Beyond: `errc::query_too_long`.
  std::uint32_t max_characters = 0;
  /// Most levels of parentheses, calls, NOT, signs, lists and subscripts in one another. Beyond:
  /// `errc::too_complex`.
  std::uint32_t max_nesting = nesting_ceiling;
  /// Largest page in extended mode; larger requests are cut to it. In hub mode it is `hub_page_size`.
  std::uint32_t max_page_size = hub_page_size;

  friend constexpr bool operator==(const query_options&, const query_options&) noexcept = default;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_OPTIONS_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_LOAD_HPP
#define DOPPEL_TWIN_LOAD_HPP

#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/document_loader.hpp>
#include <doppel/twin/load_report.hpp>
#include <doppel/twin/twin.hpp>
#include <doppel/twin/update.hpp>

#include <boost/system/result.hpp>

#include <string_view>
#include <utility>

/// @file
/// Whole documents to twins.
namespace doppel {
inline namespace v0 {
namespace detail {

/// The first half of loading: the text becomes operations. Looks at no twin.
template <class Reader = indexed_reader>
boost::system::result<void> understand_document(std::string_view text, std::uint64_t seed, workspace& ws,
                                                const load_options& options, diagnostic* d) noexcept {
  DOPPEL_ASSERT(options.limits.is_valid());
  operation_list* const list = ws.part_of<operation_list>();
  Reader* const reader = ws.part_of<Reader>();
  if (list == nullptr || reader == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  read_options ro;
  ro.bounds = &options.limits;
  ro.seed = seed;
  ro.refuse_duplicates = options.refuse_duplicates;
  const read_status status = reader->read(*list, text, text_shape::document, ro, [] {});
  if (!status) return refuse(status.code, status.offset, status.expected, text, d);
  const rule_error broken = list->first_error();
  if (broken) return refuse(broken.code, broken.offset, expectation(broken.code), text, d);
  return {};
}

/// The second half: an empty twin becomes what has been understood. After an error it is of no use.
/// @pre `fresh` has its table of keys
inline boost::system::result<void> build_document(twin_core& fresh, std::string_view text, const etag_form& form,
                                                  workspace& ws, const load_options& options, load_report* report,
                                                  diagnostic* d) noexcept {
  operation_list* const list = ws.part_of<operation_list>();
  spare_room* const spare = ws.part_of<spare_room>();
  if (list == nullptr || spare == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  load_report findings;
  document_loader loader(fresh, *list, form, *spare, options, findings);
  const rule_error error = loader.run();
  if (error) return refuse(error.code, error.offset, expectation(error.code), text, d);
  if (report != nullptr) *report = findings;
  return {};
}

template <class Reader = indexed_reader>
boost::system::result<void> load(twin_core& t, std::string_view text, const etag_form& form, workspace& ws,
                                 const load_options& options, load_report* report, diagnostic* d) noexcept {
  twin_core fresh(t.memory());
  if (t.shares_keys()) fresh.share_keys(t.keys());
  const key_store* const keys = fresh.need_keys(options.limits);
  if (keys == nullptr) return refuse(errc::out_of_memory, 0, "memory", {}, d);
  if (const auto done = understand_document<Reader>(text, keys->seed(), ws, options, d); !done) return done;
  if (const auto done = build_document(fresh, text, form, ws, options, report, d); !done) return done;
  t.swap(fresh);
  return {};
}

}  // namespace detail

/// Makes `t` the twin that a document describes: root members (unknown ones are kept), tags, desired and
/// reported with `$metadata` and `$version`, etag and version.
///
/// Content has to obey the rules of spec/twin.md 4; sizes beyond a limit, missing metadata and odd
/// counters load, and are told in the report. Members without metadata get the stamp of what holds
/// them. An etag that is neither a counter nor what the policy makes of this document is kept as it is until the
/// first back-end write.
/// @param text the document; needs no padding and may go away after the call
/// @param[out] report what was noticed; may be null, untouched on error
/// @param[out] d where it went wrong; may be null, untouched on success
/// @return nothing, or `errc::malformed_json`, `errc::text_too_long`, `errc::invalid_document` (no object; with
///   options.strict also: counters missing or not adding up), `errc::section_not_object` and the value errors of
///   `twin/update.hpp`, `errc::out_of_memory`
/// @par Specification spec/twin.md 2, 5.9, 9, 10
/// @par Complexity
/// Linear in the text.
/// @par Exception safety
/// Nothing throws. Strong: on error the twin is unchanged.
template <class Policy>
boost::system::result<void> load_into(basic_twin<Policy>& t, std::string_view text, workspace& ws,
                                      const load_options& options = {}, load_report* report = nullptr,
                                      diagnostic* d = nullptr) noexcept {
  return detail::load(t.core(), text, detail::etag_form_of<Policy>, ws, options, report, d);
}

/// A new twin from a document; see `load_into`.
template <class Policy = default_policy>
  requires(std::is_empty_v<typename Policy::memory_type>)
[[nodiscard]] boost::system::result<basic_twin<Policy>> load_twin(std::string_view text, workspace& ws,
                                                                  const load_options& options = {},
                                                                  load_report* report = nullptr,
                                                                  diagnostic* d = nullptr) noexcept {
  basic_twin<Policy> t;
  if (const auto done = load_into(t, text, ws, options, report, d); !done) return done.error();
  return t;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_LOAD_HPP

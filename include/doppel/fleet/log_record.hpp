// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_LOG_RECORD_HPP
#define DOPPEL_FLEET_LOG_RECORD_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/fleet/event.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/change_record.hpp>
#include <doppel/twin/detail/identity_writer.hpp>
#include <doppel/twin/detail/record_format.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/image.hpp>
#include <doppel/twin/replay.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>

/// @file
/// A fleet's writes as bytes, and back. An observer that saves each event to a log, in the order in which it hears of
/// them, keeps all that is needed to have the fleet again after a crash:
///
/// - Write: `committed` calls `save_log_record`; who wrote is answered when the record is safe.
/// - Checkpoint: note the end of the log, keep the records of `for_each_snapshot_record`, then drop the log up to
/// there.
/// - Start: apply the snapshot's records to an empty fleet, then the log's; attach the observer.
///
/// A snapshot holds everything up to the noted end of the log, and more: records that tell of what a fleet knows
/// already are recognised, by row numbers and counters.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr char log_magic[] = "doppelLR";
inline constexpr std::uint32_t log_format = 1;

// The content of a record: its kind, then
//   for an event: the row's number | deviceId, moduleId, 2 texts | the twin's image, nothing, or the change's content
//   for numbers: the next row number of devices and of modules
enum class log_record_kind : std::uint8_t { inserted, erased, updated, numbers };

inline constexpr row_number max_row = max_counter;

/// A record that is being appended to a buffer.
class log_record_writer {
public:
  explicit log_record_writer(text_buffer& out) noexcept : out_(out), begin_(out.size()) {}

  /// Leaves room for the head, the kind and `more` bytes. False when memory is refused.
  [[nodiscard]] bool start(log_record_kind kind, std::size_t more) noexcept {
    if (!out_.reserve_more(record_head_bytes + max_number_bytes + more)) return false;
    out_.set_end(put_number_bytes(out_.end() + record_head_bytes, static_cast<std::uint64_t>(kind)));
    return true;
  }
  boost::system::result<void> finish(bool done) noexcept {
    char* const record = out_.end() - (out_.size() - begin_);
    if (done) {
      finish_record(record, out_.end(), log_magic, log_format);
    } else if (out_.size() != begin_) {
      out_.set_end(record);
    }
    return finish_or_fail(done);
  }

private:
  text_buffer& out_;
  const std::size_t begin_;
};

template <class Policy>
std::optional<row_number> row_of(const basic_fleet<Policy>& f, const twin_id& id) noexcept {
  std::optional<row_number> found;
  f.of(id.collection()).find(hash_of(id, f.options().id_seed), f.options(), [&](const auto& rows, row_number n) {
    const std::shared_lock lock(rows.mutex);
    if (slot_of(rows, n, id) == rows.nowhere) return false;
    found = n;
    return true;
  });
  return found;
}

template <class Policy>
boost::system::result<replay_outcome> restore_row(basic_fleet<Policy>& f, const twin_id& id, row_number row,
                                                  std::string_view image, workspace& ws,
                                                  const limits& bounds) noexcept {
  typename basic_fleet<Policy>::twin_type t = f.new_twin();
  if (const auto loaded = doppel::load_image(t, image, image_trust::untrusted, ws, bounds); !loaded)
    return loaded.error();
  if (twin_id(t.device_id(), t.module_id()) != id) return make_error_code(errc::invalid_image);
  if (const auto inserted = f.insert_at(row, t, ws); !inserted) return inserted.error();
  return replay_outcome::applied;
}

}  // namespace detail

/// Appends the record of an event to `out`: of an insertion the whole twin, of an update its change.
/// @return nothing, or `errc::out_of_memory`; then `out` is as it was
/// @par Complexity
/// Linear in the change; for an insertion, in the twin.
/// @par Exception safety
/// Nothing throws.
template <class Policy>
boost::system::result<void> save_log_record(const fleet_event<Policy>& event, workspace& ws,
                                            text_buffer& out) noexcept {
  using detail::log_record_kind;
  const bool is_update = event.kind == fleet_event_kind::updated;
  DOPPEL_ASSERT(is_update == (event.change != nullptr));
  detail::log_record_writer record(out);
  const auto kind = is_update                                  ? log_record_kind::updated
                    : event.kind == fleet_event_kind::inserted ? log_record_kind::inserted
                                                               : log_record_kind::erased;
  const std::size_t size = event.id.device_id.size() + event.id.module_id.size() + 3 * detail::max_number_bytes +
                           (is_update ? detail::change_content_bound(*event.change) : 0);
  if (!record.start(kind, size)) return record.finish(false);
  char* to = detail::put_number_bytes(out.end(), event.row);
  to = detail::put_sized_text(to, event.id.device_id);
  to = detail::put_sized_text(to, event.id.module_id);
  if (is_update) to = detail::put_change_content(to, *event.change);
  out.set_end(to);
  return record.finish(event.kind != fleet_event_kind::inserted || save_image(event.twin, ws, out).has_value());
}

/// Calls `sink(std::string_view record)` for the records that make an empty fleet what this one is at one moment: its
/// twins in the order of rows, and the numbers that are never used again. `sink` returns whether to go on. Writers go
/// on meanwhile. All events that an observer heard of before the call are contained.
/// @return nothing, or `errc::out_of_memory`
/// @par Complexity
/// As `visit_cut`.
/// @par Exception safety
/// Nothing throws, and `sink` may not.
template <class Policy, class Sink>
boost::system::result<void> for_each_snapshot_record(basic_fleet<Policy>& f, workspace& ws, Sink&& sink) noexcept {
  text_buffer out(f.memory());
  // Before the cut: a row that comes between is in it, or is gone again.
  const row_number devices = f.of(query_collection::devices).skip_to(0);
  const row_number modules = f.of(query_collection::modules).skip_to(0);
  boost::system::result<void> saved;
  bool goes_on = true;
  const auto visited = f.visit_cut([&](query_collection, row_number first, const auto& rows) {
    for (std::uint32_t i = 0; i != rows.size() && goes_on; ++i) {
      const basic_twin<Policy>& t = *rows[i];
      out.clear();
      saved = save_log_record(fleet_event<Policy>{fleet_event_kind::inserted, twin_id(t.device_id(), t.module_id()),
                                                  first + rows.offset(i), t, nullptr},
                              ws, out);
      goes_on = saved && sink(out.view());
    }
    return goes_on;
  });
  if (!visited || !saved || !goes_on) return visited ? saved : visited;
  out.clear();
  detail::log_record_writer record(out);
  const bool started = record.start(detail::log_record_kind::numbers, 2 * detail::max_number_bytes);
  if (started) out.set_end(detail::put_number_bytes(detail::put_number_bytes(out.end(), devices), modules));
  saved = record.finish(started);
  if (saved) sink(out.view());
  return saved;
}

/// Does to a fleet what a record tells of. Records must come in the order in which they were saved, those of a
/// snapshot first; of a log any beginning may be in the snapshot already. Rows get the numbers that they had. The
/// fleet's observers are told of what is applied.
/// @param record the bytes that one call appended, at any address; any bytes give an error or a legal write
/// @param bounds the rules for what it holds, as for `load_image` and `load_change`
/// @return `applied`; `already_applied` when the fleet knows of it, and nothing was done; `errc::change_gap` when a
///   record before it is missing; `errc::image_mismatch` (another format version, byte order or layout),
///   `errc::invalid_image` (damaged, or breaking a rule), `errc::out_of_memory`. After an error the fleet is as it was.
/// @par Complexity
/// Linear in the record.
/// @par Thread safety
/// Safe from any thread, as long as nobody else inserts, or writes to the same twin.
/// @par Exception safety
/// Nothing throws.
template <class Policy>
boost::system::result<replay_outcome> apply_log_record(basic_fleet<Policy>& f, std::string_view record, workspace& ws,
                                                       const limits& bounds = {}) noexcept {
  using detail::log_record_kind;
  detail::record_reader content;
  if (const errc code = content.open(record, detail::log_magic, detail::log_format); code != errc{}) {
    return make_error_code(code);
  }
  const auto kind = content.choice(log_record_kind::numbers);
  const row_number row = content.number();
  if (kind == log_record_kind::numbers) {
    const row_number modules = content.number();
    if (!content.at_end() || row > detail::max_row || modules > detail::max_row)
      return make_error_code(errc::invalid_image);
    auto& all_devices = f.of(query_collection::devices);
    auto& all_modules = f.of(query_collection::modules);
    const bool is_known = row <= all_devices.next_row() && modules <= all_modules.next_row();
    all_devices.skip_to(row);
    all_modules.skip_to(modules);
    return is_known ? replay_outcome::already_applied : replay_outcome::applied;
  }

  const std::string_view device = content.text();
  const twin_id id{device, content.text()};
  if (content.failed() || row >= detail::max_row || !detail::is_valid_id(id.device_id) ||
      (!id.module_id.empty() && !detail::is_valid_id(id.module_id))) {
    return make_error_code(errc::invalid_image);
  }
  // Whose row has been passed, and is not the twin's row any more, was erased later.
  const std::optional<row_number> now = detail::row_of(f, id);
  const bool is_past = now ? *now > row : f.of(id.collection()).next_row() > row;
  if (now && *now < row) return make_error_code(errc::change_gap);

  switch (kind) {
    case log_record_kind::inserted:
      if (is_past || now) return replay_outcome::already_applied;
      return detail::restore_row(f, id, row, content.rest(), ws, bounds);
    case log_record_kind::erased:
      if (!content.at_end()) return make_error_code(errc::invalid_image);
      if (is_past) return replay_outcome::already_applied;
      if (!now || !f.erase(id)) return make_error_code(errc::change_gap);
      return replay_outcome::applied;
    default: break;
  }
  change c(f.memory());
  const errc code = detail::read_change(content, record.size(), c, ws, bounds);
  if (code != errc{}) return make_error_code(code);
  if (!content.at_end() || c.empty()) return make_error_code(errc::invalid_image);
  if (is_past) return replay_outcome::already_applied;
  if (!now) return make_error_code(errc::change_gap);
  return f.replay(id, c, ws);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_LOG_RECORD_HPP

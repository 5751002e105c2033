// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_WRITE_HPP
#define DOPPEL_TWIN_DETAIL_WRITE_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/commit.hpp>
#include <doppel/twin/detail/operation_keys.hpp>
#include <doppel/twin/detail/replacement.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <algorithm>
#include <cstdint>

// A write behind its text: from a validated list of operations to the committed change. The steps
// are those of spec/twin.md 24; every one that can fail comes before the first that changes anything.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr section_name written_sections[] = {section_name::tags, section_name::desired, section_name::reported};

constexpr std::uint32_t limit_of(const limits& l, section_name s) noexcept {
  return s == section_name::tags ? l.tags_bytes : s == section_name::desired ? l.desired_bytes : l.reported_bytes;
}

/// Counted size of a section as it would be after merging operations, without touching it.
inline std::uint64_t projected_size(const section_core& core, const operation_list& list, const section_operations& ops,
                                    const key_store& keys) noexcept {
  std::int64_t size = static_cast<std::int64_t>(core.counted());
  const block* const b = core.get();
  const record* holders[limits::depth_ceiling + 2];  // null: nothing is there yet
  std::uint32_t depth = 0;
  holders[0] = b == nullptr ? nullptr : &b->root;
  for (std::uint32_t i = ops.begin; i < ops.end; ++i) {
    const operation& op = list[i];
    if (op.kind == operation_kind::pop) {
      --depth;
      continue;
    }
    if (op.kind == operation_kind::dropped) {
      i = op.end;
      continue;
    }
    const record* old = nullptr;
    const object* const o = holders[depth] == nullptr ? nullptr : b->object_of(*holders[depth]);
    if (o != nullptr) {
      const std::uint32_t at = b->find(*o, find_key(keys, list, op), op.key, op.key_size);
      if (at != o->count) old = o->records() + at;
    }
    const std::uint32_t key = unescaped_length(op.key, op.key_size);
    const bool enters = op.kind == operation_kind::push;
    if (old != nullptr && !(enters && old->is_object())) {
      extent e;
      b->measure(*old, keys, e);
      size -= static_cast<std::int64_t>(e.counted);
    }
    if (op.kind == operation_kind::erase) {
      if (old != nullptr) size -= key;
      continue;
    }
    if (old == nullptr) size += key;
    if (op.kind == operation_kind::set) size += op.counted;
    if (enters) holders[++depth] = old != nullptr && old->is_object() ? old : nullptr;
  }
  return static_cast<std::uint64_t>(size);
}

/// Counted size of a section that operations build on nothing.
inline std::uint64_t replaced_size(const operation_list& list, const section_operations& ops) noexcept {
  std::uint64_t size = 0;
  for (std::uint32_t i = ops.begin; i < ops.end; ++i) {
    const operation& op = list[i];
    if (op.kind == operation_kind::dropped) {
      i = op.end;
    } else if (op.kind == operation_kind::set || op.kind == operation_kind::push) {
      size += unescaped_length(op.key, op.key_size) + (op.kind == operation_kind::set ? op.counted : 0);
    }
  }
  return size;
}

/// A section was too big already may shrink or stay, others may not pass the limit (spec/twin.md 5.9, 5.10).
constexpr bool is_size_allowed(std::uint64_t before, std::uint64_t after, std::uint64_t limit) noexcept {
  return after <= limit || after <= before;
}

// The rest of `reserve_keys`, for the rare write that finds too little room.
[[gnu::noinline]] inline bool reserve_new_keys(key_store& keys, const operation_list& list, const section_name* begin,
                                               const section_name* end, std::uint32_t all, std::size_t bytes) noexcept {
  if (keys.size() >= all && bytes <= 16'384) return keys.reserve(all, bytes);  // a little more than needed, but once
  std::uint32_t missing = 0;
  std::size_t missing_bytes = 0;
  for (const section_name* s = begin; s != end; ++s) {
    for (std::uint32_t i = list.section(*s).begin; i < list.section(*s).end; ++i) {
      const operation& op = list[i];
      if (op.kind == operation_kind::dropped) i = op.end;
      if (op.kind != operation_kind::set && op.kind != operation_kind::push) continue;
      if (find_key(keys, list, op) != no_key) continue;
      ++missing;
      missing_bytes += op.key_size;
    }
  }
  return missing == 0 || keys.reserve(missing, missing_bytes);
}
/// Room in the table for the keys of these sections together. Those that are really new are counted only
/// when the easy bound would take too much.
inline bool reserve_keys(key_store& keys, const operation_list& list, const section_name* begin,
                         const section_name* end) noexcept {
  std::uint32_t all = 0;
  std::size_t bytes = 0;
  for (const section_name* s = begin; s != end; ++s) {
    const section_operations& ops = list.section(*s);
    if (ops.end == ops.begin) continue;
    all += ops.end - ops.begin;
    bytes += static_cast<std::size_t>(ops.text_bytes);
  }
  if (all == 0 || keys.fits(all, bytes)) [[likely]]
    return true;
  return reserve_new_keys(keys, list, begin, end, all, bytes);
}

/// What a write asks for once its text is understood.
struct write_plan {
  write_kind kind = write_kind::none;
  section_change how[4] = {};  // by section_name
  section_name written[3];     // those that are written, in the order of the document
  std::uint8_t count = 0;

  section_change on(section_name s) const noexcept { return how[static_cast<int>(s)]; }
  bool writes(section_name s) const noexcept { return on(s) != section_change::untouched; }
  void add(section_name s, section_change change) noexcept {
    how[static_cast<int>(s)] = change;
    written[count++] = s;
  }
  const section_name* begin() const noexcept { return written; }
  const section_name* end() const noexcept { return written + count; }
};

/// A write that is ready to be settled and committed.
class pending_write {
public:
  pending_write(twin_core& t, const operation_list& list, const write_plan& plan, spare_room& spare, change& out,
                detail_level level) noexcept
      : twin_(t), list_(list), plan_(plan), spare_(spare), keys_(*t.keys()), recorder_(out, level) {
    // Added, not branched on: which section comes next cannot be predicted.
    after_ = twin_.count();
    after_.etag += plan.kind != write_kind::merge_reported;
    after_.desired += plan.writes(section_name::desired);
    after_.reported += plan.writes(section_name::reported);
    ++after_.version;
  }
  pending_write(const pending_write&) = delete;
  pending_write& operator=(const pending_write&) = delete;

  /// Settles size, memory and time. On error nothing has changed.
  /// @param culprit gets the section that is too big
  [[nodiscard]] errc settle(const limits& bounds, bool check_size, timestamp now, const configuration_marks* marks,
                            section_name& culprit) noexcept {
    const packed_time asked = pack_time(now);
    if (asked == unknown_time || asked == zero_time) return errc::invalid_timestamp;
    time_ = (std::max)(asked, twin_.latest_time());
    marks_ = marks;
    for (const section_name s : plan_) {
      if (check_size && !is_within(s, bounds)) return culprit = s, errc::section_size;
    }
    const bool settled = reserve_keys(keys_, list_, plan_.begin(), plan_.end()) && reserve_record() &&
                         reserve_sections() && reserve_root();
    return settled ? errc{} : errc::out_of_memory;
  }

  /// Carries the write out. Cannot fail.
  void commit() noexcept {
    change_recorder* const recorder = recorder_.records_paths() ? &recorder_ : nullptr;
    recorder_.set_header(plan_.kind, unpack_time(time_), twin_.count(), after_);
    for (const section_name s : plan_) {
      const section_change how = plan_.on(s);
      recorder_.begin_section(s, how);
      if (how == section_change::merged) {
        const write_stamp stamp = stamp_of(s);
        committer c(keys_, list_, stamp, recorder);
        twin_.section(s).merge(c, list_.section(s), spare_, twin_.memory());
        if (s != section_name::tags) twin_.note_time(time_);
      } else {
        replace(s, recorder);
      }
      recorder_.end_section();
    }
    if (marks_ != nullptr) recorder_.set_configuration(marks_->by, marks_->digest);
    if (drops_etag_) drop_foreign_etag();
    twin_.count() = after_;
  }

private:
  write_stamp stamp_of(section_name s) const noexcept {
    if (s == section_name::tags) return {};
    if (s == section_name::reported) return {time_, 0, nullptr};
    return {time_, after_.desired, marks_};
  }

  bool reserve_sections() noexcept {
    for (const section_name s : plan_) {
      const bool reserved = plan_.on(s) == section_change::merged
                                ? twin_.section(s).reserve_merge(list_.section(s), stamp_of(s), spare_, twin_.memory())
                                : spare_.reserve(twin_.memory(), worst_case_bytes(0, new_content_of(s), stamp_of(s)));
      if (!reserved) return false;
    }
    return spare_.reserve_for(plan_.count);
  }

  // What a section that is not merged is made of.
  const section_operations& new_content_of(section_name s) const noexcept {
    static constexpr section_operations nothing{};
    const section_operations& ops = list_.section(s);
    return plan_.on(s) == section_change::replaced && ops.state == section_state::object ? ops : nothing;
  }
  [[gnu::noinline]] void replace(section_name s, change_recorder* recorder) noexcept {
    const write_stamp stamp = stamp_of(s);
    committer c(keys_, list_, stamp, nullptr);
    block* const built = c.build(spare_.place(), new_content_of(s));
    if (recorder != nullptr) record_replacement(*recorder, twin_.section(s).get(), *built, keys_);
    twin_.adopt_spare(s, built, spare_);
  }

  bool is_within(section_name s, const limits& bounds) const noexcept {
    const std::uint64_t limit = limit_of(bounds, s);
    const section_core& core = twin_.section(s);
    const section_operations& ops = list_.section(s);
    switch (plan_.on(s)) {
      case section_change::merged:
        return core.counted() + ops.counted <= limit ||
               is_size_allowed(core.counted(), projected_size(core, list_, ops, keys_), limit);
      case section_change::replaced:
        return ops.state != section_state::object || ops.counted <= limit ||
               is_size_allowed(core.counted(), replaced_size(list_, ops), limit);
      default: return true;
    }
  }

  bool reserve_record() noexcept {
    std::size_t entries = 0;
    std::size_t text = marks_ == nullptr ? 0 : marks_->by.size() + marks_->digest.size();
    for (const section_name s : plan_) {
      const section_core& old = twin_.section(s);
      const section_operations& ops = list_.section(s);
      if (plan_.on(s) != section_change::cleared && ops.state == section_state::object) {
        entries += ops.end - ops.begin;
        text += static_cast<std::size_t>(ops.text_bytes);
      }
      if (plan_.on(s) != section_change::merged) {
        // And a removal for whatever vanishes.
        entries += old.members();
        text += static_cast<std::size_t>(old.text());
      }
      if (recorder_.records_values()) text += static_cast<std::size_t>(old.text());
    }
    if (!recorder_.records_paths()) entries = 0;
    return recorder_.reserve(entries, text);
  }

  // The first back-end write ends a foreign etag; in a block that is shared that needs a copy.
  bool reserve_root() noexcept {
    section_core& root = twin_.section(section_name::root);
    if (plan_.kind == write_kind::merge_reported || twin_.foreign_etag().empty()) return true;
    drops_etag_ = true;
    return root.reserve_merge({}, {}, spare_, twin_.memory());
  }
  void drop_foreign_etag() noexcept {
    block& b = *const_cast<block*>(twin_.section(section_name::root).get());
    committer::remove_root_member(b, root_member::etag, keys_);
    twin_.foreign_etag_is_gone();
  }

  twin_core& twin_;
  const operation_list& list_;
  const write_plan& plan_;
  spare_room& spare_;
  key_store& keys_;
  counters after_;
  packed_time time_ = unknown_time;
  const configuration_marks* marks_ = nullptr;
  bool drops_etag_ = false;
  change_recorder recorder_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_WRITE_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_CHANGE_RECORDER_HPP
#define DOPPEL_TWIN_DETAIL_CHANGE_RECORDER_HPP

#include <doppel/json/operations.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/render.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Where the next entry of a change and its text go.
struct change_cursor {
  change_entry* entry;
  char* text;
};

/// Writes a `change` while a commit goes on. All memory is settled by `reserve` before it starts.
class change_recorder {
public:
  change_recorder(change& target, detail_level level) noexcept : change_(target), level_(level) {}

  /// Room in an empty change for `entries` entries with `text` bytes in all. False when memory is refused.
  [[nodiscard]] bool reserve(std::size_t entries, std::size_t text) noexcept {
    change_.detail_ = level_;
    if (!change_.entries_.reserve(entries + 1) || !change_.text_.reserve(text + 2 * copy_slack + 64) ||
        text >= 0xffff'0000u) {
      return false;
    }
    text_begin_ = change_.text_.data();
    at_ = {change_.entries_.data(), text_begin_};
    return true;
  }

  bool records_paths() const noexcept { return level_ != detail_level::counters; }
  bool records_values() const noexcept { return level_ == detail_level::values; }

  void set_header(write_kind kind, timestamp time, const counters& before, const counters& after) noexcept {
    change_.kind_ = kind;
    change_.time_ = time;
    change_.before_ = before;
    change_.after_ = after;
  }
  void set_configuration(std::string_view by, std::string_view digest) noexcept {
    change_.by_ = put(by);
    change_.by_size_ = static_cast<std::uint32_t>(by.size());
    change_.digest_ = put(digest);
    change_.digest_size_ = static_cast<std::uint32_t>(digest.size());
    change_.text_size_ = offset_of(at_.text);
  }

  void begin_section(section_name s, section_change how) noexcept {
    part_ = &change_.sections_[static_cast<std::size_t>(s)];
    part_->how = how;
    part_->begin = static_cast<std::uint32_t>(at_.entry - change_.entries_.data());
  }
  void end_section() noexcept {
    part_->end = change_.size_ = static_cast<std::uint32_t>(at_.entry - change_.entries_.data());
    change_.text_size_ = offset_of(at_.text);
  }

  // A commit keeps the cursor in registers and passes it through what is frequent; the functions below these
  // three go on from `at`, for what is rare.
  change_cursor at() const noexcept { return at_; }
  void move_to(change_cursor to) noexcept { at_ = to; }

  /// A member got a leaf where another leaf was.
  [[gnu::always_inline]] change_cursor set_leaf(change_cursor c, const operation& op, const char* old,
                                                std::uint32_t old_size, bool values) const noexcept {
    check_room(c);
    *c.entry = {operation_kind::set,        true,        op.complex,
                offset_of(c.text),          op.key_size, values ? old_size : 0,
                values ? op.value_size : 0, op.counted};
    char* to = copy_padded(c.text, op.key, op.key_size);
    if (values) {
      to = copy_padded(to, old, old_size);
      to = copy_padded(to, op.value, op.value_size);
    }
    return {c.entry + 1, to};
  }
  /// An object was entered.
  [[gnu::always_inline]] change_cursor enter(change_cursor c, const operation& op) const noexcept {
    check_room(c);
    *c.entry = {operation_kind::push, true, false, offset_of(c.text), op.key_size, 0, 0, op.counted};
    return {c.entry + 1, copy_padded(c.text, op.key, op.key_size)};
  }
  /// `count` objects, none or one, were left.
  [[gnu::always_inline]] change_cursor leave(change_cursor c, std::uint32_t count = 1) const noexcept {
    check_room(c);
    c.entry->kind = operation_kind::pop;
    return {c.entry + count, c.text};
  }

  /// A member got a leaf, perhaps where an object was, or nothing.
  void set(const operation& op, const block& b, const record* old, const key_store& keys) noexcept {
    set({op.key, op.key_size}, {op.value, op.value_size}, op.complex, op.counted, b, old, keys);
  }
  void set(std::string_view key, std::string_view value, bool complex, std::uint32_t counted, const block& b,
           const record* old, const key_store& keys) noexcept {
    change_entry& e = add(operation_kind::set, key, old != nullptr);
    e.complex = complex;
    e.counted = counted;
    if (!records_values()) return;
    if (old != nullptr) put_old(e, b, *old, keys);
    put_padded(value.data(), value.size());
    e.new_size = static_cast<std::uint32_t>(value.size());
  }
  void erase(std::string_view key, const block& b, const record* old, const key_store& keys) noexcept {
    change_entry& e = add(operation_kind::erase, key, old != nullptr);
    if (old != nullptr && records_values()) put_old(e, b, *old, keys);
  }
  void push(const operation& op, const block& b, const record* old, const key_store& keys) noexcept {
    push({op.key, op.key_size}, op.counted, b, old, keys);
  }
  /// A member was entered as an object; `old` is what was there, kept in the entry only if it was no object.
  void push(std::string_view key, std::uint32_t members, const block& b, const record* old,
            const key_store& keys) noexcept {
    change_entry& e = add(operation_kind::push, key, old != nullptr);
    e.counted = members;
    if (old != nullptr && !old->is_object() && records_values()) put_old(e, b, *old, keys);
  }
  void pop() noexcept { at_ = leave(at_); }

private:
  change_entry& add(operation_kind kind, std::string_view key, bool had_old) noexcept {
    check_room(at_);
    change_entry& e = *at_.entry++;
    e = {kind, had_old, false, put_padded(key.data(), key.size()), static_cast<std::uint32_t>(key.size()), 0, 0, 0};
    return e;
  }
  void put_old(change_entry& e, const block& b, const record& old, const key_store& keys) noexcept {
    char* const from = at_.text;
    at_.text = put_value(from, b, old, keys);
    e.old_size = static_cast<std::uint32_t>(at_.text - from);
    check_room(at_);
  }
  // The source has 16 readable bytes behind it.
  std::uint32_t put_padded(const char* text, std::size_t size) noexcept {
    const std::uint32_t offset = offset_of(at_.text);
    at_.text = copy_padded(at_.text, text, size);
    return offset;
  }
  std::uint32_t put(std::string_view text) noexcept {
    const std::uint32_t offset = offset_of(at_.text);
    if (!text.empty()) std::memcpy(at_.text, text.data(), text.size());
    at_.text += text.size();
    return offset;
  }
  std::uint32_t offset_of(const char* p) const noexcept { return static_cast<std::uint32_t>(p - text_begin_); }
  // That what was reserved is kept to.
  void check_room([[maybe_unused]] change_cursor c) const noexcept {
    DOPPEL_ASSERT(c.entry < change_.entries_.data() + change_.entries_.capacity());
    DOPPEL_ASSERT(c.text + copy_slack <= text_begin_ + change_.text_.capacity());
  }

  change& change_;
  detail_level level_;
  change::part* part_ = nullptr;
  char* text_begin_ = nullptr;
  change_cursor at_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_CHANGE_RECORDER_HPP

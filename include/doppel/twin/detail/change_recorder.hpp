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

/// Writes a `change` while a commit goes on. All memory is settled by `reserve` before it starts.
class change_recorder {
public:
  change_recorder(change& target, detail_level level) noexcept : change_(target), level_(level) {}

  /// Room in an empty change for `entries` entries with `text` bytes in all. False when memory is refused.
  [[nodiscard]] bool reserve(std::size_t entries, std::size_t text) noexcept {
    change_.detail_ = level_;
    return change_.entries_.reserve(entries + 1) && change_.text_.reserve(text + 2 * copy_slack + 64) &&
           text < 0xffff'0000u;
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
  }

  void begin_section(section_name s, section_change how) noexcept {
    part_ = &change_.sections_[static_cast<std::size_t>(s)];
    part_->how = how;
    part_->begin = part_->end = change_.size_;
  }
  void end_section() noexcept { part_->end = change_.size_; }

  /// A member got a leaf where another leaf was.
  void set_leaf(const operation& op, const char* old, std::uint32_t old_size) noexcept {
    change_entry& e = add_set({op.key, op.key_size}, op.complex, op.counted, true);
    if (!records_values()) return;
    e.old_value = put_padded(old, old_size);
    e.old_size = old_size;
    e.new_value = put_padded(op.value, op.value_size);
    e.new_size = op.value_size;
  }
  /// A member got a leaf where an object was, or nothing.
  void set(const operation& op, const block& b, const record* old, const key_store& keys) noexcept {
    set({op.key, op.key_size}, {op.value, op.value_size}, op.complex, op.counted, b, old, keys);
  }
  void set(std::string_view key, std::string_view value, bool complex, std::uint32_t counted, const block& b,
           const record* old, const key_store& keys) noexcept {
    change_entry& e = add_set(key, complex, counted, old != nullptr);
    if (!records_values()) return;
    if (old != nullptr) put_old(e, b, *old, keys);
    e.new_value = put_padded(value.data(), value.size());
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
  void pop() noexcept { change_.entries_.data()[change_.size_++] = {operation_kind::pop, false, false, 0, 0, 0, 0, 0, 0, 0}; }

private:
  change_entry& add_set(std::string_view key, bool complex, std::uint32_t counted, bool had_old) noexcept {
    change_entry& e = add(operation_kind::set, key, had_old);
    e.complex = complex;
    e.counted = counted;
    return e;
  }
  change_entry& add(operation_kind kind, std::string_view key, bool had_old) noexcept {
    DOPPEL_ASSERT(change_.size_ < change_.entries_.capacity());
    change_entry& e = change_.entries_.data()[change_.size_++];
    e = {kind, had_old, false, put_padded(key.data(), key.size()), static_cast<std::uint32_t>(key.size()), 0, 0, 0, 0, 0};
    return e;
  }
  void put_old(change_entry& e, const block& b, const record& old, const key_store& keys) noexcept {
    char* const from = end();
    e.old_value = change_.text_size_;
    e.old_size = static_cast<std::uint32_t>(put_value(from, b, old, keys) - from);
    change_.text_size_ += e.old_size;
    DOPPEL_ASSERT(change_.text_size_ + copy_slack <= change_.text_.capacity());
  }
  // The source has 16 readable bytes behind it.
  std::uint32_t put_padded(const char* text, std::size_t size) noexcept {
    const std::uint32_t at = change_.text_size_;
    copy_padded(end(), text, size);
    change_.text_size_ += static_cast<std::uint32_t>(size);
    DOPPEL_ASSERT(change_.text_size_ + copy_slack <= change_.text_.capacity());
    return at;
  }
  std::uint32_t put(std::string_view text) noexcept {
    const std::uint32_t at = change_.text_size_;
    if (!text.empty()) std::memcpy(end(), text.data(), text.size());
    change_.text_size_ += static_cast<std::uint32_t>(text.size());
    return at;
  }
  char* end() noexcept { return change_.text_.data() + change_.text_size_; }

  change& change_;
  detail_level level_;
  change::part* part_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_CHANGE_RECORDER_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_CHANGE_HPP
#define DOPPEL_TWIN_CHANGE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/path_text.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/json/operations.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

/// @file
/// What a write did, in one value: `twin/update.hpp` fills it, `twin/notification.hpp` turns it into
/// messages, `twin/replay.hpp` applies it to another copy of the twin.
namespace doppel {
inline namespace v0 {

/// The counters of a twin (spec/twin.md 10).
struct counters {
  std::uint64_t etag = 1;      ///< counter behind the etag; counts back-end writes (10.1)
  std::uint64_t desired = 1;   ///< desired `$version` (10.2)
  std::uint64_t reported = 1;  ///< reported `$version` (10.3)
  std::uint64_t version = 2;   ///< root `version`; etag + reported unless a loaded document differed (10.4)

  friend bool operator==(const counters&, const counters&) = default;
};

/// Kinds of writes (spec/twin.md 10.6).
enum class write_kind : std::uint8_t {
  none,            ///< nothing was written: a body without sections (6.7)
  merge,           ///< back end, PATCH
  replace,         ///< back end, PUT
  merge_reported,  ///< device
};

/// How much a write records.
enum class detail_level : std::uint8_t {
  counters,  ///< kind, time, counters
  paths,     ///< and the touched paths
  values,    ///< and old and new values: what notifications, events and replay need
};

/// How a write treated one section.
enum class section_change : std::uint8_t {
  untouched,
  merged,    ///< the entries were merged, in order
  replaced,  ///< became exactly what the entries set; erased are members that vanished
  cleared,   ///< a null: every member was removed (spec/twin.md 6.4)
};

namespace detail {

/// Key, old and new value lie behind each other in the text of the change.
struct change_entry {
  operation_kind kind;  // set, erase, push, pop
  bool had_old;
  bool complex;       // of the new leaf
  std::uint32_t key;  // where its text begins
  std::uint32_t key_size, old_size, new_size;
  std::uint32_t counted;  // size of the new leaf by spec/twin.md 5; push: members entered

  std::uint32_t old_value() const noexcept { return key + key_size; }
  std::uint32_t new_value() const noexcept { return key + key_size + old_size; }
};

class change_reader;
class change_recorder;
struct change_access;

}  // namespace detail

/// What one write did. Caller-owned: reuse one object and it stops allocating. Nothing in it
/// points into the twin or the text.
/// @par Thread safety
/// As an int: one writer, or any number of readers.
class change {
public:
  /// One touched member. An object whose members were touched is listed itself only if it is new, replaced
  /// something else, or had none of them.
  struct entry {
    section_name section;        ///< where
    std::string_view path;       ///< in the section, in the syntax of `base/path.hpp`
    std::string_view key;        ///< last segment, as stored between quotes in JSON
    bool removed;                ///< erased, or asked to be
    bool existed;                ///< the member was there before
    std::string_view old_value;  ///< JSON text before; empty if absent or not recorded
    std::string_view new_value;  ///< JSON text after; empty if removed or not recorded
  };

  /// An empty change that takes its memory from `memory`.
  explicit change(memory_ref memory = {}) noexcept : entries_(memory), text_(memory) {}
  change(change&&) noexcept = default;
  change& operator=(change&&) noexcept = default;

  /// Kind of the write; `none` when nothing was written.
  [[nodiscard]] write_kind kind() const noexcept { return kind_; }
  /// True when nothing was written.
  [[nodiscard]] bool empty() const noexcept { return kind_ == write_kind::none; }
  /// The time of all its stamps: that of the call, or a later one already in the twin (9.13).
  [[nodiscard]] timestamp time() const noexcept { return time_; }
  /// The counters before and after it; meaningless while the change is empty.
  [[nodiscard]] const counters& before() const noexcept { return before_; }
  [[nodiscard]] const counters& after() const noexcept { return after_; }
  [[nodiscard]] detail_level detail() const noexcept { return detail_; }
  [[nodiscard]] section_change on(section_name s) const noexcept { return sections_[static_cast<std::size_t>(s)].how; }
  /// Whether the device is to be told (spec/twin.md 15.1).
  [[nodiscard]] bool notifies_device() const noexcept { return on(section_name::desired) != section_change::untouched; }
  /// `opType` of the change event (17.1), empty when there is none.
  [[nodiscard]] std::string_view operation() const noexcept {
    return kind_ == write_kind::none ? "" : kind_ == write_kind::replace ? "replaceTwin" : "updateTwin";
  }
  /// The configuration that wrote it (9.11), as JSON strings; empty without one.
  [[nodiscard]] std::string_view configuration() const noexcept { return text_at(by_, by_size_); }
  [[nodiscard]] std::string_view configuration_digest() const noexcept { return text_at(digest_, digest_size_); }

  /// Calls `f(const entry&)` for every touched member, in the order of the write. Views in the entry
  /// live until `f` returns; a path beyond 16 KiB is cut and ends in "...".
  /// @par Complexity
  /// Linear. Nothing is allocated.
  template <class F>
  void for_each(F f) const {
    for (const section_name s : {section_name::tags, section_name::desired, section_name::reported}) {
      for_each_in(s, f);
    }
  }

  /// Makes the change empty and keeps its memory.
  void clear() noexcept {
    kind_ = write_kind::none;
    time_ = {};
    sections_ = {};
    size_ = text_size_ = 0;
    by_size_ = digest_size_ = 0;
  }

  /// A copy; false when memory is refused, and then `to` is empty.
  [[nodiscard]] bool copy_to(change& to) const noexcept {
    to.clear();
    if (!to.entries_.reserve(size_) || !to.text_.reserve(text_size_ + 64)) return false;
    if (size_ != 0) std::memcpy(to.entries_.data(), entries_.data(), size_ * sizeof(detail::change_entry));
    if (text_size_ != 0) std::memcpy(to.text_.data(), text_.data(), text_size_);
    to.kind_ = kind_;
    to.detail_ = detail_;
    to.time_ = time_;
    to.before_ = before_;
    to.after_ = after_;
    to.sections_ = sections_;
    to.size_ = size_;
    to.text_size_ = text_size_;
    to.by_ = by_;
    to.by_size_ = by_size_;
    to.digest_ = digest_;
    to.digest_size_ = digest_size_;
    return true;
  }

private:
  friend class detail::change_reader;
  friend class detail::change_recorder;
  friend struct detail::change_access;

  struct part {
    section_change how = section_change::untouched;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::string_view text_at(std::uint32_t offset, std::uint32_t size) const noexcept {
    return size == 0 ? std::string_view{} : std::string_view{text_.data() + offset, size};
  }

  template <class F>
  void for_each_in(section_name s, F& f) const {
    const part& p = sections_[static_cast<std::size_t>(s)];
    detail::path_text path;
    detail::path_text::mark around[limits::depth_ceiling + 2];
    std::size_t depth = 0;
    for (std::uint32_t i = p.begin; i < p.end; ++i) {
      const detail::change_entry& e = entries_.data()[i];
      if (e.kind == detail::operation_kind::pop) {
        path.back_to(around[--depth]);
        continue;
      }
      const detail::path_text::mark before = path.here();
      const std::string_view key = text_at(e.key, e.key_size);
      path.enter(key);
      const bool enters = e.kind == detail::operation_kind::push;
      // Entering an object that replaces another value, or one without members, is itself a change.
      const bool alone =
          enters && (e.old_size != 0 || !e.had_old || entries_.data()[i + 1].kind == detail::operation_kind::pop);
      if (!enters || alone) {
        const std::string_view shown = enters ? std::string_view{"{}"} : text_at(e.new_value(), e.new_size);
        f(entry{s, path.view(), key, e.kind == detail::operation_kind::erase, e.had_old,
                text_at(e.old_value(), e.old_size), detail_ == detail_level::values ? shown : std::string_view{}});
      }
      if (enters) {
        around[depth++] = before;
      } else {
        path.back_to(before);
      }
    }
  }

  write_kind kind_ = write_kind::none;
  detail_level detail_ = detail_level::values;
  timestamp time_;
  counters before_;
  counters after_;
  std::array<part, 4> sections_{};
  detail::array<detail::change_entry> entries_;
  detail::array<char> text_;
  std::uint32_t size_ = 0;
  std::uint32_t text_size_ = 0;
  std::uint32_t by_ = 0, by_size_ = 0, digest_ = 0, digest_size_ = 0;
};

namespace detail {

/// The entries of a change, for what turns them into text or into operations again.
struct change_access {
  static const change_entry* begin(const change& c, section_name s) noexcept {
    return c.entries_.data() + c.sections_[static_cast<std::size_t>(s)].begin;
  }
  static const change_entry* end(const change& c, section_name s) noexcept {
    return c.entries_.data() + c.sections_[static_cast<std::size_t>(s)].end;
  }
  static const char* text(const change& c) noexcept { return c.text_.data(); }
  static std::size_t text_size(const change& c) noexcept { return c.text_size_; }
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_CHANGE_HPP

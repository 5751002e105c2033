// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_CHANGE_READER_HPP
#define DOPPEL_TWIN_DETAIL_CHANGE_READER_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/record_format.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/stamp.hpp>
#include <doppel/twin/update.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Goes through the operations of a section and through the text that they were read from, which has to be exactly
/// what they say: in canonical form, and with nothing that was passed over.
class canonical_walk {
public:
  canonical_walk(const operation_list& list, section_name s, std::string_view text) noexcept
      : list_(list), at_(list.section(s).begin), end_(list.section(s).end), text_(text) {
    is_good_ = take("{");
  }

  /// The operation that `next` will give; null at the end.
  const operation* ahead() const noexcept { return at_ == end_ ? nullptr : &list_[at_]; }
  /// Takes one operation and its text. Null at the end, and where they differ.
  const operation* next() noexcept {
    if (!is_good_ || at_ == end_) return nullptr;
    const operation& o = list_[at_++];
    if (o.kind == operation_kind::pop) {
      is_good_ = take("}");
      is_first_ = false;
    } else {
      is_good_ = (is_first_ || take(",")) && take("\"") && take({o.key, o.key_size}) && take("\":");
      value_ = text_.data();
      is_first_ = o.kind == operation_kind::push;
      is_good_ = is_good_ && take_value(o);
    }
    return is_good_ ? &o : nullptr;
  }
  /// Where the text of the value begins that was taken last.
  const char* value() const noexcept { return value_; }
  /// Where the text goes on.
  const char* here() const noexcept { return text_.data(); }
  /// Whether all has been taken and nothing differed.
  bool is_over() noexcept { return is_good_ && at_ == end_ && take("}") && text_.empty(); }

private:
  bool take_value(const operation& o) noexcept {
    switch (o.kind) {
      case operation_kind::set: return take({o.value, o.value_size});
      case operation_kind::erase: return take("null");
      case operation_kind::push: return take("{");
      default: return false;  // dropped, or against a rule
    }
  }
  bool take(std::string_view expected) noexcept {
    if (text_.substr(0, expected.size()) != expected) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  const operation_list& list_;
  std::uint32_t at_;
  const std::uint32_t end_;
  std::string_view text_;
  const char* value_ = nullptr;
  bool is_first_ = true;
  bool is_good_;
};

/// Makes a change of the content of its record, which nobody vouches for: what it holds is what a write could have
/// recorded, as far as that can be told without the twin.
class change_reader {
public:
  /// @param to an empty change; a partial one after an error
  change_reader(change& to, operation_list& patch, indexed_reader& reader, const limits& bounds) noexcept
      : to_(to), patch_(patch), old_(to.text_.memory()), reader_(reader), bounds_(bounds) {
    bounds_.text_bytes = limits::text_ceiling;
  }

  /// @param bytes at least those of the content
  /// @return no error, `errc::invalid_image` or `errc::out_of_memory`
  errc run(record_reader& content, std::size_t bytes) noexcept {
    // All of the change's text comes from the record. What copies it reads, and writes, beyond its end.
    constexpr std::size_t padding = 2 * copy_slack + 64;
    if (bytes >= 0xfff0'0000u) return errc::invalid_image;
    if (!to_.text_.reserve(bytes + padding)) return errc::out_of_memory;
    const write_kind kind = content.choice(write_kind::merge_reported);
    if (content.failed()) return errc::invalid_image;
    if (kind == write_kind::none) return errc{};
    to_.detail_ = detail_level::values;
    if (!read_header(content)) return errc::invalid_image;
    for (const section_name s : written_sections) {
      const section_change how = content.choice(section_change::cleared);
      if (content.failed() || !may(kind, s, how)) return errc::invalid_image;
      if (how == section_change::untouched) continue;
      const std::string_view patch = content.text();
      const std::string_view old = content.text();
      if (content.failed()) return errc::invalid_image;
      if (const errc code = read_section(s, how, patch, old); code != errc{}) return code;
    }
    if (!finish(kind)) return errc::invalid_image;
    std::memset(to_.text_.data() + to_.text_size_, 0, padding);
    return errc{};
  }

private:
  bool read_header(record_reader& content) noexcept {
    const std::uint64_t ticks = content.number();
    counters& n = to_.before_;
    for (std::uint64_t* const counter : {&n.etag, &n.desired, &n.reported, &n.version}) {
      *counter = content.number();
      if (*counter == 0 || *counter > max_counter) return false;
    }
    if (ticks > static_cast<std::uint64_t>(timestamp::max_ticks)) return false;
    to_.time_ = timestamp::from_ticks(static_cast<std::int64_t>(ticks));
    const packed_time packed = pack_time(to_.time_);
    if (packed == unknown_time || packed == zero_time) return false;
    const std::string_view by = content.text();
    const std::string_view digest = content.text();
    if (by.empty() != digest.empty() || !is_mark(by) || !is_mark(digest)) return false;
    to_.by_ = put(by);
    to_.by_size_ = static_cast<std::uint32_t>(by.size());
    to_.digest_ = put(digest);
    to_.digest_size_ = static_cast<std::uint32_t>(digest.size());
    return !content.failed();
  }
  static bool is_mark(std::string_view quoted) noexcept {
    if (quoted.empty()) return true;
    return quoted.size() >= 2 && quoted.size() <= sizeof quoted_text::bytes && quoted.front() == '"' &&
           quoted.back() == '"' && quoted_text::is_plain_text(quoted.substr(1, quoted.size() - 2));
  }

  // Which write treats which section how (spec/twin.md 6.4, 7.2, 13).
  static bool may(write_kind kind, section_name s, section_change how) noexcept {
    const bool is_reported = s == section_name::reported;
    switch (kind) {
      case write_kind::merge:
        return how == section_change::untouched || (!is_reported && how != section_change::replaced);
      case write_kind::replace: return how == (is_reported ? section_change::untouched : section_change::replaced);
      default: return how == (is_reported ? section_change::merged : section_change::untouched);
    }
  }

  bool finish(write_kind kind) noexcept {
    const bool desired = to_.on(section_name::desired) != section_change::untouched;
    const bool reported = to_.on(section_name::reported) != section_change::untouched;
    if (!desired && !reported && to_.on(section_name::tags) == section_change::untouched) return false;
    if (to_.by_size_ != 0 && !desired) return false;
    to_.after_ = to_.before_;
    to_.after_.etag += kind != write_kind::merge_reported;
    to_.after_.desired += desired;
    to_.after_.reported += reported;
    ++to_.after_.version;
    to_.kind_ = kind;
    return true;
  }

  errc read_section(section_name s, section_change how, std::string_view patch, std::string_view old) noexcept {
    if (const errc code = read(patch_, s, patch); code != errc{}) return code;
    if (const errc code = read(old_, s, old); code != errc{}) return code;
    const section_operations& ops = patch_.section(s);
    if (!to_.entries_.reserve(std::size_t{to_.size_} + (ops.end - ops.begin) + 1, to_.size_))
      return errc::out_of_memory;
    change::part& part = to_.sections_[static_cast<std::size_t>(s)];
    part.how = how;
    part.begin = to_.size_;
    canonical_walk now(patch_, s, patch);
    canonical_walk before(old_, s, old);
    const bool is_sound = add_entries(how, now, before) && now.is_over() && before.is_over();
    part.end = to_.size_;
    return is_sound ? errc{} : errc::invalid_image;
  }

  // By the rules of a write.
  errc read(operation_list& list, section_name s, std::string_view text) noexcept {
    read_options options;
    options.bounds = &bounds_;
    options.section = s;
    options.refuse_duplicates = true;
    const read_status status = reader_.read(list, text, text_shape::section, options, [] {});
    if (status.code == errc::out_of_memory) return status.code;
    const bool is_sound = status && !list.first_error() && list.section(s).state == section_state::object;
    return is_sound ? errc{} : errc::invalid_image;
  }

  bool add_entries(section_change how, canonical_walk& now, canonical_walk& before) noexcept {
    std::uint32_t open[limits::depth_ceiling + 2];
    std::uint32_t depth = 0;
    std::uint32_t new_objects = 0;  // the innermost of the open ones: nothing in them was there before
    while (const operation* const op = now.next()) {
      const std::uint32_t at = to_.size_++;
      change_entry& e = to_.entries_.data()[at];
      e = {op->kind, false, false, 0, 0, 0, 0, 0};
      if (op->kind == operation_kind::pop) {
        --depth;
        if (new_objects != 0) {
          --new_objects;
        } else if (const operation* const left = before.next(); left == nullptr || left->kind != operation_kind::pop) {
          return false;
        }
        continue;
      }
      e.key = put({op->key, op->key_size});
      e.key_size = op->key_size;
      bool enters_old = false;
      if (new_objects == 0 && !add_old(e, *op, before, enters_old)) return false;
      const bool removes = op->kind == operation_kind::erase;
      if (how != section_change::merged && removes && !e.had_old) return false;
      if (how == section_change::cleared && !removes) return false;
      // What an object will be given; see `operations_of`.
      if (depth != 0 && (how == section_change::merged || !removes)) ++to_.entries_.data()[open[depth - 1]].counted;
      if (op->kind == operation_kind::push) {
        open[depth++] = at;
        new_objects += !enters_old;
      } else if (op->kind == operation_kind::set) {
        e.complex = op->complex;
        e.counted = op->counted;
        e.new_size = op->value_size;
        put({op->value, op->value_size});
      }
    }
    return true;
  }

  // The old value of a member, if it is the next that is told.
  bool add_old(change_entry& e, const operation& op, canonical_walk& before, bool& enters_old) noexcept {
    const operation* const old = before.ahead();
    if (old == nullptr || old->kind == operation_kind::pop || old->key_size != op.key_size ||
        std::memcmp(old->key, op.key, op.key_size) != 0) {
      return true;
    }
    if (before.next() == nullptr || old->kind == operation_kind::erase) return false;
    e.had_old = true;
    enters_old = old->kind == operation_kind::push && op.kind == operation_kind::push;
    if (enters_old) return true;
    const char* const begin = before.value();
    for (std::uint32_t depth = old->kind == operation_kind::push; depth != 0;) {
      const operation* const inner = before.next();
      if (inner == nullptr || inner->kind == operation_kind::erase) return false;
      depth += inner->kind == operation_kind::push;
      depth -= inner->kind == operation_kind::pop;
    }
    e.old_size = static_cast<std::uint32_t>(before.here() - begin);
    put({begin, e.old_size});
    return true;
  }

  std::uint32_t put(std::string_view text) noexcept {
    const std::uint32_t offset = to_.text_size_;
    if (!text.empty()) std::memcpy(to_.text_.data() + offset, text.data(), text.size());
    to_.text_size_ += static_cast<std::uint32_t>(text.size());
    return offset;
  }

  change& to_;
  operation_list& patch_;
  operation_list old_;
  indexed_reader& reader_;
  limits bounds_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_CHANGE_READER_HPP

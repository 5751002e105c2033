// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_SECTION_LOADER_HPP
#define DOPPEL_TWIN_DETAIL_SECTION_LOADER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/saved_keys.hpp>
#include <doppel/twin/detail/stored_value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Makes blocks of saved sections (`saved_section.hpp`) and checks all there is to check, in one pass: any bytes give
/// a block that the library itself could have made of a text, or an error.
class section_loader {
public:
  static constexpr std::size_t readable_behind = 128;

  section_loader(saved_keys& keys, const limits& bounds, operation_list& list, indexed_reader& reader,
                 memory_ref scratch) noexcept
      : keys_(keys), bounds_(bounds), values_(bounds, list, reader), own_keys_(scratch) {}

  /// To be called when the keys are others.
  void forget_objects() noexcept {
    for (known_object& known : known_) known.kind = 0;
  }

  /// Reads the section at `at` and moves behind it.
  /// @param bytes of the block, compacted
  /// @param end of what there is to read; `readable_behind` more bytes can be read
  /// @param[out] made the block; of the caller
  /// @return nothing, `errc::invalid_image` or `errc::out_of_memory`
  errc load(section_name s, std::uint32_t bytes, const char*& at, const char* end, memory_ref memory,
            block*& made) noexcept {
    const auto left = static_cast<std::size_t>(end - at);
    if (left < sizeof(record) || bytes < sizeof(block) || bytes % 8 != 0 ||
        (bytes - sizeof(block)) / most_for_one_byte > left) {
      return errc::invalid_image;
    }
    // As much to spare as `section_core::adopt_spare` leaves.
    block* const b = block::allocate(memory, round8(std::size_t{bytes} + bytes / 16));
    if (b == nullptr) return errc::out_of_memory;
    prefetch_for_writing(b->at(round8(bytes)), b->capacity);
    enter(s);
    block_ = b;
    at_ = at;
    end_ = end;
    take(&b->root, sizeof(record));
    if (b->root.is_object() && load_record(b->root, 0) && b->used == bytes) {
      b->counted = counted_;
      b->text = text_;
      b->members = members_;
      b->live = bytes;
      at = at_;
      made = b;
      return errc{};
    }
    b->release(memory);
    return is_out_of_memory_ || values_.is_out_of_memory() ? errc::out_of_memory : errc::invalid_image;
  }

private:
  /// An object of one member: 28 bytes saved, 128 in a block.
  static constexpr std::size_t most_for_one_byte = 5;
  static constexpr std::size_t member_bytes = sizeof(std::uint32_t) + sizeof(record);
  static constexpr std::uint64_t kind_bits = 31;  // of a record's head: complex, code

  /// Up to four keys that may stand in an object together.
  struct known_object {
    word_pair names;
    std::uint64_t kind;  // how many keys, and where the object stands
    std::uint64_t counted;
    std::uint64_t text;
  };

  void enter(section_name s) noexcept {
    values_.enter(s);
    is_root_ = s == section_name::root;
    deepest_ = is_root_ ? bounds_.root_depth : bounds_.depth;
    // Only desired has versions and marks, only the properties have times (spec/twin.md 9.1, 9.3).
    const bool has_times = s == section_name::desired || s == section_name::reported;
    const std::uint64_t times = has_times ? 0 : ~std::uint64_t{63};
    no_head_ = times | (s == section_name::desired ? 0 : record::extended_bit);
    no_version_ = s == section_name::desired ? 0 : ~std::uint32_t{0};
    counted_ = text_ = 0;
    members_ = 0;
  }

  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  void take(void* to, std::size_t n) noexcept {
    std::memcpy(to, at_, n);
    at_ += n;
  }

  // Whether a record may have the stamp it has in this section, once extensions are taken for granted.
  bool has_legal_stamp(const record& r) const noexcept {
    return ((r.head & no_head_) | (r.version & no_version_)) == 0;
  }

  // What lies outside a record, which has been copied to the block. `level` is that of the value.
  [[gnu::noinline]] bool load_record(record& r, std::uint32_t level) noexcept {
    if (!has_legal_stamp(r)) return false;
    if (r.is_extended() && !load_extension(r)) return false;
    const auto code = static_cast<std::uint32_t>(r.head & kind_bits);
    if (code == record::object) {
      text_ += 2;
      if (level > deepest_) return false;
      const std::uint32_t members = r.offset;
      r.offset = r.size = r.room = 0;
      return members == 0 || load_object(r, members, level);
    }
    if ((code & 15) == record::in_block) return load_long_leaf(r, level);
    if (code - 1 >= record::max_inline) return false;
    text_ += code;
    return values_.check_short(r.inline_text(), code, level - 1, counted_);
  }

  bool load_long_leaf(record& r, std::uint32_t level) noexcept {
    const std::uint32_t size = r.size;
    const bool complex = r.is_complex();
    if (size == 0 || (size <= record::max_inline && !complex) || size > left() || round8(size) > block_->room()) {
      return false;
    }
    r.offset = block_->bump(size);
    char* const v = block_->at(r.offset);
    if (size - 13 < 20) [[likely]] {
      std::memcpy(v, at_, 32);  // the block has room behind it
    } else {
      copy_padded(v, at_, size);
    }
    v[size] = 0;  // ends a number; what comes next there is not written yet
    at_ += size;
    text_ += size;
    const std::uint64_t before = counted_;
    if (!values_.check(v, size, complex, level - 1, counted_)) return false;
    r.room = complex ? static_cast<std::uint32_t>(counted_ - before) : round8(size);
    return true;
  }

  bool load_object(record& holder, std::uint32_t count, std::uint32_t level) noexcept {
    if (count > left() / member_bytes || object::bytes(round4(count)) > block_->room()) return false;
    object* const o = block_->new_object(holder, round4(count));
    o->count = count;
    members_ += count;
    const char* const ids = at_;
    const char* const saved = ids + count * sizeof(std::uint32_t);
    record* const records = o->records();
    copy_slots(*o, ids, saved);
    at_ = saved + count * sizeof(record);
    if (!check_keys(*o, ids, level)) return false;
    std::uint64_t counted = 0;
    std::uint64_t text = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      // Looked at is what was copied: the copy is still on its way to memory, and there in other pieces.
      const char* const r = saved + i * sizeof(record);
      const std::uint64_t head = load8(r);
      const auto code = static_cast<std::uint32_t>(head & (kind_bits | record::extended_bit));
      if (code - 1 < record::max_inline) {
        std::uint32_t version;
        std::memcpy(&version, r + offsetof(record, version), sizeof version);
        if (((head & no_head_) | (version & no_version_)) != 0) return false;
        if (!values_.check_short(r + offsetof(record, offset), code, level, counted)) return false;
        text += code;
      } else if (!load_record(records[i], level + 1)) {
        return false;
      }
    }
    counted_ += counted;
    text_ += text;
    return true;
  }

  // Four slots at a time, which most objects have; free ones get what follows in the text.
  static void copy_slots(object& o, const char* ids, const char* records) noexcept {
    char* const to_ids = reinterpret_cast<char*>(o.ids());
    char* const to_records = reinterpret_cast<char*>(o.records());
    for (std::size_t i = 0; i < o.capacity; i += 4) {
      std::memcpy(to_ids + i * sizeof(std::uint32_t), ids + i * sizeof(std::uint32_t), 4 * sizeof(std::uint32_t));
      std::memcpy(to_records + i * sizeof(record), records + i * sizeof(record), 4 * sizeof(record));
    }
  }

  bool check_keys(object& o, const char* ids, std::uint32_t level) noexcept {
    const std::uint32_t place = !is_root_ ? key_places::section : level == 0 ? key_places::root : key_places::in_root;
    if (o.count > 4) return check_all_keys(o, ids, place);
    // The twins of a chunk have the same few objects again and again.
    const word_pair names = bytes16(ids).first(o.count * sizeof(std::uint32_t));
    const std::uint64_t kind = std::uint64_t{o.count} << 8 | place;
    const std::uint64_t hash = (names.low ^ kind) * hash_factor_1 ^ (names.high + kind) * hash_factor_2;
    known_object& known = known_[hash >> 56];
    if (known.names.low != names.low || known.names.high != names.high || known.kind != kind) {
      const std::uint64_t counted = counted_;
      const std::uint64_t text = text_;
      if (!check_all_keys(o, ids, place)) return false;
      if (o.in_block == 0) known = {names, kind, counted_ - counted, text_ - text};
      return true;
    }
    counted_ += known.counted;
    text_ += known.text;
    return true;
  }
  [[gnu::noinline]] bool check_all_keys(object& o, const char* ids, std::uint32_t place) noexcept {
    const std::uint32_t serial = keys_.next_object();
    const std::uint32_t end_of_ids = keys_.end_of_ids();
    key_use* const uses = keys_.uses();
    std::uint64_t counted = 0;
    std::uint64_t text = 0;
    std::uint32_t own = 0;
    for (std::uint32_t i = 0; i < o.count; ++i) {
      std::uint32_t id;
      std::memcpy(&id, ids + i * sizeof id, sizeof id);
      if (id >= end_of_ids) [[unlikely]] {
        if (id != key_in_block) return false;
        ++own;
        continue;
      }
      key_use& use = uses[id];
      if (!may_stand(use, serial, place)) return false;
      use.seen = serial;
      counted += use.counted;
      text += use.text;
    }
    counted_ += counted;
    text_ += text;
    return own == 0 || load_own_keys(o, own, serial, place);
  }
  // Whether a key may stand here and has not been met in the same object.
  static bool may_stand(const key_use& use, std::uint32_t serial, std::uint32_t place) noexcept {
    return use.seen != serial && (use.places & place) != 0;
  }

  [[gnu::noinline]] bool load_own_keys(object& o, std::uint32_t own, std::uint32_t serial,
                                       std::uint32_t place) noexcept {
    if (!own_keys_.reserve(own)) {
      is_out_of_memory_ = true;
      return false;
    }
    std::uint32_t unknown = 0;
    for (std::uint32_t i = 0; i < o.count; ++i) {
      if (o.ids()[i] != key_in_block) continue;
      std::uint32_t size = 0;
      if (left() < sizeof size) return false;
      take(&size, sizeof size);
      if (size > left() || size > saved_keys::max_key_bytes || round8(block_key::bytes(size)) > block_->room() ||
          !is_stored_text(at_, size)) {
        return false;
      }
      const std::uint32_t id = keys_.table().find(at_, size);
      const key_use use = id != no_key ? keys_.uses()[id] : key_use::of(at_, size, bounds_);
      if (!may_stand(use, serial, place)) return false;
      if (id != no_key) keys_.uses()[id].seen = serial;
      counted_ += use.counted;
      text_ += use.text;
      o.ids()[i] = block_->put_key(at_, size, use.counted);
      if (id == no_key) own_keys_.data()[unknown++] = o.ids()[i];
      at_ += size;
    }
    o.in_block = own;
    return are_distinct(unknown);
  }

  bool are_distinct(std::uint32_t count) noexcept {
    std::uint32_t* const first = own_keys_.data();
    std::uint32_t* const last = first + count;
    const auto name = [&](std::uint32_t id) {
      const key_text key = block_->own_key(id);
      return std::string_view{key.name(), key.size};
    };
    std::sort(first, last, [&](std::uint32_t a, std::uint32_t b) {
      return name(a).size() != name(b).size() ? name(a).size() < name(b).size() : name(a) < name(b);
    });
    return std::adjacent_find(first, last, [&](std::uint32_t a, std::uint32_t b) { return name(a) == name(b); }) ==
           last;
  }

  bool load_extension(record& r) noexcept {
    extension e;
    if (left() < sizeof e) return false;
    std::memcpy(&e, at_, sizeof e);
    const std::uint64_t bytes = sizeof e + std::uint64_t{e.by_size} + e.digest_size;
    if (bytes > left() || round8(static_cast<std::size_t>(bytes)) > block_->room()) return false;
    const std::string_view by{at_ + sizeof e, e.by_size};
    const std::string_view digest{by.data() + by.size(), e.digest_size};
    const bool is_mark = is_stored_string(by) && is_stored_string(digest);
    if (!is_mark && (e.by_size != 0 || e.digest_size != 0 || e.version <= 0xffff'ffffu)) return false;
    block_->extend(r, e.version, by, digest);
    at_ += bytes;
    return true;
  }

  saved_keys& keys_;
  const limits& bounds_;
  stored_values values_;
  array<std::uint32_t> own_keys_;
  known_object known_[256] = {};
  bool is_out_of_memory_ = false;

  // The section at hand. The two sums are kept apart: side by side, compilers read them as one what was written as two,
  // which has to wait for memory.
  std::uint64_t counted_ = 0;
  block* block_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t no_head_ = 0;
  std::uint32_t no_version_ = 0;
  std::uint32_t deepest_ = 0;
  bool is_root_ = false;
  std::uint32_t members_ = 0;
  std::uint64_t text_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_SECTION_LOADER_HPP

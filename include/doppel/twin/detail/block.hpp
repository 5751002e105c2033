// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_BLOCK_HPP
#define DOPPEL_TWIN_DETAIL_BLOCK_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/stamp.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

// A section as one block of bytes:
//
//   header | object { count, capacity, key id[capacity], record[capacity] } ... | leaf texts ...
//
// Everything is addressed by 32-bit offsets from the header, so a copy is a memcpy. Blocks grow at
// their end; what is overwritten or deleted stays behind as waste until the block is compacted.
// Walks recurse once per level of stored nesting, which limits::depth bounds.
namespace doppel {
inline namespace v0 {
namespace detail {

/// One member: 24 bytes.
///
/// head: time (58 bits) | extended | complex | code (4 bits). A code of 1 to 12 is the length of a
/// leaf kept in the record itself; longer leaves are in the block, and complex ones of any length.
struct record {
  static constexpr std::uint32_t dead = 0;
  static constexpr std::uint32_t max_inline = 12;
  static constexpr std::uint32_t in_block = 13;
  static constexpr std::uint32_t object = 14;
  static constexpr std::uint64_t extended_bit = 1u << 5;

  std::uint64_t head;
  std::uint32_t version;  // or, when extended, the offset of an extension
  std::uint32_t offset;   // of the leaf or object; 0 for an object without members
  std::uint32_t size;
  union {
    std::uint32_t room;     // bytes that the leaf may grow to where it lies
    std::uint32_t counted;  // complex: its size by spec/twin.md 5, which its length does not tell
  };

  static constexpr bool fits_inline(std::uint32_t size, bool complex) noexcept {
    return !complex && size <= max_inline;
  }
  std::uint32_t code() const noexcept { return static_cast<std::uint32_t>(head & 15); }
  bool is_object() const noexcept { return code() == object; }
  bool is_complex() const noexcept { return (head & 16) != 0; }
  bool is_extended() const noexcept { return (head & extended_bit) != 0; }
  packed_time time() const noexcept { return head >> 6; }
  static std::uint64_t head_of(packed_time time, bool extended, bool complex, std::uint32_t code) noexcept {
    return time << 6 | static_cast<std::uint64_t>(extended) << 5 | static_cast<std::uint64_t>(complex) << 4 | code;
  }
  char* inline_text() noexcept { return reinterpret_cast<char*>(this) + offsetof(record, offset); }
  const char* inline_text() const noexcept { return reinterpret_cast<const char*>(this) + offsetof(record, offset); }
};
static_assert(sizeof(record) == 24);

/// The rare rest of a stamp: a version beyond 32 bits, or the marks of a configuration
/// (spec/twin.md 9.11). Their texts, as JSON strings, follow.
struct extension {
  std::uint64_t version;
  std::uint32_t by_size;  // 0: not marked
  std::uint32_t digest_size;

  std::string_view by() const noexcept { return {reinterpret_cast<const char*>(this + 1), by_size}; }
  std::string_view digest() const noexcept { return {reinterpret_cast<const char*>(this + 1) + by_size, digest_size}; }
  std::uint32_t bytes() const noexcept { return static_cast<std::uint32_t>(sizeof(extension)) + by_size + digest_size; }
};

/// The members of one object, in insertion order. Ids are contiguous for the search; a deleted
/// member of a larger object leaves `dead_id` behind.
struct object {
  static constexpr std::uint32_t dead_id = 0xfffffffeu;

  std::uint32_t count;     // slots in use, dead ones included
  std::uint32_t capacity;  // a multiple of 4
  std::uint32_t dead;
  std::uint32_t in_block;  // members whose key lies in the block

  std::uint32_t* ids() noexcept { return reinterpret_cast<std::uint32_t*>(this + 1); }
  const std::uint32_t* ids() const noexcept { return reinterpret_cast<const std::uint32_t*>(this + 1); }
  record* records() noexcept { return reinterpret_cast<record*>(ids() + capacity); }
  const record* records() const noexcept { return reinterpret_cast<const record*>(ids() + capacity); }
  std::uint32_t live() const noexcept { return count - dead; }

  static constexpr std::size_t bytes(std::size_t capacity) noexcept { return sizeof(object) + capacity * 28; }
  static constexpr std::size_t compact_bytes(std::size_t live) noexcept {
    return live == 0 ? 0 : bytes((live + 3) & ~std::size_t{3});
  }
  /// What one member more than `live` adds to that.
  static constexpr std::uint32_t compact_growth(std::uint32_t live) noexcept {
    return live % 4 != 0 ? 0 : live == 0 ? static_cast<std::uint32_t>(bytes(4)) : 4 * 28;
  }
};
static_assert(sizeof(object) == 16);

/// A key of the block's own: id = key_in_block | offset / 8.
struct block_key {
  std::uint32_t size;
  std::uint32_t counted;
  const char* quoted() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  static constexpr std::size_t bytes(std::size_t size) noexcept { return sizeof(block_key) + size + 3; }
};

constexpr std::uint32_t round4(std::size_t n) noexcept { return static_cast<std::uint32_t>((n + 3) & ~std::size_t{3}); }
constexpr std::uint32_t round8(std::size_t n) noexcept { return static_cast<std::uint32_t>((n + 7) & ~std::size_t{7}); }

/// Sizes of a subtree: by the service's formula, as JSON text (an upper bound: a comma after
/// every member), and in members.
struct extent {
  std::uint64_t counted = 0;
  std::uint64_t text = 0;
  std::uint32_t members = 0;
};

/// Counted size of an array's text: the sum of its elements, keys of objects included (5.3, 5.4).
inline std::uint64_t counted_array_size(const char* text, std::uint32_t size) noexcept {
  if (size <= 16) {
    // Mostly a few plain numbers: as many as there are commas, and one.
    const bytes16 bytes(text);
    const std::uint32_t commas = bytes.equal(',');
    const std::uint32_t plain = bytes.digits() | bytes.equal('.') | bytes.equal('-') | commas | 1u | 1u << (size - 1);
    if ((plain & low_bits(size)) == low_bits(size) && size > 2) {
      return 8u * (static_cast<unsigned>(std::popcount(commas & low_bits(size))) + 1u);
    }
  }
  std::uint64_t sum = 0;
  for (const char *p = text, *const end = text + size; p < end;) {
    switch (*p) {
      case '[':
      case ']':
      case '{':
      case '}':
      case ',':
      case ':': ++p; break;
      case '"': {
        const char* q = p + 1;
        while (*q != '"') q += *q == '\\' ? 2 : 1;
        const string_facts f = canonical_string(p + 1, q, nullptr);
        sum += f.bytes - f.controls;
        p = q + 1;
        break;
      }
      default:
        sum += *p == 't' || *p == 'f' ? 4 : *p == 'n' ? 0 : 8;
        while (p < end && *p != ',' && *p != ']' && *p != '}') ++p;
    }
  }
  return sum;
}

[[gnu::noinline]] inline std::uint64_t counted_complex_size(const char* text, std::uint32_t size) noexcept {
  if (*text == '[') return counted_array_size(text, size);
  const string_facts f = canonical_string(text + 1, text + size - 1, nullptr);
  return f.bytes - f.controls;
}
/// Counted size of a canonical leaf. Only strings with escapes or controls and arrays are looked through.
inline std::uint64_t counted_size(const char* text, std::uint32_t size, bool complex) noexcept {
  if (complex) return counted_complex_size(text, size);
  return simple_counted_size(size, traits_of(scalar_classes[*text]));
}

/// The header, and with it the block. Made by `allocate`, never on its own.
class block {
public:
  /// Readable bytes behind the block, for copies in steps of 16.
  static constexpr std::size_t slack = 16;
  /// Largest capacity: offsets have 32 bits.
  static constexpr std::size_t max_bytes = 0xf000'0000u;

  record root;
  std::uint64_t counted = 0;  // spec/twin.md 5
  std::uint64_t text = 2;     // extent::text
  std::uint32_t members = 0;  // at all levels
  std::uint32_t used = 0;
  std::uint32_t live = 0;  // `used` once compacted
  std::uint32_t capacity = 0;
  std::atomic<std::uint32_t> owners{1};

  /// An empty block of `capacity` bytes, or null.
  static block* allocate(memory_ref memory, std::size_t capacity) noexcept {
    if (capacity > max_bytes) return nullptr;
    void* const p = memory.try_allocate(capacity + slack);
    return p == nullptr ? nullptr : place(p, capacity);
  }
  static block* place(void* p, std::size_t capacity) noexcept {
    block* const b = new (p) block;
    b->capacity = static_cast<std::uint32_t>(capacity);
    b->clear();
    return b;
  }
  void release(memory_ref memory) noexcept {
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) memory.deallocate(this, capacity + slack);
  }

  void clear() noexcept {
    root = {record::head_of(unknown_time, false, false, record::object), 0, 0, 0, {0}};
    counted = 0;
    text = 2;
    members = 0;
    used = live = sizeof(block);
  }

  char* at(std::uint32_t offset) noexcept { return reinterpret_cast<char*>(this) + offset; }
  const char* at(std::uint32_t offset) const noexcept { return reinterpret_cast<const char*>(this) + offset; }
  object* object_of(const record& r) noexcept {
    return r.offset == 0 ? nullptr : reinterpret_cast<object*>(at(r.offset));
  }
  const object* object_of(const record& r) const noexcept {
    return r.offset == 0 ? nullptr : reinterpret_cast<const object*>(at(r.offset));
  }

  std::size_t room() const noexcept { return capacity - used; }
  /// Takes `n` bytes at the end. @pre they are there
  std::uint32_t bump(std::size_t n) noexcept {
    DOPPEL_ASSERT(round8(n) <= room());
    const std::uint32_t offset = used;
    used += round8(n);
    std::memset(at(used - 8), 0, 8);  // what rounds it up is nobody's: images show no old memory
    return offset;
  }

  object* new_object(record& holder, std::uint32_t slot_count) noexcept {
    holder.offset = bump(object::bytes(slot_count));
    object* const o = object_of(holder);
    *o = {0, slot_count, 0, 0};
    return o;
  }

  std::string_view leaf(const record& r) const noexcept {
    return r.code() <= record::max_inline ? std::string_view{r.inline_text(), r.code()}
                                          : std::string_view{at(r.offset), r.size};
  }

  /// Counted size of a leaf.
  std::uint32_t counted_of(const record& r) const noexcept {
    const std::string_view value = leaf(r);
    const std::uint32_t simple = simple_counted_size(value.size(), traits_of(scalar_classes[value[0]]));
    return r.is_complex() ? r.counted : simple;
  }

  key_text key(const key_store& keys, std::uint32_t id) const noexcept {
    return (id & key_in_block) == 0 ? keys[id] : own_key(id);
  }
  key_text own_key(std::uint32_t id) const noexcept {
    const auto* const k = reinterpret_cast<const block_key*>(at((id & ~key_in_block) * 8));
    return {k->quoted(), k->size, k->counted};
  }

  const extension& extension_of(const record& r) const noexcept {
    return *reinterpret_cast<const extension*>(at(r.version));
  }
  /// Gives a record an extension, for which there is room; marks are JSON strings.
  void extend(record& r, std::uint64_t version, std::string_view by = {}, std::string_view digest = {}) noexcept {
    const extension e{version, static_cast<std::uint32_t>(by.size()), static_cast<std::uint32_t>(digest.size())};
    r.version = bump(e.bytes());
    r.head |= record::extended_bit;
    live += round8(e.bytes());
    char* const to = at(r.version);
    std::memcpy(to, &e, sizeof e);
    if (by.empty()) return;
    std::memcpy(to + sizeof e, by.data(), by.size());
    std::memcpy(to + sizeof e + by.size(), digest.data(), digest.size());
  }
  std::uint64_t version_of(const record& r) const noexcept {
    return r.is_extended() ? extension_of(r).version : r.version;
  }

  /// Slot of the member with a key in `o`, or `o.count`. `id` is the key's id in the table or `no_key`.
  [[gnu::always_inline]] std::uint32_t find(const object& o, std::uint32_t id, const char* name,
                                            std::uint32_t size) const noexcept {
    const std::uint32_t i = id != no_key ? find_id(o.ids(), o.count, id) : o.count;
    return i != o.count || o.in_block == 0 ? i : find_own(o, name, size);
  }
  /// The same for a member whose key lies in the block.
  [[gnu::noinline]] std::uint32_t find_own(const object& o, const char* name, std::uint32_t size) const noexcept {
    for (std::uint32_t i = 0; i < o.count; ++i) {
      if ((o.ids()[i] & key_in_block) == 0 || o.ids()[i] == object::dead_id) continue;
      const key_text k = own_key(o.ids()[i]);
      if (k.size == size && std::memcmp(k.name(), name, size) == 0) return i;
    }
    return o.count;
  }

  /// Calls `f(id, record)` for the live members of an object record.
  template <class F>
  void for_each(const record& holder, F f) const noexcept {
    const object* const o = object_of(holder);
    if (o == nullptr) return;
    for (std::uint32_t i = 0; i < o->count; ++i) {
      if (o->ids()[i] != object::dead_id) f(o->ids()[i], o->records()[i]);
    }
  }

  /// Sizes of the value of `r`, its own key left out.
  void measure(const record& r, const key_store& keys, extent& sum) const noexcept {
    if (!r.is_object()) {
      const std::string_view value = leaf(r);
      sum.counted += counted_of(r);
      sum.text += value.size();
      return;
    }
    sum.text += 2;
    for_each(r, [&](std::uint32_t id, const record& member) {
      const key_text k = key(keys, id);
      sum.counted += k.counted;
      sum.text += k.size + 4;
      ++sum.members;
      measure(member, keys, sum);
    });
  }

  /// Bytes that `r` needs outside itself in a compacted block.
  std::size_t live_bytes(const record& r) const noexcept {
    std::size_t sum = 0;
    if (r.is_extended()) sum += round8(extension_of(r).bytes());
    if (r.code() == record::in_block) sum += round8(r.size);
    const object* const o = r.is_object() ? object_of(r) : nullptr;
    if (o == nullptr) return sum;
    sum += object::compact_bytes(o->live());
    for_each(r, [&](std::uint32_t id, const record& member) {
      if ((id & key_in_block) != 0) sum += round8(block_key::bytes(own_key(id).size));
      sum += live_bytes(member);
    });
    return sum;
  }
  /// Writes the live content to `to`, an empty block with room for it, in canonical layout: each
  /// object, then for its members in order their key, extension and value.
  void compact_into(block& to) const noexcept {
    copy_sums(to);
    move_parts<false>(to, to.root);
    to.live = to.used;
    DOPPEL_ASSERT(to.used == live);
  }
  /// The same for a block that goes on being written to: larger objects keep slots for further members, an
  /// eighth of what they have. Takes up to `roomy_bytes`.
  void compact_roomily_into(block& to) const noexcept {
    copy_sums(to);
    move_parts<true>(to, to.root);
    to.live = live;
  }
  /// Rounded to four, an object of 16 slots may become one of 20.
  static constexpr std::size_t roomy_bytes(std::size_t live) noexcept { return live + live / 3; }

  /// A copy in memory of its own, with the same spare room; null when memory is refused.
  block* clone(memory_ref memory) const noexcept {
    block* const b = allocate(memory, capacity);
    if (b != nullptr) copy_into(*b);
    return b;
  }
  /// Everything as it lies, to a block with room for it.
  void copy_into(block& to) const noexcept {
    copy_sums(to);
    to.root = root;
    to.used = used;
    to.live = live;
    std::memcpy(to.at(sizeof(block)), at(sizeof(block)), used - sizeof(block));
  }

private:
  block() = default;

  void copy_sums(block& to) const noexcept {
    to.root = root;
    to.counted = counted;
    to.text = text;
    to.members = members;
  }

  // `r`, inside `to`, is still a copy whose offsets mean this block.
  template <bool Roomy>
  void move_parts(block& to, record& r) const noexcept {
    if (r.is_extended()) {
      const extension& e = extension_of(r);
      const std::uint32_t offset = to.bump(e.bytes());
      std::memcpy(to.at(offset), &e, e.bytes());
      r.version = offset;
    }
    if (r.code() == record::in_block) {
      const std::uint32_t offset = to.bump(r.size);
      copy_exactly(to.at(offset), at(r.offset), r.size);
      r.offset = offset;
      if (!r.is_complex()) r.room = round8(r.size);
    }
    if (!r.is_object()) return;
    const object* const from = object_of(r);
    if (from == nullptr || from->live() == 0) {
      r.offset = 0;
      return;
    }
    const std::uint32_t count = from->live();
    object* const o = to.new_object(r, round4(count + (Roomy && count >= 16 ? count / 8 : 0)));
    o->count = count;
    o->in_block = from->in_block;
    std::uint32_t* const ids = o->ids();
    record* const records = o->records();
    if (from->dead == 0) {
      std::memcpy(ids, from->ids(), count * sizeof(std::uint32_t));
      std::memcpy(records, from->records(), count * sizeof(record));
    } else {
      for (std::uint32_t i = 0, n = 0; n < count; ++i) {
        if (from->ids()[i] == object::dead_id) continue;
        ids[n] = from->ids()[i];
        records[n++] = from->records()[i];
      }
    }
    // Spare slots are defined, so that equal content gives equal bytes.
    for (std::uint32_t i = count; !Roomy && i < o->capacity; ++i) {
      ids[i] = object::dead_id;
      records[i] = {};
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if ((ids[i] & key_in_block) != 0) [[unlikely]] {
        const key_text k = own_key(ids[i]);
        ids[i] = to.put_key(k.name(), k.size, k.counted);
      }
      if (records[i].code() > record::max_inline || records[i].is_extended()) move_parts<Roomy>(to, records[i]);
    }
  }

public:
  /// Stores a key in the block and returns its id.
  std::uint32_t put_key(const char* name, std::uint32_t size, std::uint32_t counted_bytes) noexcept {
    const std::uint32_t offset = bump(block_key::bytes(size));
    const block_key head{size, counted_bytes};
    char* to = at(offset);
    std::memcpy(to, &head, sizeof head);
    to += sizeof head;
    *to++ = '"';
    std::memcpy(to, name, size);
    to[size] = '"';
    to[size + 1] = ':';
    return key_in_block | offset / 8;
  }
};

/// What an absent block stands for.
inline const record& empty_root() noexcept {
  static constexpr record r{record::object, 0, 0, 0, {0}};
  return r;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_BLOCK_HPP

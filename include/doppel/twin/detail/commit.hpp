// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_COMMIT_HPP
#define DOPPEL_TWIN_DETAIL_COMMIT_HPP

#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/change_recorder.hpp>
#include <doppel/twin/detail/key_store.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The marks that a configuration's write leaves on leaves (spec/twin.md 9.11), as JSON strings.
struct configuration_marks {
  std::string_view by;
  std::string_view digest;
};

/// What a write puts on everything it touches.
struct write_stamp {
  packed_time time = unknown_time;
  std::uint64_t version = 0;
  const configuration_marks* marks = nullptr;

  bool is_wide() const noexcept { return version > 0xffff'ffffu; }
  std::uint32_t object_extension() const noexcept { return is_wide() ? sizeof(extension) : 0; }
  std::uint32_t leaf_extension() const noexcept {
    return marks == nullptr ? object_extension()
                            : round8(sizeof(extension) + marks->by.size() + marks->digest.size());
  }
};

/// Bytes that always suffice for a compacted block of `live` bytes and the operations of a section
/// on top. Each object that is added to grows once, by half or by what is added.
inline std::size_t worst_case_bytes(std::size_t live, const section_operations& ops, const write_stamp& stamp) noexcept {
  const std::size_t operations = ops.end - ops.begin;
  const std::size_t objects = std::size_t{ops.objects} + 1;
  return sizeof(block) + live + live / 2 + live + operations * (28 + 8 + 16 + stamp.leaf_extension()) +
         objects * (184 + 16) + static_cast<std::size_t>(ops.value_bytes + ops.key_bytes) + 64;
}

/// Carries operations out on a block. Every resource was settled before: nothing here can fail.
/// When the block is full its live parts move to the spare room, and the operation at hand is
/// taken up again there.
class committer {
public:
  committer(key_store& keys, const operation_list& list, const write_stamp& stamp, change_recorder* recorder) noexcept
      : keys_(keys), list_(list), stamp_(stamp), recorder_(recorder), rehash_(list.seed() != keys.seed()) {}

  /// Merges the operations of a section into `target`, by RFC 7386 and spec/twin.md 6.
  /// `spare` has the room that `worst_case_bytes` tells. @return the block that holds the result:
  /// `target`, or one placed in `spare`.
  block* merge(block* target, const section_operations& ops, char* spare, std::size_t spare_bytes) noexcept {
    spare_ = spare;
    spare_bytes_ = spare_bytes;
    return run(target, ops, false);
  }
  /// The same onto an empty block with room enough: nulls are nothing (spec/twin.md 4.4.4).
  block* build(block* target, const section_operations& ops) noexcept {
    spare_ = nullptr;
    return run(target, ops, true);
  }
  /// What `merge` and `build` act on is the root: its members have ids of their own, and a name may
  /// come twice.
  void act_on_root() noexcept { is_root_ = true; }

  /// Removes a root member, if it is there.
  static void remove_root_member(block& b, root_member m, const key_store& keys) noexcept {
    object* const o = b.object_of(b.root);
    if (o == nullptr) return;
    const std::uint32_t at = find_id(o->ids(), o->count, static_cast<std::uint32_t>(m));
    if (at != o->count) remove(b, *o, at, keys);
  }

private:
  struct frame {
    record* holder;
    std::uint32_t operation;  // the push
    std::uint32_t expected;   // members that the operations name in it
    bool fresh;               // the object has only members of this write
  };

  block* run(block* b, const section_operations& ops, bool fresh) noexcept {
    block_ = b;
    depth_ = 0;
    frames_[0] = {&b->root, no_operation, ops.members, fresh && !is_root_};
    if (stamp_.object_extension() > block_->room()) relocate();
    stamp_object(*frames_[0].holder);
    for (std::uint32_t i = ops.begin; i < ops.end; ++i) {
      const operation& op = list_[i];
      switch (op.kind) {
        case operation_kind::set:
        case operation_kind::push:
          if (!put(op, i)) {
            relocate();
            --i;
          }
          break;
        case operation_kind::erase:
          if (!fresh) erase(op);
          break;
        case operation_kind::pop:
          --depth_;
          if (recorder_ != nullptr) recorder_->pop();
          break;
        case operation_kind::dropped:
          i = op.end;
          break;
        case operation_kind::invalid:
          DOPPEL_ASSERT(op.kind != operation_kind::invalid);  // broken rules are refused before
          break;
      }
    }
    return block_;
  }

  std::uint32_t id_of(const operation& op, std::uint32_t hash) const noexcept {
    if (depth_ == 0 && is_root_) {
      const std::uint32_t id = find_root_member({op.key, op.key_size});
      if (id != root_member_count) return id;
    }
    return keys_.find(op.key, op.key_size, hash);
  }
  std::uint32_t hash_of(const operation& op) const noexcept {
    return rehash_ ? keys_.hash(op.key, op.key_size) : op.hash;
  }

  // False when the block is too full; then nothing has changed.
  bool put(const operation& op, std::uint32_t index) noexcept {
    frame& f = frames_[depth_];
    block& b = *block_;
    object* o = b.object_of(*f.holder);
    const std::uint32_t hash = hash_of(op);
    const std::uint32_t id = id_of(op, hash);
    std::uint32_t at = 0;
    bool found = false;
    if (o != nullptr) {
      at = f.fresh ? o->count : b.find(*o, id, op.key, op.key_size);
      found = at != o->count;
    }

    const bool leaf = op.kind == operation_kind::set;
    record* r = found ? o->records() + at : nullptr;
    const bool needs_slots = !found && (o == nullptr || o->count == o->capacity);
    const bool fits = found && r->code() == record::in_block && r->room >= op.value_size;
    const bool needs_text = leaf && op.value_size > record::max_inline && !fits;
    const std::uint32_t grown = needs_slots ? grown_capacity(o, f) : 0;
    const std::uint32_t extension_bytes = leaf ? leaf_extension_ : object_extension_;
    if (needs_slots || needs_text || extension_bytes != 0 || (!found && id == no_key)) {
      std::size_t need = extension_bytes;
      if (needs_slots) need += object::bytes(grown);
      if (needs_text) need += round8(op.value_size);
      if (!found && id == no_key) need += round8(block_key::bytes(op.key_size));
      if (need > b.room()) return false;
    }

    if (!found) {
      r = append(*f.holder, o, grown, op, id, hash);
    } else if (recorder_ != nullptr) [[likely]] {
      record_put(op, r);
    }
    if (!found && recorder_ != nullptr) record_put(op, nullptr);

    if (leaf) {
      put_leaf(*r, op, found);
    } else {
      enter(*r, op, index, found);
    }
    return true;
  }

  void record_put(const operation& op, const record* old) noexcept {
    if (op.kind == operation_kind::set) {
      recorder_->set({op.key, op.key_size}, {op.value, op.value_size}, op.complex, op.counted, *block_, old, keys_);
    } else {
      recorder_->push({op.key, op.key_size}, op.counted, *block_, old, keys_);
    }
  }

  static std::uint32_t grown_capacity(const object* o, const frame& f) noexcept {
    if (o == nullptr) return round4((std::max)(f.expected, 1u));
    // By an eighth: a block is compacted often enough, and a copy is cheap beside what a large object wastes.
    return round4(o->count + (std::max)(o->count / 8 + 2, f.expected));
  }

  record* append(record& holder, object* o, std::uint32_t grown, const operation& op, std::uint32_t id,
                 std::uint32_t hash) noexcept {
    block& b = *block_;
    if (grown != 0) {
      object* const old = o;
      o = b.new_object(holder, grown);
      if (old != nullptr) {
        o->count = old->count;
        o->dead = old->dead;
        o->in_block = old->in_block;
        std::memcpy(o->ids(), old->ids(), old->count * sizeof(std::uint32_t));
        std::memcpy(o->records(), old->records(), old->count * sizeof(record));
      }
    }
    std::uint32_t counted = 0;
    if (id == no_key) {
      counted = unescaped_length(op.key, op.key_size);
      id = keys_.add(op.key, op.key_size, counted, hash);
      if (id == no_key) {
        id = b.put_key(op.key, op.key_size, counted);
        ++o->in_block;
        b.live += round8(block_key::bytes(op.key_size));
      }
    } else {
      counted = keys_[id].counted;
    }
    b.live += static_cast<std::uint32_t>(object::compact_bytes(o->live() + 1) - object::compact_bytes(o->live()));
    const std::uint32_t at = o->count++;
    o->ids()[at] = id;
    b.counted += counted;
    b.text += op.key_size + 4;
    ++b.members;
    return o->records() + at;
  }

  // Takes the old value of a record out of the block's sums.
  static void forget(block& b, const record& r, const key_store& keys) noexcept {
    if (r.is_object()) {
      extent e;
      b.measure(r, keys, e);
      b.counted -= e.counted;
      b.text -= e.text;
      b.members -= e.members;
      b.live -= static_cast<std::uint32_t>(b.live_bytes(r));
      return;
    }
    const std::string_view old = b.leaf(r);
    const auto size = static_cast<std::uint32_t>(old.size());
    b.counted -= counted_size(old.data(), size, r.is_complex());
    b.text -= size;
    if (r.code() == record::in_block) b.live -= round8(size);
    if (r.is_extended()) b.live -= round8(b.extension_of(r).bytes());
  }

  void put_leaf(record& r, const operation& op, bool found) noexcept {
    block& b = *block_;
    std::uint32_t room = 0;
    std::uint32_t offset = 0;
    if (found) {
      if (r.code() == record::in_block && r.room >= op.value_size) {
        room = r.room;
        offset = r.offset;
      }
      forget(b, r, keys_);
    }
    b.counted += op.counted;
    b.text += op.value_size;
    if (op.value_size <= record::max_inline) {
      r.head = record::head_of(stamp_.time, false, op.complex, op.value_size);
      std::memcpy(r.inline_text(), op.value, record::max_inline);
    } else {
      if (room == 0) {
        room = round8(op.value_size);
        offset = b.bump(op.value_size);
      }
      std::memcpy(b.at(offset), op.value, op.value_size);
      r.head = record::head_of(stamp_.time, false, op.complex, record::in_block);
      r.offset = offset;
      r.size = op.value_size;
      r.room = room;
      b.live += round8(op.value_size);
    }
    r.version = static_cast<std::uint32_t>(stamp_.version);
    if (leaf_extension_ != 0) [[unlikely]] extend(r, stamp_.marks);
  }

  void enter(record& r, const operation& op, std::uint32_t index, bool found) noexcept {
    const bool fresh = !found || !r.is_object();
    if (fresh) {
      if (found) forget(*block_, r, keys_);
      r = {record::head_of(stamp_.time, false, false, record::object), 0, 0, 0, 0};
      block_->text += 2;
    }
    stamp_object(r);
    frames_[++depth_] = {&r, index, op.counted, fresh};
  }

  void stamp_object(record& r) noexcept {
    if (r.is_extended()) [[unlikely]] block_->live -= round8(block_->extension_of(r).bytes());
    r.head = record::head_of(stamp_.time, false, false, record::object);
    r.version = static_cast<std::uint32_t>(stamp_.version);
    if (object_extension_ != 0) [[unlikely]] extend(r, nullptr);
  }

  void extend(record& r, const configuration_marks* marks) noexcept {
    block& b = *block_;
    extension e{stamp_.version, 0, 0};
    if (marks != nullptr) {
      e.by_size = static_cast<std::uint32_t>(marks->by.size());
      e.digest_size = static_cast<std::uint32_t>(marks->digest.size());
    }
    r.version = b.bump(e.bytes());
    r.head |= 32;
    char* to = b.at(r.version);
    std::memcpy(to, &e, sizeof e);
    if (marks != nullptr) {
      std::memcpy(to + sizeof e, marks->by.data(), e.by_size);
      std::memcpy(to + sizeof e + e.by_size, marks->digest.data(), e.digest_size);
    }
    b.live += round8(e.bytes());
  }

  void erase(const operation& op) noexcept {
    const frame& f = frames_[depth_];
    block& b = *block_;
    object* const o = b.object_of(*f.holder);
    std::uint32_t at = 0;
    bool found = false;
    if (o != nullptr && !f.fresh) {
      at = b.find(*o, id_of(op, hash_of(op)), op.key, op.key_size);
      found = at != o->count;
    }
    if (recorder_ != nullptr) {
      recorder_->erase({op.key, op.key_size}, b, found ? o->records() + at : nullptr, keys_);
    }
    if (found) remove(b, *o, at, keys_);
  }

  static void remove(block& b, object& o, std::uint32_t at, const key_store& keys) noexcept {
    const std::uint32_t id = o.ids()[at];
    const key_text key = b.key(keys, id);
    forget(b, o.records()[at], keys);
    b.counted -= key.counted;
    b.text -= key.size + 4;
    --b.members;
    if ((id & key_in_block) != 0) {
      --o.in_block;
      b.live -= round8(block_key::bytes(key.size));
    }
    b.live -= static_cast<std::uint32_t>(object::compact_bytes(o.live()) - object::compact_bytes(o.live() - 1));
    if (o.count <= 16) {
      const std::uint32_t behind = o.count - at - 1;
      std::memmove(o.ids() + at, o.ids() + at + 1, behind * sizeof(std::uint32_t));
      std::memmove(o.records() + at, o.records() + at + 1, behind * sizeof(record));
      --o.count;
      return;
    }
    o.ids()[at] = object::dead_id;
    o.records()[at] = {};
    if (++o.dead * 4 > o.count) squeeze(o);
  }

  static void squeeze(object& o) noexcept {
    std::uint32_t to = 0;
    for (std::uint32_t i = 0; i < o.count; ++i) {
      if (o.ids()[i] == object::dead_id) continue;
      o.ids()[to] = o.ids()[i];
      o.records()[to] = o.records()[i];
      ++to;
    }
    o.count = to;
    o.dead = 0;
  }

  // Moves the live parts to the spare room and finds the open objects again there.
  void relocate() noexcept {
    DOPPEL_ASSERT(spare_ != nullptr);
    block* const to = block::place(spare_, spare_bytes_ - block::slack);
    block_->compact_into(*to);
    block_ = to;
    spare_ = nullptr;
    frames_[0].holder = &to->root;
    const std::uint32_t depth = depth_;
    for (std::uint32_t d = 1; d <= depth; ++d) {
      depth_ = d - 1;
      const operation& op = list_[frames_[d].operation];
      object* const o = to->object_of(*frames_[d - 1].holder);
      const std::uint32_t at = to->find(*o, id_of(op, hash_of(op)), op.key, op.key_size);
      frames_[d].holder = o->records() + at;
    }
    depth_ = depth;
  }

  key_store& keys_;
  const operation_list& list_;
  const write_stamp& stamp_;
  change_recorder* recorder_;
  const bool rehash_;
  bool is_root_ = false;
  const std::uint32_t leaf_extension_ = stamp_.leaf_extension();
  const std::uint32_t object_extension_ = stamp_.object_extension();
  block* block_ = nullptr;
  char* spare_ = nullptr;
  std::size_t spare_bytes_ = 0;
  std::uint32_t depth_ = 0;
  frame frames_[limits::depth_ceiling + 2];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_COMMIT_HPP

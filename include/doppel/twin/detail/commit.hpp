// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_COMMIT_HPP
#define DOPPEL_TWIN_DETAIL_COMMIT_HPP

#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/change_recorder.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/detail/operation_keys.hpp>

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
    return marks == nullptr ? object_extension() : round8(sizeof(extension) + marks->by.size() + marks->digest.size());
  }
};

/// Bytes that always suffice for a roomily compacted block of `live` bytes and the operations of a section
/// on top. Each object that is added to grows once, by an eighth or by what is added: its old slots, those
/// filled before it grew and the new ones are then all there, 60 bytes for an operation. Keys and leaves in
/// the block are rounded up and keys have a head, 26 bytes more.
inline std::size_t worst_case_bytes(std::size_t live, const section_operations& ops,
                                    const write_stamp& stamp) noexcept {
  const std::size_t operations = ops.end - ops.begin;
  const std::size_t objects = std::size_t{ops.objects} + 1;
  return sizeof(block) + block::roomy_bytes(live) + live + live / 4 + operations * (60 + 26 + stamp.leaf_extension()) +
         objects * (184 + 16) + static_cast<std::size_t>(ops.text_bytes) + 64;
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
    const bool is_usual = recorder_ != nullptr && recorder_->records_values() && leaf_extension_ == 0 &&
                          object_extension_ == 0 && !is_root_ && !rehash_;
    return is_usual ? run<true>(target, ops, false) : run<false>(target, ops, false);
  }
  /// The same onto an empty block with room enough: nulls are nothing (spec/twin.md 4.4.4).
  block* build(block* target, const section_operations& ops) noexcept {
    spare_ = nullptr;
    return run<false>(target, ops, true);
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
  /// Where a key is, or would go.
  struct place {
    object* in;        // null: nothing is there yet
    std::uint32_t at;  // slot; in->count when absent
    std::uint32_t id;
    record* found() const noexcept { return in != nullptr && at != in->count ? in->records() + at : nullptr; }
  };

  // What is frequent is here: leaves over leaves, objects that are there already. Block, frame and cursor are
  // locals, for the copies of text between them could change any member for all the compiler knows.
  // The usual has a loop of its own: recorded with values, no extensions, keys hashed for this table.
  template <bool Usual>
  block* run(block* start, const section_operations& ops, bool fresh) noexcept {
    block_ = start;
    depth_ = 0;
    frames_[0] = {&start->root, no_operation, ops.members, fresh && !is_root_};
    if (object_extension_ > block_->room()) relocate();
    stamp_object(*frames_[0].holder);
    block* b = block_;
    frame* f = frames_;
    const bool records = Usual || recorder_ != nullptr;
    const bool values = Usual || (records && recorder_->records_values());
    change_cursor cursor = records ? recorder_->at() : change_cursor{};
    const operation* const operations = list_.begin();
    const operation* const end = operations + ops.end;
    for (const operation* op = operations + ops.begin; op < end; ++op) {
      if (op->kind >= operation_kind::pop) {
        if (op->kind == operation_kind::pop) [[likely]] {
          --depth_;
          --f;
          if (records) cursor = recorder_->leave(cursor);
        } else {
          DOPPEL_ASSERT(op->kind != operation_kind::invalid);  // broken rules are refused before
          op = operations + op->end;
        }
        continue;
      }
      const place p = locate<Usual>(*b, *f, *op);
      record* const r = p.found();
      if (op->kind == operation_kind::set) {
        if (r != nullptr && !r->is_object() && !r->is_extended() && (Usual || leaf_extension_ == 0) &&
            (record::fits_inline(op->value_size, op->complex) || has_room(*b, *r, op->value_size))) [[likely]] {
          if (records) {
            const std::string_view old = b->leaf(*r);
            cursor = recorder_->set_leaf(cursor, *op, old.data(), static_cast<std::uint32_t>(old.size()), values);
          }
          replace_leaf(*b, *r, *op);
          // Added, not branched on: where objects end cannot be predicted.
          const std::uint32_t leaves = op->is_last;
          depth_ -= leaves;
          f -= leaves;
          op += leaves;
          if (records) cursor = recorder_->leave(cursor, leaves);
          continue;
        }
      } else if (op->kind == operation_kind::push) {
        if (r != nullptr && r->is_object() && !r->is_extended() && (Usual || object_extension_ == 0)) [[likely]] {
          if (records) cursor = recorder_->enter(cursor, *op);
          r->head = stamp_head_ | record::object;
          r->version = static_cast<std::uint32_t>(stamp_.version);
          ++depth_;
          *++f = {r, static_cast<std::uint32_t>(op - operations), op->counted, false};
          continue;
        }
      } else if (fresh) {
        continue;
      }
      if (records) recorder_->move_to(cursor);
      if (!carry_out(p, *op)) [[unlikely]] {
        relocate();
        --op;
      }
      if (records) cursor = recorder_->at();
      b = block_;
      f = frames_ + depth_;
    }
    if (records) recorder_->move_to(cursor);
    return block_;
  }

  // False when the block is too full; then nothing has changed.
  [[gnu::noinline]] bool carry_out(const place& p, const operation& op) noexcept {
    if (op.kind == operation_kind::set) return set(p, op);
    if (op.kind == operation_kind::push) return push(p, op);
    erase(p, op);
    return true;
  }

  // Where an operation is not what it usually is: hashed for another table, or for a member of the root.
  [[gnu::noinline]] std::uint32_t odd_id_of(const operation& op) const noexcept {
    if (is_root_ && depth_ == 0) {
      const std::uint32_t id = find_root_member({op.key, op.key_size});
      if (id != root_member_count) return id;
    }
    return find_key(keys_, list_, op);
  }

  template <bool Usual>
  [[gnu::always_inline]] place locate(const block& b, const frame& f, const operation& op) const noexcept {
    object* const o = const_cast<block&>(b).object_of(*f.holder);
    const std::uint32_t id = !Usual && (is_root_ || rehash_) ? odd_id_of(op) : keys_.find(op.key, op.key_size, op.hash);
    if (o == nullptr) return {nullptr, 0, id};
    if (f.fresh) return {o, o->count, id};
    return {o, b.find(*o, id, op.key, op.key_size), id};
  }

  // Whether a leaf has a place of its own in the block for `size` bytes, or can get one.
  static bool has_room(const block& b, const record& r, std::uint32_t size) noexcept {
    return room_of(r) >= size || round8(size) <= b.room();
  }
  static std::uint32_t room_of(const record& r) noexcept {
    return r.code() != record::in_block ? 0 : r.is_complex() ? round8(r.size) : r.room;
  }

  // Leaf over leaf, both without extensions; `has_room` if it is long.
  [[gnu::always_inline]] void replace_leaf(block& b, record& r, const operation& op) const noexcept {
    const std::uint32_t size = op.value_size;
    const std::string_view old = b.leaf(r);
    const auto old_size = static_cast<std::uint32_t>(old.size());
    b.counted += std::uint64_t{op.counted} - b.counted_of(r);
    b.text += std::uint64_t{size} - old_size;
    if (r.code() == record::in_block) b.live -= round8(old_size);
    r.version = static_cast<std::uint32_t>(stamp_.version);
    if (record::fits_inline(size, op.complex)) {
      r.head = stamp_head_ | size;
      std::memcpy(r.inline_text(), op.value, record::max_inline);
      return;
    }
    std::uint32_t room = room_of(r);
    if (room < size) {
      room = round8(size);
      r.offset = b.bump(size);
    }
    r.head = stamp_head_ | static_cast<std::uint64_t>(op.complex) << 4 | record::in_block;
    r.size = size;
    r.room = op.complex ? op.counted : room;
    b.live += round8(size);
    copy_exactly(b.at(r.offset), op.value, size);
  }

  bool set(const place& p, const operation& op) noexcept {
    block& b = *block_;
    record* r = p.found();
    const std::uint32_t size = op.value_size;
    std::size_t need = leaf_extension_;
    const bool is_inline = record::fits_inline(size, op.complex);
    if (!is_inline) need += round8(size);
    const std::uint32_t grown = r == nullptr ? slots_needed(p, op, need) : 0;
    if (need > b.room()) return false;
    if (recorder_ != nullptr) recorder_->set(op, b, r, keys_);
    if (r != nullptr) {
      forget(b, *r, keys_);
    } else {
      r = append(p, grown, op);
    }
    b.counted += op.counted;
    b.text += size;
    store(*r, op, is_inline ? 0 : b.bump(size));
    return true;
  }

  bool push(const place& p, const operation& op) noexcept {
    block& b = *block_;
    record* r = p.found();
    std::size_t need = object_extension_;
    const std::uint32_t grown = r == nullptr ? slots_needed(p, op, need) : 0;
    if (need > b.room()) return false;
    if (recorder_ != nullptr) recorder_->push(op, b, r, keys_);
    const bool fresh = r == nullptr || !r->is_object();
    if (fresh) {
      if (r != nullptr) {
        forget(b, *r, keys_);
      } else {
        r = append(p, grown, op);
      }
      *r = {record::head_of(stamp_.time, false, false, record::object), 0, 0, 0, {0}};
      b.text += 2;
    }
    stamp_object(*r);
    frames_[++depth_] = {r, static_cast<std::uint32_t>(&op - list_.begin()), op.counted, fresh};
    return true;
  }

  // Capacity that the object needs to take one more member, 0 if it has a free slot, and the bytes for it.
  std::uint32_t slots_needed(const place& p, const operation& op, std::size_t& need) const noexcept {
    if (p.id == no_key) need += round8(block_key::bytes(op.key_size));
    if (p.in != nullptr && p.in->count != p.in->capacity) return 0;
    const std::uint32_t grown = grown_capacity(p.in, frames_[depth_]);
    need += object::bytes(grown);
    return grown;
  }

  static std::uint32_t grown_capacity(const object* o, const frame& f) noexcept {
    if (o == nullptr) return round4((std::max)(f.expected, 1u));
    // By an eighth: a block is compacted often enough, and a copy is cheap beside what a large object wastes.
    return round4(o->count + (std::max)(o->count / 8 + 2, f.expected));
  }

  record* append(const place& p, std::uint32_t grown, const operation& op) noexcept {
    block& b = *block_;
    object* o = p.in;
    if (grown != 0) {
      o = b.new_object(*frames_[depth_].holder, grown);
      if (p.in != nullptr) {
        o->count = p.in->count;
        o->dead = p.in->dead;
        o->in_block = p.in->in_block;
        std::memcpy(o->ids(), p.in->ids(), o->count * sizeof(std::uint32_t));
        std::memcpy(o->records(), p.in->records(), o->count * sizeof(record));
      }
    }
    std::uint32_t id = p.id;
    std::uint32_t counted = 0;
    if (id == no_key) {
      counted = unescaped_length(op.key, op.key_size);
      id = keys_.add(op.key, op.key_size, counted, hash_of(keys_, list_, op));
      if (id == no_key) {
        id = b.put_key(op.key, op.key_size, counted);
        ++o->in_block;
        b.live += round8(block_key::bytes(op.key_size));
      }
    } else {
      counted = keys_[id].counted;
    }
    b.live += object::compact_growth(o->live());
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
    const auto size = static_cast<std::uint32_t>(b.leaf(r).size());
    b.counted -= b.counted_of(r);
    b.text -= size;
    if (r.code() == record::in_block) b.live -= round8(size);
    if (r.is_extended()) b.live -= round8(b.extension_of(r).bytes());
  }

  // Writes a leaf and its stamp; a text that the record does not take goes to `offset`.
  void store(record& r, const operation& op, std::uint32_t offset) noexcept {
    block& b = *block_;
    const std::uint32_t size = op.value_size;
    if (offset == 0) {
      r.head = record::head_of(stamp_.time, false, false, size);
      std::memcpy(r.inline_text(), op.value, record::max_inline);
    } else {
      std::memcpy(b.at(offset), op.value, size);
      r.head = record::head_of(stamp_.time, false, op.complex, record::in_block);
      r.offset = offset;
      r.size = size;
      r.room = op.complex ? op.counted : round8(size);
      b.live += round8(size);
    }
    r.version = static_cast<std::uint32_t>(stamp_.version);
    if (leaf_extension_ != 0) [[unlikely]] {
      const configuration_marks marks = stamp_.marks == nullptr ? configuration_marks{} : *stamp_.marks;
      b.extend(r, stamp_.version, marks.by, marks.digest);
    }
  }

  void stamp_object(record& r) noexcept {
    if (r.is_extended()) [[unlikely]]
      block_->live -= round8(block_->extension_of(r).bytes());
    r.head = record::head_of(stamp_.time, false, false, record::object);
    r.version = static_cast<std::uint32_t>(stamp_.version);
    if (object_extension_ != 0) [[unlikely]]
      block_->extend(r, stamp_.version);
  }

  void erase(const place& p, const operation& op) noexcept {
    const record* const r = p.found();
    if (recorder_ != nullptr) recorder_->erase({op.key, op.key_size}, *block_, r, keys_);
    if (r != nullptr) remove(*block_, *p.in, p.at, keys_);
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
    b.live -= object::compact_growth(o.live() - 1);
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
    block_->compact_roomily_into(*to);
    block_ = to;
    spare_ = nullptr;
    frames_[0].holder = &to->root;
    const std::uint32_t depth = depth_;
    for (std::uint32_t d = 1; d <= depth; ++d) {
      depth_ = d - 1;
      const operation& op = list_[frames_[d].operation];
      object* const o = to->object_of(*frames_[d - 1].holder);
      const std::uint32_t at = to->find(*o, odd_id_of(op), op.key, op.key_size);
      frames_[d].holder = o->records() + at;
    }
    depth_ = depth;
  }

  key_store& keys_;
  const operation_list& list_;
  const write_stamp& stamp_;
  change_recorder* recorder_;
  const bool rehash_;
  const std::uint64_t stamp_head_ = record::head_of(stamp_.time, false, false, 0);
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

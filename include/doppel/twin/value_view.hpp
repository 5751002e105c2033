// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_VALUE_VIEW_HPP
#define DOPPEL_TWIN_VALUE_VIEW_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/path.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/render.hpp>
#include <doppel/twin/stamp.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

/// @file
/// Read access to values where they lie. Nothing is converted until asked for.
namespace doppel {
inline namespace v0 {

/// Kinds of stored values. Only root members of a loaded document can be null (spec/twin.md 4.4.3).
enum class value_kind : std::uint8_t { absent, null, boolean, integer, floating, string, array, object };

class member_view;

/// A value inside a section. Default-constructed, or from a failed `find`, it is absent: every
/// question has an answer, so that reads can be chained.
/// @par Lifetime
/// A view: valid until the next write to the section, its move or its destruction.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Thread safety
/// Reading is safe beside other readers.
class value_view {
public:
  class iterator;

  value_view() noexcept = default;

  [[nodiscard]] value_kind kind() const noexcept {
    if (record_ == nullptr) return value_kind::absent;
    if (record_->is_object()) return value_kind::object;
    const std::string_view t = leaf();
    switch (t[0]) {
      case '"': return value_kind::string;
      case '[': return value_kind::array;
      case 't':
      case 'f': return value_kind::boolean;
      case 'n': return value_kind::null;
      default: return t.find_first_of(".eE") == std::string_view::npos ? value_kind::integer : value_kind::floating;
    }
  }
  [[nodiscard]] bool is_object() const noexcept { return record_ != nullptr && record_->is_object(); }
  /// True unless the value is absent.
  explicit operator bool() const noexcept { return record_ != nullptr; }

  /// JSON text of a leaf as it is stored: strings with quotes and canonical escapes, numbers as they
  /// were spelled, arrays minified. Empty for objects (see `write_json`) and absent values.
  [[nodiscard]] std::string_view text() const noexcept { return is_leaf() ? leaf() : std::string_view{}; }

  [[nodiscard]] std::optional<bool> as_bool() const noexcept {
    if (kind() != value_kind::boolean) return {};
    return leaf()[0] == 't';
  }
  /// An integer within 64 bits; nothing for other kinds, floats with whole values included (spec/twin.md 4.2.5).
  [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept {
    if (kind() != value_kind::integer) return {};
    return number<std::int64_t>();
  }
  /// Any number, rounded to the nearest double.
  [[nodiscard]] std::optional<double> as_double() const noexcept {
    const value_kind k = kind();
    if (k != value_kind::integer && k != value_kind::floating) return {};
    const auto n = number<double>();
    return n.has_value() ? n : std::optional<double>{0.0};  // only underflow is left
  }
  /// A string without escapes, in place; nothing for others, see `read_string`.
  [[nodiscard]] std::optional<std::string_view> as_string() const noexcept {
    if (kind() != value_kind::string) return {};
    const std::string_view t = leaf();
    if (record_->is_complex() && t.find('\\') != std::string_view::npos) return {};
    return t.substr(1, t.size() - 2);
  }
  /// Any string, unescaped to the end of `out`. False if the value is no string or memory is refused.
  bool read_string(text_buffer& out) const noexcept {
    if (kind() != value_kind::string) return false;
    const std::string_view t = leaf();
    if (!out.reserve_more(t.size())) return false;
    const char* p = t.data() + 1;
    const char* const end = t.data() + t.size() - 1;
    char* to = out.end();
    while (p < end) {
      std::uint32_t c = 0;
      if (*p != '\\') {
        *to++ = *p++;
      } else if (detail::read_escape(p, end, c)) {
        to = detail::put_utf8(to, c);
      }
    }
    out.set_end(to);
    return true;
  }

  /// Number of members of an object; 0 for others.
  [[nodiscard]] std::size_t size() const noexcept {
    const detail::object* const o = members();
    return o == nullptr ? 0 : o->live();
  }

  /// The member of an object with this key (unescaped), or absent.
  /// @par Complexity
  /// Linear in the members at four ids a step, after one look-up of the key; a key with quotes, backslashes or
  /// controls is compared with each.
  [[nodiscard]] value_view find(std::string_view key) const noexcept;
  /// The value at a path below this one, or absent.
  [[nodiscard]] value_view at(const path_view& path) const noexcept;

  /// Time and version of the last write; empty in sections that keep none.
  [[nodiscard]] stamp last_updated() const noexcept {
    stamp s;
    if (record_ == nullptr) return s;
    if (record_->time() != detail::unknown_time) s.time = detail::unpack_time(record_->time());
    s.version = block_ == nullptr ? record_->version : block_->version_of(*record_);
    return s;
  }
  /// `$lastUpdatedBy` as a JSON string; empty unless a configuration wrote it (spec/twin.md 9.11).
  [[nodiscard]] std::string_view last_updated_by() const noexcept {
    return record_ != nullptr && record_->is_extended() ? block_->extension_of(*record_).by() : std::string_view{};
  }
  /// `$lastUpdatedByDigest` as a JSON string; empty unless a configuration wrote it.
  [[nodiscard]] std::string_view last_updated_by_digest() const noexcept {
    return record_ != nullptr && record_->is_extended() ? block_->extension_of(*record_).digest() : std::string_view{};
  }

  /// Appends the value as minified JSON. False when memory is refused.
  bool write_json(text_buffer& out) const noexcept {
    if (record_ == nullptr) return true;
    if (block_ == nullptr) return out.append("{}");
    detail::extent e;
    block_->measure(*record_, *keys_, e);
    if (!out.reserve_more(static_cast<std::size_t>(e.text) + detail::copy_slack)) return false;
    out.set_end(detail::put_value(out.end(), *block_, *record_, *keys_));
    return true;
  }

  /// Members of an object in insertion order; empty for others.
  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;

  /// For the library's own layers.
  value_view(const detail::block* b, const detail::record* r, const detail::key_store* keys) noexcept
      : block_(b), record_(r), keys_(keys) {}
  const detail::block* block_pointer() const noexcept { return block_; }
  const detail::record* record_pointer() const noexcept { return record_; }
  const detail::key_store* key_pointer() const noexcept { return keys_; }

private:
  friend class member_view;

  // An empty section may have no block at all.
  const detail::object* members() const noexcept {
    return is_object() && block_ != nullptr ? block_->object_of(*record_) : nullptr;
  }
  bool is_leaf() const noexcept { return record_ != nullptr && !record_->is_object(); }
  std::string_view leaf() const noexcept { return block_->leaf(*record_); }

  template <class N>
  std::optional<N> number() const noexcept {
    const std::string_view t = leaf();
    N n{};
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), n);
    if (error != std::errc{}) return {};
    return n;
  }

  const detail::block* block_ = nullptr;
  const detail::record* record_ = nullptr;
  const detail::key_store* keys_ = nullptr;
};

/// A member of an object: its key and its value.
class member_view : public value_view {
public:
  member_view() noexcept = default;
  member_view(const detail::block* b, const detail::record* r, const detail::key_store* keys, std::uint32_t id) noexcept
      : value_view(b, r, keys), id_(id) {}

  /// The key as JSON holds it between quotes; only keys with a quote or backslash differ from the plain key, and,
  /// in unknown root members, those with C0 controls.
  [[nodiscard]] std::string_view key() const noexcept {
    const detail::key_text k = text_of_key();
    return {k.name(), k.size};
  }
  /// The key as JSON text, quotes included.
  [[nodiscard]] std::string_view quoted_key() const noexcept {
    const detail::key_text k = text_of_key();
    return {k.quoted, k.size + 2};
  }
  [[nodiscard]] value_view value() const noexcept { return *this; }

private:
  detail::key_text text_of_key() const noexcept { return block_pointer()->key(*key_pointer(), id_); }
  std::uint32_t id_ = 0;
};

/// Walks the members of an object.
class value_view::iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using iterator_concept = std::forward_iterator_tag;
  using value_type = member_view;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = member_view;

  iterator() noexcept = default;
  member_view operator*() const noexcept { return {block_, object_->records() + at_, keys_, object_->ids()[at_]}; }
  iterator& operator++() noexcept {
    ++at_;
    skip_dead();
    return *this;
  }
  iterator operator++(int) noexcept {
    iterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

private:
  friend class value_view;
  iterator(const detail::block* b, const detail::object* o, const detail::key_store* keys, std::uint32_t at) noexcept
      : block_(b), object_(o), keys_(keys), at_(at) {
    skip_dead();
  }
  void skip_dead() noexcept {
    while (object_ != nullptr && at_ < object_->count && object_->ids()[at_] == detail::object::dead_id) ++at_;
  }
  const detail::block* block_ = nullptr;
  const detail::object* object_ = nullptr;
  const detail::key_store* keys_ = nullptr;
  std::uint32_t at_ = 0;
};

inline value_view::iterator value_view::begin() const noexcept { return {block_, members(), keys_, 0}; }
inline value_view::iterator value_view::end() const noexcept {
  const detail::object* const o = members();
  return {block_, o, keys_, o == nullptr ? 0 : o->count};
}

namespace detail {

/// Looks a member up by its stored key text; `name` needs no padding.
inline const record* find_member(const block& b, const record& holder, const key_store& keys,
                                 std::string_view name) noexcept {
  const object* const o = b.object_of(holder);
  if (o == nullptr) return nullptr;
  const auto size = static_cast<std::uint32_t>(name.size());
  char padded[128 + 16];
  std::uint32_t at = o->count;
  if (name.size() <= 128) {
    if (size != 0) std::memcpy(padded, name.data(), size);
    std::memset(padded + size, 0, 16);
    at = b.find(*o, keys.find(padded, size), padded, size);
    if (at == o->count) {
      // Root members have ids of their own, which no other object uses.
      const std::uint32_t id = find_root_member(name);
      if (id != root_member_count) at = find_id(o->ids(), o->count, id);
    }
  } else {
    // Too long for the buffer here: compare with each.
    for (at = 0; at < o->count; ++at) {
      if (o->ids()[at] == object::dead_id) continue;
      const key_text k = b.key(keys, o->ids()[at]);
      if (k.size == size && std::memcmp(k.name(), name.data(), size) == 0) break;
    }
  }
  return at == o->count ? nullptr : o->records() + at;
}

}  // namespace detail

inline value_view value_view::find(std::string_view key) const noexcept {
  if (!is_object() || block_ == nullptr) return {};
  if (detail::is_canonical(key)) {
    const detail::record* const found = detail::find_member(*block_, *record_, *keys_, key);
    return found == nullptr ? value_view{} : value_view{block_, found, keys_};
  }
  // Stored keys are escaped: compare member by member.
  for (const member_view m : *this) {
    if (detail::stands_for(m.key(), key)) return m;
  }
  return {};
}

inline value_view value_view::at(const path_view& path) const noexcept {
  value_view v = *this;
  for (const path_segment segment : path) {
    if (!v.is_object()) return {};
    if (!segment.has_escapes()) {
      v = v.find(segment.raw());
      continue;
    }
    value_view found;
    char key[2048];
    if (segment.size() <= sizeof key) {
      const auto size = static_cast<std::size_t>(segment.copy(key) - key);
      found = v.find({key, size});
    }
    v = found;
  }
  return v;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_VALUE_VIEW_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_CONTENT_DIGEST_HPP
#define DOPPEL_TWIN_DETAIL_CONTENT_DIGEST_HPP

#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The digest of what tags and desired hold as text: order matters to it, and the spelling of numbers.
class content_digest {
public:
  /// Of a twin.
  explicit content_digest(const twin_core& t) noexcept {
    for (const section_name s : digested) {
      begin(s);
      const section_core& core = t.section(s);
      if (core.members() == 0) continue;
      mix("{");
      put_members(*core.get(), core.root(), *t.keys());
      mix("}");
    }
  }
  /// Of the twin that a document's operations build.
  explicit content_digest(const operation_list& list) noexcept {
    for (const section_name s : digested) {
      begin(s);
      if (list.section(s).state == section_state::object) put_operations(list, list.section(s));
    }
  }
  std::uint64_t value() const noexcept { return value_; }

private:
  static constexpr section_name digested[] = {section_name::tags, section_name::desired};

  void mix(std::string_view text) noexcept {
    for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  void begin(section_name s) noexcept { mix(s == section_name::tags ? "tags" : "desired"); }
  void put_key(std::string_view key) noexcept {
    mix("\"");
    mix(key);
    mix("\":");
  }

  void put_members(const block& b, const record& holder, const key_store& keys) noexcept {
    b.for_each(holder, [&](std::uint32_t id, const record& member) {
      const key_text key = b.key(keys, id);
      put_key({key.name(), key.size});
      if (member.is_object()) {
        mix("{");
        put_members(b, member, keys);
        mix("}");
      } else {
        mix(b.leaf(member));
      }
      mix(",");
    });
  }
  void put_operations(const operation_list& list, const section_operations& ops) noexcept {
    bool is_empty = true;
    for (std::uint32_t i = ops.begin; i < ops.end; ++i) {
      const operation& o = list[i];
      if (o.kind == operation_kind::dropped) i = o.end;
      if (o.kind == operation_kind::pop) mix("},");
      if (o.kind != operation_kind::set && o.kind != operation_kind::push) continue;
      if (is_empty) mix("{");
      is_empty = false;
      put_key({o.key, o.key_size});
      if (o.kind == operation_kind::push) {
        mix("{");
      } else {
        mix({o.value, o.value_size});
        mix(",");
      }
    }
    if (!is_empty) mix("}");
  }

  std::uint64_t value_ = 0xcbf29ce484222325u;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_CONTENT_DIGEST_HPP

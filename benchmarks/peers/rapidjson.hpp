// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_RAPIDJSON_HPP
#define DOPPEL_BENCHMARKS_PEERS_RAPIDJSON_HPP

#include "peer.hpp"

// RapidJSON uses SIMD only when told so.
#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <memory>
#include <vector>

namespace doppel_bench {

/// Twins on the C heap, since RapidJSON's pool never gives replaced values back; patches in a pool over a
/// fixed buffer, the way its manual recommends; merge by hand.
class rapidjson_store {
public:
  static constexpr std::string_view name = "RapidJSON";
  static constexpr role kind = role::bare;

  void reserve(std::size_t twins) { twins_.reserve(twins); }

  bool add(std::string_view document) {
    rapidjson::GenericDocument<rapidjson::UTF8<>, heap> parsed(&heap_);
    parsed.Parse(document.data(), document.size());
    if (parsed.HasParseError()) {
      return false;
    }
    entry made{std::make_unique<value>(), nullptr, nullptr};
    made.document->Swap(parsed);
    value& properties = (*made.document)["properties"];
    made.desired = &properties["desired"];
    made.reported = &properties["reported"];
    twins_.push_back(std::move(made));
    return true;
  }

  bool patch(std::size_t twin, part section, std::string_view text, ticks) {
    pool values(value_buffer_.data(), value_buffer_.size());
    pool stack(stack_buffer_.data(), stack_buffer_.size());
    patch_document parsed(&values, stack_buffer_.size() / 4, &stack);
    parsed.Parse(text.data(), text.size());
    if (parsed.HasParseError() || !parsed.IsObject()) {
      return false;
    }
    entry& target = twins_[twin];
    merge(section == part::desired ? *target.desired : *target.reported, parsed);
    return true;
  }

  std::string_view serialize(std::size_t twin) {
    text_.Clear();
    writer_.Reset(text_);
    twins_[twin].document->Accept(writer_);
    return {text_.GetString(), text_.GetSize()};
  }

  void clear() { twins_.clear(); }

private:
  using heap = rapidjson::CrtAllocator;
  using pool = rapidjson::MemoryPoolAllocator<>;
  using value = rapidjson::GenericValue<rapidjson::UTF8<>, heap>;
  using patch_value = rapidjson::GenericValue<rapidjson::UTF8<>, pool>;
  using patch_document = rapidjson::GenericDocument<rapidjson::UTF8<>, pool, pool>;

  struct entry {
    std::unique_ptr<value> document;
    value* desired;
    value* reported;
  };

  void merge(value& target, const patch_value& patch) {
    if (!target.IsObject()) {
      target.SetObject();
    }
    for (auto member = patch.MemberBegin(); member != patch.MemberEnd(); ++member) {
      auto found = target.FindMember(member->name);
      // Not `==`: the iterator's own is ambiguous in C++20.
      const bool absent = target.MemberEnd() - found == 0;
      if (member->value.IsNull()) {
        if (!absent) {
          target.RemoveMember(found);
        }
        continue;
      }
      if (absent) {
        target.AddMember(value(member->name, heap_), value(), heap_);
        found = target.MemberEnd() - 1;
      }
      if (member->value.IsObject()) {
        merge(found->value, member->value);
      } else {
        found->value.CopyFrom(member->value, heap_);
      }
    }
  }

  heap heap_;
  std::vector<entry> twins_;
  rapidjson::StringBuffer text_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{text_};
  alignas(16) std::array<char, 128 * 1024> value_buffer_;
  alignas(16) std::array<char, 64 * 1024> stack_buffer_;
};

static_assert(twin_store<rapidjson_store>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_RAPIDJSON_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_ROW_LOADER_HPP
#define DOPPEL_FLEET_DETAIL_ROW_LOADER_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/fleet/detail/chunk_image.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/identity_writer.hpp>
#include <doppel/twin/detail/saved_keys.hpp>
#include <doppel/twin/detail/section_loader.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Makes twins of the content of records; checks all of it.
class row_loader {
public:
  static constexpr std::uint32_t collections = 2;

  /// @param seed of the tables
  row_loader(const limits& bounds, std::uint64_t seed, operation_list& list, indexed_reader& reader,
             memory_ref memory) noexcept
      : bounds_(bounds), seed_(seed), keys_(memory), sections_(keys_, bounds_, list, reader, memory) {}

  /// A chunk begins. Behind the content, `section_loader::readable_behind` bytes can be read, here and below.
  errc enter(std::string_view content, chunk_head& head) noexcept {
    if (content.size() < sizeof head) return errc::invalid_image;
    head = read_head<chunk_head>(content.data());
    if (head.collection >= collections || head.none != 0) return errc::invalid_image;
    collection_ = head.collection;
    sections_.forget_objects();
    return keys_.read(content.data() + sizeof head, content.data() + content.size(), head.keys, bounds_, seed_);
  }

  /// Fills an empty twin from the row at `at` and moves behind it; on error the twin is empty again.
  errc load(const char*& at, const char* end, std::uint64_t& number, twin_core& t) noexcept {
    const errc code = load_parts(at, end, number, t);
    if (code != errc{}) twin_core(t.memory()).swap(t);
    return code;
  }

  /// The least number that another row of a collection could have.
  std::uint64_t least_number(std::uint32_t collection) const noexcept { return least_number_[collection]; }

private:
  errc load_parts(const char*& at, const char* end, std::uint64_t& number, twin_core& t) noexcept {
    if (static_cast<std::size_t>(end - at) < sizeof(row_head)) return errc::invalid_image;
    const auto head = read_head<row_head>(at);
    at += sizeof head;
    for (const std::uint64_t counter : {head.count.etag, head.count.desired, head.count.reported, head.count.version}) {
      if (counter == 0 || counter > max_counter) return errc::invalid_image;
    }
    std::uint64_t& least = least_number_[collection_];
    if (head.number < least || head.number >= row_number_limit) return errc::invalid_image;
    least = head.number + 1;
    number = head.number;
    t.share_keys(&keys_.table());
    t.count() = head.count;
    for (const section_name s : all_sections) {
      const std::uint32_t bytes = head.section_bytes[static_cast<int>(s)];
      if (bytes == 0) continue;
      block* b = nullptr;
      if (const errc code = sections_.load(s, bytes, at, end, t.memory(), b); code != errc{}) return code;
      t.adopt(s, b);
    }
    const std::string_view etag = t.foreign_etag();
    return etag.empty() || !unquote_etag(etag).empty() ? errc{} : errc::invalid_image;
  }

  const limits bounds_;
  const std::uint64_t seed_;
  saved_keys keys_;
  section_loader sections_;
  std::uint32_t collection_ = 0;
  std::uint64_t least_number_[collections] = {};  // that a row may have
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_ROW_LOADER_HPP

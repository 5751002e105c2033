// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_RECORD_FORMAT_HPP
#define DOPPEL_TWIN_DETAIL_RECORD_FORMAT_HPP

#include <doppel/base/detail/crc32c.hpp>
#include <doppel/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

// What the records of a log are made of:
//   magic, 8 bytes | format version, 4 | CRC-32C of all that follows, 4 | bytes of the whole record, 8 | content
// Numbers of the frame are little endian. Those of the content are LEB128: seven bits a byte, the lowest first, the
// highest bit set in all but the last. A text is its size and its bytes.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t record_head_bytes = 24;
inline constexpr std::size_t record_crc_at = 12;
inline constexpr std::size_t record_crc_begin = record_crc_at + 4;
inline constexpr std::size_t max_number_bytes = 10;

template <int Bytes>
char* put_fixed(char* to, std::uint64_t n) noexcept {
  for (int i = 0; i != Bytes; ++i) *to++ = static_cast<char>(n >> (8 * i) & 0xff);
  return to;
}
template <int Bytes>
std::uint64_t fixed_at(const char* p) noexcept {
  std::uint64_t n = 0;
  for (int i = 0; i != Bytes; ++i) n |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return n;
}

inline char* put_number_bytes(char* to, std::uint64_t n) noexcept {
  for (; n >= 0x80; n >>= 7) *to++ = static_cast<char>((n & 0x7f) | 0x80);
  *to++ = static_cast<char>(n);
  return to;
}
inline char* put_sized_text(char* to, std::string_view text) noexcept {
  to = put_number_bytes(to, text.size());
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + text.size();
}
/// A size below 2^35 that is known only when what it measures has been written: room is left with this, and filled
/// with `put_late_size`.
inline constexpr std::size_t late_size_bytes = 5;
inline void put_late_size(char* at, std::uint64_t n) noexcept {
  for (std::size_t i = 0; i + 1 != late_size_bytes; ++i, n >>= 7) at[i] = static_cast<char>((n & 0x7f) | 0x80);
  at[late_size_bytes - 1] = static_cast<char>(n & 0x7f);
}

/// Writes the head in front of content that ends at `end` and begins `record_head_bytes` behind `record`.
inline void finish_record(char* record, const char* end, const char (&magic)[9], std::uint32_t format) noexcept {
  const auto size = static_cast<std::size_t>(end - record);
  std::memcpy(record, magic, 8);
  put_fixed<4>(record + 8, format);
  put_fixed<8>(record + record_crc_begin, size);
  put_fixed<4>(record + record_crc_at, crc32c({record + record_crc_begin, size - record_crc_begin}));
}

/// Takes the content of a record apart. After the first thing that does not fit, all else is empty.
class record_reader {
public:
  /// @return no error, `errc::invalid_image`, or `errc::image_mismatch` for another format version
  errc open(std::string_view record, const char (&magic)[9], std::uint32_t format) noexcept {
    if (record.size() < record_head_bytes || record.substr(0, 8) != std::string_view(magic, 8))
      return errc::invalid_image;
    if (fixed_at<4>(record.data() + 8) != format) return errc::image_mismatch;
    if (fixed_at<8>(record.data() + record_crc_begin) != record.size()) return errc::invalid_image;
    if (fixed_at<4>(record.data() + record_crc_at) != crc32c(record.substr(record_crc_begin)))
      return errc::invalid_image;
    rest_ = record.substr(record_head_bytes);
    return errc{};
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return !failed_ && rest_.empty(); }

  std::uint64_t number() noexcept {
    std::uint64_t n = 0;
    for (std::size_t i = 0; i != max_number_bytes && i != rest_.size(); ++i) {
      const std::uint64_t byte = static_cast<unsigned char>(rest_[i]);
      if (i + 1 == max_number_bytes && byte > 1) break;
      n |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return n;
      }
    }
    fail();
    return 0;
  }
  std::string_view text() noexcept {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(found.size());
    return found;
  }
  /// All that is left.
  std::string_view rest() noexcept { return std::exchange(rest_, {}); }
  /// A number from 0 to `last`, as an enumerator.
  template <class Enum>
  Enum choice(Enum last) noexcept {
    const std::uint64_t n = number();
    if (n > static_cast<std::uint64_t>(last)) fail();
    return failed_ ? Enum{} : static_cast<Enum>(n);
  }

private:
  void fail() noexcept {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_RECORD_FORMAT_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_RANDOM_HPP
#define DOPPEL_TESTS_SUPPORT_RANDOM_HPP

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace doppel_test {

// A Weyl sequence behind a mixing function: the same numbers on every machine and with every standard
// library, which the distributions of <random> do not promise. A failing seed is worth writing down.
class random_source {
public:
  explicit random_source(std::uint64_t seed) noexcept : state_(seed * 0x2545F4914F6CDD1DULL + 0x6A09E667F3BCC909ULL) {}

  // The next numbers are these bytes: a fuzzer can turn one choice and leave the others.
  void follow(std::span<const std::uint8_t> choices) noexcept { choices_ = choices; }

  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    if (!choices_.empty()) {
      const std::uint8_t choice = choices_.front();
      choices_ = choices_.subspan(1);
      return choice;
    }
    std::uint64_t z = state_;
    z ^= z >> 32;
    z *= 0xD6E8FEB86659FD93ULL;
    z ^= z >> 29;
    z *= 0xA0761D6478BD642FULL;
    z ^= z >> 32;
    return z;
  }

  // 0 <= result < bound. The bias of the remainder does not matter for tests.
  std::size_t below(std::size_t bound) noexcept { return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound); }

  // low <= result <= high
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const std::uint64_t step = span == 0 ? next() : next() % span;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
  }

  bool one_in(std::size_t chances) noexcept { return below(chances) == 0; }
  bool coin() noexcept { return (next() & 1U) != 0; }

  template <class T>
  T pick(std::initializer_list<T> choices) noexcept {
    return choices.begin()[below(choices.size())];
  }

private:
  std::uint64_t state_;
  std::span<const std::uint8_t> choices_;
};

}  // namespace doppel_test

#endif

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_SCRATCH_HPP
#define DOPPEL_QUERY_SCRATCH_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>

/// @file
/// The memory that evaluation works in.
namespace doppel {
inline namespace v0 {

/// What is known of where a path leads.
enum class path_state : std::uint32_t { unknown, present, absent };

/// Working memory of queries: one for each thread. Prepared for a program, it serves that program and every smaller
/// one, without allocating. Its size depends on programs only, never on documents: strings that functions
/// make are lists of pieces of the strings they are made of.
/// @par Lifetime
/// Values that an evaluation yields may refer to it: they are valid until the next evaluation with this scratch.
/// @par Thread safety
/// One scratch serves one evaluation at a time.
class query_scratch {
public:
  explicit query_scratch(memory_ref memory = {}) noexcept
      : stack_(memory),
        slots_(memory),
        values_(memory),
        pieces_(memory),
        nodes_(memory),
        states_(memory),
        words_(memory) {}

  /// Makes room for a program; what it was prepared for before stays prepared.
  /// @return nothing, or `errc::out_of_memory`
  boost::system::result<void> prepare(const program& p) noexcept {
    const std::size_t paths = p.paths().size();
    const std::size_t known = states_.capacity();
    if (!stack_.reserve(p.stack_size()) || !slots_.reserve(p.slot_list().size()) || !values_.reserve(p.value_count()) ||
        !pieces_.reserve(p.piece_count()) || !nodes_.reserve(paths) || !words_.reserve(words_of(p)) ||
        !states_.reserve(paths)) {
      return make_error_code(errc::out_of_memory);
    }
    if (states_.capacity() != known) forget();
    return {};
  }
  /// Says whether there is room for a program.
  [[nodiscard]] bool is_prepared_for(const program& p) const noexcept {
    const std::size_t paths = p.paths().size();
    return stack_.capacity() >= p.stack_size() && slots_.capacity() >= p.slot_list().size() &&
           values_.capacity() >= p.value_count() && pieces_.capacity() >= p.piece_count() &&
           nodes_.capacity() >= paths && states_.capacity() >= paths && words_.capacity() >= words_of(p);
  }

  // For the library's own layers.
  query_value* stack() noexcept { return stack_.data(); }
  query_value* slot_list() noexcept { return slots_.data(); }
  query_value* values() noexcept { return values_.data(); }
  detail::string_piece* pieces() noexcept { return pieces_.data(); }
  /// Steps of paths, for numbers of nodes.
  std::uint32_t* words() noexcept { return words_.data(); }

  /// What is remembered of paths while one document is looked at: where they led.
  template <class Node>
  Node& node(std::uint32_t path) noexcept {
    static_assert(sizeof(Node) <= sizeof(query_value) && alignof(Node) <= alignof(query_value));
    return *reinterpret_cast<Node*>(nodes_.data() + path);
  }
  /// A new document makes everything unknown.
  [[nodiscard]] path_state state(std::uint32_t path) const noexcept {
    const std::uint32_t s = states_.data()[path];
    return s > epoch_ ? static_cast<path_state>(s - epoch_) : path_state::unknown;
  }
  void set_state(std::uint32_t path, path_state s) noexcept {
    states_.data()[path] = epoch_ + static_cast<std::uint32_t>(s);
  }
  void start_document() noexcept {
    epoch_ += 2;
    if (epoch_ > 0xffff'fff0u) forget();
  }

private:
  static std::size_t words_of(const program& p) noexcept {
    return p.atoms().size() + p.conjuncts().size() + p.slot_list().size() + p.paths().size();
  }
  void forget() noexcept {
    for (std::size_t i = 0; i != states_.capacity(); ++i) states_.data()[i] = 0;
    epoch_ = 0;
  }

  detail::array<query_value> stack_;
  detail::array<query_value> slots_;
  detail::array<query_value> values_;
  detail::array<detail::string_piece> pieces_;
  detail::array<query_value> nodes_;
  detail::array<std::uint32_t> states_;
  detail::array<std::uint32_t> words_;
  std::uint32_t epoch_ = 0;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_SCRATCH_HPP

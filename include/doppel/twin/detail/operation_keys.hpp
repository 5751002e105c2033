// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_OPERATION_KEYS_HPP
#define DOPPEL_TWIN_DETAIL_OPERATION_KEYS_HPP

#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/key_store.hpp>

#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The hash of an operation's key by the table's seed, which may no longer be that of the list.
inline std::uint32_t hash_of(const key_store& keys, const operation_list& list, const operation& op) noexcept {
  return list.seed() == keys.seed() ? op.hash : keys.hash(op.key, op.key_size);
}

/// The id of an operation's key, or `no_key`.
inline std::uint32_t find_key(const key_store& keys, const operation_list& list, const operation& op) noexcept {
  return keys.find(op.key, op.key_size, hash_of(keys, list, op));
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_OPERATION_KEYS_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#ifndef DOPPEL_FUZZ_DRIVER_BODY_HPP
#define DOPPEL_FUZZ_DRIVER_BODY_HPP

#include <cstddef>
#include <cstdint>

/// The one function that a target defines. It ends the program when it finds something wrong.
/// @param data exactly `size` bytes on the heap, so that a sanitizer sees every read beyond them
/// @return 0, or -1 if the input is of no use for the corpus
int fuzz_body(const std::uint8_t* data, std::size_t size);

#endif  // DOPPEL_FUZZ_DRIVER_BODY_HPP

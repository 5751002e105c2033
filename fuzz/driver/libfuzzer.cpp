// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The entry that libFuzzer calls. It hands over a heap block of the exact size of the input.

#include "driver/body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { return fuzz_body(data, size); }

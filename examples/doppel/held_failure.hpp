// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Exceptions on their way through code that lets none pass.

#ifndef DOPPEL_EXAMPLES_HELD_FAILURE_HPP
#define DOPPEL_EXAMPLES_HELD_FAILURE_HPP

#include <exception>

namespace cli {

/// Holds what a callback throws until the library has come back.
class held_failure {
public:
  /// Calls a function that says whether to go on; if it throws, that is a no.
  template <class Function>
  bool call(const Function& function) noexcept {
    try {
      return function();
    } catch (...) {
      failure_ = std::current_exception();
      return false;
    }
  }

  /// @throws what the function has thrown
  void release() const {
    if (failure_) std::rethrow_exception(failure_);
  }

private:
  std::exception_ptr failure_;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_HELD_FAILURE_HPP

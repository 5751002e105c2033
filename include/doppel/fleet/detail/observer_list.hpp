// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_OBSERVER_LIST_HPP
#define DOPPEL_FLEET_DETAIL_OBSERVER_LIST_HPP

#include <doppel/fleet/event.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/write.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Who is told of a fleet's writes. Writers never wait here: who has gone may still be told of writes that had begun.
template <class Policy>
class observer_list {
public:
  using observer_type = fleet_observer<Policy>;
  using event_type = fleet_event<Policy>;
  static constexpr std::size_t most = 8;

  [[nodiscard]] bool is_empty() const noexcept { return count_.load(std::memory_order_relaxed) == 0; }

  /// False if there are `most` already.
  bool add(observer_type& o) noexcept {
    for (auto& place : places_) {
      observer_type* none = nullptr;
      if (!place.compare_exchange_strong(none, &o)) continue;
      count_.fetch_add(1);
      return true;
    }
    return false;
  }
  /// False if it is not there.
  bool remove(observer_type& o) noexcept {
    for (auto& place : places_) {
      observer_type* expected = &o;
      if (!place.compare_exchange_strong(expected, nullptr)) continue;
      count_.fetch_sub(1);
      return true;
    }
    return false;
  }
  void tell(const event_type& event) const noexcept {
    if (!is_empty()) audience(*this).tell(event);
  }

  /// Who hears of one write: the same from its beginning to its end, whoever comes or goes meanwhile.
  class audience {
  public:
    explicit audience(const observer_list& observers) noexcept {
      for (const auto& place : observers.places_) {
        if (observer_type* const o = place.load(std::memory_order_acquire); o != nullptr) all_[size_++] = o;
      }
    }
    void warn(const event_type& event, const operation_list& list, const write_plan& plan) const noexcept {
      for (std::size_t i = 0; i != size_; ++i) all_[i]->about_to_update(event, list, plan);
    }
    void tell(const event_type& event) const noexcept {
      for (std::size_t i = 0; i != size_; ++i) all_[i]->committed(event);
    }

  private:
    std::array<observer_type*, most> all_;
    std::size_t size_ = 0;
  };

private:
  std::array<std::atomic<observer_type*>, most> places_{};
  std::atomic<std::uint32_t> count_{0};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_OBSERVER_LIST_HPP

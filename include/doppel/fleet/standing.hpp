// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_STANDING_HPP
#define DOPPEL_FLEET_STANDING_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/detail/path_index.hpp>
#include <doppel/fleet/detail/program_places.hpp>
#include <doppel/fleet/detail/query_guard.hpp>
#include <doppel/fleet/detail/standing_lane.hpp>
#include <doppel/fleet/detail/touched_paths.hpp>
#include <doppel/fleet/event.hpp>
#include <doppel/fleet/options.hpp>
#include <doppel/fleet/policy.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/twin_document.hpp>

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <type_traits>
#include <utility>

/// @file
/// Queries that are asked once and answered from then on.
namespace doppel {
inline namespace v0 {

/// A standing query, as `standing_queries::add` named it. Never used again.
enum class standing_id : std::uint64_t {};

/// What a write meant to a query. The twin belongs to it when the condition of the program holds for the twin.
enum class standing_kind : std::uint8_t {
  entered,  ///< it did not belong, or was not there, and belongs now
  left,     ///< it belonged, and does not now or is not there
  changed   ///< it belonged, still does, and a path that the program names was written to
};

/// A write, for one query.
/// @par Lifetime
/// All of it is valid until the sink returns.
template <class Policy>
struct standing_event {
  standing_id query;
  standing_kind kind;
  const fleet_event<Policy>& write;  ///< with the twin as the write left it; what was erased, as it was
};

/// What is to be told of a query.
struct standing_options {
  /// Tells of `changed` too. Without it, writes to what only columns name cost nothing.
  bool reports_changes = true;
};

/// Programs that stand in a fleet: every write yields `entered`, `left` and `changed` for those it concerns, and for
/// each twin in the order of its writes. Attached to a fleet as an observer.
///
///     auto sink = [&](const standing_event<default_fleet_policy>& e) noexcept { queue.push(e.kind, e.write.row); };
///     standing_queries<> standing(sink);
///     fleet.attach(standing);
///     standing.add(compile_query("SELECT deviceId FROM devices WHERE properties.reported.t > 90").value()).value();
///
/// Only the condition and the collection of a program decide who belongs; groups, ORDER BY, TOP, OFFSET, LIMIT and
/// DISTINCT do not, but the paths that they name count for `changed`. A path is written to when a write sets or removes
/// its member, one that it leads through, or one below it, whatever the value was; a section that is replaced or
/// cleared is written to as a whole. `etag` and `version` are written to by every write, a section's `$version` and
/// `$metadata.$lastUpdated` by every write to the section, the stamps of a member with the member. `SELECT *` names
/// everything. What compilation finds not to matter is not named.
///
/// Twins that belong when a query is added are not told of: ask for them with `select` after `add`, and take what is
/// told meanwhile as the newer truth.
///
/// A write that touches no path of any query takes no lock here and costs a few nanoseconds for each member that it
/// names directly in a section. Others evaluate, before and after, the conditions of the queries whose paths they
/// touch, and no others; where a condition demands that some leaf or `deviceId` is one string, `tags.tenant = 't-1' AND
/// ...`, those that demand another one cost a few nanoseconds. Inserted and erased twins are evaluated by the
/// queries that name something they have.
/// @tparam Policy that of the fleet
/// @par Lifetime
/// Detach before destroying it. Refers to the sink.
/// @par Thread safety
/// `add`, `remove` and the rest may be called from any thread at any time, but not by the sink or any observer.
/// Writers wait while a query is added or removed.
template <class Policy = default_fleet_policy>
class standing_queries final : public fleet_observer<Policy> {
public:
  using event_type = fleet_event<Policy>;
  using standing_event_type = standing_event<Policy>;

  /// None yet. Takes no memory.
  /// @param sink called as `sink(const standing_event<Policy>&) noexcept` from all threads that write, several at once,
  ///   while the twin is locked: it may do no more than copy and enqueue
  /// @param memory where memory comes from; safe for all threads that add and remove
  /// @param seed that of the fleet, or another at the cost of hashing keys once more
  template <class Sink>
    requires(std::is_nothrow_invocable_v<Sink&, const standing_event_type&>)
  explicit standing_queries(Sink& sink, memory_ref memory = {}, std::uint64_t seed = fleet_options{}.seed) noexcept
      : sink_(std::addressof(sink)),
        tell_([](void* s, const standing_event_type& e) noexcept { (*static_cast<Sink*>(s))(e); }),
        memory_(memory),
        index_(memory, seed),
        places_(memory) {
    for (lane& l : lanes_) {
      l.found = detail::query_set(memory);
      l.scratch = query_scratch(memory);
    }
  }
  standing_queries(const standing_queries&) = delete;
  standing_queries& operator=(const standing_queries&) = delete;
  ~standing_queries() {
    for (std::uint32_t i = 0; i != place_count_; ++i) {
      if (places_.data()[i].query != nullptr) destroy(places_.data()[i].query);
    }
  }

  /// Registers a program, of which it keeps a copy: every write that begins after this is told of.
  /// @return its name, or `errc::not_supported` for a program that is not one over devices or modules,
  ///   `errc::out_of_memory`; then nothing has changed. All memory that writes need is taken here: none is refused
  ///   later
  /// @par Complexity
  /// Linear in the paths of the program.
  boost::system::result<standing_id> add(const program& p, const standing_options& options = {}) noexcept {
    if (p.collection() != query_collection::devices && p.collection() != query_collection::modules) {
      return make_error_code(errc::not_supported);
    }
    const all_lanes lock(*this);
    const std::uint32_t at = free_place_ != none ? free_place_ : place_count_;
    if (!index_.prepare() || !places_.reserve(at + std::size_t{1}, place_count_)) {
      return make_error_code(errc::out_of_memory);
    }
    for (lane& l : lanes_) {
      if (!l.found.reserve(at + std::size_t{1}) || !l.scratch.prepare(p)) return make_error_code(errc::out_of_memory);
    }
    void* const room = memory_.try_allocate(sizeof(query));
    if (room == nullptr) return make_error_code(errc::out_of_memory);
    auto* const q = new (room) query{p, detail::path_index::none, options.reports_changes};
    detail::program_places listing(q->compiled, index_, at, q->uses);
    if (!listing.add(options.reports_changes)) {
      index_.remove_uses(q->uses);
      destroy(q);
      return make_error_code(errc::out_of_memory);
    }
    if (at == place_count_) {
      places_.data()[place_count_++] = {nullptr, {}, 0, none};
    } else {
      free_place_ = places_.data()[at].next_free;
    }
    places_.data()[at].query = q;
    places_.data()[at].guard = listing.guard();
    ++size_;
    return id_of(at);
  }
  /// Removes a query. When this returns, nothing is told of it any more. @return false if there is none of that name
  /// @par Complexity
  /// Linear in the paths of the program.
  bool remove(standing_id id) noexcept {
    const all_lanes lock(*this);
    const auto at = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
    if (at >= place_count_ || places_.data()[at].query == nullptr || id_of(at) != id) return false;
    place& p = places_.data()[at];
    index_.remove_uses(p.query->uses);
    destroy(std::exchange(p.query, nullptr));
    --size_;
    // A place whose names are used up stays empty.
    if (++p.generation != 0) p.next_free = std::exchange(free_place_, at);
    return true;
  }
  /// Queries that stand.
  [[nodiscard]] std::size_t size() noexcept {
    const std::unique_lock lock(lanes_[0].mutex);
    return size_;
  }
  /// Bytes allocated, without those of the programs and of what evaluation works in.
  [[nodiscard]] std::size_t bytes_held() noexcept {
    const all_lanes lock(*this);
    std::size_t sum = sizeof *this + index_.bytes_held() + places_.capacity() * sizeof(place) + size_ * sizeof(query);
    for (const lane& l : lanes_) sum += l.found.bytes_held();
    return sum;
  }

  // -- as an observer

  void about_to_update(const event_type& event, const detail::operation_list& list,
                       const detail::write_plan& plan) noexcept override {
    const query_collection c = event.id.collection();
    if (!detail::may_touch(index_, c, list, plan)) [[likely]]
      return;
    lane& l = lane_of(event.row);
    if (l.writing.load(std::memory_order_relaxed) == &event.twin) return;  // attached twice
    l.mutex.lock();
    detail::for_each_touched(index_, c, list, plan,
                             [&](const detail::path_index::use& u) { l.found.add(u.query, u.roles); });
    if (l.found.empty()) return l.mutex.unlock();
    detail::guard_check guards(index_, event.twin.core());
    l.found.for_each([&](std::uint32_t i, std::uint8_t& state) {
      if ((state & detail::path_role::condition) != 0 && holds(i, event, guards, l)) state |= held_before;
    });
    l.writing.store(&event.twin, std::memory_order_relaxed);
  }

  void committed(const event_type& event) noexcept override {
    lane& l = lane_of(event.row);
    if (event.kind == fleet_event_kind::updated) {
      if (l.writing.load(std::memory_order_relaxed) != &event.twin) [[likely]]
        return;
      detail::guard_check guards(index_, event.twin.core());
      l.found.for_each([&](std::uint32_t i, std::uint8_t state) {
        const bool holds_now = holds(i, event, guards, l);
        // What only rows name does not change who belongs.
        const bool held = (state & detail::path_role::condition) != 0 ? (state & held_before) != 0 : holds_now;
        if (holds_now != held) {
          tell(i, holds_now ? standing_kind::entered : standing_kind::left, event);
        } else if (holds_now && places_.data()[i].query->reports_changes) {
          tell(i, standing_kind::changed, event);
        }
      });
      l.writing.store(nullptr, std::memory_order_relaxed);
    } else {
      l.mutex.lock();
      if (size_ == 0) return l.mutex.unlock();
      detail::guard_check guards(index_, event.twin.core());
      detail::for_each_anchor(index_, event.id.collection(), event.twin.core(),
                              [&](const detail::path_index::use& u) { l.found.add(u.query, u.roles); });
      const auto kind = event.kind == fleet_event_kind::inserted ? standing_kind::entered : standing_kind::left;
      l.found.for_each([&](std::uint32_t i, std::uint8_t) {
        if (holds(i, event, guards, l)) tell(i, kind, event);
      });
    }
    l.found.clear();
    l.mutex.unlock();
  }

private:
  using lane = detail::standing_lane<Policy>;
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::size_t lane_count = 16;
  static constexpr std::uint8_t held_before = 0x80;  // beside the roles

  struct query {
    program compiled;
    std::uint32_t uses;
    bool reports_changes;
  };
  struct place {
    standing_queries::query* query;
    detail::query_guard guard;
    std::uint32_t generation;
    std::uint32_t next_free;
  };

  class all_lanes {
  public:
    explicit all_lanes(standing_queries& s) noexcept : lanes_(s.lanes_) {
      for (lane& l : lanes_) l.mutex.lock();
    }
    all_lanes(const all_lanes&) = delete;
    all_lanes& operator=(const all_lanes&) = delete;
    ~all_lanes() {
      for (lane& l : lanes_) l.mutex.unlock();
    }

  private:
    std::array<lane, lane_count>& lanes_;
  };

  // One chunk is written to by one thread: rows near each other need no lanes of their own.
  lane& lane_of(row_number row) noexcept { return lanes_[(row >> 6) * 0x9e3779b97f4a7c15u >> 60]; }
  standing_id id_of(std::uint32_t at) const noexcept {
    return static_cast<standing_id>(std::uint64_t{places_.data()[at].generation} << 32 | at);
  }
  bool holds(std::uint32_t i, const event_type& event, detail::guard_check& guards, lane& l) const noexcept {
    const place& p = places_.data()[i];
    return guards.passes(p.guard) && matches(p.query->compiled, event.twin, l.scratch);
  }
  void tell(std::uint32_t i, standing_kind kind, const event_type& event) const noexcept {
    tell_(sink_, {id_of(i), kind, event});
  }
  void destroy(query* q) noexcept {
    std::destroy_at(q);
    memory_.deallocate(q, sizeof(query));
  }

  void* sink_;
  void (*tell_)(void*, const standing_event_type&) noexcept;
  memory_ref memory_;
  // What follows is read with any lane locked and written to with all of them.
  detail::path_index index_;
  detail::array<place> places_;
  std::uint32_t place_count_ = 0;
  std::uint32_t free_place_ = none;
  std::size_t size_ = 0;
  std::array<lane, lane_count> lanes_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_STANDING_HPP

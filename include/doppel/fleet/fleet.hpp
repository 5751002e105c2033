// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_FLEET_HPP
#define DOPPEL_FLEET_FLEET_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/fleet/detail/document_id.hpp>
#include <doppel/fleet/detail/observer_list.hpp>
#include <doppel/fleet/detail/twin_collection.hpp>
#include <doppel/fleet/event.hpp>
#include <doppel/fleet/options.hpp>
#include <doppel/fleet/policy.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/rekey.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/replay.hpp>
#include <doppel/twin/twin.hpp>
#include <doppel/twin/update.hpp>

#include <boost/system/result.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <type_traits>
#include <utility>

/// @file
/// Many twins, read and written at once. Queries: `doppel/fleet/select.hpp`.
namespace doppel {
inline namespace v0 {

/// The twins of a hub, a gateway or an emulator: devices and modules, found by id, asked by queries.
///
/// A twin's id is `deviceId` or `deviceId/moduleId`; whether a module's device is there is not looked at. Rows keep the
/// order of insertion. The fleet owns its rows: nobody else ever holds a reference to one beyond a call.
/// @tparam Policy see `default_fleet_policy`
/// @par Thread safety
/// Every member may be called from any thread at any time. For each twin, operations take effect one after another,
/// each at some moment between its call and its return (they are linearizable). Each thread needs a `workspace` and a
/// `change` of its own.
/// @par Exception safety
/// Nothing throws, as long as the policy's mutex does not. Every error, out of memory included, leaves the fleet as it
/// was.
template <class Policy = default_fleet_policy>
class basic_fleet {
  static_assert(detail::check_fleet_policy<Policy>::value);

public:
  using policy_type = Policy;
  using memory_type = typename Policy::memory_type;
  using mutex_type = typename Policy::mutex_type;
  using twin_type = basic_twin<Policy>;
  using snapshot_type = twin_snapshot<Policy>;
  using event_type = fleet_event<Policy>;
  using observer_type = fleet_observer<Policy>;
  using cut_type = detail::chunk_rows<snapshot_type>;
  static constexpr std::size_t max_observers = detail::observer_list<Policy>::most;

  /// An empty fleet. Takes no memory yet.
  /// @pre `options.chunk_rows` is from 1 to `fleet_options::max_chunk_rows`
  explicit basic_fleet(const fleet_options& options = {}) noexcept
    requires(std::is_empty_v<memory_type>)
      : basic_fleet(memory_ref::stateless<memory_type>(), nullptr, options) {}
  /// The same with memory from `memory`, which must be safe for all threads and outlive the fleet and its snapshots.
  explicit basic_fleet(memory_type& memory, const fleet_options& options = {}) noexcept
      : basic_fleet(memory_ref(memory), &memory, options) {}
  basic_fleet(const basic_fleet&) = delete;
  basic_fleet& operator=(const basic_fleet&) = delete;

  [[nodiscard]] const fleet_options& options() const noexcept { return options_; }
  /// Twins in a collection, and in all.
  [[nodiscard]] std::uint64_t size(query_collection c) const noexcept {
    return c == query_collection::jobs ? 0 : of(c).size();
  }
  [[nodiscard]] std::uint64_t size() const noexcept {
    return size(query_collection::devices) + size(query_collection::modules);
  }

  // -- in and out

  /// Adds the new twin of an identity (spec/twin.md 2.3).
  /// @return the number of its row, or `errc::device_exists`, `errc::module_exists` or an error of `basic_twin::reset`
  boost::system::result<row_number> create(const identity& id, timestamp now) noexcept {
    const twin_id name{id.device_id, id.module_id};
    return insert_row(name, [&](detail::twin_core& fresh) -> boost::system::result<void> {
      const errc code = detail::make_new_twin(fresh, id, now);
      if (code != errc{}) return make_error_code(code);
      return {};
    });
  }
  /// Adds a copy of a twin, under the id that it has.
  /// @return the number of its row, or `errc::invalid_document` when it has no id, `errc::device_exists`,
  ///   `errc::module_exists`, `errc::out_of_memory`
  /// @par Complexity
  /// Linear in the twin.
  boost::system::result<row_number> insert(const twin_type& t, workspace& ws) noexcept {
    const twin_id id{t.device_id(), t.module_id()};
    if (!detail::is_valid_id(id.device_id)) return make_error_code(errc::invalid_document);
    return insert_row(id, [&](detail::twin_core& fresh) { return copy_core(t.core(), fresh, ws); });
  }
  /// The same as the row with a number that it had before, for those who bring rows back: the numbers in between are
  /// then never used. See `log_record.hpp`.
  /// @param row below 2^62
  /// @return also `errc::change_gap` when the number has been passed already
  boost::system::result<row_number> insert_at(row_number row, const twin_type& t, workspace& ws) noexcept {
    const twin_id id{t.device_id(), t.module_id()};
    if (!detail::is_valid_id(id.device_id)) return make_error_code(errc::invalid_document);
    return insert_row(id, [&](detail::twin_core& fresh) { return copy_core(t.core(), fresh, ws); }, row, true);
  }
  /// Adds the twin of a whole document; see `load_into`. The text is understood before anything is locked.
  /// @return the number of its row, or `errc::device_exists`, `errc::module_exists` or an error of `load_into`;
  ///   `errc::invalid_document` also for a document without valid id
  boost::system::result<row_number> insert_document(std::string_view text, workspace& ws,
                                                    const load_options& options = {}, load_report* report = nullptr,
                                                    diagnostic* d = nullptr) noexcept {
    if (const auto done = detail::understand_document(text, options_.seed, ws, options, d); !done) return done.error();
    const auto id = detail::id_of_document(*ws.part_of<detail::operation_list>());
    if (!id) return detail::refuse(errc::invalid_document, 0, "a document with a valid deviceId", {}, d).error();
    const auto inserted = insert_row(*id, [&](detail::twin_core& fresh) {
      return detail::build_document(fresh, text, detail::etag_form_of<Policy>, ws, options, report, d);
    });
    if (!inserted && inserted.error() == exists(*id)) {
      return detail::refuse(exists(*id), 0, "an id that is not there yet", {}, d).error();
    }
    return inserted;
  }

  /// Takes a twin out of the fleet.
  /// @return nothing, or `errc::not_found`, `errc::module_not_found`
  boost::system::result<void> erase(const twin_id& id) noexcept {
    return erase_row(id, [](const twin_type&) -> boost::system::result<void> { return {}; });
  }
  /// The same, and gives it as one that stands alone, in the memory of `to`.
  /// @return also `errc::out_of_memory`; then the twin is still there
  boost::system::result<void> extract(const twin_id& id, twin_type& to, workspace& ws) noexcept {
    return erase_row(id, [&](const twin_type& t) { return copy_alone(t, to, ws); });
  }

  // -- reading

  /// Calls `f(const twin_type&)` while no write goes on. It may not call the fleet, and should be brief.
  /// @return nothing, or `errc::not_found`, `errc::module_not_found`
  /// @par Lifetime
  /// The twin and all views of it are valid until `f` returns.
  template <class F>
  boost::system::result<void> visit(const twin_id& id, F&& f) const noexcept {
    const auto visit_row = [&](const chunk_type& c, row_number n) {
      const std::shared_lock lock(c.mutex);
      const std::uint32_t slot = detail::slot_of(c, n, id);
      if (slot == c.nowhere) return false;
      f(c[slot]);
      return true;
    };
    if (!of(id.collection()).find(detail::hash_of(id, options_.id_seed), options_, visit_row)) return make_error_code(absent(id));
    return {};
  }
  [[nodiscard]] bool contains(const twin_id& id) const noexcept {
    return visit(id, [](const twin_type&) {}).has_value();
  }
  /// A twin as it is now, to hold as long as one likes: writers go on, with a copy of what they write to.
  /// @return the snapshot, or `errc::not_found`, `errc::module_not_found`
  /// @par Complexity
  /// Constant.
  [[nodiscard]] boost::system::result<snapshot_type> snapshot(const twin_id& id) const noexcept {
    std::optional<snapshot_type> taken;
    const auto found = visit(id, [&](const twin_type& t) { taken.emplace(t.snapshot()); });
    if (!found) return found.error();
    return *std::move(taken);
  }
  /// A copy of a twin that stands alone, in the memory of `to`.
  /// @return nothing, or `errc::not_found`, `errc::module_not_found`, `errc::out_of_memory`; then `to` is as it was
  boost::system::result<void> copy(const twin_id& id, twin_type& to, workspace& ws) const noexcept {
    boost::system::result<void> done;
    const auto found = visit(id, [&](const twin_type& t) { done = copy_alone(t, to, ws); });
    return found ? done : found;
  }

  // -- writing: each of these is the function of that name in `doppel/twin/update.hpp`, on the twin with an id.
  // They return also `errc::not_found` or `errc::module_not_found`, before any other error (spec/twin.md 24). The text
  // is read before anything is locked. Observers make `options.detail` at least `detail_level::values`.

  boost::system::result<void> merge_twin(const twin_id& id, std::string_view body, const write_options& options,
                                         workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
    return write(id, {write_kind::merge, detail::text_shape::body, section_name::desired, body}, options, ws, out, d);
  }
  boost::system::result<void> replace_twin(const twin_id& id, std::string_view body, const write_options& options,
                                           workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
    return write(id, {write_kind::replace, detail::text_shape::body, section_name::desired, body}, options, ws, out, d);
  }
  boost::system::result<void> merge_reported(const twin_id& id, std::string_view patch, const write_options& options,
                                             workspace& ws, change& out, diagnostic* d = nullptr) noexcept {
    return write(id, {write_kind::merge_reported, detail::text_shape::section, section_name::reported, patch}, options,
                 ws, out, d);
  }
  /// @pre `s` is not `section_name::root`
  boost::system::result<void> merge_section(const twin_id& id, section_name s, std::string_view patch,
                                            const write_options& options, workspace& ws, change& out,
                                            diagnostic* d = nullptr) noexcept {
    DOPPEL_ASSERT(s != section_name::root);
    const write_kind kind = s == section_name::reported ? write_kind::merge_reported : write_kind::merge;
    return write(id, {kind, detail::text_shape::section, s, patch}, options, ws, out, d);
  }
  boost::system::result<void> set_json(const twin_id& id, std::string_view path, std::string_view json,
                                       const write_options& options, workspace& ws, change& out,
                                       diagnostic* d = nullptr) noexcept {
    detail::write_request request{};
    out.clear();
    if (!detail::request_at(path, json, request)) {
      return detail::refuse(errc::invalid_path, 0, "a path into tags, desired or reported", {}, d);
    }
    return write(id, request, options, ws, out, d);
  }
  /// Applies a recorded change; see `replay`. For logs.
  boost::system::result<replay_outcome> replay(const twin_id& id, const change& c, workspace& ws) noexcept {
    boost::system::result<replay_outcome> done = replay_outcome::applied;
    const auto replay_row = [&](chunk_type& rows, row_number n) {
      const std::unique_lock lock(rows.mutex);
      const std::uint32_t slot = detail::slot_of(rows, n, id);
      if (slot == rows.nowhere) return false;
      rows.preserve(cut_.load());
      const audience listeners(observers_);
      done = detail::replay(rows[slot].core(), c, ws,
                            [&](const detail::operation_list& list, const detail::write_plan& plan) {
                              listeners.warn({fleet_event_kind::updated, id, n, rows[slot], nullptr}, list, plan);
                            });
      if (done && *done == replay_outcome::applied) {
        note_change(rows, slot, c);
        listeners.tell({fleet_event_kind::updated, id, n, rows[slot], &c});
      }
      return true;
    };
    if (!of(id.collection()).find(detail::hash_of(id, options_.id_seed), options_, replay_row)) return make_error_code(absent(id));
    return done;
  }

  // -- observers

  /// Has an observer told of all writes that begin from now on. @return false if there are `max_observers` already
  bool attach(observer_type& o) noexcept {
    if (!observers_.add(o)) return false;
    wait_for_writers();
    return true;
  }
  /// When this returns, the observer is told of nothing any more.
  void detach(observer_type& o) noexcept {
    if (observers_.remove(o)) wait_for_writers();
  }

  // -- the whole fleet at one moment

  /// Calls `f(query_collection, row_number first, const cut_type& rows)` for one chunk after another, devices first, with
  /// the rows as they were at one moment for all of them; it returns whether to go on. Writers go on meanwhile: the
  /// first to write to a chunk that has not been told of yet keeps what its rows were. `first` plus a row's offset
  /// is its number. One cut at a time: others wait.
  /// @return nothing, or `errc::out_of_memory`, also when a writer had no memory to keep a chunk
  /// @par Complexity
  /// Linear in the rows. Memory: what is written to meanwhile, twice.
  template <class F>
  boost::system::result<void> visit_cut(F&& f) noexcept {
    const std::unique_lock one(cut_mutex_);
    const std::uint64_t cut = cut_.fetch_add(1) + 1;
    bool goes_on = true;
    bool is_whole = true;
    for (const query_collection name : {query_collection::devices, query_collection::modules}) {
      const auto& chunks = of(name).chunks();
      for (std::uint64_t i = 0; i != chunks.size(); ++i) {
        cut_type rows(memory_);
        {
          const std::unique_lock lock(chunks[i].mutex);
          is_whole = chunks[i].take_cut(cut, rows) && is_whole;
        }
        goes_on = goes_on && is_whole && (rows.size() == 0 || f(name, chunks[i].first, std::as_const(rows)));
      }
    }
    if (!is_whole) return make_error_code(errc::out_of_memory);
    return {};
  }

  /// What columns there are of a collection. Locks one chunk after another.
  [[nodiscard]] column_statistics statistics(query_collection c = query_collection::devices) const noexcept {
    return of(c).statistics();
  }
  /// Bytes allocated for rows, keys, columns and indexes. Locks one chunk after another.
  /// @par Complexity
  /// Linear in the rows.
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return sizeof *this + collections_[0].bytes_held() + collections_[1].bytes_held();
  }

  // For the library's own layers.
  using collection_type = detail::twin_collection<Policy>;
  [[nodiscard]] collection_type& of(query_collection c) const noexcept {
    DOPPEL_ASSERT(c != query_collection::jobs);
    return collections_[c == query_collection::modules];
  }
  [[nodiscard]] memory_ref memory() const noexcept { return memory_; }
  [[nodiscard]] const std::atomic<std::uint64_t>& cut() const noexcept { return cut_; }
  [[nodiscard]] twin_type new_twin() const noexcept {
    if constexpr (std::is_empty_v<memory_type>) {
      return twin_type();
    } else {
      return twin_type(*source_);
    }
  }

private:
  using chunk_type = detail::chunk<Policy>;
  using audience = typename detail::observer_list<Policy>::audience;

  basic_fleet(memory_ref memory, memory_type* source, const fleet_options& options) noexcept
      : memory_(memory), source_(source), options_(options), collections_{collection_type(memory), collection_type(memory)} {
    DOPPEL_ASSERT(options.chunk_rows >= 1 && options.chunk_rows <= fleet_options::max_chunk_rows);
  }

  static errc exists(const twin_id& id) noexcept {
    return id.module_id.empty() ? errc::device_exists : errc::module_exists;
  }
  static errc absent(const twin_id& id) noexcept {
    return id.module_id.empty() ? errc::not_found : errc::module_not_found;
  }

  template <class Build>
  boost::system::result<row_number> insert_row(const twin_id& id, Build&& build, row_number at_least = 0,
                                               bool exactly = false) noexcept {
    return of(id.collection())
        .insert(id, detail::hash_of(id, options_.id_seed), options_, cut_, at_least, exists(id),
                [&](chunk_type& rows, row_number n) -> boost::system::result<void> {
                  if (exactly && n != at_least) return make_error_code(errc::change_gap);
                  twin_type fresh = new_twin();
                  fresh.core().share_keys(rows.keys().store());
                  if (const auto built = build(fresh.core()); !built) return built;
                  rows.preserve(cut_.load());
                  rows.add(n, std::move(fresh));
                  const twin_type& added = rows[rows.size() - 1];
                  of(id.collection()).change_columns(rows, [&](detail::chunk_columns& columns) {
                    columns.note_row(rows.size() - 1, added.core(), options_.columns);
                  });
                  observers_.tell({fleet_event_kind::inserted, {added.device_id(), added.module_id()}, n, added, nullptr});
                  return {};
                });
  }

  template <class Take>
  boost::system::result<void> erase_row(const twin_id& id, Take&& take) noexcept {
    return of(id.collection())
        .erase(id, detail::hash_of(id, options_.id_seed), options_, absent(id),
               [&](chunk_type& rows, std::uint32_t slot) -> boost::system::result<void> {
                 if (const auto taken = take(rows[slot]); !taken) return taken;
                 const row_number n = rows.number(slot);
                 rows.preserve(cut_.load());
                 twin_type gone = new_twin();
                 of(id.collection()).change_columns(rows, [&](detail::chunk_columns&) { rows.erase(slot, gone); });
                 observers_.tell({fleet_event_kind::erased, id, n, gone, nullptr});
                 return {};
               });
  }

  boost::system::result<void> write(const twin_id& id, const detail::write_request& request,
                                    const write_options& options, workspace& ws, change& out, diagnostic* d) noexcept {
    out.clear();
    collection_type& all = of(id.collection());
    const std::uint64_t hash = detail::hash_of(id, options_.id_seed);
    const std::optional<row_number> likely = all.candidate(hash);
    if (!likely) return make_error_code(absent(id));
    fetch(all.chunk_of(*likely, options_), *likely, request.section);
    const auto understood = detail::understand<detail::indexed_reader>(request, options_.seed, nullptr, options, ws, d);
    if (!understood) return understood;
    boost::system::result<void> done;
    const auto write_row = [&](chunk_type& rows, row_number n) {
      const std::unique_lock lock(rows.mutex);
      const std::uint32_t slot = detail::slot_of(rows, n, id);
      if (slot == rows.nowhere) return false;
      rows.preserve(cut_.load());
      done = write_to(rows, slot, {fleet_event_kind::updated, id, n, rows[slot], nullptr}, request, options, ws, out, d);
      return true;
    };
    if (write_row(all.chunk_of(*likely, options_), *likely) || all.find(hash, options_, write_row)) return done;
    return make_error_code(absent(id));
  }

  void note_change(chunk_type& rows, std::uint32_t slot, const change& c) noexcept {
    rows.note_write();
    if (rows.columns().empty()) return;
    of(rows[slot].is_module() ? query_collection::modules : query_collection::devices)
        .change_columns(rows, [&](detail::chunk_columns& columns) {
          columns.note_change(slot, rows[slot].core(), c, options_.columns);
        });
  }

  // Has what a write will look at on its way while the text is being understood.
  static void fetch(const chunk_type& rows, row_number n, section_name s) noexcept {
    const std::shared_lock lock(rows.mutex);
    const std::uint32_t slot = rows.slot_of(n);
    if (slot == rows.nowhere) return;
    const detail::twin_core& t = rows[slot].core();
    if (const detail::block* const root = t.section(section_name::root).get()) detail::prefetch_range(root, 512);
    if (const detail::block* const b = t.section(s).get()) detail::prefetch_range(b, 2048);
  }

  // With the chunk locked.
  boost::system::result<void> write_to(chunk_type& rows, std::uint32_t slot, event_type event,
                                       const detail::write_request& request, const write_options& options,
                                       workspace& ws, change& out, diagnostic* d) noexcept {
    twin_type& t = rows[slot];
    const bool condition_holds = !detail::is_conditional(request, options) || options.condition.holds(t.etag());
    if (observers_.is_empty()) [[likely]] {
      const auto done = detail::carry_out(t.core(), request, condition_holds, options, ws, out, d,
                                          [](const detail::operation_list&, const detail::write_plan&) {});
      if (!out.empty()) note_change(rows, slot, out);
      return done;
    }
    const audience listeners(observers_);
    write_options full = options;
    full.detail = detail_level::values;
    const auto done = detail::carry_out(
        t.core(), request, condition_holds, full, ws, out, d,
        [&](const detail::operation_list& list, const detail::write_plan& plan) { listeners.warn(event, list, plan); });
    if (out.empty()) return done;
    note_change(rows, slot, out);
    event.change = &out;
    listeners.tell(event);
    return done;
  }

  boost::system::result<void> copy_core(const detail::twin_core& from, detail::twin_core& to, workspace& ws) const noexcept {
    detail::spare_room* const spare = ws.part_of<detail::spare_room>();
    if (spare == nullptr || !detail::rekeyer(from, to, *spare).run()) return make_error_code(errc::out_of_memory);
    return {};
  }
  boost::system::result<void> copy_alone(const twin_type& t, twin_type& to, workspace& ws) const noexcept {
    detail::twin_core fresh(to.core().memory());
    if (to.core().shares_keys()) fresh.share_keys(to.core().keys());
    if (fresh.need_keys(options_.limits) == nullptr) return make_error_code(errc::out_of_memory);
    if (const auto copied = copy_core(t.core(), fresh, ws); !copied) return copied;
    to.core().swap(fresh);
    return {};
  }

  // Whoever was writing when this was called has ended when it returns.
  void wait_for_writers() noexcept {
    for (collection_type& all : collections_) {
      for (std::uint64_t i = 0; i != all.chunks().size(); ++i) {
        const std::unique_lock lock(all.chunks()[i].mutex);
      }
    }
  }

  std::atomic<std::uint64_t> cut_{1};
  mutex_type cut_mutex_;
  memory_ref memory_;
  memory_type* source_;
  const fleet_options options_;
  mutable collection_type collections_[2];
  detail::observer_list<Policy> observers_;
};

/// A fleet with the default policy.
using fleet = basic_fleet<default_fleet_policy>;

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_FLEET_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_TWIN_HPP
#define DOPPEL_TWIN_TWIN_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/content_digest.hpp>
#include <doppel/twin/detail/identity_writer.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/policy.hpp>
#include <doppel/twin/section.hpp>

#include <boost/system/result.hpp>
#include <boost/throw_exception.hpp>

#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

/// @file
/// The twin itself: what it holds and how it is read. Writing is in `twin/update.hpp`, loading in
/// `twin/load.hpp`, output in `twin/document.hpp` and `twin/notification.hpp`.
namespace doppel {
inline namespace v0 {

/// What a new twin is told about the device or module it belongs to (spec/twin.md 2.1). Texts are
/// plain, not JSON; they are copied.
struct identity {
  std::string_view device_id;
  std::string_view module_id = {};      ///< empty for a device twin
  std::string_view device_etag = {};    ///< left out of the document when empty
  std::string_view status = "enabled";
  std::string_view status_reason = {};  ///< left out when empty
  std::string_view authentication_type = "sas";
  std::string_view model_id = {};       ///< Plug and Play model; empty means none
  std::string_view device_scope = {};   ///< left out when empty
  bool is_edge = false;                 ///< `capabilities.iotEdge`, devices only
};

template <class Policy>
class twin_snapshot;

/// A device or module twin: tags, desired and reported, their counters, and the root members.
///
/// A value: copyable, movable, swappable. All writes are functions in `twin/update.hpp` that either
/// do everything they say or leave the twin byte for byte as it was.
/// @tparam Policy see `default_policy`
/// @par Specification
/// spec/twin.md 1, 2 and 10
/// @par Exception safety
/// Nothing throws but the copy constructor and copy assignment (`std::bad_alloc`, strong guarantee);
/// `clone` reports instead. A moved-from twin is an empty one.
/// @par Thread safety
/// Const members may run in parallel; a write excludes everything else. Twins that share a
/// `key_table` count as one.
template <class Policy = default_policy>
class basic_twin {
  static_assert(detail::check_policy<Policy>::value);

public:
  using policy_type = Policy;
  using memory_type = typename Policy::memory_type;

  /// An empty twin without identity; its counters are those of a new one (spec/twin.md 2.3).
  basic_twin() noexcept
    requires(std::is_empty_v<memory_type>)
      : core_(memory_ref::stateless<memory_type>()) {}
  /// The same with memory from `memory`, which must outlive the twin.
  explicit basic_twin(memory_type& memory) noexcept : core_(memory_ref(memory)) {}
  /// The same with keys in a shared table.
  explicit basic_twin(const key_table& keys) noexcept
    requires(std::is_empty_v<memory_type>)
      : basic_twin() {
    if (keys) core_.share_keys(keys.store());
  }
  basic_twin(memory_type& memory, const key_table& keys) noexcept : basic_twin(memory) {
    if (keys) core_.share_keys(keys.store());
  }

  basic_twin(basic_twin&& other) noexcept : core_(other.core_.memory()) { core_.swap(other.core_); }
  basic_twin& operator=(basic_twin&& other) noexcept {
    basic_twin taken(std::move(other));
    swap(taken);
    return *this;
  }
  basic_twin(const basic_twin& other) : core_(other.core_.memory()) {
    if (!other.core_.copy_to(core_, false)) boost::throw_exception(std::bad_alloc());
  }
  basic_twin& operator=(const basic_twin& other) {
    basic_twin copy(other);
    swap(copy);
    return *this;
  }
  ~basic_twin() = default;

  /// Exchanges two twins. Never fails.
  void swap(basic_twin& other) noexcept { core_.swap(other.core_); }
  friend void swap(basic_twin& a, basic_twin& b) noexcept { a.swap(b); }

  /// A copy that reports failure. @return the copy, or `errc::out_of_memory`
  [[nodiscard]] boost::system::result<basic_twin> clone() const noexcept {
    basic_twin copy(core_.memory());
    if (!core_.copy_to(copy.core_, false)) return make_error_code(errc::out_of_memory);
    return copy;
  }

  /// A picture of this twin in constant time: it shares the blocks until the twin is written to.
  /// @par Thread safety
  /// Take it while no write goes on; it may then be read on any thread beside later writes. Copying
  /// the twin out of it needs the same care as taking it.
  [[nodiscard]] twin_snapshot<Policy> snapshot() const noexcept
    requires(Policy::has_snapshots)
  {
    basic_twin copy(core_.memory());
    (void)core_.copy_to(copy.core_, true);
    return twin_snapshot<Policy>(std::move(copy));
  }

  /// Makes this the new twin of an identity (spec/twin.md 2.3): empty sections stamped with `now`, all
  /// counters at their start.
  /// @return nothing, or `errc::out_of_memory`, `errc::invalid_timestamp` when `now` is the zero time or
  ///   outside the years 1601 to 2513, `errc::invalid_document` when the identity has no device id or
  ///   an id that breaks spec/twin.md 2.1. On error the twin is unchanged.
  boost::system::result<void> reset(const identity& id, timestamp now) noexcept {
    detail::twin_core fresh(core_.memory());
    if (core_.shares_keys()) fresh.share_keys(core_.keys());
    const errc code = detail::make_new_twin(fresh, id, now);
    if (code != errc{}) return make_error_code(code);
    core_.swap(fresh);
    return {};
  }
  /// A new twin; see `reset`.
  [[nodiscard]] static boost::system::result<basic_twin> create(const identity& id, timestamp now) noexcept
    requires(std::is_empty_v<memory_type>)
  {
    basic_twin t;
    if (const auto done = t.reset(id, now); !done) return done.error();
    return t;
  }

  /// `deviceId` and `moduleId`, as JSON holds them between quotes; ids have no characters that need
  /// escapes. Empty when the twin has none.
  [[nodiscard]] std::string_view device_id() const noexcept { return root_text(root_member::device_id); }
  [[nodiscard]] std::string_view module_id() const noexcept { return root_text(root_member::module_id); }
  [[nodiscard]] bool is_module() const noexcept { return !module_id().empty(); }

  /// The current etag (spec/twin.md 10.1). A foreign etag of a loaded document stays until the first
  /// back-end write.
  /// @par Complexity
  /// Constant; linear in tags and desired for a policy whose etag needs a digest.
  [[nodiscard]] doppel::etag etag() const noexcept {
    const std::string_view foreign = core_.foreign_etag();
    if (!foreign.empty()) return detail::unquote_etag(foreign);
    if constexpr (Policy::etag_type::needs_digest) {
      return Policy::etag_type::render(core_.count().etag, detail::content_digest(core_).value());
    } else {
      return Policy::etag_type::render(core_.count().etag, 0);
    }
  }

  /// All counters (spec/twin.md 10).
  [[nodiscard]] const doppel::counters& counters() const noexcept { return core_.count(); }
  [[nodiscard]] std::uint64_t version() const noexcept { return core_.count().version; }
  [[nodiscard]] std::uint64_t desired_version() const noexcept { return core_.count().desired; }
  [[nodiscard]] std::uint64_t reported_version() const noexcept { return core_.count().reported; }

  [[nodiscard]] section<stamping::none> tags() const noexcept { return {core_.section(section_name::tags), core_.keys()}; }
  [[nodiscard]] section<stamping::time_and_version> desired() const noexcept {
    return {core_.section(section_name::desired), core_.keys()};
  }
  [[nodiscard]] section<stamping::time> reported() const noexcept {
    return {core_.section(section_name::reported), core_.keys()};
  }
  /// The root members but etag, version, tags and properties: what comes from the identity registry.
  [[nodiscard]] section<stamping::none> root() const noexcept { return {core_.section(section_name::root), core_.keys()}; }

  /// The value at a path from the root: `tags.site`, `properties.desired.fan.speed`,
  /// `properties.reported`, or a root member. Absent when there is none.
  [[nodiscard]] value_view at(std::string_view path) const noexcept {
    const auto parsed = parse_path(path);
    if (!parsed.has_value() || parsed->empty()) return {};
    path_view rest;
    switch (detail::split_section(*parsed, rest)) {
      case section_name::tags: return tags().at(rest);
      case section_name::desired: return desired().at(rest);
      case section_name::reported: return reported().at(rest);
      case section_name::root: break;
    }
    return root().at(*parsed);
  }

  /// Bytes allocated for this twin; a shared key table is not counted.
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    std::size_t sum = sizeof *this;
    for (int i = 0; i < 4; ++i) sum += core_.section(static_cast<section_name>(i)).bytes_held();
    if (core_.keys() != nullptr && !core_.shares_keys()) sum += core_.keys()->bytes_held();
    return sum;
  }

  /// For the library's own layers.
  detail::twin_core& core() noexcept { return core_; }
  const detail::twin_core& core() const noexcept { return core_; }

private:
  explicit basic_twin(memory_ref memory) noexcept : core_(memory) {}

  std::string_view root_text(root_member m) const noexcept {
    const std::string_view name = detail::root_member_names[static_cast<int>(m)].name();
    const std::string_view text = root().find(name).text();
    return text.size() < 2 ? std::string_view{} : text.substr(1, text.size() - 2);
  }

  detail::twin_core core_;
};

/// A twin as it was when the snapshot was taken; read it through `*` and `->`.
template <class Policy>
class twin_snapshot {
public:
  const basic_twin<Policy>& operator*() const noexcept { return twin_; }
  const basic_twin<Policy>* operator->() const noexcept { return &twin_; }

private:
  friend class basic_twin<Policy>;
  explicit twin_snapshot(basic_twin<Policy>&& t) noexcept : twin_(std::move(t)) {}
  basic_twin<Policy> twin_;
};

/// A stand-alone twin with the default policy.
using twin = basic_twin<default_policy>;

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_TWIN_HPP

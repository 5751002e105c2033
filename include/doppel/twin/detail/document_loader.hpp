// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_DOCUMENT_LOADER_HPP
#define DOPPEL_TWIN_DETAIL_DOCUMENT_LOADER_HPP

#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/commit.hpp>
#include <doppel/twin/detail/content_digest.hpp>
#include <doppel/twin/detail/metadata_reader.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/load_report.hpp>
#include <doppel/twin/policy.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Builds an empty twin from the operations of a whole document. What is no content ($metadata,
/// $version, etag, version) is taken out of the lists first.
class document_loader {
public:
  document_loader(twin_core& t, operation_list& list, const etag_form& form, spare_room& spare,
                  const load_options& options, load_report& report) noexcept
      : twin_(t), list_(list), form_(form), spare_(spare), options_(options), report_(report), keys_(*t.keys()) {}

  rule_error run() noexcept {
    take_root_members();
    take_own_members(section_name::desired, twin_.count().desired);
    take_own_members(section_name::reported, twin_.count().reported);
    if (etag_at_ != no_operation) take_etag(etag_at_);
    if (!settle_counters()) return {errc::invalid_document, 0};
    if (!reserve()) return {errc::out_of_memory, 0};
    // From here on keys go into the table, and nothing fails that would leave them there: a table of the twin's
    // own, which grows by sections to take less, would go with it.
    for (const section_name s : all_sections) {
      if (is_built(s) && !build(s)) return {errc::out_of_memory, 0};
    }
    note_sizes();
    return {};
  }

private:
  static constexpr bool is_stamped(section_name s) noexcept {
    return s == section_name::desired || s == section_name::reported;
  }

  static std::optional<std::uint64_t> as_counter(const operation& o) noexcept {
    if (o.kind != operation_kind::set) return {};
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(o.value, o.value + o.value_size, n);
    if (error != std::errc{} || end != o.value + o.value_size || n == 0 || n > max_counter) return {};
    return n;
  }

  // Index behind the member at `i`.
  std::uint32_t behind(std::uint32_t i) const noexcept {
    const operation& o = list_[i];
    return o.kind == operation_kind::push || o.kind == operation_kind::dropped ? o.end + 1 : i + 1;
  }
  void drop(std::uint32_t i) noexcept {
    operation& o = list_.begin()[i];
    if (o.kind != operation_kind::push) o.end = i;
    o.kind = operation_kind::dropped;
  }

  void take_root_members() noexcept {
    section_operations& root = list_.section(section_name::root);
    for (std::uint32_t i = root.begin; i < root.end; i = behind(i)) {
      operation& o = list_.begin()[i];
      if (o.kind == operation_kind::dropped) continue;
      const std::uint32_t id = find_root_member({o.key, o.key_size});
      if (id == root_member_count) {
        ++report_.unknown_root_members;
      } else if (static_cast<root_member>(id) == root_member::etag) {
        if (etag_at_ != no_operation) drop(etag_at_);
        etag_at_ = i;
      } else if (static_cast<root_member>(id) == root_member::version) {
        version_ = as_counter(o);
        drop(i);
      } else if (static_cast<root_member>(id) == root_member::x509_thumbprint) {
        use_camel_case(i);
      }
    }
  }

  void take_etag(std::uint32_t i) noexcept {
    const operation& o = list_[i];
    const bool text = o.kind == operation_kind::set && o.value[0] == '"';
    const auto parsed = parse_etag(text ? std::string_view{o.value + 1, o.value_size - 2u} : std::string_view{});
    if (parsed.has_value()) etag_counter_ = counter_behind(*parsed);
    report_.etag_is_foreign = parsed.has_value() && !etag_counter_;
    if (!report_.etag_is_foreign) drop(i);
  }
  // The counter that an etag stands for, if it is one of ours.
  std::optional<std::uint64_t> counter_behind(const etag& given) const noexcept {
    const std::uint64_t expected = expected_etag_counter().value_or(twin_.count().etag);
    const std::uint64_t digest = form_.needs_digest ? content_digest(list_).value() : 0;
    if (form_.render(expected, digest) == given) return expected;
    const std::optional<std::uint64_t> counter = given.counter();
    if (!counter || *counter == 0 || *counter > max_counter) return {};  // nothing to count on
    // A digest of something else may look like a counter.
    return !form_.needs_digest || *counter == expected ? counter : std::nullopt;
  }
  // What the version says (10.4.1).
  std::optional<std::uint64_t> expected_etag_counter() const noexcept {
    if (!version_ || *version_ <= twin_.count().reported) return {};
    return *version_ - twin_.count().reported;
  }

  // A live hub was seen to capitalise these (spec/twin.md 2.1): both are read, one is kept.
  void use_camel_case(std::uint32_t i) noexcept {
    if (list_[i].kind != operation_kind::push) return;
    for (std::uint32_t k = i + 1; k < list_[i].end; k = behind(k)) {
      operation& o = list_.begin()[k];
      if (o.kind == operation_kind::dropped) continue;
      const std::string_view key{o.key, o.key_size};
      if (key != "PrimaryThumbprint" && key != "SecondaryThumbprint") continue;
      const_cast<char*>(o.key)[0] = static_cast<char>(key[0] - 'A' + 'a');  // the list's own text
      for (std::uint32_t j = i + 1; j < list_[i].end; j = behind(j)) {
        if (j != k && list_[j].kind != operation_kind::dropped &&
            key == std::string_view{list_[j].key, list_[j].key_size}) {
          drop(k);
          break;
        }
      }
      o.hash = key_hash(list_.seed(), o.key, o.key_size);
    }
  }

  // $version and $metadata.
  void take_own_members(section_name s, std::uint64_t& version) noexcept {
    const section_operations& ops = list_.section(s);
    for (std::uint32_t i = ops.begin; i < ops.end; i = behind(i)) {
      const operation& o = list_[i];
      if (o.kind == operation_kind::dropped || o.key_size == 0 || o.key[0] != '$') continue;
      if (std::string_view(o.key, o.key_size) == "$version") {
        if (const auto n = as_counter(o)) {
          version = *n;
          has_version_[static_cast<int>(s)] = true;
        }
      } else {
        metadata_[static_cast<int>(s)] = o.kind == operation_kind::push ? i : no_operation;
      }
      drop(i);
    }
  }

  bool is_built(section_name s) const noexcept {
    return is_stamped(s) || list_.section(s).state == section_state::object;
  }
  bool reserve() noexcept {
    if (twin_.shares_keys() && !reserve_keys(keys_, list_, std::begin(all_sections), std::end(all_sections))) {
      return false;
    }
    int sections = 0;
    for (const section_name s : all_sections) {
      if (!is_built(s)) continue;
      const section_operations& ops = list_.section(s);
      // And a stamp of its own for every member, should it inherit a version beyond 32 bits.
      const std::size_t worst = worst_case_bytes(0, ops, {}) + (ops.end - ops.begin) * sizeof(extension);
      if (!spare_.reserve(twin_.memory(), worst)) return false;
      ++sections;
    }
    return spare_.reserve_for(sections);
  }

  // Cannot fail when the table is shared.
  bool build(section_name s) noexcept {
    if (!twin_.shares_keys() && !reserve_keys(keys_, list_, &s, &s + 1)) return false;
    const section_operations& ops = list_.section(s);
    count_nulls(ops);
    const write_stamp none{};
    committer c(keys_, list_, none, nullptr);
    if (s == section_name::root) c.act_on_root();
    block* const b = c.build(spare_.place(), ops);
    if (is_stamped(s)) {
      const packed_time missing = options_.missing_time ? pack_time(*options_.missing_time) : unknown_time;
      metadata_reader reader(*b, keys_, list_, report_, s == section_name::desired);
      reader.apply(metadata_[static_cast<int>(s)], missing);
    }
    twin_.adopt_spare(s, b, spare_);
    return true;
  }

  void count_nulls(const section_operations& ops) noexcept {
    for (std::uint32_t i = ops.begin; i < ops.end; ++i) {
      const operation& o = list_[i];
      if (o.kind == operation_kind::dropped) i = o.end;
      report_.nulls_dropped += o.kind == operation_kind::erase;
    }
  }

  bool settle_counters() noexcept {
    counters& n = twin_.count();
    report_.desired_version_is_missing = !has_version_[static_cast<int>(section_name::desired)];
    report_.reported_version_is_missing = !has_version_[static_cast<int>(section_name::reported)];
    report_.version_is_missing = !version_;
    report_.etag_is_missing = !etag_counter_ && !report_.etag_is_foreign;
    if (etag_counter_) {
      n.etag = *etag_counter_;
    } else if (report_.etag_is_foreign) {
      n.etag = expected_etag_counter().value_or(n.etag);
    }
    const std::uint64_t sum = n.etag + n.reported;
    n.version = version_.value_or(sum);
    report_.version_differs = n.version != sum;
    return !options_.strict ||
           !(report_.desired_version_is_missing || report_.reported_version_is_missing || report_.version_is_missing ||
             report_.etag_is_missing || report_.etag_is_foreign || report_.version_differs);
  }

  void note_sizes() noexcept {
    const auto beyond = [&](section_name s) { return twin_.section(s).counted() > limit_of(options_.limits, s); };
    report_.tags_are_oversized = beyond(section_name::tags);
    report_.desired_is_oversized = beyond(section_name::desired);
    report_.reported_is_oversized = beyond(section_name::reported);
  }

  twin_core& twin_;
  operation_list& list_;
  const etag_form& form_;
  spare_room& spare_;
  const load_options& options_;
  load_report& report_;
  key_store& keys_;
  std::uint32_t etag_at_ = no_operation;
  std::optional<std::uint64_t> version_;
  std::optional<std::uint64_t> etag_counter_;
  bool has_version_[4] = {};
  std::uint32_t metadata_[4] = {no_operation, no_operation, no_operation, no_operation};  // the push
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_DOCUMENT_LOADER_HPP

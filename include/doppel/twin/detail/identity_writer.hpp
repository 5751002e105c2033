// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IDENTITY_WRITER_HPP
#define DOPPEL_TWIN_DETAIL_IDENTITY_WRITER_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/base/path.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/plain_values.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/commit.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstdint>
#include <string_view>

// The root members: building them for a new twin, and finding one's way among them.
namespace doppel {
inline namespace v0 {

struct identity;

namespace detail {

/// Which section a path from the root leads to, and what is left of it; `root` for everything else.
/// `properties` may be left out.
inline section_name split_section(const path_view& whole, path_view& rest) noexcept {
  if (whole.empty()) return section_name::root;
  rest = whole.without_front();
  if (whole.front().is_key("tags")) return section_name::tags;
  path_segment first = whole.front();
  if (first.is_key("properties") && !rest.empty()) {
    first = rest.front();
    rest = rest.without_front();
  }
  if (first.is_key("desired")) return section_name::desired;
  if (first.is_key("reported")) return section_name::reported;
  return section_name::root;
}

/// An etag kept as a JSON string; what cannot be an etag counts as none.
inline etag unquote_etag(std::string_view json) noexcept {
  if (json.size() < 2 || json[0] != '"') return {};
  const auto parsed = parse_etag(json.substr(1, json.size() - 2));
  return parsed.has_value() ? *parsed : etag{};
}

/// Whether a text may be a device or module id (spec/twin.md 2.1).
constexpr bool is_valid_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > 128) return false;
  for (const char c : id) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && std::string_view("-:.+%_#*?!(),=@;$'").find(c) == std::string_view::npos) return false;
  }
  return true;
}

/// Operations for root members, made by hand instead of from a text.
class root_operations {
public:
  root_operations(memory_ref memory, std::uint64_t seed) noexcept : list_(memory), text_(memory), seed_(seed) {}

  /// Room for any identity with texts of `bytes` bytes together. False when memory is refused.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept {
    return list_.start({}, seed_) && list_.reserve(48) && text_.reserve(bytes * 6 + 48 * 48);
  }

  void string(root_member m, std::string_view value) noexcept {
    char* const start = text_.data() + used_;
    char* const to = put_quoted(start, value);
    const auto size = static_cast<std::size_t>(to - start);
    leaf(name_of(m), {start, size}, !is_plain_string(start + 1, size - 2));
    used_ = static_cast<std::size_t>(to - text_.data()) + copy_slack;
  }
  /// A leaf of fixed text, which has its padding.
  void literal(root_member m, const char (&text)[24], std::uint32_t size) noexcept {
    leaf(name_of(m), {text, size}, false);
  }
  void leaf(std::string_view name, std::string_view value, bool complex) noexcept {
    operation& o = member(name, operation_kind::set);
    o.value = value.data();
    o.value_size = static_cast<std::uint32_t>(value.size());
    o.complex = complex;
    o.counted = static_cast<std::uint32_t>(counted_size(o.value, o.value_size, complex));
    out_.counted += o.counted;
    out_.text_bytes += value.size();
  }
  std::uint32_t push(root_member m, std::uint32_t members) noexcept {
    const std::uint32_t at = list_.size();
    member(name_of(m), operation_kind::push).counted = members;
    ++out_.objects;
    ++depth_;
    return at;
  }
  void pop(std::uint32_t pushed) noexcept {
    list_.begin()[pushed].end = list_.size();
    list_.add().kind = operation_kind::pop;
    --depth_;
  }

  const operation_list& list() const noexcept { return list_; }
  const section_operations& finish() noexcept {
    out_.state = section_state::object;
    out_.end = list_.size();
    return out_;
  }

private:
  static std::string_view name_of(root_member m) noexcept { return root_member_names[static_cast<int>(m)].name(); }
  operation& member(std::string_view name, operation_kind kind) noexcept {
    operation& o = list_.add();
    o = {};
    o.kind = kind;
    o.key = name.data();
    o.key_size = static_cast<std::uint32_t>(name.size());
    o.hash = key_hash(seed_, o.key, o.key_size);
    out_.text_bytes += name.size();
    out_.members += depth_ == 0;
    return o;
  }

  operation_list list_;
  array<char> text_;
  std::uint64_t seed_;
  std::size_t used_ = 0;
  std::uint32_t depth_ = 0;
  section_operations out_;
};

template <class Identity>
errc make_new_twin(twin_core& t, const Identity& id, timestamp now) noexcept {
  const bool module = !id.module_id.empty();
  if (!is_valid_id(id.device_id) || (module && !is_valid_id(id.module_id))) return errc::invalid_document;
  const packed_time time = pack_time(now);
  if (time == unknown_time || time == zero_time) return errc::invalid_timestamp;
  key_store* const keys = t.need_keys({});
  if (keys == nullptr) return errc::out_of_memory;

  static constexpr root_member_name names[] = {{"primaryThumbprint"}, {"secondaryThumbprint"}, {"iotEdge"}};
  static constexpr char zero[24] = "0", none[24] = "null", yes[24] = "true", no[24] = "false";
  static constexpr char never[40] = "\"0001-01-01T00:00:00Z\"";
  static constexpr std::string_view never_text{never, 22};
  const auto name_of = [](root_member m) { return root_member_names[static_cast<int>(m)].name(); };

  root_operations ops(t.memory(), keys->seed());
  std::size_t bytes = 0;
  for (const std::string_view text : {id.device_id, id.module_id, id.device_etag, id.status, id.status_reason,
                                      id.authentication_type, id.model_id, id.device_scope}) {
    if (!is_utf8(text)) return errc::invalid_document;
    bytes += text.size() + 8;
  }
  if (!ops.reserve(bytes)) return errc::out_of_memory;
  ops.string(root_member::device_id, id.device_id);
  if (module) ops.string(root_member::module_id, id.module_id);
  if (!id.device_etag.empty()) ops.string(root_member::device_etag, id.device_etag);
  ops.string(root_member::status, module ? std::string_view{"enabled"} : id.status);
  if (!module && !id.status_reason.empty()) ops.string(root_member::status_reason, id.status_reason);
  ops.leaf(name_of(root_member::status_update_time), never_text, false);
  ops.string(root_member::connection_state, "Disconnected");
  ops.leaf(name_of(root_member::last_activity_time), never_text, false);
  ops.literal(root_member::cloud_to_device_message_count, zero, 1);
  ops.string(root_member::authentication_type, id.authentication_type);
  const std::uint32_t thumbprint = ops.push(root_member::x509_thumbprint, 2);
  ops.leaf(names[0].name(), {none, 4}, false);
  ops.leaf(names[1].name(), {none, 4}, false);
  ops.pop(thumbprint);
  ops.string(root_member::model_id, id.model_id);
  if (!module) {
    const std::uint32_t capabilities = ops.push(root_member::capabilities, 1);
    ops.leaf(names[2].name(), {id.is_edge ? yes : no, id.is_edge ? 4u : 5u}, false);
    ops.pop(capabilities);
    if (!id.device_scope.empty()) ops.string(root_member::device_scope, id.device_scope);
  }

  const section_operations& all = ops.finish();
  const write_stamp created{time, 0, nullptr};
  for (const section_name s : {section_name::desired, section_name::reported}) {
    block* const b = section_core::make_empty(created, t.memory());
    if (b == nullptr) return errc::out_of_memory;
    t.adopt(s, b);
  }
  const write_stamp none_stamp{};
  spare_room spare(t.memory());
  if (!keys->fits(3, 64) && !keys->reserve(3, 64)) return errc::out_of_memory;
  if (!spare.reserve(t.memory(), worst_case_bytes(0, all, none_stamp))) return errc::out_of_memory;
  // From here on nothing fails: keys go into the table.
  committer c(*keys, ops.list(), none_stamp, nullptr);
  c.act_on_root();
  t.adopt_spare(section_name::root, c.build(spare.place(), all), spare);
  return errc{};
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IDENTITY_WRITER_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_MODEL_HPP
#define DOPPEL_TESTS_SUPPORT_MODEL_HPP

#include "node.hpp"
#include "rules.hpp"
#include "stamps.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_test {

enum class section_kind { tags, desired, reported };
struct model_result {
  int status = 0;                    // as the back end or the device sees it
  reasons refused;                   // empty if accepted; otherwise any of these may be the reason that is named
  std::optional<node> notification;  // 15, 7.7
  std::optional<std::string> event;  // opType
  std::optional<node> event_body;    // 17.2

  bool accepted() const { return refused.empty(); }
};

int status_of(std::string_view reason);  // 22.2
int code_of(std::string_view reason);

// What goes with a write beside its text and time.
struct write_context {
  std::optional<std::string> if_match;        // raw header text, strict mode
  std::optional<std::uint64_t> base_version;  // reported only
  std::optional<configuration_mark> mark;     // desired only
};

// The twin of spec/twin.md, done the slow and obvious way: whole trees are copied, walked and rebuilt on each
// write.
class model_twin {
public:
  static model_twin create(std::string_view device_id, std::string_view module_id, std::int64_t now,
                           const model_limits& limits = {});                                     // 2.3
  static std::optional<model_twin> load(const node& document, const model_limits& limits = {});  // complete documents

  model_result merge(std::string_view body, std::int64_t now, const write_context& context = {});           // 6
  model_result replace(std::string_view body, std::int64_t now, const write_context& context = {});         // 7
  model_result merge_reported(std::string_view body, std::int64_t now, const write_context& context = {});  // 13.1
  model_result merge_section(section_kind section, std::string_view text, std::int64_t now,
                             const write_context& context = {});

  node service_view() const;
  node device_view() const;  // 3.1

  const node& content(section_kind section) const;
  const stamp_tree& stamps(section_kind section) const;  // of tags: empty
  std::uint64_t etag_number() const { return etag_; }
  std::string etag() const { return etag_text(etag_); }
  std::uint64_t desired_version() const { return desired_version_; }
  std::uint64_t reported_version() const { return reported_version_; }
  std::uint64_t version() const { return etag_ + reported_version_; }  // 10.4.1

private:
  // What a body asks of one section.
  struct request {
    bool written = false;
    bool cleared = false;  // a null: what is told outside is the former keys with null (15.3)
    node body = make_object();
  };

  static request read_section(const node* value, section_kind section, bool replace, const model_limits& limits,
                              reasons& found);
  model_result back_end_write(std::string_view text, std::int64_t now, const write_context& context, bool replace);
  model_result finish(const request& tags, const request& desired, std::int64_t now, const write_context& context,
                      bool replace);
  std::size_t size_limit(section_kind section) const;
  bool too_big(section_kind section, const node& after) const;
  std::int64_t effective_time(std::int64_t now) const;  // 9.13
  node section_view(section_kind section) const;

  model_limits limits_;
  std::vector<std::pair<std::string, node>> root_;  // null marks the places of the computed members
  std::uint64_t etag_ = 1;
  std::uint64_t desired_version_ = 1;
  std::uint64_t reported_version_ = 1;
  node tags_ = make_object();
  node desired_ = make_object();
  node reported_ = make_object();
  stamp_tree desired_stamps_;
  stamp_tree reported_stamps_;
};

// 6.1 on content alone.
void merge_content(node& target, const node& patch);

// 7.7
node replacement_notification(const node& before, const node& after);

}  // namespace doppel_test

#endif

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_IMPL_MERGE_PATCH_IPP
#define DOPPEL_JSON_IMPL_MERGE_PATCH_IPP

#include <doppel/base/path.hpp>
#include <doppel/json/detail/merge_plan.hpp>
#include <doppel/json/detail/value_tree.hpp>
#include <doppel/json/merge_patch.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

inline std::string_view to_std(boost::json::string_view text) noexcept { return {text.data(), text.size()}; }

inline void add_copy(boost::json::object& object, boost::json::string_view key, const boost::json::value& value) {
  copy_value(value, object.emplace(key, nullptr).first->value());
}

// An object under construction and the two objects it comes from.
struct merge_frame {
  enum class mode_type {
    diff,     // lead: the new object, rest: the old one or null
    compose,  // lead: the first patch, rest: the second
    expand    // lead: a patch for an empty object, rest: the object in its place
  };

  mode_type mode;
  const boost::json::object* lead;
  const boost::json::object* rest;
  const boost::json::value* base;  // compose: what the document has here, if known
  boost::json::string_view key;    // in the frame below
  bool is_needed_empty;            // the result counts even without members
  held_value result;
  std::size_t next = 0;  // in lead

  boost::json::object& object() noexcept { return result.get().get_object(); }

  const boost::json::value* find_in_rest(boost::json::string_view wanted) const noexcept {
    return rest != nullptr ? rest->if_contains(wanted) : nullptr;
  }
};

// Walks two objects side by side without recursion and builds a patch from them.
class patch_builder {
public:
  explicit patch_builder(boost::json::storage_ptr storage) noexcept : storage_(std::move(storage)) {}

  // Makes `compose` use what the document has.
  void set_base_known() noexcept { is_base_known_ = true; }

  boost::json::value build(merge_frame::mode_type mode, const boost::json::object* lead,
                           const boost::json::object* rest, const boost::json::value* base = nullptr) {
    push(mode, lead, rest, base, {}, true);
    for (;;) {
      merge_frame& frame = frames_.back();
      if (frame.next != frame.lead->size()) {
        const boost::json::key_value_pair& member = *(frame.lead->begin() + frame.next);
        ++frame.next;
        switch (frame.mode) {
          case merge_frame::mode_type::diff: diff(frame, member); break;
          case merge_frame::mode_type::compose: compose(frame, member); break;
          case merge_frame::mode_type::expand: expand(frame, member); break;
        }
        continue;
      }
      add_rest(frame);
      merge_frame done = std::move(frame);
      frames_.pop_back();
      if (frames_.empty()) {
        return std::move(done.result.get());
      }
      if (done.is_needed_empty || !done.object().empty()) {
        frames_.back().object().emplace(done.key, std::move(done.result.get()));
      }
    }
  }

  std::vector<std::string> take_inexact_paths() noexcept { return std::move(inexact_paths_); }

private:
  void push(merge_frame::mode_type mode, const boost::json::object* lead, const boost::json::object* rest,
            const boost::json::value* base, boost::json::string_view key, bool is_needed_empty) {
    frames_.push_back({mode, lead, rest, base, key, is_needed_empty,
                       held_value(boost::json::value(boost::json::object_kind, storage_))});
  }

  void diff(merge_frame& frame, const boost::json::key_value_pair& member) {
    const boost::json::value* old = frame.find_in_rest(member.key());
    if (member.value().is_null()) {
      if (old == nullptr || !old->is_null()) {
        add_inexact_path(member.key());
        if (old != nullptr) {
          frame.object().emplace(member.key(), nullptr);
        }
      }
    } else if (const boost::json::object* object = member.value().if_object()) {
      const boost::json::object* old_object = old != nullptr ? old->if_object() : nullptr;
      push(frame.mode, object, old_object, nullptr, member.key(), old_object == nullptr);
    } else if (old == nullptr || !equal_values(*old, member.value())) {
      add_copy(frame.object(), member.key(), member.value());
    }
  }

  void compose(merge_frame& frame, const boost::json::key_value_pair& member) {
    const boost::json::value* second = frame.find_in_rest(member.key());
    if (second == nullptr) {
      add_copy(frame.object(), member.key(), member.value());
      return;
    }
    const boost::json::object* base_object = frame.base != nullptr ? frame.base->if_object() : nullptr;
    const boost::json::value* base = base_object != nullptr ? base_object->if_contains(member.key()) : nullptr;
    const boost::json::object* second_object = second->if_object();
    if (second_object != nullptr && member.value().is_object()) {
      push(frame.mode, &member.value().get_object(), second_object, base, member.key(), true);
    } else if (second_object != nullptr && base != nullptr && base->is_object()) {
      push(merge_frame::mode_type::expand, second_object, &base->get_object(), nullptr, member.key(), true);
    } else {
      if (second_object != nullptr && !is_base_known_) {
        add_inexact_path(member.key());
      }
      add_copy(frame.object(), member.key(), *second);
    }
  }

  void expand(merge_frame& frame, const boost::json::key_value_pair& member) {
    const boost::json::value* old = frame.find_in_rest(member.key());
    if (old != nullptr && old->is_object() && member.value().is_object()) {
      push(frame.mode, &member.value().get_object(), &old->get_object(), nullptr, member.key(), true);
    } else {
      add_copy(frame.object(), member.key(), member.value());
    }
  }

  // What only the other object has: the second patch speaks for itself, anything else is to be removed.
  void add_rest(merge_frame& frame) {
    if (frame.rest == nullptr) {
      return;
    }
    for (const boost::json::key_value_pair& member : *frame.rest) {
      if (frame.lead->contains(member.key())) {
        continue;
      }
      if (frame.mode == merge_frame::mode_type::compose) {
        add_copy(frame.object(), member.key(), member.value());
      } else {
        frame.object().emplace(member.key(), nullptr);
      }
    }
  }

  void add_inexact_path(boost::json::string_view key) {
    std::string path;
    for (std::size_t i = 1; i != frames_.size(); ++i) {
      append_path_segment(path, to_std(frames_[i].key), i == 1);
    }
    append_path_segment(path, to_std(key), frames_.size() == 1);
    inexact_paths_.push_back(std::move(path));
  }

  boost::json::storage_ptr storage_;
  bool is_base_known_ = false;
  std::vector<merge_frame> frames_;
  std::vector<std::string> inexact_paths_;
};

inline boost::json::value copied(const boost::json::value& value, const boost::json::storage_ptr& storage) {
  held_value copy{storage};
  copy_value(value, copy.get());
  return std::move(copy.get());
}

}  // namespace detail

inline void apply_merge_patch(boost::json::value& target, const boost::json::value& patch) {
  detail::held_value copy{target.storage()};
  detail::copy_value(patch, copy.get());
  apply_merge_patch(target, std::move(copy.get()));
}

inline void apply_merge_patch(boost::json::value& target, boost::json::value&& patch) {
  if (*target.storage() != *patch.storage()) {
    // A move to another storage would be a copy by recursion.
    const boost::json::value& source = patch;
    apply_merge_patch(target, source);
  } else if (target.is_object() && patch.is_object()) {
    detail::merge_plan plan(target.storage());
    plan.prepare(target.get_object(), patch.get_object());
    plan.commit();
  } else {
    detail::strip_nulls(patch);
    target.swap(patch);
  }
  detail::release_value(patch);
}

inline merge_patch_result diff_merge_patch(const boost::json::value& from, const boost::json::value& to,
                                           boost::json::storage_ptr storage) {
  if (!to.is_object()) {
    return {detail::copied(to, storage), {}};
  }
  detail::patch_builder builder(std::move(storage));
  boost::json::value patch = builder.build(detail::merge_frame::mode_type::diff, &to.get_object(), from.if_object());
  return {std::move(patch), builder.take_inexact_paths()};
}

inline merge_patch_result compose_merge_patch(const boost::json::value& first, const boost::json::value& second,
                                              boost::json::storage_ptr storage) {
  if (!second.is_object()) {
    return {detail::copied(second, storage), {}};
  }
  if (!first.is_object()) {
    return {detail::copied(second, storage), {std::string()}};
  }
  detail::patch_builder builder(std::move(storage));
  boost::json::value patch =
      builder.build(detail::merge_frame::mode_type::compose, &first.get_object(), &second.get_object());
  return {std::move(patch), builder.take_inexact_paths()};
}

inline boost::json::value compose_merge_patch(const boost::json::value& base, const boost::json::value& first,
                                              const boost::json::value& second, boost::json::storage_ptr storage) {
  using mode_type = detail::merge_frame::mode_type;
  if (!second.is_object() || (!first.is_object() && !base.is_object())) {
    return detail::copied(second, storage);
  }
  detail::patch_builder builder(std::move(storage));
  builder.set_base_known();
  if (!first.is_object()) {
    return builder.build(mode_type::expand, &second.get_object(), &base.get_object());
  }
  return builder.build(mode_type::compose, &first.get_object(), &second.get_object(), &base);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_IMPL_MERGE_PATCH_IPP

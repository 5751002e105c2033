// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_MERGE_PLAN_HPP
#define DOPPEL_JSON_DETAIL_MERGE_PLAN_HPP

#include <doppel/json/detail/value_tree.hpp>
#include <doppel/json/value.hpp>

#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel {
inline namespace v0 {
namespace detail {

// Keeping the order, one erasure moves all members behind it. With more than this many in one object it is
// cheaper to build the object anew.
inline constexpr std::size_t few_erasures = 8;

inline std::size_t count_null_members(const boost::json::object& object) noexcept {
  std::size_t count = 0;
  for (const boost::json::key_value_pair& member : object) {
    count += std::size_t{member.value().is_null()};
  }
  return count;
}

inline void erase_null_members(boost::json::object& object) {
  const std::size_t count = count_null_members(object);
  if (count == object.size()) {
    object.clear();
  } else if (count > few_erasures) {
    boost::json::object kept(object.storage());
    kept.reserve(object.size() - count);
    for (boost::json::key_value_pair& member : object) {
      if (!member.value().is_null()) {
        kept.emplace(member.key(), std::move(member.value()));
      }
    }
    object.swap(kept);
  } else if (count != 0) {
    for (auto it = object.begin(); it != object.end();) {
      it = it->value().is_null() ? object.stable_erase(it) : std::next(it);
    }
  }
}

// Turns a patch into what it makes of nothing: removes null members, not looking into arrays.
inline void strip_nulls(boost::json::value& patch) {
  if (!patch.is_object()) {
    return;
  }
  std::vector<boost::json::object*> objects{&patch.get_object()};
  while (!objects.empty()) {
    boost::json::object& object = *objects.back();
    objects.pop_back();
    erase_null_members(object);
    for (boost::json::key_value_pair& member : object) {
      boost::json::object* child = member.value().if_object();
      if (child != nullptr && !child->empty()) {
        objects.push_back(child);
      }
    }
  }
}

inline void erase_member(boost::json::object& object, boost::json::string_view key) noexcept {
  const auto it = object.find(key);
  // The object itself would destroy the value by recursion.
  release_value(it->value());
  object.stable_erase(it);
}

// A merge in two steps: `prepare` takes all memory and leaves the target as it was, but for members with null
// that it adds and takes back unless `commit` follows; `commit` cannot fail.
class merge_plan {
public:
  explicit merge_plan(boost::json::storage_ptr storage) noexcept : storage_(std::move(storage)) {}
  merge_plan(const merge_plan&) = delete;
  merge_plan& operator=(const merge_plan&) = delete;

  ~merge_plan() {
    for (const placeholder_run& run : placeholders_) {
      for (std::size_t i = 0; i != run.count; ++i) {
        run.object->erase(std::prev(run.object->end()));
      }
    }
  }

  // Both objects must be in the plan's storage.
  void prepare(boost::json::object& target, boost::json::object& patch) {
    tasks_.push_back({&target, &patch});
    while (!tasks_.empty()) {
      const task next = tasks_.back();
      tasks_.pop_back();
      std::size_t added = 0;
      std::size_t erased = 0;
      for (const boost::json::key_value_pair& member : *next.patch) {
        const bool is_present = next.target->contains(member.key());
        added += std::size_t{!is_present && !member.value().is_null()};
        erased += std::size_t{is_present && member.value().is_null()};
      }
      if (erased > few_erasures) {
        rebuild(*next.target, *next.patch, next.target->size() + added - erased);
      } else {
        extend(*next.target, *next.patch, added);
      }
    }
  }

  void commit() noexcept {
    placeholders_.clear();
    // Backwards: what is inside an object comes before what moves the object.
    while (!steps_.empty()) {
      step& last = steps_.back();
      switch (last.kind) {
        case step_kind::assign: last.place->swap(last.content.get()); break;
        case step_kind::exchange: last.place->swap(*last.other); break;
        case step_kind::erase: erase_member(*last.object, last.key); break;
        case step_kind::replace: last.object->swap(last.content.get().get_object()); break;
      }
      steps_.pop_back();
    }
  }

private:
  struct task {
    boost::json::object* target;
    boost::json::object* patch;
  };

  struct placeholder_run {
    boost::json::object* object;
    std::size_t count;
  };

  enum class step_kind { assign, exchange, erase, replace };

  struct step {
    step_kind kind;
    boost::json::object* object = nullptr;
    boost::json::string_view key = {};
    boost::json::value* place = nullptr;
    boost::json::value* other = nullptr;
    held_value content{boost::json::storage_ptr()};
  };

  // Adds members in place; erases few.
  void extend(boost::json::object& target, boost::json::object& patch, std::size_t added) {
    target.reserve(target.size() + added);
    placeholders_.push_back({&target, 0});
    // Committed after all else of this object, for it moves members.
    for (const boost::json::key_value_pair& member : patch) {
      if (member.value().is_null() && target.contains(member.key())) {
        steps_.push_back({.kind = step_kind::erase, .object = &target, .key = member.key()});
      }
    }
    for (boost::json::key_value_pair& member : patch) {
      if (member.value().is_null()) {
        continue;
      }
      if (boost::json::value* old = target.if_contains(member.key())) {
        merge(*old, *old, member.value());
      } else {
        boost::json::value& place = target.emplace(member.key(), nullptr).first->value();
        ++placeholders_.back().count;
        assign(place, std::move(member.value()));
      }
    }
  }

  // Builds the object anew, which erases any number of members in one pass.
  void rebuild(boost::json::object& target, boost::json::object& patch, std::size_t size) {
    steps_.push_back({.kind = step_kind::replace,
                      .object = &target,
                      .content = held_value(boost::json::value(boost::json::object_kind, storage_))});
    // Later steps move the object, but not its members.
    const std::size_t index = steps_.size() - 1;
    steps_[index].content.get().get_object().reserve(size);
    const auto place_for = [this, index](boost::json::string_view key) -> boost::json::value& {
      return steps_[index].content.get().get_object().emplace(key, nullptr).first->value();
    };
    for (boost::json::key_value_pair& member : target) {
      boost::json::value* change = patch.if_contains(member.key());
      if (change == nullptr) {
        exchange(place_for(member.key()), member.value());
      } else if (!change->is_null()) {
        merge(place_for(member.key()), member.value(), *change);
      }
    }
    for (boost::json::key_value_pair& member : patch) {
      if (!member.value().is_null() && !target.contains(member.key())) {
        assign(place_for(member.key()), std::move(member.value()));
      }
    }
  }

  // `old`, changed by `patch`, comes to `place`.
  void merge(boost::json::value& place, boost::json::value& old, boost::json::value& patch) {
    if (old.is_object() && patch.is_object()) {
      if (&place != &old) {
        exchange(place, old);
      }
      tasks_.push_back({&old.get_object(), &patch.get_object()});
    } else {
      assign(place, std::move(patch));
    }
  }

  void assign(boost::json::value& place, boost::json::value&& patch) {
    strip_nulls(patch);
    steps_.push_back({.kind = step_kind::assign, .place = &place, .content = held_value(std::move(patch))});
  }

  void exchange(boost::json::value& place, boost::json::value& other) {
    steps_.push_back({.kind = step_kind::exchange, .place = &place, .other = &other});
  }

  boost::json::storage_ptr storage_;
  std::vector<task> tasks_;
  std::vector<placeholder_run> placeholders_;
  std::vector<step> steps_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_MERGE_PLAN_HPP

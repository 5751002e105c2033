// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_VALUE_TREE_HPP
#define DOPPEL_JSON_DETAIL_VALUE_TREE_HPP

#include <doppel/json/value.hpp>

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace doppel {
inline namespace v0 {
namespace detail {

// What Boost.JSON does by recursion, done with a stack on the heap or with none: copying, comparing,
// destroying.

inline bool has_children(const boost::json::value& value) noexcept {
  if (const boost::json::object* object = value.if_object()) {
    return !object->empty();
  }
  const boost::json::array* array = value.if_array();
  return array != nullptr && !array->empty();
}

inline boost::json::value& last_child(boost::json::value& value) noexcept {
  if (boost::json::object* object = value.if_object()) {
    return std::prev(object->end())->value();
  }
  return value.get_array().back();
}

inline void remove_last_child(boost::json::value& value) noexcept {
  if (boost::json::object* object = value.if_object()) {
    object->erase(std::prev(object->end()));
  } else {
    value.get_array().pop_back();
  }
}

// Makes a value null. Needs neither recursion nor memory: on the way down, the slot that a child is taken
// from holds the parent until the child is empty. All values of one tree share their storage, so the swaps
// only exchange pointers.
inline void release_value(boost::json::value& value) noexcept {
  if (!has_children(value) || value.storage().is_not_shared_and_deallocate_is_trivial()) {
    // Nothing to walk, or nothing to give back: in the second case Boost does not look at the children
    // either.
    value.emplace_null();
    return;
  }
  boost::json::value above(value.storage());
  boost::json::value current(value.storage());
  current.swap(value);
  std::size_t depth = 0;
  for (;;) {
    if (!has_children(current)) {
      current.emplace_null();
      if (depth == 0) {
        return;
      }
      // The parent becomes the current value; its last slot gives back the grandparent.
      current.swap(above);
      above.swap(last_child(current));
      remove_last_child(current);
      --depth;
      continue;
    }
    boost::json::value& child = last_child(current);
    if (!has_children(child)) {
      remove_last_child(current);
      continue;
    }
    boost::json::value taken(value.storage());
    taken.swap(child);
    child.swap(above);
    above.swap(current);
    current.swap(taken);
    ++depth;
  }
}

// Keeps a value that is released without recursion.
class held_value {
public:
  explicit held_value(boost::json::storage_ptr storage) noexcept : value_(std::move(storage)) {}
  // Takes over the storage too, unlike an assignment.
  explicit held_value(boost::json::value&& value) noexcept : value_(std::move(value)) {}
  held_value(held_value&& other) noexcept : value_(std::move(other.value_)) {}
  held_value& operator=(held_value&&) = delete;
  ~held_value() { release_value(value_); }

  boost::json::value& get() noexcept { return value_; }

private:
  boost::json::value value_;
};

// Writes a copy of `source` to `target`, in the storage of `target`, whose old content must have no children.
// On an exception `target` holds a part of the copy.
inline void copy_value(const boost::json::value& source, boost::json::value& target) {
  struct task {
    const boost::json::value* from;
    boost::json::value* to;
  };
  std::vector<task> tasks{{&source, &target}};
  while (!tasks.empty()) {
    const task next = tasks.back();
    tasks.pop_back();
    // Room is made before the children are placed, so that the addresses noted here stay valid.
    if (const boost::json::object* from = next.from->if_object()) {
      boost::json::object& to = next.to->emplace_object();
      to.reserve(from->size());
      for (const boost::json::key_value_pair& member : *from) {
        if (has_children(member.value())) {
          tasks.push_back({&member.value(), &to.emplace(member.key(), nullptr).first->value()});
        } else {
          to.emplace(member.key(), member.value());
        }
      }
    } else if (const boost::json::array* elements = next.from->if_array()) {
      boost::json::array& to = next.to->emplace_array();
      to.resize(elements->size());
      for (std::size_t i = 0; i != elements->size(); ++i) {
        if (has_children((*elements)[i])) {
          tasks.push_back({&(*elements)[i], &to[i]});
        } else {
          to[i] = (*elements)[i];
        }
      }
    } else {
      *next.to = *next.from;
    }
  }
}

// Compares by kind and value, as Boost does: an integer and a double are never equal, members have no order.
inline bool equal_values(const boost::json::value& a, const boost::json::value& b) {
  struct task {
    const boost::json::value* a;
    const boost::json::value* b;
  };
  std::vector<task> tasks;
  task next{&a, &b};
  for (;;) {
    if (const boost::json::object* object = next.a->if_object()) {
      const boost::json::object* other = next.b->if_object();
      if (other == nullptr || other->size() != object->size()) {
        return false;
      }
      for (const boost::json::key_value_pair& member : *object) {
        const boost::json::value* match = other->if_contains(member.key());
        if (match == nullptr) {
          return false;
        }
        tasks.push_back({&member.value(), match});
      }
    } else if (const boost::json::array* array = next.a->if_array()) {
      const boost::json::array* other = next.b->if_array();
      if (other == nullptr || other->size() != array->size()) {
        return false;
      }
      for (std::size_t i = 0; i != array->size(); ++i) {
        tasks.push_back({&(*array)[i], &(*other)[i]});
      }
    } else if (!(*next.a == *next.b)) {
      return false;
    }
    if (tasks.empty()) {
      return true;
    }
    next = tasks.back();
    tasks.pop_back();
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_VALUE_TREE_HPP

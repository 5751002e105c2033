// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "stamps.hpp"

#include "rules.hpp"

namespace doppel_test {

const stamp_tree* stamp_tree::find(std::string_view key) const {
  for (const auto& [name, tree] : members) {
    if (name == key) {
      return &tree;
    }
  }
  return nullptr;
}

stamp_tree* stamp_tree::find(std::string_view key) {
  return const_cast<stamp_tree*>(static_cast<const stamp_tree*>(this)->find(key));
}

void merge_stamps(stamp_tree& target, const node& before, const node& patch, const stamp& now) {
  target.own = now;
  target.own.mark.reset();  // objects have none
  for (const member& m : patch.members) {
    if (m.value.is_null()) {  // 9.6
      std::erase_if(target.members, [&](const auto& entry) { return entry.key == m.key; });
      continue;
    }
    stamp_tree* entry = target.find(m.key);
    if (entry == nullptr) {
      target.members.push_back({m.key, {}});
      entry = &target.members.back().stamps;
    }
    const node* old = before.find(m.key);
    const bool kept = m.value.is_object() && old != nullptr && old->is_object();
    if (!kept) {  // 9.9
      entry->members.clear();
    }
    entry->own = now;
    if (m.value.is_object()) {
      merge_stamps(*entry, kept ? *old : make_object(), m.value, now);
    }
  }
}

namespace {

void put_stamp(const stamp& s, node& out) {
  out.set("$lastUpdated", make_string(format_time(s.ticks)));
  if (s.version != 0) {
    out.set("$lastUpdatedVersion", make_integer(static_cast<long long>(s.version)));
  }
  if (s.mark) {
    out.set("$lastUpdatedBy", make_string(s.mark->id));
    out.set("$lastUpdatedByDigest", make_string(s.mark->digest));
  }
}

}  // namespace

node metadata(const node& content, const stamp_tree& stamps) {
  node out = make_object();
  put_stamp(stamps.own, out);
  for (const member& m : content.members) {
    out.set(m.key, metadata(m.value.is_object() ? m.value : make_object(), *stamps.find(m.key)));
  }
  return out;
}

node written_metadata(const node& patch, const stamp_tree& stamps) {
  node out = make_object();
  put_stamp(stamps.own, out);
  for (const member& m : patch.members) {
    if (!m.value.is_null()) {
      out.set(m.key, written_metadata(m.value.is_object() ? m.value : make_object(), *stamps.find(m.key)));
    }
  }
  return out;
}

namespace {

stamp read_stamp(const node& entry, bool with_version) {
  stamp out;
  if (const node* time = entry.find("$lastUpdated")) {
    out.ticks = parse_time(time->text).value_or(0);
  }
  if (const node* version = entry.find("$lastUpdatedVersion"); version != nullptr && with_version) {
    out.version = std::stoull(version->text);
  }
  const node* by = entry.find("$lastUpdatedBy");
  const node* digest = entry.find("$lastUpdatedByDigest");
  if (by != nullptr && digest != nullptr) {
    out.mark = configuration_mark{by->text, digest->text};
  }
  return out;
}

}  // namespace

stamp_tree read_stamps(const node& metadata, const node& content, bool with_versions) {
  stamp_tree out;
  out.own = read_stamp(metadata, with_versions);
  for (const member& m : content.members) {
    const node* entry = metadata.find(m.key);
    node inherited = make_object();
    put_stamp({out.own.ticks, out.own.version, std::nullopt}, inherited);
    const node& inner = m.value.is_object() ? m.value : make_object();
    out.members.push_back({m.key, read_stamps(entry != nullptr ? *entry : inherited, inner, with_versions)});
  }
  return out;
}

}  // namespace doppel_test

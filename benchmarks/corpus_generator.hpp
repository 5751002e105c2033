// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_CORPUS_GENERATOR_HPP
#define DOPPEL_BENCHMARKS_CORPUS_GENERATOR_HPP

// How corpus.hpp makes documents and patches.

#include "stamp_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

struct size_class {
  std::string_view name;
  std::string_view summary;
  std::uint32_t content_bytes;     ///< minified content of tags, desired and reported together
  std::uint32_t object_percent;    ///< share of members that open an object
  std::uint32_t patch_bytes;       ///< about, minified
  std::uint32_t add_percent;       ///< share of patch members meant to add a key
  std::uint32_t delete_percent;    ///< share of patch members that are null
  std::uint32_t twins;             ///< of the hot set
  std::uint32_t patches_per_twin;  ///< of the hot set; thousands in all, so that no branch predictor learns them
};

/// What the members of the patches do once every patch has been applied and they start over.
struct patch_effect {
  std::size_t updated = 0;
  std::size_t added = 0;
  std::size_t erased = 0;
  std::size_t without = 0;  ///< deletes a key that is not there
};

namespace corpus_detail {

/// PCG-XSH-RR 32; not the standard library's distributions, which differ between implementations.
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed * 2 + 1) { next(); }

  std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005U + 1442695040888963407U;
    const auto mixed = static_cast<std::uint32_t>((old >> 18 ^ old) >> 27);
    const auto turn = static_cast<unsigned>(old >> 59);
    return mixed >> turn | mixed << ((32 - turn) & 31);
  }

  std::uint32_t below(std::size_t bound) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(next()) * bound >> 32);
  }
  bool percent(std::uint32_t share) { return below(100) < share; }

  template <class Range>
  auto& pick(Range& range) {
    return range[below(std::size(range))];
  }

private:
  std::uint64_t state_;
};

inline constexpr std::array<std::string_view, 84> words{
    "ambient",     "antenna",   "apn",        "area",       "bandwidth",  "baud",          "boot",      "bootCount",
    "buffer",      "camera",    "carrier",    "cellId",     "compressor", "condition",     "coolant",   "cpuLoad",
    "current",     "cycleTime", "debounce",   "defrost",    "delta",      "dewPoint",      "diskFree",  "door",
    "drift",       "dutyCycle", "energy",     "evaporator", "filter",     "firmwareBuild", "flowRate",  "frequency",
    "fuel",        "group",     "heartbeat",  "hostName",   "hours",      "hysteresis",    "imei",      "inlet",
    "installed",   "lamp",      "lastSeen",   "latitude",   "line",       "lock",          "longitude", "lot",
    "maintenance", "motor",     "ntpServer",  "occupied",   "outlet",     "panel",         "period",    "phase",
    "pipeline",    "power",     "priority",   "pump",       "region",     "relay",         "release",   "rotation",
    "route",       "rpm",       "sampleRate", "setpoint",   "shift",      "slot",          "speed",     "stage",
    "supply",      "tank",      "tariff",     "torque",     "trim",       "upload",        "valve",     "vendor",
    "vibration",   "voltage",   "window",     "zone"};

inline constexpr std::array<std::string_view, 4> extension_words{"boost", "hold", "probe", "note"};

struct leaf_value {
  std::string text;
  std::uint32_t counted = 0;  ///< spec/twin.md 5.3
};

inline leaf_value number_value(dice& roll) {
  std::array<char, 40> text{};
  const auto room = text.size();
  switch (roll.below(10)) {
    case 0: std::snprintf(text.data(), room, "%u", 1'600'000'000U + roll.below(200'000'000U)); break;
    case 1: std::snprintf(text.data(), room, "-%u", 1 + roll.below(4000)); break;
    case 2: std::snprintf(text.data(), room, "%u.%03u", roll.below(90), roll.below(1000)); break;
    case 3: std::snprintf(text.data(), room, "%u.%ue-%u", 1 + roll.below(9), roll.below(100), 1 + roll.below(5)); break;
    case 4:
    case 5: std::snprintf(text.data(), room, "%d.%u", static_cast<int>(roll.below(160)) - 40, roll.below(10)); break;
    case 6: std::snprintf(text.data(), room, "%u", roll.below(100'000)); break;
    default: std::snprintf(text.data(), room, "%u", roll.below(250)); break;
  }
  return {text.data(), 8};
}

/// Text that stands in JSON as it is, between quotes.
inline leaf_value plain_string(std::string_view text) {
  return {'"' + std::string(text) + '"', static_cast<std::uint32_t>(text.size())};
}

/// Escapes and UTF-8; `sent` also has escapes that a stored twin does not keep.
inline leaf_value special_string(dice& roll, bool sent) {
  switch (roll.below(sent ? 5 : 3)) {
    case 0: return {"\"line \\\"A\\\" \\\\ bay 4\"", 16};
    case 1:
      return {
          "\"K\xC3\xBChlraum \xC2\xB7 \xE6\xB8\xA9\xE5\xBA\xA6 21 \xC2\xB0"
          "C\"",
          25};
    case 2: return {"\"first\\nsecond\\tthird\"", 16};
    case 3: return {"\"https:\\/\\/example.com\\/fw\\/\\u00e9t\\u00e9\"", 28};
    default: return {"\"caf\\u00E9 \\ud83d\\ude80\"", 10};
  }
}

inline leaf_value identifier_string(dice& roll) {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789-_/:";
  std::string text;
  for (std::uint32_t n = 6 + roll.below(30); n > 0; --n) {
    text += roll.pick(letters);
  }
  return plain_string(text);
}

inline leaf_value time_string(dice& roll) {
  const ticks day = ticks_of(std::chrono::year{2026} / 1 / 1) + roll.below(320) * ticks_per_day;
  return plain_string(time_text(day + roll.below(86'400) * ticks_per_second).view());
}

inline leaf_value make_leaf(dice& roll, bool sent);

inline leaf_value array_value(dice& roll, bool sent) {
  leaf_value array{"[", 0};
  const bool objects = roll.percent(20);
  const std::uint32_t count = objects ? 2 : 2 + roll.below(4);
  for (std::uint32_t i = 0; i < count; ++i) {
    array.text += i == 0 ? "" : sent && roll.percent(10) ? ", " : ",";
    const leaf_value item = roll.percent(70) ? number_value(roll) : plain_string(roll.pick(words));
    if (objects) {
      array.text += "{\"at\":";
      array.text += std::to_string(i * 6) + ",\"to\":" + item.text + '}';
      array.counted += 2 + 8 + 2 + item.counted;
    } else {
      array.text += item.text;
      array.counted += item.counted;
    }
  }
  array.text += ']';
  return array;
}

inline leaf_value make_leaf(dice& roll, bool sent) {
  const std::uint32_t share = roll.below(100);
  if (share < 52) {
    return number_value(roll);
  }
  if (share < 64) {
    return roll.percent(50) ? leaf_value{"true", 4} : leaf_value{"false", 4};
  }
  if (share < 77) {
    return plain_string(roll.pick(words));
  }
  if (share < 88) {
    return identifier_string(roll);
  }
  if (share < 93) {
    return time_string(roll);
  }
  return share < 97 ? array_value(roll, sent) : special_string(roll, sent);
}

/// A section while it is made: a pool of nodes, the root first.
struct node {
  std::string key;
  leaf_value value;
  std::vector<std::uint32_t> members;  ///< of an object
  std::uint32_t parent = 0;
  std::uint32_t depth = 0;
  bool object = false;
  std::uint32_t past_write = 0;  ///< which earlier write has stamped it
};

struct section_tree {
  std::vector<node> nodes;
  std::vector<std::uint32_t> leaves;  ///< in document order of creation
  std::size_t text_bytes = 2;
};

inline std::string fresh_key(dice& roll, const section_tree& tree, std::uint32_t parent) {
  const auto& siblings = tree.nodes[parent].members;
  for (;;) {
    std::string key(roll.pick(words));
    if (siblings.size() > 10 || roll.percent(12)) {
      key += std::to_string(roll.below(siblings.size() > 60 ? 900 : 24));
    }
    if (std::ranges::none_of(siblings, [&](std::uint32_t s) { return tree.nodes[s].key == key; })) {
      return key;
    }
  }
}

inline std::uint32_t add_node(dice& roll, section_tree& tree, std::uint32_t parent, bool object) {
  node made;
  made.key = fresh_key(roll, tree, parent);
  made.parent = parent;
  made.depth = tree.nodes[parent].depth + 1;
  made.object = object;
  if (!object) {
    made.value = make_leaf(roll, false);
  }
  // Neighbours have mostly been written together.
  const auto& siblings = tree.nodes[parent].members;
  made.past_write = !siblings.empty() && roll.percent(70) ? tree.nodes[siblings.back()].past_write : roll.below(6);
  tree.text_bytes += made.key.size() + 4 + (object ? 2 : made.value.text.size());
  const auto index = static_cast<std::uint32_t>(tree.nodes.size());
  tree.nodes.push_back(std::move(made));
  tree.nodes[parent].members.push_back(index);
  if (!object) {
    tree.leaves.push_back(index);
  }
  return index;
}

inline section_tree grow_section(dice& roll, std::size_t bytes, std::uint32_t object_percent) {
  constexpr std::uint32_t deepest_object = 5;
  section_tree tree;
  tree.nodes.resize(1);
  tree.nodes[0].object = true;
  std::vector<std::uint32_t> open{0};
  std::uint32_t here = 0;
  while (tree.text_bytes < bytes) {
    if (roll.percent(18)) {
      here = roll.percent(40) ? 0 : roll.pick(open);
    }
    if (tree.nodes[here].depth < deepest_object && tree.text_bytes + 60 < bytes && roll.percent(object_percent)) {
      here = add_node(roll, tree, here, true);
      open.push_back(here);
    }
    add_node(roll, tree, here, false);
  }
  // An ancestor has been touched at least when its youngest member was.
  for (std::size_t i = tree.nodes.size(); i-- > 1;) {
    auto& above = tree.nodes[tree.nodes[i].parent].past_write;
    above = (std::max)(above, tree.nodes[i].past_write);
  }
  tree.nodes[0].past_write = 5;
  return tree;
}

inline void put_members(std::string& out, const section_tree& tree, std::uint32_t at) {
  std::string_view comma;
  for (const std::uint32_t m : tree.nodes[at].members) {
    const node& member = tree.nodes[m];
    ((out += comma) += '"') += member.key;
    out += "\":";
    if (member.object) {
      out += '{';
      put_members(out, tree, m);
      out += '}';
    } else {
      out += member.value.text;
    }
    comma = ",";
  }
}

/// The six writes that have made the section what it is.
struct past {
  std::array<ticks, 6> time;
  std::array<std::uint32_t, 6> version;
  bool versions;  ///< desired has $lastUpdatedVersion, reported has not (spec/twin.md 9.3)
};

inline void put_metadata(std::string& out, const section_tree& tree, std::uint32_t at, const past& history) {
  const std::uint32_t write = tree.nodes[at].past_write;
  out += "{\"$lastUpdated\":\"";
  out += time_text(history.time[write]).view();
  out += '"';
  if (history.versions) {
    out += ",\"$lastUpdatedVersion\":" + std::to_string(history.version[write]);
  }
  for (const std::uint32_t m : tree.nodes[at].members) {
    ((out += ",\"") += tree.nodes[m].key) += "\":";
    put_metadata(out, tree, m, history);
  }
  out += '}';
}

inline past make_past(dice& roll, bool versions) {
  past history{};
  history.versions = versions;
  ticks time = ticks_of(std::chrono::year{2026} / 9 / 1) + roll.below(86'400) * ticks_per_second;
  std::uint32_t version = 1 + roll.below(3);
  for (std::size_t i = 0; i < history.time.size(); ++i) {
    time += roll.below(9 * 86'400) * ticks_per_second + 1 + roll.below(static_cast<std::size_t>(ticks_per_second) - 1);
    version += 1 + roll.below(20);
    history.time[i] = time;
    history.version[i] = version;
  }
  return history;
}

/// A patch while it is made.
struct patch_node {
  std::string key;
  std::string text;  ///< empty for an object
  std::vector<patch_node> members;
};

inline std::size_t text_bytes(const patch_node& at) {
  std::size_t bytes = at.text.empty() ? 2 : at.text.size();
  for (const patch_node& member : at.members) {
    bytes += member.key.size() + 4 + text_bytes(member);
  }
  return bytes;
}

inline void set_path(patch_node& root, std::span<const std::string> path, std::string text) {
  patch_node* at = &root;
  for (const std::string& key : path) {
    auto found = std::ranges::find(at->members, key, &patch_node::key);
    if (found == at->members.end()) {
      found = at->members.insert(found, patch_node{key, {}, {}});
    }
    at = &*found;
  }
  at->text = std::move(text);
}

enum class layout : std::uint8_t { minified, spaced, indented };

inline void put_patch(std::string& out, const patch_node& at, layout style, std::size_t depth = 1) {
  if (!at.text.empty()) {
    out += at.text;
    return;
  }
  const auto line = [&](std::size_t level) {
    if (style == layout::indented) {
      out += '\n';
      out.append(2 * level, ' ');
    }
  };
  out += '{';
  for (std::size_t i = 0; i < at.members.size(); ++i) {
    out += i == 0 ? "" : style == layout::spaced ? ", " : ",";
    line(depth);
    ((out += '"') += at.members[i].key) += style == layout::minified ? "\":" : "\": ";
    put_patch(out, at.members[i], style, depth + 1);
  }
  line(depth - 1);
  out += '}';
}

inline std::vector<std::string> path_of(const section_tree& tree, std::uint32_t at) {
  std::vector<std::string> path;
  for (; at != 0; at = tree.nodes[at].parent) {
    path.insert(path.begin(), tree.nodes[at].key);
  }
  return path;
}

/// One member of a patch, as far as sizes are concerned.
struct patch_step {
  std::string path;  ///< keys joined with '/', which no key of the corpus contains
  std::uint32_t key_bytes;
  std::uint32_t counted;  ///< of the value
  bool erase;
};

/// Follows what a section holds, to know its counted size (spec/twin.md 5) at every moment.
class size_model {
public:
  void load(const section_tree& tree) {
    for (const node& member : std::span(tree.nodes).subspan(1)) {
      size_ += member.key.size() + member.value.counted;
    }
    for (const std::uint32_t leaf : tree.leaves) {
      std::string path;
      for (const std::string& key : path_of(tree, leaf)) {
        (path += '/') += key;
      }
      members_[path] = tree.nodes[leaf].value.counted + static_cast<std::uint32_t>(tree.nodes[leaf].key.size());
    }
    largest_ = size_;
  }

  void apply(std::span<const patch_step> patch, patch_effect& effect) {
    for (const patch_step& step : patch) {
      const auto found = members_.find(step.path);
      if (step.erase) {
        ++(found == members_.end() ? effect.without : effect.erased);
        if (found != members_.end()) {
          size_ -= found->second;
          members_.erase(found);
        }
        continue;
      }
      ++(found == members_.end() ? effect.added : effect.updated);
      size_ -= found == members_.end() ? 0 : found->second;
      members_[step.path] = step.key_bytes + step.counted;
      size_ += step.key_bytes + step.counted;
    }
    largest_ = (std::max)(largest_, size_);
  }

  std::size_t largest() const noexcept { return largest_; }

private:
  std::map<std::string, std::uint32_t> members_;
  std::size_t size_ = 0;
  std::size_t largest_ = 0;
};

struct made_patch {
  std::string text;
  std::vector<patch_step> steps;
};

inline made_patch make_patch(dice& roll, const section_tree& tree, const size_class& kind) {
  made_patch made;
  patch_node root;
  const auto set = [&](std::span<const std::string> path, leaf_value value, bool erase) {
    std::string name;
    for (const std::string& key : path) {
      (name += '/') += key;
    }
    std::erase_if(made.steps, [&](const patch_step& step) { return step.path == name; });
    made.steps.push_back({std::move(name), static_cast<std::uint32_t>(path.back().size()), value.counted, erase});
    set_path(root, path, std::move(value.text));
  };
  std::size_t at = roll.below(tree.leaves.size());
  // At most as many steps as there are bytes: a small flat section may run out of members.
  for (std::uint32_t guard = 0; text_bytes(root) < kind.patch_bytes && guard < kind.patch_bytes; ++guard) {
    // Neighbours are mostly written together.
    at = roll.percent(30) ? roll.below(tree.leaves.size()) : (at + 1) % tree.leaves.size();
    auto path = path_of(tree, tree.leaves[at]);
    const std::uint32_t share = roll.below(100);
    if (share < kind.delete_percent) {
      // What is added must also go again, or the adds would soon be updates.
      if (roll.percent(50)) {
        path.back() = roll.pick(extension_words);
      }
      set(path, {"null", 0}, true);
      continue;
    }
    if (share < kind.delete_percent + kind.add_percent) {
      path.back() = roll.pick(extension_words);
    }
    set(path, make_leaf(roll, true), false);
  }
  const layout style = roll.percent(75) ? layout::minified : roll.percent(50) ? layout::spaced : layout::indented;
  put_patch(made.text, root, style);
  return made;
}

inline std::string make_document(dice& roll, const std::array<section_tree, 3>& sections) {
  const past desired = make_past(roll, true);
  const past reported = make_past(roll, false);
  const std::uint32_t etag = desired.version[5] + roll.below(4);
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "unit-%06x-%02u", roll.below(1U << 24), roll.below(100));
  std::string out = "{\"deviceId\":\"";
  out += name.data();
  out += "\",\"etag\":\"" + etag_text(etag);
  out +=
      "\",\"deviceEtag\":\"NzgwNjA1MDUz\",\"status\":\"enabled\",\"statusUpdateTime\":\"0001-01-01T00:00:"
      "00Z\","
      "\"connectionState\":\"Connected\",\"lastActivityTime\":\"";
  out += time_text(reported.time[5]).view();
  out +=
      "\",\"cloudToDeviceMessageCount\":0,\"authenticationType\":\"sas\",\"x509Thumbprint\":{"
      "\"primaryThumbprint\":"
      "null,\"secondaryThumbprint\":null},\"modelId\":\"\",\"version\":";
  out += std::to_string(etag + reported.version[5]) + ",\"tags\":{";
  put_members(out, sections[0], 0);
  out += "},\"properties\":{\"desired\":{";
  for (const bool second : {false, true}) {
    const section_tree& section = sections[second ? 2 : 1];
    const past& history = second ? reported : desired;
    out += second ? ",\"reported\":{" : "";
    put_members(out, section, 0);
    out += ",\"$metadata\":";
    put_metadata(out, section, 0, history);
    out += ",\"$version\":" + std::to_string(history.version[5]) + '}';
  }
  out += "},\"capabilities\":{\"iotEdge\":false}}";
  return out;
}

}  // namespace corpus_detail

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_CORPUS_GENERATOR_HPP

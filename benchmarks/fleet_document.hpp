// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_FLEET_DOCUMENT_HPP
#define DOPPEL_BENCHMARKS_FLEET_DOCUMENT_HPP

// A document while fleet.cpp makes it: members in a tree, each with the stamp that `$metadata` tells, to be
// written in one of several forms.

#include "corpus_generator.hpp"
#include "fleet.hpp"
#include "stamp_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

class document_tree {
public:
  document_tree() { clear(); }

  void clear() {
    nodes_.clear();
    texts_.clear();
    open_.clear();
    nodes_.emplace_back().is_object = true;
    open_.push_back(0);
    time_ = 0;
    version_ = 0;
  }

  /// The stamp of what is added from here on.
  void stamp(ticks time, std::uint32_t version) {
    time_ = time;
    version_ = version;
  }

  void open(std::string_view key) {
    const std::uint32_t made = add(key, {});
    nodes_[made].is_object = true;
    open_.push_back(made);
  }
  /// Opens a section with `$metadata`; versions only where `version` is not 0.
  void open_section(std::string_view key, ticks time, std::uint32_t version) {
    stamp(time, version);
    open(key);
    nodes_[open_.back()].is_section = true;
  }
  void close() { open_.pop_back(); }

  /// A member by the JSON text of its value.
  void leaf(std::string_view key, std::string_view value) { add(key, value); }
  /// A member whose key is JSON text, too.
  void raw_member(std::string_view key, std::string_view value) { add(key, value); }
  /// A member with a string.
  void text(std::string_view key, std::string_view value) {
    const std::uint32_t made = add(key, {});
    const std::size_t start = texts_.size();
    texts_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') texts_ += '\\';
      texts_ += c;
    }
    texts_ += '"';
    nodes_[made].value = {start, texts_.size() - start};
  }

  void write(std::string& out, fleet_form form, std::uint64_t seed) {
    output to(out, form, seed);
    write_object(to, 0);
  }

private:
  struct piece {
    std::size_t at = 0;
    std::size_t size = 0;
  };
  struct node {
    piece key;
    piece value;
    std::vector<std::uint32_t> members;
    ticks time = 0;
    std::uint32_t version = 0;
    bool is_object = false;
    bool is_section = false;
  };

  /// Where the form shows: white space and the order of members.
  class output {
  public:
    output(std::string& out, fleet_form form, std::uint64_t seed) : out_(out), form_(form), roll_(seed) {}

    void mark(char c) {
      space();
      out_ += c;
      space();
    }
    void raw(std::string_view text) { out_ += text; }
    void key(std::string_view text) {
      ((out_ += '"') += text) += '"';
      mark(':');
    }

    void order(std::vector<std::uint32_t>& members) {
      if (form_ != fleet_form::shuffled) return;
      for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[roll_.below(i)]);
    }

  private:
    void space() {
      if (form_ != fleet_form::hostile || !roll_.percent(25)) return;
      constexpr std::string_view kinds[] = {" ", "  ", "\n", "\t ", "\r\n    "};
      out_ += roll_.pick(kinds);
    }

    std::string& out_;
    fleet_form form_;
    corpus_detail::dice roll_;
  };

  // What stands among the numbers of members for something that is not in the tree.
  static constexpr std::uint32_t metadata_mark = 0xffff'ffff;
  static constexpr std::uint32_t time_mark = 0xffff'fffe;
  static constexpr std::uint32_t version_mark = 0xffff'fffd;

  std::uint32_t add(std::string_view key, std::string_view value) {
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    node& n = nodes_.emplace_back();
    n.key = keep(key);
    n.value = keep(value);
    n.time = time_;
    n.version = version_;
    nodes_[open_.back()].members.push_back(made);
    // What holds a member was touched when the member was.
    for (const std::uint32_t above : open_) {
      nodes_[above].time = (std::max)(nodes_[above].time, time_);
      nodes_[above].version = (std::max)(nodes_[above].version, version_);
    }
    return made;
  }

  piece keep(std::string_view text) {
    const piece kept{texts_.size(), text.size()};
    texts_ += text;
    return kept;
  }
  std::string_view view(const piece& p) const { return {texts_.data() + p.at, p.size}; }

  bool is_counter(std::uint32_t member) const { return view(nodes_[member].key) == "$version"; }

  template <class Write>
  static void write_members(output& to, std::vector<std::uint32_t>& members, Write write) {
    to.order(members);
    to.mark('{');
    bool is_first = true;
    for (const std::uint32_t member : members) {
      if (!is_first) to.mark(',');
      is_first = false;
      write(member);
    }
    to.mark('}');
  }

  void write_object(output& to, std::uint32_t at) {
    std::vector<std::uint32_t> members = nodes_[at].members;
    if (nodes_[at].is_section) {
      // Between the content and the counter.
      members.insert(members.end() - (is_counter(members.back()) ? 1 : 0), metadata_mark);
    }
    write_members(to, members, [&](std::uint32_t member) {
      if (member == metadata_mark) {
        to.key("$metadata");
        write_metadata(to, at);
        return;
      }
      to.key(view(nodes_[member].key));
      if (nodes_[member].is_object) {
        write_object(to, member);
      } else {
        to.raw(view(nodes_[member].value));
      }
    });
  }

  void write_metadata(output& to, std::uint32_t at) {
    std::vector<std::uint32_t> members{time_mark};
    if (nodes_[at].version != 0) members.push_back(version_mark);
    for (const std::uint32_t member : nodes_[at].members) {
      if (!is_counter(member)) members.push_back(member);
    }
    write_members(to, members, [&](std::uint32_t member) {
      if (member == time_mark) {
        to.key("$lastUpdated");
        to.raw("\"");
        to.raw(time_text(nodes_[at].time).view());
        to.raw("\"");
      } else if (member == version_mark) {
        to.key("$lastUpdatedVersion");
        to.raw(std::to_string(nodes_[at].version));
      } else {
        to.key(view(nodes_[member].key));
        write_metadata(to, member);
      }
    });
  }

  std::vector<node> nodes_;
  std::vector<std::uint32_t> open_;
  std::string texts_;
  ticks time_ = 0;
  std::uint32_t version_ = 0;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_FLEET_DOCUMENT_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_CORPUS_HPP
#define DOPPEL_BENCHMARKS_CORPUS_HPP

// Twins and merge patches of the size classes S, T, M, L, X, XF and XX, the same bytes on every machine.
// Everything is legal for the service: key characters, value lengths, and the sections' sizes after every
// patch (spec/twin.md 4, 5). README.md has a table of what the generator really makes.

#include "corpus_generator.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

/// What a patch is addressed to.
enum class part : std::uint8_t { desired, reported };

inline constexpr std::array<size_class, 7> size_classes{{
    {"S", "flat 0.5 KB, one property updated", 512, 0, 10, 0, 0, 64, 32},
    {"T", "nested 2 KB, a few properties updated", 2048, 22, 90, 0, 0, 64, 32},
    {"M", "nested 2 KB, 25 % adds, 25 % deletes", 2048, 22, 130, 25, 25, 64, 32},
    {"L", "nested 8 KB, 25 % adds, 25 % deletes", 8192, 22, 130, 25, 25, 16, 128},
    {"X", "nested 32 KB, 25 % adds, 25 % deletes", 32768, 15, 130, 25, 25, 4, 512},
    {"XF", "flat 32 KB, 25 % adds, 25 % deletes", 32768, 0, 130, 25, 25, 4, 512},
    {"XX", "nested 32 KB, patches of 6 KB, 15 % adds, 15 % deletes", 32768, 15, 5800, 15, 15, 4, 64},
}};

inline const size_class* find_class(std::string_view name) {
  const auto* found = std::ranges::find(size_classes, name, &size_class::name);
  return found == size_classes.end() ? nullptr : found;
}

struct patch_text {
  part section;
  std::string text;
};

/// One twin and what happens to it.
struct sample {
  std::string document;  ///< full service view: root members, content, $metadata, counters; minified, canonical
  std::vector<patch_text> patches;
  std::size_t content_bytes = 0;
};

struct data_set {
  const size_class* kind = nullptr;
  std::vector<sample> samples;
  std::array<std::size_t, 3> largest_counted{};  ///< tags, desired, reported: at any moment
  patch_effect effect;
};

/// `twins` twins with `patches_per_twin` patches each; four of five patches go to reported.
inline data_set make_data_set(const size_class& kind, std::size_t twins, std::size_t patches_per_twin) {
  using namespace corpus_detail;
  constexpr std::array<std::size_t, 3> limits{8192, 32768, 32768};
  data_set set;
  set.kind = &kind;
  dice roll(0x6D6F6E6461790000U + kind.content_bytes + kind.patch_bytes);
  for (std::size_t i = 0; i < twins; ++i) {
    const std::array<section_tree, 3> sections{grow_section(roll, kind.content_bytes / 10, kind.object_percent),
                                               grow_section(roll, kind.content_bytes * 3 / 10, kind.object_percent),
                                               grow_section(roll, kind.content_bytes * 6 / 10, kind.object_percent)};
    std::array<size_model, 3> models;
    sample made;
    made.document = make_document(roll, sections);
    for (std::size_t s = 0; s < sections.size(); ++s) {
      made.content_bytes += sections[s].text_bytes;
      models[s].load(sections[s]);
    }
    std::vector<std::vector<patch_step>> steps;
    for (std::size_t p = 0; p < patches_per_twin; ++p) {
      const part section = roll.percent(80) ? part::reported : part::desired;
      made_patch patch = make_patch(roll, sections[section == part::desired ? 1 : 2], kind);
      made.patches.push_back({section, std::move(patch.text)});
      steps.push_back(std::move(patch.steps));
    }
    // From the second time round, everything repeats.
    for (const bool again : {false, true}) {
      patch_effect ignored;
      for (std::size_t p = 0; p < patches_per_twin; ++p) {
        models[made.patches[p].section == part::desired ? 1 : 2].apply(steps[p], again ? set.effect : ignored);
      }
    }
    for (std::size_t s = 0; s < sections.size(); ++s) {
      set.largest_counted[s] = (std::max)(set.largest_counted[s], models[s].largest());
      if (models[s].largest() > limits[s]) {
        std::fprintf(stderr, "corpus: class %s exceeds a section limit\n", std::string(kind.name).c_str());
        std::abort();
      }
    }
    set.samples.push_back(std::move(made));
  }
  return set;
}

inline data_set make_data_set(const size_class& kind) { return make_data_set(kind, kind.twins, kind.patches_per_twin); }

/// Patches in the order in which they are used, their texts laid out in that order: what is measured must be
/// the twin's cache misses, not the text's.
class patch_sequence {
public:
  struct use {
    std::uint32_t twin;
    std::uint32_t bytes;
    std::size_t offset;
    part section;
  };

  void add(std::size_t twin, const patch_text& patch) {
    uses_.push_back(
        {static_cast<std::uint32_t>(twin), static_cast<std::uint32_t>(patch.text.size()), end_, patch.section});
    arena_.resize(end_);
    arena_ += patch.text;
    end_ = arena_.size();
    arena_.append(readable_tail, ' ');
  }

  std::size_t size() const noexcept { return uses_.size(); }
  const use& operator[](std::size_t i) const noexcept { return uses_[i]; }
  std::size_t text_bytes() const noexcept { return end_; }
  std::string_view text(const use& u) const noexcept { return {arena_.data() + u.offset, u.bytes}; }
  auto begin() const noexcept { return uses_.begin(); }
  auto end() const noexcept { return uses_.end(); }

private:
  /// Some parsers read past the end of the text.
  static constexpr std::size_t readable_tail = 64;

  std::string arena_;
  std::size_t end_ = 0;
  std::vector<use> uses_;
};

/// Every patch of every twin, twin after twin.
inline patch_sequence hot_sequence(const data_set& set) {
  patch_sequence sequence;
  for (std::size_t twin = 0; twin < set.samples.size(); ++twin) {
    for (const patch_text& patch : set.samples[twin].patches) {
      sequence.add(twin, patch);
    }
  }
  return sequence;
}

/// The `pass`-th patch of every twin, the twins in random order.
inline patch_sequence cold_sequence(const data_set& set, std::size_t pass) {
  std::vector<std::uint32_t> order(set.samples.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::uint32_t>(i);
  }
  corpus_detail::dice roll(77 + pass);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[roll.below(i)]);
  }
  patch_sequence sequence;
  for (const std::uint32_t twin : order) {
    const auto& patches = set.samples[twin].patches;
    sequence.add(twin, patches[pass % patches.size()]);
  }
  return sequence;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_CORPUS_HPP

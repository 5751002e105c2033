// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_TWIN_PAIR_HPP
#define DOPPEL_TESTS_SUPPORT_TWIN_PAIR_HPP

#include "beside_model.hpp"
#include "generator.hpp"
#include "limits.hpp"
#include "model.hpp"

#include <doppel/twin.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// A twin of the library and the model of it, held in step by random writes.
namespace doppel_test {

enum class write_form { merge, replace, reported, section, path };

struct random_write {
  write_form form = write_form::merge;
  section_kind section = section_kind::tags;  // of the forms section and path
  std::vector<std::string> keys;              // of the form path
  std::string text;
  std::int64_t now = 0;
  write_context context;
};

std::string described(const random_write& write);

class twin_pair {
public:
  static constexpr std::int64_t start = 638'500'000'000'000'000;  // a day of 2024

  twin_pair(std::uint64_t seed, const doppel::limits& limits, generator_options options = {});

  // Both become the twin of a complete document. Returns where they differ from the beginning.
  std::string load(const std::string& document);

  // A write that suits what the twin holds now.
  random_write next();

  // One write to both; everything that can be seen must agree. Returns what does not.
  std::string step(const random_write& write);

  boost::system::result<void> apply_to(doppel::twin& target, const random_write& write, doppel::change& out);
  model_result apply_to_model(const random_write& write);

  random_source random;
  doppel::workspace scratch;
  doppel::twin twin;
  doppel::change change;  // of the latest write
  model_twin model;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  bool uses_second_reader = false;

private:
  std::size_t limit_of(section_kind section) const;
  std::string if_match();

  doppel::limits limits_;
  generator generator_;
  std::int64_t now_ = start;
  bool whole_document_ = false;
};

}  // namespace doppel_test

#endif

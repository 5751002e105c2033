// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/query_backend.hpp>
#include <support/query_generator.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;

// How many fleets and how many queries over each; DOPPEL_QUERY_FLEETS asks for longer runs.
std::size_t fleet_count() {
  const char* asked = std::getenv("DOPPEL_QUERY_FLEETS");
  return asked != nullptr ? std::strtoul(asked, nullptr, 10) : 24;
}
constexpr std::size_t queries_per_fleet = 50;

std::vector<std::pair<std::string_view, std::unique_ptr<query_backend>>> loaded_backends(const query_fleet& fleet) {
  std::vector<std::pair<std::string_view, std::unique_ptr<query_backend>>> all;
  for (const query_backend_entry& entry : query_backends()) {
    all.emplace_back(entry.name, entry.make());
    const std::string wrong = all.back().second->load(fleet);
    REQUIRE_MESSAGE(wrong.empty(), entry.name, ": ", wrong);
  }
  return all;
}

std::string_view name_of(doppel::query_mode mode) { return mode == doppel::query_mode::hub ? "hub" : "extended"; }

// The first document over which alone the two still disagree: what to look at.
std::string culprit(const query_backend_entry& entry, const query_request& request, const query_fleet& fleet) {
  for (const fleet_document& document : fleet.documents) {
    query_fleet alone;
    alone.documents.push_back(document);
    const std::unique_ptr<query_backend> model = make_model_backend();
    const std::unique_ptr<query_backend> other = entry.make();
    if (!model->load(alone).empty() || !other->load(alone).empty()) {
      continue;
    }
    const std::string wrong = difference_between_answers(model->run(request), other->run(request));
    if (!wrong.empty()) {
      return wrong + "\n  over " + document.text;
    }
  }
  return "no single document shows it";
}

}  // namespace

TEST_SUITE("query: back ends") {
  TEST_CASE("every back end answers random queries over random fleets as the model does (spec/query.md 4 to 14)") {
    std::size_t asked = 0;
    std::size_t answered = 0;
    std::size_t with_rows = 0;
    for (std::size_t seed = 0; seed != fleet_count(); ++seed) {
      random_source random(seed);
      const query_fleet fleet = random_fleet(random);
      const auto backends = loaded_backends(fleet);
      query_generator generator(random, fleet);
      for (std::size_t i = 0; i != queries_per_fleet; ++i) {
        const query_request request = generator.request();
        const query_answer expected = backends[0].second->run(request);
        ++asked;
        answered += expected.error.empty() ? 1U : 0U;
        with_rows += expected.rows().empty() ? 0U : 1U;
        for (std::size_t b = 1; b != backends.size(); ++b) {
          if (!backends[b].second->answers(request)) {
            continue;
          }
          const std::string wrong = difference_between_answers(expected, backends[b].second->run(request));
          const auto where = [&] { return culprit(query_backends()[b], request, fleet); };
          CHECK_MESSAGE(wrong.empty(), backends[b].first, ", ", name_of(request.options.mode), ", seed ", seed, "\n  ",
                        request.text, "\n  ", wrong, "\n  ", wrong.empty() ? std::string() : where());
        }
      }
    }
    // The queries say something.
    MESSAGE(asked, " queries, ", answered, " accepted, ", with_rows, " with rows");
    CHECK(answered * 10 > asked * 8);
    CHECK(with_rows * 10 > asked * 3);
  }

  TEST_CASE("what hub mode accepts means the same in extended mode (spec/query.md 1)") {
    for (std::size_t seed = 0; seed != fleet_count(); ++seed) {
      random_source random(seed + 1'000'000);
      const query_fleet fleet = random_fleet(random);
      const auto backends = loaded_backends(fleet);
      query_generator generator(random, fleet);
      for (std::size_t i = 0; i != queries_per_fleet; ++i) {
        query_request request = generator.request(doppel::query_mode::hub, doppel::query_dialect::twins);
        const query_answer in_hub_mode = backends[0].second->run(request);
        if (!in_hub_mode.error.empty()) {
          continue;
        }
        request.options.mode = doppel::query_mode::extended;
        const std::string wrong = difference_between_answers(in_hub_mode, backends[0].second->run(request));
        CHECK_MESSAGE(wrong.empty(), "seed ", seed, ": ", request.text, "\n  ", wrong);
      }
    }
  }
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/beside_model.hpp>
#include <support/generator.hpp>
#include <support/limits.hpp>
#include <support/model.hpp>
#include <support/random.hpp>

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Random operations on a fleet and on a naive one: a map of model twins, and a list of ids in the order of insertion.

namespace {

using namespace doppel_test;
using doppel::query_collection;

constexpr std::int64_t start = 638'500'000'000'000'000;  // a day of 2024

struct naive_fleet {
  std::map<std::string, model_twin> twins;
  std::vector<std::pair<std::string, doppel::row_number>> rows[2];
  doppel::row_number next[2] = {0, 0};

  static std::size_t of(std::string_view id) { return id.find('/') == std::string_view::npos ? 0 : 1; }
  void insert(const std::string& id, model_twin t) {
    twins.emplace(id, std::move(t));
    rows[of(id)].emplace_back(id, next[of(id)]++);
  }
  void erase(const std::string& id) {
    twins.erase(id);
    std::erase_if(rows[of(id)], [&](const auto& row) { return row.first == id; });
  }
};

class fleet_pair {
public:
  explicit fleet_pair(std::uint64_t seed)
      : random_(seed), generator_(random_, options_), twins_(fleet_options(random_)) {}

  // One operation on both; returns what differs.
  std::string step() {
    const std::string device = "d" + std::to_string(random_.below(12));
    const std::string module = random_.below(3) == 0 ? "m" + std::to_string(random_.below(2)) : "";
    const std::string id = module.empty() ? device : device + '/' + module;
    now_ += static_cast<std::int64_t>(random_.below(30'000'000));
    const auto there = naive_.twins.find(id);
    const bool is_there = there != naive_.twins.end();
    switch (random_.below(10)) {
      case 0:
      case 1: {
        const auto made = twins_.create({device, module}, at(now_));
        if (made.has_value() == is_there) return "create " + id;
        if (is_there) return {};
        naive_.insert(id, model_twin::create(device, module, now_, options_.limits));
        return *made == naive_.rows[naive_fleet::of(id)].back().second ? std::string() : "row number of " + id;
      }
      case 2: {
        const bool erased = twins_.erase(id).has_value();
        if (erased != is_there) return "erase " + id;
        if (is_there) naive_.erase(id);
        return {};
      }
      case 3: {  // out and in again, at the end
        auto alone = twins_.new_twin();
        const bool taken = twins_.extract(id, alone, scratch_).has_value();
        if (taken != is_there) return "extract " + id;
        if (!is_there) return {};
        const model_twin kept = there->second;
        naive_.erase(id);
        naive_.insert(id, kept);
        return twins_.insert(alone, scratch_) ? std::string() : "insert " + id;
      }
      default: break;
    }
    if (!is_there) {
      const auto done = twins_.merge_twin(id, "{}", options_at(now_), scratch_, change_);
      return !done && done.error().message().find("not found") != std::string::npos ? "" : "write to nothing: " + id;
    }
    return write(id, there->second);
  }

  // Everything that can be seen.
  std::string compare() const {
    for (const std::size_t c : {0u, 1u}) {
      const query_collection name = c == 0 ? query_collection::devices : query_collection::modules;
      if (twins_.size(name) != naive_.rows[c].size()) return "size";
      // Rows in order, by a cut.
      std::vector<std::pair<std::string, doppel::row_number>> rows;
      std::string wrong;
      (void)const_cast<doppel::fleet&>(twins_).visit_cut(
          [&](query_collection collection, doppel::row_number first, const doppel::fleet::cut_type& cut) {
            for (std::uint32_t i = 0; collection == name && i != cut.size(); ++i) {
              std::string id(cut[i]->device_id());
              if (c == 1) id += '/' + std::string(cut[i]->module_id());
              rows.emplace_back(id, first + cut.offset(i));
            }
            return true;
          });
      if (rows != naive_.rows[c]) return "rows";
    }
    for (const auto& [id, model] : naive_.twins) {
      std::string text;
      if (!twins_.visit(id, [&](const auto& t) {
            doppel::text_buffer out;
            if (write_service_view(t, out)) text = std::string(out.view());
          })) {
        return "not found: " + id;
      }
      doppel::twin alone;
      doppel::workspace scratch;
      if (!load_into(alone, text, scratch)) return "not loaded: " + text;
      const std::string wrong = compare_documents(alone, model, false);
      if (!wrong.empty()) return id + ": " + wrong;
    }
    return {};
  }

private:
  static doppel::fleet_options fleet_options(random_source& random) {
    doppel::fleet_options options;
    options.chunk_rows = 1 + static_cast<std::uint32_t>(random.below(9));
    options.limits.keys_in_table = random.below(2) == 0 ? 6 : 1000;
    return options;
  }
  static doppel::timestamp at(std::int64_t ticks) { return doppel::timestamp::from_ticks(ticks); }
  static doppel::write_options options_at(std::int64_t now) {
    doppel::write_options options;
    options.now = at(now);
    return options;
  }

  std::string write(const std::string& id, model_twin& model) {
    boost::system::result<void> done;
    model_result expected;
    std::string text;
    switch (random_.below(3)) {
      case 0:
        text = generator_.body(model, false);
        done = twins_.merge_twin(id, text, options_at(now_), scratch_, change_);
        expected = model.merge(text, now_);
        break;
      case 1:
        text = generator_.body(model, true);
        done = twins_.replace_twin(id, text, options_at(now_), scratch_, change_);
        expected = model.replace(text, now_);
        break;
      default:
        text = generator_.section_text(model.content(section_kind::reported), 32'768);
        done = twins_.merge_reported(id, text, options_at(now_), scratch_, change_);
        expected = model.merge_reported(text, now_);
    }
    return done.has_value() == expected.accepted() ? "" : "write to " + id + ": " + text;
  }

  random_source random_;
  generator_options options_;
  generator generator_;
  doppel::fleet twins_;
  naive_fleet naive_;
  doppel::workspace scratch_;
  doppel::change change_;
  std::int64_t now_ = start;
};

}  // namespace

TEST_SUITE("fleet: model") {
  TEST_CASE("random operations leave a fleet as they leave a naive one") {
    for (std::uint64_t seed = 0; seed != 60; ++seed) {
      fleet_pair pair(seed);
      for (int i = 0; i != 120; ++i) {
        const std::string wrong = pair.step();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ", step ", i, ": ", wrong);
        if (i % 20 == 19) {
          const std::string different = pair.compare();
          REQUIRE_MESSAGE(different.empty(), "seed ", seed, ", step ", i, ": ", different);
        }
      }
    }
  }
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A query over a small fleet, asked in every way there is: the naive model, twins in memory with and without a table of
// keys, parsed JSON, raw text with every kernel, passes, parts that are merged, with constants folded and unfolded. All
// have to give the same rows in the same pages.
//
// Input: a line of settings, then by its first character
//   h, e  hub or extended mode; then the dialect: q query, c condition, t target condition; the collection of a
//         condition: d devices, m modules, j jobs; the rest of the line, if any, is the page size as a client writes
//         it. The next line is the query, the others are documents.
//   r     the next character chooses a random fleet; the bytes behind the line choose among what the generator of
//         random queries can say.
//   m     then h or e, and a character that chooses a few random messages; the next line is the condition of a route,
//         which they are asked by the library and the model.
//
// libfuzzer: -max_len=2048 -timeout=20

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/query/parse.hpp>
#include <doppel/query/twin_text.hpp>

#include <support/query_backend.hpp>
#include <support/query_generator.hpp>
#include <support/route_check.hpp>
#include <support/route_generator.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;

// Takes a line off the front of a text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = (std::min)(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix((std::min)(end + 1, text.size()));
  return line;
}

std::optional<query_request> read_request(std::string_view settings, std::string_view text) {
  if (settings.size() < 3) return std::nullopt;
  query_request request;
  request.text = text;
  request.options.mode = settings[0] == 'h' ? doppel::query_mode::hub : doppel::query_mode::extended;
  request.options.dialect = settings[1] == 'c'   ? doppel::query_dialect::condition
                            : settings[1] == 't' ? doppel::query_dialect::target_condition
                                                 : doppel::query_dialect::twins;
  request.options.collection = settings[2] == 'm'   ? doppel::query_collection::modules
                               : settings[2] == 'j' ? doppel::query_collection::jobs
                                                    : doppel::query_collection::devices;
  if (settings.size() > 3) request.page_size = std::string(settings.substr(3));
  return request;
}

// Twins are taken as the library writes them: what it would add to them otherwise, only some of the back ends would
// see. False if there is a line that is no document, or one that has a member twice: what it means is not settled.
bool read_documents(std::string_view text, query_fleet& fleet) {
  // The reader of the tests recurses, and so do its values.
  constexpr std::ptrdiff_t most_brackets = 400;
  const auto is_opener = [](char c) { return c == '{' || c == '['; };
  doppel::twin_text_checker checker;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (std::count_if(line.begin(), line.end(), is_opener) > most_brackets) return false;
    if (line.empty()) continue;
    const auto checked = checker.validate(line);
    if (!checked && checked.error() == doppel::errc::duplicate_member) return false;
    // A job stays as it is.
    query_fleet alone;
    if (!add_document(line, alone).empty()) return false;
    const bool is_twin = alone.documents.front().collection != doppel::query_collection::jobs;
    const std::optional<std::string> written = is_twin ? as_written(line) : std::nullopt;
    if (!add_document(written ? *written : line, fleet).empty()) return false;
  }
  return true;
}

// Sums of doubles depend on the order of summing, which is not fixed. The comparison of rows allows for what that makes
// of a column, but it cannot for rows in the order of sums, or for sums that are the same or nearly so.
bool depends_on_rounding(const query_request& request) {
  const auto tree = doppel::parse_query(request.text, request.options);
  if (!tree || (tree->order().empty() && !tree->is_distinct())) return false;
  for (doppel::node_index i = 0; i != tree->node_count(); ++i) {
    const doppel::syntax_node node = tree->node(i);
    if (node.kind() == doppel::node_kind::aggregate &&
        (node.aggregate() == doppel::query_aggregate::sum || node.aggregate() == doppel::query_aggregate::avg)) {
      return true;
    }
  }
  return false;
}

// Sums near the largest double are infinite in one order and finite in another.
bool may_overflow(const query_answer& answer) {
  return std::any_of(answer.addends.begin(), answer.addends.end(),
                     [](const auto& column) { return !(column.second < 1e300); });
}

// A fleet, and all there is to ask about it.
class subject {
public:
  explicit subject(query_fleet fleet) : fleet_(std::move(fleet)), model_(make_model_backend()) {
    expect(model_->load(fleet_).empty(), "the model does not load the fleet");
  }
  subject(const subject&) = delete;
  subject& operator=(const subject&) = delete;

  const query_fleet& fleet() const { return fleet_; }

  void ask(const query_request& request) {
    if (depends_on_rounding(request)) return;
    const query_answer expected = model_->run(request);
    if (may_overflow(expected)) return;
    if (!expected.error.empty() && others_.empty()) return check_refusal(request, expected);
    if (others_.empty()) load();
    for (std::size_t i = 0; i != others_.size(); ++i) {
      if (!others_[i]->answers(request)) continue;
      const std::string wrong = difference_between_answers(expected, others_[i]->run(request));
      expect(wrong.empty(), "a back end gives another answer", shown(others()[i].name, wrong, request));
    }
  }

private:
  static std::span<const query_backend_entry> others() { return query_backends().subspan(1); }

  // What most of the inputs are: nothing has to be loaded to refuse a query, and one back end is as good as another.
  void check_refusal(const query_request& request, const query_answer& expected) {
    const query_fleet none;
    const std::unique_ptr<query_backend> backend = others().back().make();
    expect(backend->load(none).empty(), "no documents are too many");
    const std::string wrong = difference_between_answers(expected, backend->run(request));
    expect(wrong.empty(), "a back end gives another answer", shown(others().back().name, wrong, request));
  }

  void load() {
    for (const query_backend_entry& entry : others()) {
      others_.push_back(entry.make());
      const std::string refused = others_.back()->load(fleet_);
      expect(refused.empty(), "a back end does not load the fleet", shown(entry.name, refused, {}));
    }
  }

  std::string shown(std::string_view name, std::string_view wrong, const query_request& request) const {
    std::string text = std::string(name) + ": " + std::string(wrong) + "\n" + request.text;
    for (const fleet_document& document : fleet_.documents) text += "\n" + document.text;
    return text;
  }

  query_fleet fleet_;
  std::unique_ptr<query_backend> model_;
  std::vector<std::unique_ptr<query_backend>> others_;  // once they are needed
};

// A few fleets, each loaded once.
void ask_at_random(std::size_t number, std::string_view choices) {
  constexpr std::size_t many = 16;
  static std::unique_ptr<subject> subjects[many];
  number %= many;
  random_source random(number);
  if (subjects[number] == nullptr) {
    subjects[number] = std::make_unique<subject>(random_fleet(random, {.devices = 5, .modules = 2, .jobs = 2}));
  }
  query_generator generator(random, subjects[number]->fleet());
  random.follow({reinterpret_cast<const std::uint8_t*>(choices.data()), choices.size()});
  subjects[number]->ask(generator.request());
}

int ask_route(char mode, unsigned char number, std::string_view condition) {
  doppel::query_options options;
  options.mode = mode == 'h' ? doppel::query_mode::hub : doppel::query_mode::extended;
  options.dialect = doppel::query_dialect::route;
  const auto tree = doppel::parse_query(condition, options);
  if (!tree) return 0;
  random_source random(number);
  for (int i = 0; i != 4; ++i) {
    const std::string wrong = check_route(*tree, random_message(random));
    expect(wrong.empty(), "a route", wrong);
  }
  return 0;
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view settings = take_line(rest);
  if (settings.size() == 2 && settings[0] == 'r') {
    ask_at_random(static_cast<unsigned char>(settings[1]), rest);
    return 0;
  }
  if (settings.size() == 3 && settings[0] == 'm') {
    return ask_route(settings[1], static_cast<unsigned char>(settings[2]), take_line(rest));
  }
  const std::optional<query_request> request = read_request(settings, take_line(rest));
  query_fleet fleet;
  if (!request || !read_documents(rest, fleet)) return -1;
  subject(std::move(fleet)).ask(*request);
  return 0;
}

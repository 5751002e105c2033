// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Text to tree and back, to a program and its plan, and to what there is to remark. A refusal points into the text;
// what is accepted is printed, read again and the same; hub mode accepts nothing that extended mode refuses or reads
// otherwise; and the check that the compiler does for literals agrees.
//
// Input: a line of settings, then the text.
//   1st character  the mode: h hub, e extended
//   2nd            the dialect: q query, c condition, t target condition, r route
//   3rd            the collection of a condition: d devices, m modules, j jobs
//   4th            t for tiny limits
//
// libfuzzer: -max_len=2048 -timeout=10

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/query.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace doppel;

std::optional<query_options> read_options(std::string_view line) {
  if (line.size() < 4) return std::nullopt;
  query_options options;
  options.mode = line[0] == 'h' ? query_mode::hub : query_mode::extended;
  switch (line[1]) {
    case 'c': options.dialect = query_dialect::condition; break;
    case 't': options.dialect = query_dialect::target_condition; break;
    case 'r': options.dialect = query_dialect::route; break;
    default: break;
  }
  options.collection = line[2] == 'm'   ? query_collection::modules
                       : line[2] == 'j' ? query_collection::jobs
                                        : query_collection::devices;
  if (line[3] == 't') {
    options.max_nesting = 3;
    options.max_characters = 40;
  }
  return options;
}

void check_refusal(const query_diagnostic& problem, std::string_view text) {
  expect(!query_error_name(problem.code).empty(), "a refusal without a name", text);
  expect(problem.offset <= text.size() && problem.length <= text.size() - problem.offset, "a place beyond the text",
         text);
  expect(!problem.expected.empty(), "a refusal says nothing", text);
  expect(problem.line >= 1 && problem.column >= 1, "no line or column", text);
}

// Nodes in postfix order, children to the left of their parent and inside its range.
void check_shape(const syntax_tree& tree) {
  for (node_index i = 0; i != tree.node_count(); ++i) {
    const syntax_node node = tree.node(i);
    node_index begin = node.subtree_begin();
    std::size_t count = 0;
    for (const syntax_node child : node.children()) {
      expect(child.subtree_begin() == begin, "children are not side by side");
      begin = child.index() + 1;
      ++count;
    }
    expect(begin == i && count == node.child_count(), "a subtree is not one run");
    expect(node.offset() + node.length() <= tree.source().size(), "a node beyond the text");
  }
}

// What the compiler runs, at run time.
void check_literal(std::string_view text, const query_options& options, const query_diagnostic* refused) {
  const query_diagnostic found = detail::check_query(text, options);
  expect(found.code == (refused != nullptr ? refused->code : errc{}), "the compiler would say something else", text);
}

// Remarks point into the text and say something.
void check_remarks(const syntax_tree& tree) {
  static constexpr std::string_view sample[] = {
      R"({"deviceId":"d","tags":{"a":1,"env":"x"},"properties":{"reported":{"b":[1,{"c":null}]}}})",
      R"({"vendor":{}})"};
  for (const std::size_t documents : {std::size_t{0}, std::size(sample)}) {
    lint_report report;
    expect(lint(tree, {sample, documents}, report).has_value(), "no remarks", tree.source());
    std::uint32_t last = 0;
    for (const query_remark& remark : report.remarks()) {
      expect(remark.offset <= tree.source().size() && remark.length <= tree.source().size() - remark.offset,
             "a remark beyond the text", tree.source());
      expect(remark.offset >= last, "remarks in no order", tree.source());
      expect(!remark.text.empty(), "a remark says nothing", tree.source());
      last = remark.offset;
    }
  }
}

// The plan without the text of the query and the line with the mode.
std::string plan_of(const syntax_tree& tree, bool folds) {
  const auto p = compile(tree, {.folds_constants = folds});
  expect(p.has_value(), "a tree does not compile", tree.source());
  text_buffer plan;
  expect(explain(*p, plan).has_value() && !plan.view().empty(), "no plan", tree.source());
  const std::size_t source = plan.view().find(tree.source());
  expect(source != std::string_view::npos, "a plan without its query", tree.source());
  const std::string_view rest = plan.view().substr(source + tree.source().size());
  return std::string(rest.substr(rest.find('\n', rest.find('\n') + 1)));
}

void check_same(std::string_view what, std::string_view text, const query_options& options, const syntax_tree& tree) {
  query_diagnostic problem;
  const auto again = parse_query(text, options, &problem);
  if (!again) finding(what, std::string(tree.source()) + "\n----\n" + std::string(text) + "\nis refused");
  expect(*again == tree, what, std::string(tree.source()) + "\n----\n" + std::string(text));
  for (const bool folds : {true, false}) {
    expect_equal("the plan is another", plan_of(tree, folds), plan_of(*again, folds));
  }
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = input.find('\n');
  if (line_end == std::string_view::npos) return -1;
  const std::optional<query_options> settings = read_options(input.substr(0, line_end));
  if (!settings) return -1;
  query_options options = *settings;
  const std::string_view text = input.substr(line_end + 1);

  query_diagnostic problem;
  const auto tree = parse_query(text, options, &problem);
  check_literal(text, options, tree ? nullptr : &problem);
  if (!tree) {
    expect(tree.error() == problem.code, "two codes", text);
    check_refusal(problem, text);
    return 0;
  }
  check_shape(*tree);
  check_remarks(*tree);

  // The printed text may be longer than the text, and may need a level more: no limits but those of the mode.
  options.max_characters = 0;
  options.max_nesting = query_options::nesting_ceiling;
  text_buffer printed;
  expect(print_query(printed, *tree).has_value(), "printing failed", text);
  const bool is_short = options.mode == query_mode::extended || printed.size() <= query_options::hub_characters;
  if (is_short) check_same("printed, it is another query", printed.view(), options, *tree);
  options.mode = query_mode::extended;
  check_same("in extended mode it is another query", text, options, *tree);
  text_buffer twice;
  const auto again = parse_query(printed.view(), options);
  expect(again.has_value() && print_query(twice, *again).has_value(), "the printed query is refused", printed.view());
  expect_equal("printed twice, it differs", printed.view(), twice.view());
  return 0;
}

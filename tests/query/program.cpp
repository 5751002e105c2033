// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/compile.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <utility>

using doppel::atom_op;
using doppel::no_index;
using doppel::program;
using doppel_test::compiled;

namespace {

program condition(const std::string& text, bool folds = true) {
  return compiled("SELECT * FROM devices WHERE " + text, {}, folds);
}

/// The heap, with a count; fails the n-th allocation.
struct failing_memory {
  int until_failure = -1;
  int taken = 0;
  int outstanding = 0;
  void* try_allocate(std::size_t n) noexcept {
    ++taken;
    if (until_failure >= 0 && until_failure-- == 0) return nullptr;
    ++outstanding;
    return std::malloc(n);
  }
  void deallocate(void* p, std::size_t) noexcept {
    --outstanding;
    std::free(p);
  }
};

}  // namespace

TEST_CASE("program: a comparison of a path with a constant is one atom") {
  const program p = condition("tags.site = 'A' AND 20 > properties.reported.battery AND NOT tags.env IN ['x', 'y']");
  REQUIRE(p.conjuncts().size() == 3);
  CHECK(p.code().empty());
  CHECK(p.slot_list().empty());
  REQUIRE(p.atoms().size() == 3);
  for (std::size_t c = 0; c != 3; ++c) {
    REQUIRE(p.conjuncts()[c].atom < 3);
    CHECK(p.atoms()[p.conjuncts()[c].atom].conjunct == c);
  }
  const auto& first = p.atoms()[p.conjuncts()[0].atom];
  CHECK(first.op == atom_op::equal);
  CHECK(p.paths()[first.path].key == "site");
  CHECK(p.literals()[first.literals.begin].json == "\"A\"");
  const auto& second = p.atoms()[p.conjuncts()[1].atom];
  CHECK(second.op == atom_op::less);
  CHECK(p.paths()[second.path].quoted == "\"battery\"");
  const auto& third = p.atoms()[p.conjuncts()[2].atom];
  CHECK(third.op == atom_op::in);
  CHECK(third.is_negated);
  CHECK(third.literals.size() == 2);
}

TEST_CASE("program: paths are one trie in preorder, atoms in the order of paths") {
  const program p = condition(
      "properties.reported.b.y = 1 AND tags.z = 2 AND properties.reported.b.x = 3 AND tags.a = 4 "
      "AND properties.reported.b = 5");
  REQUIRE(p.paths().size() == 9);  // the document, properties, reported, b, y, x, tags, z, a
  for (std::uint32_t i = 1; i != p.paths().size(); ++i) {
    const auto& path = p.paths()[i];
    CHECK(path.parent < i);
    CHECK(p.paths()[path.parent].end >= path.end);
    CHECK(path.atoms_below.begin <= path.atoms.begin);
    CHECK(path.atoms_below.end >= path.atoms.end);
    for (std::uint32_t a = path.atoms.begin; a != path.atoms.end; ++a) CHECK(p.atoms()[a].path == i);
    std::uint32_t children = 0;
    for (std::uint32_t c = path.first_child; c != no_index; c = p.paths()[c].next) {
      CHECK(p.paths()[c].parent == i);
      ++children;
    }
    std::uint32_t expected = 0;
    for (const auto& other : p.paths()) expected += &other != p.paths().data() && other.parent == i ? 1u : 0u;
    CHECK(children == expected);
  }
  CHECK(p.paths()[0].end == 9);
  CHECK(p.paths()[0].atoms_below.size() == 5);
}

TEST_CASE("program: values are kept only for rows and for what is no atom") {
  const program p =
      compiled("SELECT deviceId, tags.a FROM devices WHERE tags.a = tags.b AND tags.c = 1 ORDER BY tags.d");
  REQUIRE(p.slot_list().size() == 4);
  for (const auto& slot : p.slot_list()) {
    const std::string_view key = p.paths()[slot.path].key;
    CHECK(slot.is_for_rows == (key != "b"));
    CHECK(slot.conjuncts.size() == (key == "a" || key == "b" ? 1u : 0u));
  }
  // Atoms alone come first.
  CHECK(p.conjuncts()[0].atom != no_index);
  CHECK(p.conjuncts()[1].atom == no_index);
  CHECK(p.conjuncts()[1].inputs == 2);
}

TEST_CASE("program: constants are folded, and say the same") {
  CHECK(condition("1 + 1 = 2").conjuncts().empty());
  CHECK(condition("1 + 1 = 3").is_never());
  CHECK(condition("tags.a = 1 AND undefined").is_never());
  CHECK(condition("tags.a = 1 AND (2 > 1)").conjuncts().size() == 1);
  CHECK(condition("tags.a = 1 AND (tags.b = 2 OR true)").conjuncts().size() == 1);
  CHECK(condition("(tags.a = 1 OR false) AND true").conjuncts().size() == 1);
  CHECK(condition("tags.a = tags.b AND (tags.c = 1 AND false)").is_never());
  CHECK(condition("tags.a = tags.b AND (tags.c = 1 AND false)").slot_list().empty());
  CHECK(condition("'a' || 'b' || UPPER('c') = 'abC'").conjuncts().empty());
  CHECK(condition("[1, 'x', [2 + 3]] = [1.0, 'x', [5]]").conjuncts().empty());
  CHECK(condition("1 + 1 = 2", false).conjuncts().size() == 1);
  CHECK_FALSE(condition("1 + 1 = 3", false).is_never());
}

TEST_CASE("program: limits of rows (spec 13)") {
  const auto rows = [](const char* query) {
    const program p = compiled(query);
    return std::pair(p.first_row(), p.end_row());
  };
  constexpr auto all = static_cast<std::uint64_t>(-1);
  CHECK(rows("SELECT * FROM devices") == std::pair<std::uint64_t, std::uint64_t>(0, all));
  CHECK(rows("SELECT TOP 5 * FROM devices") == std::pair<std::uint64_t, std::uint64_t>(0, 5));
  CHECK(rows("SELECT TOP 5 * FROM devices OFFSET 2 LIMIT 9") == std::pair<std::uint64_t, std::uint64_t>(2, 5));
  CHECK(rows("SELECT * FROM devices OFFSET 7 LIMIT 18446744073709551615") ==
        std::pair<std::uint64_t, std::uint64_t>(7, all));
  CHECK(rows("SELECT TOP 5 * FROM devices OFFSET 7 LIMIT 1") == std::pair<std::uint64_t, std::uint64_t>(5, 5));
}

TEST_CASE("program: copies share it, and the hash depends on text and mode only") {
  program a = condition("tags.a = 1");
  const program b = a;
  CHECK(a.atoms().data() == b.atoms().data());
  a = condition("tags.a = 2");
  CHECK(b.literals()[0].value.as_integer() == 1);
  CHECK(b.hash() == condition("tags.a = 1", false).hash());
  CHECK(b.hash() != a.hash());
  CHECK(b.hash() != compiled("SELECT * FROM devices WHERE tags.a = 1", {.mode = doppel::query_mode::hub}).hash());
}

TEST_CASE("program: refused memory is an error and leaves nothing behind") {
  for (const std::string& query :
       {std::string(
            "SELECT tags.a || 'x' AS v, tags.b FROM devices WHERE tags.c = 'a' || 'b' AND tags.d IN [[1, 2], 'x']"),
        "SELECT * FROM devices WHERE " + std::string(100, '(') + "tags.a = 1" + std::string(100, ')'), [] {
          std::string text = "SELECT * FROM devices WHERE tags.k0 = 0";
          for (int i = 1; i != 100; ++i) text += " OR tags.k" + std::to_string(i) + " = tags.l" + std::to_string(i);
          return text;
        }()}) {
    for (int n = 0;; ++n) {
      failing_memory memory;
      memory.until_failure = n;
      {
        const auto p = doppel::compile_query(query, {}, nullptr, {true, doppel::memory_ref(memory)});
        if (p.has_value()) {
          CHECK(memory.taken <= n);
          break;
        }
        CHECK(p.error() == doppel::errc::out_of_memory);
        REQUIRE(n < 100);
      }
      CHECK(memory.outstanding == 0);
    }
  }
}

TEST_CASE("program: large queries take time in proportion") {
  // A quadratic step anywhere would take minutes here.
  std::string many = "SELECT * FROM devices WHERE tags.k0 = 0";
  for (int i = 1; i != 50000; ++i) many += " OR tags.k" + std::to_string(i) + " = " + std::to_string(i);
  const program p = compiled(many);
  CHECK(p.paths().size() == 50002);
  CHECK(p.atoms().size() == 50000);
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  CHECK(matches(p, doppel_test::json(R"({"tags":{"k49999":49999}})"), scratch));
  CHECK_FALSE(matches(p, doppel_test::json(R"({"tags":{"k49999":1}})"), scratch));

  std::string chain = "SELECT * FROM devices WHERE '0'";
  for (int i = 1; i != 50000; ++i) chain += " || tags.k" + std::to_string(i % 10);
  chain += " = 'x'";
  const program q = compiled(chain);
  CHECK(q.piece_count() <= 50000);
  doppel::query_scratch more = doppel_test::scratch_for(q);
  CHECK_FALSE(matches(q, doppel_test::json(R"({"tags":{"k1":"y"}})"), more));

  std::string list = "SELECT * FROM devices WHERE tags.a IN [0";
  for (int i = 1; i != 100000; ++i) list += "," + std::to_string(i);
  const program r = compiled(list + "]");
  CHECK(r.atoms().size() == 1);
}

TEST_CASE("matches: neither allocates nor needs more than the scratch that was prepared") {
  failing_memory memory;
  doppel::query_scratch scratch{doppel::memory_ref(memory)};
  const auto document = doppel_test::json(R"({"deviceId":"d","tags":{"a":"x","b":[1,{"c":[2]}],"n":5}})");
  for (const char* const text :
       {"tags.a = 'x'", "tags.a || UPPER(tags.a) || SUBSTRING(tags.a, 0) = 'xXx' AND tags.b = [1, 2]",
        "[tags.a, tags.n + 1, [tags.b]] = [tags.a, 6, [tags.b]]", "tags.b[1].c = [2] AND tags.n IN [tags.n, tags.a]",
        "LOWER(tags.a || tags.a) LIKE '%x' OR (tags.n ?? 3) > 4"}) {
    for (const bool folds : {true, false}) {
      const program p = condition(text, folds);
      REQUIRE(scratch.prepare(p).has_value());
      CHECK(scratch.is_prepared_for(p));
      const int before = memory.taken;
      for (int i = 0; i != 3; ++i)
        CHECK(matches(p, document, scratch) == (std::string_view(text).find("[1, 2]") == std::string_view::npos));
      CHECK(memory.taken == before);
    }
  }
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/detail/query_grammar.hpp>

#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::query_mode;
using doppel_test::condition_text;
using doppel_test::error_of;
using doppel_test::hub_error_of;

namespace {

bool both_accept(std::string_view query) { return error_of(query).empty() && hub_error_of(query).empty(); }

bool both_say(std::string_view query, std::string_view code) {
  return error_of(query) == code && hub_error_of(query) == code;
}

}  // namespace

TEST_SUITE("query/grammar") {
  TEST_CASE("clauses: what hub mode takes (3)") {
    for (const std::string_view query : {
             "SELECT * FROM devices",
             "select*from devices",
             "SELECT TOP 5 * FROM devices",
             "SELECT TOP(5) * FROM devices",
             "SELECT TOP ( 5 ) FROM devices",
             "SELECT TOP 99999999999999999999999 deviceId FROM devices",
             "SELECT a FROM devices",
             "SELECT a, b.c AS d, COUNT() AS [[e f]] FROM devices GROUP BY a, b.c",
             "SELECT a AS 4g FROM devices",
             "SELECT a FROM devices WHERE b GROUP BY a",
             "SELECT a FROM devices.modules",
             "SELECT * FROM devices . modules",
             "SELECT * FROM devices.jobs WHERE devices.jobs.status = 'x'",
             "SELECT distinct FROM devices",
             "SELECT distinct.a, limit, offset, like, between, escape, modules, jobs FROM devices",
             "SELECT COUNT( ) FROM devices",
             "SELECT AVG(a.b), SUM (c) FROM devices",
         }) {
      CAPTURE(query);
      CHECK(both_accept(query));
    }
  }

  TEST_CASE("clauses: what extended mode adds (3)") {
    for (const std::string_view query : {
             "SELECT DISTINCT a FROM devices",
             "SELECT DISTINCT * FROM devices",
             "SELECT DISTINCT TOP 3 a FROM devices",
             "SELECT a FROM devices ORDER BY a",
             "SELECT a FROM devices ORDER BY a ASC, b + 1 DESC, NOT c",
             "SELECT * FROM devices LIMIT 5",
             "SELECT * FROM devices OFFSET 2 LIMIT 5",
             "SELECT * FROM devices ORDER BY a OFFSET 2 LIMIT 5",
             "SELECT a + 1, 'x', [b] FROM devices",
             "SELECT a OR b AS c FROM devices",
             "SELECT COUNT(*), COUNT(a = 1) AS n, MAX(b + 1) FROM devices",
             "SELECT COUNT() FROM devices GROUP BY a + 1, b[0]",
             "SELECT moduleId, COUNT() FROM devices.modules GROUP BY moduleId",
             "SELECT jobId FROM devices.jobs",
             "SELECT a[0], a['b'].c FROM devices",
         }) {
      CAPTURE(query);
      CHECK(error_of(query) == "");
      CHECK(hub_error_of(query) == "not_supported");
    }
    CHECK(error_of("SELECT d.a FROM devices AS d WHERE d.b = 1") == "");
    CHECK(error_of("SELECT d.a FROM devices d WHERE d.b = 1") == "");
    CHECK(error_of("SELECT d.a FROM devices.modules [[d]] LIMIT 1") == "");
    // Spec/query.md 3: after the source, an unexpected word is a syntax error in hub mode.
    CHECK(hub_error_of("SELECT d.a FROM devices AS d") == "syntax_error");
    CHECK(hub_error_of("SELECT d.a FROM devices d") == "syntax_error");
  }

  TEST_CASE("clauses: what nobody takes (3)") {
    for (const std::string_view query : {
             "",
             " ",
             "SELECT",
             "SELECT *",
             "SELECT FROM devices",
             "SELECT * devices",
             "SELECT * FROM",
             "SELECT * FROM devices.",
             "SELECT * FROM devices WHERE",
             "SELECT *, a FROM devices",
             "SELECT a, * FROM devices",
             "SELECT a, FROM devices",
             "SELECT a b FROM devices",
             "SELECT a AS 'b' FROM devices",
             "SELECT a AS b.c FROM devices",
             "SELECT TOP * FROM devices",
             "SELECT TOP -1 * FROM devices",
             "SELECT TOP 1.5 * FROM devices",
             "SELECT TOP 1e3 * FROM devices",
             "SELECT TOP 0x5 * FROM devices",
             "SELECT TOP (5 * FROM devices",
             "SELECT TOP () * FROM devices",
             "SELECT * FROM devices;",
             "SELECT * FROM devices WHERE a WHERE b",
             "SELECT * FROM devices GROUP a",
             "SELECT a FROM devices GROUP BY",
             "SELECT a FROM devices GROUP BY a,",
             "SELECT a FROM devices GROUP BY a WHERE b",
             "SELECT * FROM devices x y",
             "SELECT * FROM devices, devices.modules",
             "SELECT * FROM 'devices'",
             "SELECT * FROM 5",
             "SELECT * FROM select",
             "UPDATE devices",
             "a = 1",
         }) {
      CAPTURE(query);
      CHECK(both_say(query, "syntax_error"));
    }
    for (const std::string_view query : {
             "SELECT * FROM devices ORDER a",
             "SELECT * FROM devices ORDER BY",
             "SELECT * FROM devices ORDER BY a,",
             "SELECT * FROM devices LIMIT",
             "SELECT * FROM devices LIMIT -1",
             "SELECT * FROM devices LIMIT 1.5",
             "SELECT * FROM devices OFFSET 1",
             "SELECT * FROM devices LIMIT 1 OFFSET 1",
             "SELECT * FROM devices LIMIT 5 WHERE a",
             "SELECT a FROM devices GROUP BY a = 1",
             "SELECT a FROM devices GROUP BY a IN [1]",
             "SELECT a FROM devices GROUP BY a NOT LIKE 'b'",
             "SELECT a FROM devices AS",
         }) {
      CAPTURE(query);
      CHECK(error_of(query) == "syntax_error");
    }
  }

  TEST_CASE("collections (3, 14)") {
    for (const std::string_view query :
         {"SELECT * FROM c", "SELECT * FROM device", "SELECT * FROM [[devices]]", "SELECT * FROM modules",
          "SELECT * FROM devices.module", "SELECT * FROM devices.[[modules]]", "SELECT * FROM devices.tags"}) {
      CAPTURE(query);
      CHECK(both_say(query, "unknown_collection"));
    }
    CHECK(both_accept("SELECT * FROM DEVICES.Modules"));
  }

  TEST_CASE("never supported: joins, HAVING, subqueries (14)") {
    for (const std::string_view query :
         {"SELECT * FROM devices JOIN devices.modules", "SELECT * FROM (SELECT * FROM devices)",
          "SELECT * FROM devices WHERE (SELECT * FROM devices)",
          "SELECT * FROM devices WHERE a IN (SELECT b FROM devices)", "SELECT a FROM devices GROUP BY a HAVING a = 1",
          "SELECT a FROM devices HAVING a = 1", "SELECT * FROM devices WHERE a JOIN devices.modules"}) {
      CAPTURE(query);
      CHECK(both_say(query, "not_supported"));
    }
  }

  TEST_CASE("hub mode: collections other than devices (11.3, 16)") {
    CHECK(hub_error_of("SELECT COUNT() FROM devices.modules") == "not_supported");
    CHECK(hub_error_of("SELECT moduleId FROM devices.modules GROUP BY moduleId") == "not_supported");
    CHECK(hub_error_of("SELECT COUNT() FROM devices.jobs") == "not_supported");
    CHECK(hub_error_of("SELECT jobId FROM devices.jobs") == "not_supported");
    CHECK(hub_error_of("SELECT TOP 5 * FROM devices.jobs") == "");
    CHECK(hub_error_of("SELECT moduleId FROM devices.modules") == "");
  }

  TEST_CASE("reserved words: bare segments and aliases in hub mode (2.3)") {
    for (const std::string_view query :
         {"SELECT * FROM devices WHERE tags.group = 1", "SELECT a.order FROM devices", "SELECT a AS count FROM devices",
          "SELECT * FROM devices WHERE devices.top = 1", "SELECT * FROM devices WHERE a.DEVICES = 1"}) {
      CAPTURE(query);
      CHECK(hub_error_of(query) == "reserved_word");
      CHECK(error_of(query) == "");
    }
    CHECK(hub_error_of("SELECT a AS FROM devices") == "reserved_word");
    CHECK(error_of("SELECT a AS FROM devices") == "syntax_error");
    CHECK(both_accept("SELECT a.[[order]] AS [[count]], tags.modules, tags.like FROM devices"));
    for (const std::string_view query :
         {"SELECT * FROM devices WHERE group = 1", "SELECT order FROM devices",
          "SELECT * FROM devices WHERE startswith = 1", "SELECT * FROM devices WHERE count = 1",
          "SELECT * FROM devices WHERE a = all"}) {
      CAPTURE(query);
      CHECK(both_say(query, "syntax_error"));
    }
    CHECK(both_accept("SELECT * FROM devices WHERE [[group]] = 1"));
  }

  TEST_CASE("precedence (3)") {
    CHECK(condition_text("a OR b AND c") == "(or a (and b c))");
    CHECK(condition_text("a AND b OR c") == "(or (and a b) c)");
    CHECK(condition_text("NOT a = b") == "(not (= a b))");
    CHECK(condition_text("NOT a AND b") == "(and (not a) b)");
    CHECK(condition_text("NOT NOT a") == "(not (not a))");
    CHECK(condition_text("a = 1 AND NOT b = 2 OR c") == "(or (and (= a 1) (not (= b 2))) c)");
    CHECK(condition_text("a + b * c") == "(+ a (* b c))");
    CHECK(condition_text("a * b + c") == "(+ (* a b) c)");
    CHECK(condition_text("a - b - c") == "(- (- a b) c)");
    CHECK(condition_text("a / b * c % d") == "(% (* (/ a b) c) d)");
    CHECK(condition_text("a + b < c * d") == "(< (+ a b) (* c d))");
    CHECK(condition_text("-a * b") == "(* (neg a) b)");
    CHECK(condition_text("- -a") == "(neg (neg a))");
    CHECK(condition_text("+a - -b") == "(- (pos a) (neg b))");
    CHECK(condition_text("a ?? b OR c ?? d") == "(?? (?? a (or b c)) d)");
    CHECK(condition_text("a || b || c = d") == "(= (|| (|| a b) c) d)");
    CHECK(condition_text("a || b + c") == "(+ (|| a b) c)");
    CHECK(condition_text("(a OR b) AND c") == "(and (or a b) c)");
    CHECK(condition_text("a = (b = c)") == "(= a (= b c))");
    CHECK(condition_text("(NOT a) = b") == "(= (not a) b)");
    CHECK(condition_text("a AND b AND c") == "(and (and a b) c)");
    CHECK(condition_text("a <> b") == "(!= a b)");
    CHECK(condition_text("a<=b OR a>=b") == "(or (<= a b) (>= a b))");
  }

  TEST_CASE("IN, BETWEEN and LIKE (3, 9)") {
    CHECK(condition_text("a IN [1, 'x', null]") == "(in a (list 1 'x' null))");
    CHECK(condition_text("a NIN []") == "(not-in a (list))");
    CHECK(condition_text("a NOT IN [1]") == "(not-in a (list 1))");
    CHECK(condition_text("NOT a IN [1]") == "(not (in a (list 1)))");
    CHECK(condition_text("a IN (1, b + 2)") == "(in a (list 1 (+ b 2)))");
    CHECK(condition_text("a IN (b)") == "(in a (list b))");
    CHECK(condition_text("a IN b.c AND d") == "(and (in a b/c) d)");
    CHECK(condition_text("a + 1 IN [2] OR b") == "(or (in (+ a 1) (list 2)) b)");
    CHECK(condition_text("a IN [[1], [2]]") == "(in a (list (list 1) (list 2)))");
    CHECK(condition_text("a IN [[b]]") == "(in a (list (list b)))");
    CHECK(condition_text("a IN [1, [[b]]]") == "(in a (list 1 (list (list b))))");
    CHECK(condition_text("a IN [tags.[[b]]]") == "(in a (list tags/b))");
    CHECK(condition_text("a = [[b]]") == "(= a b)");
    CHECK(condition_text("a = [[1]]") == "(= a (list (list 1)))");
    CHECK(condition_text("a BETWEEN 1 AND 2 AND b") == "(and (between a 1 2) b)");
    CHECK(condition_text("a NOT BETWEEN b + 1 AND c * 2 OR d") == "(or (not-between a (+ b 1) (* c 2)) d)");
    CHECK(condition_text("NOT a BETWEEN 1 AND 2") == "(not (between a 1 2))");
    CHECK(condition_text("a BETWEEN 1 AND 2 AND b BETWEEN 3 AND 4") == "(and (between a 1 2) (between b 3 4))");
    CHECK(condition_text("a BETWEEN (b BETWEEN 1 AND 2) AND 3") == "(between a (between b 1 2) 3)");
    CHECK(condition_text("a LIKE 'x%'") == "(like a 'x%')");
    CHECK(condition_text("a NOT LIKE b || '%' ESCAPE '!' AND c") == "(and (not-like a (|| b '%') '!') c)");
    for (const std::string_view text : {"a IN",
                                        "a IN ]",
                                        "a IN ()",
                                        "a IN [1",
                                        "a IN [1,]",
                                        "a IN (1",
                                        "a NOT b",
                                        "a NOT",
                                        "a NOT = b",
                                        "a BETWEEN 1",
                                        "a BETWEEN 1 OR 2",
                                        "a BETWEEN AND 2",
                                        "a BETWEEN 1 AND",
                                        "a LIKE",
                                        "a LIKE 'x' ESCAPE",
                                        "a ESCAPE 'x'",
                                        "a = b ESCAPE 'x'",
                                        "a LIKE 'x' ESCAPE 'y' ESCAPE 'z'",
                                        "IN [1]",
                                        "a IN [b = c]",
                                        "a IN [NOT b]",
                                        "a IN (b OR c)"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "syntax_error");
    }
  }

  TEST_CASE("comparisons do not chain (3)") {
    for (const std::string_view text : {"a < b < c", "a = b = c", "a = b IN [1]", "a IN [1] = b", "a IN [1] IN [2]",
                                        "a BETWEEN 1 AND 2 = c", "a LIKE b = c", "a = b BETWEEN 1 AND 2",
                                        "a BETWEEN b = c AND d", "a = b LIKE c", "NOT a < b < c", "x OR a < b < c"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "syntax_error");
    }
  }

  TEST_CASE("NOT stands where an expression may, not inside arithmetic (3)") {
    for (const std::string_view text :
         {"a = NOT b", "a + NOT b", "-NOT a", "a IN [NOT b]", "[NOT a] = b", "a[NOT b]"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "syntax_error");
    }
    CHECK(condition_text("a = (NOT b)") == "(= a (not b))");
    CHECK(condition_text("IS_BOOL(NOT a)") == "(IS_BOOL (not a))");
    CHECK(condition_text("a AND NOT b OR NOT c ?? NOT d") == "(?? (or (and a (not b)) (not c)) (not d))");
  }

  TEST_CASE("operands that are none (3)") {
    for (const std::string_view text : {"(",
                                        ")",
                                        "()",
                                        "(a",
                                        "a)",
                                        "a b",
                                        "a =",
                                        "= a",
                                        "AND a",
                                        "a AND",
                                        "a.",
                                        ".a",
                                        "a..b",
                                        "a.'b'",
                                        "a.(b)",
                                        "a 5",
                                        "5 a",
                                        "'a' 'b'",

                                        "IS_NULL(",
                                        "IS_NULL(a",
                                        "IS_NULL(a,",
                                        "IS_NULL(a,)",
                                        "IS_NULL(,a)",
                                        "a.b(c)",
                                        "[",
                                        "[1",
                                        "[1 2]",
                                        "[,1]",
                                        "devices",
                                        "devices = 1",
                                        "devices.modules",
                                        "devices.jobs",
                                        "devices.",
                                        "devices.modules. = 1",
                                        "devices[0]",
                                        "a[",
                                        "a[]",
                                        "a[1",
                                        "a[1,2]",
                                        "a[1]b",
                                        "a[[b]]",
                                        "a [[b]]",
                                        "*",
                                        "a = *",
                                        "a & b",
                                        "a == b",
                                        "a && b",
                                        "!a",
                                        "{a}",
                                        "SELECT",
                                        "a IS NULL"}) {
      CAPTURE(text);
      // A lone * means everything in a bare condition.
      CHECK(condition_text(text) == (text == "*" ? "*" : "syntax_error"));
    }
  }

  TEST_CASE("constants: any case, signs belong to numbers (2.3, 2.7)") {
    CHECK(condition_text("a = TRUE OR b = False OR c = NULL OR d = Undefined") ==
          "(or (or (or (= a true) (= b false)) (= c null)) (= d undefined))");
    CHECK(condition_text("a = -5") == "(= a -5)");
    CHECK(condition_text("a = - -5") == "(= a 5)");
    CHECK(condition_text("a = +5") == "(= a 5)");
    CHECK(condition_text("a - 5") == "(- a 5)");
    CHECK(condition_text("a -5") == "(- a 5)");
    CHECK(condition_text("a-5") == "a-5");
    CHECK(condition_text("5-2") == "(- 5 2)");
    CHECK(condition_text("-(5)") == "-5");
    CHECK(condition_text("-'a'") == "(neg 'a')");
    CHECK(condition_text("-true") == "(neg true)");
    CHECK(condition_text("a = 0x57") == "(= a 87)");
    CHECK(condition_text("a = 0x7fffffffffffffff") == "(= a 9223372036854775807)");
    CHECK(condition_text("a = 0x8000000000000000") == "(= a 9223372036854775808.000000)");
    CHECK(condition_text("a = 9223372036854775807") == "(= a 9223372036854775807)");
    CHECK(condition_text("a = 9223372036854775808") == "(= a 9223372036854775808.000000)");
    CHECK(condition_text("a = 007") == "(= a 7)");
    CHECK(condition_text("a = .5") == "(= a 0.500000)");
    CHECK(condition_text("a = 1e2") == "(= a 100.000000)");
    CHECK(condition_text("a = 1e-400") == "(= a 0.000000)");
    CHECK(condition_text("a = 'x''y\\'z\\\\\\u00e9\\uD83D\\uDE00\"'") == "(= a 'x'y'z\\\xc3\xa9\xf0\x9f\x98\x80\"')");
    CHECK(condition_text("a = \"x\"\"y'\"") == "(= a 'x\"y'')");
  }

  TEST_CASE("calls: any case, white space before the parenthesis, any expression inside (2.2, 10)") {
    CHECK(condition_text("is_defined (a)") == "(IS_DEFINED a)");
    CHECK(condition_text("STARTSWITH(a, 'b')") == "(STARTSWITH a 'b')");
    CHECK(condition_text("STARTS_WITH /* c */ (a, 'b')") == "(STARTSWITH a 'b')");
    CHECK(condition_text("CONCAT(a, b, 'c', d OR e)") == "(CONCAT a b 'c' (or d e))");
    CHECK(condition_text("SUBSTRING(a, 1) = SUBSTRING(a, 1, 2)") == "(= (SUBSTRING a 1) (SUBSTRING a 1 2))");
    CHECK(condition_text("IS_NULL(IS_NULL((a)))") == "(IS_NULL (IS_NULL a))");
  }

  TEST_CASE("subscripts: constants become segments, others elements (4.2.6)") {
    CHECK(condition_text("a[0]") == "a[0]");
    CHECK(condition_text("a[-1].b['c'][\"d\"]") == "a[-1]/b['c']['d']");
    CHECK(condition_text("a[2.0]") == "a[2]");
    CHECK(condition_text("a[1.5]") == "(at: a 1.500000)");
    CHECK(condition_text("a[b.c].d[0] = 1") == "(= (at:d[0] a b/c) 1)");
    CHECK(condition_text("a.b[c[d]].e[f + 1]") == "(at: (at:e a/b (at: c d)) (+ f 1))");
    CHECK(condition_text("a[true]") == "(at: a true)");
    CHECK(condition_text("a ['\\u0062']") == "a['b']");
    CHECK(condition_text("a[b][0].c") == "(at:[0]/c a b)");
    CHECK(condition_text("a[ [1] ]") == "(at: a (list 1))");
  }

  TEST_CASE("hub mode: what it understands and refuses in expressions (14)") {
    for (const std::string_view text : {"a LIKE 'b'",
                                        "a NOT LIKE 'b'",
                                        "a BETWEEN 1 AND 2",
                                        "a NOT BETWEEN 1 AND 2",
                                        "a NOT IN [1]",
                                        "a IN (1)",
                                        "a IN b",
                                        "a IN [b]",
                                        "a IN [1 + 2]",
                                        "a IN [1] || [2]",
                                        "a = [b]",
                                        "a[0]",
                                        "a['b']",
                                        "a || b",
                                        "a ?? b",
                                        "CONTAINS(a, b)",
                                        "STARTS_WITH(a, b)",
                                        "LENGTH(a) = 1",
                                        "ARRAY_LENGTH(a) = 1",
                                        "IS_ARRAY(a)",
                                        "TWIN_CHANGE_INCLUDES(a)"}) {
      CAPTURE(text);
      CHECK(condition_text(text, {.mode = query_mode::hub}) == "not_supported");
    }
    CHECK(condition_text("a IN [1, -2, 'x', [null, [undefined]]]", {.mode = query_mode::hub}) ==
          "(in a (list 1 -2 'x' (list null (list undefined))))");
    CHECK(condition_text("ARRAY_CONTAINS(a, b + 1) AND a = [1]", {.mode = query_mode::hub}) ==
          "(and (ARRAY_CONTAINS a (+ b 1)) (= a (list 1)))");
  }

  TEST_CASE("functions: names and numbers of arguments (10)") {
    for (const std::string_view text : {"FOO(a)", "isdefined(a)", "a(b)", "udf(a)", "STDEV(a)"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "unknown_function");
      CHECK(condition_text(text, {.mode = query_mode::hub}) == "unknown_function");
    }
    for (const std::string_view text : {"IS_DEFINED()", "IS_DEFINED(a, b)", "STARTSWITH(a)", "STARTSWITH(a, b, c)",
                                        "ARRAY_CONTAINS(a)", "IS_NULL()"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "wrong_arity");
      CHECK(condition_text(text, {.mode = query_mode::hub}) == "wrong_arity");
    }
    for (const std::string_view text : {"CONCAT()", "CONCAT(a)", "SUBSTRING(a)", "SUBSTRING(a,1,2,3)", "POWER(a)",
                                        "ABS(a,b)", "ARRAY_LENGTH()", "INDEX_OF(a)"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "wrong_arity");
    }
    CHECK(condition_text("TWIN_CHANGE_INCLUDES(a)") == "not_supported");
  }

  TEST_CASE("aggregates: alone in the select list (11.1)") {
    for (const std::string_view query :
         {"SELECT * FROM devices WHERE COUNT() > 1", "SELECT * FROM devices WHERE a = MAX(b)",
          "SELECT COUNT() FROM devices GROUP BY COUNT()", "SELECT MAX(COUNT()) FROM devices",
          "SELECT SUM(MAX(a)) FROM devices"}) {
      CAPTURE(query);
      CHECK(both_say(query, "aggregate_misplaced"));
    }
    for (const std::string_view query :
         {"SELECT COUNT() + 1 FROM devices", "SELECT 1 + COUNT() FROM devices", "SELECT -SUM(a) FROM devices",
          "SELECT ABS(SUM(a)) FROM devices", "SELECT NOT COUNT() FROM devices", "SELECT MAX(a) = 1 FROM devices",
          "SELECT MAX(a) IN [1] FROM devices", "SELECT (COUNT()) FROM devices", "SELECT [COUNT()] FROM devices"}) {
      CAPTURE(query);
      CHECK(error_of(query) == "not_supported");
      CHECK(hub_error_of(query) == "not_supported");
    }
    CHECK(both_say("SELECT AVG() FROM devices", "wrong_arity"));
    CHECK(both_say("SELECT MAX(a, b) FROM devices", "wrong_arity"));
    CHECK(error_of("SELECT COUNT(a, b) FROM devices") == "wrong_arity");
    CHECK(both_say("SELECT AVG(*) FROM devices", "syntax_error"));
    CHECK(error_of("SELECT COUNT(*, a) FROM devices") == "syntax_error");
    CHECK(hub_error_of("SELECT MAX(a + 1) FROM devices") == "not_supported");
    CHECK(error_of("SELECT * FROM devices ORDER BY COUNT()") == "aggregate_misplaced");
    CHECK(error_of("SELECT a FROM devices GROUP BY a ORDER BY COUNT() DESC, MAX(b)") == "");
    CHECK(error_of("SELECT a FROM devices GROUP BY a ORDER BY COUNT() + 1") == "not_supported");
  }

  TEST_CASE("bare conditions (16.2)") {
    CHECK(condition_text("*") == "*");
    CHECK(condition_text(" * ") == "*");
    CHECK(condition_text("deviceId IN ['a','b']", {.mode = query_mode::hub}) == "(in deviceId (list 'a' 'b'))");
    for (const std::string_view text : {"", " ", "* a", "WHERE a", "SELECT * FROM devices", "a;", "a, b"}) {
      CAPTURE(text);
      CHECK(condition_text(text) == "syntax_error");
    }
  }
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin.hpp>

#include <support/model.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

// What text is JSON and what is not, decision by decision, and what else section 4 says about the text of a
// section. A name starts with y_ (RFC 8259 accepts), n_ (it refuses), i_ (it leaves it open; here is our
// decision) or r_ (it is JSON, a rule of twins speaks). Each text goes in as a device's reported patch onto
// an empty section.
namespace {

using namespace std::string_view_literals;

struct text_case {
  const char* name;
  std::string_view text;
  std::string_view reason;  // empty: accepted
};

constexpr std::string_view good{};
constexpr std::string_view bad = "malformed-json";

const text_case grammar_cases[] = {
    {"y_empty_object", R"({})"sv, good},
    {"y_all_kinds_of_space", " \t\n\r{ \t\n\r\"a\" \t\n\r: \t\n\r1 \t\n\r, \"b\":[ \t\n\r] \t\n\r} \t\n\r"sv,
     good},
    {"y_no_space", R"({"a":{"b":[1,"x",{"c":false}]},"d":true})"sv, good},
    {"y_space_in_empty_array", R"({"a":[ ]})"sv, good},
    {"y_space_in_empty_object", "{\"a\":{\n}}"sv, good},
    {"y_newline_only_lines", "\n\n{\n\n\"a\"\n:\n1\n}\n\n"sv, good},
    {"y_array_of_arrays", R"({"a":[[],[[]],[1,[2]]]})"sv, good},
    {"y_words", R"({"a":true,"b":false,"c":[true,false]})"sv, good},
    {"n_nothing", ""sv, bad},
    {"n_only_space", " \n\t "sv, bad},
    {"n_open_brace", "{"sv, bad},
    {"n_close_brace", "}"sv, bad},
    {"n_open_bracket", "["sv, bad},
    {"n_colon", ":"sv, bad},
    {"n_comma", ","sv, bad},
    {"n_brace_and_comma", "{,}"sv, bad},
    {"n_leading_comma", R"({,"a":1})"sv, bad},
    {"n_trailing_comma_in_object", R"({"a":1,})"sv, bad},
    {"n_trailing_comma_in_array", R"({"a":[1,]})"sv, bad},
    {"n_leading_comma_in_array", R"({"a":[,1]})"sv, bad},
    {"n_double_comma_in_array", R"({"a":[1,,2]})"sv, bad},
    {"n_only_comma_in_array", R"({"a":[,]})"sv, bad},
    {"n_double_comma_in_object", R"({"a":1,,"b":2})"sv, bad},
    {"n_missing_comma_in_object", R"({"a":1 "b":2})"sv, bad},
    {"n_missing_comma_in_array", R"({"a":[1 2]})"sv, bad},
    {"n_missing_comma_between_strings", R"({"a":["x""y"]})"sv, bad},
    {"n_missing_colon", R"({"a" 1})"sv, bad},
    {"n_missing_value", R"({"a":})"sv, bad},
    {"n_missing_value_before_comma", R"({"a":,"b":1})"sv, bad},
    {"n_missing_key", R"({:1})"sv, bad},
    {"n_only_a_key", R"({"a"})"sv, bad},
    {"n_key_and_comma", R"({"a","b"})"sv, bad},
    {"n_double_colon", R"({"a"::1})"sv, bad},
    {"n_equals_sign", R"({"a"=1})"sv, bad},
    {"n_two_values", R"({"a":1 2})"sv, bad},
    {"n_bare_key", R"({a:1})"sv, bad},
    {"n_number_as_key", R"({1:1})"sv, bad},
    {"n_null_as_key", R"({null:1})"sv, bad},
    {"n_object_as_key", R"({{}:1})"sv, bad},
    {"n_single_quotes", R"({'a':1})"sv, bad},
    {"n_object_never_closed", R"({"a":1)"sv, bad},
    {"n_inner_object_never_closed", R"({"a":{"b":1})"sv, bad},
    {"n_array_never_closed", R"({"a":[1)"sv, bad},
    {"n_array_never_closed_after_comma", R"({"a":[1,)"sv, bad},
    {"n_ends_after_key", R"({"a")"sv, bad},
    {"n_ends_after_colon", R"({"a":)"sv, bad},
    {"n_ends_after_comma", R"({"a":1,)"sv, bad},
    {"n_array_closed_by_brace", R"({"a":[1}})"sv, bad},
    {"n_object_closed_by_bracket", R"({"a":{"b":1]})"sv, bad},
    {"n_object_closed_by_bracket_at_the_end", R"({"a":1])"sv, bad},
    {"n_colon_in_array", R"({"a":["b":1]})"sv, bad},
    {"n_one_brace_too_many", R"({"a":1}})"sv, bad},
    {"n_one_bracket_too_many", R"({"a":[1]]})"sv, bad},
    {"n_second_object", R"({"a":1}{"b":2})"sv, bad},
    {"n_second_object_on_next_line", "{\"a\":1}\n{\"b\":2}"sv, bad},
    {"n_text_behind", R"({"a":1} x)"sv, bad},
    {"n_comma_behind", R"({"a":1},)"sv, bad},
    {"n_quote_behind", R"({"a":1}")"sv, bad},
    {"n_number_behind", R"({}0)"sv, bad},
    {"n_text_before", R"(x{"a":1})"sv, bad},
    {"n_line_comment", "{\"a\":1}//x"sv, bad},
    {"n_block_comment", R"({"a":/*x*/1})"sv, bad},
    {"n_hash_comment", "{\"a\":1 #x\n}"sv, bad},
    {"n_nul_behind", "{\"a\":1}\0"sv, bad},
    {"n_nul_before", "\0{\"a\":1}"sv, bad},
    {"n_nul_inside", "{\"a\":\0 1}"sv, bad},
    {"n_nul_behind_number", "{\"a\":1\0}"sv, bad},
    {"n_nul_behind_word", "{\"a\":[true\0,1]}"sv, bad},
    {"n_nul_behind_last_number", "{\"a\":1}\0\0"sv, bad},
    {"n_nul_behind_string", "{\"a\":\"x\"\0}"sv, bad},
    {"n_nul_behind_key", "{\"a\"\0:1}"sv, bad},
    {"n_nul_behind_top_level_number", "5\0"sv, bad},
    {"n_vertical_tab_as_space", "{\"a\":\v1}"sv, bad},
    {"n_form_feed_as_space", "{\f\"a\":1}"sv, bad},
    {"n_no_break_space_as_space",
     "{\"a\":\xC2\xA0"
     "1}"sv,
     bad},
    {"n_line_separator_as_space", "{\"a\":1\xE2\x80\xA8}"sv, bad},
    {"n_escape_outside_string", R"({"a":\n1})"sv, bad},
    {"n_word_true_short", R"({"a":tru})"sv, bad},
    {"n_word_true_long", R"({"a":truee})"sv, bad},
    {"n_word_true_upper", R"({"a":True})"sv, bad},
    {"n_word_false_short", R"({"a":fals})"sv, bad},
    {"n_word_null_short", R"({"a":nul})"sv, bad},
    {"n_word_null_long", R"({"a":nullx})"sv, bad},
    {"n_word_null_upper", R"({"a":NULL})"sv, bad},
    {"n_word_glued_to_number", R"({"a":true1})"sv, bad},
    {"n_word_glued_to_string", R"({"a":[true"x"]})"sv, bad},
    {"n_word_undefined", R"({"a":undefined})"sv, bad},
    {"n_nan", R"({"a":NaN})"sv, bad},
    {"n_infinity", R"({"a":Infinity})"sv, bad},
    {"n_minus_infinity", R"({"a":-Infinity})"sv, bad},
    {"n_minus_nan", R"({"a":-NaN})"sv, bad},
    {"i_byte_order_mark", "\xEF\xBB\xBF{\"a\":1}"sv, bad},
    {"n_byte_order_mark_behind", "{\"a\":1}\xEF\xBB\xBF"sv, bad},
    {"n_utf16_little_endian", "{\0}\0"sv, bad},
};

const text_case number_cases[] = {
    {"y_zero", R"({"a":0})"sv, good},
    {"y_minus_zero", R"({"a":-0})"sv, good},
    {"y_minus_zero_point_zero", R"({"a":-0.0})"sv, good},
    {"y_integer_before_space", "{\"a\":1 \n}"sv, good},
    {"y_fraction", R"({"a":123.456})"sv, good},
    {"y_fraction_ends_in_zeros", R"({"a":1.500})"sv, good},
    {"y_exponent", R"({"a":1e5,"b":1E5,"c":1e+5,"d":1E-5,"e":0e0,"f":1.5e10})"sv, good},
    {"y_exponent_with_leading_zeros", R"({"a":1e0005})"sv, good},
    {"y_largest_double", R"({"a":1.7976931348623157e308,"b":-1.7976931348623157e308})"sv, good},
    {"y_rounds_to_the_largest_double", R"({"a":1.7976931348623158e308})"sv, good},
    {"y_smallest_double", R"({"a":4.9e-324,"b":2.2250738585072014e-308})"sv, good},
    {"i_too_small_for_a_double", R"({"a":1e-400,"b":-1e-99999})"sv, good},
    {"i_zero_with_a_large_exponent", R"({"a":0e999,"b":0.000e99999})"sv, good},
    {"y_small_number_with_large_exponent", R"({"a":0.0001e311})"sv, good},
    {"y_many_digits_behind_the_point",
     "{\"a\":0.1234567890123456789012345678901234567890123456789012345678901234567890}"sv, good},
    {"y_many_digits_and_a_point", "{\"a\":123456789012345678901234567890.5}"sv, good},
    {"i_beyond_double", R"({"a":1e309})"sv, bad},
    {"i_beyond_double_by_rounding", R"({"a":1.7976931348623159e308})"sv, bad},
    {"i_beyond_double_negative", R"({"a":-1e999})"sv, bad},
    {"i_beyond_double_in_array", R"({"a":[1,2e308]})"sv, bad},
    {"i_beyond_double_with_huge_exponent", R"({"a":1e99999999999999999999})"sv, bad},
    {"i_beyond_double_with_leading_zeros", R"({"a":0.001e999})"sv, bad},
    {"n_plus_sign", R"({"a":+1})"sv, bad},
    {"n_only_minus", R"({"a":-})"sv, bad},
    {"n_double_minus", R"({"a":--1})"sv, bad},
    {"n_minus_and_space", R"({"a":- 1})"sv, bad},
    {"n_leading_zero", R"({"a":01})"sv, bad},
    {"n_minus_leading_zero", R"({"a":-01})"sv, bad},
    {"n_two_zeros", R"({"a":00})"sv, bad},
    {"n_leading_zero_and_point", R"({"a":01.5})"sv, bad},
    {"n_point_first", R"({"a":.5})"sv, bad},
    {"n_minus_and_point", R"({"a":-.5})"sv, bad},
    {"n_point_last", R"({"a":5.})"sv, bad},
    {"n_point_and_exponent", R"({"a":5.e1})"sv, bad},
    {"n_two_points", R"({"a":1.2.3})"sv, bad},
    {"n_exponent_empty", R"({"a":1e})"sv, bad},
    {"n_exponent_only_sign", R"({"a":1e+})"sv, bad},
    {"n_exponent_two_signs", R"({"a":1e+-1})"sv, bad},
    {"n_exponent_twice", R"({"a":1e1e1})"sv, bad},
    {"n_exponent_with_point", R"({"a":1e1.5})"sv, bad},
    {"n_exponent_first", R"({"a":e1})"sv, bad},
    {"n_zero_and_letter", R"({"a":0x1})"sv, bad},
    {"n_letter_behind", R"({"a":1a})"sv, bad},
    {"n_suffix", R"({"a":1.0f})"sv, bad},
    {"n_thousands_mark", R"({"a":1_000})"sv, bad},
    {"n_space_inside", R"({"a":1 000})"sv, bad},
    {"n_comma_as_point", R"({"a":1,5})"sv, bad},
    {"n_full_width_digit", "{\"a\":\xEF\xBC\x91}"sv, bad},
    {"n_number_glued_to_string", R"({"a":1"b"})"sv, bad},
    {"r_largest_integer", R"({"a":4503599627370495})"sv, good},
    {"r_smallest_integer", R"({"a":-4503599627370496})"sv, good},
    {"r_integer_too_large", R"({"a":4503599627370496})"sv, "integer-range"},
    {"r_integer_too_small", R"({"a":-4503599627370497})"sv, "integer-range"},
    {"r_integer_of_20_digits", R"({"a":18446744073709551616})"sv, "integer-range"},
    {"r_integer_wraps_to_zero", R"({"a":18446744073709551616000})"sv, "integer-range"},
    {"r_integer_wraps_to_one", R"({"a":18446744073709551617})"sv, "integer-range"},
    {"r_integer_of_40_digits", R"({"a":[-1234567890123456789012345678901234567890]})"sv, "integer-range"},
    {"r_whole_float_has_no_range", R"({"a":4503599627370497.0,"b":-9e15,"c":9007199254740993E0})"sv, good},
};

const text_case string_cases[] = {
    {"y_all_escapes", R"({"a":"\"\\\/\b\f\n\r\t"})"sv, good},
    {"y_unicode_escapes", R"({"a":"\u0041\u00e9\u00E9\u20AC\u0000\u001f\uffff"})"sv, good},
    {"y_surrogate_pair", R"({"a":"\ud83d\ude80\uD83D\uDE80\uDBFF\uDFFF"})"sv, good},
    {"y_raw_characters",
     "{\"a\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80\x7F\xC2\x80\xE2\x80\xA8\xEF\xBF\xBE\xF4\x8F\xBF\xBF\"}"sv,
     good},
    {"y_escaped_backslash_before_quote", R"({"a":"\\","b":"\\\\\"","c":"\\\\"})"sv, good},
    {"y_looks_like_structure", R"({"a":"{\"b\":[1,2]} // /* , : ]"})"sv, good},
    {"y_escaped_u_behind_backslash", R"({"a":"\\ud800"})"sv, good},
    {"y_empty_strings", R"({"":"","a":["",""]})"sv, good},
    {"n_raw_newline", "{\"a\":\"x\ny\"}"sv, bad},
    {"n_raw_tab", "{\"a\":\"x\ty\"}"sv, bad},
    {"n_raw_nul", "{\"a\":\"x\0y\"}"sv, bad},
    {"n_raw_unit_separator", "{\"a\":\"x\x1Fy\"}"sv, bad},
    {"n_raw_newline_in_key", "{\"x\ny\":1}"sv, bad},
    {"n_unclosed", R"({"a":"x)"sv, bad},
    {"n_unclosed_after_backslash", "{\"a\":\"x\\"sv, bad},
    {"n_closing_quote_escaped", R"({"a":"x\"})"sv, bad},
    {"n_unclosed_key", R"({"a)"sv, bad},
    {"n_escape_unknown", R"({"a":"\x41"})"sv, bad},
    {"n_escape_upper_u", R"({"a":"\U0041"})"sv, bad},
    {"n_escape_single_quote", R"({"a":"\'"})"sv, bad},
    {"n_escape_nul", R"({"a":"\0"})"sv, bad},
    {"n_escape_vertical_tab", R"({"a":"\v"})"sv, bad},
    {"n_escape_line_break", "{\"a\":\"\\\n\"}"sv, bad},
    {"n_escape_non_ascii", "{\"a\":\"\\\xC3\xA9\"}"sv, bad},
    {"n_escape_unknown_in_key", R"({"\a":1})"sv, bad},
    {"n_escape_unknown_in_array", R"({"a":["\q"]})"sv, bad},
    {"n_u_no_digits", R"({"a":"\u"})"sv, bad},
    {"n_u_three_digits", R"({"a":"\u004"})"sv, bad},
    {"n_u_bad_digit", R"({"a":"\u004g"})"sv, bad},
    {"n_u_sign", R"({"a":"\u+041"})"sv, bad},
    {"n_u_space", R"({"a":"\u 041"})"sv, bad},
    {"n_u_braces", R"({"a":"\u{41}"})"sv, bad},
    {"n_u_cut_by_end", R"({"a":"\u00)"sv, bad},
    {"n_u_cut_by_quote_in_key", R"({"\u00":1})"sv, bad},
    {"i_lone_high_surrogate", R"({"a":"\ud800"})"sv, bad},
    {"i_lone_low_surrogate", R"({"a":"\udc00"})"sv, bad},
    {"i_high_surrogate_and_text", R"({"a":"\ud800x"})"sv, bad},
    {"i_high_surrogate_and_other_escape", R"({"a":"\ud800\n"})"sv, bad},
    {"i_two_high_surrogates", R"({"a":"\ud800\ud800"})"sv, bad},
    {"i_surrogates_swapped", R"({"a":"\ude80\ud83d"})"sv, bad},
    {"i_surrogate_pair_half_written", R"({"a":"\ud83d\ude8"})"sv, bad},
    {"i_high_surrogate_and_letter_escape", R"({"a":"\ud83d\u0041"})"sv, bad},
    {"i_lone_surrogate_in_key", R"({"\ud800":1})"sv, bad},
    {"i_lone_surrogate_in_array", R"({"a":["\udfff"]})"sv, bad},
    {"i_lone_surrogate_in_deleted_key", R"({"a\ud800":null})"sv, bad},
    {"n_utf8_lone_continuation", "{\"a\":\"\x80\"}"sv, bad},
    {"n_utf8_never_used_byte", "{\"a\":\"\xFF\"}"sv, bad},
    {"n_utf8_overlong_two", "{\"a\":\"\xC0\xAF\"}"sv, bad},
    {"n_utf8_overlong_three", "{\"a\":\"\xE0\x80\xAF\"}"sv, bad},
    {"n_utf8_overlong_four", "{\"a\":\"\xF0\x80\x80\xAF\"}"sv, bad},
    {"n_utf8_overlong_nul", "{\"a\":\"\xC0\x80\"}"sv, bad},
    {"n_utf8_surrogate", "{\"a\":\"\xED\xA0\x80\"}"sv, bad},
    {"n_utf8_surrogate_pair", "{\"a\":\"\xED\xA0\xBD\xED\xBA\x80\"}"sv, bad},
    {"n_utf8_beyond_unicode", "{\"a\":\"\xF4\x90\x80\x80\"}"sv, bad},
    {"n_utf8_five_bytes", "{\"a\":\"\xF8\x88\x80\x80\x80\"}"sv, bad},
    {"n_utf8_cut_short", "{\"a\":\"\xE2\x82\"}"sv, bad},
    {"n_utf8_cut_by_end_of_text", "{\"a\":\"\xF0\x9F\x9A"sv, bad},
    {"n_utf8_latin_1", "{\"a\":\"caf\xE9\"}"sv, bad},
    {"n_utf8_in_key", "{\"\xC3\":1}"sv, bad},
    {"n_utf8_outside_strings", "{\"a\":1\x80}"sv, bad},
};

const text_case rule_cases[] = {
    {"r_null", R"(null)"sv, "section-not-object"},
    {"r_array", R"([])"sv, "section-not-object"},
    {"r_array_with_content", R"([{"a":1}])"sv, "section-not-object"},
    {"r_string", R"("{}")"sv, "section-not-object"},
    {"r_number", R"( -12.5 )"sv, "section-not-object"},
    {"r_true", R"(true)"sv, "section-not-object"},
    {"n_array_not_closed", R"([1)"sv, bad},
    {"n_word_at_top", R"(nope)"sv, bad},
    {"n_number_at_top", R"(01)"sv, bad},
    {"n_lone_surrogate_at_top", R"("\ud800")"sv, bad},
    {"r_key_empty", R"({"":{"":1}})"sv, good},
    {"r_key_space_by_escape", R"({"a\u0020b":1})"sv, "key-character"},
    {"r_key_dollar_by_escape", R"({"\u0024version":1})"sv, "key-character"},
    {"r_key_hash_by_escape", R"({"a":{"\u0023":1}})"sv, "key-character"},
    {"r_key_tab_by_short_escape", R"({"a\tb":1})"sv, "key-character"},
    {"r_key_nul_by_escape", R"({"a\u0000":1})"sv, "key-character"},
    {"r_key_delete_by_escape", R"({"\u007f":1})"sv, "key-character"},
    {"r_key_c1_by_escape", R"({"\u0085":1})"sv, "key-character"},
    {"r_key_no_break_space_by_escape", R"({"\u00A0":1})"sv, "key-character"},
    {"r_key_ogham_space", "{\"\xE1\x9A\x80\":1}"sv, "key-character"},
    {"r_key_en_quad", "{\"\xE2\x80\x80\":1}"sv, "key-character"},
    {"r_key_hair_space", "{\"x\xE2\x80\x8Ay\":1}"sv, "key-character"},
    {"r_key_zero_width_space", "{\"x\xE2\x80\x8By\":1}"sv, good},
    {"r_key_line_separator", R"({"\u2028":1})"sv, "key-character"},
    {"r_key_paragraph_separator", "{\"\xE2\x80\xA9\":1}"sv, "key-character"},
    {"r_key_narrow_no_break_space", "{\"\xE2\x80\xAF\":1}"sv, "key-character"},
    {"r_key_mathematical_space", "{\"\xE2\x81\x9F\":1}"sv, "key-character"},
    {"r_key_word_joiner", "{\"\xE2\x81\xA0\":1}"sv, good},
    {"r_key_ideographic_space", R"({"\u3000":1})"sv, "key-character"},
    {"r_key_byte_order_mark", "{\"\xEF\xBB\xBF\":1}"sv, good},
    {"r_key_soft_hyphen_and_neighbours",
     "{\"\xC2\xAD\":1,\"\xC2\xA1\":2,\"\xE1\x9A\x81\":3,\"\xE3\x80\x81\":4}"sv, good},
    {"r_key_quote_backslash_slash", R"({"\"":1,"\\":2,"\/":3})"sv, good},
    {"r_key_astral_by_escape", R"({"\ud83d\ude80":1})"sv, good},
    {"r_key_in_array", R"({"a":[[{"x":{"y.z":1}}]]})"sv, "key-character"},
    {"r_key_of_deletion", R"({"a":{"y z":null}})"sv, "key-character"},
    {"r_own_members_of_a_device", R"({"$metadata":{}})"sv, "key-character"},
    {"r_null_in_array", R"({"a":[1,null]})"sv, "null-in-array"},
    {"r_null_deep_under_array", R"({"a":{"b":[{"c":[{"d":null}]}]}})"sv, "null-in-array"},
    {"r_null_member", R"({"a":null,"b":{"c":null}})"sv, good},
    {"r_depth_of_objects", R"({"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9":{"10":{"11":1}}}}}}}}}}})"sv,
     good},
    {"r_depth_of_objects_exceeded",
     R"({"1":{"2":{"3":{"4":{"5":{"6":{"7":{"8":{"9":{"10":{"11":{}}}}}}}}}}}})"sv, "depth"},
    {"r_depth_of_arrays", R"({"1":[[[[[[[[[[1]]]]]]]]]]})"sv, good},
    {"r_depth_of_arrays_exceeded", R"({"1":[[[[[[[[[[[]]]]]]]]]]]})"sv, "depth"},
    {"r_depth_mixed_exceeded", R"({"1":[{"3":[{"5":[{"7":[{"9":[{"11":[]}]}]}]}]}]})"sv, "depth"},
    {"r_duplicate_last_wins", R"({"a":1,"a":2,"a":3})"sv, good},
    {"r_duplicate_by_escape", R"({"a":1,"\u0061":2,"b":{"c":1,"\u0063":{}}})"sv, good},
    {"r_duplicate_nested_in_dropped", R"({"a":{"b":1,"b":2},"a":{"c":1}})"sv, good},
    {"r_duplicate_in_array", R"({"x":[{"a":1,"b":2,"a":3}]})"sv, good},
    {"r_duplicate_earlier_breaks_a_rule", R"({"a":[null],"a":1})"sv, good},
    {"r_duplicate_earlier_too_deep", R"({"a":[[[[[[[[[[[]]]]]]]]]]],"a":1})"sv, good},
    {"r_duplicate_earlier_out_of_range", R"({"a":99999999999999999999,"a":1})"sv, good},
    {"r_duplicate_earlier_has_bad_key", R"({"a":{"x y":1},"a":1})"sv, good},
    {"r_duplicate_earlier_null_in_array", R"({"x":[{"a":null,"a":1}]})"sv, good},
    {"r_duplicate_earlier_too_deep_in_array", R"({"x":[{"a":[[[[[[[[[]]]]]]]]],"a":1}]})"sv, good},
    {"r_duplicate_earlier_out_of_range_in_array", R"({"x":[{"a":[99999999999999999999],"b":2,"a":1}]})"sv,
     good},
    {"r_duplicate_earlier_bad_key_in_array", R"({"x":[{"a":{"y z":1},"a":1}]})"sv, good},
    {"r_duplicate_earlier_integer_in_array", R"({"x":[{"a":99999999999999999999,"a":1}]})"sv, good},
    {"r_duplicate_earlier_array_at_the_bottom", R"({"1":[[[[[[[[[{"a":[],"a":1}]]]]]]]]]})"sv, good},
    {"r_duplicate_in_dropped_in_array", R"({"x":[{"a":{"b":1,"b":null},"c":1,"a":1,"c":[]}]})"sv, good},
    {"r_duplicate_earlier_bad_then_bad", R"({"x":[{"a":null,"a":1},null]})"sv, "null-in-array"},
    {"r_duplicate_later_breaks_a_rule", R"({"a":1,"a":[null]})"sv, "null-in-array"},
    {"r_duplicate_later_breaks_a_rule_in_array", R"({"x":[{"a":1,"a":null}]})"sv, "null-in-array"},
    {"r_duplicate_middle_breaks_a_rule", R"({"a":1,"a":[null],"a":2})"sv, good},
    {"n_duplicate_earlier_is_malformed", R"({"a":"\ud800","a":1})"sv, bad},
    {"n_duplicate_earlier_beyond_double", R"({"a":1e999,"a":1})"sv, bad},
    {"n_duplicate_earlier_malformed_too_deep", R"({"a":[[[[[[[[[[[[01]]]]]]]]]]]],"a":1})"sv, bad},
    {"n_rule_before_text", R"({"a b":1,"c":01})"sv, bad},
    {"n_text_too_deep_and_unclosed", R"({"a":[[[[[[[[[[[[[1]})"sv, bad},
    {"n_text_under_bad_key", R"({"a b":{"c":[1,]}})"sv, bad},
};

struct position_case {
  const char* name;
  std::string_view text;
  std::string_view reason;
  std::uint64_t offset;
  std::string_view path;
};

const position_case position_cases[] = {
    {"empty text", ""sv, bad, 0, ""},
    {"text behind the value", R"({"a":1} x)"sv, bad, 8, ""},
    {"unknown word", R"({"a":{"b":tru}})"sv, bad, 10, "a.b"},
    {"bad number in an array", R"({"a":[1,2,03]})"sv, bad, 10, "a[2]"},
    {"number beyond double", R"({"a":{"b":[{"c":1e999}]}})"sv, bad, 16, "a.b[0].c"},
    {"missing colon", R"({"a" 1})"sv, bad, 5, "a"},
    {"missing value", R"({"a":1,"b":})"sv, bad, 11, "b"},
    {"member name missing", R"({"a":1,2})"sv, bad, 7, ""},
    {"missing comma in an object", R"({"a":1 "b":2})"sv, bad, 7, "a"},
    {"closed by the wrong bracket", R"({"a":[1}})"sv, bad, 7, "a[0]"},
    {"broken escape", R"({"a":"xyz\q"})"sv, bad, 9, "a"},
    {"broken escape in a key", R"({"a":{"k\x":1}})"sv, bad, 8, "a.[[k\\x]]"},
    {"keys written with escapes", R"({"\u0061\u002eb":{"\u00e9":nul}})"sv, bad, 27, "[[a.b]].\xC3\xA9"},
    {"lone surrogate in an array", R"({"a":["x","y\ud800"]})"sv, bad, 12, "a[1]"},
    {"raw control character", "{\"a\":\"x\ny\"}"sv, bad, 7, "a"},
    {"ill-formed UTF-8", "{\"a\":\"caf\xE9\"}"sv, bad, 9, "a"},
    {"string without end", R"({"a":1,"b":"xyz)"sv, bad, 11, "b"},
    {"section is an array", R"( [1])"sv, "section-not-object", 1, ""},
    {"key with a dot", R"({"a":1,"b":{"c.d":1}})"sv, "key-character", 12, "b.[[c.d]]"},
    {"key with a space", R"({"x y":1})"sv, "key-character", 1, "[[x y]]"},
    {"key in an array", R"({"a":[0,{"$b":1}]})"sv, "key-character", 9, "a[1].$b"},
    {"integer out of range", R"({"a":{"b":9007199254740993}})"sv, "integer-range", 10, "a.b"},
    {"integer in an array", R"({"a":[1,-9007199254740993]})"sv, "integer-range", 8, "a[1]"},
    {"null in an array", R"({"a":{"b":[1,null]}})"sv, "null-in-array", 13, "a.b[1]"},
    {"null under an array", R"({"a":[{"b":null}]})"sv, "null-in-array", 11, "a[0].b"},
    {"too deep", R"({"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"j":{"k":[]}}}}}}}}}}})"sv, "depth", 55,
     "a.b.c.d.e.f.g.h.i.j.k"},
    {"the first of several", R"({"a":[null],"b c":1})"sv, "null-in-array", 6, "a[0]"},
    {"not the dropped one", R"({"a":[null],"a":1,"b":[null]})"sv, "null-in-array", 23, "b[0]"},
};

using namespace doppel_test;

const doppel::timestamp created_at = doppel::parse_timestamp("2024-05-01T10:00:00Z").value();

doppel::twin fresh_twin() {
  doppel::identity who;
  who.device_id = "pump-1";
  return doppel::twin::create(who, created_at).value();
}

doppel::write_options default_options() {
  doppel::write_options options;
  options.now = created_at;
  return options;
}

std::string reason_of(const boost::system::error_code& why) {
  return std::string(doppel::service_error_of(static_cast<doppel::errc>(why.value())).reason);
}

node reported_content(const doppel::twin& twin) {
  doppel::text_buffer out;
  node view;
  REQUIRE(write_device_view(twin, out));
  REQUIRE(read_json(out.view(), view));
  node content = *view.find("reported");
  content.erase("$version");
  return content;
}

// The same text in four settings: whatever stands in the text's neighbourhood in memory must not matter.
void check_case(const text_case& c) {
  const std::string name = c.name;
  CAPTURE(name);
  model_twin model = model_twin::create("pump-1", "", 1);
  const model_result expected = model.merge_reported(c.text, 2);
  REQUIRE((c.reason.empty() ? expected.accepted() : expected.refused.count(std::string(c.reason)) == 1));
  for (const std::string_view around : {""sv, "\"}]"sv, "0123456789"sv, "{\"a\":1}\\"sv}) {
    const std::string memory = std::string(around) + std::string(c.text) + std::string(around);
    const std::string_view text = std::string_view(memory).substr(around.size(), c.text.size());
    doppel::twin twin = fresh_twin();
    doppel::workspace scratch;
    doppel::change change;
    const auto done = merge_reported(twin, text, default_options(), scratch, change);
    CHECK((done ? std::string() : reason_of(done.error())) == std::string(c.reason));
    CHECK(difference_between(model.content(section_kind::reported), reported_content(twin),
                             {number_match::spelling, true}) == "");
  }
}

}  // namespace

TEST_SUITE("text level") {
  TEST_CASE("text: the grammar of JSON and nothing else (4.5.1)") {
    for (const text_case& c : grammar_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: numbers (4.2.3, 4.2.4, 4.5.1)") {
    for (const text_case& c : number_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: strings and their encoding (4.5.1)") {
    for (const text_case& c : string_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: rules come after the text and leave out overruled members (4.1 to 4.5.3)") {
    for (const text_case& c : rule_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: a value cut anywhere is refused, and in one piece is not (4.5.1)") {
    constexpr std::string_view whole =
        "{\"k\\u00e9y\":[1.5e3,true,\"\\ud83d\\ude80\",{\"x\":-0}],\"o\":{\"p\":null,\"q\":\"\xE2\x82\xAC\"}"
        "}";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(size);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      const auto done = merge_reported(twin, whole.substr(0, size), default_options(), scratch, change);
      CHECK(bool(done) == (size == whole.size()));
      if (!done) {
        CHECK(reason_of(done.error()) == "malformed-json");
      }
    }
  }

  TEST_CASE("text: each place of the vector boundaries keeps quotes, escapes and white space apart (4.5.1)") {
    for (std::size_t shift = 0; shift < 140; ++shift) {
      CAPTURE(shift);
      const std::string space(shift, ' ');
      for (const text_case& c :
           {text_case{"y", R"({"a\\":"b\\\"c","d":[true,-1.5e-3]})"sv, good},
            text_case{"n", R"({"a":"b\\"c","d":1})"sv, bad}, text_case{"n", R"({"a":"b","d":tru})"sv, bad}}) {
        const std::string text = space + std::string(c.text);
        check_case({c.name, text, c.reason});
      }
    }
  }

  TEST_CASE("diagnostic: says where and in which member (4)") {
    for (const position_case& c : position_cases) {
      const std::string name = c.name;
      CAPTURE(name);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      doppel::diagnostic where;
      const auto done = merge_reported(twin, c.text, default_options(), scratch, change, &where);
      REQUIRE_FALSE(done);
      CHECK(reason_of(done.error()) == std::string(c.reason));
      CHECK(make_error_code(where.code) == done.error());
      CHECK(where.offset == c.offset);
      CHECK(std::string(where.path()) == std::string(c.path));
      CHECK_FALSE(where.expected.empty());
    }
  }

  TEST_CASE("diagnostic: counts lines and columns from 1 (4)") {
    doppel::twin twin = fresh_twin();
    doppel::workspace scratch;
    doppel::change change;
    doppel::diagnostic where;
    const auto done = merge_reported(twin, "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": nul\n  }\n}\n",
                                     default_options(), scratch, change, &where);
    REQUIRE_FALSE(done);
    CHECK(where.line == 4);
    CHECK(where.column == 10);
    CHECK(std::string(where.path()) == "b.c");
  }

  TEST_CASE("text: strict mode refuses what would be overruled (4.5.3)") {
    for (const std::string_view text :
         {R"({"a":1,"a":1})"sv, R"({"a":{"b":1,"b":null}})"sv, R"({"a":1,"\u0061":1})"sv,
          R"({"a":[{"b":1,"b":2}]})"sv, R"({"a":1,"b":2,"c":3,"a":4})"sv}) {
      CAPTURE(text);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      doppel::write_options options = default_options();
      options.refuse_duplicates = true;
      const auto done = merge_reported(twin, text, options, scratch, change);
      REQUIRE_FALSE(done);
      CHECK(done.error() == doppel::errc::duplicate_member);
      CHECK(merge_reported(twin, R"({"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}})", options, scratch, change));
    }
  }
}

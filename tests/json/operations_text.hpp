// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_JSON_OPERATIONS_TEXT_HPP
#define DOPPEL_TESTS_JSON_OPERATIONS_TEXT_HPP

#include <doppel/base/error.hpp>
#include <doppel/json/operations.hpp>

#include <string>
#include <string_view>

// What a reader made of a text, as text: for expectations that can be read, and to compare two readers.
namespace doppel_test {

inline std::string_view section_word(doppel::section_name name) {
  constexpr std::string_view words[] = {"root", "tags", "desired", "reported"};
  return words[static_cast<int>(name)];
}

// The name of the enumerator for what a reader can say.
inline std::string errc_word(doppel::errc code) {
  using doppel::errc;
  if (code == errc{}) return "ok";
  switch (code) {
    case errc::malformed_json: return "malformed_json";
    case errc::text_too_long: return "text_too_long";
    case errc::duplicate_member: return "duplicate_member";
    case errc::section_not_object: return "section_not_object";
    case errc::key_character: return "key_character";
    case errc::key_length: return "key_length";
    case errc::value_length: return "value_length";
    case errc::integer_range: return "integer_range";
    case errc::depth: return "depth";
    case errc::null_in_array: return "null_in_array";
    case errc::out_of_memory: return "out_of_memory";
    case errc::invalid_document: return "invalid_document";
    default: return "errc " + std::to_string(static_cast<int>(code));
  }
}

// One operation in one word or two: a=1, -a, a{, }, !a, and ~ for what is as if never sent.
inline std::string operation_text(const doppel::detail::operation_list& list, std::uint32_t at) {
  using doppel::detail::operation_kind;
  const doppel::detail::operation& o = list[at];
  const auto key = [&] { return std::string(o.key, o.key_size); };
  switch (o.kind) {
    case operation_kind::set: return key() + "=" + std::string(o.value, o.value_size);
    case operation_kind::erase: return "-" + key();
    case operation_kind::push: return key() + "{";
    case operation_kind::pop: return "}";
    case operation_kind::dropped: return "~";
    case operation_kind::invalid:
      return "!" + errc_word(static_cast<doppel::errc>(o.code)) + "@" + std::to_string(list.offset_of(o.value));
  }
  return "?";
}

// The operations of a section, separated by spaces; dropped ones are left out with all they skip.
inline std::string operations_text(const doppel::detail::operation_list& list, doppel::section_name name) {
  using doppel::detail::operation_kind;
  const doppel::detail::section_operations& s = list.section(name);
  std::string out;
  for (std::uint32_t i = s.begin; i < s.end; ++i) {
    if (list[i].kind == operation_kind::dropped) {
      i = list[i].end;
      continue;
    }
    if (!out.empty()) out += ' ';
    out += operation_text(list, i);
  }
  return out;
}

// Everything that a caller of a reader may look at.
inline std::string everything_text(const doppel::detail::operation_list& list,
                                   const doppel::detail::read_status& status) {
  using namespace doppel::detail;
  std::string out = errc_word(status.code);
  if (!status) return out + "@" + std::to_string(status.offset) + " " + std::string(status.expected);
  const rule_error broken = list.first_error();
  out += " first=" + errc_word(broken.code) + "@" + std::to_string(broken.offset) + "\n";
  for (int i = 0; i != 4; ++i) {
    const auto name = static_cast<doppel::section_name>(i);
    const section_operations& s = list.section(name);
    constexpr std::string_view states[] = {"absent", "null", "object", "invalid"};
    out += section_word(name);
    out += ' ';
    out += states[static_cast<int>(s.state)];
    if (s.error) out += " " + errc_word(s.error.code) + "@" + std::to_string(s.error.offset);
    // After a broken rule nobody looks at the operations.
    if (s.state == section_state::object && !broken) {
      out += " [" + std::to_string(s.begin) + "," + std::to_string(s.end) + ") members=" + std::to_string(s.members) +
             " objects=" + std::to_string(s.objects) + " counted=" + std::to_string(s.counted);
      for (std::uint32_t at = s.begin; at < s.end; ++at) {
        const operation& o = list[at];
        out += "\n  " + std::to_string(at) + " " + operation_text(list, at);
        if (o.kind == operation_kind::set) {
          out += " counted=" + std::to_string(o.counted) + (o.complex ? " complex" : "");
        }
        if (o.kind == operation_kind::push) {
          out += " end=" + std::to_string(o.end) + " members=" + std::to_string(o.counted);
        }
        // Names of stamps are not looked up.
        const bool has_key =
            o.kind == operation_kind::set || o.kind == operation_kind::erase || o.kind == operation_kind::push;
        if (has_key && (o.key_size == 0 || o.key[0] != '$')) {
          out += " hash=" + std::to_string(o.hash);
        }
        if (o.kind == operation_kind::dropped) at = o.end;
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace doppel_test

#endif

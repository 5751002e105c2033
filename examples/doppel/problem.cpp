// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "problem.hpp"

#include "files.hpp"

#include <doppel/base/error_body.hpp>

#include <algorithm>
#include <cstdint>

namespace cli {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::string excerpt(std::string_view text, std::size_t offset, std::size_t length, std::uint64_t line,
                    const painter& paint) {
  offset = std::min(offset, text.size());
  const std::size_t newline_before = text.substr(0, offset).rfind('\n');
  std::size_t begin = newline_before == std::string_view::npos ? 0 : newline_before + 1;
  std::size_t end = std::min(text.find('\n', offset), text.size());

  constexpr std::size_t before = 60;
  constexpr std::size_t after = 30;
  std::string_view head, tail;
  if (offset - begin > before) {
    begin = offset - before;
    while (begin < offset && is_continuation(text[begin])) ++begin;
    head = "...";
  }
  if (end - offset > after) {
    end = offset + after;
    while (end > offset && is_continuation(text[end])) --end;
    tail = "...";
  }

  std::string shown(text.substr(begin, end - begin));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '.');
  const std::string number = std::to_string(line);
  const std::string gutter(number.size(), ' ');
  const std::size_t column = head.size() + text_width(std::string_view(shown).substr(0, offset - begin));

  const std::string_view marked = std::string_view(shown).substr(std::min(offset - begin, shown.size()), length);
  const std::size_t width = std::max<std::size_t>(text_width(marked), 1);

  std::string result = "  " + paint(colour::dim, number + " | ");
  result.append(head).append(shown).append(tail);
  result += "\n  " + paint(colour::dim, gutter + " | ") + std::string(column, ' ') +
            paint(colour::red, '^' + std::string(width - 1, '~')) + '\n';
  return result;
}

doppel::errc code_of(const boost::system::error_code& error) {
  const bool is_ours = error.category() == doppel::make_error_code(doppel::errc::internal).category();
  return is_ours ? static_cast<doppel::errc>(error.value()) : doppel::errc{};
}

std::string service_answer(doppel::errc code, std::string_view path) {
  const doppel::service_error& answer = doppel::service_error_of(code);
  std::string text = std::to_string(answer.status);
  if (!answer.name.empty()) text.append(" ").append(answer.name);
  if (answer.code != 0) text += " (" + std::to_string(answer.code) + ')';
  if (!answer.text.empty()) {
    text += ": ";
    doppel::append_error_message(text, code, path);
  }
  return text;
}

std::string describe_problem(std::string_view name, std::string_view text, const boost::system::error_code& error,
                             doppel::diagnostic where, const painter& paint) {
  const doppel::errc code = code_of(error);
  // Some refusals concern the twin as it is, not a place in the text.
  const bool has_place = where.code != doppel::errc{} && code != doppel::errc::precondition_failed &&
                         code != doppel::errc::section_size && code != doppel::errc::out_of_memory;
  std::string message(shown_name(name));
  if (has_place) {
    where.locate(text);
    message += ':' + std::to_string(where.line) + ':' + std::to_string(where.column);
  }
  message = paint(colour::bold, message + ": ") + paint(colour::red, error.message());
  if (has_place && !where.expected.empty()) message.append("; expected ").append(where.expected);
  message += '\n';
  if (!where.path().empty()) message += "  at " + paint(colour::cyan, where.path()) + '\n';
  if (has_place) message += excerpt(text, static_cast<std::size_t>(where.offset), 1, where.line, paint);
  if (code != doppel::errc{} && code != doppel::errc::out_of_memory) {
    message += "  the service answers " + service_answer(code, where.path()) + '\n';
  }
  return message;
}

}  // namespace cli

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace cli {

namespace {

struct closer {
  void operator()(std::FILE* file) const {
    if (file != stdin && file != stdout) std::fclose(file);
  }
};
using file_handle = std::unique_ptr<std::FILE, closer>;

}  // namespace

std::string read_file(const std::string& name) {
  const auto failed = [&name] {
    return input_error("cannot read " + std::string(shown_name(name)) + ": " + std::strerror(errno));
  };
  const file_handle file(name == "-" ? stdin : std::fopen(name.c_str(), "rb"));
  if (!file) throw failed();
  std::string text;
  char block[64 * 1024];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file.get())) text.append(block, count);
  if (std::ferror(file.get()) != 0) throw failed();
  return text;
}

void write_file(const std::string& name, std::string_view text) {
  file_handle file(name == "-" ? stdout : std::fopen(name.c_str(), "wb"));
  const bool is_written =
      file && std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() && std::fflush(file.get()) == 0;
  if (!is_written) throw output_error("cannot write " + name + ": " + std::strerror(errno));
}

}  // namespace cli

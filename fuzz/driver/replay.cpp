// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Runs a target's body on files, in ordinary builds:
//
//   fuzz_TARGET PATH...
//
// A path is a file or a directory of files. The empty input always comes first. A finding ends the program;
// exit status 2: there was nothing to replay.

#include "driver/body.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> list_files(int count, char** arguments) {
  std::vector<fs::path> files;
  for (int i = 0; i != count; ++i) {
    const fs::path path = arguments[i];
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto size = static_cast<std::size_t>(fs::file_size(path));
  const auto data = std::make_unique<std::uint8_t[]>(size);
  if (!file.read(reinterpret_cast<char*>(data.get()), static_cast<std::streamsize>(size))) return false;
  fuzz_body(data.get(), size);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const auto empty = std::make_unique<std::uint8_t[]>(0);
  fuzz_body(empty.get(), 0);

  const std::vector<fs::path> files = list_files(argc - 1, argv + 1);
  for (const fs::path& path : files) {
    // Before the run, so that a crash is preceded by the name of what caused it.
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    if (!replay(path)) {
      std::fprintf(stderr, "cannot read %s\n", path.c_str());
      return 2;
    }
  }
  std::printf("%zu files replayed\n", files.size());
  return files.empty() ? 2 : 0;
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Built with -fno-exceptions -fno-rtti. Boost then asks the program for the function that stands where a
// throw would be, in two forms; a program that checks its results never gets there.

#include <doppel.hpp>

#include <boost/assert/source_location.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this example is about builds without exceptions and run-time type information"
#endif

namespace boost {

void throw_exception(const std::exception& reason) {
  std::fprintf(stderr, "unchecked: %s\n", reason.what());
  std::abort();
}

void throw_exception(const std::exception& reason, const boost::source_location&) { throw_exception(reason); }

}  // namespace boost

namespace {

void print(const char* what, std::string_view text) {
  std::printf("%s%.*s\n", what, static_cast<int>(text.size()), text.data());
}

}  // namespace

int main() {
  const auto now = doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create({.device_id = "pump-1"}, *now);
  if (!twin) return 1;

  doppel::workspace scratch;
  doppel::change change;
  doppel::diagnostic where;
  doppel::write_options options;
  options.now = *now;
  for (const std::string_view body : {R"({"speed":3,"mode":"eco"})", R"({"speed":9007199254740993})", R"({"speed":)"}) {
    print("report ", body);
    const auto written = doppel::merge_reported(*twin, body, options, scratch, change, &where);
    if (written) {
      std::printf("  accepted, $version %llu\n", static_cast<unsigned long long>(twin->reported_version()));
      continue;
    }
    print("  refused: ", written.error().message());
    std::printf("  at byte %llu", static_cast<unsigned long long>(where.offset));
    print(where.path().empty() ? "" : ", ", where.path());
  }

  doppel::text_buffer view;
  if (!doppel::write_device_view(*twin, view)) return 1;
  print("", view.view());
}

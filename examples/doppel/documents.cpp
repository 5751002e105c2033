// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "documents.hpp"

#include "arguments.hpp"
#include "files.hpp"
#include "problem.hpp"

#include <doppel/twin/document.hpp>

#include <chrono>

namespace cli {

loaded_twin load_file(const std::string& name, doppel::workspace& scratch, const doppel::load_options& options) {
  const std::string text = read_file(name);
  doppel::load_report report;
  doppel::diagnostic where;
  auto twin = doppel::load_twin(text, scratch, options, &report, &where);
  if (!twin) throw document_error(describe_problem(name, text, twin.error(), where, err_paint()));
  return {*std::move(twin), std::move(report)};
}

std::string service_view(const doppel::twin& twin) {
  doppel::text_buffer out;
  require(doppel::write_service_view(twin, out));
  return std::string(out.view());
}

std::string twin_name(const doppel::twin& twin) {
  std::string name(twin.device_id());
  if (twin.is_module()) name.append("/").append(twin.module_id());
  return name;
}

std::array<section_size, 3> sizes_of(const doppel::twin& twin, const doppel::limits& limits) {
  return {{{"tags", twin.tags().counted_bytes(), limits.tags_bytes},
           {"desired", twin.desired().counted_bytes(), limits.desired_bytes},
           {"reported", twin.reported().counted_bytes(), limits.reported_bytes}}};
}

doppel::timestamp time_of(const std::optional<std::string>& at) {
  if (!at) {
    return doppel::timestamp::from_sys_time(
        std::chrono::time_point_cast<doppel::timestamp::duration>(std::chrono::system_clock::now()));
  }
  const auto time = doppel::parse_timestamp(*at);
  if (!time) throw usage_error("--at needs a time such as 2024-05-01T10:00:00Z, not " + *at);
  return *time;
}

}  // namespace cli

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel replay: a log of writes over many twins.

#include "commands.hpp"
#include "documents.hpp"
#include "files.hpp"
#include "log.hpp"
#include "pretty.hpp"
#include "problem.hpp"
#include "terminal.hpp"

#include <doppel.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace cli {

namespace {

constexpr std::array<std::string_view, 4> operation_names = {"create", "patch", "replace", "reported"};

struct held_twin {
  std::string id;  // "device" or "device/module"
  doppel::twin twin;
  doppel::twin copy;  // kept up by changes alone, with --verify
};

/// All twins, in the order of their creation.
class collection {
public:
  [[nodiscard]] held_twin* find(const std::string& id) {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : twins_[found->second].get();
  }
  held_twin& add(std::string id, doppel::twin twin) {
    index_.emplace(id, twins_.size());
    doppel::twin copy = twin;
    return *twins_.emplace_back(
        std::make_unique<held_twin>(held_twin{std::move(id), std::move(twin), std::move(copy)}));
  }
  [[nodiscard]] const std::vector<std::unique_ptr<held_twin>>& all() const { return twins_; }

private:
  std::vector<std::unique_ptr<held_twin>> twins_;
  std::unordered_map<std::string, std::size_t> index_;
};

struct refusal {
  std::uint64_t count = 0;
  std::string first;  // "line 812, pump-02: bearing.temperature"
};

struct message_count {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

class replayer {
public:
  explicit replayer(const arguments& args)
      : log_(args.positional().front()),
        verifies_(args.has("--verify")),
        lists_refused_(args.has("--list-refused")),
        strict_(args.has("--strict")) {}

  void run() {
    progress bar(log_.size());
    log_entry entry;
    while (log_.next(entry)) {
      write(entry);
      if (bar.is_due()) bar.update(log_.bytes_read(), progress_note());
    }
  }

  /// @return false if the copies made from the changes differ
  bool print_summary(std::string_view name) {
    const painter& paint = out_paint();
    std::cout << paint(colour::bold, shown_name(name)) << ": " << group_digits(writes()) << " writes to "
              << group_digits(twins_.all().size()) << " twins\n\n";
    print_accepted(paint);
    print_refused(paint);
    print_messages();
    print_fullest(paint);
    return !verifies_ || print_verification(paint);
  }

  [[nodiscard]] const collection& twins() const { return twins_; }
  [[nodiscard]] std::uint64_t writes() const { return accepted_count() + refused_count_; }

private:
  [[nodiscard]] std::uint64_t accepted_count() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : accepted_) sum += n;
    return sum;
  }

  std::string progress_note() const {
    return group_digits(writes()) + " writes, " + group_digits(refused_count_) + " refused, " +
           group_digits(twins_.all().size()) + " twins";
  }

  // -- one write

  void write(const log_entry& entry) {
    where_.clear();
    std::string id(entry.device_id);
    if (!entry.module_id.empty()) id.append("/").append(entry.module_id);
    const auto done = entry.operation == log_operation::create ? create(entry, id) : change_twin(entry, id);
    if (!done) {
      refuse(entry, id, done.error());
      return;
    }
    ++accepted_[static_cast<std::size_t>(entry.operation)];
  }

  boost::system::result<void> create(const log_entry& entry, const std::string& id) {
    if (twins_.find(id) != nullptr) {
      return doppel::make_error_code(entry.module_id.empty() ? doppel::errc::device_exists
                                                             : doppel::errc::module_exists);
    }
    doppel::identity who;
    who.device_id = entry.device_id;
    who.module_id = entry.module_id;
    auto twin = doppel::twin::create(who, entry.at);
    if (!twin) return twin.error();
    twins_.add(id, *std::move(twin));
    return {};
  }

  boost::system::result<void> change_twin(const log_entry& entry, const std::string& id) {
    held_twin* const target = twins_.find(id);
    if (target == nullptr) {
      return doppel::make_error_code(entry.module_id.empty() ? doppel::errc::not_found
                                                             : doppel::errc::module_not_found);
    }
    doppel::write_options options;
    options.now = entry.at;
    options.base_version = entry.base_version;
    options.refuse_duplicates = strict_;
    if (entry.if_match) {
      const auto condition = doppel::parse_if_match(*entry.if_match);
      if (!condition) return condition.error();
      options.condition = *condition;
    }
    const auto call = [&](auto function) {
      return function(target->twin, entry.body, options, scratch_, change_, &where_);
    };
    const auto written = entry.operation == log_operation::patch ? call(doppel::merge_twin<doppel::default_policy>)
                         : entry.operation == log_operation::replace
                             ? call(doppel::replace_twin<doppel::default_policy>)
                             : call(doppel::merge_reported<doppel::default_policy>);
    if (!written) return written;
    if (change_.empty()) {
      ++without_effect_;
      return written;
    }
    return emit(*target);
  }

  /// What a hub would send now.
  boost::system::result<void> emit(held_twin& target) {
    if (change_.notifies_device()) {
      if (const auto done = doppel::write_notification(change_, message_); !done) return done;
      ++notifications_.count;
      notifications_.bytes += message_.size();
    }
    if (const auto done = doppel::write_change_event(target.twin, change_, message_); !done) return done;
    ++events_.count;
    events_.bytes += message_.size();
    if (verifies_) {
      if (const auto done = doppel::replay(target.copy, change_, scratch_); !done) return done.error();
    }
    return {};
  }

  void refuse(const log_entry& entry, const std::string& id, const boost::system::error_code& error) {
    const doppel::errc code = code_of(error);
    if (code == doppel::errc{} || code == doppel::errc::out_of_memory) throw std::bad_alloc();
    ++refused_count_;
    std::string place = "line " + std::to_string(log_.line_number()) + ", " + id;
    if (!where_.path().empty()) place += ": " + shorten(where_.path(), 40);
    if (lists_refused_) {
      const auto operation = operation_names[static_cast<std::size_t>(entry.operation)];
      listed_.add({std::to_string(log_.line_number()), id, std::string(operation), error.message(),
                   shorten(where_.path(), 40)});
    }
    refusal& r = refused_[code];
    if (r.count++ == 0) r.first = std::move(place);
  }

  // -- the summary

  void print_accepted(const painter& paint) const {
    std::cout << paint(colour::green, "accepted") << "  " << group_digits(accepted_count()) << '\n';
    table rows({table::align::left, table::align::right, table::align::left});
    for (std::size_t i = 0; i != accepted_.size(); ++i) {
      if (accepted_[i] != 0) rows.add({std::string(operation_names[i]), group_digits(accepted_[i])});
    }
    if (without_effect_ != 0)
      rows.add({"of these without a section", group_digits(without_effect_), "nothing written"});
    std::cout << rows.render(paint) << '\n';
  }

  void print_refused(const painter& paint) const {
    if (refused_count_ == 0) {
      std::cout << "refused   0\n\n";
      return;
    }
    std::cout << paint(colour::red, "refused") << "   " << group_digits(refused_count_) << '\n';
    std::vector<std::pair<doppel::errc, const refusal*>> sorted;
    for (const auto& [code, r] : refused_) sorted.emplace_back(code, &r);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second->count > b.second->count; });
    table rows({table::align::right, table::align::left, table::align::left, table::align::left, table::align::left});
    for (const auto& [code, r] : sorted) {
      const doppel::service_error& answer = doppel::service_error_of(code);
      rows.add({group_digits(r->count), std::to_string(answer.status), std::string(answer.name),
                doppel::make_error_code(code).message(), "first " + r->first});
    }
    std::cout << rows.render(paint) << '\n';
    if (!listed_.empty()) std::cout << listed_.render(paint) << '\n';
  }

  void print_messages() const {
    table rows({table::align::left, table::align::right, table::align::right});
    rows.add({"to devices", group_digits(notifications_.count) + " notifications", format_bytes(notifications_.bytes)});
    rows.add({"to the back end", group_digits(events_.count) + " change events", format_bytes(events_.bytes)});
    std::cout << "messages\n" << rows.render(painter(false)) << '\n';
  }

  void print_fullest(const painter& paint) const {
    struct fullness {
      const held_twin* twin;
      section_size size;
    };
    std::vector<fullness> list;
    for (const auto& held : twins_.all()) {
      const auto sizes = sizes_of(held->twin, doppel::limits{});
      list.push_back({held.get(), *std::max_element(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
                        return a.bytes * b.limit < b.bytes * a.limit;
                      })});
    }
    std::stable_sort(list.begin(), list.end(), [](const fullness& a, const fullness& b) {
      return a.size.bytes * b.size.limit > b.size.bytes * a.size.limit;
    });
    if (list.size() > 5) list.resize(5);
    table rows({table::align::left, table::align::left, table::align::left, table::align::right, table::align::left});
    for (const auto& [held, size] : list) {
      rows.add({held->id, "version " + group_digits(held->twin.version()), std::string(size.name),
                group_digits(size.bytes), "of " + group_digits(size.limit) + " bytes"});
    }
    if (!rows.empty()) std::cout << "fullest twins\n" << rows.render(paint);
  }

  bool print_verification(const painter& paint) {
    std::size_t different = 0;
    for (const auto& held : twins_.all()) {
      if (service_view(held->twin) != service_view(held->copy)) {
        if (++different <= 5) std::cout << paint(colour::red, "differs") << "  " << held->id << '\n';
      }
    }
    std::cout << "\nverified  " << group_digits(events_.count) << " changes applied to copies of the twins: "
              << (different == 0 ? "all documents are equal, byte for byte"
                                 : group_digits(different) + " documents differ")
              << '\n';
    return different == 0;
  }

  log_reader log_;
  bool verifies_;
  bool lists_refused_;
  bool strict_;

  collection twins_;
  doppel::workspace scratch_;
  doppel::change change_;
  doppel::diagnostic where_;
  doppel::text_buffer message_;

  std::array<std::uint64_t, 4> accepted_{};
  std::uint64_t without_effect_ = 0;
  std::uint64_t refused_count_ = 0;
  std::map<doppel::errc, refusal> refused_;
  table listed_{{table::align::right, table::align::left, table::align::left, table::align::left, table::align::left}};
  message_count notifications_;
  message_count events_;
};

/// Ids may hold what file names should not: a path separator cannot occur, but a name may be "..".
std::string file_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    if (c == '%') {
      name += "%25";
    } else if (c == '.' && name.empty()) {
      name += "%2E";
    } else {
      name += c;
    }
  }
  return name;
}

void write_documents(const std::string& target, const collection& twins) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (target != "-" && (target.ends_with('/') || fs::is_directory(target, ignored))) {
    for (const auto& held : twins.all()) {
      const fs::path device = fs::path(target) / file_name(held->twin.device_id());
      const fs::path file = held->twin.is_module() ? device / (file_name(held->twin.module_id()) + ".json")
                                                   : fs::path(device.string() + ".json");
      fs::create_directories(file.parent_path(), ignored);
      write_file(file.string(), pretty_json(service_view(held->twin), painter(false)) + '\n');
    }
    return;
  }
  std::string lines;
  for (const auto& held : twins.all()) lines += service_view(held->twin) + '\n';
  write_file(target, lines);
}

int run(const arguments& args) {
  using clock = std::chrono::steady_clock;
  replayer job(args);
  const auto begin = clock::now();
  job.run();
  const double seconds = std::chrono::duration<double>(clock::now() - begin).count();

  const auto out = args.value("--out");
  bool is_verified = true;
  // With the documents on standard output the summary would be in the way.
  if (out != "-") is_verified = job.print_summary(args.positional().front());
  if (out) write_documents(*out, job.twins());
  if (out && *out != "-") std::cout << "\ndocuments written to " << *out << '\n';
  if (seconds > 0) {
    std::cout.flush();
    std::cerr << "\n"
              << group_digits(job.writes()) << " writes in " << static_cast<std::uint64_t>(seconds * 1000) << " ms, "
              << group_digits(static_cast<std::uint64_t>(static_cast<double>(job.writes()) / seconds)) << " a second\n";
  }
  return is_verified ? exit_ok : exit_refused;
}

constexpr option options[] = {
    {"--out", "PATH", "write the final documents: a file of one document a line, a folder (PATH/) of files, or -"},
    {"--list-refused", "", "list every refused write, not only their kinds"},
    {"--verify", "", "apply each change to a copy of the twin as well, and compare the copies at the end"},
    {"--strict", "", "refuse duplicate members"},
};

}  // namespace

const command replay_command = {
    "replay",
    "LOG.jsonl [--out PATH] [--list-refused] [--verify] [--strict]",
    "apply a log of writes to many twins",
    "The log has one JSON object a line:\n"
    "  {\"at\":TIME, \"deviceId\":ID, \"op\":OPERATION, ...}\n"
    "  op            create, patch and replace (back end), reported (device)\n"
    "  moduleId      for a module's twin\n"
    "  body          what was sent; for reported the section itself\n"
    "  text          instead of body: the same as a string, for what is not JSON\n"
    "  if_match      the If-Match header of a patch or replace\n"
    "  base_version  the reported $version that the device takes as current\n"
    "\n"
    "Refused writes are a result here, not a failure: the exit status is 0. It is 1 if --verify finds a "
    "difference.\n",
    options,
    1,
    1,
    run,
};

}  // namespace cli

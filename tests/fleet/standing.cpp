// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/row.hpp>
#include <doppel/twin.hpp>

#include <support/node.hpp>
#include <support/query_generator.hpp>
#include <support/query_model.hpp>
#include <support/random.hpp>

#include <doctest/doctest.h>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// Standing queries against queries that are asked before and after each write.

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::query_collection;
using doppel::standing_id;
using doppel::standing_kind;
using policy = doppel::default_fleet_policy;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

doppel::write_options at_noon() {
  doppel::write_options options;
  options.now = noon;
  return options;
}

doppel::program compiled(std::string_view text) { return doppel::compile_query(text).value(); }

using told = std::pair<standing_id, standing_kind>;

// Writes down what it is told, one line for each: `entered d1`.
struct heard_lines {
  std::vector<std::string> lines;
  std::vector<told> all;
  std::map<standing_id, std::string> names;

  template <class Policy>
  void operator()(const doppel::standing_event<Policy>& e) noexcept {
    static constexpr std::string_view kinds[] = {"entered", "left", "changed"};
    all.emplace_back(e.query, e.kind);
    std::string line(kinds[static_cast<int>(e.kind)]);
    if (const auto name = names.find(e.query); name != names.end()) line += ' ' + name->second;
    lines.push_back(line + ' ' + std::string(e.write.id.device_id));
  }
  std::vector<std::string> take() {
    std::sort(lines.begin(), lines.end());
    all.clear();
    return std::exchange(lines, {});
  }
};

using strings = std::vector<std::string>;

// A fleet with one twin, `d`, and what stands in it.
struct fixture {
  fixture() {
    REQUIRE(twins.attach(standing));
    REQUIRE(twins.create({"d"}, noon));
  }
  ~fixture() { twins.detach(standing); }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  standing_id add(std::string_view query, bool reports_changes = true) {
    return standing.add(compiled(query), {reports_changes}).value();
  }
  strings merge(std::string_view body, const char* id = "d") {
    REQUIRE(twins.merge_twin(id, body, at_noon(), scratch, change));
    return heard.take();
  }
  strings replace(std::string_view body) {
    REQUIRE(twins.replace_twin("d", body, at_noon(), scratch, change));
    return heard.take();
  }
  strings report(std::string_view patch) {
    REQUIRE(twins.merge_reported("d", patch, at_noon(), scratch, change));
    return heard.take();
  }

  heard_lines heard;
  doppel::standing_queries<> standing{heard};
  doppel::fleet twins;
  doppel::workspace scratch;
  doppel::change change;
};

// -- a naive model: every query is asked before and after; what a write touches is read off its change

struct model_query {
  doppel::syntax_tree tree;
  doppel::program program;
  bool reports_changes;
};

using keys = std::vector<std::string>;

bool is_prefix(const keys& a, const keys& b) {
  return a.size() <= b.size() && std::equal(a.begin(), a.end(), b.begin());
}

bool is_member_written(const doppel::change& c, doppel::section_name s, const keys& path) {
  if (c.on(s) == doppel::section_change::untouched) return false;
  if (c.on(s) != doppel::section_change::merged || path.empty()) return true;
  bool is_written = false;
  c.for_each([&](const doppel::change::entry& e) {
    keys entry;
    const auto parsed = doppel::parse_path(e.path);
    REQUIRE(parsed.has_value());
    for (const doppel::path_segment segment : *parsed) {
      std::string key(segment.size(), '\0');
      segment.copy(key.data());
      entry.push_back(key);
    }
    // An object that is entered leaves alone what it had and is not told of.
    const bool is_object = e.new_value == "{}";
    is_written = is_written || (e.section == s && (is_prefix(path, entry) || (is_prefix(entry, path) && !is_object)));
  });
  return is_written;
}

bool is_path_written(const doppel::change& c, std::span<const doppel::query_path> paths, std::uint32_t at) {
  std::vector<const doppel::query_path*> steps;
  for (; at != 0; at = paths[at].parent) steps.insert(steps.begin(), &paths[at]);
  const auto rest = [&](std::size_t from, bool is_metadata) {
    keys members;
    for (; from != steps.size() && !steps[from]->is_index; ++from) {
      if (is_metadata && steps[from]->key.starts_with('$')) break;
      members.emplace_back(steps[from]->key);
    }
    return members;
  };
  switch (steps[0]->root) {
    case doppel::path_root::etag:
    case doppel::path_root::version: return true;
    case doppel::path_root::tags: return is_member_written(c, doppel::section_name::tags, rest(1, false));
    case doppel::path_root::properties: break;
    default: return false;
  }
  if (steps.size() == 1) return c.kind() == doppel::write_kind::merge_reported || c.notifies_device();
  if (steps[1]->is_index || (steps[1]->key != "desired" && steps[1]->key != "reported")) return false;
  const auto s = steps[1]->key == "desired" ? doppel::section_name::desired : doppel::section_name::reported;
  if (steps.size() > 2 && steps[2]->key == "$metadata") return is_member_written(c, s, rest(3, true));
  if (steps.size() > 2 && steps[2]->key.starts_with('$')) return is_member_written(c, s, {});
  return is_member_written(c, s, rest(2, false));
}

bool is_named(const doppel::program& p, const doppel::change& c) {
  if (p.selects_documents()) return true;
  for (std::uint32_t i = 1; i != p.paths().size(); ++i) {
    const doppel::query_path& path = p.paths()[i];
    if ((!path.atoms.empty() || path.slot != doppel::no_index) && is_path_written(c, p.paths(), i)) return true;
  }
  return false;
}

// A document, and the rows that programs make of it.
struct picture {
  std::optional<json_value> document;
  std::map<standing_id, std::string> rows;
};

class random_standing {
public:
  explicit random_standing(std::uint64_t seed)
      : random_(seed), source_(random_fleet(random_)), generator_(random_, source_), twins_(options_of(random_)) {
    REQUIRE(twins_.attach(standing_));
    for (int i = 0; i != 12; ++i) add();
  }
  ~random_standing() { twins_.detach(standing_); }
  random_standing(const random_standing&) = delete;
  random_standing& operator=(const random_standing&) = delete;

  // One operation; says what was told wrongly.
  std::string step() {
    if (random_.one_in(6)) add();
    if (random_.one_in(10) && !model_.empty()) remove();
    const fleet_document* const document = any_document();
    if (document == nullptr) return {};
    const std::string& id = document->id;
    const picture before = look(id);
    heard_.all.clear();
    std::string what;
    bool is_update = false;
    change_.clear();
    if (!before.document) {
      what = "insert " + document->text;
      if (!twins_.insert_document(document->text, scratch_)) return {};
    } else if (random_.one_in(12)) {
      what = "erase";
      REQUIRE(twins_.erase(id));
    } else {
      what = write(id, *before.document);
      is_update = true;
    }
    const picture after = look(id);
    const std::string wrong = compare(document->collection, before, after, is_update);
    return wrong.empty() ? std::string() : wrong + "\n  of " + id + ": " + what;
  }

  std::size_t told_of(standing_kind kind) const { return counts_[static_cast<int>(kind)]; }

private:
  static doppel::fleet_options options_of(random_source& random) {
    doppel::fleet_options options;
    options.chunk_rows = 1 + static_cast<std::uint32_t>(random.below(9));
    options.limits.keys_in_table = random.coin() ? 6 : 1000;
    options.seed = random.coin() ? options.seed : random.next();
    return options;
  }

  void add() {
    const query_request request = generator_.request(doppel::query_mode::extended, doppel::query_dialect::twins);
    auto tree = doppel::parse_query(request.text, request.options);
    if (!tree) return;
    auto program = doppel::compile(*tree);
    REQUIRE(program.has_value());
    const bool reports_changes = !random_.one_in(4);
    const auto id = standing_.add(*program, {reports_changes});
    if (program->collection() == query_collection::jobs) {
      REQUIRE(id.error() == errc::not_supported);
      return;
    }
    REQUIRE(id.has_value());
    REQUIRE(model_.emplace(*id, model_query{*std::move(tree), *std::move(program), reports_changes}).second);
  }
  void remove() {
    auto gone = model_.begin();
    std::advance(gone, static_cast<std::ptrdiff_t>(random_.below(model_.size())));
    REQUIRE(standing_.remove(gone->first));
    REQUIRE_FALSE(standing_.remove(gone->first));
    model_.erase(gone);
  }

  const fleet_document* any_document() {
    const auto collection = random_.one_in(3) ? query_collection::modules : query_collection::devices;
    const auto all = source_.of(collection);
    return all.empty() ? nullptr : all[random_.below(all.size())];
  }

  picture look(const std::string& id) {
    picture seen;
    (void)twins_.visit(id, [&](const auto& t) {
      doppel::text_buffer out;
      REQUIRE(write_service_view(t, out));
      node read;
      REQUIRE(read_json(out.view(), read));
      seen.document = to_value(read);
      for (const auto& [name, q] : model_) {
        if (q.program.is_grouped()) continue;
        doppel::query_scratch room;
        REQUIRE(room.prepare(q.program));
        out.clear();
        REQUIRE(write_row(q.program, doppel::twin_document<policy>(t, q.program), room, out));
        seen.rows[name] = std::string(out.view());
      }
    });
    return seen;
  }

  // A value that is there, in some document of the fleet, or another one.
  std::string any_value() { return random_.one_in(4) ? "null" : random_json(random_, random_.below(3)); }

  // A patch of members that some document has.
  std::string patch(const boost::json::object& like, std::size_t depth) {
    std::map<std::string, std::string> members;
    for (std::size_t n = 1 + random_.below(2); n != 0 && !like.empty(); --n) {
      const auto member = like.begin() + static_cast<std::ptrdiff_t>(random_.below(like.size()));
      if (member->key().starts_with('$')) continue;
      const bool enters = member->value().is_object() && depth != 0 && !random_.one_in(4);
      members[std::string(member->key())] = enters ? patch(member->value().get_object(), depth - 1) : any_value();
    }
    if (random_.one_in(5)) members[random_.pick({"a", "b", "new", "x y"})] = any_value();
    std::string text = "{";
    for (const auto& [key, value] : members) {
      if (text.size() != 1) text += ',';
      write_string(key, text);
      text += ':' + value;
    }
    return text + '}';
  }

  std::string write(const std::string& id, const json_value& present) {
    // Like the twin itself, or like another one.
    const fleet_document* const other = any_document();
    const json_value& like = random_.coin() || other == nullptr ? present : other->value;
    const auto part = [&](std::string_view name) -> boost::json::object {
      const boost::json::object* holder = like.if_object();
      if (name != "tags") {
        const json_value* const properties = holder->if_contains("properties");
        holder = properties == nullptr ? nullptr : properties->if_object();
      }
      const json_value* const found = holder == nullptr ? nullptr : holder->if_contains(name);
      return found == nullptr || !found->is_object() ? boost::json::object() : found->get_object();
    };
    const auto options = at_noon();
    std::string text;
    switch (random_.below(8)) {
      case 0: {
        text =
            R"({"tags":)" + patch(part("tags"), 3) + R"(,"properties":{"desired":)" + patch(part("desired"), 3) + "}}";
        (void)twins_.replace_twin(id, text, options, scratch_, change_);
        return "replace " + text;
      }
      case 1: {
        text = random_.coin() ? R"({"tags":null})" : R"({"properties":{"desired":null}})";
        (void)twins_.merge_twin(id, text, options, scratch_, change_);
        return "merge " + text;
      }
      case 2:
      case 3: {
        text = patch(part("reported"), 3);
        (void)twins_.merge_reported(id, text, options, scratch_, change_);
        return "report " + text;
      }
      case 4: {
        text = any_value();
        const std::string path = random_.pick({"tags.a", "properties.desired.a.b", "reported.a", "tags.a.b.c"});
        (void)twins_.set_json(id, path, text, options, scratch_, change_);
        return "set " + path + " to " + text;
      }
      case 5: {  // by way of a log
        text = R"({"tags":)" + patch(part("tags"), 3) + "}";
        (void)twins_.merge_twin(id, "{}", options, scratch_, change_);
        auto copy = twins_.new_twin();
        REQUIRE(twins_.copy(id, copy, scratch_));
        if (merge_twin(copy, text, options, scratch_, change_)) {
          REQUIRE(twins_.replay(id, change_, scratch_).value() == doppel::replay_outcome::applied);
        }
        return "replay " + text;
      }
      default: {
        text = "{";
        if (!random_.one_in(3)) text += R"("tags":)" + patch(part("tags"), 3);
        if (text.size() == 1 || random_.coin()) {
          text += std::string(text.size() == 1 ? "" : ",") + R"("properties":{"desired":)" + patch(part("desired"), 3) +
                  "}";
        }
        text += "}";
        (void)twins_.merge_twin(id, text, options, scratch_, change_);
        return "merge " + text;
      }
    }
  }

  std::string compare(query_collection collection, const picture& before, const picture& after, bool is_update) {
    std::vector<told> expected;
    for (const auto& [name, q] : model_) {
      if (q.program.collection() != collection) continue;
      const bool held = before.document && holds(q.tree, *before.document);
      const bool holds_now = after.document && holds(q.tree, *after.document);
      if (held != holds_now) {
        expected.emplace_back(name, held ? standing_kind::left : standing_kind::entered);
        if (is_update && !is_named(q.program, change_)) return "the model misses " + std::string(q.program.source());
      } else if (held && q.reports_changes && is_update && !change_.empty()) {
        const bool named = is_named(q.program, change_);
        if (named) expected.emplace_back(name, standing_kind::changed);
        // However the paths are read: another row is a change.
        if (!named && !q.program.is_grouped() && before.rows.at(name) != after.rows.at(name)) {
          return "the model misses a change of " + std::string(q.program.source());
        }
      }
    }
    for (const told& t : expected) ++counts_[static_cast<int>(t.second)];
    std::sort(expected.begin(), expected.end());
    std::sort(heard_.all.begin(), heard_.all.end());
    if (heard_.all == expected) return {};
    std::string wrong;
    const auto list = [&](std::string_view title, const std::vector<told>& a, const std::vector<told>& b) {
      for (const told& t : a) {
        if (std::find(b.begin(), b.end(), t) != b.end()) continue;
        wrong += std::string(title) + ' ' + std::to_string(static_cast<int>(t.second)) + ": ";
        wrong += model_.contains(t.first) ? std::string(model_.at(t.first).program.source()) : "?";
        wrong += "\n  ";
      }
    };
    list("not told", expected, heard_.all);
    list("told", heard_.all, expected);
    return wrong.empty() ? "told twice" : wrong;
  }

  random_source random_;
  query_fleet source_;
  query_generator generator_;
  heard_lines heard_;
  doppel::standing_queries<> standing_{heard_};
  doppel::fleet twins_;
  std::map<standing_id, model_query> model_;
  doppel::workspace scratch_;
  doppel::change change_;
  std::size_t counts_[3] = {};
};

// Counts what it gives, and refuses the n-th.
struct failing_memory {
  void* try_allocate(std::size_t bytes) noexcept {
    if (until_failure != 0 && --until_failure == 0) return nullptr;
    outstanding += static_cast<std::int64_t>(bytes);
    return std::malloc(bytes);
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    if (p != nullptr) outstanding -= static_cast<std::int64_t>(bytes);
    std::free(p);
  }
  std::uint64_t until_failure = 0;
  std::int64_t outstanding = 0;
};

}  // namespace

TEST_SUITE("fleet: standing queries") {
  TEST_CASE("every write tells what queries asked before and after would say") {
    std::size_t counts[3] = {};
    for (std::uint64_t seed = 0; seed != 60; ++seed) {
      random_standing pair(seed);
      for (int i = 0; i != 150; ++i) {
        const std::string wrong = pair.step();
        REQUIRE_MESSAGE(wrong.empty(), "seed ", seed, ", step ", i, ": ", wrong);
      }
      for (const auto kind : {standing_kind::entered, standing_kind::left, standing_kind::changed}) {
        counts[static_cast<int>(kind)] += pair.told_of(kind);
      }
    }
    MESSAGE(counts[0], " entered, ", counts[1], " left, ", counts[2], " changed");
    CHECK(std::min({counts[0], counts[1], counts[2]}) > 500);
  }

  TEST_CASE("entered, left, changed") {
    fixture f;
    f.add("SELECT tags.name FROM devices WHERE tags.t > 5");
    CHECK(f.merge(R"({"tags":{"t":5}})").empty());
    CHECK(f.merge(R"({"tags":{"t":6}})") == strings{"entered d"});
    CHECK(f.merge(R"({"tags":{"t":7}})") == strings{"changed d"});
    CHECK(f.merge(R"({"tags":{"t":7}})") == strings{"changed d"});
    CHECK(f.merge(R"({"tags":{"name":"x"}})") == strings{"changed d"});
    CHECK(f.merge(R"({"tags":{"other":1},"properties":{"desired":{"t":1}}})").empty());
    CHECK(f.report(R"({"t":1})").empty());
    CHECK(f.replace(R"({"tags":{"t":8}})") == strings{"changed d"});
    CHECK(f.merge(R"({"tags":null})") == strings{"left d"});
    CHECK(f.merge(R"({"tags":{"name":"x"}})").empty());
    CHECK(f.merge(R"({"tags":{"t":9}})") == strings{"entered d"});
    REQUIRE(f.twins.erase("d"));
    CHECK(f.heard.take() == strings{"left d"});
    REQUIRE(f.twins.insert_document(R"({"deviceId":"e","tags":{"t":6}})", f.scratch));
    CHECK(f.heard.take() == strings{"entered e"});
    REQUIRE(f.twins.insert_document(R"({"deviceId":"e2","tags":{"t":5}})", f.scratch));
    REQUIRE(f.twins.insert_document(R"({"deviceId":"e","moduleId":"m","tags":{"t":6}})", f.scratch));
    CHECK(f.heard.take().empty());
  }

  TEST_CASE("a refused write tells nothing") {
    fixture f;
    f.add("SELECT * FROM devices");
    CHECK_FALSE(f.twins.merge_twin("d", R"({"tags":{"a":[null]}})", at_noon(), f.scratch, f.change));
    REQUIRE(f.twins.merge_twin("d", "{}", at_noon(), f.scratch, f.change));
    CHECK(f.heard.take().empty());
    CHECK(f.merge(R"({"tags":{"a":1}})") == strings{"changed d"});
  }

  TEST_CASE("what counts as written to") {
    struct expectation {
      const char* column;
      const char* body;
      bool is_written;
    };
    static constexpr expectation all[] = {
        {"tags.a.b", R"({"tags":{"a":{"b":1}}})", true},
        {"tags.a.b", R"({"tags":{"a":{"c":1}}})", false},
        {"tags.a.b", R"({"tags":{"a":1}})", true},
        {"tags.a.b", R"({"tags":{"a":null}})", true},
        {"tags.a.b", R"({"tags":{"a":{"b":{"c":1}}}})", true},
        {"tags.a.b", R"({"tags":{"b":1}})", false},
        {"tags.a", R"({"tags":{"a":{}}})", true},
        {"tags.a[0].b", R"({"tags":{"a":[1]}})", true},
        {"tags.a[0].b", R"({"tags":{"b":[1]}})", false},
        {"tags", R"({"tags":{"b":[1]}})", true},
        {"tags", R"({"properties":{"desired":{"b":[1]}}})", false},
        {"tags.[[\"]]", R"({"tags":{"\"":1}})", true},
        {"etag", R"({"tags":{"x":1}})", true},
        {"version", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties", R"({"tags":{"x":1}})", false},
        {"properties.desired", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties.desired.$version", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties.desired.$version", R"({"tags":{"x":1}})", false},
        {"properties.reported.$version", R"({"properties":{"desired":{"x":1}}})", false},
        {"properties.desired.$metadata", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties.desired.$metadata.$lastUpdated", R"({"properties":{"desired":{"x":1}}})", true},
        {"properties.desired.$metadata.x.$lastUpdated", R"({"properties":{"desired":{"x":{"y":1}}}})", true},
        {"properties.desired.$metadata.x.$lastUpdatedVersion", R"({"properties":{"desired":{"y":1}}})", false},
        {"properties.desired.$metadata.x.y.$lastUpdated", R"({"properties":{"desired":{"x":{"z":1}}}})", false},
        {"properties.desired.$metadata.x.y", R"({"properties":{"desired":{"x":{"y":{"z":1}}}}})", true},
        {"deviceId", R"({"tags":{"x":1},"properties":{"desired":{"x":1}}})", false},
        {"tags.a.b", R"({"tags":null})", true},
    };
    for (const expectation& e : all) {
      fixture f;
      f.heard.names[f.add(std::string("SELECT ") + e.column + " AS c FROM devices")] = "all";
      f.heard
          .names[f.add(std::string("SELECT deviceId FROM devices WHERE is_defined(") + e.column + ") OR true = true")] =
          "folded";
      f.heard.names[f.add(std::string("SELECT deviceId FROM devices WHERE is_defined(") + e.column +
                          ") OR deviceId = 'd'")] = "condition";
      f.add(std::string("SELECT ") + e.column + " AS c FROM devices", false);
      CAPTURE(e.column);
      CAPTURE(e.body);
      CHECK(f.merge(e.body) == (e.is_written ? strings{"changed all d", "changed condition d"} : strings{}));
    }
  }

  TEST_CASE("a member that is sent twice counts as it is written") {
    fixture f;
    f.add("SELECT tags.a.b FROM devices");
    CHECK(f.merge(R"({"tags":{"a":{"b":1},"a":{"c":1}}})").empty());
    CHECK(f.merge(R"({"tags":{"a":{"c":1},"a":{"b":1}}})") == strings{"changed d"});
  }

  TEST_CASE("conditions without paths, or that absence fulfils, hold for new twins") {
    fixture f;
    f.heard.names = {{f.add("SELECT * FROM devices"), "all"},
                     {f.add("SELECT deviceId FROM devices WHERE NOT is_defined(tags.x)"), "without"},
                     {f.add("SELECT deviceId FROM devices WHERE tags.x = 1"), "with"},
                     {f.add("SELECT deviceId FROM devices WHERE deviceId = 'e'"), "e"},
                     {f.add("SELECT deviceId FROM devices WHERE version > 0"), "version"},
                     {f.add("SELECT deviceId FROM devices WHERE properties.desired.$version = 1"), "section"},
                     {f.add("SELECT deviceId FROM devices WHERE tags.x = 1 OR tags.y = 1"), "either"},
                     {f.add("SELECT deviceId FROM devices WHERE false"), "never"},
                     {f.add("SELECT * FROM devices.modules"), "module"}};
    REQUIRE(f.twins.create({"e"}, noon));
    CHECK(f.heard.take() ==
          strings{"entered all e", "entered e e", "entered section e", "entered version e", "entered without e"});
    REQUIRE(f.twins.create({"e", "m"}, noon));
    CHECK(f.heard.take() == strings{"entered module e"});
    CHECK(f.merge(R"({"tags":{"x":1}})", "e") ==
          strings{"changed all e", "changed version e", "entered either e", "entered with e", "left without e"});
    REQUIRE(f.twins.erase("e"));
    CHECK(f.heard.take() ==
          strings{"left all e", "left e e", "left either e", "left section e", "left version e", "left with e"});
  }

  TEST_CASE("queries that differ in one string are told apart by it") {
    fixture f;
    const auto named = [&](std::string name, std::string_view condition) {
      f.heard.names[f.add("SELECT deviceId FROM devices WHERE " + std::string(condition))] = std::move(name);
    };
    named("x", "tags.a.t = 'x' AND properties.reported.v > 1");
    named("y", "properties.reported.v > 1 AND tags.a.t = 'y'");
    named("quoted", R"(tags.a.t = 'q"\\\u00e4' AND properties.reported.v > 1)");
    named("other", "tags.a.u = 'x' AND properties.reported.v > 1");
    named("element", "tags.l[0] = 'x' AND properties.reported.v > 1");
    named("not", "tags.a.t != 'x' AND properties.reported.v > 1");
    named("either", "(tags.a.t = 'x' OR tags.a.t = 'y') AND properties.reported.v > 1");
    named("in", "tags.a.t IN ['x', 'y'] AND properties.reported.v > 1");
    named("d", "deviceId = 'd' AND properties.reported.v > 1");
    named("e", "deviceId = 'e' AND properties.reported.v > 1");
    named("stamp", "properties.reported.$metadata.v.$lastUpdated = '2026-11-01T12:00:00Z' AND tags.a.t = 'x'");
    CHECK(f.report(R"({"v":2})") == strings{"entered d d"});
    CHECK(f.merge(R"({"tags":{"a":{"t":"x"}}})") ==
          strings{"entered either d", "entered in d", "entered stamp d", "entered x d"});
    CHECK(f.merge(R"({"tags":{"a":{"t":"y"},"l":["x"]}})") == strings{"changed either d", "changed in d",
                                                                      "entered element d", "entered not d",
                                                                      "entered y d", "left stamp d", "left x d"});
    CHECK(f.report(R"({"v":0})") ==
          strings{"left d d", "left either d", "left element d", "left in d", "left not d", "left y d"});
    CHECK(f.report(R"({"v":3})") == strings{"entered d d", "entered either d", "entered element d", "entered in d",
                                            "entered not d", "entered y d"});
    CHECK(f.merge(R"({"tags":{"a":{"t":"q\"\\\u00e4","u":"x"},"l":null}})") ==
          strings{"changed not d", "entered other d", "entered quoted d", "left either d", "left element d",
                  "left in d", "left y d"});
    CHECK(f.merge(R"({"tags":{"a":{"t":{"x":1},"u":["x"]}}})") ==
          strings{"changed not d", "left other d", "left quoted d"});
    CHECK(f.merge(R"({"tags":{"a":"x"}})") == strings{"left not d"});
    REQUIRE(f.twins.insert_document(R"({"deviceId":"e","tags":{"a":{"t":"y"}},"properties":{"reported":{"v":2}}})",
                                    f.scratch));
    CHECK(f.heard.take() == strings{"entered e e", "entered either e", "entered in e", "entered not e", "entered y e"});
    REQUIRE(f.twins.erase("d"));
    CHECK(f.heard.take() == strings{"left d d"});
  }

  TEST_CASE("groups, order and numbers of rows do not decide who belongs") {
    fixture f;
    f.heard.names = {
        {f.add("SELECT tags.g, COUNT() AS n, SUM(tags.v) AS s FROM devices WHERE tags.on = true GROUP BY tags.g"), "g"},
        {f.add("SELECT TOP 1 deviceId FROM devices WHERE tags.on = true ORDER BY tags.o"), "o"}};
    CHECK(f.merge(R"({"tags":{"on":true}})") == strings{"entered g d", "entered o d"});
    CHECK(f.merge(R"({"tags":{"g":1}})") == strings{"changed g d"});
    CHECK(f.merge(R"({"tags":{"v":1}})") == strings{"changed g d"});
    CHECK(f.merge(R"({"tags":{"o":1}})") == strings{"changed o d"});
    REQUIRE(f.twins.insert_document(R"({"deviceId":"e","tags":{"on":true}})", f.scratch));
    CHECK(f.heard.take() == strings{"entered g e", "entered o e"});
  }

  TEST_CASE("replayed changes tell what the writes told") {
    fixture f;
    fixture copy;
    f.add("SELECT deviceId FROM devices WHERE tags.a = 1");
    copy.add("SELECT deviceId FROM devices WHERE tags.a = 1");
    for (const char* const body : {R"({"tags":{"a":1}})", R"({"tags":{"b":1}})", R"({"tags":{"a":null}})"}) {
      const strings told = f.merge(body);
      REQUIRE(copy.twins.replay("d", f.change, copy.scratch).has_value());
      CHECK(copy.heard.take() == told);
      REQUIRE(copy.twins.replay("d", f.change, copy.scratch).has_value());
      CHECK(copy.heard.take().empty());
    }
  }

  TEST_CASE("names are never used again; what is removed or detached is silent") {
    fixture f;
    std::set<standing_id> ids;
    const standing_id first = f.add("SELECT * FROM devices");
    ids.insert(first);
    CHECK(f.standing.remove(first));
    CHECK_FALSE(f.standing.remove(first));
    CHECK_FALSE(f.standing.remove(standing_id{12345}));
    CHECK(f.merge(R"({"tags":{"a":1}})").empty());
    for (int i = 0; i != 100; ++i) {
      const standing_id id = f.add("SELECT * FROM devices");
      CHECK(ids.insert(id).second);
      if (i % 3 != 0) CHECK(f.standing.remove(id));
    }
    CHECK(f.standing.size() == 34);
    CHECK(f.merge(R"({"tags":{"a":1}})").size() == 34);
    f.twins.detach(f.standing);
    CHECK(f.merge(R"({"tags":{"a":1}})").empty());
    REQUIRE(f.twins.attach(f.standing));
    REQUIRE(f.twins.attach(f.standing));  // twice changes nothing for updates
    CHECK(f.merge(R"({"tags":{"a":1}})").size() == 34);
    f.twins.detach(f.standing);
    CHECK(f.standing.add(compiled("SELECT * FROM devices.jobs")).error() == errc::not_supported);
  }

  TEST_CASE("ten thousand queries: the one that a write is about is told, and they go without trace") {
    fixture f;
    const std::size_t bytes_before = [&] {
      CHECK(f.standing.remove(f.add("SELECT * FROM devices")));
      return f.standing.bytes_held();
    }();
    std::vector<standing_id> ids;
    for (int i = 0; i != 10'000; ++i) {
      const std::string n = std::to_string(i);
      ids.push_back(f.add("SELECT deviceId FROM devices WHERE " +
                          (i % 2 == 0 ? "tags.k" + n : "properties.reported.telemetry.k" + n) + " = 1"));
    }
    CHECK(f.merge(R"({"tags":{"other":1}})").empty());
    CHECK(f.report(R"({"telemetry":{"other":1}})").empty());
    f.heard.names = {{ids[4242], "tag"}, {ids[777], "telemetry"}};
    CHECK(f.merge(R"({"tags":{"k4242":1}})") == strings{"entered tag d"});
    CHECK(f.report(R"({"telemetry":{"k777":1,"k776":1}})") == strings{"entered telemetry d"});
    CHECK(f.report(R"({"telemetry":null})") == strings{"left telemetry d"});
    for (std::size_t i = 0; i != ids.size(); ++i) {
      if (i != 4242) REQUIRE(f.standing.remove(ids[i]));
    }
    CHECK(f.merge(R"({"tags":{"k4242":2}})") == strings{"left tag d"});
    CHECK(f.standing.remove(ids[4242]));
    CHECK(f.standing.size() == 0);
    // Queries that come and go take no more than those that were there at once.
    const std::size_t bytes_after = f.standing.bytes_held();
    CHECK(bytes_after > bytes_before);
    for (int i = 0; i != 20'000; ++i) {
      REQUIRE(f.standing.remove(f.add("SELECT deviceId FROM devices WHERE tags.other" + std::to_string(i) + " = 1")));
    }
    CHECK(f.standing.bytes_held() == bytes_after);
    f.add("SELECT deviceId FROM devices WHERE tags.other7 = 1");
    CHECK(f.merge(R"({"tags":{"other7":1}})") == strings{"entered d"});
  }

  TEST_CASE("keys whose hashes collide are different keys") {
    const std::uint64_t seed = doppel::fleet_options{}.seed;
    std::map<std::uint32_t, std::string> by_hash;
    std::vector<std::pair<std::string, std::string>> pairs;
    for (int i = 0; pairs.size() != 3; ++i) {
      std::string key = "key" + std::to_string(i);
      std::string padded = key + std::string(16, '\0');
      const auto [other, is_new] = by_hash.emplace(doppel::detail::key_hash(seed, padded.data(), key.size()), key);
      if (!is_new) pairs.emplace_back(other->second, key);
    }
    fixture f;
    for (const auto& [one, other] : pairs) {
      f.add("SELECT deviceId FROM devices WHERE tags." + one + " = 1");
      CHECK(f.merge("{\"tags\":{\"" + other + "\":1}}").empty());
      CHECK(f.merge("{\"tags\":{\"" + one + "\":1}}") == strings{"entered d"});
    }
  }

  TEST_CASE("deep paths, and twins and patches of many members") {
    fixture f;
    std::string deep = "tags";
    for (int i = 0; i != 600; ++i) deep += ".a";
    f.add("SELECT deviceId FROM devices WHERE " + deep + " = 1");
    f.heard.names = {{f.add("SELECT deviceId FROM devices WHERE tags.a.a.a.a = 1"), "a"}};
    CHECK(f.merge(R"({"tags":{"a":{"a":{"a":{"a":1}}}}})") == strings{"entered a d"});
    std::string many = R"({"tags":{"a":{"a":{"a":{"b":1}}})";
    for (int i = 0; i != 300; ++i) many += ",\"m" + std::to_string(i) + "\":" + std::to_string(i);
    CHECK(f.merge(many + "}}").empty());
    REQUIRE(f.twins.erase("d"));
    CHECK(f.heard.take() == strings{"left a d"});
  }

  TEST_CASE("memory that is refused: add says so and changes nothing") {
    failing_memory memory;
    {
      heard_lines heard;
      doppel::standing_queries<> standing(heard, doppel::memory_ref(memory));
      doppel::fleet twins;
      doppel::workspace scratch;
      doppel::change change;
      REQUIRE(twins.attach(standing));
      REQUIRE(twins.create({"d"}, noon));
      const auto first = compiled("SELECT tags.n FROM devices WHERE tags.a.b = 1");
      const auto second = compiled(
          "SELECT properties.desired.x.y.z AS z FROM devices WHERE tags.a.c + tags.d.e > 1 OR is_defined(reported.f)");
      std::uint64_t failures = 0;
      for (const auto* const p : {&first, &second}) {
        for (std::uint64_t n = 1;; ++n) {
          const std::size_t size = standing.size();
          memory.until_failure = n;
          const auto id = standing.add(*p);
          memory.until_failure = 0;
          if (id) break;
          ++failures;
          CHECK(id.error() == errc::out_of_memory);
          CHECK(standing.size() == size);
          // Nothing that was half listed is told of.
          REQUIRE(twins.merge_twin("d", R"({"tags":{"a":{"b":1,"c":1},"d":{"e":1}}})", at_noon(), scratch, change));
          CHECK(heard.take().size() == size);
          REQUIRE(twins.merge_twin("d", R"({"tags":{"a":{"b":2,"c":0}}})", at_noon(), scratch, change));
          CHECK(heard.take().size() == size);
        }
      }
      CHECK(failures > 30);
      REQUIRE(twins.merge_twin("d", R"({"tags":{"a":{"b":1,"c":1},"d":{"e":1}}})", at_noon(), scratch, change));
      CHECK(heard.take() == strings{"entered d", "entered d"});
      twins.detach(standing);
    }
    CHECK(memory.outstanding == 0);
  }
}

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "twin_pair.hpp"

#include <doppel/json/ondemand_reader.hpp>

namespace doppel_test {
namespace {

// From the root, every segment in its escaped form. None of the generator's keys has a bracket.
std::string path_text(const random_write& write) {
  std::string out = write.section == section_kind::tags      ? "tags"
                    : write.section == section_kind::desired ? "properties.desired"
                                                             : "properties.reported";
  for (const std::string& key : write.keys) {
    out += ".[[" + key + "]]";
  }
  return out;
}

// What the functions of update.hpp ask for, for a reader that they do not use.
doppel::detail::write_request request_of(const random_write& write) {
  const bool device = write.form == write_form::reported ||
                      (write.form == write_form::section && write.section == section_kind::reported);
  const bool body = write.form == write_form::merge || write.form == write_form::replace;
  doppel::detail::write_request request{};
  request.kind = device                              ? doppel::write_kind::merge_reported
                 : write.form == write_form::replace ? doppel::write_kind::replace
                                                     : doppel::write_kind::merge;
  request.shape = body ? doppel::detail::text_shape::body : doppel::detail::text_shape::section;
  request.section = body     ? doppel::section_name::desired
                    : device ? doppel::section_name::reported
                             : name_of(write.section);
  request.text = write.text;
  return request;
}

std::string excerpt(const std::string& text) {
  const std::string size = std::to_string(text.size());
  return text.size() <= 3000 ? text : text.substr(0, 3000) + "... (" + size + " bytes)";
}

generator_options with_limits(generator_options options, const doppel::limits& limits) {
  options.limits = model_limits_of(limits);
  return options;
}

}  // namespace

std::string described(const random_write& write) {
  const std::string condition = write.context.if_match ? "if-match " + *write.context.if_match + " " : "";
  switch (write.form) {
    case write_form::merge: return condition + "merge " + write.text;
    case write_form::replace: return condition + "replace " + write.text;
    case write_form::reported: return condition + "merge reported " + write.text;
    case write_form::section: return condition + "merge section " + path_text(write) + " " + write.text;
    case write_form::path: return condition + "set " + path_text(write) + " " + write.text;
  }
  return {};
}

twin_pair::twin_pair(std::uint64_t seed, const doppel::limits& limits, generator_options options)
    : random(seed),
      twin(new_twin(start)),
      model(model_twin::create("pump-1", "", start, model_limits_of(limits))),
      limits_(limits),
      generator_(random, with_limits(std::move(options), limits)) {}

std::string twin_pair::load(const std::string& document) {
  doppel::load_options options;
  options.limits = limits_;
  auto loaded = doppel::load_twin(document, scratch, options);
  std::optional<model_twin> loaded_model = model_twin::load(parsed(document), model_limits_of(limits_));
  if (!loaded || !loaded_model) {
    return "the document does not load";
  }
  twin = std::move(*loaded);
  model = std::move(*loaded_model);
  whole_document_ = true;
  return compare_documents(twin, model, whole_document_);
}

random_write twin_pair::next() {
  random_write write;
  write.form = random.pick<write_form>({write_form::merge, write_form::merge, write_form::replace, write_form::reported,
                                        write_form::reported, write_form::section, write_form::path});
  write.section = random.pick<section_kind>({section_kind::tags, section_kind::desired, section_kind::reported});
  const section_kind section = write.form == write_form::reported ? section_kind::reported : write.section;
  const bool whole_body = write.form == write_form::merge || write.form == write_form::replace;
  if (whole_body) {
    write.text = generator_.body(model, write.form == write_form::replace);
  } else if (write.form == write_form::path) {
    write.text = generator_.value_text();
    for (std::size_t i = 1 + random.below(random.one_in(4) ? limits_.depth + 2 : 3); i-- > 0;) {
      write.keys.push_back(random.one_in(40) ? "a.b" : generator_.key());
    }
  } else {
    write.text = generator_.section_text(model.content(section), limit_of(section));
  }
  if (random.one_in(4)) {
    if (section == section_kind::reported && !whole_body) {
      write.context.base_version = model.reported_version() + random.below(3) - 1;
    } else {
      write.context.if_match = if_match();
    }
  }
  if (random.one_in(6)) {
    write.context.mark = configuration_mark{"cfg-" + std::to_string(random.below(5)), "637950000000000000"};
  }
  now_ += random.between(-20'000'000, 90'000'000);  // the clock may go backwards
  write.now = now_;
  return write;
}

std::string twin_pair::if_match() {
  const std::string current = model.etag();
  const std::string other = "AAAAAAAAAAA=";
  return random.pick<std::string>({"*", "\"*\"", "\"" + current + "\"", current, "W/\"" + current + "\"",
                                   "\"" + other + "\"", other, "\"" + other + "\", \"" + current + "\"",
                                   "\"" + other + "\",W/\"" + other + "\""});
}

std::size_t twin_pair::limit_of(section_kind section) const {
  return section == section_kind::tags      ? limits_.tags_bytes
         : section == section_kind::desired ? limits_.desired_bytes
                                            : limits_.reported_bytes;
}

boost::system::result<void> twin_pair::apply_to(doppel::twin& target, const random_write& write, doppel::change& out) {
  const doppel::write_options options = options_of(write.context, write.now, limits_);
  if (uses_second_reader && write.form != write_form::path) {
    return doppel::detail::write<doppel::detail::ondemand_reader>(target, request_of(write), options, scratch, out,
                                                                  nullptr);
  }
  switch (write.form) {
    case write_form::merge: return merge_twin(target, write.text, options, scratch, out);
    case write_form::replace: return replace_twin(target, write.text, options, scratch, out);
    case write_form::reported: return merge_reported(target, write.text, options, scratch, out);
    case write_form::section: return merge_section(target, name_of(write.section), write.text, options, scratch, out);
    case write_form::path: return set_json(target, path_text(write), write.text, options, scratch, out);
  }
  return {};
}

model_result twin_pair::apply_to_model(const random_write& write) {
  switch (write.form) {
    case write_form::merge: return model.merge(write.text, write.now, write.context);
    case write_form::replace: return model.replace(write.text, write.now, write.context);
    case write_form::reported: return model.merge_reported(write.text, write.now, write.context);
    case write_form::section: return model.merge_section(write.section, write.text, write.now, write.context);
    case write_form::path:
      return model.merge_section(write.section, wrapped(write.keys, write.text), write.now, write.context);
  }
  return {};
}

std::string twin_pair::step(const random_write& write) {
  const std::string before = service_view_of(twin);
  const auto done = apply_to(twin, write, change);
  const model_result expected = apply_to_model(write);
  ++(done ? accepted : refused);
  std::string wrong;
  if (done && expected.accepted()) {
    wrong = compare_documents(twin, model, whole_document_);
    if (wrong.empty()) {
      wrong = compare_messages(twin, change, expected);
    }
  } else {
    const std::string word = done ? "" : reason_of(done.error());
    if (expected.refused.count(word) == 0) {
      const std::string other = expected.accepted() ? "" : *expected.refused.begin();
      wrong = "the library says '" + word + "', the model '" + other + "'";
    } else if (service_view_of(twin) != before) {
      wrong = "a refused write changed the twin";
    }
  }
  if (wrong.empty()) {
    return {};
  }
  return wrong + "\nwrite: " + excerpt(described(write)) + "\nbefore: " + excerpt(before);
}

}  // namespace doppel_test

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"
#include "query_walk.hpp"

#include <rapidjson/document.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace doppel_bench {

namespace {

class rapidjson_node {
public:
  explicit rapidjson_node(const rapidjson::Value* value) noexcept : value_(value) {}

  rapidjson_node operator[](std::string_view key) const {
    if (value_ == nullptr || !value_->IsObject()) return rapidjson_node(nullptr);
    const rapidjson::Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
    const auto found = value_->FindMember(name);
    return rapidjson_node(found != value_->MemberEnd() ? &found->value : nullptr);
  }
  bool is_there() const noexcept { return value_ != nullptr; }
  std::string_view text() const noexcept {
    return value_ != nullptr && value_->IsString() ? std::string_view(value_->GetString(), value_->GetStringLength())
                                                   : std::string_view();
  }
  double number() const noexcept {
    return value_ != nullptr && value_->IsNumber() ? value_->GetDouble() : std::nan("");
  }

private:
  const rapidjson::Value* value_;
};

/// Parses in place into a pool that is kept. The text is copied first: parsing destroys it.
class rapidjson_parse : public text_rows {
public:
  static constexpr std::string_view name = "RapidJSON, in situ";
  static constexpr query_role role = query_role::peer;
  static constexpr std::size_t most_rows = 20'000;

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    pool memory(buffer_->data(), buffer_->size());
    pool stack(stack_->data(), stack_->size());
    document parsed(&memory, stack_->size() / 2, &stack);
    return parse(parsed, text(row)) && holds_in<Q>(rapidjson_node(&parsed), found);
  }

private:
  using pool = rapidjson::MemoryPoolAllocator<>;
  using document = rapidjson::GenericDocument<rapidjson::UTF8<>, pool, pool>;
  template <std::size_t Size>
  using bytes = std::array<char, Size>;

  bool parse(document& into, std::string_view source) {
    if (source.size() >= copy_->size()) return false;
    std::memcpy(copy_->data(), source.data(), source.size());
    (*copy_)[source.size()] = '\0';
    into.ParseInsitu(copy_->data());
    return !into.HasParseError();
  }

  std::unique_ptr<bytes<32 * 1024>> copy_ = std::make_unique<bytes<32 * 1024>>();
  std::unique_ptr<bytes<64 * 1024>> buffer_ = std::make_unique<bytes<64 * 1024>>();
  std::unique_ptr<bytes<16 * 1024>> stack_ = std::make_unique<bytes<16 * 1024>>();
};

}  // namespace

std::unique_ptr<query_contender> make_rapidjson_contender() {
  return std::make_unique<row_contender<rapidjson_parse>>();
}

}  // namespace doppel_bench

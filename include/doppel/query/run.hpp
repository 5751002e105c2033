// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_RUN_HPP
#define DOPPEL_QUERY_RUN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/query/continuation.hpp>
#include <doppel/query/detail/byte_table.hpp>
#include <doppel/query/detail/encode.hpp>
#include <doppel/query/detail/group_table.hpp>
#include <doppel/query/detail/row_store.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/scratch.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

/// @file
/// The rows of a query over many documents.
namespace doppel {
inline namespace v0 {

/// A query on its way: takes documents, gives rows.
///
/// Documents come with a position, which is their place in the collection. Work can be split: each part (a chunk, a
/// thread, a machine) has a run of its own, and `merge` joins them. The rows are the same however the
/// documents were split and in whatever order they came, but for the rounding of sums of doubles. Memory is
/// bounded by the rows, groups and distinct rows kept: with TOP or LIMIT, or for a page, and without DISTINCT, by
/// their number.
/// @par Exception safety
/// Nothing throws. After `errc::out_of_memory` a run has no meaning any more and can only be destroyed.
/// @par Thread safety
/// One thread at a time.
/// @par Specification
/// spec/query.md 11, 12 and 13
class query_run {
public:
  /// @param memory outlives the run
  explicit query_run(const program& p, memory_ref memory = {}) noexcept
      : p_(p),
        groups_(p, memory),
        // Of distinct rows, one that another part has too may go: all are kept until the end.
        rows_(memory, p.is_distinct() ? all_rows : p.end_row()),
        seen_(memory),
        text_(memory),
        key_(memory),
        identity_(memory),
        encoder_(memory),
        page_key_(memory) {}
  query_run(query_run&&) noexcept = default;

  /// Makes this the run of one page: of the rows at a place and behind it, as many as fill it.
  ///
  /// Pages are as stable as the places of rows, which are what ORDER BY sorts them by and then the position of the
  /// document that they are made of. What happens to other documents between two pages moves no row from one page to
  /// another. The place of a group, or of a row of DISTINCT, is that of its first document.
  /// @param from what `finish_page` has given at the end of the page before; the default for the first page
  /// @param size number of rows, at least 1; see `page_size`
  /// @return nothing, or `errc::out_of_memory`
  /// @pre no document has come yet
  /// @par Specification
  /// spec/query.md 13
  boost::system::result<void> turn_to(const continuation& from, std::uint32_t size) noexcept {
    DOPPEL_ASSERT(size != 0 && matched_ == 0);
    if (!page_key_.append(from.key.view())) return make_error_code(errc::out_of_memory);
    page_position_ = from.position;
    page_size_ = size;
    emitted_ = from.row;
    const std::uint64_t skipped = p_.first_row() - (std::min)(p_.first_row(), emitted_);
    // One more tells that there is a next page.
    page_rows_ = skipped + (std::min)(std::uint64_t{size} + 1, all_rows - skipped);
    if (!p_.is_distinct()) rows_.keep_at_most(wanted_rows());
    return {};
  }

  [[nodiscard]] const program& compiled() const noexcept { return p_; }
  /// Documents that have matched.
  [[nodiscard]] std::uint64_t matched() const noexcept { return matched_; }
  /// Says whether documents behind all those that came can make no difference: TOP, LIMIT or the page has its rows.
  [[nodiscard]] bool is_full() const noexcept {
    if (p_.end_row() <= emitted_) return true;
    // How many of the distinct rows are before the page is known when all are there.
    if (!p_.is_streaming() || (p_.is_distinct() && page_position_ != 0)) return false;
    return rows_.size() >= wanted_rows();
  }

  /// Takes a document, if it matches.
  /// @param position its place in the collection; no two documents have the same
  /// @return nothing, or `errc::out_of_memory`; `matched()` tells whether it did
  /// @pre the scratch is prepared for the program
  template <query_document D>
  boost::system::result<void> add(const D& document, std::uint64_t position, query_scratch& scratch) noexcept {
    const detail::document_input<D> input(p_, document, scratch);
    if (!input.matches()) return {};
    return add_matching(input, input.room(), position, [&](text_buffer& out) { return document.write(out); });
  }
  /// Takes a document that is known to match.
  template <query_document D>
  boost::system::result<void> add_match(const D& document, std::uint64_t position, query_scratch& scratch) noexcept {
    const detail::document_input<D> input(p_, document, scratch);
    return add_matching(input, input.room(), position, [&](text_buffer& out) { return document.write(out); });
  }
  /// Takes a document that has been passed through and matches.
  /// @param document its text, which a row of `SELECT *` is
  /// @pre the pass wanted rows and matched; its scratch has not been used since
  boost::system::result<void> add_match(const query_pass& pass, std::string_view document, std::uint64_t position,
                                        query_scratch& scratch) noexcept {
    DOPPEL_ASSERT(pass.verdict() == query_verdict::matched);
    const detail::machine_room room{scratch.stack(), scratch.pieces(), scratch.values()};
    return add_matching(detail::slot_input{pass.slot_list()}, room, position,
                        [&](text_buffer& out) { return out.append(document); });
  }

  // For the library's own layers: documents of one group that have been aggregated elsewhere, as columns do. Their
  // values have to be added to the states, in the order of the documents, before anything else comes; null when memory
  // is refused.
  // @param keys of the group, as its first document has them
  // @param first the position of that document
  detail::aggregate_state* add_group(std::span<const query_value> keys, std::uint64_t first,
                                     std::uint64_t documents) noexcept {
    DOPPEL_ASSERT(p_.is_grouped());
    matched_ += documents;
    return groups_.need(keys, first);
  }

  /// Takes what another run of the same program has got from other documents.
  /// @return nothing, or `errc::out_of_memory`
  /// @pre neither run has given rows away; the other one is for all rows or for the same page
  boost::system::result<void> merge(const query_run& other) noexcept {
    DOPPEL_ASSERT(other.page_size_ == 0 ? other.emitted_ == 0 : other.emitted_ == emitted_);
    matched_ += other.matched_;
    bool is_done = !p_.is_grouped() || groups_.merge(other.groups_);
    for (std::uint32_t i = 0; i != other.rows_.size() && is_done; ++i) {
      if (!wants(other.rows_.key(i), other.rows_.position(i))) continue;
      is_done = keep_row(p_.is_distinct() ? other.seen_[i] : std::string_view{}, other.rows_.key(i),
                         other.rows_.position(i), other.rows_.text(i));
    }
    if (!is_done) return make_error_code(errc::out_of_memory);
    return {};
  }

  /// Gives the rows that are certain, and forgets them: all so far, if the program is streaming and documents come in
  /// the order of their positions; else none. For long runs in one piece.
  /// @param sink called with each row, minified JSON; returns whether it wants more
  /// @pre the run is not one of a page
  template <class Sink>
  void drain(Sink&& sink) noexcept {
    DOPPEL_ASSERT(page_size_ == 0);
    if (p_.is_streaming()) give([&](std::uint32_t i) { return sink(rows_.text(i)); });
  }

  /// Gives all rows that have not been given, in their order. The run ends.
  /// @param sink as for `drain`
  /// @return nothing, or `errc::out_of_memory`; then no row has been given
  /// @pre the run is not one of a page
  template <class Sink>
  boost::system::result<void> finish(Sink&& sink) noexcept {
    DOPPEL_ASSERT(page_size_ == 0);
    if (p_.is_grouped() && !make_group_rows()) return make_error_code(errc::out_of_memory);
    give([&](std::uint32_t i) { return sink(rows_.text(i)); });
    return {};
  }

  /// Gives the rows of the page. The run ends.
  /// @param sink called with each row, minified JSON
  /// @return where the next page starts, or nothing if this was the last; `errc::out_of_memory`, also when rows have
  ///   been given
  /// @pre `turn_to` has been called
  /// @par Specification
  /// spec/query.md 13
  template <class Sink>
  boost::system::result<std::optional<continuation>> finish_page(Sink&& sink) noexcept {
    DOPPEL_ASSERT(page_size_ != 0);
    if (p_.is_grouped() && !make_group_rows()) return make_error_code(errc::out_of_memory);
    std::uint32_t left = page_size_;
    bool is_done = true;
    std::optional<continuation> next;
    give([&](std::uint32_t i) {
      if (left != 0) {
        --left;
        sink(rows_.text(i));
        return true;
      }
      next = continuation{rows_.position(i), emitted_ - 1, 0, text_buffer(text_.memory())};
      is_done = next->key.append(rows_.key(i));
      return false;
    });
    if (!is_done) return make_error_code(errc::out_of_memory);
    return next;
  }

private:
  static constexpr std::uint64_t all_rows = 0xffff'ffff'ffff'ffffu;

  template <class Input, class Write>
  boost::system::result<void> add_matching(const Input& input, const detail::machine_room& room, std::uint64_t position,
                                           Write write_document) noexcept {
    ++matched_;
    if (!(p_.is_grouped() ? groups_.add(input, room, position) : add_row(input, room, position, write_document))) {
      return make_error_code(errc::out_of_memory);
    }
    return {};
  }

  template <class Input, class Write>
  bool add_row(const Input& input, const detail::machine_room& room, std::uint64_t position,
               Write write_document) noexcept {
    key_.clear();
    for (const query_ordering& o : p_.order()) {
      if (!put_key(detail::run(p_, o.code, input, room), o.is_descending)) return false;
    }
    if (!wants(key_.view(), position)) return true;
    text_.clear();
    if (!(p_.selects_documents() ? write_document(text_) : detail::write_columns(p_, input, room, text_))) return false;
    return keep_row(key_.view(), position, text_.view());
  }

  bool put_key(const query_value& v, bool is_descending) noexcept {
    const std::size_t begin = key_.size();
    if (!detail::encode_for_order(v, key_)) return false;
    if (is_descending) {
      char* const end = key_.end();
      for (char* c = end - (key_.size() - begin); c != end; ++c) *c = static_cast<char>(~*c);
    }
    return true;
  }

  bool make_group_rows() noexcept {
    if (p_.group_keys().empty() && groups_.size() == 0 && !groups_.add_empty()) return false;
    for (std::uint32_t g = 0; g != groups_.size(); ++g) {
      key_.clear();
      for (const query_ordering& o : p_.order()) {
        if (!put_key(groups_.value(g, o.group_key, o.aggregate), o.is_descending)) return false;
      }
      if (!wants(key_.view(), groups_.position(g))) continue;
      text_.clear();
      if (!groups_.write(g, text_) || !keep_row(key_.view(), groups_.position(g), text_.view())) return false;
    }
    return true;
  }

  std::uint64_t wanted_rows() const noexcept {
    return (std::min)(p_.end_row() - (std::min)(p_.end_row(), emitted_), page_rows_);
  }
  bool is_before_page(std::string_view key, std::uint64_t position) const noexcept {
    return detail::row_store::is_before(key, position, page_key_.view(), page_position_);
  }
  bool wants(std::string_view key, std::uint64_t position) const noexcept {
    // Of distinct rows, those before the page say which others are the same.
    return p_.is_distinct() || (!is_before_page(key, position) && rows_.wants(key, position));
  }

  /// Row number i is the one that `seen_` numbers so, less those that have been given away.
  bool keep_row(std::string_view identity, std::string_view key, std::uint64_t position,
                std::string_view text) noexcept {
    if (!p_.is_distinct()) return rows_.add(key, position, text);
    bool is_new = false;
    const std::uint32_t i = seen_.number_of(identity, is_new);
    if (i == no_index) return false;
    if (is_new) return rows_.add(key, position, text);
    if (i < given_ || rows_.position(i - given_) < position) return true;
    return rows_.replace(i - given_, key, position, text);
  }
  bool keep_row(std::string_view key, std::uint64_t position, std::string_view text) noexcept {
    identity_.clear();
    if (p_.is_distinct() && !encoder_.encode(value_of_json(text), identity_)) return false;
    return keep_row(identity_.view(), key, position, text);
  }

  /// @param give_row called with the number of each row that is wanted; returns whether it wants more
  template <class GiveRow>
  void give(GiveRow give_row) noexcept {
    rows_.sort();
    for (std::uint32_t i = 0; i != rows_.size(); ++i) {
      if (is_before_page(rows_.key(i), rows_.position(i))) continue;
      const std::uint64_t row = emitted_++;
      if (row < p_.first_row()) continue;
      if (row >= p_.end_row()) break;
      if (!give_row(i)) break;
    }
    rows_.clear();
    given_ = seen_.size();
  }

  program p_;
  detail::group_table groups_;
  detail::row_store rows_;
  detail::byte_table seen_;
  text_buffer text_;
  text_buffer key_;
  text_buffer identity_;
  detail::identity_encoder encoder_;
  text_buffer page_key_;  // with the position: the place where the page starts
  std::uint64_t page_position_ = 0;
  std::uint64_t page_rows_ = all_rows;  // that are wanted from there on, those that OFFSET leaves out included
  std::uint32_t page_size_ = 0;         // 0: the run is for all rows
  std::uint64_t matched_ = 0;
  std::uint64_t emitted_ = 0;  // rows that have been counted against TOP and OFFSET
  std::uint32_t given_ = 0;    // distinct rows among them
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_RUN_HPP

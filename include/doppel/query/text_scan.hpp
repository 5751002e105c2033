// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_TEXT_SCAN_HPP
#define DOPPEL_QUERY_TEXT_SCAN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/detail/simdjson.hpp>
#include <doppel/query/detail/scan_plan.hpp>
#include <doppel/query/detail/text_index.hpp>
#include <doppel/query/detail/text_kernels.hpp>
#include <doppel/query/detail/text_walk.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/twin_text.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

/// @file
/// Queries over texts as they stand: nothing is parsed beyond what the verdict takes.
namespace doppel {
inline namespace v0 {

/// What finds the members in a text. All of them give the same answers.
enum class text_kernel : std::uint8_t {
  portable,  ///< on simdjson's structural index
  avx2,      ///< AVX2 with carry-less multiplication
  avx512     ///< AVX-512 with VBMI2
};

/// Says whether this machine has what a kernel needs.
[[nodiscard]] inline bool is_supported(text_kernel kernel) noexcept {
#if DOPPEL_HAS_TEXT_KERNELS
  if (kernel == text_kernel::avx2) return detail::avx2_kernel::is_supported();
  if (kernel == text_kernel::avx512) return detail::avx512_kernel::is_supported();
#endif
  return kernel == text_kernel::portable;
}

/// The fastest kernel that this machine supports.
[[nodiscard]] inline text_kernel best_text_kernel() noexcept {
  if (is_supported(text_kernel::avx512)) return text_kernel::avx512;
  return is_supported(text_kernel::avx2) ? text_kernel::avx2 : text_kernel::portable;
}

/// A program made ready to be asked of texts, and the memory that this takes.
///
/// A text is read once from its start, and no further than until the verdict is certain; members that no path names
/// are passed over without a look inside. What the program says is what it says of the document as
/// `boost::json::value` or as a twin.
/// @par Exception safety
/// Nothing throws, and after `make` nothing fails. Nothing allocates either but the portable kernel, which takes room
/// for the index of the longest text that it has met and, without padding, for a copy; refused that, it takes longer.
/// @par Thread safety
/// One scan for each thread.
class text_scan {
public:
  /// @param memory outlives the scan
  /// @param kernel one that this machine supports
  /// @return the scan, or `errc::out_of_memory`
  /// @par Complexity
  /// Linear in the paths of the program.
  [[nodiscard]] static boost::system::result<text_scan> make(const program& p, memory_ref memory = {},
                                                             text_kernel kernel = best_text_kernel()) noexcept {
    DOPPEL_ASSERT(is_supported(kernel));
    text_scan scan(p, memory, kernel);
    if (!scan.prepare()) return make_error_code(errc::out_of_memory);
    return scan;
  }

  text_scan(text_scan&&) noexcept = default;
  text_scan& operator=(text_scan&&) noexcept = default;

  [[nodiscard]] const program& get_program() const noexcept { return program_; }
  [[nodiscard]] text_kernel kernel() const noexcept { return kernel_; }

  /// Says whether the condition holds.
  /// @par Complexity
  /// At most linear in the text.
  [[nodiscard]] bool matches(const twin_text& text) noexcept { return run(text, false) == query_verdict::matched; }

  /// The same, with the values that a row is made of, by number of slot.
  /// @param[out] slot_list them, if the condition holds; where the program has none it may be null
  /// @par Lifetime
  /// Until the next call of the scan. The values refer to the text.
  [[nodiscard]] bool matches(const twin_text& text, const query_value*& slot_list) noexcept {
    slot_list = scratch_.slot_list();
    return run(text, true) == query_verdict::matched;
  }

  /// If the condition holds, appends the row as minified JSON; `SELECT *` gives the text as it stands.
  /// @param[out] matched whether it holds
  /// @return nothing, or `errc::out_of_memory`; then what stands in @p out is not a row
  /// @pre the program is not grouped
  /// @par Specification
  /// spec/query.md 12
  [[nodiscard]] boost::system::result<void> write_row(const twin_text& text, text_buffer& out, bool& matched) noexcept {
    return with_match(text, matched, [&](const query_pass& pass) {
      return doppel::write_row(program_, pass, text.view(), scratch_, out);
    });
  }

  /// If the condition holds, adds the document to a run of the same program: for groups, order and the rest.
  /// `query_run::matched()` tells whether it did.
  /// @param position see `query_run::add`
  /// @return nothing, or `errc::out_of_memory`
  [[nodiscard]] boost::system::result<void> add_to(query_run& rows, const twin_text& text,
                                                   std::uint64_t position) noexcept {
    bool matched = false;
    return with_match(text, matched,
                      [&](const query_pass& pass) { return rows.add_match(pass, text.view(), position, scratch_); });
  }

  /// Names a text that will be asked about soon, best the one after the next: the following calls bring it towards the
  /// cache, as far as they read themselves.
  void expect(const twin_text& text) noexcept { next_ = text; }

  /// Calls `f(i)` for each text whose condition holds, in order, with `expect`. For many texts this is the function
  /// to call.
  /// @param f returns whether to go on
  /// @return how many texts were looked at: all, if nothing has stopped it
  template <class F>
  std::size_t each_match(std::span<const twin_text> texts, F&& f) {
    for (std::size_t i = 0; i != texts.size(); ++i) {
      if (i + ahead() < texts.size()) expect(texts[i + ahead()]);
      if (matches(texts[i]) && !f(i)) return i + 1;
    }
    return texts.size();
  }
  /// The same with the values of the row: `f(i, slot_list)`.
  template <class F>
  std::size_t each_row(std::span<const twin_text> texts, F&& f) {
    for (std::size_t i = 0; i != texts.size(); ++i) {
      if (i + ahead() < texts.size()) expect(texts[i + ahead()]);
      const query_value* slot_list = nullptr;
      if (matches(texts[i], slot_list) && !f(i, slot_list)) return i + 1;
    }
    return texts.size();
  }

private:
  // Measured. The portable kernel has to fetch all of a text at once, and the sooner it is used the better.
  std::size_t ahead() const noexcept { return kernel_ == text_kernel::portable ? 1 : 2; }

  text_scan(const program& p, memory_ref memory, text_kernel kernel) noexcept
      : program_(p),
        plan_(memory),
        scratch_(memory),
        marks_(memory),
        values_(memory),
        positions_(memory),
        copy_(memory),
        kernel_(kernel) {
#if DOPPEL_HAS_TEXT_KERNELS
    if (kernel == text_kernel::avx2) run_kernel_ = &detail::avx2_kernel::run;
    if (kernel == text_kernel::avx512) run_kernel_ = &detail::avx512_kernel::run;
#endif
  }

  bool prepare() noexcept {
    if (!scratch_.prepare(program_) || !plan_.build(program_) || !marks_.reserve(plan_.size()) ||
        !values_.reserve(program_.paths().size()) || !positions_.reserve(detail::window_capacity)) {
      return false;
    }
    forget_runs();
    return true;
  }
  void forget_runs() noexcept {
    for (std::uint32_t i = 0; i != plan_.size(); ++i) marks_.data()[i] = {};
    run_ = 0;
  }

  query_verdict run(const twin_text& text, bool wants_rows) noexcept {
    query_pass pass(program_, scratch_, wants_rows);
    return run(text, pass);
  }
  template <class F>
  boost::system::result<void> with_match(const twin_text& text, bool& matched, F f) noexcept {
    query_pass pass(program_, scratch_, true);
    matched = run(text, pass) == query_verdict::matched;
    if (!matched) return {};
    return f(pass);
  }
  query_verdict run(const twin_text& text, query_pass& pass) noexcept {
    if (pass.verdict() != query_verdict::open) return pass.verdict();
    if (++run_ == 0) {
      forget_runs();
      run_ = 1;
    }
    return kernel_ == text_kernel::portable ? run_portable(text, pass) : run_windows(text, pass);
  }

  query_verdict run_windows(const twin_text& text, query_pass& pass) noexcept {
    detail::window_state state;
    state.at = text.data();
    state.end = text.data() + text.size();
    state.next = reinterpret_cast<std::uintptr_t>(next_.data());
    return walk(detail::window_text_index(run_kernel_, state, positions_.data()), text, pass);
  }

  [[gnu::noinline]] query_verdict run_portable(const twin_text& text, query_pass& pass) noexcept {
    constexpr std::size_t most = 4096;
    detail::prefetch_range(next_.data(), next_.size() < most ? next_.size() : most);
    const char* padded = text.data();
    if (!text.is_padded()) {
      if (!copy_.reserve(text.size() + twin_text::padding)) return run_windows(text, pass);
      padded = copy_.data();
      std::memcpy(copy_.data(), text.data(), text.size());
      std::memset(copy_.data() + text.size(), 0, twin_text::padding);
    }
    switch (index_.build(padded, text.size())) {
      case detail::structural_index::outcome::indexed: break;
      case detail::structural_index::outcome::malformed: return query_verdict::rejected;  // it is not as was promised
      case detail::structural_index::outcome::out_of_memory: return run_windows(text, pass);
    }
    return walk(detail::full_text_index(text.data(), text.size(), index_.offsets(), index_.size()), text, pass);
  }

  template <class Index>
  query_verdict walk(const Index& index, const twin_text& text, query_pass& pass) noexcept {
    return detail::text_walk<Index>(text.view(), text.has_canonical_names(), program_, plan_, marks_.data(), run_,
                                    values_.data(), pass)
        .run(index);
  }

  program program_;
  detail::scan_plan plan_;
  query_scratch scratch_;
  detail::array<detail::scan_mark> marks_;
  detail::array<query_value> values_;
  detail::array<std::uint16_t> positions_;
  detail::array<char> copy_;
  detail::structural_index index_;
  twin_text next_;
  detail::window_kernel run_kernel_ = &detail::byte_kernel::run;
  std::uint32_t run_ = 0;
  text_kernel kernel_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_TEXT_SCAN_HPP

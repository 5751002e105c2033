// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_MERGE_PATCH_HPP
#define DOPPEL_JSON_MERGE_PATCH_HPP

#include <doppel/base/config.hpp>
#include <doppel/json/value.hpp>

#include <string>
#include <vector>

namespace doppel {
inline namespace v0 {

/// @file
/// JSON Merge Patch on plain `boost::json::value`: apply, compute, join. None of the rules of twins hold
/// here; those are in `doppel/twin/`.
///
/// A merge patch names the members to set; null means remove, objects merge, everything else replaces. Two
/// things it cannot say: that a member has the value null, and that an object is to be replaced by another
/// object as a whole. Functions here that meet such a case report the path of the member (form:
/// `doppel/base/path.hpp`).
///
/// Two values are equal if Boost says so: 1 and 1.0 differ, 0.0 and -0.0 do not, and the order of members has
/// no meaning.
///
/// @par Depth
/// Nothing here recurses, so no nesting exhausts the stack. Boost itself copies, compares, serialises and
/// destroys recursively: a value of extreme depth that you own must live in a
/// `boost::json::monotonic_resource` or another resource whose deallocation is trivial, so that it needs no
/// destruction. Boost's parser stops at 32 levels unless told otherwise.
/// @par Exception safety
/// Allocations may throw `std::bad_alloc`, and an object that outgrows Boost's bound throws
/// `std::length_error`. Built without exceptions, both end in the handler of `boost::throw_exception` or in
/// termination.
/// @par Thread safety
/// As the values themselves: const arguments may be shared.
/// @par Specification
/// RFC 7386; spec/twin.md 6.1

/// A merge patch, and what it cannot say.
struct merge_patch_result {
  boost::json::value patch;
  /// Paths of the members for which the patch is not exact; empty if it is.
  std::vector<std::string> inexact_paths;

  /// Says whether the patch does exactly what was asked for.
  [[nodiscard]] bool is_exact() const noexcept { return inexact_paths.empty(); }
};

/// Applies a merge patch.
///
/// Members keep their order: one that is overwritten keeps its place, a new one goes last, in the order of
/// the patch.
/// @param target changed in place; keeps its storage
/// @param patch may be a part of @p target
/// @par Complexity
/// Linear in the size of the patch, plus, for each object that loses members, the number of its members.
/// @par Exception safety
/// Strong: all memory is taken before @p target changes.
void apply_merge_patch(boost::json::value& target, const boost::json::value& patch);

/// Applies a merge patch and uses its parts up.
///
/// Subtrees are moved into the target if both have the same storage, else copied.
/// @param target as above
/// @param patch null afterwards; no part of @p target, nor the reverse
/// @par Complexity
/// As above; what is moved costs only the search for nulls in it.
/// @par Exception safety
/// Strong for @p target; @p patch is valid but unspecified after an exception.
void apply_merge_patch(boost::json::value& target, boost::json::value&& patch);

/// Computes the smallest merge patch that turns one value into another.
///
/// It names exactly the members that differ: applied to @p from it yields @p to, if the result is exact, and
/// no patch with fewer members does. Where both sides have objects it descends, since merge patch cannot
/// replace an object; arrays and scalars are taken whole. Members to set come first, in the order of @p to,
/// then those to remove. Values that are no objects are their own patch; two equal objects give `{}`.
/// @param storage where the patch is allocated
/// @return the patch, and the path of each member of @p to that is null and is not null in @p from, for the
/// patch
///   leaves such a member out: it is removed or stays absent. Nulls within arrays need no mention.
/// @par Complexity
/// Linear in the size of both values, plus the length of the paths.
[[nodiscard]] merge_patch_result diff_merge_patch(const boost::json::value& from, const boost::json::value& to,
                                                  boost::json::storage_ptr storage = {});

/// Joins two patches into one that does what both do, one after the other, on any document.
///
/// The order of members may come out differently than in two steps: a member that the first removes and the
/// second sets keeps its place.
/// @param storage where the patch is allocated
/// @return the patch, and the path of each member that @p first removes or sets to something else than an
/// object and
///   to which @p second gives an object. What is left of an object in the document is then not known, so that
///   no patch is exact for every document. The patch carries the member as @p second has it: exact for
///   documents that have no object there, otherwise members of the document may survive. The path is empty if
///   this holds for the whole patch.
/// @par Complexity
/// Linear in the size of both patches, plus the length of the paths.
[[nodiscard]] merge_patch_result compose_merge_patch(const boost::json::value& first, const boost::json::value& second,
                                                     boost::json::storage_ptr storage = {});

/// Joins two patches into one that does to @p base what both do, one after the other.
///
/// Where the form without a base is not exact, the patch removes by name what @p base has and @p second does
/// not give. So it is exact for @p base, though not for other documents. A null in @p base that neither patch
/// touches stays.
/// @param storage where the patch is allocated
/// @par Complexity
/// Linear in the size of both patches and of the objects of @p base that are replaced.
[[nodiscard]] boost::json::value compose_merge_patch(const boost::json::value& base, const boost::json::value& first,
                                                     const boost::json::value& second,
                                                     boost::json::storage_ptr storage = {});

}  // namespace v0
}  // namespace doppel

#include <doppel/json/impl/merge_patch.ipp>

#endif  // DOPPEL_JSON_MERGE_PATCH_HPP

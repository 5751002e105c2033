// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_UMBRELLA_HPP
#define DOPPEL_QUERY_UMBRELLA_HPP

/// @file
/// The whole of `query/`, but for `query/json_document.hpp` and `query/json_row.hpp`, which bring Boost.JSON.
#include <doppel/query/bound_program.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/continuation.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/explain.hpp>
#include <doppel/query/for_each_match.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/lint.hpp>
#include <doppel/query/lint_report.hpp>
#include <doppel/query/literal.hpp>
#include <doppel/query/message.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/page_size.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/print.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/syntax_tree.hpp>
#include <doppel/query/text_scan.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/query/twin_text.hpp>
#include <doppel/query/value.hpp>

#endif  // DOPPEL_QUERY_UMBRELLA_HPP

// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_UMBRELLA_HPP
#define DOPPEL_QUERY_UMBRELLA_HPP

/// @file
/// The whole of `query/`.
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/literal.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/print.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/syntax_tree.hpp>

#endif  // DOPPEL_QUERY_UMBRELLA_HPP

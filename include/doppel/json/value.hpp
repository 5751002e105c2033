// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_VALUE_HPP
#define DOPPEL_JSON_VALUE_HPP

/// @file
/// Brings `boost::json::value`, our vocabulary for arbitrary JSON, with its parser and serializer. This is the
/// only header of the library that includes Boost.JSON; whoever includes it links the compiled Boost.JSON
/// (or builds `boost/json/src.hpp` into one of their own files).

#include <doppel/base/config.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#endif  // DOPPEL_JSON_VALUE_HPP

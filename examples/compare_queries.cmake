# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors

# cmake -D PAGE=FILE -D PROGRAM=FILE -D FLEET=FILE -P compare_queries.cmake
# Runs each sql block of the page over the fleet, in hub mode if the block is one of sql hub, and compares the table with
# the text block that follows. With DOPPEL_UPDATE_EXPECTED in the environment, the page gets what was printed instead:
# look at the difference before you commit it.

cmake_minimum_required(VERSION 3.24)

# split_at(TEXT MARK BEFORE AFTER): cuts a text at the first mark, which goes with neither; FALSE in BEFORE if there is
# none.
function(split_at text mark before after)
  string(FIND "${text}" "${mark}" at)
  if(at EQUAL -1)
    set(${before} FALSE PARENT_SCOPE)
    return()
  endif()
  string(LENGTH "${mark}" length)
  math(EXPR behind "${at} + ${length}")
  string(SUBSTRING "${text}" 0 ${at} head)
  string(SUBSTRING "${text}" ${behind} -1 tail)
  set(${before} "${head}" PARENT_SCOPE)
  set(${after} "${tail}" PARENT_SCOPE)
endfunction()

file(READ "${PAGE}" rest)
set(page "")
set(count 0)
set(wrong "")
while(TRUE)
  split_at("${rest}" "```sql" before rest)
  if(before STREQUAL "FALSE")
    break()
  endif()
  split_at("${rest}" "\n" info rest)
  split_at("${rest}" "\n```\n" query rest)
  split_at("${rest}" "```text\n" between rest)
  split_at("${rest}" "```" shown rest)
  if(shown STREQUAL "FALSE")
    message(FATAL_ERROR "no text block after the query\n${query}")
  endif()
  set(mode extended)
  if(info STREQUAL " hub")
    set(mode hub)
  endif()
  execute_process(COMMAND ${PROGRAM} query "${query}" ${FLEET} --table --mode ${mode}
    OUTPUT_VARIABLE printed ERROR_VARIABLE errors RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "exit status ${status}\n${errors}")
  endif()
  if(NOT printed STREQUAL shown)
    string(APPEND wrong "${query}\nprints\n${printed}\n")
  endif()
  string(APPEND page "${before}```sql${info}\n${query}\n```\n${between}```text\n${printed}```")
  math(EXPR count "${count} + 1")
endwhile()

if(count EQUAL 0)
  message(FATAL_ERROR "no queries in ${PAGE}")
endif()
if(DEFINED ENV{DOPPEL_UPDATE_EXPECTED})
  file(WRITE "${PAGE}" "${page}${rest}")
elseif(wrong)
  message(FATAL_ERROR "the page is not what is printed\n${wrong}")
endif()
message(STATUS "${count} queries")

# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors

# cmake -D EXPECTED=FILE -D ACTUAL=FILE -D STATUS=N [-D ONLY_STDOUT=ON] [-D INPUT=FILE] -P compare_output.cmake
#   -- COMMAND...
# Runs the command with INPUT as its standard input, writes what it prints (standard output, then standard error unless ONLY_STDOUT is set) to ACTUAL
# and compares that with EXPECTED, and its exit status with STATUS. With DOPPEL_UPDATE_EXPECTED in the environment,
# EXPECTED is written instead: look at the difference before you commit it.

set(command "")
set(is_command FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(is_command)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(is_command TRUE)
  endif()
endforeach()

if(NOT INPUT)
  set(INPUT /dev/null)
endif()
execute_process(COMMAND ${command}
  INPUT_FILE ${INPUT} OUTPUT_FILE ${ACTUAL} ERROR_VARIABLE errors RESULT_VARIABLE status)
if(NOT ONLY_STDOUT)
  file(APPEND ${ACTUAL} "${errors}")
endif()

if(NOT status EQUAL STATUS)
  message(FATAL_ERROR "exit status ${status}, expected ${STATUS}\n${errors}")
endif()
if(DEFINED ENV{DOPPEL_UPDATE_EXPECTED})
  file(COPY_FILE ${ACTUAL} ${EXPECTED})
  return()
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${EXPECTED} ${ACTUAL} RESULT_VARIABLE difference)
if(difference)
  execute_process(COMMAND diff -u ${EXPECTED} ${ACTUAL} OUTPUT_VARIABLE lines ERROR_QUIET)
  message(FATAL_ERROR "the output differs from ${EXPECTED}\n${lines}")
endif()

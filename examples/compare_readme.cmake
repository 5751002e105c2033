# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors

# cmake -D README=FILE -D SOURCE=FILE -D EXPECTED=FILE -P compare_readme.cmake
# Fails unless the first cpp block of README is SOURCE behind its opening comment, and the first text block EXPECTED.

# fenced_block(LANGUAGE RESULT): the text of the first fenced block of that language.
function(fenced_block language result)
  set(fence "```${language}\n")
  string(FIND "${readme}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "no ${language} block in ${README}")
  endif()
  string(LENGTH "${fence}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${readme}" ${begin} -1 rest)
  string(FIND "${rest}" "```" end)
  string(SUBSTRING "${rest}" 0 ${end} text)
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

file(READ "${README}" readme)
file(READ "${SOURCE}" source)
file(READ "${EXPECTED}" expected)
string(FIND "${source}" "#include" code)
string(SUBSTRING "${source}" ${code} -1 source)
fenced_block(cpp shown_code)
fenced_block(text shown_output)
if(NOT shown_code STREQUAL source)
  message(FATAL_ERROR "the first program in the README is not ${SOURCE}")
endif()
if(NOT shown_output STREQUAL expected)
  message(FATAL_ERROR "the first output in the README is not ${EXPECTED}")
endif()

# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors

# cmake -D BUILD=DIR -D TARGET=NAME -D SAYS=TEXT[;TEXT...] -P expect_failure.cmake
# Succeeds if the target does not build and its errors contain every text.
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target ${TARGET}
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(status EQUAL 0)
  message(FATAL_ERROR "${TARGET} compiles, but must not")
endif()
foreach(text IN LISTS SAYS)
  string(FIND "${output}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${TARGET} does not compile, as it should, but the compiler does not say\n  ${text}\nIt says:\n${output}")
  endif()
endforeach()

# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors

# cmake -D PROGRAM=FILE -D FLEET=FILE -D SUM=FILE -P make_fleet.cmake
# Writes the fleet to FLEET, and fails unless it is the one whose SHA-256 is in SUM. With DOPPEL_UPDATE_EXPECTED in the
# environment, SUM is written instead.

cmake_minimum_required(VERSION 3.24)

execute_process(COMMAND ${PROGRAM} OUTPUT_FILE "${FLEET}" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "exit status ${status}")
endif()
file(SHA256 "${FLEET}" sum)
if(DEFINED ENV{DOPPEL_UPDATE_EXPECTED})
  file(WRITE "${SUM}" "${sum}\n")
  return()
endif()
file(READ "${SUM}" expected)
if(NOT "${sum}\n" STREQUAL expected)
  message(FATAL_ERROR "another fleet than before, or with another compiler: ${sum}")
endif()

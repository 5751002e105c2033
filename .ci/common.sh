# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors
# shellcheck shell=sh

# What tests/run, examples/run and .ci/run share: headings, installing what is missing, configuring and building.
# Source it with the working directory at the root of the project; it changes nothing by itself.

JOBS=${DOPPEL_JOBS:-$(nproc 2>/dev/null || echo 1)}

bold='' dim='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m') dim=$(printf '\033[2m') red=$(printf '\033[31m') plain=$(printf '\033[0m')
fi

heading() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
note() { printf '%s%s%s\n' "$dim" "$1" "$plain"; }
fail() {
  printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
  exit 1
}

# -- packages ---------------------------------------------------------------------------------------------------------

has_command() { command -v "$1" >/dev/null 2>&1; }
has_package() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The version of a package that apt would install, or nothing.
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: \([0-9].*\)/\1/p'; }

# Prints an installed package libboost-jsonN-dev that is new enough.
installed_boost() {
  dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' 'libboost-json1.*-dev' 2>/dev/null |
    while read -r status package version; do
      if [ "$status" = installed ] && dpkg --compare-versions "$version" ge 1.81; then echo "$package"; fi
    done | head -n 1
}

# Prints the packages that bring Boost 1.81 or newer: the distribution's default, else the newest it has beside it.
boost_packages() {
  if version=$(candidate libboost-json-dev) && [ -n "$version" ] && dpkg --compare-versions "$version" ge 1.81; then
    echo libboost-dev libboost-json-dev
    return
  fi
  newest=$(apt-cache pkgnames libboost-json1. | sed -n 's/^libboost-json\(1\.[0-9]*\)-dev$/\1/p' | sort -V | tail -n 1)
  if [ -n "$newest" ] && dpkg --compare-versions "$newest" ge 1.81; then
    echo "libboost$newest-dev" "libboost-json$newest-dev"
    return
  fi
  fail "doppel needs Boost 1.81 or newer, and apt offers none here"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has_command sudo; then
    sudo "$@"
  else
    fail "this needs root, and there is no sudo; run as root: $*"
  fi
}

# need WHAT...: installs with apt those of the given things that are missing. WHAT is one of
#   compiler cmake simdjson boost doctest benchmark clang libfuzzer PACKAGE
# Looks at the machine first: nothing missing means no network, no root and no apt.
need() {
  [ -z "${DOPPEL_NO_INSTALL:-}" ] || return 0
  if ! has_command dpkg-query || ! has_command apt-get; then
    note "Not a Debian or Ubuntu: taking it that all dependencies are here."
    return 0
  fi
  missing='' missing_boost=''
  for what in "$@"; do
    case $what in
      compiler) has_command "${CXX:-g++}" || missing="$missing g++" ;;
      cmake)
        has_command cmake || missing="$missing cmake"
        has_command ninja || has_command make || missing="$missing ninja-build" ;;
      simdjson) has_package libsimdjson-dev || missing="$missing libsimdjson-dev" ;;
      boost) [ -n "$(installed_boost)" ] || missing_boost=yes ;;
      doctest) has_package doctest-dev || missing="$missing doctest-dev" ;;
      benchmark) has_package libbenchmark-dev || missing="$missing libbenchmark-dev" ;;
      clang) [ -n "$(find_clang)" ] || missing="$missing clang" ;;
      libfuzzer)
        ls /usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*.a >/dev/null 2>&1 || missing="$missing libclang-rt-dev" ;;
      *) has_package "$what" || missing="$missing $what" ;;
    esac
  done
  [ -n "$missing$missing_boost" ] || return 0

  heading "Install what is missing"
  as_root apt-get update -q
  if [ -n "$missing_boost" ]; then missing="$missing $(boost_packages)"; fi
  case " $missing " in
    *" libsimdjson-dev "*)
      dpkg --compare-versions "$(candidate libsimdjson-dev)" ge 3.0 ||
        fail "doppel needs simdjson 3.0 or newer, and apt offers '$(candidate libsimdjson-dev)' here" ;;
  esac
  echo "Installing with apt:$missing"
  # shellcheck disable=SC2086  # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# Prints clang++ or the newest clang++-N.
find_clang() {
  if has_command clang++; then
    echo clang++
    return
  fi
  for directory in $(echo "$PATH" | tr ':' ' '); do ls "$directory" 2>/dev/null; done |
    sed -n 's/^\(clang++-[0-9]*\)$/\1/p' | sort -V | tail -n 1
}

# -- building ---------------------------------------------------------------------------------------------------------

# configure PRESET DIRECTORY COMPILER [ARGUMENT...]
configure() {
  preset=$1 directory=$2 compiler=$3
  shift 3
  cached=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$directory/CMakeCache.txt" 2>/dev/null || true)
  if [ "$cached" != "$compiler" ] && [ "$cached" != "$(command -v "$compiler")" ]; then
    # CMake cannot change the compiler of a build directory.
    if [ -n "$cached" ]; then set -- --fresh "$@"; fi
    if has_command ninja; then set -- -G Ninja "$@"; fi
  fi
  run_quietly "$directory.configure.log" \
    cmake --preset "$preset" -B "$directory" -DCMAKE_CXX_COMPILER="$compiler" "$@"
}

# build DIRECTORY [ARGUMENT...]
build() {
  directory=$1
  shift
  cmake --build "$directory" --parallel "$JOBS" "$@"
}

# run_quietly LOG COMMAND...: shows the output only if the command fails.
run_quietly() {
  log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    fail "this failed: $*"
  fi
}

#!/bin/sh
# SPDX-License-Identifier: BSL-1.0
# Copyright (c) 2026 the doppel authors
#
# What a plain -O2 build loses against -O3 -march=native: runs both programs in turn and prints, for every
# path, the median over the turns of the ratio of their medians.
#
#   benchmarks/compare_builds.sh BUILD_DIRECTORY [TURNS] [OPTIONS OF doppel_ratios]

set -eu

if [ $# -lt 1 ]; then
  sed -n '5,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
build=$1
shift
turns=9
case ${1:-} in
  [0-9]*) turns=$1; shift ;;
esac

cmake --build "$build" --target doppel_ratios_o2 --target doppel_ratios_native >&2
programs=$(find "$build" -type f -name doppel_ratios_o2)
programs=${programs%_o2}

found=$(mktemp)
trap 'rm -f "$found"' EXIT
turn=0
while [ "$turn" -lt "$turns" ]; do
  # Each goes first every other time.
  if [ $((turn % 2)) -eq 0 ]; then order="o2 native"; else order="native o2"; fi
  for one in $order; do
    "${programs}_$one" --time-only --rounds 5 "$@" | sed "s/^/$turn $one /" >>"$found"
  done
  turn=$((turn + 1))
done

awk '
  { time[$1, $2, $3] = $4; if (!($3 in seen)) { seen[$3] = 1; path[++paths] = $3 } if ($1 > last) last = $1 }
  function median(a, n,    i, j, t) {
    for (i = 2; i <= n; ++i) for (j = i; j > 1 && a[j - 1] > a[j]; --j) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
  }
  END {
    printf "%-16s %12s %12s   %s\n", "path/class", "-O2, ns", "native, ns", "-O2 / native (least - most)"
    for (p = 1; p <= paths; ++p) {
      for (t = 0; t <= last; ++t) {
        plain[t + 1] = time[t, "o2", path[p]]; native[t + 1] = time[t, "native", path[p]]
        ratio[t + 1] = plain[t + 1] / native[t + 1]
      }
      middle = median(ratio, last + 1)
      printf "%-16s %12.1f %12.1f   %.3f (%.3f - %.3f)  %s\n", path[p], median(plain, last + 1), median(native, last + 1),
        middle, ratio[1], ratio[last + 1], middle <= 1.10 ? "met" : "MISSED"
    }
  }' "$found"

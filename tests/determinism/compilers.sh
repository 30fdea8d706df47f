#!/bin/sh
# Builds the scenarios with each compiler that there is, unoptimised and optimised, and compares the
# fingerprints of many seeds: they must not depend on the build. It needs no golden file; what
# every CI run compares with that (processes_test, plain and with sanitizers) is quicker than this.
# Usage: tests/determinism/compilers.sh [SEEDS]
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
seeds=${1:-100}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The fingerprints by one build; all but the usual one have output trees of their own. Another
# compiler's warnings are not this test's business.
play() { # NAME BAZEL_OPTION...
  name=$1
  shift
  for scenario in echo httpd crawler rough searched; do
    ./rill bazel run "$@" //tests/determinism:play -- "$scenario" 1 "$seeds" || return 1
  done >"$work/$name" 2>"$work/log"
}

compare() { # NAME BAZEL_OPTION...
  if ! play "$@"; then
    failed=$((failed + 1))
    echo "$1: could not be built or run"
    tail -n 20 "$work/log"
    return
  fi
  [ -e "$work/first" ] || cp "$work/$1" "$work/first"
  if cmp -s "$work/first" "$work/$1"; then
    passed=$((passed + 1))
    echo "$1: $(wc -l <"$work/$1") runs, the same"
  else
    failed=$((failed + 1))
    echo "$1: differs (< the first build, > this one)"
    diff "$work/first" "$work/$1" | head -n 6
  fi
}

compare_apart() { # NAME BAZEL_OPTION...
  compare "$@" "--platform_suffix=-$1" --copt=-Wno-error
}

compare clang-19
compare_apart clang-19-O0 --copt=-O0
for compiler in clang-16 clang-17 clang-18 gcc-14; do
  command -v "$compiler" >/dev/null || continue
  # clang has sized deallocation, which C++14 asks for, by default only since 19.
  compare_apart "$compiler" "--repo_env=CC=$compiler" --cxxopt=-fsized-deallocation
done
echo "cases: $passed passed, $failed failed"
test "$failed" = 0

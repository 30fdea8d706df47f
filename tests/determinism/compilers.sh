#!/bin/sh
# Builds the scenarios with each compiler that there is, unoptimised and optimised, and compares the
# fingerprints of many seeds: they must not depend on the build. It needs no golden file; what
# every CI run compares with that (processes_test, plain and with sanitizers) is quicker than this.
# Usage: tests/determinism/compilers.sh [SEEDS]      compilers: clang-19, clang-14, g++-14
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1
seeds=${1:-100}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The fingerprints by one build; each has its own output tree. Another compiler's warnings are not
# this test's business.
play() { # NAME BAZEL_OPTION...
  name=$1
  shift
  for scenario in echo httpd crawler rough; do
    ./rill bazel run "$@" "--platform_suffix=-$name" --copt=-Wno-error \
      //tests/determinism:play -- "$scenario" 1 "$seeds" || return 1
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

have() { command -v "$1" >/dev/null; }

compare clang-19-O2
compare clang-19-O0 --copt=-O0
have clang-14 && compare clang-14-O2 --repo_env=CC=clang-14
have clang-14 && compare clang-14-O0 --repo_env=CC=clang-14 --copt=-O0
have g++-14 && compare gcc-14-O2 --config=gcc --repo_env=CC=gcc-14
echo "cases: $passed passed, $failed failed"
test "$failed" = 0

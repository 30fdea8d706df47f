#!/bin/sh
# A g++ that miscompiles coroutines is refused with one clear message; any clang and g++ 14 pass.
# The compilers are played by clang's preprocessor with their version macros.
# Usage: compiler_test.sh WORKSPACE_FILE
set -u
header=$(dirname "$(readlink -f "$1")")/scheduler/compiler.h
passed=0 failed=0

expect() { # SENTENCE COMMAND...
  sentence=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "failed: $sentence"
  fi
}
preprocess() { clang-19 -x c++ -std=c++20 "$@" -E -include "$header" /dev/null -o /dev/null 2>&1; }
as_gcc() { preprocess -U__clang__ -U__GNUC__ "-D__GNUC__=$1"; }

for version in 12 13; do
  message=$(as_gcc "$version")
  expect "g++ $version is refused once" test "$(printf '%s\n' "$message" | grep -c 'error:')" = 1
  expect "and told what to do" expr "$message" : '.*./rill setup' >/dev/null
done
expect "g++ 14 passes" test -z "$(as_gcc 14)"
expect "clang passes" test -z "$(preprocess)"
expect "C++17 is refused" expr "$(preprocess -std=c++17)" : '.*C++20' >/dev/null
echo "cases: $passed passed, $failed failed"
test "$failed" = 0

#!/bin/sh
# The lint names the planted leaks (tests/determinism/leaks) that a lint can see, at the lines that
# are marked LEAKS and nowhere else.
set -u
passed=0 failed=0

expect() { # SENTENCE COMMAND...
  sentence=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "failed: $sentence"
  fi
}
# The lines of $1 that the lint names, and those that are marked.
found() { python3 tests/tidy/nondeterminism.py "$1" | sed 's/^[^:]*:\([0-9]*\):.*/\1/' | sort -u; }
marked() { grep -n '// LEAKS$' "$1" | sed 's/:.*//'; }

for leak in wall_clock pointer_order unordered_iteration thread distribution environment; do
  source=tests/determinism/leaks/$leak.cc
  expect "the lint finds the leak in $leak.cc" test "$(found "$source")" = "$(marked "$source")"
done
# Its engine is seeded on the line after the one that the lint names.
expect "the lint finds the random_device" test -n "$(found tests/determinism/leaks/random_device.cc)"
expect "it finds nothing else to say of them" \
  test -z "$(found tests/determinism/leaks/main.cc)$(found tests/determinism/leaks/leaks.h)"
echo "cases: $passed passed, $failed failed"
test "$failed" = 0

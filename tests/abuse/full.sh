#!/bin/sh
# The abuse tests at their full size, with a table of all figures: bazel run //tests/abuse:full
#
#   bazel run //tests/abuse:full                          every test, about 10 minutes for each backend
#   bazel run //tests/abuse:full -- slow_test soak_test   some
#   bazel run --config=asan //tests/abuse:full            no goals then for memory and time
# Wants a quiet machine and 20,000 descriptors (ulimit -Hn).
set -u
cd "${0%/*}/../.." || exit 2
export RILL_ABUSE_SCALE=full
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# -gt 0 ] || set -- slow_test storm_test phases_test never_reading_test exhaustion_test \
  leaks_test killed_peer_test integrity_test mutants_test access_log_test soak_test
failed=''
for test in "$@"; do
  [ -x "tests/abuse/$test" ] || continue
  started=$(date +%s)
  "tests/abuse/$test" >"$log" 2>&1 || failed="$failed $test"
  printf '%s, %s s\n' "$test" $(($(date +%s) - started))
  sed -n 's/^figure: /  /p' "$log"
  grep -v '^figure: ' "$log" | grep -A 20 'FAILED:' | sed 's/^/    /'
done
[ -z "$failed" ] || echo "failed:$failed"
[ -z "$failed" ]

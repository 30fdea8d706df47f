#!/bin/sh
# Runs a binary whose properties fail on purpose and looks at what it says: shards, filters, the
# counted cases, and that a token runs exactly the counterexample that it was printed for.
# Usage: glue_test.sh PLANTED_TEST
set -u
planted=$1
passed=0 failed=0
unset TEST_TOTAL_SHARDS TEST_SHARD_INDEX TEST_SHARD_STATUS_FILE TESTBRIDGE_TEST_ONLY TEST_RANDOM_SEED
unset XML_OUTPUT_FILE
out=$TEST_TMPDIR/out
TEST_UNDECLARED_OUTPUTS_DIR=$TEST_TMPDIR/outputs
export TEST_UNDECLARED_OUTPUTS_DIR
mkdir -p "$TEST_UNDECLARED_OUTPUTS_DIR"

expect() { # SENTENCE COMMAND...: the command succeeds
  sentence=$1 && shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $sentence"
    sed 's/^/  | /' "$out" | tail -n 30
  fi
}
run() { # [VARIABLE=VALUE...] ARGUMENT...: fills $out and $code
  code=0
  env "$@" >"$out" 2>&1 || code=$?
}
says() { grep -q -e "$1" "$out"; }
silent() { ! says "$1"; }
count() { test "$(grep -c -e "$1" "$out")" = "$2"; }
token() { sed -n 's/^replay: --replay=//p' "$out"; }
last_case() { grep '^case ' "$out" | tail -n 1; }

run "$planted" '[plain]'
expect "passing tests are counted" says '^cases: 3 passed, 0 failed$'
expect "and exit with 0" test "$code" = 0

run TESTBRIDGE_TEST_ONLY=two "$planted"
expect "--test_filter selects" says 'ran two'
expect "--test_filter drops the others" silent 'ran one'

for shard in 0 1; do
  run TEST_TOTAL_SHARDS=2 "TEST_SHARD_INDEX=$shard" "TEST_SHARD_STATUS_FILE=$TEST_TMPDIR/status" \
    "$planted" '[plain]'
  cat "$out" >>"$TEST_TMPDIR/shards"
done
cp "$TEST_TMPDIR/shards" "$out"
expect "two shards run every test once" count '^ran' 3
expect "each shard runs some of them" count '^cases: [12] passed' 2
expect "Bazel is told that shards are honoured" test -e "$TEST_TMPDIR/status"

run "$planted" 'no list is long'
expect "a failing property fails" test "$code" -ne 0
expect "and is counted" says '^cases: 0 passed, 1 failed$'
expect "and is named" says '^failed: no list is long$'
expect "and prints one token" count '^replay: --replay=[0-9a-z]*$' 1
expect "with the command to type" says '^  *\./rill bazel run //tests/testing:glue_test -- --replay='
token=$(token)
shrunk=$(grep '^\[\|^(' "$out")
kept=$(sed -n 's/^see it: //p' "$out")
expect "its report is kept, and where is said" grep -q "replay=$token" "$kept"
expect "under a name that is never too long" test "$(basename "$kept" | wc -c)" -lt 30
expect "and no page is promised" says 'without a simulated network there is no page'
cp "$out" "$out.first"
run "$planted" 'no list is long'
expect "a second run says the same" cmp "$out" "$out.first"
run TEST_RANDOM_SEED=2 "$planted" 'no list is long'
expect "another seed finds a counterexample too" says '^property: no list is long$'
expect "in another case" test "$(token)" != "$token"
other_seed_token=$(token)

run "$planted" "--replay=$token"
expect "a replay fails again" test "$code" -ne 0
expect "with the same counterexample" says "^$(printf '%s' "$shrunk" | sed 's/[][]/\\&/g')"
expect "which is the last case that runs" test "$(last_case)" = "case 0 0 0 0 0 / 7"
expect "after only those on the way there" test "$(grep -c '^case ' "$out")" -lt 20
expect "no other test runs" silent 'ran'
expect "it prints the token that it was given" test "$(token)" = "$token"
run "$planted" "--replay=$other_seed_token"
expect "the seed is part of the token" test "$code" -gt 0 -a "$(token)" = "$other_seed_token"
run TEST_TOTAL_SHARDS=3 TEST_SHARD_INDEX=0 "$planted" "--replay=$token"
expect "the first shard replays" says '^cases: 0 passed, 1 failed$'
run TEST_TOTAL_SHARDS=3 TEST_SHARD_INDEX=1 "$planted" "--replay=$token"
expect "the other shards do nothing" test "$code" = 0

run "$planted" 'two properties in one test case'
run "$planted" "--replay=$(token)"
expect "of two properties in a test case the named one is replayed" says '^property: does not hold'
expect "and the other is not run" silent '^property: holds'

run "$planted" 'a crash names its case'
expect "a crash is a failure" test "$code" -ne 0
expect "that is counted" says '^cases: 0 passed, 1 failed$'
expect "a crash prints one token" count '^replay: --replay=' 1
run "$planted" "--replay=$(token)"
expect "by which it happens again" says 'process died'

run "$planted" 'a party greets at most three times'
expect "a property that runs a network fails too" test "$code" -ne 0
page=$(sed -n 's/^see it: //p' "$out")
expect "and has a page of that run" says '(the last run of the counterexample'
expect "which names the property, and the token that repeats it" python3 - "$page" "$(token)" <<'END'
import json, sys
page, token = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
lines = [json.loads(line) for line in open(sys.argv[1][:-len("html")] + "jsonl", encoding="utf-8")]
assert 'data-title="a party greets at most three times"' in page
assert lines[0]["token"] == token and all(line in page for line in ('"token":"%s"' % token, '"holds":0')), lines[0]
guests = [line["target"] for line in lines if line.get("kind") == "spawn" and line["target"].startswith("guest#")]
assert len(guests) == 4, guests  # the smallest party that is too large, and not the one before it
verdict, end = lines[-2:]
assert (verdict["kind"], verdict["name"], verdict["holds"]) == ("property", "a party greets at most three times", 0), verdict
assert "greetings <= 3" in verdict["text"] and "5 <= 3" not in verdict["text"], verdict
assert end["kind"] == "end" and end["events"] == len(lines) - 2 and [line["n"] for line in lines[1:]] == list(range(1, len(lines)))
END
mv "$page" "$out.page"
run "$planted" "--replay=$(token)"
expect "a replay leaves the same page" cmp "$(sed -n 's/^see it: //p' "$out")" "$out.page"

run "$planted" "--replay=${token}0"
expect "a damaged token is refused" says 'not a whole replay token'
expect "with exit code 2" test "$code" = 2
run "$2" "--replay=$token"
expect "the token of another binary is refused" says 'no property or simulation of this test has that token'
expect "with exit code 2 too" test "$code" = 2

echo "cases: $passed passed, $failed failed"
test "$failed" = 0

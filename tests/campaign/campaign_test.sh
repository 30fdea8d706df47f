#!/usr/bin/env bash
# A campaign is an ordinary test: its seeds never overlap, whatever is shared out by runs and shards;
# what fails leaves a token; and one command collects them.
# Usage: campaign_test.sh WRONG_TEST COLLECT
set -u
wrong=$1 collect=$2
passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect() { # SENTENCE COMMAND...
  local sentence=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "failed: $sentence"
  fi
}

# One process of the campaign: run R of the test, shard S of 2.
campaign() { # RUN SHARD SEEDS
  local outputs=$work/run$1-shard$2
  mkdir -p "$outputs"
  env TEST_RANDOM_SEED="$1" TEST_SHARD_INDEX="$2" TEST_TOTAL_SHARDS=2 RILL_SEEDS="$3" \
    TEST_UNDECLARED_OUTPUTS_DIR="$outputs" "$wrong" >"$outputs/log" 2>&1
}

for run in 1 2; do
  for shard in 0 1; do campaign "$run" "$shard" 100; done
done
seeds=$(sed -n 's/.*(seed \([0-9]*\), run.*/\1/p' "$work"/*/log | sort -n | tr '\n' ' ')
read -r first second third fourth _ <<<"$seeds"
expect "each process has its own hundred seeds, which is: $seeds" \
  test "$((first / 100)) $((second / 100)) $((third / 100)) $((fourth / 100))" = "0 1 2 3"

report=$("$collect" "$work")
expect "collect exits with 1 when something was found" test $? = 1
expect "collect names the simulation" grep -q "what three tasks add up is three" <<<"$report"
token=$(sed -n 's/.*--replay=//p' <<<"$report" | head -n 1)
expect "the collected token replays" grep -q "every addition counts" <<<"$("$wrong" "--replay=$token")"
expect "equal failures are counted, not repeated" \
  test "$(grep -c -- --replay= <<<"$report")" -le "$(cat "$work"/*/simulation-*.token | sort -u | wc -l)"

story=$(find "$work/run1-shard0" -name 'simulation-*.txt')
expect "the story is kept, with its token" grep -q "replay: --replay=P" "$story"
expect "and what is wrong" grep -q "every addition counts" "$story"
expect "the trace is kept, a JSON object in each line" \
  python3 -c 'import json, sys; lines = [json.loads(line) for line in open(sys.argv[1])]; assert lines[0]["rill_trace"] == 1 and lines[-1]["kind"] == "end"' \
  "${story%.txt}.jsonl"

campaign 1 0 100@5000
expect "a campaign may begin at any seed" grep -q "(seed 50" "$work/run1-shard0/log"
campaign 1 0 many
expect "a count that is none is refused" grep -q "RILL_SEEDS must be COUNT or COUNT@FIRST" \
  "$work/run1-shard0/log"
expect "an empty folder holds no failure" "$collect" "$(mktemp -d -p "$work")" >/dev/null
"$collect" "$work/nowhere" 2>/dev/null
expect "a folder that is not there is an error" test $? = 2

echo "cases: $passed passed, $failed failed"
test "$failed" = 0

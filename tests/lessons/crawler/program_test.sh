#!/bin/bash
# The crawler's binary as people and scripts use it: both worlds, exit codes, last lines.
# Usage: program_test.sh CRAWLER ORIGIN
set -u
crawler=$1 origin=$2
passed=0 failed=0
out=$TEST_TMPDIR/out err=$TEST_TMPDIR/err

expect() { # SENTENCE COMMAND...: the command succeeds
  local sentence=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $sentence"
    tail -n 30 "$out" "$err" | sed 's/^/  | /'
  fi
}
run() { # ARGUMENT...: fills $out, $err, $code and $elapsed_ms
  local begun
  begun=$(date +%s%N)
  code=0
  timeout 60 "$crawler" "$@" >"$out" 2>"$err" || code=$?
  elapsed_ms=$((($(date +%s%N) - begun) / 1000000))
}
says() { grep -q -e "$1" "$out"; }
silent() { ! says "$1"; }
complains() { test "$(wc -l <"$err")" = 1 && grep -q -e "$1" "$err"; }
last_says() { tail -n 1 "$out" | grep -q -e "$1"; }
serve() { # ARGUMENT...: starts an origin; sets $server and $base
  : >"$TEST_TMPDIR/origin" # or the line of the one before would do
  "$origin" "$@" >"$TEST_TMPDIR/origin" &
  server=$!
  while ! grep -q listening "$TEST_TMPDIR/origin"; do sleep 0.05; done
  base=http://$(sed 's/listening on //' "$TEST_TMPDIR/origin")
}
leave() { kill "$server" && wait "$server" 2>"$TEST_TMPDIR/wait"; }

run --seed 7
expect "a simulated run succeeds" test "$code" = 0
expect "its last line is the fingerprint" last_says '^fingerprint: [0-9a-f]\{32\}$'
expect "it finds every page" says '  pages      100, '
expect "and every fault" says '  broken     6$'
expect "and what robots.txt excludes" says '  excluded   1 by robots.txt$'
expect "with the page that links there" says 'linked from /section-2/$'
expect "it times two ways" says '^ *coroutines  *100 tasks .* times as fast$'
expect "and says where the others are" says '^ *-: .*--real --demo times them$'
expect "the chart ends the run: only totals, what to try, and the fingerprint follow" \
  test "$(sed -n '/-: .*--real --demo/,$p' "$out" | grep -c .)" = 4
cp "$out" "$TEST_TMPDIR/first"
run --sim --seed 7
expect "the same seed prints the same bytes" cmp -s "$out" "$TEST_TMPDIR/first"
run --seed 8
expect "another seed is another run" test "$(tail -n 1 "$out")" != "$(tail -n 1 "$TEST_TMPDIR/first")"
expect "that finds the same" says '  pages      100, '

serve 50
run --real "$base/"
expect "a site without faults is success" test "$code" = 0
expect "each page is told as it comes" says "^200 .* $base/section-3/article-4.html$"
expect "and all of them are summed up" says "^$base/: 100 URLs in "
run --real --quiet "$base/"
expect "--quiet tells no single page" silent "^200 .*article-4.html$"
expect "but sums up" says '  pages      100, '
run --real --quiet --limit 5 "$base/"
expect "--limit bounds the crawl" says '/: 5 URLs in '
run --real --quiet --limit 1 --state "$TEST_TMPDIR/hosts" --hosts B.Test,c.test:80 "$base/"
expect "--hosts takes names as links spell them" grep -q '"hosts":\["b.test","c.test"\]' "$TEST_TMPDIR/hosts"

for page in $(seq 0 8); do
  for article in $(seq 0 9); do echo "$base/section-$page/article-$article.html"; done
done >"$TEST_TMPDIR/urls"
run --real --quiet --urls "$TEST_TMPDIR/urls"
expect "a list is fetched" test "$code" = 0
expect "its last line is JSON with the time" last_says '^{"urls":90,"ok":90,"failed":0,.*"wall_ns":[0-9]*}$'
expect "--quiet prints nothing else" test "$(wc -l <"$out")" = 1
expect "ninety pages of 50 ms at once take less than one by one" test "$elapsed_ms" -lt 4500
run --real --quiet --concurrency 10 --urls "$TEST_TMPDIR/urls"
expect "ten at a time take nine rounds" test "$elapsed_ms" -ge 450
echo "$base/nothing.html" >>"$TEST_TMPDIR/urls"
run --real --urls "$TEST_TMPDIR/urls"
expect "one page that is missing is a failure" test "$code" = 1
expect "in one sentence" complains '1 of 91 pages did not come'
expect "and the JSON is still the last line" last_says '"failed":1'
state=$TEST_TMPDIR/state
run --real --quiet --timeout 20ms --state "$state" "$base/"
expect "a start page that takes too long cannot be begun with" test "$code" = 2
expect "and says so" complains 'timed out after 20.000 ms'
run --real --quiet --state "$state" "$base/"
expect "what could not begin is no crawl to go on with: it begins" test "$code" = 0
expect "and does all of it" says '  pages      100, '
rm -f "$state"
leave

serve 1 faulty
run --real --quiet --timeout 500ms "$base/"
expect "broken pages are a failure" test "$code" = 1
expect "in one sentence" complains '6 of 108 URLs are broken'
expect "with the reasons" says 'the response was cut short'
run --real --quiet --timeout 500ms --ignore-robots "$base/"
expect "--ignore-robots fetches what robots.txt excludes" silent excluded
expect "and says so" grep -q 'ignore-robots: make sure' "$err"
leave

serve 20
run --real --json "$base/"
expect "--json prints JSON and nothing else" test "$(grep -vc '^{"type":"\(page\|summary\)",.*}$' "$out")" = 0
expect "a line for each page" test "$(grep -c '^{"type":"page","url":"http://[^"]*","status":200,' "$out")" = 100
expect "with its referrer and title" says '"url":".*/section-3/",.*"depth":1,.*"referrer":"http://[^"]*/",.*"title":"Section 3"'
expect "and one for all of it" last_says '^{"type":"summary",.*"found":100,"pages":100,.*"broken":0'
run --real --quiet --output /dev/full "$base/"
expect "a disk that is full is a failure, and none of beginning" test "$code" = 1
expect "in one sentence" complains '/dev/full cannot be written: No space left on device'
mkfifo "$TEST_TMPDIR/pipe"
head -c 1 "$TEST_TMPDIR/pipe" >"$TEST_TMPDIR/first_byte" &
run --real --quiet --output "$TEST_TMPDIR/pipe" "$base/"
expect "a pipe whose reader has gone is not written to for ever" test "$code" = 1
expect "and that is said" complains 'pipe cannot be written: Broken pipe'
run --real --quiet --deadline 100ms --per-host 1 "$base/"
expect "a deadline that comes first is a failure" test "$code" = 1
expect "in one sentence" complains 'the deadline of 100.000 ms came first: [0-9]* URLs\? not fetched$'
expect "after a report" says '^  waiting  '
run --real --quiet --depth 1 "$base/"
expect "--depth 1 is the start page and what it links to" says '  pages      10, '
run --real --quiet --exclude '/section-*/article' "$base/"
expect "--exclude leaves pages out" says '  pages      10, '
run --real --quiet --delay 100ms --depth 1 "$base/"
expect "--delay takes its time" test "$elapsed_ms" -ge 1000

# ---- going on: kill -9 at some moment, as often as it takes
pages=$TEST_TMPDIR/pages.json
resumable() { echo --real --quiet --per-host 1 --state "$state" --output "$pages" "$base/"; }
for life in 0.1 0.2 0.3 0.3 0.3 1 1 1; do  # a slow machine takes the long ones too
  # shellcheck disable=SC2046 # several words
  "$crawler" $(resumable) >"$out" 2>"$err" &
  victim=$!
  sleep "$life"
  kill -9 "$victim" 2>/dev/null
  wait "$victim" 2>/dev/null
  test "$(grep -c . "$pages")" -gt 20 && break
done
expect "it was killed before its end" test "$(grep -c . "$pages")" -lt 100
expect "but not before it had begun" test "$(grep -c . "$pages")" -gt 20
# shellcheck disable=SC2046
run $(resumable)
expect "a crawl that was killed goes on" test "$code" = 0
expect "and says so" grep -q 'goes on where it was: [0-9]* URLs, [0-9]* of them done' "$err"
expect "its report is that of a crawl that was not" says '  pages      100, '
expect "each page stands in the output" test "$(sort -u "$pages" | grep -o '"url":"[^"]*"' | sort -u | wc -l)" = 100
expect "once" test "$(wc -l <"$pages")" = 100
run --real --quiet --limit 7 --state "$state" "$base/"
expect "with another flag it does not go on" test "$code" = 2
expect "and says which" complains 'was begun with another --limit: 10000, now 7;'
rm -f "$state"

for signal in INT TERM; do
  setsid "$crawler" --real --per-host 1 --state "$state" "$base/" >"$out" 2>"$err" &
  victim=$!
  until grep -q '^200' "$out" || ! kill -0 "$victim"; do sleep 0.05; done
  kill -"$signal" "$victim"
  wait "$victim"
  code=$?
  expect "a $signal ends it" test "$code" = "$(if test $signal = INT; then echo 130; else echo 143; fi)"
  expect "with a report" says '^  waiting  '
  expect "and a sentence" grep -q 'stopped: [0-9]* URLs\? not fetched; the same command goes on$' "$err"
done

# ---- the progress line, on a terminal only
run --real "$base/"
expect "no progress where nobody looks" test "$(wc -c <"$err")" = 0
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  TERM=xterm script -qec "'$crawler' --real '$base/' >/dev/null" /dev/null >"$out" 2>"$err" </dev/null
  expect "progress on a terminal" grep -q ' of 100 URLs   [0-9.,]* a second   0 broken   ' "$out"
  expect "that goes away" test "$(tail -c 4 "$out" | od -An -c | tr -d ' ')" = '\r033[K'
fi
leave

run --real --quiet "$base/"
expect "a server that is gone cannot be begun with" test "$code" = 2
expect "and says so" complains 'Connection refused'

run --real --demo
expect "the demonstration succeeds" test "$code" = 0
for way in sequential threads processes coroutines; do
  expect "$way are timed" says "^  $way  *[0-9]* [a-z]*  *[0-9.]* m*s  *[0-9.]* [mµu]*s  [█▏▎▍▌▋▊▉]"
done

refused() { # SENTENCE ARGUMENT...: refused with exit code 2 and that sentence
  local sentence=$1
  shift
  run "$@"
  expect "'$*' is refused" test "$code" = 2
  expect "'$*' is refused in one sentence" complains "$sentence"
}
refused 'one of: a URL, --urls FILE, --demo' --real
refused 'one of: a URL, --urls FILE, --demo' --real --demo --urls x
refused 'add --real' http://a.test/
refused 'is no URL such as' --real a.test
refused 'is no URL such as' --real ftp://a.test/
refused 'is for the crawl of a URL' --real --json --demo
refused 'is for the crawl of a URL' --state x
refused 'do not go together' --real --state x --record y http://a.test/
refused 'wants seconds' --real --delay often http://a.test/
refused "wants names such as example.org, not 'a.test:81'" --real --hosts B.test,a.test:81 http://a.test/
refused 'wants a name' --real --user-agent '(me)' http://a.test/
refused 'cannot be opened' --real --state /no/such/folder http://127.0.0.1:1/
refused 'cannot read' --real --urls "$TEST_TMPDIR/missing"
refused 'has no URL in it' --real --urls /dev/null
refused 'whole number from 0 to' --concurrency many
refused "no argument '--bogus'" --bogus
printf 'http://a.test/\nnonsense\n' >"$TEST_TMPDIR/bad"
refused 'line 2 is no http URL' --real --urls "$TEST_TMPDIR/bad"

echo "cases: $passed passed, $failed failed"
test "$failed" = 0

#!/bin/sh
# Rill beside its peers, in one interleaved run, as ratios (above 1: Rill is better).
#
#   bazel run //tests/bench:peers                          all sections, 3 rounds
#   bazel run //tests/bench:peers -- --only echo --rounds 5
#   bazel run //tests/bench:peers -- --report              and writes docs/benchmarks.md, with its picture
#
# With --report, the sections that were measured replace those in tests/bench/measured.json, from which all that the
# documents show is made (report.py).
#
# The peers and the load generator are a kit of their own, which is not part of this tree:
# RILL_BENCH_KIT names its folder (../shared/bench unless set). Its README says how it measures, and
# which packages it needs. What is left out for want of a package is said so. Give it a quiet machine.
set -eu
root=${BUILD_WORKSPACE_DIRECTORY:-$(cd "$(dirname "$0")/../.." && pwd)}
kit=${RILL_BENCH_KIT:-$root/../shared/bench}
[ -x "$kit/run_peers" ] || {
  echo "peers: no kit in $kit: set RILL_BENCH_KIT to the folder that holds run_peers" >&2
  exit 2
}
bin=${RILL_BENCH_BIN:-$PWD}
report=
for word; do # each goes to the end of the words again, but --report
  shift
  if [ "$word" = --report ]; then report=yes; else set -- "$@" "$word"; fi
done
case $report$* in
  yes*--out*)
    echo "peers: --report puts the results where they belong; leave out --out" >&2
    exit 2
    ;;
esac
# report.py knows these names of ours. Servers once on each backend; the others on the usual one.
set -- --subject "sched:rill=$bin/tests/bench/sched {test} {n} {tasks}" \
  --subject "crawler:rill=$bin/lessons/crawler/crawler --real --quiet --urls {urls}" "$@"
for backend in epoll uring; do
  real="--real --quiet --backend=$backend --port {port}"
  set -- --subject "echo:$backend=$bin/lessons/echo/echo $real" \
    --subject "conns:$backend=$bin/lessons/echo/echo $real" \
    --subject "http:$backend=$bin/lessons/httpd/httpd --root {root} $real" "$@"
done
[ -n "$report" ] || exec "$kit/run_peers" "$@"
commit=$(git -C "$root" describe --always --dirty --exclude '*') # before, since it takes its time
folder=$(mktemp -d)
"$kit/run_peers" --out "$folder/results.json" "$@"
"$root/tests/bench/report.py" --commit "$commit" "$folder/results.json"
rm -r "$folder"

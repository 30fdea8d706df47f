#!/bin/sh
# Rill beside its peers, in one interleaved run, as ratios (above 1: Rill is better).
#
#   bazel run //tests/bench:peers                          all sections, 3 rounds
#   bazel run //tests/bench:peers -- --only echo --rounds 5
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
exec "$kit/run_peers" \
  --subject "sched:rill=$bin/tests/bench/sched {test} {n} {tasks}" \
  --subject "echo:rill=$bin/lessons/echo/echo --real --quiet --port {port}" \
  --subject "conns:rill=$bin/lessons/echo/echo --real --quiet --port {port}" \
  --subject "http:rill=$bin/lessons/httpd/httpd --real --quiet --root {root} --port {port}" \
  --subject "crawler:rill=$bin/lessons/crawler/crawler --real --quiet --urls {urls}" \
  "$@"

#!/bin/sh
# Whether each number in the documents is one that was measured: report.py makes them anew and compares.
# Usage: measured_test.sh WORKSPACE_FILE
exec "$(dirname "$(readlink -f "$1")")/tests/bench/report.py" --check

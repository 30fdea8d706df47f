#!/bin/sh
# Runs every command of README.md and docs/, as CI does.
cd "$(dirname "$0")/../.." && exec tests/docs/check_docs.py . --commands

#!/bin/sh
# Writes down what clang 19 says about each mistake of mistakes/: run it when a public type or the
# compiler has changed, and look at the difference.
set -eu
root=$(dirname "$(readlink -f "$0")")/../..
root=$(readlink -f "$root")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/lessons/L08_framing"
for mistake in "$root"/tests/rill/mistakes/*.txt; do
  cp "$mistake" "$folder/lessons/L08_framing/framing.cc"
  (cd "$folder" || exit 1
    clang-19 -std=c++20 -Wall -Wextra -Werror=unused-result -Werror=return-type \
      -fsyntax-only "-I$root" lessons/L08_framing/framing.cc 2>&1 || true) |
    sed -e "s|$root/||g" -e 's|/usr/[^ :]*/\([^/ :]*:[0-9]\)|/usr/include/\1|' |
    head -n 40 >"${mistake%.txt}.log"
done

#!/bin/sh
# The unit files of docs/deploy, as far as can be told without a running systemd: they are valid, as
# closed as docs/deploy.md says, and start the program with flags that it has.
# Usage: unit_test.sh HTTPD. Without systemd-analyze only the flags are looked at.
set -eu
httpd=$PWD/$1
units=$PWD/docs/deploy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every flag of every file that starts it.
"$httpd" --help >"$work/help"
cat "$units"/* docs/deploy.md |
  grep -o -e '--\(real\|quiet\|root\|workers\|backend\|host\|port\|[a-z]*-timeout\|access-log[a-z-]*\|admin\|max-connections\|tls-[a-z]*\)\>' |
  grep -v -e '--stop-timeout' | sort -u >"$work/flags"
while read -r flag; do
  grep -q -e " $flag " "$work/help" || {
    echo "docs/deploy says $flag, and httpd has no such flag"
    exit 1
  }
done <"$work/flags"

# A task for each worker that may be asked for, and one that watches them.
workers=$("$httpd" --workers 9999 2>&1 | sed -n 's/.* to \([0-9]*\), or auto.*/\1/p')
tasks=$(sed -n 's/^TasksMax=//p' "$units/rill-httpd.service")
[ "$tasks" -gt "$workers" ] || {
  echo "TasksMax=$tasks is not enough for --workers $workers"
  exit 1
}

# The whole command line of the service, but for where things are.
command=$(sed -n '/^ExecStart=/,/[^\\]$/p' "$units/rill-httpd.service" | tr -d '\\\n' |
  sed -e 's|^ExecStart=[^ ]*||' -e "s|/srv/www|$work|" -e "s|/var/log/rill-httpd|$work|" -e 's|127.0.0.1:9090|127.0.0.1:0|')
# shellcheck disable=SC2086 # several words
"$httpd" $command --port 0 >"$work/out" 2>&1 &
server=$!
for _ in $(seq 100); do
  ! grep -q '^listening on' "$work/out" || break
  sleep 0.1
done
kill -TERM $server
wait $server || {
  cat "$work/out"
  echo "the service's command line does not work"
  exit 1
}
grep -q '^listening on' "$work/out"

command -v systemd-analyze >/dev/null || {
  echo "systemd-analyze is not here: the units were not verified"
  exit 0
}
cp "$units"/rill-httpd.service "$units"/rill-httpd.socket "$work"
sed -i "s|/usr/local/bin/rill-httpd|$httpd|" "$work/rill-httpd.service"
systemd-analyze verify --man=no "$work/rill-httpd.service" "$work/rill-httpd.socket" 2>"$work/faults" || true
if [ -s "$work/faults" ]; then
  cat "$work/faults"
  exit 1
fi
systemd-analyze security --offline=true --threshold=11 --no-pager "$work/rill-httpd.service" >"$work/security" || {
  grep '✗' "$work/security"
  tail -n 1 "$work/security"
  exit 1
}
tail -n 1 "$work/security"

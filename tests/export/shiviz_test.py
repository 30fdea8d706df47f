#!/usr/bin/env python3
"""Logs for ShiViz, judged by ShiViz's own rules. Usage: shiviz_test.py EXPORT TRACE_OR_PROGRAM...

What ShiViz does (its NamedRegExp, LogParser and ModelGraph) with a file that is chosen: the first line
is an expression, the second one that parts executions, wherever it matches; named groups host, clock
and event must be there. What does not match is skipped. A clock is a JSON object that has its host; each
host's own entries run 1, 2, 3 ...; no entry names a host without events, or is above that host's last.
Its own code cannot be fetched here; docs/exports.md has what it said when it was run by hand.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, finish, scratch, traces  # noqa: E402


def parse(text):
    """Executions as ShiViz sees them: lists of events."""
    pattern, delimiter, log = text.split("\n", 2)
    # JavaScript names groups without the P; its \s and . know more white space and line ends.
    to_python = lambda expression: re.compile(expression.replace("(?<", "(?P<").replace(".*", "[^\n\r\u2028\u2029]*"), re.M)
    events = [match.groupdict() for match in to_python(pattern).finditer(log)]
    parts = [match.groupdict() for match in to_python(delimiter).finditer(log)]
    return events, parts, log


def check(trace, exported):
    say = lambda holds, sentence: expect(holds, "%s: %s" % (trace.name, sentence))
    events, parts, log = parse(exported.text())
    say(len(parts) == 1, "there is one execution")
    say(2 * len(events) == len(log.splitlines()) - 1 or len(log.split("\n")) - 2 == 2 * len(events),
        "every line is a part of an event, so ShiViz skips none")
    say(len(events) + exported.left_out() == len(trace.events), "events and what was left out are all of them")
    say(events or not trace.events, "there are events")
    last, mine = {}, {}
    for event in events:
        clock = json.loads(event["clock"])
        say(event["host"] in clock, "a clock has its own host")
        mine[event["step"]] = clock
        if clock[event["host"]] != last.get(event["host"], 0) + 1:
            return say(False, "the own entries of %s run 1, 2, 3 ..." % event["host"])
        last[event["host"]] = clock[event["host"]]
    say(True, "own entries run 1, 2, 3 ...")
    for event in events:
        for host, value in json.loads(event["clock"]).items():
            if value > last.get(host, 0):
                return say(False, "%s is at %d at most, not %d" % (host, last.get(host, 0), value))
    say(True, "no entry is above its host's last")
    follows_causes(trace, say, mine, {event["step"]: event["host"] for event in events})


def follows_causes(trace, say, clocks, hosts):
    """What was received was sent before: each recv's clock knows the send of its first byte."""
    sends, known = {}, 0
    for event in trace.events:
        step = str(event["n"])
        if event["kind"] == "send":
            sends.setdefault((event["conn"], event["end"]), []).append((event["offset"], event["bytes"], step))
        if event["kind"] == "recv" and step in clocks and event["bytes"] > 0:
            other = "b" if event["end"] == "a" else "a"
            last_byte = event["offset"] + event["bytes"] - 1
            for offset, count, sent in sends.get((event["conn"], other), []):
                if sent in clocks and offset <= last_byte < offset + count:
                    known += 1
                    if clocks[step].get(hosts[sent], 0) < clocks[sent][hosts[sent]]:
                        return say(False, "recv %s is after send %s" % (step, sent))
    say(True, "%d times recv is after its send" % known)
    return known


def main():
    command, paths = arguments()
    with scratch() as folder:
        for trace in traces(folder, paths):
            check(trace, Exported(command, trace, "shiviz", folder))
    finish()


if __name__ == "__main__":
    main()

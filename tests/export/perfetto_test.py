#!/usr/bin/env python3
"""Chrome traces, judged by what Perfetto makes of them. Usage: perfetto_test.py EXPORT TRACE_OR_PROGRAM...

No registry that this project uses has trace_processor, so its rules are here (the importer's
json_trace_tokenizer, slice_tracker and flow_tracker): what they count as an error or drop, fails.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, finish, scratch, traces  # noqa: E402

PHASES = {"M", "X", "I", "b", "e", "C", "s", "f"}


def nanoseconds(value):
    """A time, which it reads digit by digit."""
    return round(value * 1000)


def duration(value):
    """It reads a duration as a number and cuts it: 1.001 is 1000 ns."""
    return int(value * 1000)


class Judge:
    def __init__(self, name, events):
        self.name, self.events = name, events
        self.slices = [e for e in events if e["ph"] == "X"]

    def expect(self, holds, sentence):
        expect(holds, "%s: %s" % (self.name, sentence))

    def fields(self):
        self.expect({e["ph"] for e in self.events} <= PHASES, "every phase is known")
        plain = all(isinstance(e["pid"], int) and isinstance(e["tid"], int) and e["name"] for e in self.events)
        self.expect(plain, "every event has a name, a process and a thread")
        self.expect(all(e["ts"] >= 0 for e in self.events if e["ph"] != "M"), "every event has its time")
        self.expect(all(e["s"] in "tpg" for e in self.events if e["ph"] == "I"), "instants have a scope")
        counters = [e["args"].values() for e in self.events if e["ph"] == "C"]
        self.expect(all(isinstance(v, int) for values in counters for v in values), "counters are numbers")
        named = {(e["pid"], e["tid"]) for e in self.events if e["name"] == "thread_name" and e["ph"] == "M"}
        tracks = {(e["pid"], e["tid"]) for e in self.slices}
        self.expect(tracks <= named, "every track has a name")
        processes = {e["pid"] for e in self.events if e["name"] == "process_name" and e["ph"] == "M"}
        self.expect({e["pid"] for e in self.events} <= processes, "every process has a name")

    def nesting(self):
        """Slices of one track nest: one that begins within another ends there, too."""
        tracks = {}
        for event in self.slices:
            begin = nanoseconds(event["ts"])
            tracks.setdefault((event["pid"], event["tid"]), []).append((begin, begin + duration(event["dur"])))
        for track, slices in tracks.items():
            stack = []
            for begin, end in sorted(slices, key=lambda s: (s[0], -s[1])):
                while stack and stack[-1] <= begin:
                    stack.pop()
                if stack and end > stack[-1]:
                    return self.expect(False, "slices of track %s overlap" % (track,))
                stack.append(end)
        self.expect(all(e["dur"] > 0 for e in self.slices), "slices nest, and none is too narrow to be clicked")

    def waits(self):
        """(cat, id) begins, then ends, once each."""
        state = {}
        for event in self.events:
            if event["ph"] not in "be":
                continue
            key, at = (event["cat"], event["id"]), nanoseconds(event["ts"])
            if event["ph"] == "b":
                if key in state:
                    return self.expect(False, "%s begins twice" % (key,))
                state[key] = (event["name"], event["pid"], event["tid"], at)
            else:
                begun = state.get(key)
                if begun is None or begun[:3] != (event["name"], event["pid"], event["tid"]) or begun[3] > at:
                    return self.expect(False, "%s ends as it began" % (key,))
                state[key] = (None, 0, 0, at)
        self.expect(all(s[0] is None for s in state.values()), "all that begins ends")

    def arrows(self):
        """Each has one begin and one end, both within a slice that is open, and written before."""
        open_at = {}
        for event in self.slices:
            begin = nanoseconds(event["ts"])
            open_at.setdefault((event["pid"], event["tid"]), []).append((begin, begin + duration(event["dur"])))
        begun, ended, position = {}, set(), 0
        for position, event in enumerate(self.events):
            if event["ph"] not in "sf":
                continue
            key, at = (event["cat"], event["name"], event["id"]), nanoseconds(event["ts"])
            slices = open_at.get((event["pid"], event["tid"]), [])
            if not any(begin <= at < end for begin, end in slices):
                return self.expect(False, "the arrow %s has a slice at %s" % (key, event["ts"]))
            if event["ph"] == "s":
                if key in begun:
                    return self.expect(False, "the arrow %s begins twice" % (key,))
                begun[key] = at
            elif event.get("bp") != "e" or key not in begun or key in ended or begun[key] > at:
                return self.expect(False, "the arrow %s ends once, after it began" % (key,))
            else:
                ended.add(key)
        self.expect(set(begun) == ended, "every arrow that begins ends")
        last_slice = max((i for i, e in enumerate(self.events) if e["ph"] == "X"), default=0)
        first_arrow = min((i for i, e in enumerate(self.events) if e["ph"] in "sf"), default=position)
        self.expect(last_slice <= first_arrow, "slices are written before the arrows that need them")
        return len(ended)

    def counts(self, trace, exported):
        self.expect(len(self.slices) == len(trace.of("step")), "each step is a slice")
        begun = sum(e["ph"] == "b" for e in self.events)
        self.expect(begun == len(trace.of("block", "segment")), "each wait and each segment is there")
        tasks = {e.get("task") for e in trace.events} | {e["target"] for e in trace.of("spawn")}
        names = [e for e in self.events if e["ph"] == "M" and e["name"] == "thread_name"]
        self.expect(len(names) == len(tasks - {None}), "each task is a track")
        self.expect(exported.left_out() < len(trace.events), "something is shown")


def main():
    command, paths = arguments()
    arrows = 0
    with scratch() as folder:
        for trace in traces(folder, paths):
            for kind in ("perfetto", "perfetto-time"):
                exported = Exported(command, trace, kind, folder)
                document = json.loads(exported.text())
                expect(document["displayTimeUnit"] == "ns", "%s: times are shown in ns" % trace.name)
                judge = Judge("%s, %s" % (trace.name, kind), document["traceEvents"])
                judge.fields()
                judge.nesting()
                judge.waits()
                arrows += judge.arrows() or 0
                judge.counts(trace, exported)
    expect(arrows > 0, "some trace has arrows")
    finish()


if __name__ == "__main__":
    main()

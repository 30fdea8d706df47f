#!/usr/bin/env python3
"""Chrome traces, read by the trace engine of Chrome's DevTools. Usage: devtools_test.py EXPORT DEVTOOLS_PARSE TRACE_OR_PROGRAM...

The engine is a package that ./rill setup --dev puts into .rill/tools. It complains of little: what it
does not understand it leaves out. So all that it understood must be what the trace says, to the
nanosecond. Only counters it leaves to perfetto_test.py, which has what Perfetto wants beyond this.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, fetched, finish, need, run, scratch, traces  # noqa: E402

NETWORK = "network"  # the process of what happens at no host
NO_INSTANTS = {"block", "step", "wake", "segment", "deliver", "host", "decide", "end"}


def plain(text):
    """An export shows a blank for what a terminal would act upon."""
    return text and "".join(c if c.isprintable() else " " for c in text)


def nanoseconds(event):
    return round(event["ts"] * 1000)


class Expected:
    """What a timeline of a trace shows, by the trace alone."""

    def __init__(self, trace, kind):
        self.at = {}  # ns, by the number of the event
        following, time, unit, spare = (0, "n", 1000, 0) if kind == "perfetto" else (0, "t", 1, 2)
        for event in trace.events:
            following = max(following + (spare if event["kind"] == "step" else 0), event[time])
            self.at[event["n"]] = following * unit
            following += 1
        self.tail, self.end = unit * max(spare, 1), following * unit
        self.homes = {}  # the host of each task
        self.slices = {}  # by task: name, begin, end
        self.instants = {}  # by number: host, task, time, and the step that it is in
        self.waits = {}  # by kind and number: begin, end
        self.arrows = set()  # what must be there: (task, time), (task, time)
        self.read(trace.events)

    def read(self, events):
        step, waits, wakes = None, {}, {}
        for event in events:
            kind, n, task, target = event["kind"], event["n"], event.get("task"), event.get("target")
            at, host = self.at[n], event.get("host")
            if task:
                self.homes.setdefault(task, host)
            if kind == "spawn":
                self.homes.setdefault(target, event.get("target_host") or host)
            if kind == "step":
                step = event
                self.slices.setdefault(task, []).append([event.get("at") or "step", at, at + self.tail])
                self.arrows |= {(wake, (task, at)) for wake in wakes.pop(task, [])}
            elif step and task == step["task"]:
                self.slices[task][-1][2] = at + self.tail
            within = step["n"] if step and task == step["task"] else None
            if kind not in NO_INSTANTS:
                self.instants[n] = (self.homes[task] if task else host or NETWORK, task, at, within)
            if kind in ("wake", "spawn") and within:
                wakes.setdefault(target, []).append((task, at))
            ends = task if kind in ("block", "step") else target if kind != "spawn" else None
            if ends in waits:
                self.waits["wait", waits.pop(ends)][1] = at
            if kind == "block":
                waits[task] = n
                self.waits["wait", n] = [at, self.end]
            elif kind == "segment":
                self.waits["segment", n] = [at, self.end]
            elif kind in ("deliver", "lost") and ("segment", event.get("cause")) in self.waits:
                self.waits["segment", event["cause"]][1] = at


class Understood:
    """What the engine made of an export, in the words of the trace."""

    def __init__(self, read):
        self.processes = {process["pid"]: process["name"] for process in read["processes"]}
        self.homes = {track["name"]: self.processes.get(track["pid"]) for track in read["tracks"]}
        tasks = {track["tid"]: track["name"] for track in read["tracks"]}
        self.slices, self.instants, self.dropped, self.nested = {}, {}, 0, 0
        for thread in read["threads"]:
            task, host = tasks.get(thread["tid"]), self.processes.get(thread["pid"])
            self.dropped += thread["dropped"]
            self.nested += sum(s["depth"] > 0 for s in thread["slices"])
            if thread["slices"]:
                self.slices[task] = [[s["name"], nanoseconds(s), nanoseconds(s) + round(s["dur"] * 1000)]
                                     for s in thread["slices"]]
            for instant in thread["instants"]:
                self.instants[instant["n"]] = (host, task, nanoseconds(instant), instant["step"])
        self.waits = {(wait["kind"], wait["id"]): [nanoseconds(wait), nanoseconds(wait) + round(wait["dur"] * 1000)]
                      for wait in read["waits"]}
        self.arrows = [tuple((tasks.get(end["tid"]), nanoseconds(end)) for end in arrow) for arrow in read["arrows"]]


def check(name, expected, document, read):
    say = lambda holds, sentence: expect(holds, "%s: %s" % (name, sentence))
    say("error" not in read, "DevTools reads it: %s" % read.get("error"))
    if "error" in read:
        return 0
    found = Understood(read)

    def same(what, wanted, got):
        if isinstance(wanted, dict) and wanted != got:
            keys = [key for key in {**wanted, **got} if wanted.get(key) != got.get(key)]
            what = "%s %s: %s, not %s" % (what, keys[0], got.get(keys[0]), wanted.get(keys[0]))
        say(wanted == got, what)

    hosts = {host for host, _, _, _ in expected.instants.values()} | set(expected.homes.values()) | {NETWORK}
    say({plain(host) for host in hosts} <= {plain(host) for host in found.processes.values()}, "each host is a process")
    same("the process of the track", {plain(task): plain(host or NETWORK) for task, host in expected.homes.items()},
         {plain(task): plain(host) for task, host in found.homes.items()})
    say(found.dropped == 0, "slices nest, so that none is dropped: %d" % found.dropped)
    say(found.nested == 0, "steps are not within steps: %d" % found.nested)
    same("the steps of", {plain(task): [[plain(s[0]), *s[1:]] for s in steps] for task, steps in expected.slices.items()},
         {plain(task): [[plain(s[0]), *s[1:]] for s in steps] for task, steps in found.slices.items()})
    shown = lambda instants: {n: (plain(host), plain(task), *rest) for n, (host, task, *rest) in instants.items()}
    same("the instant", shown(expected.instants), shown(found.instants))
    same("the wait or segment", expected.waits, found.waits)
    say(len(found.arrows) == sum(event["ph"] == "s" for event in document["traceEvents"]), "every arrow is understood")
    say(all(len(arrow) == 2 and arrow[0][1] < arrow[1][1] for arrow in found.arrows), "an arrow goes forward, to one end")
    missing = expected.arrows - set(found.arrows)
    say(not missing, "from what wakes or spawns a task an arrow goes to its step: %s" % missing)
    return len(found.arrows)


def main():
    node = need("node", "nodejs")
    command, (script, *paths) = arguments()
    engine = fetched(script, "trace_engine-*/models/trace/trace.js", "the trace engine of DevTools")
    arrows = 0
    with scratch() as folder:
        made = [(trace, kind, Exported(command, trace, kind, folder))
                for trace in traces(folder, paths) for kind in ("perfetto", "perfetto-time")]
        done = run(node, script, engine, *[exported.path for _, _, exported in made])
        expect(done.returncode == 0, "node reads them: %s" % done.stderr.decode())
        for (trace, kind, exported), read in zip(made, json.loads(done.stdout)):
            arrows += check("%s, %s" % (trace.name, kind), Expected(trace, kind), json.loads(exported.text()), read)
    expect(arrows > 0, "some trace has arrows")
    finish()


if __name__ == "__main__":
    main()

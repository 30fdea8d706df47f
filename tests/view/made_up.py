"""Traces that no program made: for tests of the viewer that want many events, or odd ones.

    python3 tests/view/made_up.py 10000 > big.jsonl        about so many events, always the same ones

Clients send lines to a server that echoes them; segments are split, lost and sent again.
"""
import json
import sys


class Trace:
    """Writes events in the order of keys that the contract asks for (docs/trace.md)."""

    def __init__(self, program, **header):
        first = {"rill_trace": 1, "program": program, "world": "sim", "clock": "virtual", "seed": 1}
        first.update(header)
        first.setdefault("left_out", 0)
        self.lines = [first]
        self.tasks = 0

    def add(self, t, kind, host=None, task=None, **fields):
        n = len(self.lines)
        event = {"n": n, "t": t, "kind": kind}
        if host is not None:
            event["host"] = host
        if task is not None:
            event["task"] = task
        event.update(fields)
        self.lines.append(event)
        if kind == "spawn":
            self.tasks += 1
        return n

    def text(self):
        last = {"n": len(self.lines), "t": self.lines[-1].get("t", 0), "kind": "end",
                "events": len(self.lines) - 1, "tasks": self.tasks, "left_out": 0}
        return "".join(json.dumps(line, separators=(",", ":")) + "\n"
                       for line in self.lines + [last])


class Random:
    """A small generator whose numbers stay the same for ever (Python promises that of none)."""

    def __init__(self, seed):
        self.state = seed * 2 + 1

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        return (self.state >> 33) % limit


class Client:
    def __init__(self, number, trace):
        self.number, self.host = number, f"client{number}"
        trace.add(0, "host", self.host, address=f"10.0.0.{number + 1}")
        self.task, self.served_by = f"visit#{2 * number + 2}", f"echoer#{2 * number + 3}"
        self.sent = 0


def spawned(trace, t, host, task, by=None):
    trace.add(t, "spawn", host, by, target=task, target_host=host, at="echo.cc:20",
              **{"in": "lessons/echo/echo.cc"})
    trace.add(t, "step", host, task)


def transfer(trace, rng, t, source, target, conn, end, offset, data):
    """One line of text from task to task; returns when it has arrived."""
    (host, task), (to_host, to_task) = source, target
    size = len(data)
    trace.add(t, "send", host, task, conn=conn, end=end, offset=offset, bytes=size, data=data,
              at="echo.cc:31")
    cuts = [0, size] if rng.below(3) else [0, 1 + rng.below(size - 1), size]
    arrives = t
    for low, high in zip(cuts, cuts[1:]):
        part = {"conn": conn, "end": end, "offset": offset + low, "bytes": high - low}
        n = trace.add(t, "segment", host, task, **part)
        arrives = max(arrives, t + 1_000_000 + rng.below(3_000_000))
        if rng.below(20) == 0:
            trace.add(t, "lost", None, None, **part, cause=n, text="the link drops it")
            n = trace.add(arrives, "segment", host, None, **part, again=1, cause=n)
            arrives += 2_000_000
        last = (part, n)
        if high < size:
            trace.add(arrives, "deliver", to_host, None, conn=conn, end="ab"[end == "a"],
                      offset=part["offset"], bytes=part["bytes"], cause=n)
    part, n = last
    other = "ab"[end == "a"]
    trace.add(t, "block", host, task, on="recv", conn=conn, end=end, at="echo.cc:30",
              chain=["echoer at echo.cc:30", "serve at serve.cc:77"], text=f"recv from {to_host}")
    n = trace.add(arrives, "deliver", to_host, None, conn=conn, end=other, offset=part["offset"],
                  bytes=part["bytes"], cause=n)
    trace.add(arrives, "wake", to_host, None, target=to_task, why="network", cause=n)
    trace.add(arrives, "step", to_host, to_task)
    trace.add(arrives, "recv", to_host, to_task, conn=conn, end=other, offset=offset, bytes=size,
              data=data, at="echo.cc:30")
    return arrives


def echo(events, clients=8):
    trace, rng = Trace("made up"), Random(7)
    trace.add(0, "host", "server", address="10.0.0.1")
    guests = [Client(i, trace) for i in range(clients)]
    spawned(trace, 0, "server", "server#1")
    trace.add(0, "listen", "server", "server#1", socket=1, port=4915, address="0.0.0.0")
    trace.add(0, "block", "server", "server#1", on="accept", text="accept on port 4915",
              chain=["serve at serve.cc:70"], at="serve.cc:70")
    for guest in guests:
        conn = guest.number + 1
        t = 1_000_000 * conn
        ends = {"from": f"10.0.0.{conn + 1}:49152", "to": "10.0.0.1:4915"}
        spawned(trace, t, guest.host, guest.task)
        trace.add(t, "connect", guest.host, guest.task, conn=conn, end="a", **ends)
        trace.add(t, "block", guest.host, guest.task, on="connect", text="connect to server:4915",
                  chain=["visit at scenario.cc:60"], at="scenario.cc:60")
        trace.add(t + 500_000, "established", guest.host, None, conn=conn, end="a", **ends)
        trace.add(t + 500_000, "accept", "server", "server#1", conn=conn, end="b", **ends)
        spawned(trace, t + 500_000, "server", guest.served_by, "server#1")
    t = 1_000_000 * (clients + 1)
    while len(trace.lines) < events:
        guest = guests[rng.below(clients)]
        line = "line %d of %s\n" % (len(trace.lines), guest.host)
        here, there = (guest.host, guest.task), ("server", guest.served_by)
        conn = guest.number + 1
        t = transfer(trace, rng, t, here, there, conn, "a", guest.sent, line)
        t = transfer(trace, rng, t, there, here, conn, "b", guest.sent, line)
        guest.sent += len(line)
    trace.add(t, "property", name="everybody gets back what was sent", holds=1)
    return trace.text()


def lost_twice():
    """Of two segments one arrives, and the other is lost, sent again, lost once more, and then arrives."""
    trace = Trace("lost twice")
    for task, host in (("a#1", "a"), ("b#2", "b")):
        trace.add(0, "spawn", None, None, target=task, target_host=host)
    parts = [{"offset": 0, "bytes": 2}, {"offset": 2, "bytes": 3}]
    trace.add(1, "send", "a", "a#1", conn=1, end="a", offset=0, bytes=5, data="abcde")
    first, last = (trace.add(1, "segment", "a", "a#1", conn=1, end="a", **part) for part in parts)
    for t in (1, 5):
        trace.add(t, "lost", "a", "a#1", conn=1, end="a", **parts[1], cause=last, text="the link drops it")
        last = trace.add(t + 4, "segment", "a", None, conn=1, end="a", **parts[1], again=1, cause=last)
    for part, cause in zip(parts, (first, last)):
        trace.add(12, "deliver", "b", None, conn=1, end="b", **part, cause=cause)
    trace.add(13, "recv", "b", "b#2", conn=1, end="b", offset=0, bytes=5, data="abcde")
    return trace.text()


TASKS_AT_A_TIME = 50


def many_tasks(tasks, events):
    """A run whose main task always has so many short-lived jobs."""
    trace = Trace("jobs")
    trace.add(0, "spawn", None, None, target="main#1", target_host="h")
    steps = max(1, events // tasks - 3)
    alive = []
    for k in range(tasks):
        job = "job#%d" % (k + 2)
        trace.add(k, "spawn", "h", "main#1", target=job, target_host="h", at="jobs.cc:9")
        alive.append(job)
        for step in range(steps):
            trace.add(k, "step", "h", alive[step % len(alive)], at="jobs.cc:%d" % (10 + step))
        if len(alive) == TASKS_AT_A_TIME:
            trace.add(k, "finish", "h", target=alive.pop(0))
    return trace.text()


def knots(tasks):
    """A deadlock of about so many tasks that wait for each other in every way, and some that returned at once."""
    trace, names = Trace("knots"), []
    trace.add(0, "host", None, None, address="10.0.0.1")  # of no name
    trace.add(0, "spawn", None, None, target="main#1", target_host="h")

    def spawned(name, host="h", by="main#1"):
        names.append("%s#%d" % (name, len(names) + 2))
        trace.add(0, "spawn", "h", by, target=names[-1], target_host=host, at="knots.cc:%d" % (len(names) % 7 + 1))
        return names[-1]

    def waits(task, on, at=9, **fields):
        trace.add(2, "block", "h", task, on=on, at="knots.cc:%d" % at, **fields)

    def did(task, thing, deed):
        trace.add(1, "sync", "h", task, object=thing, did=deed, count=0, at="knots.cc:8")

    part = max(3, tasks // 8)
    workers = [spawned("work") for _ in range(2 * part)]  # each could wake each
    for worker in workers:
        did(worker, "channel#2", "put")
    for worker in workers:
        waits(worker, "channel", object="channel#2", text="a value from a channel")
    holder = spawned("holder")
    did(holder, "semaphore#1", "acquire")
    putters = [spawned("conn#1") for _ in range(4)]  # a name that ends like one of a task
    for putter in putters:
        did(putter, "channel#1", "put")
    ring = [spawned("ring") for _ in range(part)]
    for k, (task, other) in enumerate(zip(ring, ring[1:] + ring[:1])):
        waits(task, "join", 10 + k % 2, text="join of #%s 'ring'" % other.split("#")[1])
    for _ in range(12):
        one, other = spawned("pair"), spawned("pair")
        waits(one, "join", text="join of #%s 'pair'" % other.split("#")[1])
        waits(other, "join", text="join of #%s 'pair'" % one.split("#")[1])
    for _ in range(part):
        waits(spawned("wants"), "semaphore", object="semaphore#1", text="a permit of a semaphore")
        waits(spawned("reads"), "channel", object="channel#1", text="a value from a channel")
        parent = spawned("parent")
        child = spawned("child", by=parent)
        waits(parent, "group", text="the task of a group")
        waits(child, "event", object="event#%d" % len(names), text="an event to be set")
    waits(putters[0], "join", text="join of #%s 'conn#1'" % putters[1].rsplit("#", 1)[1])
    for putter in putters[1:]:
        waits(putter, "event", object="event#1", text="an event to be set")
    waits(holder, "sleep", text="sleep of 1.000 ms")
    talkers = [spawned("talks") for _ in range(2)]
    for talker, end in zip(talkers, "ab"):
        trace.add(1, "send", "h", talker, conn=1, end=end, offset=0, bytes=1, data="x")
        waits(talker, "recv", conn=1, end=end, text="recv from the other")
        waits(spawned("joins"), "join", text="join of #%s 'talks'" % talker.split("#")[1])
    for host, name in (("a/b", "c"), ("a", "b/c")):
        for k in range(2):  # one does something; the other is no kin of the other pair's
            task = spawned(name, host)
            trace.add(3, "step", host, task)
            if (k == 0) == (host == "a"):
                trace.add(3, "note", host, task, text="does something")
            else:
                trace.add(3, "finish", host, target=task)
    waits("main#1", "group", text="the %d tasks of a group" % (len(names) - part))
    trace.add(4, "property", name="in the end: nobody#9 and none#8 wait", holds=0)
    trace.add(4, "run_fails", text="the run: deadlock: many tasks wait")
    return trace.text()


# n of send and recv, and which piece of what was sent at once.
ARROWS_OF_BOTH_ENDS = [[6, 8, ""], [7, 8, "1/2"], [7, 9, "2/2"]]


def both_ends():
    """A run on real sockets with client and server in one process: no segments, no arrivals."""
    trace = Trace("real", world="epoll", clock="monotonic")
    trace.add(0, "spawn", None, None, target="client#1", target_host="h")
    trace.add(0, "spawn", None, None, target="server#2", target_host="h")
    ends = {"from": "127.0.0.1:9", "to": "127.0.0.1:80"}
    trace.add(5, "connect", "h", "client#1", conn=1, end="a", **ends)
    trace.add(9, "accept", "h", "server#2", conn=1, end="b", **ends)
    trace.add(10, "note", "h", "client#1", text="six and four bytes")
    trace.add(11, "send", "h", "client#1", conn=1, end="a", offset=0, bytes=6, data="abcdef")
    trace.add(12, "send", "h", "client#1", conn=1, end="a", offset=6, bytes=4, data="ghij")
    trace.add(20, "recv", "h", "server#2", conn=1, end="b", offset=0, bytes=8, data="abcdefgh")
    trace.add(21, "recv", "h", "server#2", conn=1, end="b", offset=8, bytes=2, data="ij")
    trace.add(22, "recv", "h", "client#1", conn=1, end="a", offset=0, bytes=1, data="?")
    trace.add(23, "recv", "h", "server#2", conn=1, end="b", offset=10, bytes=0)
    return trace.text()


HOSTILE = ["</script><script>window.hit = 1</script>", "<img src=x onerror='window.hit = 2'>", "<!--<script>",
           "\u2028window.hit = 3//", "${window.hit = 4}", "javascript:window.hit=5", "{{trace-b}}", "]]>", "\u202e\u0000x"]


def odd_trace():
    """What a trace may hold that nobody would write: hostile texts, no ends, no hosts."""
    trace = Trace(HOSTILE[0], token=HOSTILE[1])
    for place, text in enumerate(HOSTILE):
        text = text.replace("\u0000", "")
        t = 1000 * place
        trace.add(t, "host", "h" + text, address=text)
        task = text + "#%d" % (place + 1)
        trace.add(t, "spawn", None, None, target=task, target_host="h" + text, **{"in": text})
        trace.add(t, "step", "h" + text, task, at=text)
        trace.add(t, "note", "h" + text, task, at=text, text=text)
        trace.add(t, "decide", None, None, site=text, key="00000000000000ff", choice=1, of=3, count=0, text=text)
        trace.add(t, "send", "h" + text, task, conn=place + 1, end="a", offset=0, bytes=7, data="<b>\u00ff\"\\\n")
        trace.add(t, "segment", "h" + text, task, conn=place + 1, end="a", offset=0, bytes=700)
        trace.add(t, "recv", None, None, conn=place + 1, end="b", offset=0, bytes=4, data="<")
        trace.add(t, "block", "h" + text, task, on="recv", conn=place + 1, end="a", until=5000000, chain=[text, text], text=text)
        trace.add(t, "property", name=text, holds=place % 2)
        trace.add(t, "fault", None, None, site="loss", key="00000000000000ff", strength=1, text=text)
        trace.add(t, "fail", "h" + text, None, target=task, text=text + "\nsecond line")
    return trace.text()


if __name__ == "__main__":
    sys.stdout.write(echo(int(sys.argv[1])))

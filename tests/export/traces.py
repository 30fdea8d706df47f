"""What every check of an export needs: traces, the export command, cases that are counted.

A check is called as CHECK.py EXPORT PATH...: the command, and what it works on. A path that ends in
.jsonl is a trace; any other is a program, which is run for its trace with several seeds.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

SEEDS = (1, 2, 7)

failures = []
cases = 0


def expect(holds, sentence):
    global cases
    cases += 1
    if not holds:
        failures.append(sentence)
        print("failed: " + sentence)


def finish():
    print("cases: %d passed, %d failed" % (cases - len(failures), len(failures)))
    sys.exit(1 if failures or cases == 0 else 0)


def need(tool, package):
    """The path of a tool. Without it a test in CI fails; elsewhere there is nothing to check with."""
    path = shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/local/bin:/usr/bin:/bin")
    if path is None:
        without(tool, "./rill setup --dev installs %s" % package)
    return path


def without(tool, what_to_do):
    if os.environ.get("CI") == "true":
        print("failed: %s is not installed: %s." % (tool, what_to_do))
        print("cases: 0 passed, 1 failed")
        sys.exit(1)
    print("skipped, since %s is not installed: %s." % (tool, what_to_do))
    print("cases: 0 passed, 0 failed")
    sys.exit(0)


def fetched(script, pattern, what):
    """A file of .rill/tools, in the tree that a script is in, to which Bazel only links."""
    for folder in pathlib.Path(script).resolve().parents:
        for found in folder.glob(".rill/tools/" + pattern):
            return str(found)
    return without(what, "./rill setup --dev fetches it")


class Trace:
    """A trace file, read by nothing but Python's json."""

    def __init__(self, name, path):
        self.name, self.path = name, path
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.header, self.events = lines[0], lines[1:]

    def of(self, *kinds):
        return [event for event in self.events if event["kind"] in kinds]


# Names and texts that other languages read as something else than a name or a text.
HOSTILE = ["end", "End", "a;b", "a#b#35;", "x\ny", "q\"uo'te\\", "<b>&amp;</b>", "%%{init: {}}%%", "a->>b: c",
           "note over p1", "participant", "wrap: x", "{\"k\":1}", "=== x ===", "\u65e5\u672c \u00e9\u2028", "as", ": ",
           "a:b", "loop", "alt", "p1", "-", " ", "$&", "\u202e", "title x", "0", "#", "\\N\\l", "http://x/?a=1;b"]


def hostile_trace(folder):
    """Two tasks for each hostile name, on hosts of such names, that talk of such things."""
    events, n = [], 0

    def add(**fields):
        nonlocal n
        n += 1
        head = {"n": n, "t": n * 1000}
        events.append({**head, **fields})
        return n

    for number, name in enumerate(HOSTILE):
        add(kind="host", host=name, address="10.9.%d.1" % number)
    for number, name in enumerate(HOSTILE):
        host, task, conn = name, "%s#%d" % (name, number), number + 1
        peer = HOSTILE[(number + 1) % len(HOSTILE)]
        to = "10.9.%d.1:80" % ((number + 1) % len(HOSTILE))
        own = "10.9.%d.1:4000" % number
        add(kind="spawn", target=task, target_host=host)
        add(kind="step", host=host, task=task, at="%s.cc:1" % name)
        add(kind="note", host=host, task=task, text=name)
        add(kind="connect", host=host, task=task, conn=conn, end="a", **{"from": own, "to": to})
        add(kind="established", host=host, conn=conn, end="a", **{"from": own, "to": to})
        add(kind="accept", host=peer, conn=conn, end="b", **{"from": own, "to": to})
        data = name.encode("utf-8").decode("latin-1")
        sent = add(kind="send", host=host, task=task, conn=conn, end="a", offset=0, bytes=len(data), data=data)
        segment = add(kind="segment", host=host, conn=conn, end="a", offset=0, bytes=len(data))
        arrived = add(kind="deliver", host=peer, conn=conn, end="b", offset=0, bytes=len(data), cause=segment)
        add(kind="wake", target=task, why="network", cause=arrived)
        add(kind="fault", site=name, key="00000000000000aa", strength=1, conn=conn, text=name)
        add(kind="fail", host=host, target=task, text=name)
        assert sent < segment
    add(kind="run_fails", text="; ".join(HOSTILE))
    path = os.path.join(folder, "hostile.jsonl")
    header = {"rill_trace": 1, "program": "end;\n#", "world": "sim", "clock": "virtual", "seed": 3, "left_out": 0}
    end = {"n": n + 1, "t": n * 1000, "kind": "end", "events": n, "tasks": len(HOSTILE), "left_out": 0}
    with open(path, "w", encoding="utf-8") as file:
        for line in [header, *events, end]:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    return path


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=300, **more)


def traces(folder, paths):
    """The traces given, those of the programs given, and a hostile one."""
    for path in paths:
        name = os.path.basename(path)
        if path.endswith(".jsonl"):
            yield Trace(name, path)
            continue
        for seed in SEEDS:
            file = os.path.join(folder, "%s_%d.jsonl" % (name, seed))
            done = run(path, "--seed", str(seed), "--trace", file)
            if not os.path.exists(file):
                expect(False, "%s --seed %d writes no trace: %s" % (name, seed, done.stderr.decode()))
                continue
            yield Trace("%s --seed %d" % (name, seed), file)
        if name == "echo":
            yield Trace("echo --real", real_trace(folder, path))
        yield Trace("%s, cut off" % name, cut_off(folder, file))
    yield Trace("hostile names", hostile_trace(folder))


def real_trace(folder, program):
    """An echo server on real sockets, and two clients of another process: this one."""
    file = os.path.join(folder, "real.jsonl")
    server = subprocess.Popen([program, "--real", "--port", "0", "--trace", file], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().strip().rsplit(":", 1)[1])
    for text in (b"hello\n", bytes(range(256)) * 100):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(text)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=60)
    expect(server.returncode == 0, "echo --real ends well")
    return file


def cut_off(folder, path):
    """The first half of a trace, as of a process that was killed."""
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    half = os.path.join(folder, "cut_off_" + os.path.basename(path))
    with open(half, "w", encoding="utf-8") as file:
        file.writelines(lines[:len(lines) // 2])
    return half


class Exported:
    """The file of an export, made twice and compared; and what the command said was left out."""

    def __init__(self, command, trace, kind, folder):
        self.path = os.path.join(folder, "%s.%s" % (re.sub(r"\W+", "_", trace.name), kind))
        done = run(command, "--to", kind, trace.path, self.path)
        expect(done.returncode == 0, "%s: an export to %s ends well: %s" % (trace.name, kind, done.stderr.decode()))
        self.said = done.stderr.decode()
        with open(self.path, "rb") as file:
            self.bytes = file.read()
        run(command, "--to", kind, trace.path, self.path + ".again")
        with open(self.path + ".again", "rb") as file:
            expect(file.read() == self.bytes, "%s: the same trace gives the same bytes of %s" % (trace.name, kind))
        os.unlink(self.path + ".again")

    def text(self):
        return self.bytes.decode("utf-8")

    def left_out(self):
        """How many events it said are left out, of all kinds."""
        part = re.match(r"left out: ((?:\d+ \w+(?:, | and | ))+)events", self.said)
        return sum(map(int, re.findall(r"(\d+) ", part.group(1)))) if part else 0


def arguments():
    return sys.argv[1], sys.argv[2:]


def scratch():
    return tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))

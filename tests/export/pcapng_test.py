#!/usr/bin/env python3
"""Captures, judged by tshark. Usage: pcapng_test.py EXPORT TRACE_OR_PROGRAM..."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, finish, need, run, scratch, traces  # noqa: E402

FIELDS = ["frame.number", "tcp.stream", "tcp.flags", "tcp.len", "tcp.checksum.status", "ip.checksum.status",
          "_ws.malformed", "tcp.analysis.flags", "tcp.analysis.retransmission", "tcp.analysis.keep_alive",
          "tcp.analysis.spurious_retransmission", "tcp.completeness", "frame.comment", "ip.src", "ip.src_host",
          "ipv6.src", "ipv6.src_host", "frame.time_epoch", "tcp.srcport", "tcp.dstport"]
GOOD = "1"  # a checksum's status; 0 is bad, 2 unverified
HANDSHAKE = 7  # of tcp.completeness
FIN = 1  # of tcp.flags


class Capture:
    """One capture as tshark reads it."""

    def __init__(self, tshark, trace, exported):
        self.trace, self.path, self.tshark = trace, exported.path, tshark
        done = self.ask("-N", "n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=\x02",
                        *[word for field in FIELDS for word in ("-e", field)])
        self.packets = [dict(zip(FIELDS, line.split("\t"))) for line in done.splitlines()]
        self.streams = {}
        for packet in self.packets:
            self.streams.setdefault(packet["tcp.stream"], []).append(packet)

    def ask(self, *words):
        done = run(self.tshark, "-r", self.path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
                   *words, env={**os.environ, "HOME": os.environ.get("TEST_TMPDIR", "/tmp"), "LC_ALL": "C.UTF-8"})
        expect(done.returncode == 0, "%s: tshark reads it: %s" % (self.trace.name, done.stderr.decode()))
        return done.stdout.decode("utf-8", "replace")

    def expect(self, holds, sentence):
        expect(holds, "%s: %s" % (self.trace.name, sentence))

    def comments(self, packet):
        return packet["frame.comment"].split("\x02")

    def step(self, packet):
        found = re.match(r"task=(.+) step=(\d+)", packet["frame.comment"])
        return int(found.group(2)) if found else None

    def follow(self):
        """The bytes of each stream, by (stream, who began the line: 0 or 1)."""
        numbers = sorted(self.streams, key=int)
        text = self.ask("-q", *[w for n in numbers for w in ("-z", "follow,tcp,raw," + n)])
        bytes_of = {}
        number = None
        for line in text.splitlines():
            found = re.match(r"Filter: tcp.stream eq (\d+)", line)
            if found:
                number = found.group(1)
                bytes_of[number] = [b"", b""]
            elif re.fullmatch(r"\t?[0-9a-f]+", line):
                bytes_of[number][line.startswith("\t")] += bytes.fromhex(line.strip())
        return bytes_of


def is_clean(capture):
    capture.expect(capture.packets, "there are packets")
    bad = [p for p in capture.packets if p["_ws.malformed"]]
    capture.expect(not bad, "no packet is malformed: %s" % bad[:1])
    bad = [p for p in capture.packets if p["tcp.checksum.status"] != GOOD or p["ip.checksum.status"] not in (GOOD, "")]
    capture.expect(not bad, "every checksum was looked at, and is good: %s" % bad[:1])
    times = [float(p["frame.time_epoch"]) for p in capture.packets]
    capture.expect(times == sorted(times), "packets are in the order of time")
    strange = [p["frame.comment"] for p in capture.packets if capture.step(p) is None]
    capture.expect(not strange, "each packet's comment names its task and step: %s" % strange[:1])
    steps = {event["n"] for event in capture.trace.events}
    capture.expect(all(capture.step(p) in steps for p in capture.packets), "each step is one of the trace")
    tasks = {event["target"] for event in capture.trace.of("spawn")} | {"-"}
    named = {re.match(r"task=(.+) step=", p["frame.comment"]).group(1) for p in capture.packets}
    anonymous = [p["frame.comment"] for p in capture.packets if int(p["tcp.len"]) > 0 and "task=- " in p["frame.comment"]]
    if capture.trace.name != "hostile names":
        capture.expect(not anonymous, "data has a task that sent it: %s" % anonymous[:1])
        capture.expect(named <= tasks, "each task is one of the trace: %s" % (named - tasks))


def has_names(capture):
    names = {}
    for event in capture.trace.of("host"):
        for address in filter(None, event["address"].split(",")):
            names[address] = " ".join(event["host"].split("\n"))
    if capture.trace.name == "hostile names":  # tshark shows no such name as it is
        return
    for family in ("ip", "ipv6"):
        for packet in capture.packets:
            address = packet[family + ".src"]
            if address in names:
                shown = packet[family + ".src_host"]
                if shown != names[address]:
                    return capture.expect(False, "%s is shown as %s, not as %s" % (address, names[address], shown))
    capture.expect(True, "addresses have their names")


def connections(trace):
    """What the trace says of each connection, by number."""
    found = {}
    for event in trace.events:
        if "conn" in event and "end" in event and event["kind"] != "block":
            found.setdefault(event["conn"], []).append(event)
    return found


def ports_of(events):
    """Of both ends, as texts."""
    connect = next(event for event in events if event["kind"] in ("connect", "accept"))
    return {"a": connect["from"].rsplit(":", 1)[1], "b": connect["to"].rsplit(":", 1)[1]}


def stream_of(capture, events):
    """The stream of tshark that a connection became."""
    steps = {event["n"] for event in events}
    for number, packets in capture.streams.items():
        if capture.step(packets[0]) in steps:
            return number
    return None


def bytes_that_left(world, events, end):
    """What the application sent, as far as the network took it; another process's, as far as it was read."""
    if not any(event["end"] == end for event in events):
        return bytes_that_were_read(events, "a" if end == "b" else "b")
    data = b""
    for event in events:
        if event["kind"] == "send" and event["end"] == end:
            assert len(data) == event["offset"]
            known = event.get("data", "").encode("latin-1")
            data += known + bytes(event["bytes"] - len(known))
    kind = "segment" if world == "sim" else "send"
    left = [e["offset"] + e["bytes"] for e in events if e["kind"] == kind and e["end"] == end]
    return data[:max(left, default=0)]


def bytes_that_were_read(events, end):
    data = b""
    for event in events:
        if event["kind"] == "recv" and event["end"] == end:
            known = event.get("data", "").encode("latin-1")
            data += known + bytes(event["bytes"] - len(known))
    return data


def streams_are_whole(capture):
    followed = capture.follow()
    for number, events in connections(capture.trace).items():
        kinds = {(event["kind"], event["end"]) for event in events}
        stream = stream_of(capture, events)
        if stream is None:
            capture.expect(("connect", "a") not in kinds, "connection %d has packets" % number)
            continue
        packets = capture.streams[stream]
        completeness = int(packets[-1]["tcp.completeness"])
        if ("established", "a") in kinds or ("accept", "b") in kinds:
            capture.expect(completeness & HANDSHAKE == HANDSHAKE, "connection %d begins with a handshake" % number)
        for end in "ab":
            if ("shutdown", end) in kinds:
                fins = {p["tcp.srcport"] for p in packets if int(p["tcp.flags"], 16) & FIN}
                capture.expect(ports_of(events)[end] in fins, "connection %d: %s ends with a FIN" % (number, end))
        first = next((p for p in packets if int(p["tcp.len"]) > 0), None)
        if first is None:
            continue
        left = {end: bytes_that_left(capture.trace.header["world"], events, end) for end in "ab"}
        got = [followed[stream][0], followed[stream][1]]
        capture.expect(sorted(got) == sorted(left.values()),
                       "connection %d carries what the application sent: %r, not %r" % (number, left, got))
        for end, other in ("ab", "ba"):
            read = bytes_that_were_read(events, other)
            capture.expect(left[end].startswith(read), "connection %d: what was read is what was sent" % number)
            if ("end_of_stream", other) in kinds and ("reset", other) not in kinds and ("close", other) not in kinds:
                capture.expect(read == left[end], "connection %d: all of it was read" % number)


def ends_are_confirmed(capture):
    """Where both FINs have arrived, tshark shows four packets of a goodbye: two FINs, and their ACKs."""
    for number, events in connections(capture.trace).items():
        if sum(event["kind"] == "end_of_stream" for event in events) < 2:
            continue
        packets = capture.streams[stream_of(capture, events)]
        fins = [p for p in packets if int(p["tcp.flags"], 16) & FIN]
        capture.expect(len({p["tcp.srcport"] for p in fins}) == 2, "connection %d has a FIN of each side" % number)
        capture.expect(int(packets[-1]["tcp.flags"], 16) & 0x17 == 0x10 or "fault" in str(packets[-1]),
                       "connection %d ends with an ACK of the last FIN" % number)


def faults_show(capture):
    flagged = [p for p in capture.packets if p["tcp.analysis.flags"]]
    again = {e["n"]: e for e in capture.trace.of("segment", "connect", "shutdown") if e.get("again")}
    if not again and capture.trace.name != "hostile names":
        capture.expect(not flagged, "nothing is sent again, so tshark finds nothing: %s" % flagged[:1])
    by_step = {}
    for packet in capture.packets:
        by_step.setdefault(capture.step(packet), []).append(packet)
    for n, event in again.items():
        for packet in by_step.get(n, []):
            shown = (packet["tcp.analysis.retransmission"] or packet["tcp.analysis.spurious_retransmission"] or
                     (event.get("bytes") == 1 and packet["tcp.analysis.keep_alive"]))
            if event["kind"] == "segment" and packet["tcp.len"] != "0":
                capture.expect(shown, "segment %d is a retransmission" % n)
        capture.expect(n in by_step or event["kind"] != "segment", "segment %d is there" % n)
    for event in capture.trace.of("lost"):
        packets = by_step.get(event["cause"], [])
        capture.expect(any(c.startswith("lost") for p in packets for c in capture.comments(p)),
                       "the loss of step %d is told by its packet" % event["cause"])
    return len(again)


def main():
    tshark = need("tshark", "tshark")
    command, paths = arguments()
    retransmissions = 0
    with scratch() as folder:
        for trace in traces(folder, paths):
            capture = Capture(tshark, trace, Exported(command, trace, "pcapng", folder))
            is_clean(capture)
            has_names(capture)
            streams_are_whole(capture)
            ends_are_confirmed(capture)
            retransmissions += faults_show(capture)
    expect(retransmissions > 0, "some trace has a retransmission")
    finish()


if __name__ == "__main__":
    main()

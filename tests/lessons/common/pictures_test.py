#!/usr/bin/env python3
"""What every program can show of its runs: --trace, --view and --pcap, simulated and on real sockets.

Usage: pictures_test.py PROGRAM...

Every program gets the same tests; what it takes to talk to one on real sockets is in real_run().
"""
import html.parser
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile

TIMEOUT = 60
PCAPNG = b"\x0a\x0d\x0d\x0a"
FLAGS = {"--trace": "run.jsonl", "--view": "run.html", "--pcap": "run.pcapng"}

passed = failed = 0


def expect(sentence, holds, shown=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print("failed: %s\n  %s" % (sentence, str(shown)[:2000]))
    return bool(holds)


class Program:
    """A program, or the demo of a lesson's answer: what its name is, and how a command line begins."""

    def __init__(self, word):
        path = pathlib.Path(word).absolute()
        lesson = re.match(r"L\d\d", path.parent.name)
        self.name = lesson.group() if lesson else path.name
        self.command = [str(path)] + (["run"] if lesson else [])


def run(program, *words):
    return subprocess.run([*program.command, *words], capture_output=True, text=True, timeout=TIMEOUT)


def is_sentence(program, stderr):
    return stderr.count("\n") == 1 and stderr.startswith(program.name + ": ")


# ---- the files, looked at

class Page(html.parser.HTMLParser):
    """What a browser would fetch from elsewhere, and whether all is closed that must be."""

    def __init__(self, text):
        super().__init__()
        self.fetches, self.open, self.tags = [], [], set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag in ("script", "style", "svg", "body"):
            self.open.append(tag)
        for name, value in attributes:
            if name in ("src", "href") and value and not value.startswith(("#", "data:")):
                self.fetches.append(value)

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.remove(tag)


def check_trace(program, path, world):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    head, events = lines[0], lines[1:]
    expect("%s: the trace says what it is of" % program.name,
           (head.get("rill_trace"), head.get("program"), head.get("world")) == (1, program.name, world), head)
    numbers = [event["n"] for event in events]
    expect("%s: its events are numbered 1, 2, 3" % program.name, numbers == list(range(1, len(numbers) + 1)))
    expect("%s: it ends with its end" % program.name, events and events[-1]["kind"] == "end", events[-1:])
    return events


def check_page(program, path, events):
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    expect("%s: the page is whole" % program.name, "html" in page.tags and not page.open, page.open)
    expect("%s: the page fetches nothing" % program.name, page.fetches == [], page.fetches)
    expect("%s: the page names the program" % program.name, program.name in text)
    for task in {event["target"] for event in events if event["kind"] == "spawn"}:
        if not expect("%s: the page has task %s" % (program.name, task), task in text):
            break


def blocks_of(bytes_):
    """(type, body) of each block; raises if they do not fill the file."""
    at, blocks = 0, []
    while at < len(bytes_):
        kind, length = struct.unpack_from("<II", bytes_, at)
        assert length >= 12 and length % 4 == 0 and struct.unpack_from("<I", bytes_, at + length - 4)[0] == length
        blocks.append((kind, bytes_[at + 8:at + length - 4]))
        at += length
    return blocks


def payloads_of(packets):
    """All that TCP carried, by direction of a connection."""
    streams = {}
    for body in packets:
        kept = struct.unpack_from("<I", body, 12)[0]
        packet = body[20:20 + kept]
        if packet[0] >> 4 == 4:
            head, ends = 4 * (packet[0] & 15), packet[12:20]
        else:
            head, ends = 40, packet[8:40]
        tcp = packet[head:]
        streams.setdefault((ends, tcp[:4]), bytearray()).extend(tcp[4 * (tcp[12] >> 4):])
    return streams.values()


def check_capture(program, path, events):
    bytes_ = path.read_bytes()
    try:
        packets = [body for kind, body in blocks_of(bytes_) if kind == 6]
    except (AssertionError, struct.error):
        packets = None
    if not expect("%s: the capture is one block after the other" % program.name,
                  bytes_.startswith(PCAPNG) and packets is not None, bytes_[:40]):
        return
    moved = [event for event in events if event["kind"] in ("deliver", "send", "recv") and event.get("bytes")]
    expect("%s: it has packets where bytes were moved" % program.name, bool(packets) == bool(moved), len(packets))
    streams = payloads_of(packets)
    texts = [event["data"].encode("latin-1") for event in moved if event["kind"] == "recv" and event.get("data")]
    lost = [text for text in texts if not any(text in stream for stream in streams)]
    expect("%s: with all the bytes that were read" % program.name, not lost, lost[:1])


def check_files(program, folder, world):
    files = {flag: folder / name for flag, name in FLAGS.items()}
    for flag, path in files.items():
        if not expect("%s: %s makes its file" % (program.name, flag), path.exists() and path.stat().st_size > 0):
            return
    events = check_trace(program, files["--trace"], world)
    check_page(program, files["--view"], events)
    check_capture(program, files["--pcap"], events)


def flags_in(folder):
    return [word for flag, name in FLAGS.items() for word in (flag, str(folder / name))]


# ---- simulated

def simulated(program, folder):
    plain = run(program, "--seed", "3")
    seen = run(program, "--seed", "3", *flags_in(folder))
    expect("%s: a run that is looked at says the same" % program.name,
           (plain.returncode, seen.returncode) == (0, 0) and plain.stdout == seen.stdout, seen)
    check_files(program, folder, "sim")
    first = {name: (folder / name).read_bytes() for name in FLAGS.values()}
    run(program, "--seed", "3", *flags_in(folder))
    for name, bytes_ in first.items():
        expect("%s: the same seed is the same %s" % (program.name, name), (folder / name).read_bytes() == bytes_)
    run(program, "--seed", "4", *flags_in(folder))
    expect("%s: another seed is another page" % program.name, (folder / "run.html").read_bytes() != first["run.html"])
    for flag in FLAGS:  # each without the others
        path = folder / ("alone-" + FLAGS[flag])
        run(program, "--seed", "3", flag, str(path))
        expect("%s: %s alone is the same file" % (program.name, flag), path.read_bytes() == first[FLAGS[flag]])


def refusals(program, folder):
    for flag in FLAGS:
        done = run(program, flag, str(folder / "no/such/folder"))
        expect("%s: %s into nowhere is refused, in a sentence, before anything runs" % (program.name, flag),
               done.returncode == 2 and done.stdout == "" and is_sentence(program, done.stderr)
               and "no/such/folder" in done.stderr, done)
        done = run(program, flag)
        expect("%s: %s wants a value" % (program.name, flag), done.returncode == 2 and is_sentence(program, done.stderr), done)
    for flag in ("--view", "--pcap"):
        done = run(program, "--quiet", flag, "/dev/full")
        expect("%s: %s on a full disk fails, in a sentence" % (program.name, flag),
               done.returncode != 0 and is_sentence(program, done.stderr) and "/dev/full" in done.stderr, done)


# ---- on real sockets

def port_of(process):
    return int(process.stdout.readline().rsplit(":", 1)[1])


def visit_echo(port):
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        connection.sendall(b"hello there\n")
        expect("echo: answers", connection.recv(100) == b"hello there\n")


def visit_lines(port):
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        connection.sendall(b"hello there\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(100):
            pass


def visit_httpd(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.request("GET", "/page.html")
    expect("httpd: answers", connection.getresponse().read() == b"<p>a page</p>\n")
    connection.close()


def serving(program, words, visit):
    """Runs a server until it was visited; its exit code and what it said on stderr."""
    with subprocess.Popen([*program.command, "--real", "--quiet", "--port", "0", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            visit(port_of(process))
        finally:
            process.send_signal(signal.SIGTERM)
        stderr = process.communicate(timeout=TIMEOUT)[1]
    return process.returncode, stderr


def real_run(program, words, site):
    """Exit code and stderr of a real run of any of the programs."""
    if program.name == "echo":
        return serving(program, words, visit_echo)
    if program.name == "L08":
        return serving(program, words, visit_lines)
    if program.name == "httpd":
        return serving(program, ["--root", str(site), *words], visit_httpd)
    if program.name == "crawler":
        httpd = next(path for path in programs if path.name == "httpd")
        result = []

        def crawl(port):
            done = run(program, "--real", "--quiet", "http://127.0.0.1:%d/page.html" % port, *words)
            result.extend([done.returncode, done.stderr])
        serving(httpd, ["--root", str(site)], crawl)
        return tuple(result)
    done = run(program, "--real", *words)
    return done.returncode, done.stderr


def real(program, folder, site):
    for backend in ("epoll", "uring"):
        place = folder / backend
        place.mkdir()
        code, stderr = real_run(program, ["--backend", backend, *flags_in(place)], site)
        if code == 2 and backend == "uring" and "io_uring" in stderr:
            continue  # this kernel has none, and the program has said so
        if expect("%s: a real run on %s succeeds" % (program.name, backend), code == 0, stderr):
            check_files(program, place, backend)


def recorded(program, folder, site):
    """What really happened can be looked at later, as often as one likes."""
    log = folder / "run.rec"
    code, stderr = real_run(program, ["--record", str(log), *flags_in(folder)], site)
    if not expect("%s: is recorded" % program.name, code == 0, stderr):
        return
    expect("%s: where its files went is no part of the recording" % program.name,
           not any(str(folder / name).encode() in log.read_bytes() for name in FLAGS.values()))
    place = folder / "replay"
    place.mkdir()
    done = run(program, "--replay", str(log), *flags_in(place))
    if expect("%s: a replay can be looked at" % program.name, done.returncode == 0, done):
        check_files(program, place, "replay")


def main():
    for program in programs:
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as name:
            folder = pathlib.Path(name)
            site = folder / "site"
            site.mkdir()
            (site / "page.html").write_text("<p>a page</p>\n")
            simulated(program, folder)
            refusals(program, folder)
            real(program, folder, site)
            if program.name != "ipc":  # its other half is a process of its own
                recorded(program, folder, site)
    print("cases: %d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


programs = [Program(word) for word in sys.argv[1:]]
sys.exit(main())

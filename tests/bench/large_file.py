#!/usr/bin/env python3
"""A file of 64 MiB: our httpd beside nginx with sendfile, in interleaved rounds.

  bazel build //lessons/httpd && tests/bench/large_file.py [--rounds 5]

The client reads and throws away. What counts is the server's CPU time for a gigabyte: the rate is bound by the
client, which copies each byte out of the kernel. Needs nginx, and a quiet machine.
"""
import argparse
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

from workers import cpu_seconds, running

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_BYTES = 64 << 20
TIMES = 24  # the file, on one connection
NGINX = """daemon off; worker_processes 1; master_process off; pid %(folder)s/pid; error_log /dev/null crit;
events {} http { access_log off; sendfile on; tcp_nodelay on; client_body_temp_path %(folder)s/t1;
proxy_temp_path %(folder)s/t2; fastcgi_temp_path %(folder)s/t3; uwsgi_temp_path %(folder)s/t4; scgi_temp_path %(folder)s/t5;
server { listen 127.0.0.1:%(port)d; root %(root)s; } }
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connected(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("large_file: the server does not listen")


def received(client, sink):
    got = client.recv_into(sink)
    if got == 0:
        raise SystemExit("large_file: the answer ended early")
    return got


def fetch(client, sink):
    """One answer, counted to its end."""
    client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    got, head = 0, b""
    while b"\r\n\r\n" not in head:
        got += received(client, sink[got:])
        head = bytes(sink[:got])
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit("large_file: %r" % head[:80])
    left = FILE_BYTES + head.index(b"\r\n\r\n") + 4 - got
    while left > 0:
        left -= received(client, sink)


def one_run(command, port):
    """GiB/s, and seconds of the server's CPU for a GiB."""
    with running(command, subprocess.DEVNULL) as process:
        sink = memoryview(bytearray(1 << 20))
        with connected(port) as client:
            fetch(client, sink)
            before, begin = cpu_seconds(process), time.monotonic()
            for _ in range(TIMES):
                fetch(client, sink)
            spent, seconds = cpu_seconds(process) - before, time.monotonic() - begin
    gib = TIMES * FILE_BYTES / (1 << 30)
    return gib / seconds, spent / gib


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        root.mkdir()
        pathlib.Path(root, "large").write_bytes(os.urandom(1 << 20) * (FILE_BYTES >> 20))
        for _ in range(rounds):
            for name in ("nginx", "epoll", "uring"):
                port = free_port()
                command = [ROOT / "bazel-bin/lessons/httpd/httpd", "--real", "--quiet", f"--backend={name}", "--root",
                           root, "--port", port]
                if name == "nginx":
                    configuration = pathlib.Path(folder, "nginx.conf")
                    configuration.write_text(NGINX % {"folder": folder, "port": port, "root": root})
                    command = ["nginx", "-c", configuration]
                seen.setdefault(name, []).append(one_run(command, port))
    for name, runs in seen.items():
        against = [[other[side] / own[side] for own, other in zip(runs, seen["nginx"])] for side in (0, 1)]
        print("%-6s %6.2f GiB/s  %.2fx nginx   %.3f s of CPU for a GiB  %.2fx" % (
            name, statistics.median(run[0] for run in runs), 1 / statistics.median(against[0]),
            statistics.median(run[1] for run in runs), 1 / statistics.median(against[1])))


if __name__ == "__main__":
    main()

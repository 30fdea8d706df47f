#!/usr/bin/env python3
"""One worker beside two: throughput and CPU time for each request, in interleaved rounds.

  bazel build //lessons/echo //lessons/httpd && tests/bench/workers.py [--rounds 4] [--seconds 2]

The load generator is load.c of the kit that RILL_BENCH_KIT names (../shared/bench unless set). It has a
thread of its own, so on two cores the echoes tell what CPU time a message costs, and whether that grows
with workers, rather than how far they scale; a listing of a large folder costs the load nothing, and
does tell. Give it a quiet machine: two busy threads get a larger share of a busy one than one does.
"""
import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = 2000


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # proc(5): utime, stime


@contextlib.contextmanager
def running(command, stdout):
    """A server, which ends with the block, also when that fails: Popen alone would wait for it for ever."""
    with subprocess.Popen([str(word) for word in command], stdout=stdout, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def one_run(load, server, workers, arguments):
    command = [*server, "--real", "--quiet", "--port", "0", "--workers", workers]
    with running(command, subprocess.PIPE) as process:
        port = process.stdout.readline().rsplit(":", 1)[1].strip()
        before = cpu_seconds(process)
        said = subprocess.run([load, "--port", port, *arguments], check=True, capture_output=True, text=True).stdout
        spent = cpu_seconds(process) - before
    result = json.loads(said.splitlines()[-1])
    return result["rate"], 1e6 * spent / result["all_msgs"]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--seconds", type=float, default=2)
    chosen = options.parse_args()
    kit = pathlib.Path(os.environ.get("RILL_BENCH_KIT", ROOT / "../shared/bench"))
    with tempfile.TemporaryDirectory() as folder:
        load = f"{folder}/load"
        subprocess.run(["cc", "-O2", "-o", load, kit / "src/load.c", "-lpthread", "-lm"], check=True)
        site = pathlib.Path(folder, "site/many")
        site.mkdir(parents=True)
        for i in range(NAMES):
            (site / f"file{i}.txt").touch()
        seconds = ["--secs", str(chosen.seconds)]
        cases = {
            "echo, 50 connections, 64 bytes": ([ROOT / "bazel-bin/lessons/echo/echo"], ["--conns", "50", *seconds]),
            f"httpd, 16 connections, a listing of {NAMES} names": (
                [ROOT / "bazel-bin/lessons/httpd/httpd", "--root", site.parent],
                ["--conns", "16", "--http", "/many/", *seconds]),
        }
        for name, (server, arguments) in cases.items():
            runs = {1: [], 2: []}
            for _ in range(chosen.rounds):
                for workers in runs:
                    runs[workers].append(one_run(load, server, workers, arguments))
            print(name)
            for workers, measured in runs.items():
                rate = statistics.median(rate for rate, _ in measured)
                spent = statistics.median(spent for _, spent in measured)
                print(f"  {workers} worker{'s' * (workers > 1)}: {rate:10.0f} /s  {spent:8.2f} us of CPU each")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The simulated network beside what a simulated network could do at all, in interleaved rounds.

  bazel build //tests/bench:sim_echo && tests/bench/sim_limit.py [--rounds 3] [--largest 10000]

The limit is sim_limit.cc of the kit that RILL_BENCH_KIT names (../shared/bench unless set): the same echoes with
no hosts, no faults, no backpressure and no fingerprint. With --largest 1000000 it needs 2.5 GB and five minutes.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = (10, 100, 1000, 10_000, 100_000, 1_000_000)


def said_by(command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def ours(clients, rounds, latency):
    said = json.loads(said_by([ROOT / "bazel-bin/tests/bench/sim_echo", "--clients", clients, "--rounds", rounds,
                               "--latency", latency]))
    return said["rt_per_s"], said["bytes_per_connection"]


def limit(program, clients, rounds, latency):
    bounds = ("1000", "1000") if latency == "fixed" else ("1000", "10000")  # microseconds
    said = said_by([program, clients, rounds, *bounds])
    return float(re.search(r"rt/s=(\d+)", said)[1]), float(re.search(r"B/conn=(\d+)", said)[1])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--largest", type=int, default=10_000)
    chosen = options.parse_args()
    kit = pathlib.Path(os.environ.get("RILL_BENCH_KIT", ROOT / "../shared/bench"))
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "sim_limit")
        subprocess.run(["g++", "-std=c++20", "-O2", kit / "sim_limit.cc", "-o", program], check=True)
        print("%-9s %9s %14s %14s %8s %12s" % ("latency", "clients", "Rill, rt/s", "limit, rt/s", "of it", "bytes each"))
        for latency in ("fixed", "uniform"):
            for clients in (count for count in CLIENTS if count <= chosen.largest):
                trips = max(1, 200_000 // clients) if clients < 100_000 else 5
                pairs = [(ours(clients, trips, latency), limit(program, clients, trips, latency))
                         for _ in range(chosen.rounds)]
                print("%-9s %9d %14.0f %14.0f %7.2fx %12.0f" % (
                    latency, clients, *(statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)),
                    statistics.median(pair[0][0] / pair[1][0] for pair in pairs),
                    statistics.median(pair[0][1] for pair in pairs)), flush=True)


if __name__ == "__main__":
    main()

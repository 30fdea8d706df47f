#!/usr/bin/env python3
"""What the trace costs: on against off, and off against a build that has no trace at all.

  bazel build //lessons/echo //lessons/httpd //lessons/crawler //tests/bench:sched //tests/bench:sim_echo
  tests/bench/trace_cost.py [--rounds 9] [--without FOLDER]

User time is the median of interleaved rounds. Instructions are valgrind's count, which has no noise, without
those of the system. A traced run writes to /dev/null. FOLDER is the bazel-bin of another worktree, in which

  sed -i 's/return is_heard_;/return false;/; s/return recorder_ != nullptr;/return false;/;
          s/return sink_ != nullptr;/return false;/; s/if (is_heard_)/if (false)/' scheduler/trace.h

took the hooks out. The echo server on real sockets needs load.c of the kit that RILL_BENCH_KIT names
(../shared/bench unless set); without it, it is left out.
"""
import argparse
import os
import pathlib
import re
import resource
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "bazel-bin"
TRACED = ["--trace", "/dev/null"]
SIM_ECHO = ["tests/bench/sim_echo", "--clients", "100"]
LESSONS = {name: [f"lessons/{name}/{name}", "--seed", "7", "--quiet"] for name in ("echo", "httpd", "crawler")}
RUNS = 40  # of a lesson, of which one takes milliseconds: the system counts in ticks


def user_seconds(command, times=1):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    for _ in range(times):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before) / times


def instructions(command):
    counter = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    said = subprocess.run([*counter, *command], check=True, capture_output=True, text=True).stderr
    return int(re.search(r"I +refs: +([\d,]+)", said).group(1).replace(",", ""))


def seconds_a_message(load, server, with_system):
    """User time of an echo server on real sockets, or all of its CPU time."""
    with subprocess.Popen([*server, "--real", "--quiet", "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline().rsplit(":", 1)[1].strip()
        said = subprocess.run([load, "--port", port, "--conns", "50", "--secs", "2"],
                              check=True, capture_output=True, text=True).stdout
        stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        process.terminate()
    messages = int(re.search(r'"all_msgs": *(\d+)', said).group(1))
    ticks = int(stat[11]) + with_system * int(stat[12])  # proc(5): utime, stime
    return ticks / os.sysconf("SC_CLK_TCK") / messages


def show(name, base, other, measure, rounds, count=None):
    """One line: the medians of both, and their ratio."""
    values = [(measure(base), measure(other)) for _ in range(rounds)]
    before, after = (statistics.median(column) for column in zip(*values))
    line = f"{name:44} {1e3 * before:12.6f} {1e3 * after:12.6f} ms  {after / before:6.3f}"
    if count:
        line += f"   instructions {count(other) / count(base):6.3f}"
    print(line, flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--without", type=pathlib.Path)
    chosen = options.parse_args()

    def compare(name, base, other, times=1, count=True):
        show(name, base, other, lambda command: user_seconds(command, times), chosen.rounds,
             instructions if count else None)

    with tempfile.TemporaryDirectory() as folder:
        kit = pathlib.Path(os.environ.get("RILL_BENCH_KIT", ROOT / "../shared/bench"))
        load = f"{folder}/load" if (kit / "src/load.c").exists() else None
        if load:
            subprocess.run(["cc", "-O2", "-o", load, kit / "src/load.c", "-lpthread", "-lm"], check=True)

        def compare_servers(name, base, other):
            for what, with_system in (("", False), (", and system", True)) if load else ():
                show(name + what, base, other,
                     lambda server, all_of_it=with_system: seconds_a_message(load, server, all_of_it), chosen.rounds)

        if chosen.without:
            print(f"{'off, against no trace at all':44} {'no trace':>12} {'off':>12}")
            for name, command, times in (
                    ("simulator, 100 clients, 2000 rounds", [*SIM_ECHO, "--rounds", "2000"], 1),
                    ("spawn, 2 million tasks", ["tests/bench/sched", "spawn", "2000000", "1000"], 1),
                    ("yield, 20 million times", ["tests/bench/sched", "yield", "20000000", "1000"], 1),
                    ("httpd, simulated", LESSONS["httpd"], RUNS)):
                compare(name, [chosen.without / command[0], *command[1:]], [HERE / command[0], *command[1:]], times)
            compare_servers("echo, epoll, a message", [chosen.without / "lessons/echo/echo"],
                            [HERE / "lessons/echo/echo"])
        print(f"{'on, against off':44} {'off':>12} {'on':>12}")
        for name, command in LESSONS.items():
            run = [HERE / command[0], *command[1:]]
            compare(f"{name}, simulated", run, [*run, *TRACED], RUNS)
        run = [HERE / SIM_ECHO[0], *SIM_ECHO[1:], "--rounds", "2000"]
        compare("simulator, 100 clients, 2000 rounds", run, [*run, *TRACED])
        server = [HERE / "lessons/echo/echo"]
        compare_servers("echo, epoll, a message", server, [*server, *TRACED])


if __name__ == "__main__":
    main()

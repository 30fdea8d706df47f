#!/usr/bin/env python3
"""Lets all fuzz targets search for inputs that crash, leak, hang, or break a promise.

Usage: tests/fuzz/campaign.py                                   every target, 60 s each
       tests/fuzz/campaign.py --seconds 600 request_fuzz        one target, ten minutes
       tests/fuzz/campaign.py --executions 10000000             every target, until so many inputs

Builds with --config=fuzz and runs as many targets at a time as there are cores. Each starts from the
tree's corpus and from what earlier campaigns found (.rill/fuzz/TARGET/corpus, which no clone has).
Exits with 1 when a target found something; its input is kept, and the command that shows it again is
printed. A finding that was mended belongs into the tree's corpus, where `bazel test` replays it.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WORK = os.path.join(ROOT, ".rill", "fuzz")
MEMORY_MB = 2048
INPUT_BYTES = 1024  # what these grammars can do fits, and more inputs are tried than with long ones
# What is freed stays poisoned for longer than one input takes, and memory stays in the caches. Each
# exception makes the sanitizer search all that it has for stacks, which need not be the usual 11 MB.
ASAN_OPTIONS = "quarantine_size_mb=16:malloc_context_size=12:max_uar_stack_size_log=16"
# Debian's compiler looks for llvm-symbolizer-19 only, and prints addresses without it.
if symbolizer := shutil.which("llvm-symbolizer-19") or shutil.which("llvm-symbolizer"):
    ASAN_OPTIONS += f":external_symbolizer_path={symbolizer}"


def bazel(*arguments):
    run = subprocess.run(["bazel", *arguments], cwd=ROOT, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"campaign: bazel {arguments[0]} failed:\n{run.stderr[-4000:]}")
    return run.stdout


class Target:
    """One fuzz_target of tests/cc.bzl, as `bazel query --output=xml` describes it."""

    def __init__(self, rule):
        self.label = rule.get("name")
        self.package, self.name = self.label[2:].split(":")
        values = lambda name: [s.get("value") for l in rule.findall("list") if l.get("name") == name
                               for s in l.findall("string")]
        self.corpus = values("args")[0]
        words = [t.split("=", 1)[1] for t in values("tags") if t.startswith("dictionary=")]
        self.dictionary = [f"-dict={ROOT}/tests/fuzz/{w}.dict" for w in words]
        self.work = os.path.join(WORK, self.name)
        self.figures, self.findings, self.code = {}, [], None

    def run(self, binaries, limit, hang_seconds):
        """One process of libFuzzer, from start to end."""
        found = os.path.join(self.work, "corpus")
        os.makedirs(found, exist_ok=True)
        self.binary = os.path.join(binaries, self.package, self.name)
        log = os.path.join(self.work, "log")
        with open(log, "w", encoding="utf-8") as out:
            process = subprocess.Popen(
                [self.binary, limit, f"-timeout={hang_seconds}", f"-rss_limit_mb={MEMORY_MB}",
                 f"-max_len={INPUT_BYTES}", f"-artifact_prefix={self.work}/", "-print_final_stats=1",
                 *self.dictionary, found, os.path.join(ROOT, self.corpus)],
                cwd=ROOT, stdout=out, stderr=out, env=dict(os.environ, ASAN_OPTIONS=ASAN_OPTIONS))
            _, status, used = os.wait4(process.pid, 0)
        self.code = process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = used.ru_utime + used.ru_stime  # what else runs here does not count
        with open(log, encoding="utf-8", errors="replace") as text:
            said = text.read()
        self.figures = dict(re.findall(r"^stat::(\w+):\s+(\d+)", said, re.M))
        progress = re.findall(r"^#\d+\s.*?cov: (\d+) ft: (\d+)", said, re.M)
        first = re.search(r"INITED\s+cov: (\d+)", said)
        self.covered = int(progress[-1][0]) if progress else 0
        self.newly_covered = self.covered - int(first.group(1)) if first else 0
        self.findings = re.findall(r"Test unit written to (\S+)", said)
        self.last_lines = said.splitlines()[-25:]
        # A run that did nothing must not pass for a good one.
        if self.code == 0 and int(self.figures.get("number_of_executed_units", 0)) == 0:
            self.code = 1
        return self


def main():
    parse = argparse.ArgumentParser(usage=__doc__)
    parse.add_argument("--seconds", type=int, default=60)
    parse.add_argument("--executions", type=int)
    # For one input, by the clock: the slowest honest one takes milliseconds. More for a campaign that
    # is stopped now and then.
    parse.add_argument("--hang-seconds", type=int, default=10)
    parse.add_argument("--jobs", type=int, default=os.cpu_count())
    parse.add_argument("targets", nargs="*")
    chosen = parse.parse_args()

    rules = xml.fromstring(bazel("query", "--output=xml", "attr(tags, '\\bfuzz\\b', //...)"))
    every = [Target(rule) for rule in rules.findall("rule")]
    targets = [t for t in every if not chosen.targets or t.name in chosen.targets]
    targets.sort(key=lambda t: (chosen.targets + [t.name]).index(t.name))
    unknown = set(chosen.targets) - {t.name for t in targets}
    if unknown or not targets:
        sys.exit(f"campaign: no target {', '.join(sorted(unknown))}; there is: "
                 + ", ".join(sorted(t.name for t in every)))
    began = time.time()
    bazel("build", "--config=fuzz", *[t.label for t in targets])
    binaries = bazel("info", "--config=fuzz", "bazel-bin").strip()
    print(f"built {len(targets)} targets in {time.time() - began:.0f} s", flush=True)

    limit = f"-runs={chosen.executions}" if chosen.executions else f"-max_total_time={chosen.seconds}"
    failed = []
    print(f"{'target':16} {'executions':>11} {'per s':>7} {'CPU s':>7} {'covered':>8} {'new':>5} "
          f"{'inputs':>6} {'MB':>5}  verdict", flush=True)
    with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        for run in concurrent.futures.as_completed(
                [pool.submit(t.run, binaries, limit, chosen.hang_seconds) for t in targets]):
            target = run.result()
            units = int(target.figures.get("number_of_executed_units", 0))
            print(f"{target.name:16} {units:>11,} {units / max(target.cpu_seconds, 1):>7,.0f} "
                  f"{target.cpu_seconds:>7.0f} {target.covered:>8} {target.newly_covered:>+5} "
                  f"{target.figures.get('new_units_added', '?'):>6} "
                  f"{target.figures.get('peak_rss_mb', '?'):>5}  "
                  f"{'ok' if target.code == 0 else 'FAILED'}", flush=True)
            if target.code != 0:
                failed.append(target)

    for target in failed:
        print(f"\n{target.name} ended with {target.code}:")
        print("\n".join("  " + line for line in target.last_lines))
        for finding in target.findings:
            print(f"  again:   {target.binary} {finding}\n"
                  f"  smaller: {target.binary} -minimize_crash=1 -runs=100000 {finding}")
    print(f"\n{len(targets) - len(failed)} targets found nothing, {len(failed)} failed, "
          f"in {time.time() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Says in short what a `bazel test` run did: ./rill test calls it.

Usage: summary.py BUILD_EVENTS.json [BAZEL_ARGUMENT...]

The events say which tests ran and where their logs are. A log's line `cases: N passed, M failed`
counts test cases (a test without one counts as a single case), `failed: NAME` names one that failed,
`replay: --replay=TOKEN` says how to run it again, `see it: FILE` where its page is. A line `N cases passed, M failed, in K test targets`
comes if any test was run, and .ci/run reads it. Exits with 1 when anything failed, or was not run.
"""
import json
import os
import re
import sys
import urllib.parse
import zipfile

PASSED = {"PASSED", "FLAKY"}


class Test:
    """One test target of the run, with all its shards and runs."""

    def __init__(self, label):
        self.label = label
        self.status = "NO_STATUS"
        self.passed = self.failed = self.milliseconds = 0
        self.failures, self.tokens, self.pages, self.logs, self.last_lines = [], [], [], [], []

    def add(self, result):
        good = result.get("status") in PASSED
        log = next((o["uri"] for o in result.get("testActionOutput", []) if o["name"] == "test.log"), None)
        path = urllib.parse.unquote(urllib.parse.urlparse(log).path) if log else ""
        text = open(path, errors="replace").read() if os.path.exists(path) else ""
        counted = re.findall(r"^cases: (\d+) passed, (\d+) failed$", text, re.M)
        passed, failed = map(int, counted[-1]) if counted else (1 if good else 0, 0)
        self.passed += passed
        self.failed += failed if failed or good else 1
        self.milliseconds += int(result.get("testAttemptDurationMillis", 0))
        if not good:
            self.failures += re.findall(r"^failed: (.*)$", text, re.M)
            self.tokens += re.findall(r"^replay: (--replay=\S+)$", text, re.M)
            self.pages += re.findall(r"^see it: (\S+)$", text, re.M)
            self.logs += [path] if path else []
            self.last_lines = text.splitlines()[-8:]


def read(events_path):
    """The tests, the labels of what did not build, and whether somebody ended the run."""
    tests, broken, is_interrupted = {}, [], False
    for line in open(events_path) if os.path.exists(events_path) else []:
        event = json.loads(line)
        if event.get("aborted", {}).get("reason") == "USER_INTERRUPTED":
            is_interrupted = True
        elif "testResult" in event["id"]:
            label = event["id"]["testResult"]["label"]
            tests.setdefault(label, Test(label)).add(event.get("testResult", {}))
        elif "testSummary" in event["id"]:
            label = event["id"]["testSummary"]["label"]
            tests.setdefault(label, Test(label)).status = event["testSummary"]["overallStatus"]
        elif "targetCompleted" in event["id"]:
            if not event.get("completed", {}).get("success"):
                broken.append(event["id"]["targetCompleted"]["label"])
    return tests, broken, is_interrupted


def short(path):
    """The log as a person reaches it from here."""
    marker = "/testlogs/"
    link = "bazel-testlogs/" + path.split(marker, 1)[-1]
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    reachable = os.path.join(root, link)
    return link if os.path.exists(reachable) and os.path.samefile(reachable, path) else path


def unpacked(page):
    """Where the page of a failing run can be opened: in out/, if Bazel has packed it."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folder, name = os.path.split(os.path.join(root, page))
    if os.path.exists(os.path.join(folder, name)):
        return page
    try:
        with zipfile.ZipFile(os.path.join(folder, "outputs.zip")) as outputs:
            return os.path.relpath(outputs.extract(name, os.path.join(root, "out")), root)
    except (OSError, KeyError, zipfile.BadZipFile):
        return page


def main():
    tests, broken, is_interrupted = read(sys.argv[1])
    flags = "".join(" " + a for a in sys.argv[2:] if a.startswith("--config="))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    paint = lambda code, text: "\033[%sm%s\033[0m" % (code, text) if colour else text

    ran = [t for t in tests.values() if t.passed or t.failed or t.status in PASSED]
    failed = [t for t in ran if t.failed or t.status not in PASSED]
    hint = None
    for test in sorted(failed, key=lambda t: t.label):
        why = "" if test.status == "FAILED" else "  " + test.status
        print("\n  %s %s%s" % (paint(31, "FAILED"), paint(1, test.label), why))
        for name in dict.fromkeys(test.failures):
            print("      - " + name)
        if not test.failures:
            print("".join("      | %s\n" % line for line in test.last_lines), end="")
        for log in test.logs:
            print("      log: " + short(log))
        for token in dict.fromkeys(test.tokens):
            again = "./rill bazel run%s %s -- %s" % (flags, test.label, token)
            print("      replay: " + again)
            hint = hint or again
        for page in dict.fromkeys(test.pages):
            print("      see it: " + unpacked(page))
        hint = hint or (test.logs and "less " + short(test.logs[0]))
    for label in sorted(broken):
        print("\n  %s %s  does not build" % (paint(31, "FAILED"), paint(1, label)))
        hint = hint or "./rill build%s %s" % (flags, label)

    good = sum(t.passed for t in ran)
    bad = sum(t.failed for t in ran) + len(broken)
    if not ran and not broken:
        print("\n  No test was run.")
        return 1
    verdict = "%d cases passed, %d failed, in %d test targets" % (good, bad, len(ran) + len(broken))
    print("\n  " + paint(31 if bad else 32, verdict))
    if is_interrupted:
        print("  It was interrupted: the rest was not tested.")
    print("\n  Next:  %s\n" % paint(1, hint or "./rill run echo"))
    return 1 if bad or is_interrupted else 0


sys.exit(main())

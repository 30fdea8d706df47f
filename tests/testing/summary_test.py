#!/usr/bin/env python3
"""What summary.py says of build events. Usage: summary_test.py SUMMARY_PY"""
import json
import os
import subprocess
import sys
import tempfile

failures = []
cases = 0


def expect(sentence, holds, shown=""):
    global cases
    cases += 1
    if not holds:
        failures.append(sentence)
        print("failed: %s\n%s" % (sentence, shown))


def said(*events):
    """Exit code and screen."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
        path = os.path.join(folder, "events.json")
        with open(path, "w") as file:
            file.write("".join(json.dumps(event) + "\n" for event in events))
        done = subprocess.run([sys.executable, sys.argv[1], path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def result(label, status):
    return [{"id": {"testResult": {"label": label}}, "testResult": {"status": status}},
            {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}]


def aborted(kind, label, reason):
    return {"id": {kind: {"label": label}}, "aborted": {"reason": reason}}


code, screen = said(*result("//a:good", "PASSED"))
expect("what passes is counted", code == 0 and "1 cases passed, 0 failed, in 1 test targets" in screen, screen)
code, screen = said(*result("//a:good", "PASSED"), *result("//a:bad", "FAILED"))
expect("what fails is named", code == 1 and "FAILED //a:bad" in screen and "1 failed" in screen, screen)
code, screen = said(*result("//a:good", "PASSED"), aborted("targetCompleted", "//a:broken", "ANALYSIS_FAILURE"))
expect("what does not build is named", code == 1 and "//a:broken  does not build" in screen, screen)
code, screen = said(*result("//a:good", "PASSED"), aborted("testSummary", "//a:late", "USER_INTERRUPTED"),
                    aborted("targetCompleted", "//a:later", "USER_INTERRUPTED"))
expect("a run that was interrupted says so, and blames nothing", code == 1 and "1 cases passed, 0 failed" in screen
       and "interrupted" in screen and "//a:late" not in screen and "Traceback" not in screen, screen)
code, screen = said(aborted("testSummary", "//a:late", "USER_INTERRUPTED"))
expect("also before any test was run", code == 1 and "No test was run" in screen, screen)
code, screen = said()
expect("no events are no test", code == 1 and "No test was run" in screen, screen)
print("cases: %d passed, %d failed" % (cases - len(failures), len(failures)))
sys.exit(1 if failures else 0)

"""What the tests of the page share. Usage of each: NAME_test.py MAKE_PAGE PLANTED_RUNS TRACE_OF_ECHO TRACE_OF_MEETING

MAKE_PAGE is tests/view/make_page; each case opens pages that it made, presses keys, and looks at
what is then on the page. Without Chromium a test is skipped, and fails where CI is true.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

from browser import Browser, skip_or_fail

MAKE_PAGE, PLANTED_RUNS, ECHO, MEETING = sys.argv[1:5]
FOLDER = tempfile.mkdtemp(prefix="rill-view-", dir=os.environ.get("TEST_TMPDIR"))
cases = []


def case(sentence):
    def keep(function):
        cases.append((sentence, function))
        return function
    return keep


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def page_of(*traces, folder=FOLDER, kind="--html"):
    """The URL of a page with these trace files, made in a folder, where sources may be."""
    path = os.path.join(FOLDER, "page-%d.html" % len(os.listdir(FOLDER)))
    subprocess.run([os.path.abspath(MAKE_PAGE), kind, path, *map(os.path.abspath, traces)], check=True, cwd=folder)
    return "file://" + path


def text_of(trace, level):
    return subprocess.run([MAKE_PAGE, "--text", str(level), trace], check=True, stdout=subprocess.PIPE, text=True).stdout


def lines_of(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def cursor(browser):
    """The number of the event at the cursor, or None."""
    return browser.run("const p = rill.current; return p.selected < 0 ? null : p.run.events[p.selected].n")


def rows(browser):
    return browser.run("return rill.current.folded.rows.map((i) => rill.current.run.events[i].n)")


def equal(is_so, should_be, what):
    assert is_so == should_be, "%s: %r instead of %r" % (what, is_so, should_be)


def run_cases():
    skip_or_fail()
    failed = []
    with Browser() as browser:
        for sentence, check in cases:
            try:
                check(browser)
                errors = [entry["message"] for entry in browser.log() if entry["level"] in ("SEVERE", "WARNING")]
                assert not errors, "the console says: %s" % errors
            except Exception:
                failed.append(sentence)
                print("failed: " + sentence)
                traceback.print_exc(file=sys.stdout)
                browser.log()
    print("cases: %d passed, %d failed" % (len(cases) - len(failed), len(failed)))
    sys.exit(1 if failed else 0)

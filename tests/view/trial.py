#!/usr/bin/env python3
"""Pages for a trial by somebody who has not seen the bugs: bazel run //tests/view:trial -- FOLDER [BUG...]

Usage: trial.py MAKE_PAGE PLANTED_RUNS FOLDER [BUG...]. For each planted bug a page A.html, B.html ... and what is seen
first of it, A.png ..., 1440 by 900. The files of the programs are all called program.cc, and have no comments: those
say what is wrong, as does a flag, which has another name. key.txt says which page is which bug. Without BUGs: those
of the second trial of docs/viewer.md.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from browser import Browser, what_is_missing  # noqa: E402

BUGS = ["05 one waiter", "22 stolen item", "09 erased while iterating", "21 done too early", "11 mixed frames", "33 shutdown drops queue",
        "42 acknowledged too early"]
SOURCES = ["net", "simnet", "scheduler", "tests/planted"]


def without_hints(text):
    """No comments, and no name of what is right. Line by line, so that lines keep their numbers."""
    return re.sub(r"[ \t]*//[^\n]*", "", text).replace("is_right", "flag")


def hide(name, trace, workspace, scratch):
    """The trace and the sources beside it, without what names the bug."""
    file = name.replace(" ", "_").replace(",", "")
    with open(trace) as lines:
        text = lines.read().replace(file + ".cc", "program.cc")
    with open(trace, "w") as lines:
        lines.write(text)
    for folder in SOURCES:
        for path, _, names in os.walk(os.path.join(workspace, folder)):
            for one in names:
                if not one.endswith((".cc", ".h")) or (folder == "tests/planted" and one not in (file + ".cc", "planted.h")):
                    continue
                into = os.path.join(scratch, os.path.relpath(path, workspace))
                os.makedirs(into, exist_ok=True)
                with open(os.path.join(path, one)) as source:
                    text = without_hints(source.read())
                with open(os.path.join(into, one.replace(file, "program")), "w") as copy:
                    copy.write(text)


def main():
    missing = what_is_missing()
    if missing or len(sys.argv) < 4:
        sys.exit(missing or __doc__)
    make_page, planted_runs = map(os.path.abspath, sys.argv[1:3])
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    folder = os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", "."), sys.argv[3])
    os.makedirs(folder, exist_ok=True)
    with Browser(1440, 900) as browser, open(os.path.join(folder, "key.txt"), "w") as key:
        for letter, bug in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", sys.argv[4:] or BUGS):
            trace, page = (os.path.join(folder, letter + end) for end in (".jsonl", ".html"))
            subprocess.run([planted_runs, "--find", bug, trace], check=True, stdout=subprocess.DEVNULL)
            scratch = tempfile.mkdtemp(prefix="rill-trial-")
            hide(bug, trace, workspace, scratch)
            subprocess.run([make_page, "--html", os.path.abspath(page), os.path.abspath(trace)], check=True, cwd=scratch)
            shutil.rmtree(scratch)
            os.remove(trace)
            browser.open("file://" + os.path.abspath(page))
            browser.wait_for_frames()
            browser.screenshot(os.path.join(folder, letter + ".png"))
            key.write("%s: %s\n" % (letter, bug))
            print("%s.html, %s.png" % (letter, letter))


if __name__ == "__main__":
    main()

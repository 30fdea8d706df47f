#!/usr/bin/env python3
"""The pictures of docs/viewer.md and docs/learn.md, from runs made anew: bazel run //tests/view:screenshots

Usage: screenshots.py MAKE_PAGE PLANTED_RUNS ECHO CRAWLER STARTER REFERENCE; writes docs/pictures/*.png of the
workspace that Bazel was called in, or of the folder RILL_PICTURES.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from browser import Browser, what_is_missing  # noqa: E402
from small_png import shrink  # noqa: E402

WIDTH, HEIGHT = 1360, 820
MAKE_PAGE, PLANTED_RUNS, ECHO, CRAWLER, STARTER, REFERENCE = map(os.path.abspath, sys.argv[1:7])


def planted(name):
    return lambda trace: subprocess.run([PLANTED_RUNS, "--find", name, trace], check=True, stdout=subprocess.DEVNULL)


def program(path, *flags):
    return lambda trace: subprocess.run([path, "--seed", "1", "--quiet", "--trace", trace, *flags], check=True, stdout=subprocess.DEVNULL)


def lesson(trace):
    """What the starter of a lesson does wrong, and a good answer in the same world."""
    screen = subprocess.run([STARTER], stdout=subprocess.PIPE, text=True, check=False).stdout
    token = re.search(r"\./rill visualise (\S+)", screen).group(1)
    for answer, file in ((STARTER, trace), (REFERENCE, trace + ".good")):
        subprocess.run([answer, "--replay", token, "--trace", file], stdout=subprocess.DEVNULL, check=False)


# name: how its trace is made, the colour scheme, and which event is looked at
PICTURES = {
    "echo": (program(ECHO), "light", "#n=129"),
    "crawler": (program(CRAWLER), "dark", "#n=2301"),
    "deadlock": (planted("lock order"), "light", "#fail"),
    "fault": (planted("retry pays twice"), "light", "#fail"),
    "lesson": (lesson, "light", "#fail"),
}


def main():
    missing = what_is_missing()
    if missing:
        sys.exit(missing)
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    folder = os.environ.get("RILL_PICTURES", os.path.join(workspace, "docs/pictures"))
    os.makedirs(folder, exist_ok=True)
    with Browser(WIDTH, HEIGHT) as browser, tempfile.TemporaryDirectory() as scratch:
        for name, (make, scheme, link) in PICTURES.items():
            trace, page, png = (os.path.join(scratch, name + end) for end in (".jsonl", ".html", ".png"))
            make(trace)
            traces = [file for file in (trace, trace + ".good") if os.path.exists(file)]
            subprocess.run([MAKE_PAGE, "--html", page, *traces], check=True, cwd=workspace)  # where the sources are
            browser.prefer(scheme)
            browser.open("file://" + page + link)
            browser.wait_for_frames()
            browser.screenshot(png)
            with open(png, "rb") as file:
                small = shrink(file.read())
            with open(os.path.join(folder, name + ".png"), "wb") as file:
                file.write(small)
            print("%s.png: %d KiB" % (name, len(small) // 1024))


if __name__ == "__main__":
    main()

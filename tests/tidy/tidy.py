#!/usr/bin/env python3
"""Looks at every source file of the tree for what no compiler and no formatter says.

Usage: tests/tidy/tidy.py [WORKSPACE_FILE]      (default: the tree that this file is in)

Under Bazel it is a test that always runs, on the real folders: the WORKSPACE in its runfiles is a
link into them. It prints `path:line: what is wrong` for each finding. The rule about co_await is
co_await.py's, those about determinism are nondeterminism.py's; why each rule is there stands beside it.
"""
import pathlib
import re
import sys

import co_await
import nondeterminism

MOST_LINES = 400
MOST_COLUMNS = 100
FOLDERS = ("scheduler", "net", "simnet", "lessons", "tests", "docs", "third_party", ".ci")
SOURCES = {".h", ".cc", ".py", ".sh", ".bzl"}
NAMED_SOURCES = {"rill", "run", "BUILD", "WORKSPACE"}

# What a folder may not include: dependencies point down only, and the two networks are peers that
# meet in the scheduler's Backend, never in each other.
FORBIDDEN = {
    "scheduler": {"net", "simnet", "lessons", "tests"},
    "net": {"simnet", "lessons", "tests"},
    "simnet": {"net", "lessons", "tests"},
    "lessons": {"tests"},
}
# Nothing in these may depend on more than the program and its oracle. The guard's task is to name
# what it catches.
DETERMINISTIC = {"scheduler", "simnet"}
GUARD = ("simnet", "guard")
# Beside the code that they test, these may use the test library.
TEST_FILE = re.compile(r"_(test|fuzz|bench)\.cc$")
# The one header that joins everything, for tests of other people's programs.
JOINING = "simnet/testing.h"
# A workspace of somebody else, with rules of its own.
OUTSIDE = "docs/outside"


def may_put_off(path):
    """Lessons leave work to their reader; this folder and the tests of ./rill speak of the words."""
    return path.parts[0] == "lessons" or path.parts[:2] in (("tests", "tidy"), ("tests", "rill"))


def of_any_file(path, lines):
    if len(lines) > MOST_LINES:
        yield MOST_LINES + 1, "more than %d lines: does it still hold one idea?" % MOST_LINES
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield number, "a tab"
        if re.search(r"\b(TODO|FIXME)\b", line) and not may_put_off(path):
            yield number, "work that was put off, which belongs into an issue"


def opening(path, lines):
    """A reader first wants to know what the file is."""
    first = lines[1:] if lines and lines[0].startswith("#!") else lines
    start = {".h": "// ", ".cc": "// ", ".py": '"""', ".bzl": '"""'}.get(path.suffix, "# ")
    if path.name not in {"BUILD", "__init__.py"} and not (first and first[0].startswith(start)):
        yield 1, "no comment at the opening that says what this file is"


def of_cpp(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS:
            yield number, "more than %d columns" % MOST_COLUMNS
    if path.suffix == ".h" and "#pragma once" not in lines:
        yield 1, "no #pragma once"
    yield from of_includes(path, lines)
    yield from co_await.findings("\n".join(lines))
    if path.parts[0] in DETERMINISTIC and path.parts[:2] != GUARD:
        yield from nondeterminism.findings("\n".join(lines))


def of_includes(path, lines):
    folder = path.parts[0]
    for number, line in enumerate(lines, 1):
        include = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not include:
            continue
        target = include.group(1).split("/")[0]
        if path.as_posix() == JOINING:
            continue
        if target not in FOLDERS:
            yield number, "an include that does not start at the root of the tree"
        elif target in FORBIDDEN.get(folder, ()):
            if target != "tests" or not TEST_FILE.search(path.name):
                yield number, "%s may not include %s" % (folder, target)


def findings(path, text):
    """(line, what is wrong) for one file; `path` is relative to the tree's root."""
    path = pathlib.PurePosixPath(path)
    lines = text.splitlines()
    yield from of_any_file(path, lines)
    yield from opening(path, lines)
    if path.suffix in {".h", ".cc"}:
        yield from of_cpp(path, lines)


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            wanted = path.suffix in SOURCES or path.name in NAMED_SOURCES
            wanted = wanted and root / OUTSIDE not in path.parents
            if wanted and path.is_file() and not path.is_symlink() and "testdata" not in path.parts:
                yield path
    yield from (root / name for name in ("rill", "BUILD", "WORKSPACE"))


def main():
    anchor = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "../WORKSPACE"
    root = pathlib.Path(anchor).resolve().parent
    files = bad_files = 0
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        found = sorted(findings(name, path.read_text(encoding="utf-8")))
        files += 1
        bad_files += bool(found)
        for number, what in found:
            print("%s:%d: %s" % (name, number, what))
    print("cases: %d passed, %d failed" % (files - bad_files, bad_files))
    return 1 if bad_files or not files else 0


if __name__ == "__main__":
    sys.exit(main())

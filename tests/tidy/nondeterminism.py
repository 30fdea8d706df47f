#!/usr/bin/env python3
"""Looks for what makes a simulated run depend on more than its seed.

Usage: tests/tidy/nondeterminism.py FILE...     prints `path:line: what, and what to do instead`

tidy.py asks the same of every file of scheduler/ and simnet/; a program that is to be simulated
does well to ask it of its own. It is a lint since some leaks show in no two runs of one binary: a
std distribution gives other numbers with another standard library only, a hashed container of
strings another order. Where one is meant, `// deterministic: WHY` ends its line.

This is no C++ parser: it looks at names, outside of comments and literals.
"""
import re
import sys

from co_await import INVISIBLE, blank

# Not a member, not another namespace's, not a part of a longer name.
CALL = r"(?<![\w.>:])(?:std\s*::\s*|::\s*)?\b(?:%s)\s*\("
KEYED = r"\b(?:map|set|multimap|multiset|less|greater)\s*<\s*(?:const\s+)?[\w:]+(?:\s+const)?\s*\*"

RULES = [
    (r"\bstd\s*::\s*\w+_distribution\b", "a std distribution gives other numbers with another standard "
     "library: draw from the run's oracle, or take integers from a named engine"),
    (r"\bstd\s*::\s*(?:ranges\s*::\s*)?(?:shuffle|random_shuffle|sample)\b",
     "its order is each standard library's own choice: swap by numbers that you draw"),
    (r"\bstd\s*::\s*default_random_engine\b", "an engine that each standard library chooses: name one"),
    (r"\bstd\s*::\s*random_device\b", "real randomness: draw from the run's oracle"),
    (CALL % r"rand|srand|random|srandom|rand_r|[delmn]rand48",
     "rand() is another one with each libc: draw from the run's oracle"),
    (CALL % "getrandom|getentropy|arc4random", "real randomness: draw from the run's oracle"),
    (r"\bunordered_(?:map|set|multimap|multiset)\b",
     "the order of a hashed container is its library's or its addresses': use std::map or a vector"),
    (r"\bstd\s*::\s*hash\b", "std::hash is each standard library's own: use scatter() or digest_bytes()"),
    (KEYED, "pointers as keys are ordered by their addresses: use a number as key"),
    (r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock)\b", "a real clock: use now()"),
    (CALL % "clock_gettime|gettimeofday|clock", "a real clock: use now()"),
    (CALL % "time" + r"\s*(?:nullptr|NULL|0\s*\)|&)", "a real clock: use now()"),
    (CALL % "getenv|secure_getenv", "the environment: read it before run(), and pass on what it says"),
    (r"\bstd\s*::\s*(?:locale|put_time|get_time)\b|" + CALL % "setlocale|localeconv",
     "a locale: write numbers by std::to_string or std::to_chars"),
    (r"\bstd\s*::\s*(?:jthread|thread|async)\b|" + CALL % "pthread_create", "a thread: spawn() a task"),
    (r"\bsleep_(?:for|until)\b|" + CALL % "nanosleep|usleep", "a real sleep: co_await sleep()"),
]
RULES = [(re.compile(pattern), what) for pattern, what in RULES]
MEANT = re.compile(r"//\s*deterministic: \S")


def findings(source):
    """(line, what is wrong) for each name that lets the real world in."""
    lines = source.split("\n")
    for number, line in enumerate(INVISIBLE.sub(blank, source).split("\n"), 1):
        if MEANT.search(lines[number - 1]):
            continue
        for pattern, what in RULES:
            if pattern.search(line):
                yield number, what


def main():
    found = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for number, what in findings(file.read()):
                found += 1
                print("%s:%d: %s" % (path, number, what))
    return 1 if found or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())

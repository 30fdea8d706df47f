#!/usr/bin/env python3
"""Whether all that is written on the page can be read: the contrast of style.css's colours, light and dark.

Usage: contrast_test.py STYLE_CSS. Ratios are those of WCAG 2.1: 4.5 for texts, 3 for lines and signs.
"""
import re
import sys

GROUNDS_OF_ROWS = ["paper", "row-selected", "row-way", "row-match", "row-bad", "row-fault", "row-mark"]
# What is written, and on what: as draw.js, sentences.js, marks.js, legend.js and style.css have it.
TEXTS = {
    "ink": GROUNDS_OF_ROWS + ["ground", "band-head"],
    "ink-text": GROUNDS_OF_ROWS + ["ground"],
    "ink-soft": GROUNDS_OF_ROWS + ["ground", "band-head"],
    "ink-faint": GROUNDS_OF_ROWS + ["ground"],
    "bad": GROUNDS_OF_ROWS + ["ground"],
    "fault": GROUNDS_OF_ROWS,
    "accent": ["paper", "ground", "row-selected", "row-mark"],
    "good": ["paper", "ground"],
    "arrow": ["paper"], "arrow-again": ["paper"],  # pieces: "1/2", "again"
}
SIGNS = {name: ["paper", "band"] for name in (
    "arrow", "arrow-again", "arrow-soft", "arrow-task", "arrow-sync", "accent", "bad",
    "state-running", "state-ready", "state-network", "state-timer", "state-task")}


def themes(style):
    """The colours by name, of each of the three blocks in which style.css gives them."""
    blocks = re.findall(r":root(\S*?) \{\n(.*?)\}", style, re.S)
    return [(where or "light", dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", body))) for where, body in blocks]


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        blocks = themes(file.read())
    failed = [] if len(blocks) == 3 else ["style.css gives its colours in %d blocks instead of 3" % len(blocks)]
    checked = 0
    for where, colours in blocks:
        for least, pairs in ((4.5, TEXTS), (3, SIGNS)):
            for name, grounds in pairs.items():
                for ground in grounds:
                    checked += 1
                    ratio = contrast(colours[name], colours[ground])
                    if ratio < least:
                        failed.append("%s: %s on %s is %.2f, and must be %.1f" % (where, name, ground, ratio, least))
    if len(blocks) == 3 and blocks[1][1] != blocks[2][1]:
        failed.append("dark is not the same when the system asks for it and when the reader does")
    for sentence in failed:
        print("failed: " + sentence)
    print("contrasts: %d checked, %d failed" % (checked, len(failed)))
    sys.exit(1 if failed else 0)


main()

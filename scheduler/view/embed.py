"""Puts the page's style and scripts into index.html, and the whole into a C++ file: page.cc.

Used by BUILD: embed.py page/index.html page/style.css page/words.js ... > page.cc
The order of scripts is that of the arguments: later ones use what earlier ones define.
"""
import re
import sys

HOLES = re.compile(r"\{\{(title|axis|sources|unknown-a|unknown-b|trace-a|trace-b)\}\}")
DELIMITER = "page"
MOST = 16000  # bytes of one literal; compilers must take 65536 only


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def literal(text):
    """Raw string literals one behind the other, none too long."""
    assert ')%s"' % DELIMITER not in text
    parts = [text[i:i + MOST] for i in range(0, len(text), MOST)] or [""]
    return "\n".join('R"%s(%s)%s"' % (DELIMITER, part, DELIMITER) for part in parts)


def main():
    index, style, scripts = sys.argv[1], sys.argv[2], sys.argv[3:]
    page = read(index)
    page = page.replace("{{style}}", read(style)).replace("{{script}}", "\n".join(read(path) for path in scripts))
    pieces = HOLES.split(page) + [""]
    sys.stdout.reconfigure(encoding="utf-8")
    print('// Made by embed.py.\n#include "scheduler/view/page.h"\n\nnamespace rill::view {\nnamespace {\n')
    print("constexpr PagePiece kPieces[] = {")
    for text, hole in zip(pieces[::2], pieces[1::2]):
        print("{%s, \"%s\"}," % (literal(text), hole))
    print("};\n\n}  // namespace\n\nstd::span<const PagePiece> page_pieces() { return kPieces; }\n")
    print("}  // namespace rill::view")


if __name__ == "__main__":
    main()

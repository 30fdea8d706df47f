#!/usr/bin/env python3
"""Keeps README.md and docs/*.md true: commands are run, code is compiled code, links lead somewhere.

  check_docs.py WORKSPACE             code and links: a test, run by Bazel
  check_docs.py WORKSPACE --commands  runs every ```sh block, in order; CI does, in a clean checkout

A ```sh block is one script: it may start a server in the background, which is ended with the block.
A ```cpp block must stand, line by line, in some source file of the tree: compiled, so true. A
```console exact block is, to the byte, what the ```sh block above it prints on standard output. Other
blocks (```console, ```text, ```python) are pictures and are not checked.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

SOURCES = ("scheduler", "net", "simnet", "lessons", "tests", "docs")
COMMAND_SECONDS = 900


def documents(root):
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def blocks(text, language):
    """(line number, body) of each fenced block of `language`."""
    found, start, body = [], 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if body is None and line.strip() == "```" + language:
            start, body = number, []
        elif body is not None and line.strip() == "```":
            found.append((start, "\n".join(body)))
            body = None
        elif body is not None:
            body.append(line)
    return found


def squeezed(text):
    """Lines without indentation and without empty lines, so that only the code counts."""
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line) + "\n"


def broken_code(root):
    sources = [squeezed(path.read_text(errors="replace")) for folder in SOURCES
               for path in sorted((root / folder).rglob("*")) if path.suffix in (".h", ".cc")]
    for document in documents(root):
        for line, body in blocks(document.read_text(), "cpp"):
            if not any(squeezed(body) in source for source in sources):
                yield f"{document.relative_to(root)}:{line}: this code is in no source file"


def broken_links(root):
    for document in documents(root):
        for number, line in enumerate(document.read_text().splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if "://" not in target and not (document.parent / target).exists():
                    yield f"{document.relative_to(root)}:{number}: leads nowhere: {target}"


def run_block(root, body):
    """Exit code, standard output and standard error; whatever it left in the background is ended."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", body], cwd=root, start_new_session=True,
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            code = process.wait(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


def failed_commands(root):
    for document in documents(root):
        text = document.read_text()
        pictures = blocks(text, "console exact")
        commands = blocks(text, "sh")
        for index, (line, body) in enumerate(commands):
            place = f"{document.relative_to(root)}:{line}"
            print(place, flush=True)
            code, output, errors = run_block(root, body)
            if code != 0:
                print(output + errors)
                yield f"{place}: " + ("took too long" if code is None else f"exit code {code}")
            next_line = commands[index + 1][0] if index + 1 < len(commands) else float("inf")
            for picture_line, picture in pictures:
                if line < picture_line < next_line and picture.strip("\n") != output.strip("\n"):
                    print(output)
                    yield f"{document.relative_to(root)}:{picture_line}: this is not what line {line} prints"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    root = root if root.is_dir() else root.parent  # Bazel gives the WORKSPACE file
    faults = list(failed_commands(root)) if "--commands" in sys.argv else [*broken_code(root), *broken_links(root)]
    print("\n".join(faults) or "docs: all true")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Writes compile_commands.json, for clangd and clang-tidy, from what Bazel would run.

Usage: tests/tidy/compile_commands.py [BAZEL_ARGUMENT...]
"""
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent.parent


def bazel(*arguments):
    command = [str(root / "rill"), "bazel", *arguments]
    return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout


query = ["aquery", 'mnemonic("CppCompile", //...)', "--output=jsonproto", "--ui_event_filters=-info"]
actions = json.loads(bazel(*query, *sys.argv[1:]))["actions"]
base = bazel("info", "output_base", "--ui_event_filters=-info").strip()
commands = {}
for action in actions:
    arguments = [base + "/" + a if a.startswith("external/") else a for a in action["arguments"]]
    source = arguments[arguments.index("-c") + 1]
    if "-include-pch" in arguments:  # not built yet, or by another clang than clangd's
        at = arguments.index("-include-pch")
        del arguments[at : at + 2]
    if not source.startswith((base, "bazel-out/")):
        commands[source] = {"directory": str(root), "file": source, "arguments": arguments}
(root / "compile_commands.json").write_text(json.dumps(list(commands.values()), indent=1))
print("compile_commands.json: %d files" % len(commands))

#!/usr/bin/env python3
"""Sequence diagrams, read by Mermaid's own parser. Usage: mermaid_test.py EXPORT MERMAID_PARSE TRACE_OR_PROGRAM...

The parser is one file of Mermaid's package, which ./rill setup --dev puts into .rill/tools. The
diagram in docs/exports.md must be what the echo program gives.
"""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, fetched, finish, need, run, scratch, traces  # noqa: E402

MOST_MESSAGES = 200
MOST_CHARACTERS = 50_000  # Mermaid's maxTextSize
NOTE = 2  # its number for a line of this type


def decoded(text):
    """Mermaid keeps #59; as a placeholder until it draws."""
    return re.sub("\ufb02\u00b0\u00b0(\\d+)\u00b6\u00df", lambda match: chr(int(match.group(1))), text)


def check(trace, exported, read):
    say = lambda holds, sentence: expect(holds, "%s: %s" % (trace.name, sentence))
    say(len(exported.text()) < MOST_CHARACTERS, "it is not too long to be drawn")
    say("error" not in read, "Mermaid reads it: %s" % read.get("error"))
    if "error" in read:
        return 0
    messages = read["messages"]
    say(0 < len(messages) <= MOST_MESSAGES, "there are messages, and not too many: %d" % len(messages))
    lines = [line for line in exported.text().splitlines()[1:] if not line.startswith("  participant ")]
    say(len(lines) == len(messages), "every line is a message")
    say(len(messages) + exported.left_out() == len(trace.events), "messages and what was left out are all events")
    numbers = [int(decoded(message["message"]).split(" ")[0]) for message in messages]
    say(numbers == sorted(set(numbers)), "messages are in the order of the trace")
    say(set(numbers) <= {event["n"] for event in trace.events}, "each is an event of the trace")
    names = {decoded(actor) for actor in read["actors"]}
    known = {" ".join(str(event.get(field)).split()) for event in trace.events for field in ("host", "task", "target", "from", "to")}
    known |= {"network", "another process"}
    strange = {name for name in names if not any(word.startswith(name.strip()[:50]) for word in known)}
    if trace.name != "hostile names":
        say(not strange, "participants are hosts or tasks: %s" % strange)
    lost = {event["cause"] for event in trace.of("lost")}
    crossed = {n for n, message in zip(numbers, messages) if "lost" in message["message"]}
    say(lost & set(numbers) <= crossed, "what is lost has its cross")
    return len(messages)


def main():
    node = need("node", "nodejs")
    command, (script, *paths) = arguments()
    parser = fetched(script, "mermaid-*/dist/mermaid.min.js", "Mermaid's parser")
    with scratch() as folder:
        made = [(trace, Exported(command, trace, "mermaid", folder)) for trace in traces(folder, paths)]
        for trace, exported in made:
            if trace.name == "echo --seed 1":
                document = (pathlib.Path(script).resolve().parents[2] / "docs/exports.md").read_text(encoding="utf-8")
                expect("```mermaid\n" + exported.text() + "```" in document, "docs/exports.md shows echo's diagram")
        done = run(node, script, parser, *[exported.path for _, exported in made])
        expect(done.returncode == 0, "node reads them: %s" % done.stderr.decode())
        for (trace, exported), read in zip(made, json.loads(done.stdout)):
            check(trace, exported, read)
    finish()


if __name__ == "__main__":
    main()

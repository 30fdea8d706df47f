#!/usr/bin/env python3
"""Graphs, drawn by dot. Usage: graphviz_test.py EXPORT TRACE_OR_PROGRAM..."""
import os
import re
import sys
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from traces import Exported, arguments, expect, finish, need, run, scratch, traces  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def titles(svg, kind):
    """Of all groups of a class: nodes, edges, clusters."""
    return [group.find(SVG + "title").text for group in svg.iter(SVG + "g") if group.get("class") == kind]


def check(trace, exported, dot):
    say = lambda holds, sentence: expect(holds, "%s: %s" % (trace.name, sentence))
    done = run(dot, "-Tsvg", exported.path)
    say(done.returncode == 0 and not done.stderr, "dot draws it: %s" % done.stderr.decode())
    svg = xml.etree.ElementTree.fromstring(done.stdout)
    nodes, edges = titles(svg, "node"), titles(svg, "edge")
    say(0 < len(nodes) <= 100, "there are nodes, and not too many: %d" % len(nodes))
    say(len(nodes) + exported.left_out() == len(trace.events), "nodes and what was left out are all events")
    steps = {event["n"]: event for event in trace.events}
    say(all(re.fullmatch(r"e\d+", node) and int(node[1:]) in steps for node in nodes), "each node is an event")
    pairs = [tuple(int(end[1:]) for end in edge.split("->")) for edge in edges]
    say(all(before < after for before, after in pairs), "no edge leads back in time")
    say(len(set(pairs)) == len(pairs), "no edge is there twice")
    say({"e%d" % n for pair in pairs for n in pair} <= set(nodes), "edges are between nodes")
    if trace.name == "echo --seed 1":
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
        picture = xml.etree.ElementTree.parse(os.path.join(root, "docs/pictures/echo.svg"))
        say(titles(picture, "node") == nodes and titles(picture, "edge") == edges, "docs/exports.md shows this graph")
    knows_its_sends(trace, say, nodes, pairs)


def knows_its_sends(trace, say, nodes, pairs):
    """From the send of what was received, edges lead to its recv."""
    follows = {}
    for before, after in sorted(pairs):
        follows.setdefault(after, set()).add(before)
    shown = {int(node[1:]) for node in nodes}
    sends = [event for event in trace.of("send") if event["n"] in shown]
    for recv in trace.of("recv"):
        if recv["n"] not in shown or recv["bytes"] == 0:
            continue
        last_byte = recv["offset"] + recv["bytes"] - 1
        before, todo = set(), [recv["n"]]
        while todo:
            for event in follows.get(todo.pop(), ()):
                if event not in before:
                    before.add(event)
                    todo.append(event)
        for send in sends:
            is_its = (send["conn"] == recv["conn"] and send["end"] != recv["end"] and
                      send["offset"] <= last_byte < send["offset"] + send["bytes"])
            if is_its and send["n"] not in before:
                return say(False, "no edges lead from send %d to recv %d" % (send["n"], recv["n"]))
    say(True, "edges lead from each send to its recv")


def main():
    dot = need("dot", "graphviz")
    command, paths = arguments()
    with scratch() as folder:
        for trace in traces(folder, paths):
            check(trace, Exported(command, trace, "dot", folder), dot)
    finish()


if __name__ == "__main__":
    main()

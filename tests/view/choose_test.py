#!/usr/bin/env python3
"""Another choice on the page of a program's run: what it says to type is typed. Usage: as harness.py says, then CRAWLER ECHO"""
import os
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from harness import FOLDER, MEETING, case, equal, lines_of, page_of, run_cases, text_of  # noqa: E402

PROGRAMS = {os.path.basename(path): os.path.abspath(path) for path in sys.argv[5:]}
MOST_CHOICES = 24  # that the page lists


def typed(command):
    """The trace of a run, by the command that somebody has copied: ./rill run PROGRAM ..."""
    words = shlex.split(command)
    equal(words[:2], ["./rill", "run"], "how the command begins")
    trace = os.path.join(FOLDER, "typed-%d.jsonl" % len(os.listdir(FOLDER)))
    subprocess.run([PROGRAMS[words[2]], *words[3:], "--quiet", "--trace", trace], check=True, stdout=subprocess.PIPE)
    return trace


def decisions_of(trace):
    return [line for line in lines_of(trace) if line.get("kind") == "decide"]


def offered(browser, n):
    """{choice: what to type} at event n, as the page lists them."""
    browser.run("rill.go(arguments[0])", n)
    listed = browser.run("""return [...document.querySelectorAll('#choices li')].map((row) =>
        [row.querySelector('b').textContent, row.querySelector('.token').textContent])""")
    return {int(label.split(",")[0].rstrip(": ")): way for label, way in listed}


def without_choice(event):
    return {name: value for name, value in event.items() if name not in ("choice", "text")}


def check_parts_at(here, there, event, choice):
    """Two traces are equal up to an event, a decision, and differ there in what is chosen, and in nothing else."""
    here, there = lines_of(here)[1:], lines_of(there)[1:]
    place = here.index(event)
    equal(there[:place], here[:place], "what comes before #%d" % event["n"])
    equal(without_choice(there[place]), without_choice(event), "the decision itself")
    equal(there[place]["choice"], choice, "what is chosen")
    assert choice != event["choice"], "the same choice"


@case("what the page says to type for another choice is the run that differs in it, and in nothing before")
def _(browser):
    for command in ("./rill run echo --seed 7", "./rill run echo --seed 3 --verbose --port 4000", "./rill run crawler --seed 2 --limit 20 --include '/docs/,/*.html$'"):
        trace = typed(command)
        decisions = decisions_of(trace)
        kinds = {event["site"]: event for event in decisions}
        assert len(kinds) > 1, kinds
        browser.open(page_of(trace))
        for event in [decisions[0], decisions[len(decisions) // 2], *kinds.values()]:
            ways = offered(browser, event["n"])
            equal(len(ways), min(MOST_CHOICES, event["of"] - 1), "how many there are")
            for choice in (min(ways), max(ways)):
                check_parts_at(trace, typed(ways[choice]), event, choice)


@case("on the page of such a run another choice is added, takes the place of one, or takes it back")
def _(browser):
    plain = typed("./rill run echo --seed 7")
    browser.open(page_of(plain))
    first = next(event for event in decisions_of(plain) if event["site"] == "turn" and event["of"] < MOST_CHOICES)
    first_way = offered(browser, first["n"])[(first["choice"] + 1) % first["of"]]
    assert first_way.startswith("./rill run echo --seed 7 --choose turn@" + first["key"] + ":"), first_way
    one = typed(first_way)
    equal(browser.text("#again .token"), "./rill run echo --seed 7", "the run again")

    browser.open(page_of(one))
    assert "seed 7 but for 1 choice" in browser.text("#title"), browser.text("#title")
    equal(browser.text("#again .token"), first_way, "the run with a choice again")
    equal(lines_of(typed(first_way)), lines_of(one), "the trace of that")
    ways = offered(browser, first["n"])
    assert "as the command says; the seed says %d." % first["choice"] in browser.text("#choices"), browser.text("#choices")
    equal(ways[first["choice"]], "./rill run echo --seed 7", "taken back")
    other_choice = (first["choice"] + 2) % first["of"]
    equal(ways[other_choice].count("--choose"), 1, "how many choices, when one takes another's place")
    check_parts_at(plain, typed(ways[other_choice]), first, other_choice)

    last = decisions_of(one)[-1]
    assert last["n"] > first["n"]
    choice, last_way = next(iter(offered(browser, last["n"]).items()))
    equal(last_way.count("--choose"), 2, "how many choices, when one is added")
    two = typed(last_way)
    check_parts_at(one, two, last, choice)

    browser.open(page_of(two))
    assert "seed 7 but for 2 choices" in browser.text("#title"), browser.text("#title")
    equal(offered(browser, last["n"])[last["choice"]], first_way, "the second taken back")


@case("the choice of the seed is offered wherever it lies, to take another one back")
def _(browser):
    plain = typed("./rill run echo --seed 7")
    far = next(event for event in decisions_of(plain) if event["choice"] > 2 * MOST_CHOICES)
    browser.open(page_of(plain))
    near = typed(offered(browser, far["n"])[1])
    browser.open(page_of(near))
    equal(offered(browser, far["n"])[far["choice"]], "./rill run echo --seed 7", "taken back")


@case("the page draws what the seed says as the program does")
def _(browser):
    trace = typed("./rill run echo --seed 18446744073709551615")
    browser.open(page_of(trace))
    drawn = browser.run("""const run = rill.runs[0];
        return run.events.filter((event) => event.kind === 'decide').map((event) => String(rill.tools.drawn_choice(run, event)))""")
    equal(drawn, [str(event["choice"]) for event in decisions_of(trace)], "what is drawn")
    assert len(drawn) > 20, drawn


@case("a choice that the command made has a row, in the picture and in both texts")
def _(browser):
    plain = typed("./rill run echo --seed 7")
    browser.open(page_of(plain))
    event = decisions_of(plain)[5]
    rows = "return rill.current.folded.rows.map((i) => rill.current.run.events[i].n)"
    assert event["n"] not in browser.run(rows), "a row for what the seed decided"
    changed = typed(next(iter(offered(browser, event["n"]).values())))
    browser.open(page_of(changed))
    assert event["n"] in browser.run(rows), "no row for what the command decided"
    browser.keys("t")
    equal(browser.run("return document.getElementById('twin').textContent"), text_of(changed, 0), "the text of the page, and that of C++")
    assert "again: ./rill run echo --seed 7 --choose " in text_of(changed, 0)


@case("a link to a run says what was chosen, and a page of another run says that it is another")
def _(browser):
    plain = typed("./rill run echo --seed 7")
    page = page_of(plain)
    browser.open(page)
    event = decisions_of(plain)[5]
    changed = typed(next(iter(offered(browser, event["n"]).values())))
    chosen = lines_of(changed)[0]["chosen"]
    other_page = page_of(changed)
    complaint = "return document.getElementById('problem').hidden ? '' : document.getElementById('problem').textContent"
    for url, shown in ((page + "#n=3&seed=7", ""), (other_page + "#n=3&seed=7", "one without choices; here is choices " + chosen[0]),
                       (other_page + "#n=3&seed=7&choices=" + chosen[0], ""), (page + "#n=3&seed=7&choices=" + chosen[0], "choices " + chosen[0] + "; here is one without choices")):
        browser.open(url)
        said = browser.run(complaint)
        assert shown in said and bool(shown) == bool(said), "%s says: %s" % (url, said)


@case("a trace that no program wrote says only what its seed is")
def _(browser):
    browser.open(page_of(MEETING))
    assert "--seed 3" in browser.text("#again") and "./rill" not in browser.text("#again"), browser.text("#again")


@case("flags of the program come along as a shell takes them")
def _(browser):
    trace = typed("./rill run crawler --seed 5 --limit 9 --include '/docs/,/*.html$'")
    browser.open(page_of(trace))
    again = browser.text("#again .token")
    equal(again, "./rill run crawler --limit 9 --include '/docs/,/*.html$' --seed 5", "the run again")
    equal(lines_of(typed(again)), lines_of(trace), "the trace of that")


run_cases()

#!/usr/bin/env python3
"""The page in a real browser: two runs, other choices, its text, hostile and huge traces. See harness.py."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, FOLDER, MAKE_PAGE, MEETING, PLANTED_RUNS, case, cursor, equal, lines_of, page_of, rows, run_cases, text_of, write)  # noqa: E402


@case("two runs: the first difference is the one that was made, in both pictures")
def _(browser):
    left = made_up.echo(600).splitlines()
    place = next(i for i, line in enumerate(left) if i > 300 and '"kind":"recv"' in line)
    changed = json.loads(left[place])
    changed["bytes"], changed["data"] = 3, changed["data"][:3]
    right = left[:place] + [json.dumps(changed, separators=(",", ":"))] + left[place + 1:]
    # Times and numbers differ everywhere else, which must not count.
    def later(line):
        event = json.loads(line)
        if "t" in event:
            event["t"] += 5_000_000
        return json.dumps(event, separators=(",", ":"))
    traces = [write("left.jsonl", "\n".join(left) + "\n"), write("right.jsonl", "\n".join(map(later, right)) + "\n")]
    browser.open(page_of(*traces))
    first = browser.run("const f = rill.difference.first; return [f.name, f.left.n, f.right.n]")
    equal(first, [changed["task"], changed["n"], changed["n"]], "first difference")
    equal(browser.run("return rill.difference.tasks.filter((t) => t.left || t.right).length"), 1, "tasks that differ")
    assert changed["task"] in browser.text("#difference"), browser.text("#difference")
    equal(cursor(browser), changed["n"], "the cursor")
    equal(browser.run("return rill.pictures[1].run.events[rill.pictures[1].selected].n"), changed["n"], "the other cursor")
    browser.keys("t")
    before = browser.run("return document.getElementById('twin').textContent")
    browser.keys("w")
    assert browser.run("return document.getElementById('twin').textContent") != before, "the text of the other run"
    browser.open(page_of(traces[0], traces[0]))
    assert "Both runs are the same" in browser.text("#difference"), browser.text("#difference")


@case("a link leads to the run that it names, and the address and all links name the run of the cursor")
def _(browser):
    state = "return [rill.pictures.indexOf(rill.current), rill.current.run.events[rill.current.selected].n, location.hash]"
    browser.open(page_of(write("a.jsonl", made_up.echo(300)), write("b.jsonl", made_up.echo(400))) + "#n=70&run=2")
    equal(browser.run(state), [1, 70, "#n=70&run=2"], "the other run")
    links = browser.run("return [...document.querySelectorAll('#panel a[href^=\"#n=\"]')].map((link) => link.getAttribute('href'))")
    assert links and all(link.endswith("&run=2") for link in links), links
    browser.run("location.hash = '#n=60'")
    browser.wait_for_frames()
    equal(browser.run(state), [0, 60, "#n=60"], "the first run")
    browser.keys("w")
    there = browser.run(state)
    equal(there[0::2], [1, "#n=%d&run=2" % there[1]], "after w")
    browser.run("location.hash = '#n=99999'")
    browser.wait_for_frames()
    equal(browser.text("#problem"), "This run has no event 99999.", "of an event that is not there")
    fails = made_up.echo(300).replace('"holds":1', '"holds":0')
    browser.open(page_of(write("a.jsonl", made_up.echo(300)), write("c.jsonl", fails)) + "#fail")
    equal(browser.run(state)[0], 1, "the run that fails")


@case("the cursors of two runs move together, also at what the network does for a task")
def _(browser):
    events = [event for event in lines_of(ECHO)[1:] if event["kind"] == "recv" and "task" not in event]
    assert events, "nothing is received by a task that waits"
    browser.open(page_of(ECHO, ECHO))
    for event in events:
        browser.run("rill.go(arguments[0])", event["n"])
        equal(browser.run("return rill.runs[1].events[rill.pictures[1].selected].n"), event["n"], "the other cursor")


@case("a changed task number, another order and an event more do not hide where runs part")
def _(browser):
    def run(extra):
        trace = made_up.Trace("two")
        trace.add(0, "host", "h", address="10.0.0.1")
        trace.add(0, "spawn", None, None, target="main#1", target_host="h")
        first = "helper#2" if extra else "worker#2"
        if extra:
            trace.add(0, "spawn", "h", "main#1", target="helper#2", target_host="h")
        worker = "worker#3" if extra else "worker#2"
        trace.add(1, "spawn", "h", "main#1", target=worker, target_host="h")
        trace.add(2, "note", "h", worker, text="one")
        if extra:
            trace.add(3, "note", "h", worker, text="more")
        trace.add(4, "note", "h", worker, text="two")
        return trace.text()
    browser.open(page_of(write("a.jsonl", run(False)), write("b.jsonl", run(True))))
    found = browser.run("return rill.difference.tasks.filter((t) => t.left || t.right).map((t) => [t.name, t.same, t.left && t.left.text, t.right && t.right.text])")
    assert ["worker#2", 1, "two", "more"] in found, found


@case("of two runs the one that fails is named above the picture, be it the other one, and its verdict leads there")
def _(browser):
    def run(holds):
        trace = made_up.Trace("two")
        trace.add(0, "spawn", None, None, target="main#1", target_host="h")
        trace.add(1, "step", "h", "main#1")
        trace.add(2, "property", name="in the end: all is well", holds=holds)
        return trace.text()
    good, bad = write("good.jsonl", run(1)), write("bad.jsonl", run(0))
    browser.open(page_of(good, bad))
    equal(browser.text("#verdict"), "✗ the other run: in the end: all is well", "what stands above")
    assert "but not all that holds in one does in the other" in browser.text("#difference"), browser.text("#difference")
    equal(browser.run("return [rill.pictures.indexOf(rill.current), rill.current.run.events[rill.current.selected].n]"), [1, 3], "where it opens")
    browser.keys("w", "p", "p")
    browser.run("document.getElementById('verdict').click()")
    equal(browser.run("return [rill.pictures.indexOf(rill.current), rill.current.run.events[rill.current.selected].n]"), [1, 3], "where the verdict leads")
    browser.open(page_of(bad, good))
    equal(browser.text("#verdict"), "✗ in the end: all is well", "of the first")
    browser.open(page_of(good, good))
    equal((browser.text("#verdict"), browser.text("#difference")), ("✓ the property holds", "Both runs are the same, task by task."), "of two good ones")


@case("a decision offers the other choices; without a plan it says what cannot be done")
def _(browser):
    browser.open(page_of(ECHO) + "#n=11")
    choices = browser.text("#choices")
    assert "turn:0:1" in choices and "no token can change a single choice" in choices, choices


@case("tokens are read and written as the C++ codec does it")
def _(browser):
    browser.open(page_of(ECHO))
    for line in subprocess.run([MAKE_PAGE, "--plans"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        token, test, seed, strategy, deviations, draws = line.split(" ")
        plan = browser.run("""const plan = rill.tools.decode_plan(arguments[0]);
            return plan && [String(plan.test), String(plan.seed), plan.strategy,
              plan.deviations.map((d) => [d.site, d.nth, d.choice].join(":")).join(","),
              plan.draws.map((d) => [d.site, d.nth, ...d.path].join(":")).join(",")]""", token)
        equal(plan, [test, seed, strategy, deviations[1:-1], draws[1:-1]], token)
        equal(browser.run("return rill.tools.encode_plan(rill.tools.decode_plan(arguments[0]))", token), token, "written again")
        torn = token[:-1] + ("0" if token[-1] != "0" else "1")
        equal(browser.run("return rill.tools.decode_plan(arguments[0])", torn), None, "a mistyped token")


def planted(*words):
    """(token, "fails: SENTENCE" or "passes") of a run whose trace goes where the last word says."""
    done = subprocess.run([PLANTED_RUNS, *words], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[:2]


@case("another choice is a token, and the run that it names is another")
def _(browser):
    for bug in ("one recv, one line", "lost update"):
        trace = os.path.join(FOLDER, "found.jsonl")
        token, verdict = planted("--find", bug, trace)
        assert verdict.startswith("fails: "), verdict
        browser.open(page_of(trace) + "#n=1")
        chosen = [line for line in lines_of(trace)[1:] if line["kind"] == "decide" and line["choice"]]
        assert chosen, "a plan without a choice: " + token
        for event in chosen:
            # As a reader gets it: the first of the other choices is the plain one.
            browser.run("rill.go(arguments[0])", event["n"])
            shown = browser.text("#choices .token")
            assert shown.startswith("--replay=P"), shown
            other_trace = os.path.join(FOLDER, "other.jsonl")
            other_token, other_verdict = planted("--replay", bug, shown[len("--replay="):], other_trace)
            equal(other_token, shown[len("--replay="):], "the token of the run that was replayed")
            # Each choice of a shrunk run is needed: without it the bug does not show.
            assert other_verdict != verdict, "the same failure without choice #%d" % event["n"]
            # And back again, from the other run's own page.
            browser.open(page_of(other_trace) + "#n=1")
            back = browser.run("""const run = rill.runs[0], [key, count, choice] = arguments;
                const event = run.events.find((e) => e.kind === "decide" && e.key === key && (e.count || 0) === count);
                return event ? rill.tools.token_with(run, event, choice) : null""", event["key"], event["count"], event["choice"])
            equal(sorted_plan(browser, back), sorted_plan(browser, token), "the way back")
            equal(planted("--replay", bug, back, other_trace)[1], verdict, "the run of the way back")
            browser.open(page_of(trace) + "#n=1")


def sorted_plan(browser, token):
    """What a token says, in an order that does not matter to a run."""
    return browser.run("""const plan = rill.tools.decode_plan(arguments[0]);
        return [plan.strategy, String(plan.seed), plan.deviations.map((d) => [d.site, d.nth, d.choice].join(":")).sort(), plan.draws.length]""", token)


@case("an event that is set though nobody ever waits for it has a row, and is listed where a run fails")
def _(browser):
    trace = os.path.join(FOLDER, "one-waiter.jsonl")
    planted("--find", "one waiter", trace)
    browser.open(page_of(trace) + "#fail")
    assert "sets event#3, and nobody waits" in browser.text("#odd"), browser.text("#odd")
    assert "event#2" not in browser.text("#odd"), browser.text("#odd")  # a task waits for it
    browser.run("[...document.querySelectorAll('#odd li')].find((row) => row.textContent.includes('event#3')).querySelector('a').click()")
    deed = next(line for line in lines_of(trace) if line.get("did") == "set" and line["object"] == "event#3")
    equal(cursor(browser), deed["n"], "where its link leads")
    equal(browser.run("return rill.current.level ?? 0"), 0, "the level")
    assert deed["n"] in rows(browser), "no row"
    browser.open(page_of(ECHO))
    assert "nobody waits" not in browser.text("#odd"), browser.text("#odd")  # there is another thing to look at


@case("the page's text is the one that C++ writes, at every level")
def _(browser):
    one_waiter = os.path.join(FOLDER, "one-waiter.jsonl")
    planted("--find", "one waiter", one_waiter)
    for path in (ECHO, MEETING, one_waiter, write("made_up.jsonl", made_up.echo(2000)), write("odd.jsonl", made_up.odd_trace()), write("knots.jsonl", made_up.knots(40))):
        browser.open(page_of(path))
        for level in range(3):
            browser.keys(str(level + 1), "t")
            shown = browser.run("return document.getElementById('twin').textContent")
            browser.keys("t")
            should_be = text_of(path, level)
            for line, (a, b) in enumerate(zip(shown.split("\n"), should_be.split("\n"))):
                equal(a, b, "%s, level %d, line %d" % (os.path.basename(path), level, line + 1))
            equal(len(shown), len(should_be), "letters")


@case("hostile texts in a trace do nothing: they are shown")
def _(browser):
    browser.open(page_of(write("odd.jsonl", made_up.odd_trace()), write("odd2.jsonl", made_up.odd_trace())))
    browser.keys("3")
    for _ in range(4):
        browser.keys(*"nnnnnnnnnnnnnnnnnnnnnnnnnnn")
        browser.keys("t", "t", "i", "i", "x", "w", "d", "f")
    equal(browser.run("return window.hit ?? null"), None, "something ran")
    equal(browser.run("return document.querySelectorAll('img').length"), 0, "images")
    equal(browser.run("return document.querySelectorAll('script').length"), 4, "scripts")
    equal(browser.run("return rill.runs.length"), 2, "runs")
    equal(browser.run("return rill.runs[0].events.filter((e) => e.kind === 'note').map((e) => e.text)"),
          [text.replace("\u0000", "") for text in made_up.HOSTILE], "texts")
    assert made_up.HOSTILE[0] in browser.text("#title"), browser.text("#title")


@case("a name from right to left does not turn round what stands beside it")
def _(browser):
    trace = made_up.Trace("\u202eturns")
    trace.add(0, "spawn", None, None, target="\u202etask#1", target_host="h")
    trace.add(0, "property", "h", "\u202etask#1", name="\u202ename", holds=0)
    browser.open(page_of(write("turns.jsonl", trace.text())))
    shown = browser.run("return document.body.innerText + document.title")
    assert "\u202e" not in shown and "turns" in shown and "task#1" in shown and "name" in shown, shown
    drawn = browser.run("""const c = CanvasRenderingContext2D.prototype, whole = c.fillText, drawn = [];
        c.fillText = function (text, ...rest) { drawn.push(text); return whole.call(this, text, ...rest); };
        rill.current.draw();
        c.fillText = whole;
        return drawn.join(" ")""")
    assert "\u202e" not in drawn and "task#1" in drawn, drawn


@case("nothing is asked from the network, and the page's policy forbids it")
def _(browser):
    browser.open(page_of(ECHO))
    equal(browser.run("return performance.getEntriesByType('resource').length"), 0, "requests")
    blocked = browser.do("/execute/async", {"script": "fetch('http://127.0.0.1:9/').then(() => arguments[0]('sent'), () => arguments[0]('blocked'))", "args": []})
    equal(blocked, "blocked", "a request")
    browser.log()  # the refusal is an error there, as it should be


@case("a run that was cut off, and one with events left out, say so")
def _(browser):
    whole = made_up.echo(300).splitlines()
    browser.open(page_of(write("cut.jsonl", "\n".join(whole[:-1]) + "\n")))
    assert "no end" in browser.text("#rest"), browser.text("#rest")
    equal(browser.text("#verdict"), "cut off", "verdict")
    last = json.loads(whole[-1])
    last["left_out"] = 17
    browser.open(page_of(write("bound.jsonl", "\n".join(whole[:-1] + [json.dumps(last, separators=(",", ":"))]) + "\n")))
    assert "Not in the trace: 17 events" in browser.text("#rest"), browser.text("#rest")
    equal(browser.text("#verdict"), "17 events missing", "verdict")
    n = next(line["n"] for line in map(json.loads, whole[1:]) if line["kind"] == "segment")
    browser.run("rill.go(arguments[0])", n)
    assert "Events are missing" in browser.text("#buffers"), browser.text("#buffers")


run_cases()

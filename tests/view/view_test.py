#!/usr/bin/env python3
"""The page in a real browser. Usage: view_test.py MAKE_PAGE PLANTED_RUNS TRACE_OF_ECHO

MAKE_PAGE is tests/view/make_page; each test opens pages that it made, presses keys, and looks at
what is then on the page.
"""
import json
import os
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from browser import Browser, skip_or_fail  # noqa: E402

MAKE_PAGE, PLANTED_RUNS, ECHO = sys.argv[1:4]
FOLDER = tempfile.mkdtemp(prefix="rill-view-", dir=os.environ.get("TEST_TMPDIR"))
cases = []


def case(sentence):
    def keep(function):
        cases.append((sentence, function))
        return function
    return keep


def write(name, text):
    path = os.path.join(FOLDER, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def page_of(*traces):
    """The URL of a page with these trace files."""
    path = os.path.join(FOLDER, "page-%d.html" % len(os.listdir(FOLDER)))
    subprocess.run([MAKE_PAGE, "--html", path, *traces], check=True)
    return "file://" + path


def text_of(trace, level):
    return subprocess.run([MAKE_PAGE, "--text", str(level), trace], check=True, stdout=subprocess.PIPE, text=True).stdout


def lines_of(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def cursor(browser):
    """The number of the event at the cursor, or None."""
    return browser.run("const p = rill.current; return p.selected < 0 ? null : p.run.events[p.selected].n")


def rows(browser):
    return browser.run("return rill.current.folded.rows.map((i) => rill.current.run.events[i].n)")


def equal(is_so, should_be, what):
    assert is_so == should_be, "%s: %r instead of %r" % (what, is_so, should_be)


@case("the page has as many events, tasks and connections as its trace")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(3000))):
        events = [line for line in lines_of(path)[1:] if line["kind"] != "end"]
        browser.open(page_of(path))
        browser.keys("3")
        equal(rows(browser), [event["n"] for event in events], "rows")
        names = {event[key] for event in events for key in ("task", "target") if key in event}
        equal(browser.run("return rill.current.layout.lanes.length"), len(names), "lanes")
        equal(browser.run("return rill.runs[0].connections.size"), len({e["conn"] for e in events if e.get("conn")}), "connections")
        causes = [event for event in events if event["kind"] in ("deliver", "lost") and event.get("cause")]
        equal(browser.run("return rill.current.arrows.filter((a) => ['bytes', 'again', 'lost'].includes(a.kind)).length"), len(causes), "arrows of bytes")
        counts = browser.text("#counts")
        assert counts.startswith("%d events, %d tasks" % (len(events), len(names))), counts


@case("n and p go from row to row, Home and End to the ends, and the panel follows")
def _(browser):
    browser.open(page_of(write("made_up.jsonl", made_up.echo(500))))
    shown = rows(browser)
    browser.keys("n", "n", "n")
    equal(cursor(browser), shown[2], "after n n n")
    browser.keys("p")
    equal(cursor(browser), shown[1], "after p")
    assert browser.text("#event").startswith("#%d ·" % shown[1]), browser.text("#event")
    browser.keys("End")
    equal(cursor(browser), shown[-1], "after End")
    browser.keys("n")
    equal(cursor(browser), shown[-1], "n at the end")
    browser.keys("Home")
    equal(cursor(browser), shown[0], "after Home")
    browser.keys("PageDown")
    equal(cursor(browser), shown[10], "after PageDown")


@case("the scrub bar moves the cursor, by its arrow keys too")
def _(browser):
    browser.open(page_of(ECHO))
    browser.run("document.getElementById('slider').focus(); rill.current.select_row(0)")
    browser.keys("ArrowRight")
    equal(cursor(browser), rows(browser)[1], "after an arrow key")


@case("the table says what each task waits for, its chain, its place, its timer, and its bytes")
def _(browser):
    browser.open(page_of(ECHO) + "#n=37")
    tasks = browser.text("#tasks")
    for part in ("main#1", "join of #3 'client'", "scenario.cc:47", "recv from 10.0.0.1:4915", "visit at lessons/echo/scenario.cc:14"):
        assert part in tasks, part + " is not in " + tasks
    assert "echoer#5" not in tasks, "a task that is not there yet: " + tasks
    assert "in 2.500 ms, at 5.000" in browser.text("#timers"), browser.text("#timers")
    # 6 bytes were sent, in two segments, the second of which is lost.
    assert browser.text("#buffers tbody tr").split()[-3:] == ["0", "2", "0"], browser.text("#buffers")
    browser.open(page_of(ECHO) + "#n=52")  # ... the first has arrived, and nobody has read it
    assert browser.text("#buffers tbody tr").split()[-3:] == ["0", "0", "2"], browser.text("#buffers")


@case("search finds by word, task, kind and connection; keys go from match to match")
def _(browser):
    browser.open(page_of(ECHO))
    events = [line for line in lines_of(ECHO)[1:] if line["kind"] != "end"]
    browser.keys("/", *"kind:segment conn:1")
    wanted = [e["n"] for e in events if e["kind"] == "segment" and e["conn"] == 1]
    equal(browser.text("#found"), "%d matches" % len(wanted), "count")
    browser.keys("Escape")
    browser.run("rill.current.select(0)")
    browser.keys("/", *"kind:segment", "Enter", "Enter")
    equal(cursor(browser), wanted[1], "second match")
    browser.keys("Escape", "/", *"task:waiter")
    found = browser.run("return [...rill.current.matches].map((i) => rill.runs[0].events[i].n)")
    equal(found, [e["n"] for e in events if "waiter" in e.get("task", "") + e.get("target", "")], "by task")
    browser.keys("Escape", "/", *"half a line")
    equal(browser.text("#found"), "1 match", "by text")
    browser.keys("Escape", "/", *"kind:step -host:server")
    equal(browser.run("return rill.current.matches.size"), len([e for e in events if e["kind"] == "step" and e.get("host") != "server"]), "without")


@case("only the matches are shown when that is asked for, folded ones too, and all again after")
def _(browser):
    browser.open(page_of(ECHO))
    before = rows(browser)
    browser.keys("/", *"kind:wake", "Escape", "/", *"kind:wake")
    browser.run("document.activeElement.blur()")
    browser.keys("e")
    equal(rows(browser), [line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "wake"], "rows")
    browser.keys("e")
    equal(rows(browser), before, "rows after")


@case("h hides a task and what it does, s shows it again; c folds a host into one lane")
def _(browser):
    browser.open(page_of(ECHO))
    before, lanes = rows(browser), browser.run("return rill.current.layout.lanes.length")
    browser.run("rill.current.select(rill.runs[0].events.find((e) => e.task === 'client#3' && e.kind === 'send').i)")
    browser.keys("h")
    equal(browser.run("return rill.current.layout.lanes.length"), lanes - 1, "lanes")
    hidden = browser.run("return rill.current.folded.rows.filter((i) => rill.runs[0].events[i].task === 'client#3').length")
    equal(hidden, 0, "rows of the hidden task")
    assert "Hidden by you: client#3." in browser.text("#rest"), browser.text("#rest")
    browser.keys("s")
    equal(rows(browser), before, "rows after s")
    browser.keys("c")
    equal(browser.run("return rill.current.layout.lanes.filter((lane) => lane.host === 'client').length"), 1, "lanes of the host")


@case("o unfolds what is before a row, and it says what is folded")
def _(browser):
    browser.open(page_of(ECHO))
    row = browser.run("return rill.current.folded.hidden_before.findIndex((n) => n > 1)")
    hidden = browser.run("return rill.current.folded.hidden_before[arguments[0]]", row)
    before = rows(browser)
    browser.run("rill.current.select_row(arguments[0])", row)
    browser.keys("o")
    equal(len(rows(browser)), len(before) + hidden, "rows")
    assert "Folded: %d events of" % (100 - len(before) - hidden) in browser.text("#rest"), browser.text("#rest")


@case("a link selects its event, #fail the first failure, and the address follows the cursor")
def _(browser):
    url = page_of(ECHO)
    browser.open(url + "#n=33")
    equal(cursor(browser), 33, "#n=33")
    browser.open(url + "#fail")
    fail = next(line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "property" and not line["holds"])
    equal(cursor(browser), fail, "#fail")
    browser.keys("p")
    equal(browser.run("return location.hash"), "#n=%d" % cursor(browser), "the address")
    browser.open(url + "#n=12")  # a step, which is folded
    assert 12 in rows(browser), "a linked event has no row"


@case("f goes to the first failure and then to the next; verdicts say what holds")
def _(browser):
    browser.open(page_of(ECHO) + "#n=1")
    assert "not asked yet" in browser.text("#verdicts"), browser.text("#verdicts")
    browser.keys("f")
    fails = [l["n"] for l in lines_of(ECHO)[1:] if (l["kind"] == "property" and not l["holds"]) or l["kind"] == "run_fails"]
    equal(cursor(browser), fails[0], "first")
    assert "✓ every line comes back" in browser.text("#verdicts"), browser.text("#verdicts")
    assert "✗ nobody waits for ever" in browser.text("#verdicts"), browser.text("#verdicts")
    browser.keys("f")
    equal(cursor(browser), fails[1], "second")


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
    browser.open(page_of(traces[0], traces[0]))
    assert "Both runs are the same" in browser.text("#difference"), browser.text("#difference")


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


@case("a decision offers the other choices; without a plan it says what cannot be done")
def _(browser):
    browser.open(page_of(ECHO) + "#n=11")
    choices = browser.text("#choices")
    assert "turn:0:1" in choices and "no token can change a single choice" in choices, choices


@case("d goes to the next decision")
def _(browser):
    browser.open(page_of(ECHO) + "#n=1")
    decisions = [line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "decide"]
    browser.keys("d", "d")
    equal(cursor(browser), decisions[1], "second decision")


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


@case("the axis of time puts events where their time is")
def _(browser):
    browser.open(page_of(ECHO) + "#n=77")
    browser.keys("a")
    ys = browser.run("const p = rill.current; return p.folded.rows.map((i) => [p.run.events[i].t, p.y_of(i)])")
    (t1, y1), (t2, y2) = ys[0], ys[-1]
    for t, y in ys:
        assert abs((y - y1) * (t2 - t1) - (t - t1) * (y2 - y1)) <= 1e-6 * (t2 - t1) * (y2 - y1), (t, y)
    equal(cursor(browser), 77, "the cursor")
    browser.keys("a")
    equal(browser.run("return rill.current.axis"), "steps", "and back")


@case("light and dark follow the system, and the key m turns them round")
def _(browser):
    paper = "return getComputedStyle(document.body).backgroundColor"
    browser.prefer("light")
    browser.open(page_of(ECHO))
    light = browser.run(paper)
    browser.prefer("dark")
    dark = browser.run(paper)
    assert light != dark, light
    browser.keys("m")
    equal(browser.run(paper), light, "after m")
    browser.prefer("light")
    equal(browser.run(paper), light, "as the reader chose")


@case("the page's text is the one that C++ writes, at every level")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(2000)), write("odd.jsonl", odd_trace())):
        browser.open(page_of(path))
        for level in range(3):
            browser.keys(str(level + 1), "t")
            shown = browser.run("return document.getElementById('twin').textContent")
            browser.keys("t")
            should_be = text_of(path, level)
            for line, (a, b) in enumerate(zip(shown.split("\n"), should_be.split("\n"))):
                equal(a, b, "%s, level %d, line %d" % (os.path.basename(path), level, line + 1))
            equal(len(shown), len(should_be), "letters")


@case("everything is done by keys alone: the twin, the help, the panel, zoom")
def _(browser):
    browser.open(page_of(ECHO))
    browser.keys("t")
    equal(browser.run("return document.activeElement.id"), "twin", "focus")
    browser.keys("Escape")
    equal(browser.run("return document.getElementById('twin').hidden"), True, "twin after Escape")
    browser.keys("?")
    assert "next row" in browser.text("#keys"), "no help"
    browser.keys("?")
    equal(browser.run("return document.getElementById('help').open"), False, "help")
    before = browser.run("return rill.current.row_height")
    browser.keys("+")
    assert browser.run("return rill.current.row_height") > before, "no zoom"
    reached = set()
    for _ in range(30):
        browser.keys("Tab")
        reached.add(browser.run("return document.activeElement.id"))
    assert {"query", "only", "level", "axis", "left", "slider"} <= reached, reached


HOSTILE = ["</script><script>window.hit = 1</script>", "<img src=x onerror='window.hit = 2'>", "<!--<script>",
           "\u2028window.hit = 3//", "${window.hit = 4}", "javascript:window.hit=5", "{{trace-b}}", "]]>", "\u202e\u0000x"]


def odd_trace():
    """What a trace may hold that nobody would write: hostile texts, no ends, no hosts."""
    trace = made_up.Trace(HOSTILE[0], token=HOSTILE[1])
    for place, text in enumerate(HOSTILE):
        text = text.replace("\u0000", "")
        t = 1000 * place
        trace.add(t, "host", "h" + text, address=text)
        task = text + "#%d" % (place + 1)
        trace.add(t, "spawn", None, None, target=task, target_host="h" + text, **{"in": text})
        trace.add(t, "step", "h" + text, task, at=text)
        trace.add(t, "note", "h" + text, task, at=text, text=text)
        trace.add(t, "decide", None, None, site=text, key="00000000000000ff", choice=1, of=3, count=0, text=text)
        trace.add(t, "send", "h" + text, task, conn=place + 1, end="a", offset=0, bytes=7, data="<b>\u00ff\"\\\n")
        trace.add(t, "segment", "h" + text, task, conn=place + 1, end="a", offset=0, bytes=700)
        trace.add(t, "recv", None, None, conn=place + 1, end="b", offset=0, bytes=4, data="<")
        trace.add(t, "block", "h" + text, task, on="recv", conn=place + 1, end="a", until=5000000, chain=[text, text], text=text)
        trace.add(t, "property", name=text, holds=place % 2)
        trace.add(t, "fault", None, None, site="loss", key="00000000000000ff", strength=1, text=text)
        trace.add(t, "fail", "h" + text, None, target=task, text=text + "\nsecond line")
    return trace.text()


@case("hostile texts in a trace do nothing: they are shown")
def _(browser):
    browser.open(page_of(write("odd.jsonl", odd_trace()), write("odd2.jsonl", odd_trace())))
    browser.keys("3")
    for _ in range(4):
        browser.keys(*"nnnnnnnnnnnnnnnnnnnnnnnnnnn")
        browser.keys("t", "t", "i", "i", "x", "w", "d", "f")
    equal(browser.run("return window.hit ?? null"), None, "something ran")
    equal(browser.run("return document.querySelectorAll('img').length"), 0, "images")
    equal(browser.run("return document.querySelectorAll('script').length"), 3, "scripts")
    equal(browser.run("return rill.runs.length"), 2, "runs")
    equal(browser.run("return rill.runs[0].events.filter((e) => e.kind === 'note').map((e) => e.text)"),
          [text.replace("\u0000", "") for text in HOSTILE], "texts")
    assert HOSTILE[0] in browser.text("#title"), browser.text("#title")


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


@case("100,000 events can be scrolled, searched and stepped through, and only a window is drawn")
def _(browser):
    browser.open(page_of(write("big.jsonl", made_up.echo(100_000))))
    browser.keys("3", "End", "p")
    equal(browser.run("return rill.current.selected"), browser.run("return rill.runs[0].events.length") - 2, "cursor")
    browser.wait_for_frames()
    drawn = browser.run("return rill.current.drawn.rows")
    assert 10 < drawn < 100, drawn
    started, moved = browser.run("return rill.started_in_ms"), browser.run(
        "const t = performance.now(); for (let i = 0; i < 20; ++i) { rill.current.box.scrollTop -= 500; rill.current.draw(); } return (performance.now() - t) / 20")
    print("  100,000 events: open in %.0f ms, drawn again in %.1f ms" % (started, moved))


def main():
    skip_or_fail()
    failed = []
    with Browser() as browser:
        for sentence, check in cases:
            try:
                check(browser)
                errors = [entry["message"] for entry in browser.log() if entry["level"] in ("SEVERE", "WARNING")]
                assert not errors, "the console says: %s" % errors
            except Exception:
                failed.append(sentence)
                print("failed: " + sentence)
                traceback.print_exc(file=sys.stdout)
                browser.log()
    print("cases: %d passed, %d failed" % (len(cases) - len(failed), len(failed)))
    sys.exit(1 if failed else 0)


main()

#!/usr/bin/env python3
"""The page in a real browser: many events, many tasks, large numbers, next to nothing; windows of all sizes, and paper. See harness.py."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (case, cursor, equal, page_of, rows, run_cases, text_of, write)  # noqa: E402


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


@case("10,000 tasks in 100,000 events: lanes are shared, and keys, lanes and the text go on working")
def _(browser):
    browser.open(page_of(write("tasks.jsonl", made_up.many_tasks(10_000, 100_000))))
    equal(browser.run("return rill.runs[0].tasks.length"), 10_001, "tasks")
    lanes = browser.run("return rill.current.layout.lanes.length")
    equal(lanes, 1 + made_up.TASKS_AT_A_TIME, "lanes")
    browser.keys("3", "End", "p", "[", "b", "b", "t", "t", "/", *"task:job#9999", "Escape")
    equal(browser.run("return rill.current.layout.lanes.length"), lanes, "lanes, when each task had its own in between")
    browser.wait_for_frames()
    assert browser.run("return rill.current.drawn.rows") > 10, "nothing is drawn"


@case("a deadlock of 10,000 tasks is told the same on the page and in C++, a few lines of each kind")
def _(browser):
    path = write("knots.jsonl", made_up.knots(10_000))
    browser.open(page_of(path))
    titles = browser.run("return [...document.querySelectorAll('#knot h3')].map((h3) => h3.textContent)")
    assert any(title.startswith("A ring: ") and title.endswith("tasks)") for title in titles), titles
    assert max(map(len, titles)) < 300, titles
    browser.keys("t")
    shown, should_be = browser.run("return document.getElementById('twin').textContent"), text_of(path, 0)
    begin, end = shown.index("\n\n"), shown.index("┃ runs")
    equal(shown[begin:end], should_be[begin:end], "what is seen first")


@case("the page is as large as the window and scrolls in its parts, however long the panel and its words are")
def _(browser):
    size = """const { scrollWidth, scrollHeight } = document.documentElement, panel = document.getElementById("panel");
        return [scrollWidth - innerWidth, scrollHeight - innerHeight, panel.scrollWidth - panel.clientWidth]"""
    long_words = made_up.Trace("w" * 300)
    for task in ("x" * 300 + "#1", "y#2"):
        long_words.add(0, "spawn", None, None, target=task, target_host="h" * 300)
        long_words.add(0, "block", "h" * 300, task, on="recv", conn=1, end="a", text="z" * 300, at="f" * 300 + ".cc:1")
        long_words.add(0, "property", "h" * 300, task, name="p" * 300, holds=1)
    for trace in (made_up.knots(2_000), long_words.text()):
        browser.open(page_of(write("long.jsonl", trace)))
        for key in ("n", "End", "t"):
            browser.keys(key)
            equal(browser.run(size), [0, 0, 0], "beyond the window after " + key)


@case("in a small window, as of a phone or when all is zoomed four times, there is a picture and a panel")
def _(browser):
    one, two = page_of(write("echo.jsonl", made_up.echo(300))), page_of(write("a.jsonl", made_up.echo(300)), write("b.jsonl", made_up.echo(400)))
    try:
        for width, height in ((320, 640), (360, 225), (800, 400)):
            browser.emulate(width, height)
            for url in (one, two):
                browser.open(url)
                browser.keys("n")
                boxes = browser.run("""return [...document.querySelectorAll(".picture:not([hidden]), #panel")].map((box) => box.getBoundingClientRect()).map(({ left, right, height }) => [left, right, height])""")
                for left, right, tall in boxes:
                    assert left >= 0 and right <= width and tall > 80, (width, height, boxes)
                equal(browser.run("return document.documentElement.scrollWidth"), width, "the width of all")
                for width_of_sentences in browser.run("return rill.pictures.map((picture) => picture.box.clientWidth - picture.region)"):
                    assert width_of_sentences > 200, width_of_sentences
    finally:
        browser.emulate(1440, 900)


@case("on a screen of another resolution the picture is drawn anew, with more pixels")
def _(browser):
    browser.open(page_of(write("echo.jsonl", made_up.echo(300))))
    pixels = "const { canvas } = rill.current; return [devicePixelRatio, canvas.width / canvas.clientWidth]"
    try:
        for ratio in (2, 1, 3):
            browser.emulate(1440, 900, ratio)
            browser.keys("n")
            browser.wait_for_frames()
            equal(browser.run(pixels), [ratio, ratio], "pixels of a picture")
    finally:
        browser.emulate(1440, 900)


@case("on paper the page is light, and as it was after")
def _(browser):
    browser.prefer("dark")
    browser.open(page_of(write("echo.jsonl", made_up.echo(300))))
    pixel = """const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
        copy.drawImage(rill.current.canvas, -200, -20);
        return [...copy.getImageData(0, 0, 1, 1).data]"""
    browser.wait_for_frames()
    dark = browser.run(pixel)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    light = browser.run(pixel)
    assert min(light[:3]) > 200 > 100 > max(dark[:3]), (light, dark)
    browser.run("dispatchEvent(new Event('afterprint'))")
    browser.wait_for_frames()
    equal(browser.run(pixel), dark, "after")
    browser.prefer("light")


@case("a text as long as a book is drawn as fast as others")
def _(browser):
    trace = made_up.Trace("books")
    trace.add(0, "spawn", None, None, target="a#1", target_host="h")
    for t in range(30):
        trace.add(t, "note", "h", "a#1", text="word " * 40_000)
    browser.open(page_of(write("books.jsonl", trace.text())))
    longest = browser.run("""const c = CanvasRenderingContext2D.prototype, whole = c.measureText;
        let longest = 0;
        c.measureText = function (text) { longest = Math.max(longest, text.length); return whole.call(this, text); };
        rill.current.draw();
        c.measureText = whole;
        return longest""")
    assert 0 < longest <= 1001, "%d letters are measured" % longest


@case("tasks share lanes as one who looks through all of them would have it, in a look or two at each")
def _(browser):
    random = made_up.Random(3)
    tasks = []
    for k in range(2_000):
        tasks.append({"name": "%s#%d" % ("ab"[random.below(2)], k), "born": k, "died": -1 if random.below(50) == 0 else k + 1 + random.below(300)})
    slow = []  # groups, in order; the first that is free takes the task
    for task in tasks:
        base = task["name"].split("#")[0]
        free = next((g for g in slow if g[0]["name"].startswith(base) and 0 <= g[-1]["died"] < task["born"]), None)
        if free:
            free.append(task)
        else:
            slow.append([task])
    groups, looks = browser_groups(browser, tasks)
    equal(groups, [[task["name"] for task in group] for group in slow], "groups")
    assert looks <= 4 * len(tasks), looks


def browser_groups(browser, tasks):
    browser.open(page_of(write("few.jsonl", made_up.echo(100))))
    return browser.run("""let looks = 0;
        const tasks = arguments[0].map(({ name, born, died }) => ({ name, get born() { ++looks; return born; }, get died() { ++looks; return died; } }));
        return [rill.tools.in_turns(tasks).map((group) => group.map((task) => task.name)), looks]""", tasks)


@case("numbers of 64 bits stay as they are: seeds, choices, and the tokens made of them")
def _(browser):
    largest = 2**64 - 1
    browser.open(page_of(write("few.jsonl", made_up.echo(100))))
    token = browser.run("return rill.tools.encode_plan({test: 7n, seed: 18446744073709551615n, strategy: 'plan', deviations: [], draws: []})")
    trace = made_up.Trace("large", seed=largest, token=token)
    trace.add(0, "decide", None, None, site="draw", key="00000000ff000000", choice=2**63 + 1, of=largest, count=0)
    trace.add(2**60 + 1, "note", text='"choice":9007199254740993 in a text')
    path = write("large.jsonl", trace.text())
    browser.open(page_of(path) + "#n=1")
    assert "seed %d" % largest in browser.text("#title"), browser.text("#title")
    assert "chooses %d of %d" % (2**63 + 1, largest) in browser.text("#event"), browser.text("#event")
    assert "and %d more" % (largest - 1 - 24) in browser.text("#choices"), browser.text("#choices")
    kept = browser.run("""const run = rill.runs[0], token = rill.tools.token_with(run, run.events[0], run.events[0].choice);
        return String(rill.tools.decode_plan(token).deviations[0].choice)""")
    equal(kept, str(2**63 + 1), "the choice in a token")
    equal(browser.run("return rill.runs[0].events[1].text"), '"choice":9007199254740993 in a text', "a text with digits")
    assert "rounded: some numbers of t." in browser.text("#rest"), browser.text("#rest")


@case("what the writer and what the page left out are told apart, and add up to the run")
def _(browser):
    whole = made_up.echo(300).splitlines()
    first, last = json.loads(whole[0]), json.loads(whole[-1])
    first["left_out"], last["left_out"] = 5, 12  # taken out of the file, and beyond its bound
    lines = [first] + whole[1:-1] + [last]
    path = write("bound.jsonl", "".join((line if isinstance(line, str) else json.dumps(line, separators=(",", ":"))) + "\n" for line in lines))
    browser.open(page_of(path))
    shown, rest = len(rows(browser)), browser.text("#rest")
    there = len(whole) - 2
    for sentence in ("The run had %d events; %d rows shown." % (there + 17, shown), "Folded: %d events of %d." % (there - shown, there),
                     "Not in the trace: 17 events"):
        assert sentence in rest, sentence + " is not in " + rest
        assert sentence in text_of(path, 0), sentence + " is not in the text"
    equal(browser.text("#verdict"), "17 events missing", "verdict")


HEADER = '{"rill_trace":1,"program":"x","world":"%s","clock":"virtual","left_out":0}\n'
END = '{"n":2,"t":0,"kind":"end","events":1,"tasks":0,"left_out":0}\n'
HARDLY_ANYTHING = {  # what the trace holds: events; what stands above the picture
    "nothing": ("", "cut off"),
    "its end alone": (END, "✓ nothing failed"),
    "a note": ('{"n":1,"t":0,"kind":"note","text":"hi"}\n' + END, "✓ nothing failed"),
    "a host": ('{"n":1,"t":0,"kind":"host","host":"a","address":"1"}\n', "cut off"),
    "a verdict": ('{"n":1,"t":0,"kind":"property","name":"p","holds":0}\n' + END, "✗ p"),
    "a deadlock": ('{"n":1,"t":0,"kind":"run_fails","text":"the run: deadlock: x"}\n', "✗ the run fails: deadlock: x"),
    "a kind that nobody knows": ('{"n":1,"t":0,"kind":"dance"}\n' + END, "1 event missing"),
    "a task with odd letters": ('{"n":5,"t":0,"kind":"step","task":"a\\u0007<b>#1"}\n', "cut off"),
    "connections without an end": ('{"n":1,"t":0,"kind":"close","conn":3}\n{"n":2,"t":0,"kind":"fault","site":"s","key":"00","strength":0,"conn":4}\n', "cut off"),
    "bytes that nobody sent": ('{"n":1,"t":0,"kind":"recv","conn":1,"end":"b","offset":5,"bytes":2,"data":"ab"}\n', "cut off"),
}


@case("a trace with next to nothing in it opens, takes every key, and reads the same in C++")
def _(browser):
    for what, (events, verdict) in HARDLY_ANYTHING.items():
        path = write("hardly.jsonl", HEADER % ("epoll" if what.startswith("bytes") else "sim") + events)
        browser.open(page_of(path))
        equal(browser.text("#verdict"), verdict, "what stands above a trace of " + what)
        browser.keys(*"nnp[]yf123oa+-hscsbbdwxtnftiimmkk??", "Home", "End", "/", "x", "Escape", *".,ee")
        equal(browser.text("#problem"), "", "a complaint about " + what)
        for level in range(3):
            browser.keys(str(level + 1), "t")
            equal(browser.run("return document.getElementById('twin').textContent"), text_of(path, level), "the text of " + what)
            browser.keys("t")


@case("on real sockets arrows go from send to recv by offsets, where both ends are in the trace")
def _(browser):
    path = write("real.jsonl", made_up.both_ends())
    browser.open(page_of(path))
    arrows = browser.run("return rill.current.arrows.filter((a) => a.kind === 'bytes').map((a) => [a.from, a.to, a.piece].map((x) => typeof x === 'number' ? rill.runs[0].events[x].n : x))")
    equal(arrows, made_up.ARROWS_OF_BOTH_ENDS, "arrows")
    browser.keys("t")
    equal(browser.run("return document.getElementById('twin').textContent"), text_of(path, 0), "the text")


run_cases()

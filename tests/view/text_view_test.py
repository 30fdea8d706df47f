#!/usr/bin/env python3
"""The page's text in a real browser: of the same rows as the picture, with the same cursor. See harness.py."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, case, cursor, equal, lines_of, page_of, rows, run_cases, write)  # noqa: E402


def text_rows(browser):
    """n of each row of the text."""
    return browser.run("return [...document.querySelectorAll('#twin .row')].map((row) => Number(row.textContent.trim().split(' ')[0]))")


def marked(browser):
    """n of the row that is marked as the cursor's."""
    return browser.run("return [...document.querySelectorAll('#twin [aria-current]')].map((row) => Number(row.textContent.trim().split(' ')[0]))")


def is_in_sight(browser):
    return browser.run("""const box = document.getElementById('twin').getBoundingClientRect(), row = document.querySelector('#twin .it').getBoundingClientRect();
        return row.top >= box.top - 1 && row.bottom <= box.bottom + 1""")


def text(browser):
    return browser.run("return document.getElementById('twin').textContent")


@case("the text has the rows of the picture: those that match, without what is hidden, with what was unfolded")
def _(browser):
    browser.open(page_of(ECHO))
    browser.keys("t")
    whole = rows(browser)
    equal(text_rows(browser), whole, "rows at first")
    browser.run("rill.set_query('kind:wake')")
    browser.keys("e")
    wakes = [line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "wake"]
    equal(text_rows(browser), wakes, "only the matches")
    assert "Filtered out by you: " in text(browser), text(browser)
    browser.keys("e")
    equal(text_rows(browser), whole, "all again")
    browser.run("rill.set_query('')")
    browser.run("rill.current.select(rill.runs[0].events.find((e) => e.task === 'client#3' && e.kind === 'send').i)")
    browser.keys("h")
    equal(text_rows(browser), rows(browser), "rows without a task")
    assert "client#3  " not in text(browser).split("┃")[0] and "Hidden by you: client#3." in text(browser), text(browser)
    browser.keys("s")
    equal(text_rows(browser), whole, "rows with it")
    row = browser.run("return rill.current.folded.hidden_before.findIndex((n) => n > 1)")
    browser.run("rill.current.select_row(arguments[0])", row)
    browser.keys("o")
    equal(text_rows(browser), rows(browser), "rows that were unfolded")
    assert len(rows(browser)) > len(whole), "nothing was unfolded"


@case("a host that is folded is one lane of the text too, and both say so")
def _(browser):
    browser.open(page_of(ECHO))
    browser.run("rill.current.select(rill.runs[0].events.find((e) => e.task === 'client#3' && e.kind === 'send').i)")
    lanes = lambda: [line.split() for line in text(browser).split("┃")[0].splitlines() if line[:4].strip().isdigit()]
    browser.keys("t")
    before = [lane for lane in lanes() if lane[-1] == "client"]
    assert len(before) > 1, before
    browser.keys("c")
    equal([lane[1:] for lane in lanes() if lane[-1] == "client"], [[str(len(before)), "tasks", "client"]], "lanes of the host")
    for place in (text(browser), browser.text("#rest")):
        assert "Folded by you into a lane each: client." in place, place
    browser.keys("c")
    equal([lane for lane in lanes() if lane[-1] == "client"], before, "lanes after")


@case("the cursor is marked in the text, and in sight; n, p and f move it, a click does, and Escape takes it back")
def _(browser):
    browser.open(page_of(write("made_up.jsonl", made_up.echo(600))))
    shown = rows(browser)
    browser.keys("t", "n")
    equal((cursor(browser), marked(browser)), (shown[0], [shown[0]]), "after n")
    browser.keys(*"n" * 150)
    equal((cursor(browser), marked(browser)), (shown[150], [shown[150]]), "after many")
    assert is_in_sight(browser), "the cursor's row is out of sight"
    browser.keys("p")
    equal(marked(browser), [shown[149]], "after p")
    browser.run("document.querySelectorAll('#twin .row')[7].click()")
    equal((cursor(browser), marked(browser)), (shown[7], [shown[7]]), "after a click")
    browser.keys("Escape", "n", "t")
    equal(marked(browser), [shown[8]], "when the text opens again")
    browser.open(page_of(ECHO) + "#n=1")
    browser.keys("t", "f")
    equal(marked(browser), [cursor(browser)], "after f")
    assert is_in_sight(browser), "the failure is out of sight"


@case("the cursor is seen in the text where the reader's colours replace the page's")
def _(browser):
    browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    browser.open(page_of(ECHO))
    browser.keys("t", "n")
    outline = "return getComputedStyle(document.querySelector(arguments[0])).outlineStyle"
    equal([browser.run(outline, row) for row in ("#twin .it", "#twin .row:not(.it)")], ["solid", "none"], "outlines")
    browser.prefer("light")


@case("of many rows the text holds those around the cursor, and counts those before and after")
def _(browser):
    browser.open(page_of(write("big.jsonl", made_up.echo(30_000))))
    browser.keys("3")
    count = len(rows(browser))
    browser.keys("t")
    assert "... and %d rows more\n" % (count - 5000) in text(browser), "rows beyond"
    browser.keys("Escape", "End", "p", "t")
    equal(marked(browser), [cursor(browser)], "the cursor near the end")
    assert is_in_sight(browser), "it is out of sight"
    assert "... and %d rows before\n" % (count - 5000) in text(browser) and " more\n" not in text(browser), "rows before"
    equal(len(text_rows(browser)), 5000, "rows")


@case("a run that a token names says by what it is made again, on the page, in its text, and in a link")
def _(browser):
    lines = made_up.echo(300).splitlines()
    header = json.loads(lines[0])
    plan = "L08:P123"
    for token, command in ((plan, "./rill run --replay " + plan), ("P456", "--replay=P456")):
        path = write("named.jsonl", "\n".join([json.dumps({**header, "token": token}, separators=(",", ":"))] + lines[1:]) + "\n")
        url = page_of(path)
        browser.open(url)
        equal(browser.text("#again .token"), command, "on the page")
        browser.keys("n", "n", "t")
        assert "\nagain: %s\n" % command in text(browser), text(browser)[:300]
        here = cursor(browser)
        link = browser.run("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; rill.copy_link(); return window.copied")
        equal(link, url + "#n=%d&seed=1&token=%s" % (here, token.replace(":", "%3A")), "the link")
        browser.open("about:blank")
        browser.open(link)
        equal((cursor(browser), browser.run("return document.getElementById('problem').hidden")), (here, True), "where the link leads")
        browser.open("about:blank")
        browser.open(url + "#n=5&seed=1&token=P999")
        equal(cursor(browser), 5, "the cursor")
        equal(browser.text("#problem"), "This link is of another run, token P999; here is token %s." % token, "a link of another run")
    browser.open(page_of(ECHO) + "#n=5&seed=8")
    assert "another run, seed 8" in browser.text("#problem"), browser.text("#problem")


run_cases()

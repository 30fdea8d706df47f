#!/usr/bin/env python3
"""The report of the benchmarks: right numbers, the same bytes each time, one sentence for what is no result.

  bazel run //tests/bench:report_test -- --write      the golden files anew; look at them
"""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.dom.minidom

HERE = pathlib.Path(__file__).absolute().parent
sys.path.insert(0, str(HERE))
import goals  # noqa: E402  beside this file, wherever Bazel has put that
GOLDEN = HERE / "testdata"
PRODUCTS = ("docs/benchmarks.md", "docs/pictures/benchmarks.svg")

passed = failed = 0


def expect(sentence, holds, shown=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print("failed: %s\n%s" % (sentence, shown))


def run(root, *words):
    return subprocess.run([sys.executable, HERE / "report.py", "--root", root, *words], capture_output=True, text=True)


def made(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def rows_of(document, heading):
    """The cells of the tables below a heading, by the first cell of each row."""
    part = document.split("\n## %s\n" % heading)[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in cells}


def golden(root):
    run(root, "--commit", "abc1234", GOLDEN / "results.json")
    for product in PRODUCTS:
        is_same = (root / product).read_text() == (GOLDEN / pathlib.Path(product).name).read_text()
        expect("%s is as it was: look at it, then --write" % product, is_same)
    document = (root / PRODUCTS[0]).read_text()
    http = rows_of(document, "HTTP, a small file")
    expect("a ratio is the median of the rounds' ratios, not a ratio of medians", http["nginx"] == ["3.00×", "0.80×"], http)
    expect("a round in which one failed does not count", http["Go, file"] == ["10.0×", "–"], http)
    sched = rows_of(document, "Scheduler")
    expect("where less is better, less is better", sched["Go"] == ["40.0×", "–"], sched)
    expect("a peer that the report does not know is shown all the same", sched["newcomer"][0] == "2.00×", sched)
    expect("what was not measured is said", "- HTTP, a small file: Rill on io_uring; bare epoll, memory;" in document
           and "- Echo: all of it\n" in document)
    expect("with what was wrong", "1 of 15 runs failed" in document and "In 1 of 14 runs other work" in document, document)
    expect("and what it was that was measured", document.count("commit abc1234.") == 2)
    goals = rows_of(document, "Goals")
    expect("a goal that is reached", goals["HTTP, a small file, on epoll: nginx, keep-alive"][1:] == ["3.00×", "met"], goals)
    missed = goals["HTTP, a small file, on epoll: nginx, a connection for each request"]
    expect("and one that is not, with where that is explained", missed[1:] == ["0.80×", "[short](performance.md#noise)"], goals)
    expect("a cost is turned round", goals["Scheduler: switch, bare coroutines"][1] == "2.00×", goals)
    expect("no verdict without a number", not any("Echo" in words for words in goals), goals)
    picture = xml.dom.minidom.parse(str(root / PRODUCTS[1]))
    rows = [row for row in picture.getElementsByTagName("title") if "nginx" in row.firstChild.data]
    expect("each case is in the picture's words", [r.firstChild.data for r in rows] ==
           ["nginx - 50 connections: 3.00×; one for each request: 0.80×"], rows)
    bars = {kind: [bar for bar in picture.getElementsByTagName("rect") if bar.getAttribute("class") == kind]
            for kind in ("better", "worse", "bound")}
    right, left = bars["better"][2], bars["bound"][1]  # newcomer, bare coroutines; the first of each is the legend's
    widths = [float(bar.getAttribute("width")) for bar in (right, left)]
    expect("twice as good is as long a bar as half as good", abs(widths[0] - widths[1]) < 0.2, widths)
    ends = float(left.getAttribute("x")) + widths[1], float(right.getAttribute("x"))
    expect("they begin at the same line", abs(ends[0] - ends[1]) < 0.2, ends)


def worst_cases():
    def runs(*values, **more):
        return {"runs": [{"rate": value, "p99_us": 100} for value in values], **more}
    data = {"echo": {"c1s64": {"epoll": runs(10), "go": runs(5), "epoll-lt": runs(10)},
                     "c50s64": {"epoll": runs(30, 30), "go": runs(20, 15), "epoll-lt": runs(31, 40)}}}
    data["echo"]["c50s64"]["epoll"].update(user_ns=151.0, syscalls=2.02)
    data["echo"]["c50s64"]["epoll-lt"]["runs"][0]["p99_us"] = 50
    found = {row[0].removeprefix("Echo, on epoll: "): row[1:] for row in goals.rows(data)}
    expect("of several cases the worst counts", found["Go"] == ["≥ 1.25×", "1.75× (50 × 64 B)", "met"], found)
    expect("where less is better, too", found["p99, bare server of the same kind"][1] == "1.50× (50 × 64 B)", found)
    expect("a must that is not met is no half of a goal", found["bare server of the same kind"][2].startswith("[short]"), found)
    expect("a number of its own", found["CPU outside the kernel, a message"][1:2] == ["151 ns"], found)
    expect("which is judged", "short" in found["CPU outside the kernel, a message"][2]
           and found["system calls, a message"][2] == "met", found)


def repeats(root):
    before = made(root)
    expect("again, nothing is written", run(root, "--commit", "abc1234", GOLDEN / "results.json").stdout == "")
    expect("from its own data it writes the same", run(root).returncode == 0 and made(root) == before)
    expect("and finds it right", run(root, "--check").returncode == 0)
    for product in PRODUCTS:
        (root / product).write_bytes(before[product].replace(b"2.00", b"3.00"))
        found = run(root, "--check")
        expect("a number that was not measured is found", found.returncode == 1 and product in found.stderr, found)
        (root / product).write_bytes(before[product])
    newer = json.loads((GOLDEN / "results.json").read_text())
    newer = {"sched": newer["sched"], "meta": {"sched": dict(newer["meta"]["sched"], date="2026-02-01 00:00:00")}}
    file = root / "newer.json"
    file.write_text(json.dumps(newer))
    run(root, "--commit", "def5678", file)
    document = (root / PRODUCTS[0]).read_text()
    expect("a section that was measured anew replaces the old one, with its commit",
           "2026-02-01 00:00:00; 3 rounds; commit def5678." in document and document.count("commit abc1234.") == 1, document)


def readme(root):
    file = root / "README.md"
    file.write_text("# A\n\nno place\n")
    run(root)
    expect("a README without the marks stays as it is", file.read_text() == "# A\n\nno place\n")
    file.write_text("# A\n\n<!-- benchmarks -->\nold\n<!-- /benchmarks -->\n\nB\n")
    run(root)
    text = file.read_text()
    expect("between the marks stands the summary, around them what stood there",
           text.startswith("# A\n\n<!-- benchmarks -->\n\n| ") and text.endswith("|\n\n<!-- /benchmarks -->\n\nB\n")
           and "| 3.00× |" in text and "old" not in text, text)
    expect("and is part of the check", run(root, "--check").returncode == 0)
    file.write_text(text.replace("3.00", "3.01"))
    expect("which finds it changed", "README.md" in run(root, "--check").stderr)


def malformed(root):
    good = json.loads((GOLDEN / "results.json").read_text())

    def spoilt(change):
        data = copy.deepcopy(good)
        change(data)
        return json.dumps(data)

    def set_at(value, *keys):
        def change(data):
            for key in keys[:-1]:
                data = data[key]
            data[keys[-1]] = value
        return spoilt(change)

    first = ("http", "wrk-c50", "nginx", "runs")
    for text, sentence in (
            ("", "is not JSON: line 1, column 1"), ('{"http": {', "is not JSON: line 1"), ("[1]", "an object of sections"),
            ("{}", "on which machine"), ('{"meta": {}}', "holds no section"), (b"\xff\xfe".decode("latin-1"), "not JSON"),
            (set_at(None, "meta"), "on which machine"), (set_at(7, "meta", "http"), "where and when http"),
            (set_at("two", "meta", "http", "cpus"), 'lacks "cpus"'), (set_at([], "http"), "no object of cases"),
            (set_at(3, "http", "wrk-c50"), "no object of peers"), (set_at({}, *first[:3]), "no list of runs"),
            (set_at([1], *first), "no list of runs"), (set_at([{"rate": "fast"}], *first), 'rate = "fast"'),
            (set_at([{"rate": -1}], *first), "rate = -1"), (set_at([{"rate": float("inf")}], *first), "rate = Infinity"),
            (set_at([{"rate": True}], *first), "rate = true")):
        (root / "bad.json").write_text(text, encoding="utf-8")
        before = made(root)
        done = run(root, root / "bad.json")
        is_sentence = done.stderr.count("\n") == 1 and done.stderr.startswith("report: ") and sentence in done.stderr
        expect("%.40s is refused in a sentence" % text, done.returncode == 2 and is_sentence, done)
        expect("%.40s changes nothing" % text, made(root) == before)
    done = run(root, root / "nowhere.json")
    expect("a file that is not there", done.returncode == 2 and "cannot be read: No such file" in done.stderr, done)


def write_golden():
    target = pathlib.Path(os.environ["BUILD_WORKSPACE_DIRECTORY"], "tests/bench/testdata")
    with tempfile.TemporaryDirectory() as folder:
        run(pathlib.Path(folder), "--commit", "abc1234", target / "results.json")
        for product in PRODUCTS:
            shutil.copy(pathlib.Path(folder, product), target)


def main():
    if sys.argv[1:] == ["--write"]:
        return write_golden()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
        root = pathlib.Path(folder)
        expect("where no numbers are shown, none are missing", run(root, "--check").returncode == 0)
        golden(root)
        worst_cases()
        repeats(root)
        readme(root)
        malformed(root)
    print("cases: %d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
"""The learner's command, end to end. Usage: command_test.py lessons/rill/rill"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from fake_tree import Tree  # noqa: E402

failures = []
cases = 0


def expect(holds, sentence):
    global cases
    cases += 1
    if not holds:
        failures.append(sentence)
        print("FAILED: " + sentence)


class Session:
    def __init__(self, tree):
        self.tree = tree

    def __call__(self, *words, stdin="", **environment):
        done = subprocess.run([self.tree.command] + list(words), input=stdin, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env=dict(self.tree.environment, **environment))
        return done.returncode, done.stdout

    def expect(self, words, code, *parts, **more):
        got, screen = self(*words.split(), **more)
        expect(got == code, "%s: exit code %d, not %d\n%s" % (words, code, got, screen))
        for part in parts:
            expect(part in screen, "%s says '%s':\n%s" % (words, part, screen))
        if code not in (2, 3):
            expect(re.search("next: +./rill", screen), "%s ends with what to do next:\n%s" % (words, screen))
        expect("\033" not in screen, "%s: plain text when it is no terminal" % words)
        return screen

    def state(self):
        path = self.tree.root / ".rill-state"
        return path.read_text() if path.exists() else ""


def first_steps(rill):
    rill.expect("", 0, "L01 one: one thing at a time", "1 TODO", "Why it matters.", "lessons/L01_one/one.cc")
    rill.expect("next", 0, "L01 one", "1 TODO · about 10 minutes", "next: ./rill check")  # no terminal: nothing to watch at
    rill.expect("list", 0, "▶ L01 one", "· L08 framing", "0 of 2 done", "Part A", "Part B")
    rill.expect("list", 0, "one thread, many conversations  0/1", "bytes are not messages          0/1")
    screen = rill.expect("list FRAM", 0, "L08 framing")
    expect("L01" not in screen, "list WORD shows only what matches:\n" + screen)
    rill.expect("list nonsense", 0, "no lesson matches 'nonsense'")


def exit_codes(rill, tree):
    rill.expect("check L08", 1, "check L08 --signatures", "./rill hint L08", "(0 of 3 used)")
    rill.expect("list", 0, "bytes are not messages  4 of 5 properties held")
    tree.answer("L08_framing", "// exit 4\n")
    rill.expect("check framing", 4, "./rill hint L08")
    tree.answer("L08_framing", "// exit 3\n")
    rill.expect("check 8", 3)
    tree.answer("L08_framing", "// exit 200\n")
    rill.expect("check 8", 3)
    tree.answer("L08_framing", "// exit 0\n\ndoes not compile\n")
    rill.expect("check L08", 2, "L08 framing does not compile", "lessons/L08_framing/framing.cc:3:1",
                "expected ';' after expression", "./rill check L08")
    (tree.root / "bazel-is-broken").touch()
    rill.expect("check L08", 3, "not because of your code", "./rill doctor")
    (tree.root / "bazel-is-broken").unlink()
    rill.expect("check L08", 3, "not because of your code", RILL_BAZEL="/nowhere/bazel")
    rill.expect("check L99", 2, "there is no lesson 'L99'", "./rill list")
    rill.expect("chekc", 2)
    rill.expect("check L08", 3, "start this by ./rill", RILL_ROOT="/nowhere")
    expect(rill.state() == "", "nothing that failed is progress: " + rill.state())
    tree.answer("L08_framing", "// exit 1\n// TODO: write it\n")


def hints(rill, tree):
    screen = rill.expect("hint L08", 0, "L08 hint 1 of 3", "First.")
    expect("Second." not in screen, "one hint at a time:\n" + screen)
    rill.expect("hint L08", 0, "hint 2 of 3", "Second.")
    rill.expect("hint L08", 0, "hint 3 of 3", "Third.", "./rill solution L08")
    screen = rill.expect("hint L08", 0, "First.", "Second.", "Third.")
    expect("L08 open" in rill.state() and "hints=3" in rill.state(), "hints are counted: " + rill.state())
    rill.expect("check L08", 1, "(3 of 3 used)")


def passing(rill, tree):
    tree.answer("L01_one", "// exit 0\n// TODO: write it\n")
    rill.expect("check", 0, "./rill next", "line 2: a TODO is still there")
    expect("L01 done 20" in rill.state(), "a passed lesson is done: " + rill.state())
    rill.expect("list --pending", 0, "▶ L08 framing", "1 of 2 done")
    rill.expect("list", 0, "✓ L01 one")
    rill.expect("next", 0, "L08 framing")
    tree.answer("L01_one", "// exit 1\n")
    rill.expect("check L01", 1)
    expect("L01 done" in rill.state(), "what is done stays done: " + rill.state())


def remarks(rill, tree):
    for code in (1, 0):
        tree.answer("L01_one", "// exit %d\nspawn([&] {});\n" % code)
        rill.expect("check L01", code, "line 2: this spawned lambda refers to variables around it")


def solutions(rill, tree):
    rill.expect("solution L08", 2, "L08 is not done", "--yes")
    rill.expect("solution L08 --yes", 0, "int good;")
    expect("L08 seen" in rill.state(), "a shown solution is noted: " + rill.state())
    rill.expect("list", 0, "(solution seen)")
    tree.answer("L08_framing", "// exit 0\nint mine;\n")
    rill.expect("check L08", 0, "next: ./rill list")
    rill.expect("solution L08", 0, "int good;", "-int mine;", "+int good;", "First.", "Third.")
    rill.expect("next", 0, "All lessons are done")


def resets(rill, tree):
    answer = tree.root / "lessons/L08_framing/framing.cc"
    starter = "// exit 1\n// TODO: write it\n"
    rill.expect("reset", 2, "which lesson?")
    rill.expect("reset L01 --undo", 2, "nothing to undo")
    tree.answer("L08_framing", "mine 1\n")
    rill.expect("reset L08", 0, "yours, 3 lines different, is kept in .rill-backup/L08-1.cc", "./rill reset --undo L08")
    expect(answer.read_text() == starter, "a reset is the starter")
    rill.expect("reset L08", 0, "is the starter already")
    tree.answer("L08_framing", "mine 2\n")
    rill.expect("reset L08", 0, ".rill-backup/L08-2.cc")
    rill.expect("reset --undo L08", 0, "is as it was")
    expect(answer.read_text() == "mine 2\n", "undo takes the last reset back")
    rill.expect("reset L08 --undo", 0)
    expect(answer.read_text() == "mine 1\n", "a second undo takes back the one before")
    tree.answer("L08_framing", "mine 3\n")
    backups = tree.root / ".rill-backup"
    backups.rmdir() if not any(backups.iterdir()) else None
    backups.write_text("a file where the folder should be")
    rill.expect("reset L08", 3, "nothing was changed")
    expect(answer.read_text() == "mine 3\n", "what cannot be kept is not overwritten")
    backups.unlink()
    tree.answer("L08_framing", starter)


def looking_at_runs(rill, tree):
    out = tree.root / "out"
    code, screen = rill("run", "L08", "--seed", "7")
    expect(code == 1 and "check L08 run --seed 7" in screen, "run hands its words on:\n" + screen)
    code, screen = rill("run", "L08", "--step")
    expect(code == 1 and "check L08 run --full" in screen, "run --step tells all, at once where nobody presses keys:\n" + screen)
    rill.expect("run L08 --step --real", 2, "--step is for simulated runs")
    rill.expect("run --replay L08:P12", 1, "check L08 --replay L08:P12", "./rill diff L08:P12")
    rill.expect("run --replay L08:P12 --view page.html --pcap=p.pcapng", 1, "check L08 --replay L08:P12 --view page.html --pcap p.pcapng")
    code, screen = rill("run", "L08", "--seed", "7", "--trace", "t.jsonl")
    expect(code == 1 and "check L08 run --trace t.jsonl --seed 7" in screen, "run leaves such files too:\n" + screen)
    rill.expect("run --replay L08:P12 --seed 3", 2, "leave out '--seed'")
    rill.expect("run --replay L08:P12 --view", 2, "--view")
    rill.expect("play L08 round_trip --seed 2", 1, "check L08 play round_trip --seed 2")
    rill.expect("visualise L08:P12 --text", 0, "L08:P12, every event", "says bad")
    expect(not (out / "L08-P12.html").exists(), "a text is no file")
    rill.expect("diff L08:P12", 1, "the same for 1 event", "your answer", "says bad", "a good answer", "says good")
    rill.expect("diff L08:P12 L08:P13", 0, "the same 2 events in both runs")
    rill.expect("diff L08:P12 L08:pass", 1, "a good answer", "./rill visualise L08:P12 --diff L08:pass")
    rill.expect("run --replay P12", 2, "a token looks like")
    rill.expect("diff L99:P12", 2, "a token looks like")


def pictures(rill, tree):
    out = tree.root / "out"
    rill.expect("visualise L08:P12", 0, "out/L08-P12.html", "opens offline", "(3 events, 1 task)",
                "--diff L08:pass", "./rill diff L08:P12")
    page = (out / "L08-P12.html").read_text()
    expect("<html" in page and "says bad" in page, "the page has the run in it")
    for clock, axis in (("", "steps"), (" --clock step", "steps"), (" --clock virtual", "time")):
        rill.expect("visualise L08:P12" + clock, 0, "--clock step|virtual")
        expect('data-axis="%s"' % axis in (out / "L08-P12.html").read_text(), "%s opens with %s" % (clock, axis))
    rill.expect("visualise L08:P12 --clock real", 2, "--clock", "step", "virtual")
    rill.expect("visualise L08:P12 --clock virtual --text", 2, "--clock is about the page")
    rill.expect("visualise L08:P12 --diff L08:pass", 0, "out/L08-P12-diff.html")
    both = (out / "L08-P12-diff.html").read_text()
    expect("says bad" in both and "says good" in both, "beside it stands the run of a good answer")
    rill.expect("visualise L08:P12 --diff pass", 0, "out/L08-P12-diff.html")
    rill.expect("visualise L08:P12 --diff L08:P13", 0)
    expect("says good" not in (out / "L08-P12-diff.html").read_text(), "or another run of this one")
    rill.expect("visualise framing --seed 9", 0, "out/L08-seed-9.html", "./rill check L08")
    long = "L08:P" + "1234567890" * 40
    for token in (long + "1", long + "2"):
        rill.expect("visualise " + token, 0)
    expect(len(list(out.glob("L08-P1234*.html"))) == 2, "long tokens that begin alike have files of their own")
    files = {"pcapng": b"\x0a\x0d\x0d\x0a", "perfetto": b"traceEvents", "shiviz": b"(?<", "mermaid": b"sequenceDiagram",
             "dot": b"digraph"}
    for format_, sign in files.items():
        rill.expect("visualise L08:P12 --" + format_, 0, "out/L08-P12." + format_)
        expect(sign in (out / ("L08-P12." + format_)).read_bytes(), "--%s writes such a file" % format_)
    rill.expect("visualise L08:P12 --dot --mermaid", 0, "out/L08-P12.dot", "out/L08-P12.mermaid")
    rill.expect("visualise L08:P12 --text --shiviz", 0, "L08:P12, every event", "out/L08-P12.shiviz")
    rill.expect("visualise P12", 2, "no lesson")
    rill.expect("visualise L08 --seed seven", 2, "--seed")
    for word in ("--text", "--dot"):
        rill.expect("visualise L08:P12 --diff pass " + word, 2, "--diff puts two runs on one page")
    tree.answer("L08_framing", "// exit 3\n// no trace\n")
    rill.expect("visualise L08:P12", 3, "left no trace", "check L08 --replay L08:P12")
    tree.answer("L08_framing", "// exit 0\n\ndoes not compile\n")
    rill.expect("visualise L08:P12", 2, "does not compile")
    tree.answer("L08_framing", "// exit 1\n// TODO: write it\n")
    for path in out.iterdir():
        path.unlink()
    out.rmdir()
    out.write_text("a file where the folder should be")
    rill.expect("visualise L08:P12", 3, "could not")
    out.unlink()


def full_disk(rill, tree):
    (tree.root / ".rill-state.new").symlink_to("/dev/full")
    before = rill.state()
    tree.answer("L01_one", "// exit 0\n")
    (tree.root / ".rill-state").write_text("L08 done 2026-01-05 hints=1\n")
    rill.expect("check L01", 3, "your progress could not be written", "No space left on device")
    expect(rill.state() == "L08 done 2026-01-05 hints=1\n", "a full disk loses no progress")
    (tree.root / ".rill-state").write_text(before)


def help_texts(rill):
    code, screen = rill("--help")
    expect(code == 0 and "hint" in screen and "watch" in screen, "--help lists what there is:\n" + screen)
    for word in ("list", "next", "check", "run", "hint", "watch", "play", "reset", "solution", "visualise", "diff",
                 "doctor"):
        code, text = rill(word, "--help")
        expect(code == 0 and len(text.splitlines()) > 2, "%s --help says what it does:\n%s" % (word, text))
        expect(max(map(len, text.splitlines())) <= 100, "%s --help fits a terminal:\n%s" % (word, text))
        expect(word in screen, "--help names %s" % word)


def main():
    tree = Tree(sys.argv[1])
    try:
        rill = Session(tree)
        first_steps(rill)
        exit_codes(rill, tree)
        hints(rill, tree)
        passing(rill, tree)
        remarks(rill, tree)
        solutions(rill, tree)
        resets(rill, tree)
        looking_at_runs(rill, tree)
        pictures(rill, tree)
        full_disk(rill, tree)
        help_texts(rill)
    finally:
        tree.remove()
    print("cases: %d passed, %d failed" % (cases - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())

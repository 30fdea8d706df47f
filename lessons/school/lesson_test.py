#!/usr/bin/env python3
"""What must hold for every lesson, and how the signatures of its wrong answers are written.

Usage: lesson_test.py [--write-signatures] LESSON/README.md INTENDED_PROPERTY

Run by the macro in lesson.bzl, so a new folder is tested like all others. It looks at the lesson's
texts, and runs its answers as a learner would: the starter, the reference, every wrong one.
"""
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

MOST_SECONDS_OF_TROUBLE = 10
REFERENCE_SCENARIOS = 10000
REPETITIONS = 100
# Without Bazel's folder for what a failing check leaves: hundreds of them are run here.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "TEST_UNDECLARED_OUTPUTS_DIR"}
MOST_README_LINES = 60
HEADER = """\
# How a check recognises the wrong answers of this lesson: what fails, and the mistake behind it.
# Written by: bazel run //%s:signatures
"""

STARTER = "-"  # signatures.h

failures = []
cases = 0


def expect(holds, sentence):
    global cases
    cases += 1
    if not holds:
        failures.append(sentence)
        print("FAILED: " + sentence)


def run(answer, *arguments, **environment):
    """Exit code and text of an answer's check."""
    command = [str(answer), "--signatures", str(folder / "wrong/signatures.txt")]
    done = subprocess.run(command + list(arguments), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False, env={**ENVIRONMENT, **environment})
    return done.returncode, done.stdout.decode()


def mistake_of(source):
    first = source.read_text(encoding="utf-8").splitlines()[0]
    expect(first.startswith("// Wrong: "), "%s begins with '// Wrong: ' and a sentence" % source)
    return first[len("// Wrong: "):].rstrip(".")


def answers_with_signatures():
    """(binary, sentence) of each answer that signatures.txt knows; the starter is no mistake to name."""
    return [(folder / "starter", STARTER)] + [(binary, mistake_of(source)) for binary, source in wrong_answers()]


def wrong_answers():
    """(binary, source) of each."""
    sources = sorted((folder / "wrong").glob("*.cc"))
    return [(folder / ("wrong_" + source.stem), source) for source in sources]


def first_failing(screen):
    found = re.search(r"^  ✗ (\w+)", screen, re.MULTILINE)
    return found.group(1) if found else ""


def failures_of(screen):
    """(property, token) of each failure that is told in full."""
    name, found = "", []
    for line in screen.splitlines():
        mark = re.match(r"  ✗ (\w+)", line)
        name = mark.group(1) if mark else name
        found += [(name, token) for token in re.findall(r"--replay (L\d\d:\w+)", line)]
    return found


def look_at_tokens(answer, screen):
    """Each failing property has one, and it repeats that failure."""
    failures = failures_of(screen)
    failing = [name for name in re.findall(r"^  ✗ (\w+)", screen, re.MULTILINE) if not re.match(r"L\d\d$", name)]
    expect(failing and [name for name, _ in failures] == failing,
           "%s prints a token for each failure:\n%s" % (answer.name, screen))
    for name, token in failures:
        code, told = run(answer, "--replay", token)
        expect(code in (1, 4) and first_failing(told) == name,
               "the token of %s repeats the failure of %s:\n%s" % (answer.name, name, told))


def look_at_looks(answer):
    """What a failing check leaves to be looked at: asked for with a token, and by itself where Bazel runs it."""
    code, screen = run(answer, "--all")
    name, token = failures_of(screen)[0]
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as scratch:
        files = {flag: pathlib.Path(scratch, "run." + flag) for flag in ("trace", "view", "pcap")}
        words = [word for flag, path in files.items() for word in ("--" + flag, str(path))]
        told = run(answer, "--replay", token, *words)
        expect(told[0] in (1, 4) and told[1].startswith(run(answer, "--replay", token)[1]),
               "a replay that is looked at says the same:\n%s" % told[1])
        header = json.loads(files["trace"].read_text(encoding="utf-8").splitlines()[0])
        expect(header["token"] == token, "--trace has the run of the token: %s" % header)
        expect('"token":"%s"' % token in files["view"].read_text(encoding="utf-8"), "--view has it too")
        expect(files["pcap"].read_bytes().startswith(b"\x0a\x0d\x0d\x0a"), "--pcap writes packets")
        told = run(answer, "--replay", token, "--view", "/no/such/folder/page.html")
        expect(told == (2, "  cannot write '/no/such/folder/page.html': No such file or directory\n"),
               "a page that cannot be written is a sentence: %d\n%s" % told)
        outputs = pathlib.Path(scratch, "outputs")
        outputs.mkdir()
        expect(run(answer, "--all", TEST_UNDECLARED_OUTPUTS_DIR=str(outputs)) == (code, screen),
               "a check says the same where Bazel runs it")
        kept = {path.name: path for path in outputs.iterdir()}
        for name, token in failures_of(screen):
            is_there = {name + end for end in (".token", ".jsonl", ".html")} <= set(kept)
            expect(is_there and kept[name + ".token"].read_text() == token + "\n" and
                   '"token":"%s"' % token in kept[name + ".html"].read_text(encoding="utf-8"),
                   "the failure of %s leaves its page next to its token: %s" % (name, sorted(kept)))
        expect(len(kept) == 3 * len(failures_of(screen)), "nothing else is left: %s" % sorted(kept))


def look_at_texts():
    readme = (folder / "README.md").read_text(encoding="utf-8")
    expect(0 < len(readme.splitlines()) <= MOST_README_LINES, "the README is one screen")
    hints = re.findall(r"^## (\d)$", (folder / "hints.md").read_text(encoding="utf-8"), re.MULTILINE)
    expect(hints == ["1", "2", "3"], "there are three hints, found %s" % hints)
    expect("TODO" in (folder / "starter.cc").read_text(encoding="utf-8"), "the starter has a TODO")


def look_at_starter(intended):
    code, screen = run(folder / "starter")
    expect(code in (1, 4), "the starter does not pass, exit code %d" % code)
    expect(first_failing(screen) == intended,
           "the starter fails first on %s, not on %s:\n%s" % (intended, first_failing(screen), screen))
    expect("looks like" not in screen, "the starter is not taken for a mistake:\n" + screen)
    look_at_tokens(folder / "starter", run(folder / "starter", "--all")[1])
    look_at_looks(folder / "starter")
    again = {run(folder / "starter", "--cases", "20") for _ in range(REPETITIONS)}
    expect(len(again) == 1, "%d checks of one file give one text, not %d" % (REPETITIONS, len(again)))


def look_at_reference():
    code, screen = run(folder / "reference")
    expect(code == 0, "the reference passes:\n" + screen)
    properties = len(re.findall(r"^  [✓✗] \w+ +[\d,]+$", screen, re.MULTILINE))
    each = -(-REFERENCE_SCENARIOS // max(properties, 1))
    code, screen = run(folder / "reference", "--cases", str(each))
    expect(code == 0, "the reference passes %d scenarios:\n%s" % (REFERENCE_SCENARIOS, screen))


def look_at_wrong(binary, source, mistakes):
    mistake = mistake_of(source)
    code, screen = run(binary)
    expect(code in (1, 4), "%s is rejected, exit code %d:\n%s" % (source.name, code, screen))
    signature = run(binary, "--signature")[1].strip()
    expect(mistakes.get(mistake) == signature, "signatures.txt knows %s: run the target signatures" % source.name)
    if list(mistakes.values()).count(signature) == 1 and "looks like" not in screen:
        expect("did not come back" in screen, "%s is recognised:\n%s" % (source.name, screen))
    look_at_tokens(binary, run(binary, "--all")[1])


def processor_seconds():
    """Of all children so far: unlike the clock, it does not depend on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def look_at_trouble(name, wanted_code, wanted_text):
    before = processor_seconds()
    code, screen = run(folder / name)
    seconds = processor_seconds() - before
    expect(code == wanted_code, "%s ends with %d, not %d:\n%s" % (name, wanted_code, code, screen))
    expect(wanted_text in screen, "%s is told as '%s':\n%s" % (name, wanted_text, screen))
    expect(re.search(r"#\d+ ", screen), "%s shows the tasks:\n%s" % (name, screen))
    expect(name + ".cc:" in screen, "%s is told with its line:\n%s" % (name, screen))
    expect(seconds < MOST_SECONDS_OF_TROUBLE, "%s took %.1f s" % (name, seconds))
    screen = run(folder / name, "--all")[1]
    look_at_tokens(folder / name, screen)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as scratch:
        trace = pathlib.Path(scratch, "run.jsonl")
        run(folder / name, "--replay", failures_of(screen)[0][1], "--trace", str(trace))
        events = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()[1:]]
        expect(any(event["kind"] == "step" for event in events), "%s leaves the trace of what it did" % name)
        expect((events[-1]["kind"] == "end") == (name == "deadlock"), "%s: its trace ends where it did: %s" % (name, events[-1]))


def known_mistakes():
    lines = (folder / "wrong/signatures.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if "\t" in line]
    return {mistake: signature for signature, mistake in pairs}


def write_signatures():
    lines = ["%s\t%s\n" % (run(binary, "--signature")[1].strip(), sentence)
             for binary, sentence in answers_with_signatures()]
    tree = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    lesson = "lessons/" + folder.name
    path = pathlib.Path(tree, lesson, "wrong/signatures.txt")
    path.write_text(HEADER % lesson + "".join(lines), encoding="utf-8")
    print("wrote %s" % path)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--write-signatures":
        return write_signatures()
    look_at_texts()
    look_at_starter(sys.argv[2])
    look_at_reference()
    wrong = wrong_answers()
    expect(known_mistakes().get(STARTER) == run(folder / "starter", "--signature")[1].strip(),
           "signatures.txt knows the starter: run the target signatures")
    expect(len(wrong) >= 5, "there are at least five wrong answers, found %d" % len(wrong))
    mistakes = known_mistakes()
    for binary, source in wrong:
        look_at_wrong(binary, source, mistakes)
    look_at_trouble("endless", 4, "never waits")
    look_at_trouble("crash", 1, "a crash: ")
    look_at_trouble("deadlock", 1, "deadlock: ")
    print("cases: %d passed, %d failed" % (cases - len(failures), len(failures)))
    return 1 if failures else 0


folder = pathlib.Path(sys.argv[2 if sys.argv[1] == "--write-signatures" else 1]).parent
sys.exit(main())

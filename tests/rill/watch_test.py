#!/usr/bin/env python3
"""./rill watch under a terminal. Usage: watch_test.py lessons/rill/rill

It looks at what stands on the terminal, with deadlines that only a hang misses.
"""
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from fake_tree import Tree  # noqa: E402

MOST_SECONDS = 20
QUIET_SECONDS = 1.5  # three looks of the polling
failures = []
cases = 0


def expect(holds, sentence):
    global cases
    cases += 1
    if not holds:
        failures.append(sentence)
        print("FAILED: " + sentence)


class Lost(Exception):
    """What was waited for did not come: the steps behind it make no sense."""


class Watch:
    def __init__(self, tree, *words, **environment):
        self.terminal, self.theirs = pty.openpty()
        self.before = termios.tcgetattr(self.theirs)
        self.text = ""
        self.process = subprocess.Popen([tree.command] + list(words), stdin=self.theirs, stdout=self.theirs,
                                        stderr=self.theirs, start_new_session=True,
                                        env=dict(tree.environment, **{"NO_COLOR": "1", **environment}))

    def read(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            self.text += os.read(self.terminal, 65536).decode()

    def wait_for(self, part, what):
        """Until `part` has appeared; what came is then used up."""
        until = time.monotonic() + MOST_SECONDS
        while part not in self.text and time.monotonic() < until:
            self.read(0.1)
        expect(part in self.text, "%s: '%s' in\n%s" % (what, part, self.text))
        if part not in self.text:
            self.process.kill()
            raise Lost
        before, _, self.text = self.text.partition(part)
        return before

    def quiet(self):
        until = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < until:
            self.read(0.1)
        return self.text

    def press(self, key):
        os.write(self.terminal, key.encode())

    def end(self, what, code):
        try:
            got = self.process.wait(MOST_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            got = "a hang"
        expect(got == code, "%s ends with %s, not %s" % (what, code, got))
        expect(termios.tcgetattr(self.theirs) == self.before, "%s leaves the terminal as it was" % what)
        os.close(self.terminal)
        os.close(self.theirs)


def save(tree, folder, text):
    """As editors do: a new file, renamed over the old one."""
    path = tree.root / "lessons" / folder / (folder.split("_", 1)[1] + ".cc")
    fresh = path.with_suffix(".tmp")
    fresh.write_text(text)
    os.rename(fresh, path)
    return path


def saves_and_keys(tree):
    watch = Watch(tree)
    watch.wait_for("edit   lessons/L01_one/one.cc", "it says what to read and to edit")
    watch.wait_for("check L01", "it checks at once, the next lesson")
    watch.wait_for("q quit", "it names its keys")
    path = save(tree, "L01_one", "// exit 1\nint second;\n")
    watch.wait_for("saved", "a save by renaming is seen")
    watch.wait_for("check L01", "and checked")
    watch.wait_for("q quit", "and then it waits again")
    os.utime(path)  # which no inotify of ours tells: only a look at the file does
    watch.wait_for("saved", "polling sees what inotify does not tell")
    watch.wait_for("q quit", "and then it waits again")
    expect("saved" not in watch.quiet(), "without a save nothing is checked:\n" + watch.text)
    watch.press("n")
    watch.wait_for("L01 is not done yet", "n before the lesson is done stays")
    watch.wait_for("q quit", "and it waits again")
    save(tree, "L01_one", "// exit 0\n")
    watch.wait_for("next: ", "the pass is told")
    screen = watch.wait_for("q quit", "and then it waits") + watch.quiet()
    expect("L08" not in screen, "it never moves on by itself:\n" + screen)
    watch.press("n")
    watch.wait_for("check L08", "n goes on to the next lesson")
    watch.wait_for("lessons/L08_framing", "and watches it")
    watch.wait_for("q quit", "with its keys")
    watch.press("h")
    watch.wait_for("L08 hint 1 of 3", "h is a hint")
    screen = watch.wait_for("q quit", "and it waits")
    expect("h for another hint" in screen and "./rill check" not in screen, "what to do next is a key:\n" + screen)
    watch.press("v")
    watch.wait_for("out/L08-P12.html", "v shows the failure of the last check")
    watch.press("l")
    watch.wait_for("1 of 2 done", "l is the list")
    (tree.root / "bazel-is-broken").touch()
    watch.press("r")
    watch.wait_for("again", "r checks again")
    watch.wait_for("not because of your code", "what is our fault is told")
    watch.wait_for("q quit", "and does not end it")
    (tree.root / "bazel-is-broken").unlink()
    save(tree, "L08_framing", "// exit 1\nmine\n")
    watch.wait_for("q quit", "a save is checked")
    watch.press("x")
    watch.wait_for("is kept in", "x resets")
    expect("mine" not in (tree.root / "lessons/L08_framing/framing.cc").read_text(), "x has reset the file")
    save(tree, "L08_framing", "// exit 0\n")
    watch.wait_for("all lessons are done", "the last pass says so")
    watch.wait_for("q quit", "and it waits")
    watch.press("n")
    watch.wait_for("all lessons are done", "there is no next lesson")
    watch.press("q")
    watch.end("q", 0)


def colours(tree):
    """On a terminal there are some, unless it or the learner wants none; marks stay either way."""
    tree.answer("L01_one", "// exit 0\n\ndoes not compile\n")
    for environment, has_colours in (({"NO_COLOR": ""}, True), ({}, False), ({"NO_COLOR": "", "TERM": "dumb"}, False)):
        watch = Watch(tree, "watch", "L01", **environment)
        screen = watch.wait_for("q quit", "it waits")
        expect(("\033[31m✗" in screen) == has_colours, "%s: colours %s:\n%s" % (environment, has_colours, screen))
        expect("✗" in screen, "the mark is there:\n" + screen)
        watch.press("q")
        watch.end("q", 0)
    tree.answer("L01_one", "// exit 1\n// TODO: write it\n")


def without_inotify(tree):
    """As where inotify_init1(2) fails: the file is looked at, and that is enough."""
    tree.answer("L08_framing", "// exit 1\n")
    watch = Watch(tree, "watch", "--poll", "L08")
    screen = watch.wait_for("q quit", "it waits")
    expect("lessons/L08_framing (a look every 500 ms)" in screen, "it says that it polls:\n" + screen)
    files = pathlib.Path("/proc/%d/fd" % watch.process.pid)
    kinds = [os.readlink(file) for file in files.iterdir()]
    expect(not [kind for kind in kinds if "inotify" in kind], "it has no inotify: %s" % kinds)
    path = save(tree, "L08_framing", "// exit 1\nsaved by renaming\n")
    watch.wait_for("saved", "a save by renaming is seen")
    watch.wait_for("q quit", "and checked")
    before = path.stat()
    watch.process.send_signal(signal.SIGSTOP)  # it must not look while the time is another one
    path.write_text("// exit 1\nsaved in its seat\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as file systems with coarse times have it
    after = path.stat()
    expect([after.st_ino, after.st_size, after.st_mtime_ns] == [before.st_ino, before.st_size, before.st_mtime_ns],
           "nothing but the text tells the two saves apart")
    watch.process.send_signal(signal.SIGCONT)
    watch.wait_for("saved", "a save of as many bytes, with the same time stamp, is seen by its text")
    watch.wait_for("q quit", "and checked")
    expect("saved" not in watch.quiet(), "without a save nothing is checked:\n" + watch.text)
    watch.press("r")
    watch.wait_for("again", "keys are read too")
    watch.wait_for("q quit", "and it waits again")
    watch.press("q")
    watch.end("q", 0)


def ends(tree):
    watch = Watch(tree, "watch", "L08")
    watch.wait_for("q quit", "it waits")
    os.kill(watch.process.pid, signal.SIGINT)
    watch.end("Ctrl-C", -signal.SIGINT)
    save(tree, "L08_framing", "// exit 200\n")
    watch = Watch(tree, "watch", "L08")
    watch.wait_for("q quit", "a check that dies does not take watch down")
    watch.press("q")
    watch.end("q", 0)
    done = subprocess.run([tree.command, "watch"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=MOST_SECONDS, env=tree.environment, check=False)
    expect(done.returncode == 2 and "./rill check" in done.stdout, "without a terminal it says so: " + done.stdout)


def main():
    tree = Tree(sys.argv[1])
    try:
        colours(tree)
        saves_and_keys(tree)
        without_inotify(tree)
        ends(tree)
    except Lost:
        pass
    finally:
        tree.remove()
    print("cases: %d passed, %d failed" % (cases - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())

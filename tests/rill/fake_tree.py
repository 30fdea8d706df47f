"""A small tree of lessons, and a Bazel that builds nothing: for the tests of the learner's command.

The answer of a lesson says itself how its check ends: its first line is "// exit CODE". A line
"does not compile" makes the build fail with an error of clang's.
"""
import os
import pathlib
import shutil
import stat
import tempfile

BAZEL = r"""#!/usr/bin/env python3
import pathlib, sys
root = pathlib.Path(%(root)r)
with open(root / "bazel.log", "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\n")
folder, target = sys.argv[-1][len("//lessons/"):].split(":")
if (root / "bazel-is-broken").exists():
    print("ERROR: no such package")
    sys.exit(1)
answer = root / "lessons" / folder / (folder.split("_", 1)[1] + ".cc")
if target == "check" and "does not compile" in answer.read_text():
    print("lessons/%%s/%%s:3:1: error: expected ';' after expression" %% (folder, answer.name))
    print("    3 | does not compile\n      | ^")
    sys.exit(1)
"""

CHECK = r"""#!/usr/bin/env python3
import pathlib, re, sys
root = pathlib.Path(%(root)r)
answer = root / "lessons" / %(folder)r / %(file)r
words = sys.argv[1:]
code = int(re.match(r"// exit (\d+)", answer.read_text()).group(1))
if "--story" in words:
    name = pathlib.Path(sys.argv[0]).name
    print("  0.000  main#1  begins\n  1.000  main#1  %%s     answer.cc:%%d" %% (
        ("says good", 7) if name == "reference" else ("says bad", 3)))
    sys.exit(0)
if "--trace" in words and "no trace" not in answer.read_text():
    name = pathlib.Path(sys.argv[0]).name
    pathlib.Path(words[words.index("--trace") + 1]).write_text(
        '{"rill_trace":1,"program":"%(id)s","world":"sim","clock":"virtual","seed":7,"left_out":0}\n'
        '{"n":1,"t":0,"kind":"spawn","host":"home","target":"main#1"}\n'
        '{"n":2,"t":0,"kind":"step","host":"home","task":"main#1"}\n'
        '{"n":3,"t":1000000,"kind":"note","host":"home","task":"main#1","text":"%%s"}\n'
        '{"n":4,"t":1000000,"kind":"end","events":3,"tasks":1,"left_out":0}\n' %% (
            "says good" if name == "reference" else "says bad"))
if "--verdict" in words and code == 1:
    pathlib.Path(words[words.index("--verdict") + 1]).write_text("4 5\nL08:P12\n")
print("  check %(id)s " + " ".join(word for word in words if "/" not in word), flush=True)
if code > 100:
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(code)
"""


class Tree:
    """Lessons L01 one and L08 framing below a temporary folder."""

    def __init__(self, command):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="rill-tree-")).resolve()
        self.command = str(pathlib.Path(command).resolve())
        (self.root / "WORKSPACE").touch()
        self.program(self.root / "bazel", BAZEL % {"root": str(self.root)})
        self.add("L01_one", "one thing at a time")
        self.add("L08_framing", "bytes are not messages")
        self.environment = dict(os.environ, RILL_ROOT=str(self.root), RILL_BAZEL=str(self.root / "bazel"), TERM="xterm")
        self.environment.pop("NO_COLOR", None)  # what has no terminal is plain by itself

    @staticmethod
    def program(path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def add(self, folder, title):
        lesson = self.root / "lessons" / folder
        lesson_id, name = folder.split("_", 1)
        (lesson / "wrong").mkdir(parents=True)
        (lesson / "README.md").write_text("# %s %s: %s\n\nWhy [it](x.md) matters.\n\nMore.\n\nAbout 10 minutes.\n" % (lesson_id, name, title))
        (lesson / "hints.md").write_text("# Hints\n\n## 1\nFirst.\n\n## 2\nSecond.\n\n## 3\nThird.\n")
        (lesson / "starter.cc").write_text("// exit 1\n// TODO: write it\n")
        (lesson / (name + ".cc")).write_text("// exit 1\n// TODO: write it\n")
        (lesson / "reference.cc").write_text("// exit 0\nint good;\n")
        for target in ("check", "reference"):
            self.program(self.root / "bazel-bin/lessons" / folder / target,
                         CHECK % {"root": str(self.root), "folder": folder, "file": name + ".cc", "id": lesson_id})

    def answer(self, folder, text):
        (self.root / "lessons" / folder / (folder.split("_", 1)[1] + ".cc")).write_text(text)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

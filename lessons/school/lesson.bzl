"""The macro of a numbered lesson: everything in its folder is found by name.

    load("//lessons/school:lesson.bzl", "lesson")
    lesson(name = "framing", intended = "chunking_does_not_matter")

A folder lessons/LNN_name holds
    README.md         why, what, read next: one screen
    name.h            what an answer must define
    name.cc           the learner's file; at first the same as starter.cc
    starter.cc        what ./rill reset goes back to
    reference.cc      one good answer
    properties.cc     the_lesson(): what is checked
    given_*.cc        what the learner need not write
    hints.md          three hints, "## 1", "## 2", "## 3"
    wrong/*.cc        answers that learners really write; the first line says what is wrong
    trouble/endless.cc, crash.cc, deadlock.cc   answers that do not come back
    wrong/signatures.txt   how a check recognises them: written by bazel run :signatures
"""

load("//third_party:cc.bzl", "cc_library", "cc_test")

def _answer(name, src, tags = []):
    cc_test(
        name = name,
        size = "small",
        srcs = [src],
        args = ["--signatures", "$(location wrong/signatures.txt)"],
        copts = [
            # A warning is no error for a learner - but for what is surely a mistake: a call that is
            # never awaited, a coroutine that forgets its result.
            "-Wno-error",
            "-Werror=unused-result",
            "-Werror=return-type",
            "-g1",
            "-fno-omit-frame-pointer",
        ],
        data = ["wrong/signatures.txt"],
        tags = ["manual"] + tags,
        visibility = ["//visibility:public"],
        deps = [
            ":properties",
            "//lessons/school:check_main",
        ],
    )

def lesson(name, intended, deps = []):
    """A lesson.

    Args:
      name: as in NAME.cc.
      intended: the property that the starter must fail.
      deps: what properties.cc needs beside //lessons/school.
    """
    cc_library(
        name = "properties",
        srcs = ["properties.cc"] + native.glob(["given_*.cc"]),
        hdrs = native.glob(["*.h"]),
        deps = ["//lessons/school"] + deps,
        alwayslink = True,
    )
    _answer("check", name + ".cc")
    _answer("starter", "starter.cc")
    _answer("reference", "reference.cc")
    wrong = []
    for src in native.glob(["wrong/*.cc"]):
        target = "wrong_" + src[len("wrong/"):-len(".cc")]
        _answer(target, src)
        wrong.append(target)

    for trouble in ["endless", "crash", "deadlock"]:
        _answer(trouble, "trouble/%s.cc" % trouble)
        wrong.append(trouble)

    binaries = [":starter", ":reference"] + [":" + target for target in wrong]
    texts = [
        name + ".h",
        "README.md",
        "hints.md",
        "starter.cc",
        "wrong/signatures.txt",
    ] + native.glob(["wrong/*.cc"])
    arguments = ["$(location README.md)", intended]
    native.sh_test(
        name = "lesson_test",
        size = "medium",
        tags = ["lesson"],  # which CI leaves out of the sanitizer run
        srcs = ["//lessons/school:lesson_test.py"],
        args = arguments,
        data = binaries + texts,
    )
    native.sh_binary(
        name = "signatures",
        testonly = True,
        tags = ["manual"],
        srcs = ["//lessons/school:lesson_test.py"],
        args = ["--write-signatures"] + arguments,
        data = binaries + texts,
    )

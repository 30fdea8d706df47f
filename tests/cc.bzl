"""Macros for the tests of this workspace: load("//tests:cc.bzl", "unit_test", "fuzz_target")"""

load("//third_party:cc.bzl", "cc_test")
load("//third_party:precompiled.bzl", "precompiled")

_COPTS = ["-O0"]  # halves the compilation, and is what the headers were precompiled with

def test_library(name, deps = [], **kwargs):
    """What several tests share, and includes tests/testing/testing.h: compiled as they are.

    Args:
      name: such as "support".
      deps: //tests/testing comes by itself.
      **kwargs: as in cc_library.
    """
    headers = precompiled("tests/testing", "headers")
    native.cc_library(
        name = name,
        testonly = True,
        copts = _COPTS + headers.copts,
        deps = deps + headers.deps + ["//tests/testing"],
        **kwargs
    )

def unit_test(name, srcs = None, deps = [], size = "small", copts = [], **kwargs):
    """A Catch2 and rapidcheck test: a cc_test without a main of its own.

    Args:
      name: such as "task_test".
      srcs: NAME.cc when not given.
      deps: what is tested; //tests/testing comes by itself.
      size: "small" (60 s) unless given.
      copts: -O0 comes by itself.
      **kwargs: as in cc_test, for instance shard_count = 4, data, tags.
    """
    headers = precompiled("tests/testing", "headers")
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs or [name + ".cc"],
        copts = copts + _COPTS + headers.copts,
        deps = deps + headers.deps + ["//tests/testing"],
        **kwargs
    )

def fuzz_target(name, corpus, dictionary = None, srcs = None, deps = [], **kwargs):
    """A libFuzzer target.

    bazel test //...                                             replays the corpus, any compiler
    tests/fuzz/campaign.py --seconds 60                          all targets search for new inputs
    tests/fuzz/campaign.py --executions 10000000 url_fuzz        one of them, for long

    Args:
      name: such as "url_fuzz".
      corpus: a directory of this package with at least one input.
      dictionary: "http" for tests/fuzz/http.dict: words that inputs are made of.
      srcs: NAME.cc when not given; it defines LLVMFuzzerTestOneInput.
      deps: what is fuzzed.
      **kwargs: as in cc_test.
    """
    cc_test(
        name = name,
        size = "small",
        srcs = srcs or [name + ".cc"],
        args = ["%s/%s" % (native.package_name(), corpus)],
        data = native.glob([corpus + "/**"]),
        linkopts = select({
            "//tests:fuzzing": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        tags = ["fuzz"] + (["dictionary=" + dictionary] if dictionary else []),
        deps = deps + select({
            "//tests:fuzzing": [],
            "//conditions:default": ["//tests/testing:replay_main"],
        }),
        **kwargs
    )

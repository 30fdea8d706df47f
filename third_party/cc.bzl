"""Bazel's rules for C++, but what nearly every file includes of the standard library is read once.

    load("//third_party:cc.bzl", "cc_library")

That saves up to half the time to compile. With g++, clang-tidy and clangd each file stands for
itself: it includes what it uses.
"""

load("//third_party:precompiled.bzl", "precompiled")

def _with_std(rule, copts = [], deps = [], precompiled_std = True, **kwargs):
    std = precompiled("third_party", "std")
    if precompiled_std:
        copts, deps = copts + std.copts, deps + std.deps
    rule(copts = copts, deps = deps, **kwargs)

# As native.cc_library and so on. Whoever sets what the headers depend on, such as -std, says
# precompiled_std = False.
def cc_library(**kwargs):
    _with_std(native.cc_library, **kwargs)

def cc_binary(**kwargs):
    _with_std(native.cc_binary, **kwargs)

def cc_test(**kwargs):
    _with_std(native.cc_test, **kwargs)

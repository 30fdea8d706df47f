#!/usr/bin/env python3
"""Plants one violation of each tidy rule and expects it to be found, and clean code to pass."""
import sys

import tidy

OPENING = "// What it is.\n"
HEADER = OPENING + "#pragma once\n"


def coroutine(statement):
    return OPENING + "Task<int> f() {\n  %s\n}\n" % statement


# (path, text, a part of the expected finding, or None when there must be none)
CASES = [
    ("net/a.h", HEADER, None),
    ("net/a.h", OPENING, "pragma once"),
    ("net/a.cc", "int x;\n", "opening"),
    ("net/a.cc", "", "opening"),
    ("tests/a.py", '#!/usr/bin/env python3\n"""What it is."""\n', None),
    ("tests/a.py", "#!/usr/bin/env python3\nimport sys\n", "opening"),
    ("tests/a.sh", "#!/bin/sh\n# What it is.\n", None),
    ("tests/a.sh", "#!/bin/sh\nset -e\n", "opening"),
    ("net/BUILD", 'cc_library(name = "net")\n', None),
    ("net/a.cc", OPENING * 400, None),
    ("net/a.cc", OPENING * 401, "400 lines"),
    ("net/a.cc", OPENING + "// " + "x" * 97 + "\n", None),
    ("net/a.cc", OPENING + "// " + "x" * 98 + "\n", "100 columns"),
    ("net/a.cc", OPENING + "\tint x;\n", "tab"),
    ("net/a.cc", OPENING + "// TODO: later\n", "put off"),
    ("tests/a.sh", "#!/bin/sh\n# What.\n# FIXME\n", "put off"),
    ("lessons/a.cc", OPENING + "// TODO: your turn\n", None),
    ("scheduler/a.h", HEADER + '#include "scheduler/b.h"\n', None),
    ("scheduler/a.h", HEADER + '#include "net/b.h"\n', "scheduler may not include net"),
    ("scheduler/a.h", HEADER + '#include "simnet/b.h"\n', "scheduler may not include simnet"),
    ("net/a.h", HEADER + '#include "scheduler/b.h"\n', None),
    ("net/a.h", HEADER + '#include "simnet/b.h"\n', "net may not include simnet"),
    ("simnet/a.h", HEADER + '#include "net/b.h"\n', "simnet may not include net"),
    ("lessons/a.cc", OPENING + '#include "simnet/b.h"\n#include "net/b.h"\n', None),
    ("lessons/a.cc", OPENING + '#include "tests/testing/testing.h"\n', "lessons may not include tests"),
    ("net/a_test.cc", OPENING + '#include "tests/testing/testing.h"\n', None),
    ("net/a_test.cc", OPENING + '#include "simnet/b.h"\n', "net may not include simnet"),
    ("net/a.cc", OPENING + '#include "b.h"\n', "root of the tree"),
    ("net/a.cc", OPENING + "#include <vector>\n", None),
]
ALONE = [
    "co_await e;",
    "auto x = co_await e;",
    "const std::vector<int>& x = co_await e(1, {2});",
    "std::map<int, int> x = co_await e;",
    "x = co_await e;",
    "x[i] = co_await e;",
    "this->x = co_await e;",
    "co_return co_await e;",
    "(void)co_await e;",
    "if (a) co_await e;",
    "if (a && b) { co_await e; } else co_await e;",
    "for (int i = 0; i < 3; ++i) co_await e;",
    "for (;;) x = co_await e;",
    "switch (a) { case 1: co_await e; break; default: co_await e; }",
    "switch (a) { case A::B: co_await e; }",
    "spawn([](int a) -> Task<int> { co_return co_await e(a); }, 1);",
    "co_await e([] { return a && b; });",
    'co_await e("a ? b"); // co_await in a comment ? yes : no',
    "co_await e(1'000, 'x', '\\'', a ? b : c);",
    "Awaiter operator co_await() const;",
    "int y{1}; co_await e<a, b>(y);",
    "#define WAIT(e) (co_await (e))",
    'auto s = R"(if (co_await e))";',
]
NOT_ALONE = [
    "if (co_await e) {}",
    "while (co_await e) {}",
    "for (auto x : co_await e) {}",
    "for (auto x = co_await e; x;) {}",
    "switch (co_await e) {}",
    "f(co_await e);",
    "f(1, co_await e);",
    "f({co_await e});",
    "T x{co_await e};",
    "T x = {co_await e};",
    "auto [a, b] = co_await e;",
    "auto& [a, b] = co_await e;",
    "x = a ? co_await e : b;",
    "x = co_await e ? a : b;",
    "x = a && co_await e;",
    "x = co_await e && a;",
    "x = co_await e || a;",
    "x = 1 + co_await e;",
    "x += co_await e;",
    "x = co_await e + co_await e;",
    "co_await e(co_await f);",
    "co_return 1 + co_await e;",
    "x = y == co_await e;",
    "std::cout << co_await e;",
    "spawn([] { f(co_await e); });",
]
NONDETERMINISTIC = [
    "std::uniform_int_distribution<int> d(0, 9);",
    "std::bernoulli_distribution d;",
    "std::shuffle(v.begin(), v.end(), engine);",
    "std::ranges::shuffle(v, engine);",
    "std::default_random_engine engine;",
    "std::random_device device;",
    "int x = rand();",
    "int x = std::rand();",
    "int x = ::random();",
    "getrandom(&x, 1, 0);",
    "std::unordered_map<int, int> m;",
    "std::unordered_set<std::string> s;",
    "std::hash<int> h;",
    "std::set<Task*> s;",
    "std::map<const Task*, int> m;",
    "std::map<rill::Task const *, int> m;",
    "std::less<Task*> l;",
    "auto t = std::chrono::steady_clock::now();",
    "auto t = time(nullptr);",
    "auto t = std::time(0);",
    "auto t = time(&x);",
    "clock_gettime(CLOCK_MONOTONIC, &t);",
    'auto e = std::getenv("HOME");',
    'std::locale::global(std::locale(""));',
    'setlocale(LC_ALL, "");',
    "std::thread t(f);",
    "std::jthread t(f);",
    "std::this_thread::sleep_for(x);",
    "usleep(1);",
]
DETERMINISTIC = [
    "std::mt19937_64 engine(7);",
    "std::map<int, Task*> m;",
    "std::vector<Task*> v;",
    "int rand = 1; x.rand(); y->time(0); rill::clock(); next_time();",
    "Instant time(int x);",
    "if (hash < 3) {}",
    "co_await sleep(x);",
    "// std::random_device, time(nullptr)",
    'f("std::thread");',
    "std::hash<int> h;  // deterministic: its values go nowhere",
]
CASES += [("simnet/a.cc", OPENING + line + "\n", "") for line in NONDETERMINISTIC]
CASES += [("scheduler/a.h", HEADER + line + "\n", "") for line in NONDETERMINISTIC]
CASES += [("simnet/a.cc", OPENING + line + "\n", None) for line in DETERMINISTIC]
CASES += [("simnet/guard/a.cc", OPENING + line + "\n", None) for line in NONDETERMINISTIC]
CASES += [("net/a.cc", OPENING + line + "\n", None) for line in NONDETERMINISTIC]
CASES += [("net/a.cc", coroutine(statement), None) for statement in ALONE]
CASES += [("net/a.cc", coroutine(statement), "co_await") for statement in NOT_ALONE]


def main():
    failed = 0
    for path, text, expected in CASES:
        found = [what for _, what in tidy.findings(path, text)]
        good = not found if expected is None else len(found) == 1 and expected in found[0]
        if expected == "co_await":  # one statement may break the rule twice
            good = bool(found) and all(expected in what for what in found)
        if not good:
            failed += 1
            print("failed: expected %r, found %r in %s:\n%s" % (expected, found, path, text[-200:]))
    print("cases: %d passed, %d failed" % (len(CASES) - failed, failed))
    return 1 if failed else 0


sys.exit(main())

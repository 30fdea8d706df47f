"""What the measurements should reach: each goal as data, and whether it is met.

A goal asks for its worst case. Where a "must" and a goal differ, both stand there, the must first. What is short is
explained, with a profile, in docs/performance.md under the heading that `reason` names.
"""
import dataclasses

import results

SHORT = "[short](performance.md#%s)"


@dataclasses.dataclass(frozen=True)
class Goal:
    section: str
    words: str
    cases: str  # ids, or "" for all of the section
    against: str  # a peer, or one for each subject as "epoll=epoll-lt uring=io_uring"; "" if the number itself is bound
    bounds: tuple  # must and goal, or one
    metric: str = ""  # "" is the section's own, as "how many times better"
    is_most: bool = False  # bounds are upper ones
    unit: str = "×"
    reason: str = ""  # heading of docs/performance.md, as an anchor


def cost(section, words, cases, against, bounds, reason=""):
    """At most so many times what a peer takes."""
    return Goal(section, words, cases, against, bounds, "cost", True, reason=reason)


GOALS = (
    Goal("echo", "bare server of the same kind", "", "epoll=epoll-lt uring=io_uring", (0.95, 1.0), reason="noise"),
    Goal("echo", "Asio", "", "asio-coro", (1.05,), reason="the-kernel-is-most-of-an-echo"),
    Goal("echo", "Go", "", "go", (1.25,), reason="the-kernel-is-most-of-an-echo"),
    Goal("echo", "gevent", "", "gevent", (2.0,), reason="the-kernel-is-most-of-an-echo"),
    Goal("echo", "Bluelet", "", "bluelet", (2.0,), reason="the-kernel-is-most-of-an-echo"),
    Goal("echo", "p99, bare server of the same kind", "", "epoll=epoll-lt uring=io_uring", (1.1,), "p99_us", True,
         reason="noise"),
    Goal("echo", "CPU outside the kernel, a message", "c50s64", "", (150,), "user_ns", True, " ns",
         reason="user-time-of-an-echo"),
    Goal("echo", "system calls, a message", "c50s64 c50s16k", "", (2.1,), "syscalls", True, "",
         reason="system-calls-of-a-large-message"),
    Goal("http", "nginx, keep-alive", "wrk-c50 wrk-c1000 load-c50", "nginx", (1.0, 1.2)),
    Goal("http", "nginx, a connection for each request", "wrk-close", "nginx", (1.0,), reason="noise"),
    Goal("http", "bare file server", "wrk-c50 wrk-c1000 load-c50", "epoll-file", (0.95,)),
    Goal("http", "Go's file server", "wrk-c50 wrk-c1000 load-c50", "go-file", (2.0,)),
    Goal("http", "p99, nginx", "wrk-c50 wrk-c1000", "nginx", (1.2,), "p99_us", True),
    cost("sched", "spawn and join, bare coroutines", "spawn-1 spawn-1000", "raw-clang", (3.0, 2.0), "a-task-is-more-than-a-coroutine"),
    Goal("sched", "spawn and join, Asio", "spawn-1 spawn-1000", "asio-coro-clang", (5.0,)),
    Goal("sched", "spawn and join, Go", "spawn-1 spawn-1000", "go", (8.0,), reason="a-task-is-more-than-a-coroutine"),
    cost("sched", "switch, bare coroutines", "yield-1 yield-100 yield-10000", "raw-clang", (3.0, 2.0),
         "a-task-is-more-than-a-coroutine"),
    Goal("sched", "switch, Asio", "yield-1 yield-100 yield-10000", "asio-coro-clang", (10.0,)),
    Goal("sched", "switch, Go", "yield-1 yield-100 yield-10000", "go", (10.0,)),
    cost("sched", "nested await, bare coroutines", "call", "raw-clang", (2.0,)),
    Goal("sched", "nested await, Asio", "call", "asio-coro-clang", (1.0,)),
    cost("sched", "100,000 sleeps, bare coroutines", "sleep-100k", "raw-clang", (1.2,), "noise"),
    cost("crawler", "100 pages, the slowest answer", "n100", "", (1.10, 1.06), "a-crawl-is-bound-by-the-machine"),
    cost("crawler", "1000 pages, the slowest answer", "n1000", "", (1.6, 1.5), "a-crawl-is-bound-by-the-machine"),
    Goal("crawler", "Asio", "", "asio-coro", (1.0,), reason="a-crawl-is-bound-by-the-machine"),
    Goal("crawler", "Python's threads", "", "py-threads", (1.0,)),
    Goal("conns", "an idle connection", "idle10k", "", (700, 400), "bytes", True, " bytes", "an-idle-connection"),
)
SLOWEST_ANSWER_MS = 50.0


def seen(data, goal, case, subject):
    """One case: the number that the goal bounds, or None where it was not measured."""
    peer = dict(word.split("=") for word in goal.against.split())[subject] if "=" in goal.against else goal.against
    if goal.metric in ("", "cost") and peer:
        times = results.ratio(data, goal.section, case, subject, peer)
        return 1 / times if times and goal.metric == "cost" else times
    if goal.metric == "cost":
        value = results.median(data, goal.section, case, subject)
        return value / SLOWEST_ANSWER_MS if value else None
    measured = data[goal.section].get(case, {})
    if peer:
        return results.median_of_ratios(*(results.values(data, goal.section, case, name, goal.metric)
                                          for name in (subject, peer)))
    if goal.metric in measured.get(subject, {}):
        return measured[subject][goal.metric]
    return results.median(data, goal.section, case, subject)


def worst(data, goal, subject):
    """The number and the case that are furthest from the goal, and whether there are others."""
    cases = [case for case in goal.cases.split() or results.cases_of(data, goal.section) if case in data[goal.section]]
    found = [(value, case) for case in cases if (value := seen(data, goal, case, subject)) is not None]
    return (*(max if goal.is_most else min)(found), len(found)) if found else None


def verdict(goal, value):
    """As it is shown: rounded as people read it, and judged by that."""
    met = [rounded(value, goal) <= bound if goal.is_most else rounded(value, goal) >= bound for bound in goal.bounds]
    if all(met):
        return "met"
    short = SHORT % goal.reason if goal.reason else "**short**"
    return "must met, goal " + short if any(met) else short


def rounded(value, goal):
    return round(value, 2 if goal.unit in ("×", "") else 0)


def number(value, goal):
    return "%.2f%s" % (value, goal.unit) if goal.unit in ("×", "") else "%.0f%s" % (value, goal.unit)


def rows(data):
    """One for each goal and subject that was measured: goal, bound, worst case, verdict."""
    made = []
    for goal in GOALS:
        for subject in results.subjects(data, goal.section) if goal.section in data else ():
            found = worst(data, goal, subject)
            if not found:
                continue
            about = results.SECTIONS[goal.section]
            value, case, others = found
            where = " (%s)" % about.cases.get(case, case) if others > 1 else ""
            ours = ", on " + about.ours[subject] if len(about.ours) > 1 else ""
            bounds = ", ".join(("≤ " if goal.is_most else "≥ ") + ("%g%s" % (bound, goal.unit)) for bound in goal.bounds)
            made.append(["%s%s: %s" % (about.title, ours, goal.words), bounds, number(value, goal) + where,
                         verdict(goal, value)])
    return made

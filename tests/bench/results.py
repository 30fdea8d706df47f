"""What the kit behind peers.sh has measured: read, checked, merged, and turned into ratios.

A results file is {SECTION: {CASE: {PEER: {"runs": [{METRIC: number, ...}, ...]}}}, "meta": {SECTION: {...}}}; our
own programs are peers of it like all others. Nothing here invents a number: a ratio is the median over rounds
of what one round measured of both, as in the kit, and what was not measured has none.
"""
import dataclasses
import json
import math
import statistics


class ResultsError(Exception):
    """The file is not what it should be: one sentence."""


@dataclasses.dataclass(frozen=True)
class Section:
    title: str
    metric: str
    unit: str  # of the metric, after the number
    more_is_better: bool
    ours: dict  # subject, as peers.sh names it -> its label; the first is what the picture shows
    headline: str  # the case that the picture and the summary show
    cases: dict  # id -> label
    bounds: dict  # the least code that does the job, no library: id -> label
    peers: dict  # id -> label
    summary: dict  # column of SUMMARY_COLUMNS -> peer, or the next one if that was not measured

    def label(self, peer):
        return self.bounds.get(peer) or self.peers.get(peer) or peer


SUMMARY_COLUMNS = ("bare code", "Asio", "libuv", "nginx", "Go", "asyncio", "Bluelet")
SERVERS = {"epoll": "epoll", "uring": "io_uring"}
PYTHON = {"asyncio": "asyncio", "gevent": "gevent", "bluelet": "Bluelet"}
ECHO_BOUNDS = {"epoll-lt": "bare epoll", "epoll-et": "bare epoll, edge", "epoll-spin": "bare epoll, spins",
               "io_uring": "bare io_uring"}
ECHO_PEERS = {"asio-coro": "Asio, coroutines", "asio-cb": "Asio, callbacks", "asio-coro-uring": "Asio, io_uring",
              "libuv": "libuv", "go": "Go", **PYTHON}
ECHO_SUMMARY = {"bare code": "epoll-lt", "Asio": "asio-coro", "libuv": "libuv", "Go": "go", "asyncio": "asyncio",
                "Bluelet": "bluelet"}

SECTIONS = {
    "echo": Section(
        "Echo", "rate", "messages/s", True, SERVERS, "c50s64",
        {"c1s64": "1 × 64 B", "c50s64": "50 × 64 B", "c1000s64": "1000 × 64 B", "c50s64d16": "50 × 64 B, 16 in flight",
         "c1s16k": "1 × 16 KiB", "c50s16k": "50 × 16 KiB", "c1000s16k": "1000 × 16 KiB"},
        ECHO_BOUNDS, ECHO_PEERS, ECHO_SUMMARY),
    "http": Section(
        "HTTP, a small file", "rate", "requests/s", True, SERVERS, "wrk-c50",
        {"wrk-c50": "50 connections", "wrk-c1000": "1000 connections", "wrk-close": "one for each request",
         "load-c50": "50, lighter load"},
        {"epoll-mem": "bare epoll, memory", "epoll-file": "bare epoll, file"},
        {"nginx": "nginx", "asio-coro-mem": "Asio, memory", "go-mem": "Go, memory", "go-file": "Go, file",
         "node-mem": "Node, memory", "bluelet-file": "Bluelet, file", "bluelet-demo": "Bluelet's demo"},
        {"bare code": "epoll-file", "Asio": "asio-coro-mem", "nginx": "nginx", "Go": "go-file", "Bluelet": "bluelet-file"}),
    "sched": Section(
        "Scheduler", "ns", "ns", False, {"rill": "Rill"}, "yield-100",
        {"spawn-1": "spawn, join", "spawn-1000": "spawn, 1000 alive", "yield-1": "switch, 1 task",
         "yield-100": "switch, 100 tasks", "yield-10000": "switch, 10,000 tasks", "call": "nested await",
         "sleep-5k": "5000 sleeps", "sleep-100k": "100,000 sleeps"},
        {"raw": "bare coroutines, g++", "raw-clang": "bare coroutines"},
        {"asio-coro": "Asio, g++", "asio-coro-clang": "Asio", "boost-fiber": "Boost.Fiber",
         "boost-context": "Boost.Context", "libuv": "libuv", "go": "Go", **PYTHON},
        {"bare code": "raw-clang", "Asio": "asio-coro-clang asio-coro", "libuv": "libuv", "Go": "go", "asyncio": "asyncio",
         "Bluelet": "bluelet"}),
    "crawler": Section(
        "Crawler, 50 ms a page", "wall_ms", "ms", False, {"rill": "Rill"}, "n1000",
        {"n100": "100 pages", "n1000": "1000 pages"},
        {"epoll": "bare epoll"},
        {"asio-coro": "Asio", "go": "Go", "py-sequential": "Python, sequential", "py-threads": "Python, threads",
         "py-processes": "Python, processes", **PYTHON},
        {"bare code": "epoll", "Asio": "asio-coro", "Go": "go", "asyncio": "asyncio", "Bluelet": "bluelet"}),
    "conns": Section(
        "Memory", "bytes", "bytes each", False, SERVERS, "idle10k",
        {"idle10k": "10,000 idle connections"},
        {peer: label for peer, label in ECHO_BOUNDS.items() if peer in ("epoll-lt", "io_uring")},
        {peer: label for peer, label in ECHO_PEERS.items() if peer != "bluelet"},
        {column: peer for column, peer in ECHO_SUMMARY.items() if peer != "bluelet"}),
}


def metric(section, case):
    return "cpu_ns" if section == "sched" and case.startswith("sleep") else SECTIONS[section].metric


def demand(is_so, path, sentence):
    if not is_so:
        raise ResultsError("%s: %s" % (path, sentence))


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise ResultsError("%s cannot be read: %s" % (path, error.strerror)) from None
    except UnicodeDecodeError:
        raise ResultsError("%s is not JSON: it is not UTF-8" % path) from None
    except json.JSONDecodeError as error:
        raise ResultsError("%s is not JSON: line %d, column %d: %s" %
                           (path, error.lineno, error.colno, error.msg)) from None
    demand(isinstance(data, dict), path, "results are an object of sections, as run_peers --out writes them")
    demand(isinstance(data.get("meta"), dict), path, 'it does not say on which machine it was measured ("meta")')
    for name, cases in data.items():
        if name in SECTIONS:
            check_section(path, name, cases, data["meta"].get(name))
    demand(any(name in SECTIONS for name in data), path, "it holds no section: " + ", ".join(SECTIONS))
    return data


def check_section(path, name, cases, meta):
    demand(isinstance(meta, dict), path, "it does not say where and when %s was measured" % name)
    for key, kind in (("cpu", str), ("kernel", str), ("date", str), ("cpus", int), ("rounds", int)):
        demand(isinstance(meta.get(key), kind), path, '"meta" of %s lacks "%s"' % (name, key))
    demand(isinstance(cases, dict), path, "section %s is no object of cases" % name)
    for case, peers in cases.items():
        demand(isinstance(peers, dict), path, "%s %s is no object of peers" % (name, case))
        for peer, measured in peers.items():
            where = "%s %s %s" % (name, case, peer)
            runs = measured.get("runs") if isinstance(measured, dict) else None
            demand(isinstance(runs, list) and all(isinstance(run, dict) for run in runs), path,
                   where + " has no list of runs")
            for run in runs:
                value = run.get(metric(name, case), 1)
                is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
                demand(is_number and math.isfinite(value) and value >= 0, path,
                       "%s has a run with %s = %s" % (where, metric(name, case), json.dumps(value)))


def reduced(data, commit):
    """What the report needs, and no more: small enough to keep in the tree."""
    kept = {}
    for name in SECTIONS:
        if name not in data:
            continue
        kept[name] = {case: {peer: reduced_peer(measured, metric(name, case)) for peer, measured in peers.items()}
                      for case, peers in data[name].items()}
    kept["meta"] = {}
    for name in (name for name in SECTIONS if name in kept):
        meta = data["meta"][name]
        kept["meta"][name] = {key: meta[key] for key in ("cpu", "cpus", "kernel", "date", "rounds")}
        kept["meta"][name]["commit"] = meta.get("commit", commit)
        kept["meta"][name]["versions"] = meta.get("versions", {})
    return kept


def reduced_peer(measured, key):
    """What each run measured, and what was measured in a run of its own, under perf."""
    runs = [{k: run[k] for k in (key, "p99_us", "disturbed", "error") if k in run} for run in measured["runs"]]
    return {"runs": runs, **{k: measured[k] for k in ("syscalls", "user_ns") if k in measured}}


def merged(parts):
    """Sections of later files replace those of earlier ones."""
    data = {"meta": {}}
    for part in parts:
        for name in SECTIONS:
            if name in part:
                data[name] = part[name]
                data["meta"][name] = part["meta"][name]
    data["meta"] = {name: data["meta"][name] for name in SECTIONS if name in data}
    return data


def values(data, section, case, peer, key=None):
    runs = data[section].get(case, {}).get(peer, {"runs": []})["runs"]
    return [run.get(key or metric(section, case)) for run in runs]


def median(data, section, case, peer):
    measured = [value for value in values(data, section, case, peer) if value]
    return statistics.median(measured) if measured else None


def ratio(data, section, case, subject, peer):
    """How many times better `subject` is, or None: the median over the rounds that measured both. (A server may need
    no memory at all for a connection; nothing is any times better than that.)"""
    both = [values(data, section, case, name) for name in (subject, peer)]
    return median_of_ratios(*both if SECTIONS[section].more_is_better else reversed(both))


def median_of_ratios(upper, lower):
    times = [above / below for above, below in zip(upper, lower) if above and below]
    return statistics.median(times) if times else None


def stand_in(data, section, column):
    """The peer that a column of the summary shows, or None."""
    peers = SECTIONS[section].summary.get(column, "").split()
    measured = others(data, section)
    return next((peer for peer in peers if peer in measured), peers[0] if peers else None)


def subjects(data, section):
    """Those of ours that were measured."""
    return [name for name in SECTIONS[section].ours if any(name in peers for peers in data[section].values())]


def others(data, section):
    """Peers that were measured, bounds first, in the order of SECTIONS; then those it does not know."""
    seen = {peer for peers in data[section].values() for peer in peers}
    known = [*SECTIONS[section].bounds, *SECTIONS[section].peers]
    ours = SECTIONS[section].ours
    return [peer for peer in known if peer in seen] + sorted(seen - set(known) - set(ours))


def cases_of(data, section):
    known = [case for case in SECTIONS[section].cases if case in data[section]]
    return known + sorted(set(data[section]) - set(known))


def headline(data, section):
    """The case that stands for a section: the usual one, or the first there is."""
    cases = cases_of(data, section)
    usual = SECTIONS[section].headline
    return usual if usual in cases else (cases[0] if cases else None)


def missing(data, section):
    """Labels of what SECTIONS knows and nobody measured."""
    about = SECTIONS[section]
    if section not in data:
        return ["all of it"]
    seen = {peer for peers in data[section].values() for peer in peers}
    absent = ["Rill on " + label if len(about.ours) > 1 else label
              for name, label in about.ours.items() if name not in seen]
    absent += [about.label(peer) for peer in (*about.bounds, *about.peers) if peer not in seen]
    return absent + [label for case, label in about.cases.items() if case not in data[section]]


def to_json(data):
    """One line for each peer, so that a change of it can be read."""
    def inside(value):
        return json.dumps(value, ensure_ascii=False)

    lines = ["{"]
    for section in (name for name in SECTIONS if name in data):
        lines.append(' "%s": {' % section)
        cases = cases_of(data, section)
        for case in cases:
            peers = ",\n".join("   %s: %s" % (inside(peer), inside(measured))
                               for peer, measured in data[section][case].items())
            lines.append("  %s: {\n%s\n  }%s" % (inside(case), peers, "" if case == cases[-1] else ","))
        lines.append(" },")
    metas = ",\n".join("  %s: %s" % (inside(name), inside(meta)) for name, meta in data["meta"].items())
    return "\n".join(lines) + '\n "meta": {\n%s\n }\n}\n' % metas

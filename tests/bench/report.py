#!/usr/bin/env python3
"""Turns what the kit behind peers.sh has measured into what people look at.

  tests/bench/report.py [--commit COMMIT] [RESULTS.json...]     results of run_peers --out
  tests/bench/report.py --check                                 do the documents show what was measured?

Keeps the part of the results that it needs in tests/bench/measured.json, where new sections replace old ones,
and makes all else from that file alone: docs/benchmarks.md, docs/pictures/benchmarks.svg, and the summary between
the marks <!-- benchmarks --> and <!-- /benchmarks --> of README.md, if it has them. What was not measured is
said. COMMIT is what was measured, for sections that do not say.
"""
import argparse
import pathlib
import sys

import goals
import picture
import results

MEASURED = "tests/bench/measured.json"
REPORT, PICTURE = "docs/benchmarks.md", "docs/pictures/benchmarks.svg"
WRITTEN = (MEASURED, REPORT, PICTURE)
BEGIN, END = "<!-- benchmarks -->\n", "<!-- /benchmarks -->\n"

INTRO = """# Rill beside its peers

A number with × says how many times better Rill is than the peer: above 1 Rill is better, whatever is measured.
It is the median over rounds of the two runs of one round, which took turns on the same quiet machine; server and load
have a processor each. "Bare" is the least code that does the job, and no library: what the machine allows. This
page is written by `tests/bench/report.py`, from [measured data](../%s) only; measure anew with
`bazel run //tests/bench:peers -- --report`.

![How many times better Rill is than each](pictures/benchmarks.svg)

""" % MEASURED

GOALS_INTRO = """Each goal in its worst case; where there are two bounds, the first is a must. What is not met is explained, with
profiles, in [performance.md](performance.md), which also has the goals that these sections do not measure. A cost
and a p99 count as times that of the other, so less is better.

"""


def table(head, rows):
    lines = ["| %s |" % " | ".join(head), "|%s|" % "|".join(["---"] + ["---:"] * (len(head) - 1))]
    return "\n".join(lines + ["| %s |" % " | ".join(row) for row in rows]) + "\n"


def summary(data):
    """One row for each section: what README shows."""
    rows = []
    for section, about in results.SECTIONS.items():
        if section not in data or not results.subjects(data, section):
            continue
        case, subject = results.headline(data, section), results.subjects(data, section)[0]
        ours = results.median(data, section, case, subject)
        peers = [results.stand_in(data, section, column) for column in results.SUMMARY_COLUMNS]
        cells = [picture.times(results.ratio(data, section, case, subject, peer)) if peer else "" for peer in peers]
        rows.append(["%s: %s" % (about.title, about.cases.get(case, case)),
                     "–" if ours is None else picture.amount(ours, about.unit), *cells])
    return table(["", "Rill", *results.SUMMARY_COLUMNS], rows)


def section_tables(data, section):
    """A table for each subject: peers down, cases across."""
    about = results.SECTIONS[section]
    cases = results.cases_of(data, section)
    text = ""
    for subject in results.subjects(data, section):
        name = "Rill on " + about.ours[subject] if len(about.ours) > 1 else "Rill"
        rows = [["**%s**" % name, *("**%s**" % itself(data, section, case, subject) for case in cases)]]
        for peer in results.others(data, section):
            rows.append([about.label(peer), *(picture.times(results.ratio(data, section, case, subject, peer))
                                              for case in cases)])
        text += table([""] + [about.cases.get(case, case) for case in cases], rows) + "\n"
    return text or "Rill was not measured.\n"


def itself(data, section, case, subject):
    value = results.median(data, section, case, subject)
    unit = "" if results.metric(section, case) == results.SECTIONS[section].metric else "ns CPU"
    return picture.amount(value, unit).rstrip() if value else "–"


def conditions(data, section):
    """Where and when, and what was wrong with it."""
    meta = data["meta"][section]
    text = "%s, %d processors, Linux %s; %s; %d rounds; commit %s." % (
        meta["cpu"], meta["cpus"], meta["kernel"], meta["date"], meta["rounds"], meta["commit"] or "unknown")
    runs = [run for peers in data[section].values() for measured in peers.values() for run in measured["runs"]]
    disturbed = sum(run.get("disturbed", 0) > 0.04 for run in runs)
    failed = sum("error" in run for run in runs)
    if disturbed:
        text += " In %d of %d runs other work took more than 4 %% of a processor." % (disturbed, len(runs))
    if failed:
        text += " %d of %d runs failed." % (failed, len(runs))
    return text


def report(data):
    text = INTRO + summary(data)
    for section, about in results.SECTIONS.items():
        if section not in data:
            continue
        better = "more" if about.more_is_better else "less"
        text += "\n## %s\n\nIn %s; %s is better. %s\n\n%s" % (
            about.title, about.unit, better, conditions(data, section), section_tables(data, section).rstrip() + "\n")
    text += "\n## Goals\n\n" + GOALS_INTRO + table(["", "goal", "worst case seen", ""], goals.rows(data))
    absent = [(about.title, results.missing(data, section)) for section, about in results.SECTIONS.items()]
    lines = ["- %s: %s" % (title, "; ".join(labels)) for title, labels in absent if labels]
    if lines:
        text += "\n## Not measured\n\n" + "\n".join(lines) + "\n"
    versions = {name: version for section in results.SECTIONS if section in data
                for name, version in data["meta"][section]["versions"].items() if version}
    if versions:
        text += "\n## Versions\n\n" + "\n".join("- %s: %s" % item for item in sorted(versions.items())) + "\n"
    return text


def with_summary(readme, data):
    """README with its summary as measured; as it is if it has no place for one."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + BEGIN + "\n" + summary(data) + "\n" + END + after if begin and end else readme


def products(root, data):
    """Path -> text of all that is written."""
    made = {root / MEASURED: results.to_json(data), root / REPORT: report(data), root / PICTURE: picture.draw(data)}
    readme = root / "README.md"
    if readme.exists():
        made[readme] = with_summary(readme.read_text(encoding="utf-8"), data)
    return made


def contents(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    options.add_argument("--commit")
    options.add_argument("--check", action="store_true")
    options.add_argument("files", nargs="*", metavar="RESULTS.json")
    chosen = options.parse_args()
    if chosen.check and not any((chosen.root / path).exists() for path in WRITTEN):
        return 0  # no numbers are shown, so none are needed
    measured = chosen.root / MEASURED
    files = ([measured] if measured.exists() or not chosen.files else []) + chosen.files
    data = results.merged([results.reduced(results.read(file), chosen.commit) for file in files])
    made = products(chosen.root, data)
    stale = [path for path, text in made.items() if contents(path) != text]
    if chosen.check:
        for path in stale:
            print("report: %s is not what was measured; run tests/bench/report.py" % path, file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
        print("wrote %s" % path)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (results.ResultsError, OSError) as error:
        print("report: %s" % error, file=sys.stderr)
        sys.exit(2)

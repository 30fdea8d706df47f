#!/usr/bin/env python3
"""Collects what simulations found: one line for each different failure, with its shortest token.

Usage: collect.py [FOLDER...]      (default: bazel-testlogs of the working directory)

A failing simulation leaves `simulation-*.token` among its test's outputs, as `FINGERPRINT TOKEN
SENTENCE`: the fingerprint is that of the run of its minimal plan, so two machines that found the
same thing say the same. Folders may hold plain files or the outputs.zip of a remote executor.
Exit code: 0 nothing was found, 1 something was, 2 a folder cannot be read.
"""
import collections
import pathlib
import sys
import zipfile


def lines(folder):
    """(which test, line) of every token file below `folder`."""
    for path in sorted(folder.rglob("*")):
        test = path.parent.as_posix()
        if path.name.startswith("simulation-") and path.suffix == ".token":
            for line in path.read_text(encoding="utf-8").splitlines():
                yield test, line
        elif path.name == "outputs.zip":
            with zipfile.ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    if name.startswith("simulation-") and name.endswith(".token"):
                        for line in archive.read(name).decode("utf-8").splitlines():
                            yield test, line


def collect(folders):
    """{(sentence, fingerprint): (how often, shortest token)}"""
    found = collections.defaultdict(lambda: (0, None))
    for folder in folders:
        for _, line in lines(folder):
            parts = line.split(" ", 2)
            if len(parts) != 3:
                continue
            fingerprint, token, sentence = parts
            times, shortest = found[sentence, fingerprint]
            if shortest is None or (len(token), token) < (len(shortest), shortest):
                shortest = token
            found[sentence, fingerprint] = (times + 1, shortest)
    return found


def main():
    folders = [pathlib.Path(name) for name in sys.argv[1:]] or [pathlib.Path("bazel-testlogs")]
    for folder in folders:
        if not folder.is_dir():
            print("collect: there is no folder %s; name one that holds test outputs" % folder,
                  file=sys.stderr)
            return 2
    by_sentence = collections.defaultdict(list)
    for (sentence, fingerprint), (times, token) in collect(folders).items():
        by_sentence[sentence].append((len(token), token, fingerprint, times))
    for sentence in sorted(by_sentence):
        failures = sorted(by_sentence[sentence])
        print("\n  %s\n  %d different, seen %d times"
              % (sentence, len(failures), sum(failure[3] for failure in failures)))
        for _, token, fingerprint, times in failures:
            print("    %5d x  %s  --replay=%s" % (times, fingerprint[:12], token))
    total = sum(len(failures) for failures in by_sentence.values())
    print("\n  %d different failures of %d simulations\n" % (total, len(by_sentence)))
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())

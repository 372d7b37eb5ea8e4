"""Ten thousand records, a branch that changes some of them -> what judging it by its base costs, in plain checks.

Run: python bench/gate.py [RECORDS]. A ratio of at most 1.6 is promised; the seconds depend on the machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository
from bench.run import AS_OF, GIT, ISCODE, call, commit

RECORDS = 10_000
RUNS = 5
CHANGED = 20
PROMISED = 1.6


def branch(folder: Path, files: dict[str, bytes], old: bytes, new: bytes) -> None:
    """A branch off `main` on which a line of some systems is another."""
    call(["git", "checkout", "--quiet", "-B", "topic", "main"], folder)
    systems = [path for path in files if path.startswith("compliance/ai-systems/")][1 : CHANGED + 1]
    for path in systems:
        (folder / path).write_bytes(files[path].replace(old, new))
    call([*GIT, "commit", "--quiet", "--all", "--message", "topic"], folder)


def seconds(arguments: list[str], folder: Path, expected: tuple[int, ...]) -> float:
    """The processor time of a check and of what it starts: what others do meanwhile does not count."""
    before = os.times()
    call([*ISCODE, "check", *arguments, "--as-of", AS_OF], folder, expected)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def ratio(folder: Path, head: list[str], expected: int) -> tuple[float, float]:
    """(median seconds of a plain check, median ratio of one with a base to it), taken in turns."""
    plain, times = [], []
    for _ in range(RUNS):
        plain.append(seconds(head, folder, (0, expected)))
        times.append(seconds([*head, "--base", "main"], folder, (expected,)) / plain[-1])
    return statistics.median(plain), statistics.median(times)


def main(records: int) -> None:
    """One line for each kind of change and each kind of head."""
    changes = {
        "a change that passes": (b"sooner", b"earlier", 0),
        "a break": (b"known_risks: people may follow the rank unread\n", b"", 1),
    }
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = repository.files(records)
        commit(folder, files)
        call(["git", "checkout", "--quiet", "-B", "main"], folder)
        for what, (old, new, expected) in changes.items():
            branch(folder, files, old, new)
            for head in (["--rev", "HEAD"], []):
                taken, times = ratio(folder, head, expected)
                print(
                    f"{what}, {' '.join(head) or 'work tree'}, {records} records: plain {taken:.2f} s, "
                    f"with a base {times:.2f} x (promised: {PROMISED})"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)

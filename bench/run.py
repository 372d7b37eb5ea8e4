"""Every speed that iscode promises, in one run: `make bench`. Ratios count; seconds depend on the machine.

Each line: what was measured, the median of several runs, and what it is compared with.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml.cyaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository

RUNS = 7
AS_OF = "2026-11-24"
HOME = Path(__file__).resolve().parents[1]
PYTHON = [sys.executable, "-I"]
ISCODE = [*PYTHON, "-m", "iscode"]
ENTRY = str(Path(sys.executable).with_name("iscode"))
GIT = ["git", "-c", "user.name=bench", "-c", "user.email=bench@bench.example", "-c", "commit.gpgsign=false"]


def timed(action: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of an action, in seconds."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def call(arguments: Sequence[str], folder: Path, expected: Sequence[int] = (0,)) -> None:
    """Run a command; anything but an expected exit code ends the benchmark."""
    done = subprocess.run(arguments, cwd=folder, capture_output=True, check=False)
    if done.returncode not in expected:
        sys.exit(
            f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode()}{done.stdout.decode()[-2000:]}"
        )


def commit(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder a repository with one commit of these files."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    call(["git", "init", "--quiet"], folder)
    call([*GIT, "add", "--all"], folder)
    call([*GIT, "commit", "--quiet", "--message", "bench"], folder)


def parse(blobs: Sequence[bytes]) -> None:
    """The bare C parser over the same bytes: the floor under every reader of YAML."""
    for blob in blobs:
        parser = yaml.cyaml.CParser(blob)
        while parser.check_event():
            parser.get_event()


def peak(arguments: Sequence[str], folder: Path) -> float:
    """The most memory that a command held, in MB, measured in a process of its own."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024


def say(what: str, seconds: float, beside: str = "") -> None:
    """One line of the report."""
    print(f"{what:<52} {seconds * 1000:8.0f} ms   {beside}")


def start_up() -> None:
    """The doors that must cost nothing."""
    bare = timed(lambda: call([*PYTHON, "-c", "pass"], HOME))
    say("python -I -c pass", bare)
    for words in (["--version"], ["--help"]):
        taken = timed(lambda words=words: call([ENTRY, *words], HOME))
        say(f"iscode {words[0]}", taken, f"{taken / bare:.1f} x bare interpreter")


def example() -> None:
    """The example of one firm, from its commit."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = HOME / "examples" / "acme"
        commit(
            folder, {str(path.relative_to(source)): path.read_bytes() for path in source.rglob("*") if path.is_file()}
        )
        say(
            "check --rev HEAD, examples/acme",
            timed(lambda: call([*ISCODE, "check", "--rev", "HEAD", "--as-of", AS_OF], folder)),
        )


def thousand(records: int = 1000) -> None:
    """A thousand records under ten rules."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = repository.files(records)
        commit(folder, files)
        blobs = [data for path, data in files.items() if path.startswith("compliance/")]
        floor = timed(lambda: parse(blobs))
        say(f"bare C parse of {len(blobs)} records, {sum(map(len, blobs)) // 1024} KB", floor)
        for words in ([], ["--staged"], ["--rev", "HEAD"]):
            command = [*ISCODE, "check", *words, "--as-of", AS_OF]
            taken = timed(lambda command=command: call(command, folder))
            memory = peak(command, folder)
            say(
                f"check {' '.join(words) or '(work tree)'}, {len(blobs)} records",
                taken,
                f"{taken / floor:.1f} x bare parse, {memory:.0f} MB",
            )


def small(records: int = 60) -> None:
    """A repository of a first year: some dozen records under ten rules."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        commit(folder, repository.files(records))
        taken = timed(lambda: call([*ISCODE, "check", "--rev", "HEAD", "--as-of", AS_OF], folder))
        say(f"check --rev HEAD, {records} records, 10 rules", taken)


if __name__ == "__main__":
    os.environ.pop("GIT_INDEX_FILE", None)
    start_up()
    example()
    small()
    thousand()
    print(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")

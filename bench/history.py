"""What a history costs: commits over made-up records, each of which edits, adds or removes one, cold and again.

`python bench/history.py [COMMITS] [RECORDS] [PROFILE]`: seconds of a process, the start included.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository

START = date(2026, 11, 3)
A_DAY = 2
"""Commits of one day."""
CALL = [sys.executable, "-I", "-m", "iscode", "history", "--as-of", "2027-07-31", "-f", "json"]


def stream(files: dict[str, bytes], commits: int) -> Iterator[bytes]:
    """The commits as `git fast-import` reads them: the first has all files, each other one touches one or two."""
    held = sorted(path for path in files if "/evidence/" in path or "/ai-systems/" in path or "/control-tests/" in path)
    for number in range(commits):
        path = held[number * 7 % len(held)]
        text = files[path].replace(b"title: ", b"title: %d " % number)
        changed: dict[str, bytes | None] = {path: text}
        if number % 10 == 9:
            changed[path] = None
        if number % 10 == 0 and number:
            back = held[(number - 1) * 7 % len(held)]
            changed[back] = files[back]
        yield from _commit(number, files if number == 0 else changed)  # type: ignore[arg-type]


def _commit(number: int, files: dict[str, bytes | None]) -> Iterator[bytes]:
    day = START + timedelta(number // A_DAY)
    seconds = (day - date(1970, 1, 1)).days * 86_400
    yield b"commit refs/heads/main\ncommitter bench <p1@bench.example> %d +0000\ndata 1\nx\n" % seconds
    for path, data in files.items():
        if data is None:
            yield b"D %s\n" % path.encode()
        else:
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def busy() -> float:
    """Seconds that processors spent on what ran here and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(commits: int, records: int, profile: str | None) -> None:
    """Make the repository, measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
        data = b"".join(stream(repository.files(records), commits))
        subprocess.run(["git", "fast-import", "--quiet"], cwd=top, input=data, check=True)
        command = [*CALL, *(("--profile", profile) if profile else ())]
        environment = {**os.environ, "XDG_STATE_HOME": str(top / "state")}
        printed = []
        for what, more in (("cold, nothing kept", ["--no-cache"]), ("cold, then kept", []), ("again", [])):
            start, used = time.perf_counter(), busy()
            done = subprocess.run([*command, *more], cwd=top, env=environment, capture_output=True, check=True)
            print(
                f"{commits} commits over {records} records, {what:<20} {time.perf_counter() - start:6.2f} s, "
                f"{busy() - used:6.2f} s of processors"
            )
            printed.append(done.stdout)
        print("the same bytes each time" if len(set(printed)) == 1 else "THE BYTES DIFFER")


if __name__ == "__main__":
    words = sys.argv[1:]
    main(
        int(words[0]) if words else 500,
        int(words[1]) if len(words) > 1 else 1000,
        words[2] if len(words) > 2 else None,
    )

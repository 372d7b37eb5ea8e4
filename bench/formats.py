"""Ten thousand results -> seconds, peak memory and size of each format of `check` and `export`, the same bytes twice.

Run: python bench/formats.py [RESULTS] [FORMAT…]. At most 3 s and 300 MB a format are promised. Each has a process
of its own: the seconds are its processor time for the report alone, the memory is its peak with the evaluation in it.
The auditor pack is five formats in one file: it may take as long as five, and no more memory than one. Ends with 1
where a format does not keep to that.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository

from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, bind_rules, shipped
from iscode.report import EXPORTS, FOLDER_EXPORTS, FOLDERS, REPORTERS, Options
from iscode.report.auditor_pack import pack
from iscode.source import MemorySnapshot, Revision, Snapshot

if TYPE_CHECKING:
    from iscode.report import FolderReporter

AS_OF = "2026-11-24"
RESULTS = 10_000
PROMISED = (3.0, 300)
PACK = "export auditor-pack"
IN_PACK = 5
"""How many formats it holds."""
Write = Callable[[], tuple[str, int]]
"""Writes a report: its digest and its bytes."""


def failing(results: int) -> tuple[Snapshot, Evaluation]:
    """An evaluation with so many results, each a failure that is told alone, and what was judged: as if of a commit."""
    policy = bind_rules(Config(version=1, profile="integrated"), shipped())
    files = repository.files(results // 8)
    snapshot = MemorySnapshot({path: data for path, data in files.items() if path.startswith("compliance/")})
    evaluation = evaluate(snapshot, "", policy, AS_OF)
    told = [result for result in evaluation.results if result.adverse and result.cause != "invalid"][:results]
    return snapshot, replace(evaluation, results=tuple(told), revision=Revision("commit", "a" * 40, "b" * 40))


def forms(snapshot: Snapshot, evaluation: Evaluation) -> Iterator[tuple[str, Write]]:
    """Each format with what writes it."""
    single = {**REPORTERS, **{f"export {name}": write for name, write in EXPORTS.items()}}
    for name, write in single.items():
        yield name, partial(_one, partial(write, [evaluation], Options()))
    several = {**FOLDERS, **{f"export {name}": write for name, write in FOLDER_EXPORTS.items()}}
    for name, folder in several.items():
        yield name, partial(_folder, folder, evaluation)
    yield PACK, partial(_one, partial(pack, snapshot, evaluation))


def _one(write: Callable[[], bytes]) -> tuple[str, int]:
    data = write()
    return sha256(data).hexdigest(), len(data)


def _folder(write: FolderReporter, evaluation: Evaluation) -> tuple[str, int]:
    digest, size = sha256(), 0
    for path, data in write([evaluation], Options()).items():
        digest.update(path.encode())
        digest.update(data)
        size += len(data)
    return digest.hexdigest(), size


def measure(form: str, write: Write) -> None:
    """One line of a format; the process ends with 1 where it does not keep to what is promised."""
    started = time.process_time()
    digest, size = write()
    taken = time.process_time() - started
    same = digest == write()[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = PROMISED[0] * (IN_PACK if form == PACK else 1)
    kept = same and taken <= seconds and memory <= PROMISED[1]
    print(
        f"{form:20}{taken:7.2f} s{memory:8.0f} MB{size / 1024:10.0f} KB  {'same' if same else 'OTHER'} bytes"
        f"{'' if kept else '  TOO MUCH'}"
    )
    sys.exit(not kept)


def main(arguments: list[str]) -> int:
    """One line for each format in the table, and what is promised."""
    results, *wanted = arguments or [str(RESULTS)]
    snapshot, evaluation = failing(int(results))
    print(f"{len(evaluation.results)} failures; promised: {PROMISED[0]} s and {PROMISED[1]} MB", flush=True)
    broken = 0
    for form, write in forms(snapshot, evaluation):
        if not wanted or form in wanted:
            process = multiprocessing.get_context("fork").Process(target=measure, args=(form, write))
            process.start()
            process.join()
            broken += process.exitcode != 0
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Ten thousand results -> seconds, peak memory and size of each format of `check`, the same bytes twice.

Run: python bench/formats.py [RESULTS]. At most 3 s and 300 MB a format are promised. Each format has a process of its
own: the seconds are its processor time for the report alone, the memory is its peak with the evaluation in it.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository

from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, bind_rules, shipped
from iscode.report import REPORTERS, Options
from iscode.source import MemorySnapshot

AS_OF = "2026-11-24"
RESULTS = 10_000
PROMISED = (3.0, 300)


def failing(results: int) -> Evaluation:
    """An evaluation with so many results, each a failure that is told alone."""
    policy = bind_rules(Config(version=1, profile="integrated"), shipped())
    files = repository.files(results // 8)
    records = {path: data for path, data in files.items() if path.startswith("compliance/")}
    evaluation = evaluate(MemorySnapshot(records), "", policy, AS_OF)
    told = [result for result in evaluation.results if result.adverse and result.cause != "invalid"][:results]
    return replace(evaluation, results=tuple(told))


def measure(form: str, evaluation: Evaluation) -> None:
    """One line of a format."""
    started = time.process_time()
    data = REPORTERS[form]([evaluation], Options())
    taken = time.process_time() - started
    same = sha256(data).digest() == sha256(REPORTERS[form]([evaluation], Options())).digest()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{form:10}{taken:7.2f} s{memory:8.0f} MB{len(data) / 1024:10.0f} KB  {'same bytes' if same else 'OTHER BYTES'}"
    )


def main(results: int) -> None:
    """One line for each format in the table, and what is promised."""
    evaluation = failing(results)
    print(f"{len(evaluation.results)} failures; promised: {PROMISED[0]} s and {PROMISED[1]} MB")
    for form in REPORTERS:
        process = multiprocessing.get_context("fork").Process(target=measure, args=(form, evaluation))
        process.start()
        process.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RESULTS)

"""A record of about 60 nodes, read over and over -> microseconds of `read` beside PyYAML's ways to read it.

Run: python bench/document.py
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import yaml
from yaml._yaml import CParser

from iscode.document import read

_PART = """part_{0}:
  name: "value {0} of the part, in words that take some room on the line"
  count: {0}
  when: "2026-09-01"
  items: [a, b, DataResource:loan-history-{0}]
  note: plain words and a reference to Role:lending-lead
  flag: true
"""
RECORD = (
    "kind: AISystem\nid: credit-scoring\ntitle: Retail credit scoring\nowner: Role:lending-lead\n"
    "status: active\n" + "".join(_PART.format(number) for number in range(6))
).encode()


def _events() -> None:
    following = CParser(RECORD).get_event
    while following() is not None:
        pass


def _microseconds(action: Callable[[], object], repeats: int, rounds: int = 7) -> float:
    """The best of `rounds` means over `repeats` calls."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(repeats):
            action()
        best = min(best, (time.perf_counter() - started) / repeats)
    return best * 1e6


def main() -> None:
    """Print one line a reader: microseconds a record, and how many times the time of the bare C parse."""
    gc.freeze()
    readers: tuple[tuple[str, Callable[[], object], int], ...] = (
        ("bare C parse, events counted", lambda: CParser(RECORD).raw_parse(), 500),
        ("bare C parse, events as objects", _events, 500),
        ("iscode read, with places", lambda: read("x.yaml", RECORD), 500),
        ("CSafeLoader, no places", lambda: yaml.load(RECORD, yaml.CSafeLoader), 300),
        ("SafeLoader, no places", lambda: yaml.load(RECORD, yaml.SafeLoader), 20),
    )
    bare = 0.0
    for name, action, repeats in readers:
        taken = _microseconds(action, repeats)
        bare = bare or taken
        print(f"{name:34}{taken:9.1f} µs  {taken / bare:6.2f} x bare")


if __name__ == "__main__":
    main()

"""A small repository that brings its own kinds and rules, so that a whole run of it takes a moment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iscode.document import write

CONFIG = 'version: 1\nprofile: all\nrecords: ["c/**"]\npacks: [{path: pack}]\n'


@pytest.fixture
def small(firm: Any, world: Any) -> Callable[..., Any]:
    """A repository of a world with one Box, committed; it passes. Further rules are those of `world`."""

    def make(wanted: Any = world, **files: str) -> Any:
        for path in firm.top.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        firm.write("iscode.yaml", CONFIG)
        firm.write("c/b.yaml", write(world.box(label="good")))
        for path, data in wanted.rule(that='self.?label.orValue("good") == "good"').files.items():
            firm.write(f"pack/{path}", data.decode())
        firm.commit()
        return firm

    return make


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that no repository has anything to do with."""
    place = tmp_path / "outside"
    place.mkdir()
    return place


WATCH = """
import os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[2:]).pid, 0)
with open(sys.argv[1], "w") as spent:
    spent.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
"""
"""Between the tests and what is measured: a process that is forked off counts the memory of the one that forks."""


@dataclass(frozen=True)
class Spent:
    """How a process ended, and what it took: seconds of the processor, bytes of memory at its peak."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    memory: int


@pytest.fixture
def spending(tmp_path: Path) -> Callable[..., Spent]:
    """Run a command line of iscode as a process, and measure it; `options` are those of subprocess.Popen."""

    def run(*arguments: str, **options: Any) -> Spent:
        with (tmp_path / "out").open("w+b") as out, (tmp_path / "err").open("w+b") as err:
            command = [sys.executable, "-I", "-m", "iscode", *arguments]
            spent = tmp_path / "spent"
            wrapped = [sys.executable, "-I", "-S", "-c", WATCH, str(spent), *command]
            subprocess.run(wrapped, check=True, **({"stdout": out, "stderr": err} | options))
            out.seek(0)
            err.seek(0)
            said = err.read()
            assert b"Traceback" not in said, said
            code, seconds, kibibytes = spent.read_text().split()
            return Spent(int(code), out.read(), said, float(seconds), int(kibibytes) * 1024)

    return run

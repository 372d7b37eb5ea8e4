"""The command line as a call and as a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from iscode.cli.run import run as call


@dataclass(frozen=True)
class Done:
    """What a command ended with."""

    code: int
    out: str
    err: str


@pytest.fixture
def iscode(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Run a command line in this process."""

    def run(*arguments: str) -> Done:
        capfdbinary.readouterr()
        code = call(list(arguments))
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command line as a process, as users do; `options` are those of subprocess.run."""

    def run(*arguments: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "-m", "iscode", *arguments]
        return subprocess.run(command, check=False, timeout=60, **({"capture_output": True} | options))  # type: ignore[call-overload]

    return run

"""What GitHub names in the environment of a job -> its event; outputs, a summary and a log that obeys nobody.

These variables are the addresses of files, and the facts of the event; no setting of iscode is among them.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from iscode.cli import output
from iscode.errors import UsageError

_LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an event that are read; GitHub sends less."""


def event() -> tuple[str, Mapping[str, Any], str]:
    """The name of the event, the event, and the id of the commit that the job was started for, empty if it has none.

    Raises UsageError where no event can be read.
    """
    hint = "run it in a GitHub job, or give the input `base`"
    try:
        with Path(os.environ.get("GITHUB_EVENT_PATH", "")).open("rb") as stream:
            found = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError("GITHUB_EVENT_PATH names no event that can be read", hint=hint) from error
    if not isinstance(found, dict):
        raise UsageError("GITHUB_EVENT_PATH names no event", hint=hint)
    return os.environ.get("GITHUB_EVENT_NAME", ""), found, os.environ.get("GITHUB_SHA", "")


def set_outputs(outputs: Mapping[str, str]) -> None:
    """Hand values to the steps that follow. What ends a value cannot be guessed by whoever wrote it."""
    for name, value in outputs.items():
        end = secrets.token_hex(16)
        _append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def add_summary(text: str) -> None:
    """Add a page of Markdown to the summary of the job."""
    _append("GITHUB_STEP_SUMMARY", f"{text}\n")


@contextmanager
def without_commands() -> Iterator[None]:
    """Have the runner obey no line of the log, until it reads a word that nobody knew before."""
    word = secrets.token_hex(16)
    output.write(f"::stop-commands::{word}\n".encode())
    try:
        yield
    finally:
        sys.stderr.flush()
        output.write(f"::{word}::\n".encode())


def _append(variable: str, text: str) -> None:
    if file := os.environ.get(variable):
        with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)

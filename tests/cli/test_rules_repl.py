"""rules repl: each line has its answer, from a pipe and at a prompt, and none of them ends the session but the last."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iscode.cli.asking import COMMANDS, Session

DAY = "2026-11-24"
SYSTEM = "AISystem:credit-scoring"
PATIENCE = 120
"""Seconds after which a terminal that says nothing is given up."""


@pytest.fixture
def play(firm: Any, process: Callable[..., Any]) -> Callable[..., tuple[int, str]]:
    """Type lines into a pipe: the exit code and what was printed."""

    def play(*lines: str | bytes, options: tuple[str, ...] = ()) -> tuple[int, str]:
        typed = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
        done = process("rules", "repl", "--as-of", DAY, *options, cwd=firm.top, input=typed)
        assert b"" == done.stderr
        return done.returncode, done.stdout.decode()

    return play


def test_each_line_is_printed_with_type_value_and_what_it_came_from(play: Any) -> None:
    code, out = play('self.stage == "monitoring"', 'size(records("Role")) > 3', options=("--subject", SYSTEM))
    assert 0 == code
    assert out.startswith('> self.stage == "monitoring"\ntype   bool\nvalue  true\n')
    assert "  self.stage  " in out
    assert "credit-scoring.yaml:7\n> size(records(" in out


def test_a_line_that_does_not_compile_is_marked_and_the_next_one_is_answered(play: Any) -> None:
    code, out = play(f":subject {SYSTEM}", "self.stge == 1", "1 + 1")
    assert 2 == code
    error = (
        'error: AISystem has no field "stge" (line 1, column 6)\n  did you mean "stage"?\n  self.stge == 1\n       ^\n'
    )
    assert f"> self.stge == 1\n{error}> 1 + 1\ntype   int\nvalue  2\n" in out


def test_an_expression_is_asked_of_each_record_of_a_kind(play: Any) -> None:
    code, out = play(":subject AISystem", 'self.stage in ["deployment", "monitoring"]', "self.risk_tier")
    assert 0 == code
    assert f"  true  {SYSTEM}\n" in out
    assert "  false  AISystem:cv-screening\n" in out
    assert "records: 2 true, 2 false\n" in out or "records: 2 false, 2 true\n" in out
    assert "note   self.risk_tier may be absent; a rule must guard it\n" in out


def test_records_without_a_value_are_said_and_give_no_success(play: Any) -> None:
    code, out = play(":subject AISystem", '1 / (self.stage == "retirement" ? 0 : 1)')
    assert 2 == code
    assert "  error: division by zero  AISystem:reply-suggestions\n" in out
    assert "error: the expression has no value for 1 of 4 records\n" in out


def test_records_that_their_schema_refuses_are_counted_and_not_asked(firm: Any, play: Any) -> None:
    firm.change("compliance/ai-systems/cv-screening.yaml", "stage: testing", "stage: testin")
    code, out = play(":subject AISystem", "self.id", ":subject AISystem:cv-screening")
    assert 2 == code
    assert ", 1 refused by the schema\n" in out
    assert "error: AISystem:cv-screening is refused by its schema: compliance/ai-systems/cv-screening.yaml:" in out


def test_a_type_is_told_without_a_value(play: Any) -> None:
    code, out = play(":subject AISystem", ":type self.?review.?last", ":type self.nothing")
    assert 2 == code
    assert "> :type self.?review.?last\ntype   optional(timestamp)\n" in out
    assert 'AISystem has no field "nothing"' in out


def test_the_session_goes_on_until_quit_and_no_further(play: Any) -> None:
    code, out = play("", "// a remark", ":help", ":quit", "1 / 0")
    assert 0 == code
    assert all(f"{name} " in out for name in COMMANDS)
    assert "1 / 0" not in out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (":subjct", 'there is no :subjct\n  did you mean ":subject"?'),
        (":subject AISytem", 'AISytem is no kind\n  did you mean "AISystem"?'),
        (":subject AISystem:lost", "there is no record AISystem:lost"),
        ("1 / 0", "value  error: division by zero"),
        ("(" * 50 + "1" + ")" * 50, "error: "),
        ("1" + " + 1" * 2000, "the expression is longer than 4 KiB"),
        ("1" * 200_000, "the line is longer than 64 KiB"),
        (" " * 65_536 + "1 / 0", "the line is longer than 64 KiB"),
        ("// " + "a remark" * 10_000 + " 1 / 0", "the line is longer than 64 KiB"),
        (b"'\xff'", "is no UTF-8"),
        ("[1,2,3].map(a, [1,2,3].map(b, a + c))", "error: "),
        (
            "lists.range(9999).exists(a, lists.range(9999).exists(b, a + b < 0))",
            "costs more steps than it may",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_answered_is_said_and_the_limits_hold(play: Any, line: str | bytes, message: str) -> None:
    code, out = play(line, "40 + 2")
    assert 2 == code
    assert message in out
    assert out.endswith("> 40 + 2\ntype   int\nvalue  42\n")


def test_what_a_terminal_would_obey_is_not_printed(play: Any) -> None:
    code, out = play("'\x1b[31m' + 1", "size('\u202e')")
    assert 2 == code
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_files_are_read_again_when_somebody_asks(firm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Path(), DAY)
    session.choose(SYSTEM)
    assert b'"monitoring"' in b"".join(session.answer("self.stage"))
    firm.change("compliance/ai-systems/credit-scoring.yaml", "stage: monitoring", "stage: deployment")
    assert b'"monitoring"' in b"".join(session.answer("self.stage"))
    assert b"" == b"".join(session.answer(":reload"))
    assert b'"deployment"' in b"".join(session.answer("self.stage"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (":su", [":subject"]),
        (":subject AISystem:cre", [SYSTEM]),
        (":subject Rep", ["Repository"]),
        ("size(recor", ["records"]),
        ("self.oversight.can_", ["self.oversight.can_override", "self.oversight.can_stop"]),
        ("tod", ["today"]),
        ("self.?oversight.?can_s", ["self.?oversight.?can_stop"]),
        ("self.models.x", []),
        ("other.st", []),
        ("rece", ["recent"]),
    ],
)
def test_words_are_completed_by_what_may_follow(firm: Any, line: str, expected: list[str]) -> None:
    session = Session(Path(), DAY)
    session.choose("AISystem")
    assert expected == session.completions(line)


class Terminal:
    """What somebody sees at a terminal, and types into it."""

    def __init__(self) -> None:
        self.end, self.side = pty.openpty()
        self.seen = b""

    def until(self, wanted: str) -> None:
        """Wait until this is seen, behind all that was waited for before."""
        until = time.monotonic() + PATIENCE
        while wanted.encode() not in self.seen:
            assert time.monotonic() < until, self.seen
            if select.select([self.end], [], [], 1)[0]:
                self.seen += os.read(self.end, 4096)
        self.seen = self.seen.partition(wanted.encode())[2]

    def type(self, text: str) -> None:
        os.write(self.end, text.encode())


def test_at_a_terminal_there_is_a_prompt_words_are_completed_and_its_end_is_no_failure(firm: Any) -> None:
    terminal = Terminal()
    command = [sys.executable, "-I", "-m", "iscode", "rules", "repl", "--subject", SYSTEM, "--as-of", DAY]
    streams = {"stdin": terminal.side, "stdout": terminal.side, "stderr": terminal.side}
    with subprocess.Popen(command, cwd=firm.top, env={**os.environ, "TERM": "dumb"}, **streams) as process:  # type: ignore[call-overload]
        try:
            terminal.until(f"{SYSTEM}> ")
            terminal.type("self.oversight.can_st\t == tru\n")
            terminal.until("can_stop == tru")
            terminal.until("error: ")
            terminal.until(f"{SYSTEM}> ")
            terminal.type("self.oversight.can_st\t == true\n")
            terminal.until("value  true")
            terminal.until(f"{SYSTEM}> ")
            terminal.type("\x04")
            assert 0 == process.wait(PATIENCE)
        finally:
            process.kill()

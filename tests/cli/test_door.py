"""The exit door: 0, 1, 2 or 130, never a traceback, whatever becomes of streams, arguments and process."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from iscode import __version__
from iscode.cli import door
from iscode.cli.output import wants_colour

DAY = ("--as-of", "2026-11-24")
CHECK = ("check", *DAY)
needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110


def ended(done: subprocess.CompletedProcess[bytes]) -> int:
    """The exit code of a process that left no traceback."""
    assert b"Traceback" not in (done.stderr or b"")
    return done.returncode


def under_shell(command: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """A command line of bash in which `iscode` is this one; its exit code is that of iscode."""
    words = f'iscode() {{ "{sys.executable}" -I -m iscode "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", words], capture_output=True, check=False, timeout=60, **options)


# What there is to say


def test_a_verdict_that_passes_is_0_and_one_that_fails_is_1(firm: Any, process: Any) -> None:
    assert 0 == ended(process(*CHECK))
    firm.write("compliance/new.yaml", "kind: Evidnce\n")
    assert 1 == ended(process(*CHECK))


def test_the_version_is_said_without_anything_heavy() -> None:
    program = (
        "import sys; from iscode.cli.door import leave\n"
        "try: leave(['--version'])\n"
        "finally: sys.stderr.write(' '.join({'click', 'msgspec', 'yaml', 'git', 're2', 'signal'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert (0, f"iscode {__version__}\n", "") == (done.returncode, done.stdout, done.stderr)


def test_help_imports_no_engine() -> None:
    program = (
        "import sys; from iscode.cli.door import leave\n"
        "try: leave(['--help'])\n"
        "finally: sys.stderr.write(' '.join({'msgspec', 'yaml', 'git', 're2', 'rfc8785'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), ("check", "--help"), ("rules", "test", "-h"), ("--version",)]
)
def test_help_is_0(process: Any, arguments: tuple[str, ...]) -> None:
    done = process(*arguments)
    assert (0, b"") == (ended(done), done.stderr)


# Streams


@pytest.mark.parametrize("command", ["check --as-of 2026-11-24", "--version", "--help", "rules list", "check --nope"])
@pytest.mark.parametrize("stream", [">&-", pytest.param(">/dev/full", marks=needs_full)])
def test_without_a_whole_report_there_is_no_verdict(firm: Any, command: str, stream: str) -> None:
    assert 2 == ended(under_shell(f"iscode {command} {stream}"))


@pytest.mark.parametrize("stream", ["2>&-", pytest.param("2>/dev/full", marks=needs_full)])
def test_standard_error_that_takes_nothing_changes_no_verdict(firm: Any, stream: str) -> None:
    for command, code in (
        ("check --as-of 2026-11-24", 0),
        ("check --existing block --as-of 2030-01-01", 1),
        ("check --nope", 2),
    ):
        assert code == ended(under_shell(f"iscode {command} {stream}"))


def test_all_streams_closed_is_no_verdict(firm: Any) -> None:
    assert 2 == ended(under_shell("iscode check --as-of 2026-11-24 <&- >&- 2>&-"))


def test_a_closed_standard_input_changes_nothing(firm: Any) -> None:
    assert 0 == ended(under_shell("iscode check --as-of 2026-11-24 <&-"))


@pytest.mark.parametrize(
    "command", ["check --as-of 2026-11-24 --all-results -f json", "check --help", "--help", "rules list"]
)
def test_a_reader_that_leaves_makes_no_verdict(firm: Any, command: str) -> None:
    done = under_shell(f"iscode {command} | true; exit ${{PIPESTATUS[0]}}")
    assert ended(done) in (0, 2)  # 0 where all of it fitted into the pipe before the reader left
    closed = under_shell(f"sleep 0 | {{ exec 1> >(exec true); sleep 0.3; iscode {command}; }}; exit ${{PIPESTATUS[1]}}")
    assert 2 == ended(closed)


@needs_full
def test_a_report_file_that_cannot_be_written_is_no_verdict(firm: Any, process: Any) -> None:
    for where in ("/dev/full", "/nope/r.json", "compliance", "/proc/1/r.json"):
        done = process(*CHECK, "-f", f"json:{where}")
        assert 2 == ended(done), where
        assert done.stderr.startswith(b"iscode: ")


# Arguments


@pytest.mark.parametrize(
    "arguments",
    [
        [b"\xff\xfe"],
        [b"check", b"\xff\xfe"],
        [b"check", b"--profile", b"\xff\x1b[31m"],
        [b"check", b"--rev", b"\xc3\x28"],
        [b"check", b"-f", b"json:\xff/\xfe"],
        [b"check", b"-f", b"\x1b[31m"],
        [b"check", b"--" + b"a" * 100_000],
        [b"check", b"--profile", b"a" * 100_000],
        [b"check", b"--rev", b"HEAD" + b"^" * 50_000],
        [b"check", b"x/" * 50_000],
        [b"check", b"a" * 5_000],
        [b"check", *[b"."] * 3, b"nope"],
        [b"rules", b"show", b"a\nb"],
        [b"schema", b"show", b"\xe2\x80\xae"],
    ],
    ids=lambda arguments: b" ".join(arguments)[:40].decode("ascii", "backslashreplace"),
)
def test_odd_arguments_are_no_verdict_and_nothing_of_them_is_alive(
    firm: Any, process: Any, arguments: list[bytes]
) -> None:
    done = process(*arguments)
    assert (2, b"") == (ended(done), done.stdout)
    assert done.stderr.startswith(b"iscode: ")
    assert not set(done.stderr) & (set(range(0x20)) - {0x0A} | {0x7F})
    assert len(done.stderr) < 5_000
    assert "\u202e" not in done.stderr.decode()


# Signals


def listens(process: int) -> bool:
    """Whether a process has come to where Python listens to interrupts; where nobody can tell, it is taken to."""
    status = Path(f"/proc/{process}/status")
    caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status.read_text()) if status.exists() else None
    return caught is None or bool(int(caught[1], 16) >> (signal.SIGINT - 1) & 1)


@pytest.mark.usefixtures("hearing")
def test_an_interrupt_at_any_moment_is_130(firm: Any) -> None:
    moments = random.Random(1)  # noqa: S311
    found = set()
    for _ in range(60):
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "iscode", *CHECK], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        while not listens(process.pid):  # before that it is the kernel that ends it, on a slow machine later than here
            time.sleep(0.001)
        time.sleep(moments.random() * 0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        if b"KeyboardInterrupt" in err and b"in leave" not in err:
            continue  # the interpreter's own end, which a shell calls 130 too: it had not come to the door
        found.add(process.returncode)
        assert process.returncode or out.endswith(b"PASSED\n")
    assert found in ({130}, {0, 130})


INTERRUPTED = """
import os, signal, sys
import iscode.cli.run
from iscode.cli.door import leave

def interrupted(_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    except KeyboardInterrupt:
        {then}

iscode.cli.run.run = interrupted
leave(["check"])
"""


@pytest.mark.usefixtures("hearing")
@pytest.mark.parametrize(
    "then", ["raise", "raise RuntimeError", "raise BaseException", "raise SystemExit(0)", "return 0"]
)
def test_an_interrupt_is_130_whatever_is_made_of_it(then: str) -> None:
    program = INTERRUPTED.format(then=then)
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=False, timeout=60)
    assert (130, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_who_is_started_deaf_stays_deaf(firm: Any) -> None:
    done = under_shell("trap '' INT; (sleep 0.2; kill -INT $$) & iscode check --as-of 2026-11-24 && kill -INT $$; wait")
    assert (0, True) == (ended(done), done.stdout.endswith(b"PASSED\n"))


# Whatever is raised inside


def code_of(monkeypatch: pytest.MonkeyPatch, run: Any) -> int:
    monkeypatch.setattr("iscode.cli.run.run", run)
    before = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as left:
            door.leave(["check"])
    finally:
        signal.signal(signal.SIGINT, before)
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "out of memory"),
        (RecursionError(), "nested too deeply"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (ValueError("what the record held"), "a defect in iscode: ValueError in "),
        (BrokenPipeError(), ""),
        (SystemExit(0), "a defect in iscode: SystemExit in "),
        (GeneratorExit(), "a defect in iscode: GeneratorExit in "),
    ],
)
def test_an_error_of_any_kind_is_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: BaseException, words: str
) -> None:
    def raising(_: object) -> int:
        raise error

    assert 2 == code_of(monkeypatch, raising)
    said = capfd.readouterr().err
    assert words in said
    assert "what the record held" not in said


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_code_of_the_verb_is_the_code_of_the_process(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    assert code == code_of(monkeypatch, lambda _: code)


# The environment


@pytest.mark.parametrize(
    ("variables", "terminal", "expected"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_terminals_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], terminal: bool, expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert expected == wants_colour()


def test_no_variable_makes_it_complete_words(firm: Any, process: Any) -> None:
    done = process(*CHECK, env={**os.environ, "_ISCODE_COMPLETE": "bash_source", "ISCODE_PROFILE": "nope"})
    assert (0, True) == (ended(done), done.stdout.endswith(b"PASSED\n"))


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4711"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/Adak", "LC_ALL": "C"},
        {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
        {"PYTHONUTF8": "0", "LC_ALL": "POSIX"},
    ],
)
def test_the_report_is_the_same_to_the_byte_wherever_it_is_made(
    firm: Any, process: Any, tmp_path: Any, variables: dict[str, str]
) -> None:
    firm.change("compliance/people/p-001.yaml", "status: active", "status: actve")
    firm.write("compliance/ü\u0301.yaml", 'kind: "\u65e5\u672c"\n')
    firm.commit()
    command = [sys.executable, "-m", "iscode", "check", "-f", "json", "--all-results", "--rev", "HEAD", *DAY]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    here = subprocess.run([*command, str(firm.top)], env=environment, cwd="/", capture_output=True, check=False)
    clone = tmp_path / "another place"
    firm.git("clone", "--quiet", str(firm.top), str(clone))
    there = subprocess.run(command, env=environment | variables, cwd=clone, capture_output=True, check=False)
    assert (1, b"", 1, b"") == (here.returncode, here.stderr, there.returncode, there.stderr)
    assert here.stdout == there.stdout

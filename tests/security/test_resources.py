"""Too little of everything, and processes that end in the middle: never a false pass, nothing left behind."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
COMMAND = [sys.executable, "-I", "-B", "-m", "iscode", "check", *DAY]
"""Without files that Python compiles: where a disk is full it keeps half of one, and trips over it the next time."""
MEGABYTE = 1024 * 1024
MODES = ((), ("--staged",), ("--rev", "HEAD"))


@pytest.fixture
def failing(small: Any, world: Any) -> Any:
    """A repository that fails in every mode: a committed rule finds a committed record bad for the first time."""
    firm = small(world.rule(id="strict", that="self.?size.orValue(1) > 0", status=["active", "retired"]))
    firm.write("c/x.yaml", "kind: Box\nid: x\nstatus: active\nsize: 0\n")
    firm.git("add", "--all")
    return firm


def limited(number: int, most: int) -> Callable[[], None]:
    """What a process does to itself before it starts."""
    return lambda: resource.setrlimit(number, (most, most))


def state(top: Path) -> dict[str, bytes]:
    """Every file of a repository, its Git folder included."""
    return {str(path): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def ended(done: subprocess.CompletedProcess[bytes]) -> int:
    """The exit code of a process that said what it had to say in our words."""
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, timeout=120, **options)


def test_a_gigabyte_of_addresses_is_enough(failing: Any) -> None:
    done = run(preexec_fn=limited(resource.RLIMIT_AS, 1024 * MEGABYTE))
    assert (1, True) == (ended(done), b"FAILED" in done.stdout)
    (failing.top / "c/x.yaml").unlink()
    assert 0 == ended(run(preexec_fn=limited(resource.RLIMIT_AS, 1024 * MEGABYTE)))


@pytest.mark.parametrize("most", [60, 90, 110, 130, 160, 200])
def test_too_little_memory_is_never_a_pass(failing: Any, most: int) -> None:
    done = run(preexec_fn=limited(resource.RLIMIT_AS, most * MEGABYTE))
    assert done.returncode != 0
    assert b"PASSED" not in done.stdout


@pytest.mark.parametrize("most", [3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 32])
def test_too_few_file_handles_are_never_a_pass(failing: Any, most: int) -> None:
    done = run(preexec_fn=limited(resource.RLIMIT_NOFILE, most))
    assert done.returncode != 0
    assert b"PASSED" not in done.stdout


@pytest.mark.parametrize("most", [0, 1, 100])
def test_a_disk_that_is_full_leaves_no_half_a_report(failing: Any, tmp_path: Path, most: int) -> None:
    report = tmp_path / "r.json"
    done = run("-f", f"json:{report}", preexec_fn=limited(resource.RLIMIT_FSIZE, most))
    assert (2, False) == (ended(done), report.exists())
    assert [] == [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


@pytest.fixture
def read_only(failing: Any) -> Iterator[Path]:
    """A clone that nobody may write to, and that anybody may read, with a home of the same kind beside it."""
    failing.commit()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        subprocess.run(["git", "clone", "--quiet", failing.top, place / "clone"], check=True)
        (place / "home").mkdir()
        (place / "home/.gitconfig").write_text("[safe]\ndirectory = *\n")
        found = [place, *place.rglob("*")]
        for path in found:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield place / "clone"
        for path in found:
            path.chmod(0o755)


@pytest.mark.parametrize("mode", MODES, ids=" ".join)
def test_a_repository_and_a_home_that_may_only_be_read_are_judged(read_only: Path, mode: tuple[str, ...]) -> None:
    before = state(read_only)
    home = read_only.parent / "home"
    done = run(*mode, cwd=read_only, env=os.environ | {"HOME": str(home)}, preexec_fn=without_privileges)
    assert (b"", before) == (done.stderr, state(read_only))
    known = not mode or mode == ("--staged",)  # what the commit has is not the fault of what comes after it
    assert (0 if known else 1) == ended(done), done.stdout
    touched = subprocess.run(
        ["touch", "x"], cwd=read_only, preexec_fn=without_privileges, capture_output=True, check=False
    )
    assert touched.returncode != 0


def without_privileges() -> None:
    """What a process of root does to be one for whom the modes of files count, as they do for others."""
    if os.getuid() == 0:
        for capability in (DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER):
            assert ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0) == 0


DROP_FROM_BOUNDING_SET, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER = 24, 1, 2, 3
"""Numbers of Linux."""


@pytest.mark.parametrize("home", ["/nonexistent", "/dev/null", "", "relative", "/proc/1/root"])
def test_a_home_that_is_none_changes_nothing(failing: Any, home: str) -> None:
    expected = run()
    done = run(env=os.environ | {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home})
    assert (1, expected.stdout, b"") == (ended(done), done.stdout, done.stderr)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU], ids=str)
def test_a_process_that_is_ended_at_any_moment_passes_nothing_and_leaves_nothing(failing: Any, number: int) -> None:
    before = state(failing.top)
    moments = random.Random(number)  # noqa: S311
    for turn in range(25 if number == signal.SIGKILL else 5):
        process = subprocess.Popen([*COMMAND, *MODES[turn % 2]], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(moments.random() * 1.2)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode in {-number, 1}, (turn, process.returncode, err)
        assert b"PASSED" not in out
        assert b"Traceback" not in err or b"/iscode/" not in err
    assert before == state(failing.top)
    assert [] == list(failing.top.rglob("*.lock"))
    assert 1 == ended(run())


def test_eight_runs_at_once_say_the_same(failing: Any) -> None:
    before = state(failing.top)
    expected = run("-f", "json")
    started = [
        subprocess.Popen([*COMMAND, "-f", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)
    ]
    found = {(process.communicate(timeout=120), process.returncode) for process in started}
    assert {((expected.stdout, b""), 1)} == found
    assert before == state(failing.top)

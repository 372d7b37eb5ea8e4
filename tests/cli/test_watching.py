"""rules test --watch: cases run again when a file of the packs changes, and at no other time."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iscode.cli import watching
from iscode.cli.run import run
from iscode.cli.shelved import read_from
from iscode.errors import RuleError

PATIENCE = 120
"""Seconds after which a process that says nothing is given up."""


class InterruptError(Exception):
    """Somebody interrupts."""


def edits(*steps: Any) -> Any:
    """A wait in which one step after the other is done, and which is interrupted once there is none left."""
    waiting = iter(steps)

    def wait(_: float) -> None:
        step = next(waiting, None)
        if step is None:
            raise InterruptError
        step()

    return wait


def runs(path: Path, *steps: Any, once: Any = lambda: None) -> int:
    """How often something was done while these steps were done on the files below a path."""
    done: list[None] = []

    def count() -> None:
        done.append(None)
        once()

    with pytest.raises(InterruptError):
        watching.watch(count, lambda: [path], edits(*steps))
    return len(done)


def test_nothing_is_done_again_while_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert 1 == runs(tmp_path, *[lambda: None] * 5)


@pytest.mark.parametrize(
    "step",
    [
        lambda path: (path / "a").write_text("22"),
        lambda path: (path / "deep" / "b").write_text("new"),
        lambda path: (path / "a").unlink(),
        lambda path: (path / "a").rename(path / "c"),
        lambda path: ((path / "other").write_text("1"), (path / "other").replace(path / "a")),
        lambda path: os.utime(path / "a", ns=(1, 1)),
    ],
    ids=["written", "added below", "removed", "renamed", "replaced by one as large", "touched"],
)
def test_it_is_done_again_once_a_file_is_another(tmp_path: Path, step: Any) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").write_text("1")
    assert 2 == runs(tmp_path, lambda: step(tmp_path), lambda: None, lambda: None)


def test_what_changes_while_it_is_done_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    texts = iter(["22", "22", "22"])

    def once() -> None:
        text = next(texts)
        if (tmp_path / "a").read_text() != text:
            (tmp_path / "a").write_text(text)

    assert 2 == runs(tmp_path, lambda: None, once=once)


def test_what_is_wrong_in_the_files_is_said_and_the_next_change_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def once() -> None:
        raise RuleError("it is broken", hint="mend it")

    assert 2 == runs(tmp_path, lambda: (tmp_path / "a").write_text("1"), once=once)
    assert 2 == capsys.readouterr().err.count("iscode: it is broken\n  mend it\nwaiting for a change")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "watched").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "watched" / "link").symlink_to(tmp_path / "elsewhere")
    assert 1 == runs(tmp_path / "watched", lambda: (tmp_path / "elsewhere" / "a").write_text("1"), lambda: None)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with one rule of its own, a draft; it is the current folder."""
    top = tmp_path / "own"
    assert run(["init", str(top)]) == 0
    monkeypatch.chdir(top)
    with Path("iscode.yaml").open("a") as config:
        config.write("packs:\n  - path: house\n")
    assert run(["rules", "new", "drafted", "--subject", "Asset", "--requirement", "iso27001:A.8.8"]) == 0
    return top


def test_the_files_that_are_looked_at_are_the_packs_and_the_file_that_names_them(own: Path, tmp_path: Path) -> None:
    assert [own / "iscode.yaml", own / "house"] == read_from(None)
    assert [own / "iscode.yaml", own / "house"] == read_from(own / "house")
    (own / "iscode.yaml").write_text("version: none\n")
    assert own / "iscode.yaml" in [path.absolute() for path in read_from(None)]


def test_the_index_is_not_watched(own: Path, iscode: Any) -> None:
    done = iscode("rules", "test", "--watch", "--staged")
    assert 2 == done.code
    assert "--watch looks at files" in done.err


@pytest.fixture
def watcher(own: Path, hearing: None) -> Iterator[tuple[subprocess.Popen[str], queue.Queue[str]]]:
    """The command, watching, and the lines that it prints."""
    command = [sys.executable, "-I", "-m", "iscode", "rules", "test", "--watch"]
    with subprocess.Popen(command, cwd=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        lines: queue.Queue[str] = queue.Queue()
        assert process.stdout is not None
        reader = threading.Thread(target=lambda stream: list(map(lines.put, stream)), args=(process.stdout,))
        reader.start()
        yield process, lines
        process.kill()
        reader.join()


def until(lines: queue.Queue[str], wanted: str) -> None:
    while wanted not in lines.get(timeout=PATIENCE):
        pass


def test_a_rule_that_is_mended_while_the_command_watches_is_seen_to_hold(
    own: Path, watcher: tuple[subprocess.Popen[str], queue.Queue[str]]
) -> None:
    process, lines = watcher
    until(lines, "1 cases hold, 1 do not")
    until(lines, "waiting for a change")
    [rule] = own.glob("house/rules/*/drafted.yaml")
    rule.write_text("id: broken")
    until(lines, "drafted.yaml")
    until(lines, "waiting for a change")
    assert run(["rules", "new", "next", "--subject", "Asset", "--requirement", "iso27001:A.8.8"]) == 2
    rule.unlink()
    rule.with_suffix(".test.yaml").unlink()
    assert run(["rules", "new", "next", "--subject", "Asset", "--requirement", "iso27001:A.8.8"]) == 0
    [rule] = own.glob("house/rules/*/next.yaml")
    rule.write_text(rule.read_text().replace('that: "false"', 'that: self.id == "well"'))
    until(lines, "2 cases hold, 0 do not")
    process.send_signal(signal.SIGINT)
    assert 130 == process.wait(PATIENCE)

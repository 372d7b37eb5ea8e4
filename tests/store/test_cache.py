"""What is kept is known again by who kept it, and by nobody else; whatever is wrong, nothing is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from iscode.store import cache as module
from iscode.store import open_cache

VALUE = {"a": [1, "é", None], "b": {"c": True}}


@pytest.fixture
def common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Git directory, and a state folder of its user."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "git").mkdir()
    return tmp_path / "git"


def kept(common: Path) -> Path:
    with open_cache(common) as cache:
        cache.keep({"n": VALUE, "m": 1})
    return common / "iscode" / "cache.sqlite3"


def known(common: Path) -> dict[str, object]:
    with open_cache(common) as cache:
        return cache.known(["n", "other"])


def test_what_was_kept_is_known_in_the_next_run(common: Path) -> None:
    kept(common)
    assert {"n": VALUE} == known(common)


def test_without_a_folder_nothing_is_known_and_nothing_written(common: Path, tmp_path: Path) -> None:
    with open_cache(None) as cache:
        cache.keep({"n": VALUE})
        assert {} == cache.known(["n"])
    assert {"git"} == {path.name for path in tmp_path.iterdir()}


def edited(file: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(file) as opened:
        opened.execute(statement, values)
    opened.close()


PLANTED: dict[str, Callable[[Path], object]] = {
    "another value": lambda file: edited(file, "UPDATE kept SET value = ?", b'{"a":2}'),
    "another name": lambda file: edited(file, "UPDATE kept SET name = 'other' WHERE name = 'n'"),
    "a value as text": lambda file: edited(file, "UPDATE kept SET value = '{}'"),
    "no code": lambda file: edited(file, "UPDATE kept SET code = ?", b""),
    "no table": lambda file: edited(file, "DROP TABLE kept"),
    "other columns": lambda file: (
        edited(file, "DROP TABLE kept"),
        edited(file, "CREATE TABLE kept (name TEXT)"),
    ),
    "no database": lambda file: file.write_bytes(b"x" * 5000),
    "half a file": lambda file: file.write_bytes(file.read_bytes()[:4096]),
    "nothing": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("how", PLANTED)
def test_a_file_that_somebody_else_wrote_tells_nothing(common: Path, how: str) -> None:
    PLANTED[how](kept(common))
    assert {} == known(common)


def test_a_damaged_file_is_begun_anew(common: Path) -> None:
    kept(common).write_bytes(b"x" * 5000)
    kept(common)
    assert {"n": VALUE} == known(common)


def test_another_user_knows_nothing_of_it(common: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(common)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "theirs"))
    assert {} == known(common)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_touch_is_none(common: Path, tmp_path: Path, mode: int) -> None:
    kept(common)
    (tmp_path / "state" / "iscode" / "cache.key").chmod(mode)
    assert {} == known(common)


@pytest.mark.parametrize("way", ["link to a file", "link to a folder", "short key", "linked key"])
def test_a_link_or_a_broken_key_leads_nowhere(common: Path, tmp_path: Path, way: str) -> None:
    file, key = kept(common), tmp_path / "state" / "iscode" / "cache.key"
    if way == "link to a file":
        file.rename(tmp_path / "moved")
        file.symlink_to(tmp_path / "moved")
    elif way == "link to a folder":
        file.parent.rename(tmp_path / "moved")
        file.parent.symlink_to(tmp_path / "moved")
    elif way == "short key":
        key.write_bytes(b"x")
    else:
        key.rename(tmp_path / "key")
        key.symlink_to(tmp_path / "key")
    assert {} == known(common)


def test_the_key_is_the_users_alone(common: Path, tmp_path: Path) -> None:
    kept(common)
    key = tmp_path / "state" / "iscode" / "cache.key"
    assert (0o600, 32) == (key.stat().st_mode & 0o777, key.stat().st_size)


def test_who_has_no_home_or_no_room_does_without(common: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert {} == known(common)
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError))
    assert {} == known(common)
    assert [] == list(common.iterdir())


def test_a_file_that_another_process_keeps_to_itself_is_done_without(
    common: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.05)
    held = sqlite3.connect(kept(common), isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    assert {} == known(common)
    held.execute("COMMIT")
    held.close()
    assert {"n": VALUE} == known(common)


def test_a_file_that_has_grown_too_large_is_begun_anew(common: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(common)
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    assert {} == known(common)

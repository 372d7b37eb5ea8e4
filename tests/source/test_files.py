"""Files are written whole or not at all, never through a link, never over what is there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from iscode.errors import IscodeError
from iscode.source import files


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_file_is_written_and_replaced(tmp_path):
    files.write_whole(tmp_path / "report.json", b"one")
    files.write_whole(tmp_path / "report.json", b"two")
    assert b"two" == (tmp_path / "report.json").read_bytes()
    assert ["report.json"] == listing(tmp_path)


def test_what_is_written_has_the_mode_that_the_user_gives_new_files(tmp_path):
    before = os.umask(0o027)
    try:
        files.write_whole(tmp_path / "plain", b"")
        files.write_whole(tmp_path / "program", b"", executable=True)
    finally:
        os.umask(before)
    assert [0o640, 0o750] == [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "program")]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(IscodeError, match=r"report\.json cannot be written: No space left on device"):
        files.write_whole(path, b"new")
    assert b"old" == path.read_bytes()
    assert ["report.json"] == listing(tmp_path)


def test_a_link_is_not_written_through(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    for name, target in {"link": "target", "dangling": "nowhere"}.items():
        (tmp_path / name).symlink_to(target)
        with pytest.raises(IscodeError, match="it is a link, name the file itself"):
            files.write_whole(tmp_path / name, b"new")
    assert ["dangling", "link", "target"] == listing(tmp_path)
    assert b"old" == (tmp_path / "target").read_bytes()


def test_a_device_is_written_to_and_stays_one():
    files.write_whole(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(IscodeError, match="/dev/full cannot be written: No space left"):
        files.write_whole(Path("/dev/full"), b"x")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("name", ["missing/report", ".", "x" * 300])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path, name):
    with pytest.raises(IscodeError, match="cannot be written"):
        files.write_whole(tmp_path / name, b"x")


def test_new_files_come_with_their_folders(tmp_path):
    written = files.write_new(tmp_path / "new", {"a.yaml": b"a", "deep/er/b.yaml": b"b"})
    assert [tmp_path / "new/a.yaml", tmp_path / "new/deep/er/b.yaml"] == written
    assert [b"a", b"b"] == [path.read_bytes() for path in written]


def test_nothing_is_written_where_one_file_is_there_already(tmp_path):
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(IscodeError, match="b is there already"):
        files.write_new(tmp_path, {"a": b"new", "b": b"new"})
    assert (["b"], b"old") == (listing(tmp_path), (tmp_path / "b").read_bytes())
    files.write_new(tmp_path, {"a": b"new", "b": b"new"}, replace=True)
    assert b"new" == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "path", ["../a", "/a", "a/../b", "a//b", "a/", "", ".", "a\\b", "c:a", "a\0", ".git/config", "x/.GIT/y"]
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, path):
    with pytest.raises(IscodeError, match="is no path of a file below the folder"):
        files.write_new(tmp_path, {path: b"x"})
    assert [] == listing(tmp_path)


def test_a_link_on_the_way_is_refused(tmp_path):
    (tmp_path / "top").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "top/way").symlink_to(tmp_path / "outside")
    (tmp_path / "top/file").write_bytes(b"")
    (tmp_path / "top/link").symlink_to(tmp_path / "outside/x")
    for path, wording in {
        "way/a": "way is in the way",
        "file/a": "file is in the way",
        "link": "link is there",
    }.items():
        for replace in (False, True):
            with pytest.raises(IscodeError, match=wording):
                files.write_new(tmp_path / "top", {path: b"x"}, replace=replace)
    assert [] == listing(tmp_path / "outside")

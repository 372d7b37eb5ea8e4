"""check -f FORMAT:FOLDER/: a report of several files, in a folder of its own, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iscode.cli import output

CHECK = ("check", "--as-of", "2026-11-24")


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_files_stand_below_the_folder_and_the_exit_code_is_that_of_the_verdict(firm: Any, iscode: Any) -> None:
    firm.change("compliance/people/p-004.yaml", "status: active", "status: actve")
    done = iscode(*CHECK, "-f", "oscal:out/oscal/", "-f", "text")
    assert (1, "") == (done.code, done.err)
    assert "FAILED" in done.out
    assert "catalogs/iso42001/catalog.json" in below(firm.top / "out" / "oscal")


@pytest.mark.parametrize("arguments", [("-f", "oscal"), ("-f", "oscal:")])
def test_a_format_of_several_files_asks_for_a_folder(firm: Any, iscode: Any, arguments: tuple[str, ...]) -> None:
    done = iscode(*CHECK, *arguments)
    assert (2, "") == (done.code, done.out)
    assert "names no file" in done.err or "name their folder: -f oscal:report/" in done.err


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    output.write_folder(folder, {"a/x.json": b"1", "b.json": b"2"})
    output.write_folder(folder, {"a/x.json": b"3", "b.json": b"4"})
    assert (["a/x.json", "b.json"], b"3") == (below(folder), (folder / "a" / "x.json").read_bytes())


def test_what_begins_with_a_dot_belongs_to_others(tmp_path: Path) -> None:
    for name in (".trestle/config.ini", "catalogs/.keep"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("theirs")
    output.write_folder(tmp_path, {"catalogs/x.json": b"1"})
    assert [".trestle/config.ini", "catalogs/.keep", "catalogs/x.json"] == below(tmp_path)


@pytest.mark.parametrize("there", ["file of an earlier report", "link of another name", "link of the same name"])
def test_nothing_is_written_where_something_else_is_in_the_folder(tmp_path: Path, there: str) -> None:
    folder, secret = tmp_path / "out", tmp_path / "secret"
    folder.mkdir()
    secret.write_text("mine")
    if there == "file of an earlier report":
        (folder / "old.json").write_text("old")
    else:
        (folder / ("b.json" if there == "link of the same name" else "old.json")).symlink_to(secret)
    with pytest.raises(Exception, match=r"holds old\.json|is there already"):
        output.write_folder(folder, {"a.json": b"1", "b.json": b"2"})
    assert not (folder / "a.json").exists()
    assert "mine" == secret.read_text()


@pytest.mark.parametrize("linked", ["out", "out/a"])
def test_nothing_is_written_through_a_link(tmp_path: Path, linked: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / linked).parent.mkdir(exist_ok=True)
    (tmp_path / linked).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(Exception, match=r"is a link|holds a, which is none|is in the way"):
        output.write_folder(tmp_path / "out", {"a/x.json": b"1"})
    assert [] == below(tmp_path / "elsewhere")

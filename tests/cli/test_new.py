"""new: a file to fill in, beside the others of its kind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from iscode.cli.run import run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "iscode.yaml").write_text("version: 1\nprofile: integrated\n")
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "own")], check=True)
    return tmp_path / "own"


def test_the_first_record_of_an_empty_repository_is_written_and_waits(own, capsys):
    capsys.readouterr()
    assert run(["new", "Role", "risk-owner", "--root", str(own), "--set", "status=active"]) == 0
    path = own / "compliance/roles/risk-owner.yaml"
    assert f"{path} written; it waits for: owner" in capsys.readouterr().err.replace("\n", "")
    assert "title: Risk owner\n" in path.read_text()
    assert run(["check", str(own)]) == 1


def test_a_record_stands_beside_the_others_of_its_kind(tmp_path):
    assert run(["init", "--example", str(tmp_path)]) == 0
    assert run(["new", "Person", "p-999", "--root", str(tmp_path / "compliance")]) == 0
    assert (tmp_path / "compliance/people/p-999.yaml").is_file()


@pytest.mark.parametrize("root", ["", "svc"])
def test_a_record_stands_beside_others_that_are_in_the_root_itself(own, root):
    top = own / root
    top.mkdir(exist_ok=True)
    (own / "iscode.yaml").rename(top / "iscode.yaml")
    with (top / "iscode.yaml").open("a") as config:
        config.write('records: ["/*.yaml"]\n')
    assert run(["new", "Role", "first", "--root", str(top), "--file", "first.yaml"]) == 0
    assert run(["new", "Role", "second", "--root", str(top)]) == 0
    assert (top / "second.yaml").is_file()


@pytest.mark.parametrize(("kind", "folder"), [("Person", "people"), ("Evidence", "evidence"), ("Asset", "assets")])
def test_the_first_of_its_kind_stands_in_the_folder_that_its_schema_names(own, kind, folder):
    assert run(["new", kind, "first", "--root", str(own)]) == 0
    assert (own / "compliance" / folder / "first.yaml").is_file()


def test_nothing_that_is_there_is_replaced(own, capsys):
    words = ["new", "Role", "risk-owner", "--root", str(own)]
    assert run(words) == 0
    written = (own / "compliance/roles/risk-owner.yaml").read_text()
    assert run(words) == 2
    assert "is there already" in capsys.readouterr().err
    assert written == (own / "compliance/roles/risk-owner.yaml").read_text()


def test_an_id_that_another_record_has_is_refused(own, capsys):
    assert run(["new", "Role", "risk-owner", "--root", str(own)]) == 0
    assert run(["new", "Role", "risk-owner", "--root", str(own), "--file", "compliance/other.yaml"]) == 2
    assert "Role:risk-owner is there already" in capsys.readouterr().err


def test_a_place_where_nothing_would_be_judged_is_refused(own, capsys):
    assert run(["new", "Role", "first", "--root", str(own)]) == 0
    assert run(["new", "Role", "risk-owner", "--root", str(own), "--file", "elsewhere/a.yaml"]) == 2
    assert "elsewhere/a.yaml would not be judged" in capsys.readouterr().err
    assert not (own / "elsewhere").exists()


def test_an_unknown_kind_names_the_nearest(own, capsys):
    assert run(["new", "AISytem", "x", "--root", str(own)]) == 2
    assert 'did you mean "AISystem"?' in capsys.readouterr().err


def test_the_id_and_the_kind_are_those_that_are_named(own):
    assert run(["new", "Role", "risk-owner", "--root", str(own), "--set", "id=other", "--set", "kind=Person"]) == 0
    text = (own / "compliance/roles/risk-owner.yaml").read_text()
    assert ("kind: Role\n" in text, "id: risk-owner\n" in text) == (True, True)


def test_nothing_of_the_name_of_a_folder_is_live(own, capsys):
    (own / "iscode.yaml").write_text((own / "iscode.yaml").read_text() + 'records: ["**/*.yaml"]\n')
    assert run(["new", "Role", "a", "--root", str(own), "--file", "x\x1b[31m\u202e/a.yaml"]) == 0
    said = capsys.readouterr().err
    assert ("\x1b" in said, "\u202e" in said, "\\x1b" in said) == (False, False, True)


def test_an_editor_is_sent_to_the_schema_where_the_root_has_it(own):
    assert run(["schema", "export", "--root", str(own)]) == 0
    assert run(["new", "Role", "risk-owner", "--root", str(own)]) == 0
    lines = (own / "compliance/roles/risk-owner.yaml").read_text().splitlines()
    assert "# yaml-language-server: $schema=../../.iscode/schemas/role.schema.json" == lines[0]

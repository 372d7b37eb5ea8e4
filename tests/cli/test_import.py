"""import: rows become records, and what found no place is said."""

import json
from pathlib import Path

import pytest

from iscode.cli.run import run

MAPPING = """
format: csv
kind: Role
folder: compliance/roles
id: "{name}"
fields:
  title: name
  owner: {reference: "Role:{name}"}
  status: {constant: active}
  authorities: {constant: []}
  holders: {constant: []}
ignore:
  remark: nobody reads it
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    (tmp_path / "map.yaml").write_text(MAPPING)
    (tmp_path / "register.csv").write_text("name,remark,budget\nData Steward,x,\nRisk Owner,,12\n", encoding="utf-8")
    return tmp_path


def imported(folder: Path, *more: str) -> int:
    words = [
        "import",
        "csv",
        str(folder / "register.csv"),
        "--map",
        str(folder / "map.yaml"),
        "--into",
        str(folder / "own"),
    ]
    return run([*words, *more])


def test_each_row_becomes_a_record_and_the_rest_is_reported(
    register: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert imported(register, "-f", "json") == 0

    report = json.loads(capfdbinary.readouterr().out)
    assert report["records"] == ["compliance/roles/data-steward.yaml", "compliance/roles/risk-owner.yaml"]
    assert [(cell["row"], cell["column"], cell["value"]) for cell in report["unplaced"]] == [(3, "budget", "12")]
    text = (register / "own" / "compliance" / "roles" / "data-steward.yaml").read_text()
    assert "title: Data Steward\n" in text


def test_records_that_are_there_already_are_replaced_only_when_asked(register: Path) -> None:
    assert imported(register) == 0
    record = register / "own" / "compliance" / "roles" / "data-steward.yaml"
    record.write_text("mine")

    assert imported(register) == 2
    assert record.read_text() == "mine"
    assert imported(register, "--replace") == 0
    assert record.read_text() != "mine"


def test_a_mapping_that_does_not_exist_is_named_with_those_that_do(
    register: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["import", "csv", str(register / "register.csv"), "--map", "nl-register", "--into", str(register / "own")]

    assert run(words) == 2
    assert "nl-algorithm-register" in capfd.readouterr().err


def test_a_control_sequence_in_a_cell_stays_text(register: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (register / "register.csv").write_text("name,remark,budget\nSteward,x,\x1b[31mred\n", encoding="utf-8")

    assert imported(register) == 0
    out = capfdbinary.readouterr().out
    assert b"\x1b" not in out
    assert rb"\x1b[31mred" in out


def test_a_mapping_for_another_format_is_refused(register: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["import", "json", str(register / "register.csv"), "--map", str(register / "map.yaml")]

    assert run(words) == 2
    assert "is for csv files, not for json" in capfd.readouterr().err
    assert not (register / "own").exists()


CLEAN = '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Scan"}}, "results": []}]}'
BESIDE = """
format: sarif
kind: Scan
folder: compliance/scans
id: "{tool.name}"
needs: ["@owner"]
fields: {title: tool.name, owner: "@owner", path: "@file.path", sha256: "@file.sha256"}
given: {owner: who answers for it}
"""


def test_a_scan_is_bound_to_its_file_and_to_what_is_given(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "map.yaml").write_text(BESIDE)
    (tmp_path / "s.sarif").write_text(CLEAN)
    words = ["import", "sarif", str(tmp_path / "s.sarif"), "--map", str(tmp_path / "map.yaml"), "--into", str(tmp_path)]

    assert run(words) == 2
    assert "give who answers for it: --set owner=" in capfd.readouterr().err
    assert run([*words, "--set", "owner=Role:r", "--set", "colour=red"]) == 2
    assert "one of: owner" in capfd.readouterr().err
    assert run([*words, "--set", "owner=Role:r"]) == 0
    text = (tmp_path / "compliance" / "scans" / "scan.yaml").read_text()
    assert "owner: Role:r\npath: s.sarif\nsha256: " in text

"""import: rows become records, and what found no place is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from iscode.cli.run import run
from iscode.document import read

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


SAMPLES = Path(__file__).parents[1] / "intake" / "samples"
GIVEN = ("--set", "owner=Role:ml-lead", "--set", "covers=iso27001:A.8.28", "--set", "retain_until=2036-12-31")
JUDGED = ("check", "--as-of", "2026-11-24", "-f", "json")


def scan(firm: Any, iscode: Any, *, level: str | None, ran: bool = True) -> Any:
    """Import a log of one finding of a level, or of none, into the example."""
    log = json.loads((SAMPLES / "scan.sarif").read_bytes())
    if level is not None:
        log["runs"][0]["results"] = [{"ruleId": "CW1", "level": level, "message": {"text": "x"}}]
    if not ran:
        del log["runs"][0]["invocations"]
    firm.write("artifacts/scan.sarif", json.dumps(log))
    return iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN, "--set", "collected_on=2026-11-19")


def failing(iscode: Any) -> list[tuple[str, str]]:
    found = json.loads(iscode(*JUDGED).out)
    assert found["verdict"]["passed"] is (found["results"] == [])
    return [(result["rule"], result["subject"]) for result in found["results"]]


def test_a_scan_that_found_something_fails_the_verdict_until_a_finding_is_raised(firm: Any, iscode: Any) -> None:
    assert 0 == scan(firm, iscode, level="error").code
    subject = "Evidence:codewatch-2026-11-19"
    assert [("evidence-failure-has-finding", subject)] == failing(iscode)

    firm.change("compliance/findings/answers-beyond-articles.yaml", "about: [", f"about: [{subject}, ")
    assert [] == failing(iscode)


def test_a_clean_scan_by_a_tool_that_ran_passes(firm: Any, iscode: Any) -> None:
    done = scan(firm, iscode, level=None)
    assert (0, "") == (done.code, done.err)
    assert "conclusion: effective" in (firm.top / "compliance/evidence/codewatch-2026-11-19.yaml").read_text("utf-8")
    assert [] == failing(iscode)


def test_a_clean_scan_that_does_not_say_that_the_tool_ran_proves_nothing(firm: Any, iscode: Any) -> None:
    for record in (firm.top / "compliance/evidence").iterdir():
        text = record.read_text("utf-8")
        record.write_text(text.replace("iso27001:A.8.28,", ""), "utf-8")
    unproven = ("soa-control-proven", "iso27001:A.8.28")
    assert [unproven] == failing(iscode)
    done = scan(firm, iscode, level=None, ran=False)
    assert "the file does not decide it; the default 'informational' was taken" in done.out
    assert [unproven] == failing(iscode)
    (firm.top / "compliance/evidence/codewatch-2026-11-19.yaml").unlink()
    assert 0 == scan(firm, iscode, level=None).code
    assert [] == failing(iscode)


def test_a_scan_that_failed_is_refused_and_writes_nothing(firm: Any, iscode: Any) -> None:
    log = json.loads((SAMPLES / "scan.sarif").read_bytes())
    log["runs"][0]["invocations"][0]["executionSuccessful"] = False
    firm.write("artifacts/scan.sarif", json.dumps(log))
    done = iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN)
    assert (2, "") == (done.code, done.out)
    assert "artifacts/scan.sarif:1:1: run 1 says that the tool did not run to its end" in done.err
    assert "?? artifacts/" == firm.git("status", "--porcelain").strip()[:13]


def test_a_mapping_of_the_tree_is_taken_only_by_its_path(firm: Any, iscode: Any) -> None:
    hostile = BESIDE.replace("kind: Scan", "kind: Hostile")
    for name in ("sarif", "mappings/sarif.yaml", "sarif.yaml"):
        firm.write(name, hostile)
    firm.write("artifacts/scan.sarif", (SAMPLES / "scan.sarif").read_text("utf-8"))
    assert 0 == iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN).code
    assert 0 == iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN, "--map", "sarif", "--replace").code
    assert not (firm.top / "compliance" / "scans").exists()
    own = ("--map", "mappings/sarif.yaml", "--set", "owner=Role:r")
    assert 0 == iscode("import", "sarif", "artifacts/scan.sarif", *own).code
    assert "kind: Hostile" in (firm.top / "compliance/scans/codewatch.yaml").read_text("utf-8")


def test_records_go_to_the_root_and_name_their_file_from_there(
    firm: Any, iscode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.write("artifacts/scan.sarif", (SAMPLES / "scan.sarif").read_text("utf-8"))
    monkeypatch.chdir(firm.top / "artifacts")
    done = iscode("import", "sarif", "scan.sarif", *GIVEN)
    assert (0, f"1 rows, 1 records written to {firm.top}, 0 cells without a place\n") == (done.code, done.out)
    record = read("r", (firm.top / "compliance/evidence/codewatch-2026-11-19.yaml").read_bytes()).value or {}
    assert "artifacts/scan.sarif" == record["artifact"]["path"]
    monkeypatch.chdir(firm.top)
    assert [] == failing(iscode)


def test_a_folder_below_a_root_is_no_root(firm: Any, iscode: Any) -> None:
    firm.write("artifacts/scan.sarif", (SAMPLES / "scan.sarif").read_text("utf-8"))
    for folder in ("artifacts", "new/folder"):
        done = iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN, "--into", folder)
        assert (2, "") == (done.code, done.out)
        assert f"{folder} is no root: the iscode.yaml above it stands in {firm.top}" in done.err
    assert "?? artifacts/scan.sarif" == firm.git("status", "--porcelain", "--untracked-files=all").strip()
    assert 0 == iscode("import", "sarif", "artifacts/scan.sarif", *GIVEN, "--into", str(firm.top)).code


def test_where_no_root_is_the_folder_that_will_be_one_is_named(
    register: Path, iscode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(register)
    words = ("import", "csv", "register.csv", "--map", "map.yaml")
    done = iscode(*words)
    assert (2, "") == (done.code, done.out)
    assert "there is no iscode.yaml here or above" in done.err
    assert ["map.yaml", "register.csv"] == sorted(path.name for path in register.iterdir())
    assert 0 == iscode(*words, "--into", ".").code


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        ("csv", "name,remark,budget\n", "it has no rows"),
        ("json", "[]", "it has no rows"),
        ("cyclonedx", None, "library"),
    ],
)
def test_a_file_of_which_no_record_is_made_is_an_error(
    tmp_path: Path, iscode: Any, form: str, text: str | None, why: str
) -> None:
    file = tmp_path / "r"
    file.write_text((SAMPLES / "sbom.cdx.json").read_text("utf-8") if text is None else text, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAPPING.replace("csv", form))
    own = () if text is None else ("--map", str(tmp_path / "map.yaml"))
    done = iscode("import", form, str(file), "--into", str(tmp_path / "own"), *own)
    assert (2, "") == (done.code, done.out)
    assert "no record is made of this file" in done.err
    assert why in done.err or "scikit-learn: no record is made of this row" in done.err
    assert not (tmp_path / "own").exists()


def test_a_format_that_does_not_say_what_is_in_it_asks_for_a_mapping(tmp_path: Path, iscode: Any) -> None:
    (tmp_path / "r.json").write_text("[]")
    done = iscode("import", "json", str(tmp_path / "r.json"))
    assert 2 == done.code
    assert "it needs --map, a file or one of: coverage, " in done.err
    assert "nl-algorithm-register, nl-system-card" in done.err


def test_the_evidence_of_the_example_is_what_its_log_says(firm: Any, iscode: Any) -> None:
    given = {
        "name": "code-scan",
        "title": "Scan of code and libraries, November 2026",
        "owner": "Role:ml-lead",
        "covers": "iso27001:A.8.28,iso27001:A.8.29",
        "controls": "Control:secure-development",
        "subjects": "Asset:scoring-repository,ControlTest:code-scan-2026-11",
        "source": "Repository of scoring",
        "method": "The whole tree, and the libraries it names",
        "concluded_by": "Person:p-002",
        "retain_until": "2036-12-31",
    }
    words = [word for name, value in given.items() for word in ("--set", f"{name}={value}")]
    done = iscode("import", "sarif", "artifacts/code-scan-2026-11.sarif", *words)
    assert (0, "1 rows, 1 records written to ., 0 cells without a place\n") == (done.code, done.out)
    made, ours = (
        read(name, (firm.top / "compliance/evidence" / name).read_bytes()).value or {}
        for name in ("code-scan-2026-11-19.yaml", "code-scan-2026-11.yaml")
    )
    assert {**made, "id": "code-scan-2026-11"} == ours

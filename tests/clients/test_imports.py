"""What import reads: samples as validators of their formats take them, and files as tools of others write them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

pytestmark = pytest.mark.clients

Tool = Callable[[str], Path]
SAMPLES = Path(__file__).resolve().parents[1] / "intake" / "samples"
PROVEN = ("--set", "owner=Role:ml-lead", "--set", "covers=iso27001:A.8.28", "--set", "collected_on=2026-11-20")
SCHEMA = "node/node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"
XSD = "sources/pytest-9.2.0/testing/example_scripts/junit-10.xsd"
VALID_BILL = """\
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
for name in sys.argv[1:]:
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(name, encoding="utf-8").read())
    if found:
        sys.exit(f"{name}: {found}")
"""
READ_CARD = """\
import json, sys
from huggingface_hub import ModelCard
card = ModelCard(open(sys.argv[1], encoding="utf-8").read(), ignore_metadata_errors=False).data
print(json.dumps([card.license, card.library_name, card.base_model, card.datasets]))
"""


def run(*words: str | Path, folder: Path, expected: int = 0) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == expected, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def evidence(iscode: Any, form: str, file: Path, *more: str) -> dict[str, Any]:
    """What becomes of a file below the folder of the test: the only record, read back as YAML reads it."""
    from iscode.document import read

    done = iscode("import", form, str(file), "--into", str(file.parent), *PROVEN, *more, "-f", "json")
    assert (0, "") == (done.code, done.err)
    [path] = json.loads(done.out)["records"]
    value = read(path, (file.parent / path).read_bytes()).value
    assert value is not None
    return value


def test_the_samples_of_bills_are_strictly_valid(tool: Tool, tmp_path: Path) -> None:
    bills = sorted(SAMPLES.glob("*.cdx.json"))
    assert 2 == len(bills)
    run(tool("imports/bin/python"), "-I", "-c", VALID_BILL, *bills, folder=tmp_path)


def test_the_sample_of_a_log_is_that_of_the_sarif_schema(tool: Tool) -> None:
    schema = json.loads(tool(SCHEMA).read_text("utf-8-sig"))
    log = json.loads((SAMPLES / "scan.sarif").read_bytes())
    assert [] == [error.message for error in Draft7Validator(schema).iter_errors(log)]


def test_the_sample_of_a_report_of_tests_is_that_of_the_junit_schema(tool: Tool, tmp_path: Path) -> None:
    script = "import sys, xmlschema; xmlschema.validate(sys.argv[1], sys.argv[2])"
    run(tool("junit/bin/python"), "-I", "-c", script, SAMPLES / "tests.xml", tool(XSD), folder=tmp_path)


def test_the_hub_reads_a_card_as_import_does(tool: Tool, tmp_path: Path, iscode: Any) -> None:
    card = tmp_path / "README.md"
    card.write_bytes((SAMPLES / "model-card.md").read_bytes())
    read = json.loads(run(tool("imports/bin/python"), "-I", "-c", READ_CARD, card, folder=tmp_path))
    given = (
        "--set",
        "owner=Role:r",
        "--set",
        "version=1",
        "--set",
        "origin=open_weights",
        "--set",
        "personal_data=none",
    )
    done = iscode("import", "model-card", str(card), "--into", str(tmp_path), *given, "-f", "json")
    paths = json.loads(done.out)["records"]
    texts = [(tmp_path / path).read_text("utf-8") for path in paths]
    model = texts[0]
    assert f"licence: {read[0]}\n" in model
    assert f"name: {read[1]}\n" in model
    assert f"title: {read[2]}\n" in model
    assert [f"title: {name}\n" in text for name, text in zip(read[3], texts[1:], strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("code", "conclusion"),
    [
        ("import subprocess\n\ndef run(word):\n    subprocess.call(word, shell=True)\n", "not_effective"),
        ("def add(a, b):\n    return a + b\n", "informational"),  # a clean log of bandit does not list its rules
    ],
)
def test_a_log_of_bandit_is_evidence_of_what_it_found(
    tool: Tool, tmp_path: Path, iscode: Any, code: str, conclusion: str
) -> None:
    (tmp_path / "code.py").write_text(code)
    found = int(conclusion == "not_effective")
    run(tool("imports/bin/bandit"), "-q", "-f", "sarif", "-o", "s.sarif", "code.py", folder=tmp_path, expected=found)
    record = evidence(iscode, "sarif", tmp_path / "s.sarif")
    assert (conclusion, found) == (record["conclusion"], record["figures"][0]["value"])


@pytest.mark.parametrize(
    ("cases", "conclusion"),
    [
        ("def test_a(): pass\n", "effective"),
        ("def test_a(): pass\ndef test_b(): assert False\n", "not_effective"),
        ("import pytest\n@pytest.fixture\ndef f(): raise ValueError\ndef test_a(f): pass\n", "not_effective"),
        ("import pytest\ndef test_a(): pytest.skip()\n", None),
        ("broken(\n", "not_effective"),
        ("", None),
    ],
)
def test_a_report_of_pytest_is_evidence_only_of_what_ran(
    tmp_path: Path, iscode: Any, cases: str, conclusion: str | None
) -> None:
    (tmp_path / "test_cases.py").write_text(cases)
    options = ("-q", "-p", "no:cacheprovider", "--junitxml=j.xml", "--rootdir=.", "test_cases.py")
    subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=tmp_path, capture_output=True, check=False, timeout=120
    )
    if conclusion is None:
        done = iscode("import", "junit", str(tmp_path / "j.xml"), "--into", str(tmp_path), *PROVEN)
        assert (2, "") == (done.code, done.out)
        assert "no case of the report ran" in done.err
        return
    assert conclusion == evidence(iscode, "junit", tmp_path / "j.xml")["conclusion"]


def test_both_reports_of_coverage_tell_the_same(tool: Tool, tmp_path: Path, iscode: Any) -> None:
    (tmp_path / "code.py").write_text(
        "def add(a, b):\n    return a + b\n\n\ndef never():\n    return 0\n\n\nadd(1, 2)\n"
    )
    coverage = tool("imports/bin/coverage")
    run(coverage, "run", "--branch", "code.py", folder=tmp_path)
    run(coverage, "json", "-q", "-o", "c.json", folder=tmp_path)
    run(coverage, "xml", "-q", "-o", "c.xml", folder=tmp_path)
    made = [
        evidence(iscode, "coverage", tmp_path / file, "--set", f"at_least={least}", "--set", f"name={file}-{least}")
        for file in ("c.json", "c.xml")
        for least in (80, 81)
    ]
    assert ["effective", "not_effective"] * 2 == [record["conclusion"] for record in made]
    assert made[0]["figures"] == made[2]["figures"]
    assert (5, 1) == (made[0]["population"], made[0]["exceptions"])


def test_a_bill_of_what_is_installed_lists_and_does_not_judge(tool: Tool, tmp_path: Path, iscode: Any) -> None:
    python = tool("imports/bin/python")
    run(tool("imports/bin/cyclonedx-py"), "environment", python, "--of", "JSON", "-o", "b.json", folder=tmp_path)
    record = evidence(iscode, "sbom", tmp_path / "b.json", "--set", "name=tools")
    installed = json.loads(run(python, "-m", "pip", "list", "--format", "json", folder=tmp_path))
    assert ("informational", len(installed)) == (record["conclusion"], record["population"])


def test_the_models_that_are_exported_come_back(firm: Any, iscode: Any, tmp_path: Path) -> None:
    assert 0 == iscode("export", "cyclonedx", "--as-of", "2026-11-24", "-o", "out.json").code
    models = json.loads((firm.top / "out.json").read_bytes())["components"]
    named = {one["name"] for one in models if one["type"] == "machine-learning-model"}
    assert named
    given = ("--set", "owner=Role:ml-lead", "--set", "origin=in_house", "--set", "version=1")
    done = iscode("import", "cyclonedx", "out.json", "--into", str(tmp_path / "own"), *given, "-f", "json")
    assert (0, "") == (done.code, done.err)
    made = [path for path in json.loads(done.out)["records"] if path.startswith("compliance/models/")]
    assert len(named) == len(made)

"""Reports of the model firms, as the validators and readers of each format take them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

pytestmark = pytest.mark.clients

Tool = Callable[[str], Path]
DAY = "2026-11-24"
FILES = {"sarif": "r.sarif", "junit": "r.xml", "gitlab": "r.gitlab.json", "rdjson": "r.rd.json", "json": "r.json"}
MULTITOOL = "node/node_modules/@microsoft/sarif-multitool-linux"
XSD = "sources/pytest-9.2.0/testing/example_scripts/junit-10.xsd"
READ_JUNIT = """\
import sys, json, xmlschema
from junitparser import JUnitXml, Failure, Error, Skipped
xmlschema.validate(sys.argv[1], sys.argv[2])
told, read = [], []
for suite in JUnitXml.fromfile(sys.argv[1]):
    kinds = [{type(held) for held in case.result} for case in suite]
    told.append([suite.tests, suite.failures, suite.errors, suite.skipped])
    read.append([len(kinds), *(sum(kind in held for held in kinds) for kind in (Failure, Error, Skipped))])
print(json.dumps({"red": sum(failures + errors for _, failures, errors, _ in read), "told": told == read}))
"""


def run(*words: str | Path, expected: tuple[int, ...] = (0,), **environment: str) -> str:
    done = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in expected, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


FIRMS = pytest.mark.parametrize(
    ("firm", "state"),
    [("acme", "whole"), ("harbor", "whole"), ("nova", "whole"), ("acme", "broken"), ("acme", "known")],
    indirect=True,
)


@pytest.fixture
def state(request: pytest.FixtureRequest) -> str:
    """Whether the firm is as it ships, broken, or broken and held against itself."""
    return str(request.param)


@pytest.fixture
def reports(request: pytest.FixtureRequest, state: str, tmp_path: Path) -> dict[str, Path]:
    """A file for each format."""
    top = request.getfixturevalue("firm" if state == "whole" else "broken").top
    files = {form: tmp_path / file for form, file in FILES.items()}
    wanted = [word for form, file in files.items() for word in ("-f", f"{form}:{file}")]
    against = ["--base", "HEAD"] if state == "known" else []
    command = [sys.executable, "-I", "-m", "iscode", "check", str(top), "--rev", "HEAD", "--as-of", DAY]
    run(*command, *against, *wanted, expected=(0, 1))
    return files


def findings(tool: Tool, file: Path) -> Counter[tuple[str, str]]:
    """What the multitool has against a file, by rule and level; it ends with 0 whatever it finds."""
    program = tool(f"{MULTITOOL}/Sarif.Multitool")
    program.chmod(0o755)
    found = file.with_suffix(".found")
    options = ("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output", found, "--log", "ForceOverwrite")
    run(program, "validate", file, *options, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")
    [ran] = json.loads(found.read_text("utf-8-sig"))["runs"]
    assert ran["invocations"][0]["executionSuccessful"] is True
    return Counter((result["ruleId"], result.get("level", "warning")) for result in ran["results"])


@FIRMS
def test_the_multitool_has_nothing_against_the_sarif(tool: Tool, firm: Any, reports: dict[str, Path]) -> None:
    assert Counter() == findings(tool, reports["sarif"])


def test_the_multitool_finds_what_is_wrong(tool: Tool, tmp_path: Path) -> None:
    driver = {"name": "x", "rules": [{"id": "r"}]}
    result = {"ruleId": "s", "ruleIndex": 0, "message": {"text": "bad"}}
    (tmp_path / "bad.sarif").write_text(
        json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": [result]}]})
    )
    assert findings(tool, tmp_path / "bad.sarif")


@FIRMS
def test_the_sarif_is_that_of_the_schema_and_sarif_tools_counts_every_result(
    tool: Tool, firm: Any, reports: dict[str, Path]
) -> None:
    log = json.loads(reports["sarif"].read_bytes())
    schema = json.loads(tool(f"{MULTITOOL}/sarif-2.1.0.json").read_text("utf-8-sig"))
    assert [] == [error.message for error in Draft7Validator(schema).iter_errors(log)]
    counts = reports["sarif"].with_suffix(".csv")
    run(tool("sarif/bin/sarif"), "csv", "--output", counts, reports["sarif"])
    assert len(log["runs"][0]["results"]) == len(counts.read_text("utf-8-sig").splitlines()) - 1


@FIRMS
def test_the_junit_report_is_that_of_jenkins_and_is_red_where_the_verdict_is(
    tool: Tool, firm: Any, reports: dict[str, Path]
) -> None:
    read = json.loads(run(tool("junit/bin/python"), "-c", READ_JUNIT, reports["junit"], tool(XSD)))
    verdict = json.loads(reports["json"].read_bytes())["verdict"]
    assert {"red": verdict["blocking"], "told": True} == read


@FIRMS
def test_the_diagnostics_are_those_of_reviewdog(tool: Tool, firm: Any, reports: dict[str, Path]) -> None:
    program = tool("node/node_modules/.bin/rdformat-validator")
    options = ("--strict", "--no-extra-fields", "--format", "json")
    said = json.loads(run(program, *options, reports["rdjson"]))
    nothing = json.loads(reports["rdjson"].read_bytes())["diagnostics"] == []
    assert (0, nothing, 1) == (said["totalErrors"], said["totalWarnings"], said["validFiles"])


@FIRMS
def test_gitlab_can_tell_the_issues_apart_and_sarif_tools_would_name_the_same_lines(
    tool: Tool, firm: Any, reports: dict[str, Path]
) -> None:
    """GitLab's own schema is in no package; its reader asks for these keys, and another writer of the format agrees."""
    ours: list[dict[str, Any]] = json.loads(reports["gitlab"].read_bytes())
    assert len(ours) == len({issue["fingerprint"] for issue in ours})
    other = reports["gitlab"].with_suffix(".other")
    run(tool("sarif/bin/sarif"), "codeclimate", "--output", other, reports["sarif"])
    named = [
        Counter((issue["check_name"], issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in each)
        for each in (ours, json.loads(other.read_bytes()))
    ]
    assert set(named[0]) == set(named[1])
    assert {"info", "minor", "major", "critical", "blocker"} >= {issue["severity"] for issue in ours}

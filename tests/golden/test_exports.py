"""What other tools get of the example: of each list the first item and how many follow.

Not the bytes: the documents hold a line for each rule and each record, and would differ with every one of them. That
the same commit gives the same bytes is tested beside each format. What names the content (digests, uuids of documents)
is left out for the same reason. `make golden` writes them anew; read the difference.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

HERE = Path(__file__).parent
ARGUMENTS = ("--rev", "HEAD", "--as-of", "2026-11-24")


def outline(node: Any) -> Any:
    """The first item of each list, and how many there are beyond it."""
    match node:
        case {"name": "content" | "iscode:content", "value": _}:
            return {**node, "value": "…"}
        case {"name": _, "digest": _}:
            return {**node, "digest": "…"}
        case dict():
            return {key: outline(value) for key, value in node.items()}
        case [first, *others]:
            return [outline(first), *([f"… and {len(others)} more"] if others else [])]
        case _:
            return node


def hold(request: pytest.FixtureRequest, name: str, found: Any) -> None:
    """What was found has the golden outline."""
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    golden = HERE / name
    if request.config.getoption("--update-golden"):
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), "run `make golden`"
    assert golden.read_text(encoding="utf-8") == text, "run `make golden` and read what changed"


def test_the_example_is_told_in_oscal_as_it_was(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("check", *ARGUMENTS, "-f", "oscal:oscal/", "-f", "json")
    assert (0, "") == (done.code, done.err)
    found = {}
    for path in sorted((firm.top / "oscal").rglob("*.json")):
        [[kind, document]] = json.loads(path.read_text(encoding="utf-8")).items()
        del document["uuid"], document["metadata"]["version"]
        for result in document.get("results", ()):
            del result["uuid"]
        found[path.relative_to(firm.top / "oscal").as_posix()] = {kind: outline(document)}
    hold(request, "acme.oscal.json", found)


def test_the_example_is_told_in_cyclonedx_as_it_was(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("export", "cyclonedx", *ARGUMENTS)
    assert (0, "") == (done.code, done.err)
    found = json.loads(done.out)
    del found["serialNumber"]
    hold(request, "acme.cyclonedx.json", outline(found))


def test_the_example_is_told_in_gemara_as_it_was(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("export", "gemara", *ARGUMENTS, "-o", "gemara")
    assert (0, "", "") == (done.code, done.out, done.err)
    found = {}
    for path in sorted((firm.top / "gemara").iterdir()):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        del document["metadata"]["version"]
        found[path.name] = outline(document)
    hold(request, "acme.gemara.json", found)


def test_the_example_is_a_workbook_as_it_was(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("export", "xlsx", *ARGUMENTS, "-o", "acme.xlsx")
    assert (0, "", "") == (done.code, done.out, done.err)
    found = {}
    for sheet in openpyxl.load_workbook(firm.top / "acme.xlsx"):
        head, *rows = ([str(one) for one in row] for row in sheet.iter_rows(values_only=True))
        found[sheet.title] = [dict(zip(head[:-1], row, strict=False)) for row in rows]
    told = {row["What"]: row["Value"] for row in found.pop("Provenance")}
    assert told["Commit"] == firm.git("rev-parse", "HEAD")
    found = {title: outline(rows) for title, rows in found.items()} | {"Provenance": list(told)}
    hold(request, "acme.xlsx.json", found)


def test_the_example_is_attested_as_it_was(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("check", *ARGUMENTS, "-f", "intoto")
    assert (0, "") == (done.code, done.err)
    found = json.loads(done.out)
    assert [{"digest": {"gitCommit": firm.git("rev-parse", "HEAD")}}] == found.pop("subject")
    hold(request, "acme.intoto.json", outline(found))


def test_the_archive_for_an_auditor_holds_what_it_did(request: pytest.FixtureRequest, firm: Any, iscode: Any) -> None:
    done = iscode("export", "auditor-pack", *ARGUMENTS, "-o", "pack.zip")
    assert (0, "", "") == (done.code, done.out, done.err)
    with zipfile.ZipFile(firm.top / "pack.zip") as archive:
        guide = archive.read("VERIFY.txt").decode()
        found = {"names": archive.namelist()}
    commit = firm.git("rev-parse", "HEAD")
    assert commit in guide
    lines = re.sub("sha256:[0-9a-f]{64}", "sha256:…", guide.replace(commit, "…")).splitlines()
    hold(request, "acme.auditor-pack.json", {"VERIFY.txt": lines} | found)

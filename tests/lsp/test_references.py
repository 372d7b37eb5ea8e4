"""Where what a record names is written, and who names it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls import uris

from iscode import content
from iscode.lsp.definition import definition
from iscode.lsp.references import references
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.policy import read_package
from iscode.schema import fields
from iscode.source import installed

from .conftest import PATIENCE, Laid, at, editing

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
HEAD = "kind: AISystem\nid: x\ntitle: X\n"
NEW = "compliance/new.yaml"


def read(view: View, location: lsp.Location) -> tuple[Path, str]:
    """The file of a location, and what stands in it there."""
    path = Path(uris.to_fs_path(location.uri) or "")
    start, end = location.range.start, location.range.end
    inside = path.relative_to(view.site.top).as_posix() if path.is_relative_to(view.site.top) else ""
    text = view.buffers[inside] if inside in view.buffers else Text(path.read_text())
    return path, text.line(start.line)[start.character : end.character]


def defined(laid: Laid, text: str, path: str = NEW) -> list[tuple[Path, str]]:
    source, point = at(text)
    view = laid.view({path: source})
    return [read(view, location) for location in definition(view, path, Text(source), point)]


def test_a_reference_leads_to_the_id_of_its_record(laid: Laid) -> None:
    [(path, text)] = defined(laid, f"{HEAD}owner: Role:credit-of|ficer\n")
    assert ("compliance/roles/credit-officer.yaml", "credit-officer") == (path.relative_to(laid.top).as_posix(), text)


def test_a_record_that_is_typed_elsewhere_is_found_where_it_stands_now(laid: Laid) -> None:
    other = "# a line\nkind: Role\ntitle: N\nid: newcomer\nowner: Role:newcomer\nstatus: draft\n"
    source, point = at(f"{HEAD}owner: Role:new|comer\n")
    view = laid.view({NEW: source, "compliance/roles/n.yaml": other})
    [found] = definition(view, NEW, Text(source), point)
    assert (lsp.Position(3, 4), lsp.Position(3, 12)) == (found.range.start, found.range.end)


def test_a_requirement_leads_to_its_entry_in_the_catalog(laid: Laid) -> None:
    [(path, text)] = defined(laid, "kind: Evidence\nid: x\ncovers: [iso42001:A.|5.2]\n")
    assert (content.home() / "policies/catalogs/iso42001-2023.yaml", "A.5.2") == (path, text)


def test_a_rule_leads_to_its_file(laid: Laid) -> None:
    [(path, _)] = defined(laid, "kind: Waiver\nid: x\nwaives: [ai-oversight-dr|illed]\n")
    assert "ai-oversight-drilled.yaml" == path.name
    assert path.is_file()


def test_a_shipped_rule_leads_to_its_file_where_a_pack_lies_in_a_folder_that_is_called_like_the_shelf(
    firm: Any,
) -> None:
    firm.write("iscode.yaml", "version: 1\nprofile: own\npacks: [{path: rules}]\n")
    firm.write("rules/policies/profiles/own.yaml", "id: own\ntitle: Own\nextends: [starter]\n")
    [(path, _)] = defined(Laid(firm.top), "kind: Waiver\nid: x\nwaives: [role-has-h|older]\n")
    assert content.home() / "rules" == path.parents[1]


@pytest.mark.parametrize(
    "text", ["owner: Role:no|body\n", "owner: |\n", "purpose: Role:credit-of|ficer\n", "own|er: x\n"]
)
def test_what_names_nobody_leads_nowhere(laid: Laid, text: str) -> None:
    assert [] == defined(laid, f"{HEAD}{text}")


def test_everyone_who_refers_to_a_record_is_found_and_itself_if_asked(laid: Laid) -> None:
    source, point = at(laid.text(SYSTEM).replace("id: credit-scoring", "id: credit|-scoring"))
    view = laid.view({SYSTEM: source})
    wanted = {
        record.document.path
        for record in view.inventory.all
        for path, _ in record.kind.references
        if "AISystem:credit-scoring" in [value for _, value in fields.values(record.value, path)]
    }
    found = references(view, SYSTEM, Text(source), point, declared=False)
    wanted.add("compliance/waivers/credit-scoring-first-drill.yaml")
    assert wanted == {read(view, one)[0].relative_to(laid.top).as_posix() for one in found}
    assert {"AISystem:credit-scoring"} == {read(view, one)[1] for one in found}
    own = [one for one in references(view, SYSTEM, Text(source), point, declared=True) if one not in found]
    assert [(laid.top / SYSTEM, "credit-scoring")] == [read(view, one) for one in own]


def test_everything_that_names_a_requirement_and_every_waiver_of_a_rule_is_found(laid: Laid) -> None:
    source, point = at("kind: Evidence\nid: x\ncovers: [iso42001:A.|9.2]\n")
    waiver = "kind: Waiver\nid: w\nwaives: [ai-oversight-drilled]\n"
    view = laid.view({NEW: source, "compliance/w.yaml": waiver})
    assert {"iso42001:A.9.2"} == {
        read(view, one)[1] for one in references(view, NEW, Text(source), point, declared=True)
    }
    text, there = at(waiver.replace("drilled", "dri|lled"))
    found = references(view, "compliance/w.yaml", Text(text), there, declared=True)
    assert {"ai-oversight-drilled"} == {read(view, one)[1] for one in found}
    held = {"compliance/w.yaml", "compliance/waivers/credit-scoring-first-drill.yaml"}
    assert held == {read(view, one)[0].relative_to(laid.top).as_posix() for one in found}


def test_an_editor_goes_to_a_record_and_is_told_who_refers_to_it(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text()
            await editor.open(SYSTEM)
            number, line = next((n, one) for n, one in enumerate(text.split("\n")) if one.startswith("owner: "))
            place = lsp.Position(number, len("owner: R"))
            asked = lsp.DefinitionParams(editor.about(SYSTEM), place)
            [found] = await asyncio.wait_for(editor.client.text_document_definition_async(asked), PATIENCE)
            assert found.uri.endswith(f"/{line.removeprefix('owner: Role:')}.yaml")
            wanted = lsp.ReferenceParams(lsp.ReferenceContext(False), editor.about(SYSTEM), place)
            listed = await asyncio.wait_for(editor.client.text_document_references_async(wanted), PATIENCE)
            assert editor.uri(SYSTEM) in {one.uri for one in listed}

    asyncio.run(run())


def test_the_rule_of_an_installed_pack_is_known_and_its_file_is_nobodys_to_open(
    firm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    shutil.copytree(Path(__file__).parents[2] / "examples" / "packs" / "eu-ai-act", site / "act")
    (site / "act-1.dist-info").mkdir()
    (site / "act-1.dist-info" / "RECORD").write_text("act/README.md,,\n")
    monkeypatch.setattr(installed.site, "getsitepackages", lambda: [str(site)])
    digest = read_package("act").digest
    firm.write("iscode.yaml", f"version: 1\nprofile: integrated\npacks: [{{package: act, digest: '{digest}'}}]\n")
    source, point = at("kind: Waiver\nid: x\nwaives: [eu-oversight-ab|le]\n")
    view = Laid(firm.top).view({NEW: source})
    assert "eu-oversight-able" in view.policy.rules.by_id
    assert [] == list(definition(view, NEW, Text(source), point))
    found = references(view, NEW, Text(source), point, declared=True)
    assert [firm.top / NEW] == [read(view, one)[0] for one in found]

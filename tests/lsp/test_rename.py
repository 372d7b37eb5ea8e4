"""A record is called otherwise, everywhere at once, and nothing else is touched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException

from iscode.errors import UsageError
from iscode.lsp.rename import NO_ID, prepare_rename, rename
from iscode.lsp.text import Text

from .conftest import PATIENCE, Laid, at, editing

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
ROLE = "compliance/roles/credit-officer.yaml"
HEAD = "kind: AISystem\nid: x\ntitle: X\n"
NEW = "compliance/new.yaml"
TWIN = "kind: Role\nid: credit-officer\ntitle: T\nowner: Role:credit-officer\nstatus: draft\n"


def done(top: Path, edit: lsp.WorkspaceEdit | None, texts: Mapping[str, str]) -> dict[str, str]:
    """Path -> text of each file that is edited, once it is."""
    found = {}
    for uri, edits in ((edit.changes if edit else None) or {}).items():
        path = Path(uris.to_fs_path(uri) or "").relative_to(top).as_posix()
        text = Text(texts.get(path) or (top / path).read_text())
        source = text.source
        for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
            start, end = (_offset(text, position) for position in (one.range.start, one.range.end))
            source = source[:start] + one.new_text + source[end:]
        found[path] = source
    return found


def _offset(text: Text, position: lsp.Position) -> int:
    line, column = text.point(position)
    return sum(len(one) + 1 for one in text.source.split("\n")[:line]) + column


def renamed(laid: Laid, text: str, wanted: str, path: str = NEW, **others: str) -> dict[str, str]:
    source, point = at(text)
    buffers = {path: source, **{f"compliance/{name}.yaml": other for name, other in others.items()}}
    return done(laid.top, rename(laid.view(buffers), path, Text(source), point, wanted), buffers)


def test_every_reference_and_the_id_itself_are_renamed_and_not_a_byte_beside_them(laid: Laid) -> None:
    found = renamed(laid, laid.text(SYSTEM).replace("id: credit", "id: cre|dit", 1), "loan-ranking", SYSTEM)
    assert {SYSTEM, "compliance/waivers/credit-scoring-first-drill.yaml"} <= found.keys()
    for path, text in found.items():
        old = laid.text(path)
        wanted = old.replace("AISystem:credit-scoring\n", "AISystem:loan-ranking\n")
        for end in ('"', "]", ",", "}", " "):
            wanted = wanted.replace(f"AISystem:credit-scoring{end}", f"AISystem:loan-ranking{end}")
        assert wanted.replace("id: credit-scoring\n", "id: loan-ranking\n", path == SYSTEM) == text
    naming = [path for path in laid.paths() if "AISystem:credit-scoring" in laid.text(path)]
    assert {SYSTEM, *(path for path in naming if path.startswith("compliance/"))} >= found.keys()
    renewed = laid.view(found)
    assert [] == [one for one in renewed.judged.failing if one.rule == "reference"]
    assert renewed.inventory.find("AISystem:credit-scoring") is None


def test_a_reference_renames_the_record_that_it_leads_to(laid: Laid) -> None:
    found = renamed(laid, f"{HEAD}owner: Role:credit-of|ficer\n", "loan-officer")
    assert f"{HEAD}owner: Role:loan-officer\n" == found[NEW]
    assert "id: loan-officer\n" in found[ROLE]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("'Role:credit-officer'", "'Role:loan-officer'"),
        ('"Role:credit-officer"', '"Role:loan-officer"'),
        ('"Role:credit\\x2Dofficer"', '"Role:loan-officer"'),
        ("Role:credit-officer # Role:credit-officer", "Role:loan-officer # Role:credit-officer"),
    ],
)
def test_a_reference_keeps_the_quotes_and_the_comment_that_it_has(laid: Laid, written: str, wanted: str) -> None:
    text = laid.text(ROLE).replace("id: credit", "id: cre|dit", 1)
    found = renamed(laid, text, "loan-officer", ROLE, new=f"{HEAD}owner: {written}\n")
    assert f"{HEAD}owner: {wanted}\n" == found[NEW]


def test_an_id_that_yaml_would_take_for_a_number_is_quoted(laid: Laid) -> None:
    found = renamed(laid, laid.text(ROLE).replace("id: credit", "id: cre|dit", 1), "007", ROLE)
    assert 'id: "007"\n' in found[ROLE]
    assert "Role:007" in laid.view(found).inventory.find(f"Role:{7:03}").reference  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["owner: |Role", "ti|tle: X", "purpose: Ra|nk", "# Role:credit-of|ficer"])
def test_what_is_no_id_is_not_renamed(laid: Laid, text: str) -> None:
    source, point = at(f"{HEAD}{text}\n")
    with pytest.raises(UsageError, match=f"{NO_ID}|leads to no record"):
        prepare_rename(laid.view({NEW: source}), NEW, Text(source), point)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("Loan Officer", "does not have its form"),
        ("", "does not have its form"),
        ("security-officer", "is there already"),
        ("x\ny", "does not have its form"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_the_reason(laid: Laid, wanted: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        renamed(laid, laid.text(ROLE).replace("id: credit", "id: cre|dit", 1), wanted, ROLE)


def test_two_records_with_one_id_are_not_renamed_for_nobody_knows_which_is_meant(laid: Laid) -> None:
    with pytest.raises(UsageError, match=rf"is claimed by .*{NEW}|is claimed by {NEW}"):
        renamed(laid, laid.text(ROLE).replace("id: credit", "id: cre|dit", 1), "loan-officer", ROLE, new=TWIN)


def test_nothing_is_renamed_while_a_file_cannot_be_read_that_may_refer_to_it(laid: Laid) -> None:
    with pytest.raises(UsageError, match=f"{NEW} cannot be read"):
        renamed(laid, laid.text(ROLE).replace("id: credit", "id: cre|dit", 1), "loan-officer", ROLE, new="kind: [")


def test_a_profile_of_the_repository_calls_the_role_by_its_new_name_too(firm: object) -> None:
    top: Path = firm.top  # type: ignore[attr-defined]
    profile = "policy-pack/policies/profiles/own.yaml"
    demand = "policy_change: {level: attested, roles: [Role:security-officer]}"
    text = f"id: own\ntitle: Own\nextends: [integrated]\ngate:\n  {demand}\n"
    (top / profile).parent.mkdir(parents=True)
    (top / profile).write_text(text)
    config = "version: 1\nprofile: own\npacks: [{path: policy-pack}]\n"
    (top / "iscode.yaml").write_text(config)
    source, point = at(f"{HEAD}owner: Role:security-of|ficer\n")
    edit = rename(Laid(top).view({NEW: source}), NEW, Text(source), point, "guard")
    assert text.replace("Role:security-officer", "Role:guard") == done(top, edit, {NEW: source})[profile]


def test_an_editor_renames_what_is_typed_at_that_moment_and_shows_why_it_cannot(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            text, point = at((editor.top / ROLE).read_text().replace("id: credit", "id: cre|dit", 1))
            place = lsp.Position(*point)
            await editor.open(ROLE)
            editor.type(ROLE, f"# first\n{text}")
            asked = lsp.PrepareRenameParams(editor.about(ROLE), lsp.Position(point[0] + 1, point[1]))
            offered = await asyncio.wait_for(editor.client.text_document_prepare_rename_async(asked), PATIENCE)
            assert (point[0] + 1, "credit-officer") == (offered.range.start.line, offered.placeholder)
            for wanted, line in (("loan-officer", 1), ("No", 1), ("loan-officer", 0)):
                where = lsp.Position(place.line + line, place.character)
                params = lsp.RenameParams(editor.about(ROLE), where, wanted)
                answer = asyncio.wait_for(editor.client.text_document_rename_async(params), PATIENCE)
                if (wanted, line) == ("loan-officer", 1):
                    assert f"# first\n{text}".replace("id: credit", "id: loan") == done(
                        editor.top, await answer, {ROLE: f"# first\n{text}"}
                    )[ROLE].replace("Role:loan-officer", "Role:credit-officer")
                else:
                    with pytest.raises(JsonRpcException, match=f"form|{NO_ID}"):
                        await answer

    asyncio.run(run())

"""What an editor offers to do about what fails: mend it in place, or draft what somebody has to fill in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from iscode.document import read
from iscode.evaluation.ground import Ground
from iscode.lsp.actions import actions, drafted
from iscode.lsp.edits import rewritten
from iscode.lsp.text import Text
from iscode.lsp.view import View

from .conftest import PACK, PATIENCE, RULE, RULE_PATH, Copied, Laid, editing, repository
from .test_rename import done

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
POLICY = "compliance/policies/access.yaml"
NEW = "compliance/new.yaml"
ALL = lsp.Range(lsp.Position(0, 0), lsp.Position(999, 0))
HEAD = "kind: AISystem\nid: x # who\ntitle: X\nowner: Role:ml-lead\n"
CREATES: Mapping[str, Any] = {
    "workspace": lsp.WorkspaceClientCapabilities(
        workspace_edit=lsp.WorkspaceEditClientCapabilities(resource_operations=[lsp.ResourceOperationKind.Create])
    ),
}
RESOLVES: Mapping[str, Any] = {
    "text_document": lsp.TextDocumentClientCapabilities(
        code_action=lsp.CodeActionClientCapabilities(
            data_support=True, resolve_support=lsp.ClientCodeActionResolveOptions(["edit"])
        )
    ),
}


def listed(view: View, path: str, wanted: lsp.Range = ALL) -> dict[str, lsp.CodeAction]:
    return {action.title: action for action in actions(view, path, view.text(path), wanted)}


def mended(laid: Laid, path: str, text: str, title: str) -> str:
    view = laid.view({path: text})
    return done(laid.top, listed(view, path)[title].edit, {path: text})[path]


def test_a_field_that_the_schema_misses_is_written_in_its_place_with_nothing_in_it(laid: Laid) -> None:
    text = f"{HEAD}status: draft\nstage: design\n"
    assert f'{HEAD}status: draft\npurpose: ""\nstage: design\n' == mended(laid, NEW, text, "Add purpose")
    again = laid.view({NEW: mended(laid, NEW, text, "Add purpose")})
    assert [NEW] == [one.origin.place.path for one in again.judged.failing if one.rule == "schema"]


def test_a_field_that_a_rule_misses_comes_with_the_maps_that_lead_to_it(laid: Laid) -> None:
    text = laid.text(POLICY)
    whole = read(POLICY, text.encode()).value or {}
    without = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("review:"))
    made = read(POLICY, mended(laid, POLICY, without, "Add review.last").encode()).value
    assert made is not None
    assert {"last": "", "interval_days": ""} == made.pop("review")
    assert {key: value for key, value in whole.items() if key != "review"} == made


def test_the_patch_of_a_rule_is_written_with_the_value_that_binds_and_mends_what_it_says(laid: Laid) -> None:
    text = laid.text(POLICY)
    days = read(POLICY, text.encode()).value["review"]["interval_days"]  # type: ignore[index]
    broken = text.replace(f"interval_days: {days}", "interval_days: 900")
    title = "Write review.interval_days: 365 (review-in-time)"
    assert text.replace(f"interval_days: {days}", "interval_days: 365") == mended(laid, POLICY, broken, title)
    after = laid.view({POLICY: mended(laid, POLICY, broken, title)})
    assert [] == [one for one in after.judged.failing if one.rule == "review-in-time"]


@pytest.mark.parametrize(
    ("path", "value", "offered"),
    [
        ("owner", "Role:ml-lead", True),
        ("owner", "Role:nobody-here", False),
        ("owner", "AISystem:credit-scoring", False),
        ("owner", "ml-lead", False),
        ("purpose", "To rank what asks for credit", True),
    ],
)
def test_a_patch_is_offered_only_where_what_the_profile_sets_can_stand(
    tmp_path: Path, path: str, value: str, offered: bool
) -> None:
    """The rule's own value fits each time; which records there are, it cannot know."""
    own = {"owner": "Role:ml-lead", "purpose": "To rank"}[path]
    rule = RULE.replace("params: {words: 3}", f'params: {{words: 3, who: "{own}"}}').replace(
        "size(purpose) > params.words", f'size(purpose) > 99999\n    patch: {{{path}: "{{params.who}}"}}'
    )
    profile = "policy-pack/policies/profiles/own.yaml"
    params = f'params: {{own-rule: {{who: "{value}"}}}}\n'
    laid = Laid(repository(tmp_path, PACK | {RULE_PATH: rule, profile: PACK[profile] + params}))
    text = laid.text(SYSTEM).replace("owner: Role:ml-lead", "owner: Role:lending-lead")
    said = f"Write {path}: {value} (own-rule)"
    view = laid.view({SYSTEM: text})
    assert ("AISystem:credit-scoring", "own-rule") in {(one.subject, one.rule) for one in view.judged.failing}
    assert offered == (said in listed(view, SYSTEM))


def test_only_what_stands_in_the_range_is_offered(laid: Laid) -> None:
    view = laid.view({NEW: f"{HEAD}status: draft\nstage: design\ndata: [DataResource:nowhere]\n"})
    assert {"Draft DataResource:nowhere"} == set(listed(view, NEW, lsp.Range(lsp.Position(6, 8), lsp.Position(6, 8))))
    assert {} == listed(view, NEW, lsp.Range(lsp.Position(5, 0), lsp.Position(5, 3)))


def test_nothing_is_written_into_a_text_that_cannot_be_read(laid: Laid) -> None:
    view = laid.view({NEW: f"{HEAD}status: draft\nstage: [\n"})
    assert [] == [action for action in listed(view, NEW).values() if action.edit is not None]


@given(st.text(alphabet="a\n\r b", max_size=12), st.text(alphabet="a\n\r b", max_size=12))
@example("\r\n", "\r")
def test_an_edit_makes_the_text_that_was_wanted(old: str, new: str) -> None:
    [edit] = rewritten(Text(old), new)
    offset = {}
    for side, position in (("start", edit.range.start), ("end", edit.range.end)):
        lines = Text(old).lines[: position.line]
        at = 0
        for line in lines:
            at += len(line)
            at += 2 if old[at : at + 2] == "\r\n" else 1
        offset[side] = at + position.character
    assert new == old[: offset["start"]] + edit.new_text + old[offset["end"] :]


def test_an_edit_ends_where_a_line_ends_however_lines_end() -> None:
    for end in ("\n", "\r", "\r\n"):
        [edit] = rewritten(Text(end.join(("a", "b", "c"))), end.join(("x", "b", "c")))
        assert (lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0)), f"x{end}") == (edit.range, edit.new_text)


def test_nothing_is_rewritten_of_what_stands_below_a_new_first_line() -> None:
    [edit] = rewritten(Text("a\nb\n"), "x\na\nb\n")
    assert (lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), "x\n") == (edit.range, edit.new_text)


def test_an_edit_looks_at_a_long_line_once() -> None:
    costs = []
    for size in (10, 1000):
        text = Copied("a" + "b" * size)
        rewritten(Text(text), "x" + "b" * size)
        costs.append(text.heads)
    assert costs[0] == costs[1]


async def act(editor: Any, path: str, title: str) -> lsp.CodeAction:
    asked = lsp.CodeActionParams(editor.about(path), ALL, lsp.CodeActionContext([]))
    offered = await asyncio.wait_for(editor.client.text_document_code_action_async(asked), PATIENCE)
    return next(action for action in offered if action.title == title)


def made(action: lsp.CodeAction) -> tuple[str, str]:
    """The address and the text of the file that an action makes."""
    assert action.edit is not None
    create, edit = action.edit.document_changes or ()
    assert isinstance(create, lsp.CreateFile)
    assert isinstance(edit, lsp.TextDocumentEdit)
    assert create.uri == edit.text_document.uri
    return create.uri, edit.edits[0].new_text  # type: ignore[union-attr]


@pytest.mark.parametrize("abilities", [CREATES, {**CREATES, **RESOLVES}])
def test_a_waiver_is_drafted_and_silences_nothing(firm: object, abilities: Mapping[str, Any]) -> None:
    async def run() -> None:
        async with editing(firm.top, **abilities) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
            failing = [one.code for one in await editor.open(SYSTEM, text)]
            assert "ai-oversight-works" in failing
            title = "Draft a Waiver of ai-oversight-works for AISystem:credit-scoring"
            action = await act(editor, SYSTEM, title)
            assert (action.edit is None) == (abilities != CREATES)
            if action.edit is None:
                action = await asyncio.wait_for(editor.client.code_action_resolve_async(action), PATIENCE)
            uri, draft = made(action)
            value = read("x", draft.encode()).value or {}
            assert ["ai-oversight-works"] == value["waives"]
            assert ["AISystem:credit-scoring"] == value["subjects"]
            assert ("draft", "", "") == (value["status"], value["approved_by"], value["reason"])
            path = uri.removeprefix(f"{editor.top.as_uri()}/")
            assert path.startswith("compliance/waivers/")
            assert "schema" in [one.code for one in await editor.open(path, draft)]
            await act(editor, SYSTEM, title)
            told = editor.client.diagnostics[editor.uri(SYSTEM)]
            [still] = [one for one in told if one.code == "ai-oversight-works"]
            assert (lsp.DiagnosticSeverity.Error, True) == (still.severity, "waived" not in still.message)

    asyncio.run(run())


def test_a_record_that_nobody_wrote_is_drafted_as_new_would(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top, **CREATES) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text()
            line = next(one for one in text.split("\n") if one.startswith("owner: "))
            await editor.open(SYSTEM, text.replace(line, "owner: Role:newcomer"))
            uri, draft = made(await act(editor, SYSTEM, "Draft Role:newcomer"))
            assert uri.endswith("/compliance/roles/newcomer.yaml")
            assert {"kind": "Role", "id": "newcomer", "status": "draft"}.items() <= (
                read("x", draft.encode()).value or {}
            ).items()
            assert "# " in draft

    asyncio.run(run())


def test_an_editor_that_makes_no_files_is_offered_no_drafts(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
            await editor.open(SYSTEM, text)
            asked = lsp.CodeActionParams(editor.about(SYSTEM), ALL, lsp.CodeActionContext([]))
            offered = await asyncio.wait_for(editor.client.text_document_code_action_async(asked), PATIENCE)
            assert [] == [action for action in offered or () if action.title.startswith("Draft")]

    asyncio.run(run())


def test_a_draft_that_would_not_be_judged_is_refused_with_the_reason(laid: Laid) -> None:
    view = laid.view({NEW: "kind: ["})
    known = {"kind": "Role", "id": "r", "title": "R", "status": "draft"}

    def lay(_: Mapping[str, bytes]) -> Ground:
        return view.judged.ground

    with pytest.raises(Exception, match="would not be judged"):
        drafted(view, lay, {"kind": "Role", "path": "elsewhere/r.yaml", "known": known})
    with pytest.raises(Exception, match="is there already"):
        drafted(view, lay, {"kind": "Role", "path": NEW, "known": known})

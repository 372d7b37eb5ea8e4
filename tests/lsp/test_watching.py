"""What somebody else changes on the disk is taken in, told by the editor or not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from lsprotocol import types as lsp

from .conftest import PATIENCE, Editor, editing

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
OWNER = "compliance/roles/credit-officer.yaml"
WATCHES: Mapping[str, Any] = {
    "workspace": lsp.WorkspaceClientCapabilities(
        did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    )
}


async def until(editor: Editor, path: str, rule: str, *, told: bool) -> None:
    """Wait until a rule is told of a file, or is not any more."""
    async with asyncio.timeout(PATIENCE):
        while told != (rule in [one.code for one in editor.client.diagnostics.get(editor.uri(path), ())]):
            await editor.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)


def referring(text: str) -> str:
    """The record with a reference to a role that was not there when it was opened."""
    line = next(one for one in text.split("\n") if one.startswith("owner: "))
    return text.replace(line, "owner: Role:newcomer")


def test_a_record_that_appears_and_goes_is_noticed_where_the_editor_watches_nothing(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top) as editor:  # type: ignore[attr-defined]
            await editor.open(SYSTEM, referring((editor.top / SYSTEM).read_text()))
            await until(editor, SYSTEM, "reference", told=True)
            role = (editor.top / OWNER).read_text().replace("id: credit-officer", "id: newcomer")
            (editor.top / "compliance/roles/newcomer.yaml").write_text(role)
            await until(editor, SYSTEM, "reference", told=False)
            (editor.top / "compliance/roles/newcomer.yaml").unlink()
            await until(editor, SYSTEM, "reference", told=True)

    asyncio.run(run())


def test_what_git_did_is_noticed_although_no_record_changed(firm: object) -> None:
    async def run() -> None:
        async with editing(firm.top, **WATCHES) as editor:  # type: ignore[attr-defined]
            text = (editor.top / SYSTEM).read_text().replace("can_stop: true", "can_stop: false")
            (editor.top / SYSTEM).write_text(text)
            [first] = [one for one in await editor.open(SYSTEM) if one.code == "ai-oversight-works"]
            assert lsp.DiagnosticSeverity.Error == first.severity
            firm.git("add", "--all")  # type: ignore[attr-defined]
            firm.git("commit", "--quiet", "--no-verify", "--message", "what was broken is known")  # type: ignore[attr-defined]
            async with asyncio.timeout(PATIENCE):
                while editor.client.diagnostics[editor.uri(SYSTEM)][0].severity == lsp.DiagnosticSeverity.Error:
                    await editor.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

    asyncio.run(run())


@pytest.mark.parametrize("abilities", [WATCHES, {}])
def test_files_are_watched_where_the_editor_can(firm: object, abilities: Mapping[str, Any]) -> None:
    async def run() -> None:
        async with editing(firm.top, **abilities) as editor:  # type: ignore[attr-defined]
            await editor.open(SYSTEM)
            await editor.hover(SYSTEM, 0, 0)
            role = (editor.top / OWNER).read_text().replace("id: credit-officer", "id: newcomer")
            editor.type(SYSTEM, referring((editor.top / SYSTEM).read_text()))
            await until(editor, SYSTEM, "reference", told=True)
            path = "compliance/roles/newcomer.yaml"
            (editor.top / path).write_text(role)
            change = lsp.FileEvent(editor.uri(path), lsp.FileChangeType.Created)
            editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
            await until(editor, SYSTEM, "reference", told=False)
            assert editor.registered == ([lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES] if abilities else [])

    asyncio.run(run())

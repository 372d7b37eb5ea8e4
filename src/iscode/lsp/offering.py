"""The requests of an editor for what it may do about a range -> actions that it can carry out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from iscode.errors import UsageError
from iscode.lsp.actions import actions, drafted
from iscode.lsp.session import Session
from iscode.report.escape import terminal


@dataclass(frozen=True)
class Abilities:
    """What an editor can do with an action: make a file, ask for the edit of the one that was chosen."""

    creates: bool
    resolves: bool

    @classmethod
    def of(cls, said: lsp.ClientCapabilities) -> Abilities:
        """What an editor says that it can."""
        edit = said.workspace.workspace_edit if said.workspace else None
        action = said.text_document.code_action if said.text_document else None
        support = action.resolve_support if action else None
        creates = edit is not None and lsp.ResourceOperationKind.Create in (edit.resource_operations or ())
        return cls(creates, bool(support and "edit" in support.properties and action and action.data_support))


async def offered(session: Session, file: Path, params: lsp.CodeActionParams, can: Abilities) -> list[lsp.CodeAction]:
    """What may be done about a range. Where an editor does not ask again, drafts are written at once."""
    found = await session.view(file, settled=True)
    if found is None or found[1] not in found[0].buffers:
        return []
    view, path = found
    wanted = params.context.only
    if wanted and not any(lsp.CodeActionKind.QuickFix.value.startswith(str(_word(kind))) for kind in wanted):
        return []
    listed = []
    for action in actions(view, path, view.text(path), params.range):
        if action.data is None:
            listed.append(action)
        elif can.creates:
            action.data = {**action.data, "uri": params.text_document.uri}
            listed.append(action if can.resolves else await _at_once(session, file, action))
    return listed


async def _at_once(session: Session, file: Path, action: lsp.CodeAction) -> lsp.CodeAction:
    try:
        return await chosen(session, file, action)
    except UsageError as refused:
        action.disabled, action.data = lsp.CodeActionDisabled(terminal(refused.message)), None
        return action


async def chosen(session: Session, file: Path, action: lsp.CodeAction) -> lsp.CodeAction:
    """An action with its edit. Raises UsageError where it cannot be done any more."""
    data: Mapping[str, Any] = action.data or {}
    edit = await session.at_desk(file, lambda view, desk: drafted(view, desk.with_files, data))
    if edit is None:
        raise UsageError("the root cannot be judged as it stands, so nothing can be drafted: mend what is told first")
    action.edit, action.data = edit, None
    return action


def _word(kind: object) -> object:
    return kind.value if isinstance(kind, lsp.CodeActionKind) else kind

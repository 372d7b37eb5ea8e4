"""What is asked about a place of a file -> the answer, or none; each may fail without ending the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from iscode.errors import UsageError
from iscode.lsp.authoring import is_rule
from iscode.lsp.completion import completion
from iscode.lsp.defects import report
from iscode.lsp.definition import definition
from iscode.lsp.hover import hover
from iscode.lsp.offering import Abilities, chosen, offered
from iscode.lsp.references import references
from iscode.lsp.rename import prepare_rename, rename
from iscode.lsp.rule_features import rule_completion, rule_hover
from iscode.lsp.session import Session
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report.escape import terminal

Answer = TypeVar("Answer")


class _Asked(NamedTuple):
    """One request about a place. `settled`: the answer must be of what is typed, so all of it is judged first."""

    method: str
    answer: Callable[[View, str, Text, Any], object]
    options: object = None
    settled: bool = False


_ABOUT_A_PLACE: Final = (
    _Asked(
        lsp.TEXT_DOCUMENT_HOVER,
        lambda view, path, text, asked: (rule_hover if is_rule(view, path) else hover)(
            view, path, text, text.point(asked.position)
        ),
    ),
    _Asked(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lambda view, path, text, asked: (rule_completion if is_rule(view, path) else completion)(
            view, path, text, text.point(asked.position)
        ),
        lsp.CompletionOptions(trigger_characters=(" ", ":", "[", ",", "{", ".")),
    ),
    _Asked(
        lsp.TEXT_DOCUMENT_DEFINITION,
        lambda view, path, text, asked: definition(view, path, text, text.point(asked.position)),
    ),
    _Asked(
        lsp.TEXT_DOCUMENT_REFERENCES,
        lambda view, path, text, asked: references(
            view, path, text, text.point(asked.position), declared=asked.context.include_declaration
        ),
    ),
    _Asked(
        lsp.TEXT_DOCUMENT_PREPARE_RENAME,
        lambda view, path, text, asked: prepare_rename(view, path, text, text.point(asked.position)),
        settled=True,
    ),
    _Asked(
        lsp.TEXT_DOCUMENT_RENAME,
        lambda view, path, text, asked: rename(view, path, text, text.point(asked.position), asked.new_name),
        lsp.RenameOptions(prepare_provider=True),
        settled=True,
    ),
)


def add_features(made: LanguageServer, session: Session) -> None:
    """Have a server answer what is asked about a place, and carry out what is chosen."""
    for asked in _ABOUT_A_PLACE:
        made.feature(asked.method, asked.options)(guarded(_about(session, asked)))
    kinds = lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix], resolve_provider=True)

    @made.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)
    @guarded
    async def may_do(server: LanguageServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        """What may be done about a range."""
        file = file_of(params.text_document.uri)
        return await offered(session, file, params, Abilities.of(server.client_capabilities)) if file else None

    @made.feature(lsp.CODE_ACTION_RESOLVE)
    @guarded
    async def chose(_: LanguageServer, action: lsp.CodeAction) -> lsp.CodeAction | None:
        """The edit of an action that somebody chose."""
        file = file_of(str((action.data or {}).get("uri", "")))
        return await chosen(session, file, action) if file else action


def _about(session: Session, asked: _Asked) -> Callable[[LanguageServer, Any], Awaitable[Any]]:
    async def answered(_: LanguageServer, params: Any) -> Any:
        file = file_of(params.text_document.uri)
        found = await session.view(file, settled=asked.settled) if file else None
        if found is None:
            return None
        view, path = found
        return asked.answer(view, path, view.text(path), params) if path in view.buffers else None

    return answered


def guarded(
    feature: Callable[[LanguageServer, Any], Awaitable[Answer | None]],
) -> Callable[[LanguageServer, Any], Awaitable[Answer | None]]:
    """The feature, which answers nothing where it fails; the editor's log is told where, and nothing of the data.

    What cannot be done, and is asked for, is refused with the reason.
    """

    @wraps(feature)
    async def answered(server: LanguageServer, params: Any) -> Answer | None:
        """The answer, none, or the reason why there can be none."""
        try:
            return await feature(server, params)
        except UsageError as refused:
            raise JsonRpcException(terminal(refused.message), lsp.LSPErrorCodes.RequestFailed) from None
        except Exception as error:
            report(error)
            return None

    return answered


def file_of(uri: str) -> Path | None:
    """The file that an address names; None where it is none of a file system."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None

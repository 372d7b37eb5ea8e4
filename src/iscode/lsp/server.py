"""The protocol on standard input and output -> calls of features, each of which may fail without ending the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from iscode import __version__
from iscode.errors import UsageError
from iscode.lsp.completion import completion
from iscode.lsp.definition import definition
from iscode.lsp.hover import hover
from iscode.lsp.references import references
from iscode.lsp.rename import prepare_rename, rename
from iscode.lsp.session import Asked, Session
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report.escape import terminal

Answer = TypeVar("Answer")
TRIGGERS: Final = (" ", ":", "[", ",", "{", ".")
"""What an editor asks for words behind, beside letters."""


def serve(asked: Asked) -> None:
    """Speak with one editor until it ends the session. The stream is one of its own: the library closes it."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stream:
        server(asked).start_io(stdout=stream)


def server(asked: Asked) -> LanguageServer:
    """A server that speaks for the roots that `asked` reads."""
    made = LanguageServer("iscode", __version__, lsp.TextDocumentSyncKind.Full)

    def publish(file: Path, listed: list[lsp.Diagnostic]) -> None:
        uri = uris.from_fs_path(str(file))
        if uri is not None:
            made.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, listed))

    session = Session(asked, publish)
    _add_buffers(made, session)
    _add_features(made, session)
    return made


def _add_buffers(made: LanguageServer, session: Session) -> None:
    """What tells of buffers and files."""

    @made.feature(lsp.INITIALIZED)
    def initialized(server: LanguageServer, _: lsp.InitializedParams) -> None:
        session.units = server.workspace.position_codec.client_num_units

    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(_: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
        if file := _file(params.text_document.uri):
            session.put(file, params.text_document.text)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(server: LanguageServer, params: lsp.DidChangeTextDocumentParams) -> None:
        if file := _file(params.text_document.uri):
            session.put(file, server.workspace.get_text_document(params.text_document.uri).source)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(_: LanguageServer, params: lsp.DidCloseTextDocumentParams) -> None:
        if file := _file(params.text_document.uri):
            session.close(file)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_: LanguageServer, params: lsp.DidSaveTextDocumentParams) -> None:
        if file := _file(params.text_document.uri):
            session.saved(file)

    @made.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(_: LanguageServer, params: lsp.DidChangeWatchedFilesParams) -> None:
        session.saved(*(file for change in params.changes if (file := _file(change.uri))))

    @made.feature(lsp.SHUTDOWN)
    def shutdown(*_: object) -> None:
        session.stop()


def _add_features(made: LanguageServer, session: Session) -> None:
    """What is asked about a place."""

    async def about(
        params: Any, ask: Callable[[View, str, Text], Answer | None], *, settled: bool = False
    ) -> Answer | None:
        file = _file(params.text_document.uri)
        found = await session.view(file, settled=settled) if file else None
        if found is None:
            return None
        view, path = found
        return ask(view, path, view.text(path)) if path in view.buffers else None

    @made.feature(lsp.TEXT_DOCUMENT_HOVER)
    @guarded
    async def hovered(_: LanguageServer, params: lsp.HoverParams) -> lsp.Hover | None:
        return await about(params, lambda view, _, text: hover(view, text, text.point(params.position)))

    @made.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=TRIGGERS))
    @guarded
    async def completed(_: LanguageServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        return await about(params, lambda view, path, text: completion(view, path, text, text.point(params.position)))

    @made.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    @guarded
    async def defined(_: LanguageServer, params: lsp.DefinitionParams) -> list[lsp.Location] | None:
        return await about(params, lambda view, path, text: definition(view, path, text, text.point(params.position)))

    @made.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    @guarded
    async def referred(_: LanguageServer, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        declared = params.context.include_declaration
        return await about(
            params,
            lambda view, path, text: references(view, path, text, text.point(params.position), declared=declared),
        )

    @made.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    @guarded
    async def may_rename(_: LanguageServer, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        return await about(
            params,
            lambda view, path, text: prepare_rename(view, path, text, text.point(params.position)),
            settled=True,
        )

    @made.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    @guarded
    async def renamed(_: LanguageServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        return await about(
            params,
            lambda view, path, text: rename(view, path, text, text.point(params.position), params.new_name),
            settled=True,
        )


def guarded(
    feature: Callable[[LanguageServer, Any], Awaitable[Answer | None]],
) -> Callable[[LanguageServer, Any], Awaitable[Answer | None]]:
    """The feature, which answers nothing where it fails; the editor's log is told where, and nothing of the data.

    What cannot be done, and is asked for, is refused with the reason.
    """

    @wraps(feature)
    async def answered(server: LanguageServer, params: Any) -> Answer | None:
        try:
            return await feature(server, params)
        except UsageError as refused:
            raise JsonRpcException(terminal(refused.message), lsp.LSPErrorCodes.RequestFailed) from None
        except Exception as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace is not None else "?"
            sys.stderr.write(f"iscode: a defect in iscode: {type(error).__name__} in {where}; please report it\n")
            return None

    return answered


def _file(uri: str) -> Path | None:
    """The file that an address names; None where it is none of a file system."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None

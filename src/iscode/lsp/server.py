"""The protocol on standard input and output -> buffers and files of a session, and the features that it answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from iscode import __version__
from iscode.lsp.features import add_features, file_of
from iscode.lsp.session import Asked, Session


def serve(asked: Asked, today: Callable[[], str]) -> None:
    """Speak with one editor until it ends the session. The stream is one of its own: the library closes it."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stream:
        server(asked, today).start_io(stdout=stream)


def server(asked: Asked, today: Callable[[], str]) -> LanguageServer:
    """A server that speaks for the roots that `asked` reads, as of `today`."""
    made = LanguageServer("iscode", __version__, lsp.TextDocumentSyncKind.Full)

    def publish(uri: str, listed: list[lsp.Diagnostic]) -> None:
        made.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, listed))

    session = Session(asked, publish, today)
    _add_files(made, session)
    _add_buffers(made, session)
    add_features(made, session)
    return made


_WATCH: Final = lsp.Registration(
    "iscode-files",
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher("**/*")]),
)
"""Any file may be an artifact that a record names."""


def _add_buffers(made: LanguageServer, session: Session) -> None:
    """What tells of buffers."""

    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(_: LanguageServer, params: lsp.DidOpenTextDocumentParams) -> None:
        if file := file_of(params.text_document.uri):
            session.put(file, params.text_document.text)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(server: LanguageServer, params: lsp.DidChangeTextDocumentParams) -> None:
        if file := file_of(params.text_document.uri):
            session.put(file, server.workspace.get_text_document(params.text_document.uri).source)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(_: LanguageServer, params: lsp.DidCloseTextDocumentParams) -> None:
        if file := file_of(params.text_document.uri):
            session.close(file)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_: LanguageServer, params: lsp.DidSaveTextDocumentParams) -> None:
        if file := file_of(params.text_document.uri):
            session.saved(file)


def _add_files(made: LanguageServer, session: Session) -> None:
    """What begins and ends a session, and tells of files that others change."""

    @made.feature(lsp.INITIALIZED)
    async def initialized(server: LanguageServer, _: lsp.InitializedParams) -> None:
        session.units = server.workspace.position_codec.client_num_units
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        session.begin(told=bool(watched and watched.dynamic_registration))
        if session.told:
            await server.client_register_capability_async(lsp.RegistrationParams([_WATCH]))

    @made.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(_: LanguageServer, params: lsp.DidChangeWatchedFilesParams) -> None:
        session.saved(*(file for change in params.changes if (file := file_of(change.uri))))

    @made.feature(lsp.SHUTDOWN)
    def shutdown(*_: object) -> None:
        session.stop()

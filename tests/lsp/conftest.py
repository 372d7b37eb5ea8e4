"""A real session: an editor of pytest-lsp, and `iscode lsp` as the process that it starts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient, make_test_lsp_client

from iscode.change.desk import Desk
from iscode.cli import example, judging
from iscode.document.spots import Point
from iscode.lsp.site import Site
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.source import discover

DAY = "2026-11-24"
PATIENCE = 60
"""Seconds that a machine with much to do may take for one answer."""


class Laid:
    """The example as a session shows it, judged once for all tests: each lays its own buffers over it."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._desk = Desk(discover(top).object_format, **judging.asked(top, as_of=DAY))

    def view(self, buffers: dict[str, str]) -> View:
        judged = self._desk.lay({path: text.encode("utf-8", "replace") for path, text in buffers.items()})
        return View(judged, Site(self.top, self.top), {path: Text(text) for path, text in buffers.items()})

    def text(self, path: str) -> str:
        return (self.top / path).read_text()

    def paths(self) -> list[str]:
        """Its records."""
        found = sorted(self.top.glob("compliance/**/*.yaml"))
        return [path.relative_to(self.top).as_posix() for path in found]


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """The example in a repository of its own, which no test writes to."""
    return Laid(repository(tmp_path_factory.mktemp("laid"), {}))


RULE = """\
id: own-rule
title: A system says what it is for
severity: low
requirements: [iso42001:A.6.2.2]
phase: do
subject: AISystem
params: {words: 3}
let:
  purpose: self.purpose
  tests: 'referrers(self, "ControlTest.targets").filter(t, t.result != "fail")'
check:
  - that: size(purpose) > params.words
    message: "{self.id} does not say what it is for"
  - {that: 'tests.all(t, t.performed_on <= today)', message: "{self.id} was tested in the future"}
rationale: Nobody can judge what has no purpose.
remediation: Say what it is for.
"""
RULE_PATH = "policy-pack/rules/own/own-rule.yaml"
PACK = {
    "iscode.yaml": "version: 1\nprofile: own\npacks: [{path: policy-pack}]\n",
    "policy-pack/policies/profiles/own.yaml": "id: own\ntitle: Own\nextends: [starter]\nselect: {rules: [own-rule]}\n",
    RULE_PATH: RULE,
}


@pytest.fixture(scope="session")
def authored(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """The example with a pack of one rule, which no test writes to."""
    return Laid(repository(tmp_path_factory.mktemp("authored"), PACK))


def repository(top: Path, others: dict[str, str]) -> Path:
    for path, data in (example.files("acme") | {path: text.encode() for path, text in others.items()}).items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)
    who = ["-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "core.autocrlf=false"]
    for command in (["init", "--quiet"], [*who, "add", "."], [*who, "commit", "--quiet", "--no-verify", "-m", "first"]):
        subprocess.run(["git", "-C", str(top), *command], check=True)
    return top


class Copied(str):
    """A text that counts how often somebody copies its head, to look from its begin once more."""

    heads = 0

    def __getitem__(self, wanted: Any) -> str:
        if isinstance(wanted, slice) and wanted.start is None and wanted.step is None:
            self.heads += 1
        return super().__getitem__(wanted)


def at(text: str, sign: str = "|") -> tuple[str, Point]:
    """A text without the first sign in it, and the point where that stood."""
    before, _, after = text.partition(sign)
    line = before.count("\n")
    return before + after, (line, len(before) - before.rfind("\n") - 1)


@dataclass
class Editor:
    """An editor with one folder open."""

    client: LanguageClient
    top: Path
    registered: list[str]
    """What the server asked to be told of."""
    version: int = 0

    def uri(self, path: str) -> str:
        return (self.top / path).as_uri()

    def about(self, path: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(path))

    async def open(self, path: str, text: str | None = None) -> list[lsp.Diagnostic]:
        """Open a file, and give the diagnostics that it is shown with."""
        source = (self.top / path).read_text() if text is None else text
        self.client.diagnostics.pop(self.uri(path), None)
        document = lsp.TextDocumentItem(self.uri(path), lsp.LanguageKind.Yaml, 0, source)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        return await self.told(path)

    def type(self, path: str, text: str) -> None:
        """Have a buffer hold another text."""
        self.version += 1
        about = lsp.VersionedTextDocumentIdentifier(self.version, self.uri(path))
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.diagnostics.pop(self.uri(path), None)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(about, [change]))

    async def told(self, path: str) -> list[lsp.Diagnostic]:
        """The diagnostics of a file, once there are new ones."""
        async with asyncio.timeout(PATIENCE):
            while self.uri(path) not in self.client.diagnostics:
                await self.client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri(path)])

    async def hover(self, path: str, line: int, character: int) -> str | None:
        """The Markdown that is shown of a place."""
        asked = lsp.HoverParams(self.about(path), lsp.Position(line, character))
        found = await asyncio.wait_for(self.client.text_document_hover_async(asked), PATIENCE)
        return found.contents.value if found is not None and isinstance(found.contents, lsp.MarkupContent) else None

    async def complete(self, path: str, line: int, character: int) -> list[lsp.CompletionItem]:
        """What is offered at a place."""
        asked = lsp.CompletionParams(self.about(path), lsp.Position(line, character))
        found = await asyncio.wait_for(self.client.text_document_completion_async(asked), PATIENCE)
        return list(found.items) if isinstance(found, lsp.CompletionList) else list(found or ())


@asynccontextmanager
async def editing(top: Path, *options: str, **capabilities: Any) -> AsyncIterator[Editor]:
    """A session with a server of its own, which must end it well."""
    client = make_test_lsp_client()
    registered: list[str] = []

    @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def asked(_: object, params: lsp.RegistrationParams) -> None:
        registered.extend(one.method for one in params.registrations)

    await client.start_io(sys.executable, "-I", "-m", "iscode", "lsp", "--as-of", DAY, *options)
    parameters = lsp.InitializeParams(lsp.ClientCapabilities(**capabilities), root_uri=top.as_uri())
    await client.initialize_session(parameters)
    try:
        yield Editor(client, top, registered)
    finally:
        await client.shutdown_session()
        await client.stop()

"""A repository of records open in an editor -> how long it waits for each answer of `iscode lsp`.

Run: python bench/lsp.py [RECORDS] [bench | PROFILE | EXAMPLE]: made-up records under ten rules or a profile, or copies
of a whole example such as examples/acme. At most 150 ms are promised for 2,000 records; the rest of a busy machine
counts, so the least of the runs is told beside their median.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pytest_lsp import make_test_lsp_client

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import repository
from bench.run import AS_OF, commit

RECORDS = 2_000
RUNS = 15
PROMISED = 150
"""Milliseconds."""
SYSTEMS = ("compliance/ai-systems/s-1.yaml", "compliance/ai-systems/service-chat.yaml")
"""The record that is typed into: the first that is there."""
EDITS = {
    "a comment": (r"^purpose:", r"# {n}\n\g<0>"),
    "prose": (r"^purpose: \w+", r"\g<0> {n}"),
    "a rule breaks": (r"^known_risks: .*\n(  .*\n)*", r"tags: [t-{n}]\n"),
    "a reference leads nowhere": (r"^owner: Role:.*", r"owner: Role:nobody-{n}"),
    "the schema refuses a word": (r"^stage: .*", r"stage: m{n}"),
    "the schema misses a key": (r"^risk_tier:", r"risk_tire_{n}:"),
    "half a line": (r"^purpose:", r"x{n}\n\g<0>"),
    "another id": (r"^id: .*", r"\g<0>-x-{n}"),
}
"""What is typed into one record: a pattern of what stands there, and what stands there then."""

Ask = Callable[[], Awaitable[Any]]


class Editor:
    """An editor with one record open, that asks for the edit of an action which somebody chose, as most do."""

    def __init__(self, client: Any, path: Path, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, path.as_uri(), text, 0
        self.about = lsp.TextDocumentIdentifier(self.uri)

    async def type(self, text: str) -> float:
        """Milliseconds until what is typed is judged: until a request that waits for that is answered."""
        self.version += 1
        about = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        begin = time.perf_counter()
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(about, [change]))
        nowhere = lsp.Range(lsp.Position(10_000, 0), lsp.Position(10_000, 0))
        asked = lsp.CodeActionParams(self.about, nowhere, lsp.CodeActionContext([]))
        await self.client.text_document_code_action_async(asked)
        return (time.perf_counter() - begin) * 1000

    def place(self, word: str) -> lsp.Position:
        """The end of the first such word of the record."""
        before = self.text[: self.text.index(word) + len(word)]
        return lsp.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


@asynccontextmanager
async def editing(top: Path) -> Any:
    """An editor that has opened its record, judged."""
    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-I", "-m", "iscode", "lsp", "--as-of", AS_OF)
    path = next(top / system for system in SYSTEMS if (top / system).exists())
    editor = Editor(client, path, path.read_text())
    capabilities = lsp.ClientCapabilities(
        workspace=lsp.WorkspaceClientCapabilities(
            workspace_edit=lsp.WorkspaceEditClientCapabilities(
                document_changes=True, resource_operations=[lsp.ResourceOperationKind.Create]
            )
        ),
        text_document=lsp.TextDocumentClientCapabilities(
            code_action=lsp.CodeActionClientCapabilities(
                data_support=True, resolve_support=lsp.ClientCodeActionResolveOptions(["edit"])
            )
        ),
    )
    await client.initialize_session(lsp.InitializeParams(capabilities, root_uri=top.as_uri()))
    begin = time.perf_counter()
    document = lsp.TextDocumentItem(editor.uri, lsp.LanguageKind.Yaml, 0, editor.text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
    await client.wait_for_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    print(f"opened and judged whole: {time.perf_counter() - begin:.2f} s")
    yield editor
    await client.shutdown_session()
    await client.stop()


def requests(editor: Editor) -> dict[str, Ask]:
    """Each request, about the record as it stands."""
    client, about = editor.client, editor.about
    owner, own = editor.place("owner: Role:"), editor.place("\nid: s")
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(999, 0))
    acted = lsp.CodeActionParams(about, everything, lsp.CodeActionContext([]))
    named = lsp.ReferenceContext(include_declaration=True)
    return {
        "hover": lambda: client.text_document_hover_async(lsp.HoverParams(about, owner)),
        "completion": lambda: client.text_document_completion_async(lsp.CompletionParams(about, owner)),
        "definition": lambda: client.text_document_definition_async(lsp.DefinitionParams(about, owner)),
        "references": lambda: client.text_document_references_async(lsp.ReferenceParams(named, about, owner)),
        "prepare rename": lambda: client.text_document_prepare_rename_async(lsp.PrepareRenameParams(about, own)),
        "rename of a role": lambda: client.text_document_rename_async(lsp.RenameParams(about, owner, "another")),
        "code action": lambda: client.text_document_code_action_async(acted),
    }


async def run(top: Path) -> int:
    """A line for each edit and each request. How many are slower than promised."""
    slow = 0
    async with editing(top) as editor:
        for what, (old, new) in EDITS.items():
            pattern = re.compile(old, re.MULTILINE)
            assert pattern.search(editor.text)
            typed = [pattern.sub(new.replace("{n}", str(n)), editor.text, count=1) for n in range(RUNS)]
            taken = [await editor.type(text) for text in typed]
            slow += told(f"typed, {what}", taken)
            await editor.type(editor.text)
        for what, ask in requests(editor).items():
            slow += told(what, [await timed(ask) for _ in range(RUNS)])
        broken = re.sub("^owner: Role:.*", "owner: Role:new", editor.text, flags=re.MULTILINE)
        await editor.type(broken.replace("can_stop: true", "can_stop: false"))
        slow += told("code action, of drafts", [await timed(requests(editor)["code action"]) for _ in range(RUNS)])
        for action in await requests(editor)["code action"]():
            if action.data is not None:
                taken = [
                    await timed(lambda one=action: editor.client.code_action_resolve_async(one)) for _ in range(RUNS)
                ]
                slow += told(f"chosen, {action.title}", taken)
    return slow


async def timed(ask: Ask) -> float:
    """The milliseconds of one request."""
    begin = time.perf_counter()
    await ask()
    return (time.perf_counter() - begin) * 1000


def told(what: str, taken: list[float]) -> bool:
    """Print a line; whether the median is more than promised."""
    middle = statistics.median(taken)
    print(f"{what}: median {middle:.0f} ms, least {min(taken):.0f}, most {max(taken):.0f} (promised: {PROMISED})")
    return middle > PROMISED


def main(records: int, what: str) -> None:
    """Make the repository, open it, type and ask."""
    example = Path(what)
    if (example / "iscode.yaml").is_file():
        files = repository.copies(example, records)
    else:
        files = repository.files(records)
        if what != "bench":
            files["iscode.yaml"] = f"version: 1\nprofile: {what}\n".encode()
            files = {path: data for path, data in files.items() if not path.startswith("policy-pack/")}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        commit(folder, files)
        print(f"{records} records, {what}")
        sys.exit(1 if asyncio.run(run(folder)) else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS, sys.argv[2] if len(sys.argv) > 2 else "bench")

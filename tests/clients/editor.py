"""The YAML language server of editors, spoken to over its standard input and output as an editor speaks to it."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 60
"""Seconds for one answer: node starts slowly on a busy machine."""


class Editor:
    """An editor with one folder open and the settings of its `.vscode/settings.json`, as VS Code hands them on."""

    def __init__(self, server: Path, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder, self.settings = folder, settings
        self.process = subprocess.Popen(
            ["node", str(server), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.told: queue.Queue[dict[str, Any]] = queue.Queue()
        self.number = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
            },
        }
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities,
                                "workspaceFolders": folders})  # fmt: skip
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": self._sections()})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self.listener.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def open(self, texts: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        """Open files of the folder with these texts, and return what the server has against each, by path.

        All at once, for it waits a little before it looks at one. A path is opened once: the server speaks again when a
        file is closed, and nobody could tell of which text.
        """
        for path, text in texts.items():
            assert self.uri(path) not in self.diagnostics
            document = {"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": text}
            self.tell("textDocument/didOpen", {"textDocument": document})
        while any(self.uri(path) not in self.diagnostics for path in texts):
            self._take()
        return {path: self.diagnostics[self.uri(path)] for path in texts}

    def complete(self, path: str, line: int, character: int) -> list[dict[str, Any]]:
        """What could be typed at a place, both counted from 0."""
        found = self.ask("textDocument/completion", self._at(path, line, character))
        items: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found or []
        return items

    def hover(self, path: str, line: int, character: int) -> str:
        """The Markdown that is shown over a place."""
        found = self.ask("textDocument/hover", self._at(path, line, character))
        return str(found["contents"]["value"]) if found else ""

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def ask(self, method: str, parameters: Any) -> Any:
        self.number += 1
        number = self.number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message.get("result")

    def tell(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _at(self, path: str, line: int, character: int) -> dict[str, Any]:
        return {"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}}

    def _sections(self) -> dict[str, Any]:
        """The settings by section, nested by their dots."""
        sections: dict[str, Any] = {}
        for key, value in self.settings.items():
            *above, name = key.split(".")
            held = sections
            for step in above:
                held = held.setdefault(step, {})
            held[name] = value
        return sections

    def _send(self, message: Mapping[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self.process.stdin.flush()

    def _take(self) -> dict[str, Any]:
        """The next message; what the server asks of an editor is answered at once."""
        message = self.told.get(timeout=PATIENCE)
        method, parameters = message.get("method"), message.get("params")
        if method == "textDocument/publishDiagnostics":
            self.diagnostics[parameters["uri"]] = parameters["diagnostics"]
        elif "id" in message and method == "workspace/configuration":
            sections = self._sections()
            self._send({"id": message["id"], "result": [sections.get(item["section"]) for item in parameters["items"]]})
        elif "id" in message and method:
            self._send({"id": message["id"], "result": None})
        return message

    def _listen(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while header := stream.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else None
            if length is None:
                continue
            while stream.readline().strip():
                pass
            self.told.put(json.loads(stream.read(length)))

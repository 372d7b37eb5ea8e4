"""A range of a file -> what an editor offers to do about it, at once or once somebody chose it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lsprotocol import types as lsp

from iscode.document import write
from iscode.errors import UsageError
from iscode.evaluation import Result
from iscode.evaluation.ground import Ground
from iscode.intake import draft
from iscode.lsp.diagnostics import span
from iscode.lsp.drafts import Draft, missing, waiving
from iscode.lsp.edits import created
from iscode.lsp.mending import mending
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report import editors
from iscode.report.escape import terminal
from iscode.schema import Kind

WithFiles = Callable[[Mapping[str, bytes]], Ground]
"""Files by path from the top -> the ground as it would be with them."""
MOST: Final = 20
"""Results of one range that something is offered about."""


def actions(view: View, path: str, text: Text, wanted: lsp.Range) -> list[lsp.CodeAction]:
    """What may be done about what stands in a range. A draft is written once it is chosen: `drafted` does it."""
    listed = list(_failing(view, path, text, wanted))[:MOST]
    found = list(mending(view, path, text, listed))
    drafts = (*missing(view, path, text, text.point(wanted.start), text.point(wanted.end)), *waiving(view, listed))
    found += [_promised(one) for one in {one.title: one for one in drafts}.values()]
    return found


def _promised(one: Draft) -> lsp.CodeAction:
    data = {"kind": one.kind, "known": one.known, "path": one.path}
    return lsp.CodeAction(terminal(one.title), lsp.CodeActionKind.QuickFix, data=data)


def _failing(view: View, path: str, text: Text, wanted: lsp.Range) -> Iterator[Result]:
    """The failing results whose mark meets a range, but for those that only say that something else must be mended."""
    for result in view.judged.failing:
        if result.origin.path == path and result.cause != "invalid":
            marked = span(text, result.origin.place)
            if _key(marked.start) <= _key(wanted.end) and _key(wanted.start) <= _key(marked.end):
                yield result


def _key(position: lsp.Position) -> tuple[int, int]:
    return position.line, position.character


def drafted(view: View, with_files: WithFiles, data: Mapping[str, Any]) -> lsp.WorkspaceEdit:
    """The file that was promised. Raises UsageError where there is one already, or it would not be judged."""
    kind, path, known = view.policy.kinds[data["kind"]], str(data["path"]), dict(data["known"])
    uri = view.uri(path)

    def lay(record: Mapping[str, Any]) -> Ground:
        return with_files({path: write(record).encode()})

    if uri is None or path in view.records or ".." in path.split("/"):
        raise UsageError(f"{path} is there already, or cannot be")
    if path not in {entry.path for entry in lay(known).selected.entries}:
        raise UsageError(f"{path} would not be judged: `records` of iscode.yaml does not take it in")
    return created(uri, draft(kind, known, lay, _modeline(view, kind, path)).text)


def _modeline(view: View, kind: Kind, path: str) -> str | None:
    """The words that send an editor to the schema of a kind, where the root has it."""
    root = view.judged.ground.root
    prefix = f"{root}/" if root else ""
    there = view.site.top / f"{prefix}{editors.FOLDER}/{kind.slug}{editors.SUFFIX}"
    return editors.modeline(kind, path.removeprefix(prefix)) if there.is_file() else None

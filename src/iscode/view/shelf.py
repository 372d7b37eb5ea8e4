"""The files below policies/views/, or of another shelf of views -> every view by id. Nothing is compiled yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from iscode.document import Document, Pointer
from iscode.errors import PolicyError, UsageError
from iscode.policy import Policy, Shelves, shipped
from iscode.rule.hints import nearest
from iscode.schema.model import bind, parse
from iscode.view.model import View

FOLDER: Final = "policies/views/"
EXPORTS: Final = "policies/exports/"
"""What is asked of records for documents of other tools: views whose columns a report knows by name."""
SHEETS: Final = "policies/sheets/"
"""The sheets of a workbook: views in the order of their `page`."""


@dataclass(frozen=True)
class ViewFile:
    """A view and the document it stands in, for the place of each of its keys."""

    view: View
    document: Document

    def fail(self, pointer: Pointer, message: str, hint: str = "") -> PolicyError:
        """What is wrong at a key."""
        return PolicyError(message, place=self.document.place(pointer), hint=hint)


def shelves_of(policy: Policy) -> Shelves:
    """The shipped shelves with the packs of a policy."""
    return replace(shipped(), packs=policy.packs)


def load(shelves: Shelves, folder: str = FOLDER) -> dict[str, ViewFile]:
    """The views of the shelves by id, those of packs last. Raises PolicyError with the place of what is broken."""
    found: dict[str, ViewFile] = {}
    for path, data in shelves.below(folder, ".yaml"):
        document = parse(path, data, PolicyError)
        file = ViewFile(bind(document, View, PolicyError), document)
        name = file.view.id
        if name != path.rpartition("/")[2].removesuffix(".yaml"):
            raise file.fail(("id",), f"the view {name!r} stands in a file of another name", f"name it {name}.yaml")
        if found.setdefault(name, file) is not file:
            there = found[name].document.path
            raise file.fail(("id",), f"the view {name!r} is described twice, in {there} too", "give it another id")
        for pointer, message, hint in _faults(file.view):
            raise file.fail(pointer, message, hint)
    return found


def named(views: dict[str, ViewFile], name: str) -> ViewFile:
    """The view of that id. Raises UsageError with a hint when there is none."""
    if name not in views:
        raise UsageError(f"there is no view {name!r}", hint=nearest(name, views))
    return views[name]


def _faults(view: View) -> Iterator[tuple[Pointer, str, str]]:
    """What no type can say of the columns."""
    known = [column.id for column in view.columns]
    for index, name in enumerate(known):
        if name in known[:index]:
            yield ("columns", index, "id"), f"two columns are called {name!r}", "give one of them another id"
    if all(column.place != "row" for column in view.columns):
        yield ("columns",), "no column stands in the row, so nobody could tell rows apart", "leave `place` out of one"
    for number, more in enumerate(view.more):
        for name in more.values:
            if name not in known:
                yield ("more", number, "values", name), f"there is no column {name!r}", nearest(name, known)

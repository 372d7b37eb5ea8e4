"""A reference that leads nowhere, or a failing result -> the record to draft: who is missing, or the waiver to ask for.

A draft counts for nothing: it has no value where somebody must decide, so that its schema refuses it, and is not in
force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from iscode.document.spots import Point, spots
from iscode.evaluation import Result
from iscode.intake.beside import beside
from iscode.intake.slug import slug
from iscode.inventory.record import ACTIVE
from iscode.lsp.text import Text
from iscode.lsp.view import View, kind_of, node_at, waives
from iscode.schema import Kind


class Draft(NamedTuple):
    """A record to draft: what it is for, its kind, what is known of it, and the path that it gets, from the top."""

    title: str
    kind: str
    known: dict[str, Any]
    path: str


def missing(view: View, path: str, text: Text, start: Point, end: Point) -> Iterator[Draft]:
    """The records that references between two points of a file lead to and that nobody has written."""
    found = list(spots(text.data))
    kind = kind_of(view, found) if path in view.records else None
    for spot in found if kind is not None else ():
        if spot.key or spot.end < start or spot.start > end:
            continue
        targets = (node_at(kind.schema, spot.pointer) or {}).get("x-ref", ()) if kind else ()
        name, _, identity = spot.text.partition(":")
        if name in targets and identity and view.inventory.find(spot.text) is None:
            draft = _draft(view, view.policy.kinds[name], identity, f"Draft {spot.text}", {})
            if draft is not None:
                yield draft


def waiving(view: View, results: Iterable[Result]) -> Iterator[Draft]:
    """A waiver for each failing result that one could hide, of each kind of waivers."""
    kinds = [kind for kind in view.policy.kinds.values() if waives(kind)]
    for result in results:
        file = view.policy.rules.by_id.get(result.rule)
        of = view.policy.kinds.get(result.subject.partition(":")[0])
        if result.outcome != "fail" or file is None or not file.rule.waivable or result.waiver is not None:
            continue
        for kind in kinds if of is None or not waives(of) else ():
            known: dict[str, Any] = {"waives": [result.rule], "subjects": [result.subject]}
            if "clause" in kind.schema["properties"] and result.clause is not None:
                known["clause"] = result.clause
            title = f"Draft a {kind.name} of {result.rule} for {result.subject}"
            draft = _draft(view, kind, slug(f"{result.rule} {result.subject}"), title, known)
            if draft is not None:
                yield draft


def _draft(view: View, kind: Kind, name: str, title: str, known: dict[str, Any]) -> Draft | None:
    """The draft under a name that is free; None where a record of the kind is in force from its first word on."""
    status = next((word for word in kind.statuses if word != ACTIVE), None)
    others = view.inventory.of_kind(kind.name)
    taken = {record.id for record in others}
    free = next(one for one in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if one not in taken)
    if status is None or "/" in free:
        return None
    words = {"title": free.replace("-", " ").capitalize()} if "title" in kind.schema["properties"] else {}
    root = view.judged.ground.root
    prefix = f"{root}/" if root else ""
    path = prefix + beside(others, kind, free, prefix)
    return Draft(title, kind.name, {"kind": kind.name, "id": free, **words, "status": status, **known}, path)

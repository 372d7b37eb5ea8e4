"""A check that says what may be written to mend it -> the values for paths of a record, which an editor can apply.

A patch is no part of the verdict: it is offered, and whoever applies it has written it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from iscode.document import Pointer
from iscode.errors import RuleError
from iscode.rule.hints import nearest
from iscode.rule.model import Check
from iscode.rule.shelf import RuleFile
from iscode.schema import Kind, fields
from iscode.schema.kinds import decider

_HOLE: Final = re.compile(r"\{params\.([a-z][a-z0-9_]*)\}")
"""The value that is the one of a parameter, as a message names it."""


def values(check: Check, params: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """Path from the record -> what a check would have there, under the parameters that bind."""
    return {tuple(path.split(".")): _value(value, params) for path, value in check.patch.items()}


def fits(kind: Kind, path: tuple[str, ...], value: Any) -> bool:
    """Whether a record of a kind can have a value at a path, which may lead only to the kinds that its schema names.

    Whether it leads to a record, only an inventory knows.
    """
    node: Mapping[str, Any] = kind.schema
    for key in path:
        node = node.get("properties", {}).get(key, {})
    if node.get("type", "object") == "object" or not decider(_alone(node)).is_valid(value):
        return False
    marks = fields.marks(node).get("x-ref", ())
    return all(_leads(target, kinds) for where, kinds in marks for _, target in fields.values(value, where))


def require_fitting(file: RuleFile, kinds: Iterable[Kind]) -> None:
    """Raises RuleError at a patch of a path, or with a value, that no record of these kinds can have.

    A parameter is tried with the rule's own value: a profile may set one that does not fit, and breaks no rule by it.
    """
    judged = list(kinds)
    for index, check in enumerate(file.rule.check):
        for path, value in check.patch.items():
            pointer: Pointer = ("check", index, "patch", path)
            for message, hint in _flaws(file, judged, path, value):
                raise RuleError(message, place=file.document.place(pointer), hint=hint)


def _flaws(file: RuleFile, kinds: list[Kind], path: str, value: Any) -> Iterator[tuple[str, str]]:
    if not kinds or file.rule.compare == "removed":
        yield "there is no record that a patch could mend", "remove `patch`"
    hole = _HOLE.fullmatch(value) if isinstance(value, str) else None
    if hole is not None and hole[1] not in file.rule.params:
        yield f"there is no parameter `{hole[1]}`", nearest(hole[1], file.rule.params)
    for kind in kinds:
        node: Mapping[str, Any] = kind.schema
        for key in path.split("."):
            known = node.get("properties", {})
            if key not in known:
                yield f"{kind.name} has no {path!r}", nearest(key, known)
                return
            node = known[key]
        if not fits(kind, tuple(path.split(".")), _value(value, file.rule.params)):
            yield f"no {kind.name} can have this as its {path!r}", "write a value that its schema takes"


def _leads(target: Any, kinds: Collection[str]) -> bool:
    """Whether a text has the form of a reference to a record of one of the kinds."""
    kind, _, identity = target.partition(":") if isinstance(target, str) else ("", "", "")
    return kind in kinds and identity != ""


def _value(value: Any, params: Mapping[str, Any]) -> Any:
    hole = _HOLE.fullmatch(value) if isinstance(value, str) else None
    return params.get(hole[1]) if hole is not None else value


def _alone(node: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a field without what only editors read."""
    return {key: value for key, value in node.items() if not key.startswith("x-")}

"""The migration files -> the steps by which records of an older schema become records of the one that there is.

What a step takes away must be gone from the schema, and what it makes must be in it: so a record needs a step or it
does not, whatever was done before, and a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from iscode.document import Document, Pointer
from iscode.errors import PolicyError
from iscode.rule.hints import nearest
from iscode.rule.model import Slug, Text
from iscode.schema import Kind, Kinds, fields
from iscode.schema.model import Model, described, form, says

FOLDER: Final = "policies/migrations/"
Form = Literal["rename", "move", "set", "replace", "drop"]
Scalar = str | int | float | bool
_Dotted = Annotated[str, form(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", 200)]


class Step(Model):
    """One change of a record. Paths have dots and lead through lists, to what each item of them holds."""

    rename: Annotated[_Dotted | None, says("a key that has another name now, given by `to`")] = None
    move: Annotated[_Dotted | None, says("a value that stands at another path now, given by `to`")] = None
    set: Annotated[_Dotted | None, says("a key that gets `value` where it is absent")] = None
    replace: Annotated[_Dotted | None, says("a value whose `words` are others now")] = None
    drop: Annotated[_Dotted | None, says("a key that is no more; what it held is lost")] = None
    to: Annotated[_Dotted | None, says("of rename: the new key; of move: the new path")] = None
    value: Annotated[Scalar | list[Scalar] | None, says("of set: what it gets")] = None
    words: Annotated[dict[Text, Text], says("of replace: old word -> new word")] = {}


class Migration(Model, kw_only=True):
    """What became of a kind, in steps that are taken in order."""

    id: Annotated[Slug, says("migrations are made in the order of their ids")]
    title: Annotated[Text, says("what is different now, as a sentence")]
    kind: Annotated[Text, says("the kind whose records it changes")]
    steps: Annotated[list[Step], Meta(min_length=1)]


class Change(Struct, frozen=True):
    """A step that was read: what is done at `path`, keys from the record down. `target` is a path too."""

    form: Form
    path: tuple[str, ...]
    migration: str
    target: tuple[str, ...] = ()
    value: Any = None
    words: dict[str, str] = {}


class _Read(NamedTuple):
    document: Document
    pointer: Pointer
    change: Change


NEEDED: Final[dict[Form, str]] = {"rename": "to", "move": "to", "set": "value", "replace": "words", "drop": ""}
"""What each form needs beside its path; it has nothing else."""


def load(files: Iterable[tuple[str, bytes]], kinds: Kinds) -> dict[str, tuple[Change, ...]]:
    """The changes by the kind whose records they are made to, in the order in which they are made.

    Raises PolicyError with the place: a file that is broken, a kind that there is not, a step that is none or two, that
    takes away what the schema still has, or makes what the schema has not.
    """
    read: dict[str, list[_Read]] = {}
    for document, migration in sorted(described(files, Migration, "migration"), key=lambda one: one[1].id):
        if migration.kind not in kinds:
            place = document.place(("kind",))
            raise PolicyError(f"{migration.kind!r} is no kind", place=place, hint=nearest(migration.kind, kinds))
        for index, step in enumerate(migration.steps):
            pointer: Pointer = ("steps", index)
            change = _change(step, document, pointer, migration.id)
            read.setdefault(migration.kind, []).append(_Read(document, pointer, change))
    for name, steps in read.items():
        for index, one in enumerate(steps):
            for message, hint in _faults(one.change, kinds[name], [later.change for later in steps[index + 1 :]]):
                raise PolicyError(message, place=one.document.place(one.pointer), hint=hint)
    return {name: tuple(one.change for one in steps) for name, steps in read.items()}


def _change(step: Step, document: Document, pointer: Pointer, migration: str) -> Change:
    given = {name: path for name in NEEDED if (path := getattr(step, name)) is not None}
    values = {"to": step.to, "value": step.value, "words": step.words or None}
    beside = {name for name, value in values.items() if value is not None}
    if len(given) != 1:
        hint = f"one of: {', '.join(NEEDED)}"
        raise PolicyError("a step does one thing", place=document.place(pointer), hint=hint)
    [(word, dotted)] = given.items()
    if beside != {NEEDED[word]} - {""}:
        hint = f"`{word}` needs {f'`{NEEDED[word]}`' if NEEDED[word] else 'nothing else'}, and nothing beside it"
        raise PolicyError(f"it is no whole `{word}`", place=document.place(pointer), hint=hint)
    path = tuple(dotted.split("."))
    target = tuple(step.to.split(".")) if step.to else ()
    if word == "rename":
        if len(target) != 1:
            raise PolicyError("`to` of a rename is a key", place=document.place(pointer), hint="or write `move`")
        target = (*path[:-1], *target)
    return Change(word, path, migration, target, step.value, step.words)


def _faults(change: Change, kind: Kind, later: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """What does not fit the schema that there is; what a later step takes on may be gone again."""
    dotted = ".".join((kind.name, *change.path))
    taken = {one.path for one in later}
    if change.form in ("rename", "move", "drop") and _node(kind, change.path) is not None:
        yield f"{dotted} is in the schema still, so a second run would change it again", "take it out of the schema"
    if change.form in ("set", "replace"):
        yield from _unfit(change, kind, dotted, taken)
    if change.target and change.target not in taken and _node(kind, change.target) is None:
        hint = f"the schema of {kind.name} is {kind.path}"
        yield f"{'.'.join((kind.name, *change.target))} is not in the schema", hint


def _unfit(change: Change, kind: Kind, dotted: str, taken: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """A value or words that the schema does not have, or still has."""
    node = _node(kind, change.path)
    if node is None:
        if change.path not in taken:
            yield f"{dotted} is not in the schema", f"the schema of {kind.name} is {kind.path}"
        return
    known = node.get("items", node).get("enum")
    if change.form == "set" and known is not None:
        values = change.value if isinstance(change.value, list) else [change.value]
        unknown = [str(value) for value in values if value not in known]
        if unknown:
            yield f"{dotted} cannot be {unknown[0]!r}", f"one of: {', '.join(map(str, known))}"
    for old, new in change.words.items():
        if known is None or new not in known:
            yield f"{dotted} cannot be {new!r}", f"one of: {', '.join(map(str, known or ()))}"
        elif old in known:
            yield f"{old!r} is a word of {dotted} still", "take it out of the schema"


def _node(kind: Kind, path: tuple[str, ...]) -> Any:
    found = fields.resolve(kind.schema, ".".join(path))
    return None if found is None else _inner(kind.schema, found[0])


def _inner(schema: Any, path: Sequence[str]) -> Any:
    """The node of a schema at a path of keys and `*`, before the last lists are entered."""
    while path and path[-1] == fields.EACH:
        path = path[:-1]
    for step in path:
        if step == fields.EACH:
            schema = schema.get("items") or schema["additionalProperties"]
        else:
            schema = schema["properties"][step]
    return schema

"""The cascade files -> from which records to start, and along which references to find what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from iscode.errors import PolicyError
from iscode.policy import Shelves
from iscode.rule.hints import nearest
from iscode.rule.model import Slug, Text
from iscode.schema import Kinds, Path, fields
from iscode.schema.model import Model, described, says

FOLDER: Final = "policies/cascades/"


class CascadeModel(Model):
    """What the records of some kinds rest on."""

    id: Slug
    title: Annotated[Text, says("what is shown, as a sentence")]
    start: Annotated[list[Text], Meta(min_length=1), says("the kinds at the top")]
    follow: Annotated[
        list[Text], Meta(min_length=1), says("Kind.path of references: a record rests on what they lead to")
    ]
    back: Annotated[list[Text], says("Kind.path of references: a record rests on those that point at it there")] = []


@dataclass(frozen=True)
class Cascade:
    """A cascade whose paths are found in the schemas: (kind, path) each."""

    id: str
    title: str
    start: tuple[str, ...]
    follow: tuple[tuple[str, Path], ...]
    back: tuple[tuple[str, Path], ...]


def load(shelves: Shelves, kinds: Kinds) -> tuple[Cascade, ...]:
    """The cascades of the shelves, by id. Raises PolicyError with the place of a kind or a path that there is not."""
    found: dict[str, Cascade] = {}
    for document, model in described(shelves.below(FOLDER, ".yaml"), CascadeModel, "cascade"):
        for index, name in enumerate(model.start):
            if name not in kinds:
                place = document.place(("start", index))
                raise PolicyError(f"{name!r} is no kind", place=place, hint=nearest(name, kinds))
        paths: dict[str, list[tuple[str, Path]]] = {"follow": [], "back": []}
        for key, listed in (("follow", model.follow), ("back", model.back)):
            for index, text in enumerate(listed):
                resolved = _resolved(text, kinds)
                if resolved is None:
                    place, hint = document.place((key, index)), "write Kind.path of a key that refers to records"
                    raise PolicyError(f"{text!r} holds no references", place=place, hint=hint)
                paths[key].append(resolved)
        found[model.id] = Cascade(
            model.id, model.title, tuple(model.start), tuple(paths["follow"]), tuple(paths["back"])
        )
    return tuple(found[name] for name in sorted(found))


def _resolved(text: str, kinds: Kinds) -> tuple[str, Path] | None:
    name, _, dotted = text.partition(".")
    found = fields.resolve(kinds[name].schema, dotted) if name in kinds and dotted else None
    return (name, found[0]) if found is not None and "x-ref" in found[1] else None

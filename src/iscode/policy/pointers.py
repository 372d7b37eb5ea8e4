"""The pointer files -> places of a law or a framework, each with the requirements that prepare for it, and its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from msgspec import Meta, field

from iscode.document import Pointer
from iscode.errors import PolicyError
from iscode.policy.catalog import Catalogs
from iscode.rule.hints import nearest
from iscode.rule.model import Day, Slug, Text
from iscode.schema.model import Model, described, says


class Start(Model):
    """The day from which something applies, and to what."""

    day: Day = field(name="from")
    what: Text


class Spot(Model, kw_only=True):
    """An article or a section, and the requirements that have to do with it."""

    id: Annotated[Text, says("as the source numbers it")]
    topic: Annotated[Text, says("what it is about, in our words")]
    requirements: Annotated[list[Text], Meta(min_length=1), says("long ids")]
    applies: Annotated[list[Slug], says("keys of `dates`; none where nothing applies by a day")] = []
    confidence: Literal["high", "medium", "low"]


class Pointers(Model, kw_only=True):
    """Where a law or a framework that is no catalog speaks of what requirements ask for."""

    id: Slug
    title: Text
    source: Annotated[Text, says("what is pointed into, with its edition")]
    notice: Text
    relation: Annotated[Text, says("what a requirement does for a place, as a verb")]
    verified: Annotated[Text, says("who or what says so")]
    dates: Annotated[dict[Slug, Start], says("the days from which parts of it apply")] = {}
    places: Annotated[list[Spot], Meta(min_length=1)]

    def names(self) -> Iterator[str]:
        """Its own id, and that of each place: `pointers:place`."""
        yield self.id
        yield from (f"{self.id}:{spot.id}" for spot in self.places)


def load(files: Iterable[tuple[str, bytes]], catalogs: Catalogs) -> tuple[Pointers, ...]:
    """The pointers of a shelf, (path, content) of each file.

    Raises PolicyError with the place: a file that is broken, a requirement or a date that there is not, a place or a
    file that is named twice.
    """
    found: list[Pointers] = []
    for document, pointers in described(files, Pointers, "list of pointers"):
        for pointer, message, hint in _faults(pointers, catalogs):
            raise PolicyError(message, place=document.place(pointer), hint=hint)
        found.append(pointers)
    return tuple(found)


def _faults(pointers: Pointers, catalogs: Catalogs) -> Iterator[tuple[Pointer, str, str]]:
    """What no type can say of the places."""
    seen: set[str] = set()
    for number, spot in enumerate(pointers.places):
        if spot.id in seen:
            yield ("places", number, "id"), f"{spot.id!r} is there twice", "put both into one"
        seen.add(spot.id)
        for index, name in enumerate(spot.requirements):
            if name not in catalogs:
                yield ("places", number, "requirements", index), f"{name} is no requirement", catalogs.nearest(name)
        for index, name in enumerate(spot.applies):
            if name not in pointers.dates:
                hint = nearest(name, pointers.dates)
                yield ("places", number, "applies", index), f"{name!r} is none of its dates", hint

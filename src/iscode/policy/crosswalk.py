"""The crosswalk files -> pairs of requirements of two standards, each with what one says of the other and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, field

from iscode.errors import PolicyError
from iscode.policy.catalog import Catalogs
from iscode.rule.model import Slug, Text
from iscode.schema.model import Model, bind, parse, says


class Pair(Model):
    """What a requirement gives another one; both are long ids."""

    origin: Text = field(name="from")
    to: Text
    relation: Annotated[Text, says("a word of `relations`")]
    reason: Text
    verified: Annotated[Text, says("who or what says so")]
    confidence: Literal["high", "medium", "low"]


class Crosswalk(Model, kw_only=True):
    """Which requirements of two standards have to do with one another."""

    id: Slug
    title: Text
    notice: str = ""
    relations: Annotated[dict[Text, Text], Meta(min_length=1), says("each word for a relation, with what it means")]
    mappings: Annotated[list[Pair], Meta(min_length=1)]


def load(files: Iterable[tuple[str, bytes]], catalogs: Catalogs) -> tuple[Pair, ...]:
    """The pairs of a shelf, (path, content) of each file, in the order written.

    Raises PolicyError with the place: a file that is broken, a requirement or a relation that there is not.
    """
    pairs: list[Pair] = []
    for path, data in files:
        document = parse(path, data, PolicyError)
        crosswalk = bind(document, Crosswalk, PolicyError)
        for index, pair in enumerate(crosswalk.mappings):
            for key, name in (("from", pair.origin), ("to", pair.to)):
                if name not in catalogs:
                    place = document.place(("mappings", index, key))
                    raise PolicyError(f"{name} is no requirement", place=place, hint=catalogs.nearest(name))
            if pair.relation not in crosswalk.relations:
                place, hint = (
                    document.place(("mappings", index, "relation")),
                    f"one of: {', '.join(crosswalk.relations)}",
                )
                raise PolicyError(f"{pair.relation!r} is none of its relations", place=place, hint=hint)
        pairs += crosswalk.mappings
    return tuple(pairs)

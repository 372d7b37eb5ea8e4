"""The roadmap files -> the stages of a way to go, each with the rules that must pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from iscode.errors import PolicyError
from iscode.rule import Rules
from iscode.rule.hints import nearest
from iscode.rule.model import Slug, Text
from iscode.schema.model import Model, described, says


class Stage(Model):
    """A stretch of the way. It is reached when its rules pass, and those of every stage before it."""

    id: Slug
    title: Annotated[Text, says("what stands when it is reached, as a sentence")]
    why: Annotated[Text, says("why it comes here")]
    rules: Annotated[list[Slug], Meta(min_length=1), says("the rules that must pass")]


class Roadmap(Model):
    """A way from where one kind of firm stands, in stages. A profile of the same id binds what comes first on it."""

    id: Slug
    title: Text
    stages: Annotated[list[Stage], Meta(min_length=1)]


def load(files: Iterable[tuple[str, bytes]], rules: Rules) -> dict[str, Roadmap]:
    """The roadmaps of a shelf by id, (path, content) of each file.

    Raises PolicyError with the place: a file that is broken, an id that another one has, a rule that there is not or
    that stands on the way twice.
    """
    roadmaps: dict[str, Roadmap] = {}
    for document, roadmap in described(files, Roadmap, "roadmap"):
        roadmaps[roadmap.id] = roadmap
        stages: set[str] = set()
        named: set[str] = set()
        for number, stage in enumerate(roadmap.stages):
            if stage.id in stages:
                place = document.place(("stages", number, "id"))
                raise PolicyError(f"two stages are called {stage.id!r}", place=place, hint="give one another id")
            stages.add(stage.id)
            for index, name in enumerate(stage.rules):
                place = document.place(("stages", number, "rules", index))
                if name not in rules.by_id:
                    raise PolicyError(f"there is no rule {name!r}", place=place, hint=nearest(name, rules.by_id))
                if name in named:
                    raise PolicyError(f"{name!r} stands on the way twice", place=place, hint="remove one of the two")
                named.add(name)
    return roadmaps

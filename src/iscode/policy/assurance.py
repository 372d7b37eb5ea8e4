"""The file of the steps of assurance -> the steps in order, and as a rule about requirements, whose checks they are.

A requirement stands where the first false check of that rule stops: what holds of the expressions, names and messages
of a rule holds of theirs too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta, Struct, structs

from iscode.document import Document, Pointer
from iscode.errors import Place, PolicyError
from iscode.rule.model import Check, Name, Rule, Slug, Text
from iscode.rule.shelf import RuleFile
from iscode.rule.subject import REQUIREMENT
from iscode.schema import Kinds
from iscode.schema.model import Model, Values, bind, parse, says

if TYPE_CHECKING:
    from iscode.policy.binding import BoundRule

PATH: Final = "policies/assurance.yaml"
_KEYS: Final = {"check": "steps", "that": "reached", "message": "next"}
"""A key of a rule -> what the file of the steps calls it."""


class Step(Model):
    """One step of assurance. It is reached where its condition holds, and those of all steps before it."""

    id: Slug
    title: Annotated[Text, says("what holds of a requirement that has reached it, as a sentence")]
    reached: Annotated[Text, says("a boolean expression about the requirement `self`; the lists it names show it")]
    next: Annotated[Text, says("what it asks for where it is the next step; {holes} name values")]


class Steps(Model, kw_only=True):
    """The steps of assurance, the lowest first."""

    title: Text
    params: Annotated[dict[Name, Any], says("values that the expressions read")] = {}
    let: Annotated[dict[Name, Text], says("named expressions, computed when first used")] = {}
    steps: Annotated[list[Step], Meta(min_length=1)]


class Assurance(Struct, frozen=True):
    """The steps, the lowest first. `bound` is the rule with a check for each, in the same order."""

    steps: tuple[Step, ...]
    bound: BoundRule


class _StepsDocument(Document, frozen=True, eq=False):
    """The file of the steps, asked for places as if it were the file of a rule."""

    def place(self, pointer: Pointer) -> Place:
        """Where what a rule has at that pointer stands."""
        return super().place(tuple(_KEYS.get(key, key) if isinstance(key, str) else key for key in pointer))


def load(
    files: Iterable[tuple[str, bytes]],
    kinds: Kinds,
    values: Values = MappingProxyType({}),
    written: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> tuple[tuple[Step, ...], RuleFile] | None:
    """The steps, and the file of the rule that they are; None where no file has any. Nothing is compiled yet.

    `files` are (path, content); `values` and `written` are what is known of files by their SHA-256, as of rules.
    Raises PolicyError with the place: a file that is broken, or two steps of one id.
    """
    for path, data in files:
        document = parse(path, data, PolicyError, values=values)
        model = bind(document, Steps, PolicyError)
        names = [step.id for step in model.steps]
        for index, name in enumerate(names):
            if name in names[:index]:
                place = document.place(("steps", index, "id"))
                raise PolicyError(f"two steps are called {name!r}", place=place, hint="give one of them another id")
        held = _StepsDocument(**structs.asdict(document))
        return tuple(model.steps), RuleFile(_rule(model), held, (), kinds, written.get(sha256(data).hexdigest()))
    return None


def _rule(model: Steps) -> Rule:
    return Rule(
        id="assurance",
        title=model.title,
        severity="low",
        requirements=["*"],
        phase="check",
        subject=REQUIREMENT,
        params=model.params,
        let=model.let,
        check=[Check(id=step.id, that=step.reached, message=step.next) for step in model.steps],
        rationale=model.title,
        remediation=model.title,
    )

"""What a verdict rests on, and the policy's steps -> how far each requirement is shown, by what, and what comes next.

Nothing is computed before somebody asks, and of each requirement once. No result and no verdict follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct

from iscode.evaluation.frame import Frame, Frames
from iscode.evaluation.ground import Ground
from iscode.evaluation.result import bounded
from iscode.expr import EvaluationError
from iscode.inventory import reference_to
from iscode.policy.assurance import Step
from iscode.rule import CompiledCheck


class Reached(NamedTuple):
    """A step that was reached, and what shows it: references of records, by the lists that its condition names."""

    step: Step
    by: tuple[str, ...]


class Next(NamedTuple):
    """The step that was not reached, by its id, and in words what it asks for, or why it could not be judged."""

    step: str
    text: str


class Assured(Struct, frozen=True):
    """How far a requirement is shown: the steps that it reached, the lowest first, and the one after them.

    Without either, nothing is asked: it is declared not to apply, or there are no steps. All reached: `next` is None.
    """

    reached: tuple[Reached, ...] = ()
    next: Next | None = None

    @property
    def step(self) -> str | None:
        """The id of the last step that was reached; None for none."""
        return self.reached[-1].step.id if self.reached else None

    @property
    def asked(self) -> bool:
        """Whether the steps say anything of it."""
        return bool(self.reached) or self.next is not None


NOT_ASKED: Final = Assured()


class Assurances(Mapping[str, Assured]):
    """How far each requirement of the catalogs is shown, on one ground."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[str, Assured] = {}
        self._steps: dict[str, str | None] = {}

    def __getitem__(self, requirement: str) -> Assured:
        if requirement not in self._known:
            self._known[requirement] = self._assured(requirement)
        return self._known[requirement]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ground.world.requirements)

    def __len__(self) -> int:
        return len(self._ground.world.requirements)

    def asks(self, requirement: str) -> bool:
        """Whether the steps say anything of it: a clause always applies, whatever a list of decisions says of it."""
        world = self._ground.world
        applies = world.requirements[requirement]["kind"] == "clause" or not world.applicability.excluded(requirement)
        return applies and self._frames is not None

    def step(self, requirement: str) -> str | None:
        """The id of the last step that it reached; where that is the last of all, what shows them is not looked for."""
        if requirement not in self._steps:
            assurance = self._ground.policy.assurance
            whole = assurance if self._passes(requirement) else None
            self._steps[requirement] = self[requirement].step if whole is None else whole.steps[-1].id
        return self._steps[requirement]

    def _passes(self, requirement: str) -> bool:
        """Whether the function of all steps in one says that each is reached; it is several times as fast as they."""
        if requirement in self._known or self._frames is None or not self.asks(requirement):
            return False
        return self._frames.asked(self._ground.world.requirements[requirement], whole=True, old=None) is True

    def _assured(self, requirement: str) -> Assured:
        policy, row = self._ground.policy, self._ground.world.requirements[requirement]
        assurance, frames = policy.assurance, self._frames
        if assurance is None or frames is None or not self.asks(requirement):
            return NOT_ASKED
        frame = frames.of_subject(row, whole=True)
        reached: list[Reached] = []
        for step, check in zip(assurance.steps, assurance.bound.compiled.checks, strict=True):
            lacking = _lacking(check, frames, frame)
            if lacking is not None:
                return Assured(tuple(reached), Next(step.id, bounded(lacking, policy.config.message)))
            reached.append(Reached(step, tuple(dict.fromkeys(_shown(check, frames, frame)))))
        return Assured(tuple(reached))

    @cached_property
    def _frames(self) -> Frames | None:
        assurance = self._ground.policy.assurance
        return None if assurance is None else Frames(assurance.bound.compiled, self._ground.context())


def _lacking(check: CompiledCheck, frames: Frames, frame: Frame) -> str | None:
    """What a step asks for; None where it is reached. Only true reaches it: an error is none."""
    try:
        if check.that(frames.context, frame) is True:
            return None
    except EvaluationError as error:
        return f"whether it is reached could not be judged: {error.message}"
    return check.message.text(lambda name: frames.read(frame, name))


def _shown(check: CompiledCheck, frames: Frames, frame: Frame) -> Iterator[str]:
    """The records in the lists that the condition reads by name, but for one that has no value and was not needed."""
    for name in sorted(check.that.expression.reads):
        with suppress(EvaluationError):
            listed = frames.read(frame, name)
            rows = listed if isinstance(listed, list) else ()
            yield from (reference_to(row) for row in rows if isinstance(row, dict) and "kind" in row)

"""The commits on a line of first parents -> a verdict on each, and how each requirement stood on every day between.

A commit is judged as `check --rev` judges it, on the day that its committer claims, but never earlier than the commit
before it; what stands until the next commit is judged on every day on which something turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple, Protocol

from iscode import __version__
from iscode.change.course import Course
from iscode.change.verdicts import Failing, Verdict
from iscode.document import canonical
from iscode.errors import ConfigError, PolicyError, RuleError, SchemaError
from iscode.policy import Shelves
from iscode.source.history import Ancestor, RepositoryHistory
from iscode.source.repository import Repository
from iscode.source.trail import Trail, open_trail

FORMAT: Final = 5
"""Of what is kept: another one is not known again. A mend of the engine that may change a verdict raises it."""
BATCH: Final = 50
"""Commits that are judged before what was found is kept."""


class Keeper(Protocol):
    """Where verdicts are kept between two runs."""

    def known(self, names: Sequence[str]) -> Mapping[str, Any]:
        """What is kept under these names."""

    def keep(self, values: Mapping[str, Any]) -> None:
        """Keep these."""


class Point(NamedTuple):
    """A commit and its verdict. `until` is the first day that is not its own any more."""

    commit: Ancestor
    as_of: str
    until: str
    verdict: Verdict
    broke: tuple[Failing, ...] = ()
    mended: tuple[Failing, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a history is asked for: the line, how many of its first commits are left out, and by whose rules.

    `last` is the last day: no commit counts as later, and up to it the last commit stands. `shelves`: what ships.
    """

    line: Sequence[Ancestor]
    left_out: int
    root: str
    profile: str | None
    last: str
    shelves: Shelves


def history(repository: Repository, asked: Asked, keeper: Keeper) -> tuple[Point, ...]:
    """The verdicts, oldest first, each with what broke and what was mended since the last one that there was.

    Raises RepositoryError where git does not tell all. A commit whose policy or configuration is broken has none.
    """
    points = _named(asked)
    names = [_name(point, asked) for point in points]
    known = keeper.known(names)
    if len(known.keys() & set(names)) < len(names):
        with open_trail(repository) as trail:
            fresh = dict[str, Any]()
            for name, verdict in _judged(repository, trail, asked, points, names, known):
                fresh[name] = verdict.document()
                if len(fresh) % BATCH == 0:
                    keeper.keep(_lasting(fresh))
                    known, fresh = {**known, **fresh}, {}
            keeper.keep(_lasting(fresh))
            known = {**known, **fresh}
    judged = (point._replace(verdict=Verdict.of(known[name])) for point, name in zip(points, names, strict=True))
    return tuple(_compared(judged))


def _lasting(fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts that stay what they are: where there was none, a package may be installed the next time."""
    return {name: verdict for name, verdict in fresh.items() if verdict["passed"] is not None}


def _named(asked: Asked) -> list[Point]:
    """The commits with their days, which never go back, as the next one follows."""
    days, day = list[str](), ""
    for ancestor in asked.line:
        day = max(day, min(ancestor.day, asked.last))
        days.append(day)
    end = date.fromisoformat(asked.last)
    days.append((end + timedelta(1)).isoformat() if end < date.max else asked.last)
    return [
        Point(ancestor, days[index], days[index + 1], Verdict.none(""))
        for index, ancestor in enumerate(asked.line)
        if index >= asked.left_out
    ]


def _name(point: Point, asked: Asked) -> str:
    """What a verdict rests on, and nothing else, as a name: the commit names its files and all before it."""
    rests: list[Any] = [FORMAT, __version__, asked.shelves.digest, asked.root, asked.profile]
    return sha256(canonical.dumps([*rests, point.commit.oid, point.as_of, point.until])).hexdigest()


def _judged(
    repository: Repository,
    trail: Trail,
    asked: Asked,
    points: Iterable[Point],
    names: Iterable[str],
    known: Mapping[str, Any],
) -> Iterator[tuple[str, Verdict]]:
    course = Course(asked.root, asked.profile, RepositoryHistory(repository, asked.line[-1].oid), asked.shelves)
    for point, name in zip(points, names, strict=True):
        if name in known:
            continue
        snapshot = trail.commit(point.commit.oid)
        try:
            yield name, course.verdict(snapshot, point.as_of, point.until)
        except (ConfigError, PolicyError, RuleError, SchemaError) as error:
            course.lose()
            yield name, Verdict.none(str(error))


def _compared(points: Iterable[Point]) -> Iterator[Point]:
    before: dict[str, Failing] = {}
    for point in points:
        if point.verdict.passed is None:
            yield point
            continue
        after = {failing.fingerprint: failing for failing in point.verdict.failing}
        broke = tuple(failing for name, failing in after.items() if name not in before)
        mended = tuple(failing for name, failing in before.items() if name not in after)
        yield point._replace(broke=broke, mended=mended)
        before = after

"""What is wrong below the rules -> results of built-in rules, which travel the same road to every report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from iscode.evaluation.result import Origin, Result
from iscode.inventory import Inventory, Problem, Record, problems

SEVERITY: Final = "blocker"
POLICY: Final = "policy"
"""The built-in rule on what the repository itself says about how it is judged."""
SCHEMA: Final = "schema"
"""The built-in rule on the shape of records; one that fails it is judged by no other."""

UNJUDGED: Final = frozenset({SCHEMA, "record", "yaml"})
"""The built-in rules behind whose refusals no other one judged what the file says."""


class Builtin(NamedTuple):
    """A rule that needs no file: it holds for every repository."""

    id: str
    title: str
    remediation: str
    aliases: tuple[str, ...] = ()
    """Other names under which the rule is found."""


RULES: Final = (
    Builtin(
        "identity",
        "No two records can be taken for one another",
        "Give one of the two another id or path.",
        ("DOC-002",),
    ),
    Builtin(
        POLICY,
        "What softens the verdict is allowed to",
        "Change the waiver or the baseline as the message says.",
        ("EXC-004",),
    ),
    Builtin(
        "record",
        "Every file among the records is one record of a known kind",
        "Name a kind, or leave the file out with `exclude`.",
    ),
    Builtin(
        "reference",
        "Every reference leads to a record or requirement that exists",
        "Correct the reference, or write the record that it should lead to.",
    ),
    Builtin(
        SCHEMA,
        "Every record has the shape of its kind",
        "Change the record; `iscode schema show KIND` prints the shape.",
        ("DOC-001",),
    ),
    Builtin("yaml", "Every record is YAML that all readers read alike", "Change the file as the message says."),
)


def named(name: str) -> Builtin | None:
    """The built-in rule of that id or alias, if there is one."""
    return next((rule for rule in RULES if name in (rule.id, *rule.aliases)), None)


def results(inventory: Inventory, requirements: Collection[str]) -> Iterator[Result]:
    """A failing result for each problem of records, and a pass for each record without one, by each built-in rule.

    The one on policy is not among them: it judges what softens, not what is written.
    """
    found = list(problems_of(inventory, requirements))
    yield from map(failure, found)
    yield from (passed(rule, record) for rule, record in passing(inventory, found))


def problems_of(inventory: Inventory, requirements: Collection[str]) -> tuple[Problem, ...]:
    """What the built-in rules have against records. Found once for an inventory: nothing of it ever changes."""
    known = inventory.told
    if known is None or known[0] is not requirements:
        dangling, claimed = problems.references(inventory, requirements), problems.identities(inventory)
        known = inventory.told = requirements, (*inventory.problems, *dangling, *claimed)
    return known[1]


def passing(inventory: Inventory, found: Iterable[Problem]) -> Iterator[tuple[str, Record]]:
    """Each built-in rule with each record against which it has nothing, given all the problems."""
    blamed: dict[str, set[str]] = defaultdict(set)
    for problem in found:
        blamed[problem.rule].add(problem.subject)
    for builtin in RULES:
        for record in inventory.all if builtin.id != POLICY else ():
            asked = record.valid or builtin.id != "reference"
            if asked and record.reference not in blamed[builtin.id]:
                yield builtin.id, record


def passed(rule: str, record: Record) -> Result:
    """A built-in rule has nothing against a record."""
    origin = Origin(record.document, ("id",))
    return Result(rule, record.reference, None, "pass", None, None, SEVERITY, False, "", origin)


def failure(problem: Problem) -> Result:
    """A problem as the failing result of its rule, which blocks."""
    words = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
    document = problem.document
    return Result(
        problem.rule,
        problem.subject,
        problem.item,
        "fail",
        "violated",
        None,
        SEVERITY,
        True,
        words,
        Origin(document, (), problem.place),
        problem.related,
        basis=(document.value or document.source) if document is not None and problem.rule in UNJUDGED else None,
    )

"""A rule file's document -> a rule as its author wrote it. docs/how-to/write-a-rule.md tells the format."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, field

from iscode.schema.model import Model, form, says

Severity = Literal["blocker", "high", "medium", "low"]
SEVERITIES: Final[tuple[Severity, ...]] = ("blocker", "high", "medium", "low")
"""Worst first."""

Phase = Literal["plan", "do", "check", "act"]
Slug = Annotated[str, form(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", 80)]
Name = Annotated[str, form(r"[a-z][a-z0-9_]*", 40)]
Day = Annotated[str, form(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")]
Text = Annotated[str, Meta(min_length=1)]
MOST: Final = 64
"""Lets of a rule, and checks: each may read those before it, in one function."""


class Check(Model):
    """One thing that must be true. The first false one decides the result."""

    that: Annotated[Text, says("a boolean expression; false fails the rule")]
    message: Annotated[Text, says("what is said when it is false; {holes} name values")]
    id: Annotated[Slug | None, says("the name of the clause; default is its index")] = None
    at: Annotated[Text | None, says("the path of the key to point at, from self or item")] = None
    severity: Annotated[Severity | None, says("another severity for this check alone")] = None
    patch: Annotated[
        dict[Annotated[str, form(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", 200)], Any],
        says('paths of the record and what an editor may write there to mend it; "{params.x}" is a parameter'),
    ] = {}


class Rule(Model, kw_only=True):
    """One declarative check with the requirements that it serves."""

    id: Annotated[Slug, says("equals the file's name")]
    title: Annotated[Text, says("what holds when the rule passes, as a sentence")]
    stability: Literal["experimental", "stable", "deprecated"] = "experimental"
    severity: Severity
    requirements: Annotated[list[Text], Meta(min_length=1), says("ids or globs of the catalogs; * crosses dots")]
    phase: Phase
    effective_on: Annotated[Day | None, says("failures before this day are shown and do not block")] = None
    waivable: Annotated[bool, says("whether a waiver may keep a failure from blocking")] = True
    aliases: Annotated[list[Text], says("other names under which the rule is found")] = []
    subject: Annotated[
        Text | Annotated[list[Text], Meta(min_length=1)],
        says("the kind or kinds it judges, Record for every kind, Repository, Requirement or Commit"),
    ]
    compare: Annotated[
        Literal["changed", "added", "removed"] | None,
        says("judge what became of records since the base: `old` is the record as it was"),
    ] = None
    status: Annotated[list[Text], Meta(min_length=1), says("which records, by their own status")] = field(
        default_factory=lambda: ["active"]
    )
    params: Annotated[dict[Name, Any], says("values that a profile may set; the default gives the type")] = {}
    when: Annotated[Text | None, says("false: the rule does not apply")] = None
    needs: Annotated[list[Text], says("paths that must be present and not empty")] = []
    let: Annotated[dict[Name, Text], Meta(max_length=MOST), says("named expressions, computed when first used")] = {}
    each: Annotated[Text | None, says("a list or map: one result for each item")] = None
    where: Annotated[Text | None, says("false leaves an item out")] = None
    check: Annotated[list[Check], Meta(min_length=1, max_length=MOST)]
    rationale: Text
    remediation: Text

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects as a tuple, in the order written."""
        return (self.subject,) if isinstance(self.subject, str) else tuple(self.subject)

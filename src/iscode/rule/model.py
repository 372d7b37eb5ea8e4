"""A rule file's document -> a rule as its author wrote it. docs/how-to/write-a-rule.md tells the format."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from iscode.schema.model import Model

Severity = Literal["blocker", "high", "medium", "low"]
SEVERITIES: Final[tuple[Severity, ...]] = ("blocker", "high", "medium", "low")
"""Worst first."""

Phase = Literal["plan", "do", "check", "act"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Text = Annotated[str, Field(min_length=1)]


class Check(Model):
    """One thing that must be true. The first false one decides the result."""

    that: Text = Field(description="a boolean expression; false fails the rule")
    message: Text = Field(description="what is said when it is false; {holes} name values")
    id: Slug | None = Field(None, description="the name of the clause; default is its index")
    at: Text | None = Field(None, description="the path of the key to point at, from self or item")
    severity: Severity | None = Field(None, description="another severity for this check alone")


class Rule(Model):
    """One declarative check with the requirements that it serves."""

    id: Slug = Field(description="equals the file's name")
    title: Text = Field(description="what holds when the rule passes, as a sentence")
    stability: Literal["experimental", "stable", "deprecated"] = "experimental"
    severity: Severity
    requirements: list[Text] = Field(min_length=1, description="ids or globs of the catalogs; * crosses dots")
    phase: Phase
    effective_on: Day | None = Field(None, description="failures before this day are shown and do not block")
    waivable: bool = Field(True, description="whether a waiver may keep a failure from blocking")
    aliases: list[Text] = Field([], description="other names under which the rule is found")
    subject: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="the kind or kinds it judges, Record for every kind, Repository, Requirement or Commit"
    )
    compare: Literal["changed", "added", "removed"] | None = Field(
        None, description="judge what became of records since the base: `old` is the record as it was"
    )
    status: list[Text] = Field(["active"], min_length=1, description="which records, by their own status")
    params: dict[Name, Any] = Field({}, description="values that a profile may set; the default gives the type")
    when: Text | None = Field(None, description="false: the rule does not apply")
    needs: list[Text] = Field([], description="paths that must be present and not empty")
    let: dict[Name, Text] = Field({}, description="named expressions, computed when first used")
    each: Text | None = Field(None, description="a list or map: one result for each item")
    where: Text | None = Field(None, description="false leaves an item out")
    check: list[Check] = Field(min_length=1)
    rationale: Text
    remediation: Text

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects as a tuple, in the order written."""
        return (self.subject,) if isinstance(self.subject, str) else tuple(self.subject)

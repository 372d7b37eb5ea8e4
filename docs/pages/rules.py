"""A rule and its cases -> its page, always under the same headings; all rules -> the index by family."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from iscode.policy import BoundRule, Policy
from iscode.rule import SEVERITIES, Rule
from iscode.testing import CaseFile
from pages.examples import examples
from pages.markdown import fence, flat, page, section, table
from pages.requirements import linked

TOLD: Final = {
    "id", "title", "severity", "stability", "phase", "subject", "status", "requirements", "aliases", "params", "when",
    "needs", "let", "each", "where", "check", "rationale", "remediation",
}  # fmt: skip
"""Keys of a rule that have a place of their own on its page; any other is a line of the table at its head."""


def rules_index(policy: Policy) -> str:
    """docs/rules/README.md."""
    return page("Rules", _index(policy))


def rule_page(policy: Policy, bound: BoundRule, cases: CaseFile) -> str:
    """docs/rules/<id>.md."""
    return page(bound.id, _lines(policy, bound, cases))


def _family(bound: BoundRule) -> str:
    """The folder in which a rule stands."""
    return bound.file.document.path.split("/")[-2]


def _index(policy: Policy) -> Iterator[str]:
    severities = [bound.severity for bound in policy.bound]
    counted = ", ".join(f"{severities.count(word)} {word}" for word in SEVERITIES)
    yield f"{len(severities)} rules: {counted}. Each page says what fails, what passes, why, and how to mend it."
    for name, members in groupby(sorted(policy.bound, key=lambda bound: (_family(bound), bound.id)), _family):
        yield from section(name)
        rows = ((f"[{bound.id}]({bound.id}.md)", bound.severity, flat(bound.file.rule.title)) for bound in members)
        yield from table(("rule", "severity", "holds when it passes"), rows)


def _lines(policy: Policy, bound: BoundRule, cases: CaseFile) -> Iterator[str]:
    rule = bound.file.rule
    yield f"**{flat(rule.title)}.**"
    yield ""
    yield from table(("", ""), _head(policy, bound))
    yield from section("What it checks")
    yield from _conditions(rule)
    yield from _checks(rule)
    if rule.params:
        yield from section("Parameters")
        yield "A profile may set them."
        yield ""
        rows = ((f"`{name}`", f"`{_written(value)}`") for name, value in rule.params.items())
        yield from table(("name", "default"), rows)
    yield from examples(cases, f"../../{bound.file.cases_path}")
    for title, text in (("Rationale", rule.rationale), ("Remediation", rule.remediation)):
        yield from section(title)
        yield flat(text)


def _head(policy: Policy, bound: BoundRule) -> Iterator[tuple[str, str]]:
    rule, path = bound.file.rule, bound.file.document.path
    kinds = (f"[{name}](../kinds.md#{name.lower()})" if name in policy.kinds else name for name in rule.subjects)
    yield "severity", rule.severity
    yield "stability", rule.stability
    yield "phase", rule.phase
    yield "judges", ", ".join(kinds) + (f" with status {', '.join(rule.status)}" if bound.subjects else "")
    served = (linked(policy.catalogs[name], "../requirements.md") for name in bound.requirements)
    yield "serves", "<br>".join(served)
    if rule.aliases:
        yield "also called", ", ".join(rule.aliases)
    for key, value in (bound.file.document.value or {}).items():
        if key not in TOLD:
            yield f"`{key}`", f"`{_written(value)}`"
    yield "stands in", f"[{path}](../../{path})"


def _conditions(rule: Rule) -> Iterator[str]:
    """What comes before the checks, in the order in which it is asked."""
    steps = ("It applies where", rule.when), ("It asks for each item of", rule.each), ("but only where", rule.where)
    for words, text in steps:
        if text is not None:
            yield words
            yield ""
            yield from fence("cel", text)
            yield ""
    if rule.let:
        yield "with these names"
        yield ""
        yield from fence("cel", "\n".join(f"{name} = {' '.join(text.split())}" for name, text in rule.let.items()))
        yield ""


def _checks(rule: Rule) -> Iterator[str]:
    """What must be there, then what must hold: a sentence each, with what is said where it does not."""
    yield "The first of these that does not hold decides:"
    for need in rule.needs:
        yield ""
        yield f"1. `needs:{need}`: it is there and not empty."
    for index, check in enumerate(rule.check):
        severity = f" ({check.severity})" if check.severity else ""
        yield ""
        yield f"1. `{check.id or f'check:{index}'}`{severity}, else “{flat(check.message)}”:"
        yield ""
        yield from fence("cel", check.that, "   ")


def _written(value: Any) -> str:
    """A value of a rule as one may write it, on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

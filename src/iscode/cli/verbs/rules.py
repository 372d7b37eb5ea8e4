"""rules: the shelf of rules -> a list, or a page of one; what else is done with rules stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from iscode.cli import candidates, output
from iscode.cli.door import PASSED
from iscode.cli.shelved import root_option, shelves
from iscode.cli.verbs import rules_eval, rules_impact, rules_lint, rules_new, rules_repl, rules_test

if TYPE_CHECKING:
    from pathlib import Path

    from iscode.policy import BoundRule
    from iscode.testing import CaseFile


@click.group("rules", no_args_is_help=False, short_help="List, show, write or test the rules.")
def command() -> None:
    """The rules: each one declarative check with the requirements that it serves."""


command.add_command(rules_lint.command)
command.add_command(rules_eval.command)
command.add_command(rules_impact.command)
command.add_command(rules_new.command)
command.add_command(rules_repl.command)
command.add_command(rules_test.command)


@command.command("list")
@root_option
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(root: Path | None, form: str) -> int:
    """Name every rule with its severity and how many cases test it."""
    from iscode.policy import bind_every_rule
    from iscode.testing import cases_of

    found = shelves(root)
    rows = [_described(bound, cases_of(bound, found)) for bound in bind_every_rule(found).bound]
    if form == "json":
        output.write_json(rows)
    else:
        output.write_table(
            [(row["id"], row["severity"], f"{sum(row['tests'].values())} cases", row["title"]) for row in rows]
        )
    return PASSED


@command.command("show")
@click.argument("rule", shell_complete=candidates.rules)
@root_option
def show(rule: str, root: Path | None) -> int:
    """Print a rule, found by its id or an alias, as it stands on the shelf."""
    from iscode.document import write
    from iscode.evaluation import builtin
    from iscode.policy import bind_every_rule

    if (known := builtin.named(rule)) is not None:
        shown = {**known._asdict(), "severity": builtin.SEVERITY, "aliases": list(known.aliases)}
        shown = {key: value for key, value in shown.items() if value}
        output.write(b"# built in\n" + write(shown).encode())
        return PASSED
    found = shelves(root)
    file = bind_every_rule(found).rules.named(rule)
    output.write(f"# {file.document.path}\n".encode() + found.everything[file.document.path])
    return PASSED


def _described(bound: BoundRule, cases: CaseFile | None) -> dict[str, Any]:
    rule = bound.file.rule
    expected = [outcome.outcome for case in (cases.cases if cases else ()) for outcome in case.expected]
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "stability": rule.stability,
        "phase": rule.phase,
        "subject": list(rule.subjects),
        "requirements": list(bound.requirements),
        "path": bound.file.document.path,
        "aliases": rule.aliases,
        "tests": {word: expected.count(word) for word in ("pass", "fail", "not_applicable", "error")},
    }

"""rules: the shelf of rules -> a list, a page of one, or the outcome of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from iscode.cli import candidates, output
from iscode.cli.door import FAILED, PASSED
from iscode.cli.shelved import own_rules, root_option, shelves
from iscode.cli.verbs import rules_eval, rules_lint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from iscode.policy import BoundRule, Policy, Shelves
    from iscode.testing import CaseFile


@click.group("rules", no_args_is_help=False, short_help="List, show or test the rules.")
def command() -> None:
    """The rules: each one declarative check with the requirements that it serves."""


command.add_command(rules_lint.command)
command.add_command(rules_eval.command)


@command.command("list")
@root_option
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(root: Path | None, form: str) -> int:
    """Name every rule with its severity and how many cases test it."""
    from iscode.policy import bind_every_rule

    found = shelves(root)
    policy = bind_every_rule(found)
    rows = [_described(bound, cases.cases if cases else ()) for bound, cases in _with_cases(policy, found)]
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
    from iscode.policy import bind_every_rule

    found = shelves(root)
    file = bind_every_rule(found).rules.named(rule)
    output.write(f"# {file.document.path}\n".encode() + found.everything[file.document.path])
    return PASSED


@command.command("test")
@click.argument("rules", nargs=-1, metavar="[RULE]...", shell_complete=candidates.rules)
@root_option
@click.option("--mutate", is_flag=True, help="Also change each condition and bound, and see that a case notices.")
@click.option("-v", "--verbose", is_flag=True, help="Name the cases that hold too.")
def test(rules: tuple[str, ...], *, root: Path | None, mutate: bool, verbose: bool) -> int:
    """Run the cases beside each RULE; default is all, with --root those of its packs.

    Exit 1 where one does not hold, or a rule has none.
    """
    from iscode.policy import bind_every_rule
    from iscode.testing import mutants, run_cases

    found = shelves(root)
    policy = bind_every_rule(found)
    wanted = {policy.rules.named(name).rule.id for name in rules} or own_rules(policy, found)
    held = broken = noticed = unnoticed = 0
    lines: list[str] = []
    for bound, cases in _with_cases(policy, found):
        if bound.id not in wanted:
            continue
        if cases is None:
            broken += 1
            lines.append(f"{bound.file.document.path}: {bound.id} has no cases; write {bound.file.cases_path}")
            continue
        for outcome in run_cases(policy, bound, cases):
            held, broken = (held, broken + 1) if outcome.failure else (held + 1, broken)
            if outcome.failure or verbose:
                lines.append(f"{outcome.place}: {outcome.case.name}: {outcome.failure or 'holds'}")
        for mutant in mutants(policy, bound, cases) if mutate else ():
            noticed, unnoticed = (noticed + 1, unnoticed) if mutant.noticed else (noticed, unnoticed + 1)
            if not mutant.noticed:
                lines.append(f"{bound.file.cases_path}: no case notices {bound.id} with {mutant.change}")
    lines.append(
        f"{held} cases hold, {broken} do not"
        + (f"; {noticed} of {noticed + unnoticed} changes noticed" if mutate else "")
    )
    output.write_table([(line,) for line in lines])
    return PASSED if held and not broken and not unnoticed else FAILED


def _with_cases(policy: Policy, shelves: Shelves) -> Iterator[tuple[BoundRule, CaseFile | None]]:
    """Each rule with its cases, None where it has none."""
    from iscode.testing import read_cases

    for bound in policy.bound:
        data = shelves.everything.get(bound.file.cases_path)
        yield bound, None if data is None else read_cases(bound.file.cases_path, data, bound.id)


def _described(bound: BoundRule, cases: tuple[Any, ...]) -> dict[str, Any]:
    rule = bound.file.rule
    expected = [outcome.outcome for case in cases for outcome in case.expect]
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

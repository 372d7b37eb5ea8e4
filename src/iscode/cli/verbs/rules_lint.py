"""rules lint: each rule compiled -> what its author most likely did not mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, output
from iscode.cli.door import FAILED, PASSED
from iscode.cli.shelved import chosen, root_option, shelves, staged_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from iscode.policy import BoundRule, Policy, Shelves


@click.command("lint")
@click.argument("rules", nargs=-1, metavar="[RULE]...", shell_complete=candidates.rules)
@root_option
@staged_option
def command(rules: tuple[str, ...], *, root: Path | None, staged: bool) -> int:
    """Look for ways in which each RULE passes where nothing was shown; default is those of the packs, or all where
    packs bring none, and then also for cases beside which there is no rule.

    Exit 1 where one is found. What profiles set for rules is held against the rules too, whether they bind or not.
    """
    from iscode.policy import bind_every_rule
    from iscode.report.listing import counted

    found = shelves(root, staged=staged)
    policy = bind_every_rule(found)
    wanted = chosen(policy, found, rules, asked=staged or root is not None)
    lines = [*looked_at(policy, found, wanted), *(() if rules else beside_none(policy, found))]
    output.write_table([(line,) for line in (*lines, f"{counted(len(wanted), 'rule')} looked at")])
    return FAILED if lines else PASSED


def looked_at(policy: Policy, shelves: Shelves, wanted: Sequence[BoundRule]) -> Iterator[str]:
    """What is suspicious in rules, with the next step, a line each. Raises RuleError or PolicyError with the place."""
    from iscode.policy import check_overrides
    from iscode.rule.lint import remarks

    check_overrides(shelves, policy)
    covered = {name for bound in policy.bound if not bound.subjects for name in bound.requirements}
    for bound in wanted:
        for remark in remarks(bound.file, bound.compiled, covered=not covered.isdisjoint(bound.requirements)):
            yield f"{remark.place}: {remark.message}"
            yield from (f"  {line}" for line in remark.hint.splitlines())


def beside_none(policy: Policy, shelves: Shelves) -> Iterator[str]:
    """Each file of cases that stands beside no rule, with the next step, a line each. `policy` binds every rule."""
    from iscode.rule.shelf import TEST_SUFFIX
    from iscode.testing import without_rule

    for path in without_rule(policy.rules, shelves):
        yield f"{path}: there is no rule beside these cases, so nobody runs them"
        yield f"  write {path.removesuffix(TEST_SUFFIX)}.yaml, or remove the file"

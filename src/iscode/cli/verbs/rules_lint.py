"""rules lint: each rule compiled -> what its author most likely did not mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, output
from iscode.cli.door import FAILED, PASSED
from iscode.cli.shelved import own_rules, root_option, shelves

if TYPE_CHECKING:
    from pathlib import Path


@click.command("lint")
@click.argument("rules", nargs=-1, metavar="[RULE]...", shell_complete=candidates.rules)
@root_option
def command(rules: tuple[str, ...], root: Path | None) -> int:
    """Look for ways in which each RULE passes where nothing was shown; default is all, with --root those of its packs.

    Exit 1 where one is found.
    """
    from iscode.policy import bind_every_rule
    from iscode.rule.lint import remarks

    found = shelves(root)
    policy = bind_every_rule(found)
    wanted = {policy.rules.named(name).rule.id for name in rules} or own_rules(policy, found)
    looked = [bound for bound in policy.bound if bound.id in wanted]
    covered = {name for bound in policy.bound if not bound.subjects for name in bound.requirements}
    lines: list[str] = []
    for bound in looked:
        for remark in remarks(bound.file, bound.compiled, covered=not covered.isdisjoint(bound.requirements)):
            lines += [f"{remark.place}: {remark.message}", *(f"  {line}" for line in remark.hint.splitlines())]
    output.write_table([(line,) for line in (*lines, f"{len(looked)} rules looked at")])
    return FAILED if lines else PASSED

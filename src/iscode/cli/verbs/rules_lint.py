"""rules lint: each rule compiled -> what its author most likely did not mean."""

from __future__ import annotations

import click

from iscode.cli import candidates, output
from iscode.cli.door import FAILED, PASSED


@click.command("lint")
@click.argument("rules", nargs=-1, metavar="[RULE]...", shell_complete=candidates.rules)
def command(rules: tuple[str, ...]) -> int:
    """Look for ways in which each RULE, default all, passes where nothing was shown. Exit 1 where one is found."""
    from iscode.policy import bind_every_rule, shipped
    from iscode.rule.lint import remarks

    policy = bind_every_rule(shipped())
    wanted = {policy.rules.named(name).rule.id for name in rules}
    looked = [bound for bound in policy.bound if not wanted or bound.id in wanted]
    covered = {name for bound in policy.bound if not bound.subjects for name in bound.requirements}
    lines: list[str] = []
    for bound in looked:
        for remark in remarks(bound.file, bound.compiled, covered=not covered.isdisjoint(bound.requirements)):
            lines += [f"{remark.place}: {remark.message}", *(f"  {line}" for line in remark.hint.splitlines())]
    output.write_table([(line,) for line in (*lines, f"{len(looked)} rules looked at")])
    return FAILED if lines else PASSED

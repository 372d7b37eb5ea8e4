"""rules impact: rules as they lie in the work tree -> what they say now, and would have said of the last commits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import candidates, day, judging, output
from iscode.cli.door import PASSED
from iscode.report import IMPACTS, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscode.change.impact import Tried
    from iscode.policy import Policy
    from iscode.policy.revised import Side
    from iscode.source import Repository


@click.command("impact")
@click.argument("words", nargs=-1, metavar="[RULE]... [RANGE]", shell_complete=candidates.rules)
@click.option(
    "--commits", "number", type=click.IntRange(min=1), help="How many of the last commits; default is 20, or the RANGE."
)
@click.option("--root", type=click.Path(path_type=Path), default=".", help="The root, or a folder in it.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day of the work tree, and the last one; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(list(IMPACTS)), default="text", show_default=True)
def command(
    words: tuple[str, ...], *, number: int | None, root: Path, profile: str | None, as_of: str | None, form: str
) -> int:
    """Say of each RULE whom it fails now and would have failed at each of the last commits, before it binds anybody.

    Default are the rules that differ from the last commit. RANGE is A..B: the commits of B without A's. They are judged
    from their blobs by the policy of the work tree, whether its profile selects the rule or not. Whom a rule fails is
    counted by owner, and by the system at the top of a cascade that it refers to or is referred to by. It judges
    nobody: the exit code is 0, or 2 where the work tree cannot be judged or the history is not whole.
    """
    from iscode.change.impact import Desk, impact
    from iscode.policy import root as roots
    from iscode.policy import shipped, with_packs
    from iscode.policy.revised import Side
    from iscode.source import discover
    from iscode.source.history import first_parents
    from iscode.view.cascade import load

    names, first, last = _parted(words)
    asked = judging.asked(root, profile=profile, as_of=as_of)
    repository = discover(root)
    found = roots.find(asked["snapshot"], asked["root"], search=False)
    shelves = with_packs(shipped(), asked["snapshot"], found)
    now = Side(asked["policy"], shelves)
    tops = frozenset(kind for one in load(shelves, asked["policy"].kinds) for kind in one.start)
    tip = repository.commit_id(last)
    line, left_out = first_parents(repository, tip, repository.commit_id(first) if first else None)
    left_out = max(left_out, len(line) - (number or (len(line) if first else 20)))
    before = _committed(repository, asked, profile)
    desk = Desk(**asked, tops=tops, committed=before.policy if before else None)
    done = impact(repository, desk, _tried(names, now, before), line, left_out)
    output.write(IMPACTS[form](done, Options(colour=output.wants_colour())))
    return PASSED


def _parted(words: Sequence[str]) -> tuple[tuple[str, ...], str, str]:
    """The names of rules, and the two ends of the range: the first is empty where there is none."""
    from iscode.errors import UsageError

    ranges = [word for word in words if ".." in word]
    if len(ranges) > 1:
        raise UsageError(f"{' and '.join(ranges)} are two ranges", hint="give one")
    first, _, last = ranges[0].partition("..") if ranges else ("", "", "")
    if ranges and not first:
        raise UsageError(f"{ranges[0]} has no beginning", hint="write A..B, or --commits N")
    return tuple(word for word in words if ".." not in word), first, last or "HEAD"


def _committed(repository: Repository, asked: dict[str, Any], profile: str | None) -> Side | None:
    """The policy of the last commit; None where it has none that could be bound."""
    from iscode.errors import ConfigError, PolicyError, RuleError, SchemaError
    from iscode.policy import root as roots
    from iscode.policy import shipped, with_packs
    from iscode.policy.gate import bind_root
    from iscode.policy.revised import Side
    from iscode.report.escape import terminal

    head = repository.head()
    if head is None:
        return None
    snapshot = repository.commit(head)
    try:
        found = roots.find(snapshot, asked["root"], search=False, binding=False)
        shelves = with_packs(shipped(), snapshot, found)
        return Side(bind_root(found, shelves, profile), shelves)
    except (ConfigError, PolicyError, RuleError, SchemaError) as error:
        click.echo(
            terminal(f"the last commit binds no policy, so nobody knows which rules differ from it: {error}"), err=True
        )
        return None


def _tried(names: Sequence[str], now: Side, before: Side | None) -> list[Tried]:
    """The rules on trial. Raises RuleError for a name that no rule has, UsageError where there is none to try."""
    from iscode.change.impact import Tried
    from iscode.errors import UsageError
    from iscode.policy.binding import as_bound
    from iscode.policy.revised import revised, revision

    policy: Policy = now.policy
    wanted = [policy.rules.named(name).rule.id for name in names] or revised(now, before)
    if not wanted:
        hint = "name one: iscode rules impact RULE; iscode rules list shows them"
        raise UsageError("no rule differs from the last commit, so there is none to try", hint=hint)
    selected = {bound.id for bound in policy.bound}
    return [
        Tried(
            as_bound(policy, name),
            revision(name, now, before),
            name in selected,
            as_bound(before.policy, name) if before and name in before.policy.rules.by_id else None,
        )
        for name in sorted(set(wanted))
    ]

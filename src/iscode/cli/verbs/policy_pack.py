"""policy pack check: a pack by itself -> whether it holds together as the shipped shelves do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import output
from iscode.cli.door import FAILED, PASSED
from iscode.cli.verbs import policy_pin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscode.policy import BoundRule, Pack, Policy, Shelves


@click.group("pack", no_args_is_help=False, short_help="Check a pack, name it in iscode.yaml, accept a newer one.")
def command() -> None:
    """Packs: kinds, rules, profiles and catalogs of your own, in a folder or in an installed package."""


command.add_command(policy_pin.add)
command.add_command(policy_pin.update)


@command.command("check")
@click.argument("pack")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(pack: str, form: str) -> int:
    """Judge PACK, a folder or `package:NAME`, as the shipped shelves are: every id leads somewhere, kinds, rules and
    views compile, signatures can be looked for, profiles bind, rules have cases that reach each clause and notice each
    wrong rule, no rule is suspicious, and no file is one that nobody reads.

    Exit 1 where something is to be mended, with its place; 2 where a file cannot even be read as policy.
    """
    from iscode.errors import UsageError
    from iscode.policy import bind_every_rule
    from iscode.policy.config import PACKAGE
    from iscode.policy.pack import SHELVES, read_named

    if not pack.startswith(PACKAGE) and not Path(pack).is_dir():
        raise UsageError(f"{pack} is no folder", hint="name the folder of a pack, or package:NAME")
    found = read_named(pack)
    if not found.files:
        hint = f"a pack has files below {' or '.join(SHELVES)}"
        raise UsageError(f"{pack} holds no policy, so there is nothing to check", hint=hint)
    shelves = _alone(found)
    policy = bind_every_rule(shelves)
    own = [bound for bound in policy.bound if found.holds(bound.file.document.path)]
    told: Counter[str] = Counter()
    lines = [*_of_shelves(found, shelves, policy), *_of_rules(shelves, policy, own, told)]
    if form == "json":
        output.write_json(_document(found, policy, own, told, lines))
    else:
        output.write_table([(line,) for line in (*lines, *_summary(found, policy, own, told, lines))])
    return FAILED if lines else PASSED


def _alone(pack: Pack) -> Shelves:
    """The shipped shelves with this pack beside them."""
    from dataclasses import replace

    from iscode.policy import shipped

    return replace(shipped(), packs=(pack,))


def _of_shelves(pack: Pack, shelves: Shelves, policy: Policy) -> Iterator[str]:
    """What is wrong on every shelf but that of rules, a line each, its next step below."""
    from iscode.policy.soundness import faults
    from iscode.view.soundness import require_compiled

    require_compiled(shelves, policy)
    for fault in faults(pack, shelves, policy):
        yield f"{fault.place}: {fault.message}"
        yield f"  {fault.hint}"


def _of_rules(shelves: Shelves, policy: Policy, own: list[BoundRule], told: Counter[str]) -> Iterator[str]:
    """What is suspicious in rules, and what their cases do not hold."""
    from iscode.cli.verbs.rules_lint import beside_none, looked_at
    from iscode.cli.verbs.rules_test import tested
    from iscode.testing import cases_of, gaps

    yield from looked_at(policy, shelves, own)
    yield from beside_none(policy, shelves)
    for bound in own:
        yield from tested(policy, shelves, bound, told, mutate=True, verbose=False)
        cases = cases_of(bound, shelves)
        for gap in gaps(bound, cases) if cases is not None else ():
            yield f"{bound.file.cases_path}: {gap}"


def _document(pack: Pack, policy: Policy, own: list[BoundRule], told: Counter[str], lines: list[str]) -> dict[str, Any]:
    return {
        "pack": pack.path,
        "digest": pack.digest,
        "passed": not lines,
        "files": len(pack.files),
        "rules": [bound.id for bound in own],
        "kinds": [kind.name for kind in policy.kinds.values() if pack.holds(kind.path)],
        "cases": told["held"] + told["broken"],
        "changes_noticed": told["noticed"],
        "faults": lines,
    }


def _summary(pack: Pack, policy: Policy, own: list[BoundRule], told: Counter[str], lines: list[str]) -> Iterator[str]:
    from iscode.report.listing import counted

    kinds = sum(pack.holds(kind.path) for kind in policy.kinds.values())
    served = {name for bound in own for name in bound.requirements}
    yield f"{counted(len(pack.files), 'file')}: {counted(len(own), 'rule')}, {counted(kinds, 'kind')}; " + (
        f"{counted(len(served), 'requirement')} served"
    )
    yield f"{counted(told['held'], 'case')} of them hold, {told['noticed']} wrong rules noticed"
    yield f"{pack.path}  {pack.digest}  {'is sound' if not lines else 'is not sound'}"

"""rules test: the cases beside rules -> which hold, which do not, and which changes of a rule none of them notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, output
from iscode.cli.door import FAILED, PASSED
from iscode.cli.shelved import chosen, read_from, root_option, shelves, staged_option
from iscode.cli.verbs import rules_lint

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

    from iscode.policy import BoundRule, Policy, Shelves


@click.command("test")
@click.argument("rules", nargs=-1, metavar="[RULE]...", shell_complete=candidates.rules)
@root_option
@staged_option
@click.option("--lint", is_flag=True, help="Also look at each as `rules lint` does.")
@click.option("--mutate", is_flag=True, help="Also change each condition and bound, and see that a case notices.")
@click.option("-v", "--verbose", is_flag=True, help="Name the cases that hold too.")
@click.option("--watch", is_flag=True, help="Run them again each time that a file of the packs changes.")
def command(rules: tuple[str, ...], *, root: Path | None, staged: bool, watch: bool, **asked: bool) -> int:
    """Run the cases beside each RULE; default is those of the packs, or all where packs bring none.

    Exit 1 where a case does not hold, or a rule has none, or cases stand beside no rule, where no RULE is named. With
    --root or --staged a root without rules of its own is no success but an error. With --watch it goes on until an
    interrupt ends it, with exit 130.
    """
    from iscode.cli import watching

    if watch and staged:
        raise click.UsageError("--watch looks at files, and --staged at the index; give one")
    if watch:
        watching.watch(lambda: _run(rules, root, staged=False, **asked), lambda: read_from(root))
    return _run(rules, root, staged=staged, **asked)


def _run(rules: tuple[str, ...], root: Path | None, *, staged: bool, lint: bool, mutate: bool, verbose: bool) -> int:
    """Print which cases hold. Returns the exit code."""
    from collections import Counter

    from iscode.policy import bind_every_rule

    found = shelves(root, staged=staged)
    policy = bind_every_rule(found)
    wanted = chosen(policy, found, rules, asked=staged or root is not None)
    told: Counter[str] = Counter()
    lines = list(rules_lint.looked_at(policy, found, wanted)) if lint else []
    lines += () if rules else rules_lint.beside_none(policy, found)
    faults = len(lines)
    for bound in wanted:
        lines += tested(policy, found, bound, told, mutate=mutate, verbose=verbose)
    counts = f"{told['held']} cases hold, {told['broken']} do not"
    noticed = told["noticed"], told["noticed"] + told["unnoticed"]
    lines.append(f"{counts}; {noticed[0]} of {noticed[1]} changes noticed" if mutate else counts)
    output.write_table([(line,) for line in lines])
    return PASSED if told["held"] and not told["broken"] and not told["unnoticed"] and not faults else FAILED


def tested(
    policy: Policy, shelves: Shelves, bound: BoundRule, told: Counter[str], *, mutate: bool, verbose: bool
) -> Iterator[str]:
    """What is to be said of one rule, a line each; what it comes to is counted in `told`."""
    from iscode.testing import cases_of, mutants, run_cases

    cases = cases_of(bound, shelves)
    if cases is None:
        told["broken"] += 1
        yield f"{bound.file.document.path}: {bound.id} has no cases; write {bound.file.cases_path}"
        return
    for outcome in run_cases(policy, bound, cases):
        told["broken" if outcome.failure else "held"] += 1
        if outcome.failure or verbose:
            yield f"{outcome.place}: {outcome.case.name}: {outcome.failure or 'holds'}"
    for mutant in mutants(policy, bound, cases) if mutate else ():
        told["noticed" if mutant.noticed else "unnoticed"] += 1
        if not mutant.noticed:
            yield f"{bound.file.cases_path}: no case notices {bound.id} with {mutant.change}"

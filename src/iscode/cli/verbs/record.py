"""record: a commit -> its result, signed, at the end of the ledger."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import day, judging, output, signing
from iscode.cli.door import PASSED


@click.command("record", short_help="Write the signed result of a commit to the ledger.")
@click.argument("rev", default="HEAD", metavar="[REV]")
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A private SSH key, or the public half of one that an agent or a device holds.",
)
@click.option("--path", default=".", type=click.Path(path_type=Path), help="The root, where it is not this folder.")
@click.option("--as-of", type=day.Day(), help="The day of the verdict; default is today in UTC.")
def command(rev: str, *, key: Path, path: Path, as_of: str | None) -> int:
    """Judge REV by its own policy and append what was found to refs/iscode/ledger, signed for `iscode-ledger`.

    A failed verdict is recorded too: the exit says that it was written. Push the ref, never with force.
    """
    from iscode.errors import RepositoryError
    from iscode.facts import ledger as chain
    from iscode.facts.signature import RefusedError
    from iscode.report import intoto, record
    from iscode.source import ledger

    repository, ground, _, _ = judging.held(path, None, as_of, rev=rev)
    evaluation = judging.evaluation(repository.top / ground.root, rev=rev, as_of=as_of)
    after, entries = ledger.tip(repository), ledger.read(repository)
    try:
        previous = chain.read(entries[-1]) if entries else None
    except RefusedError as refused:
        raise RepositoryError(f"the end of the ledger: {refused}", hint="iscode ledger verify") from None
    said = record.recorded(evaluation, len(entries), previous.digest if previous else None)
    trust = evaluation.ground.approvals.trust if evaluation.ground.approvals else None
    data = signing.enveloped(
        repository, chain.payload(said, intoto.tests(evaluation)), key, trust, chain.NAMESPACE, said.as_of
    )
    commit = ledger.append(repository, data, after, said.as_of)
    word = "PASSED" if said.passed else "FAILED"
    output.write(f"entry {said.number} of {ledger.REF} ({commit}): {said.commit} {word} as of {said.as_of}\n".encode())
    return PASSED

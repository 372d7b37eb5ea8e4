"""The ref of the ledger -> its entries, oldest first; and one entry more at its end.

Each entry is a commit of one file. The chain of commits is not believed to be a chain of results: entries say
themselves which one comes before them.
"""

from __future__ import annotations

import re
from typing import Final

from iscode.errors import RepositoryError
from iscode.source.commit import list_files, read_commit
from iscode.source.git import Git
from iscode.source.objects import open_objects
from iscode.source.repository import Repository

REF: Final = "refs/iscode/ledger"
FILE: Final = b"entry.dsse.json"
MOST: Final = 100_000
"""Entries of a ledger."""
LARGEST: Final = 256 * 1024
"""Bytes of an entry."""

_ID: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?)\n")
_PLAIN: Final = 0o100644


def tip(repository: Repository, ref: str = REF) -> str | None:
    """The id of the last commit of a ledger; None where there is no such ref."""
    printed = repository.git.run("for-each-ref", "--format=%(objectname)", ref)
    found = _ID.fullmatch(printed)
    if printed and not found:
        raise RepositoryError(f"git for-each-ref does not say what {ref} is")
    return found[1].decode("ascii") if found else None


def read(repository: Repository, ref: str = REF) -> list[bytes]:
    """The entries that a ref leads to, oldest first; none where there is no such ref.

    RepositoryError for one that holds anything else, and where several lead to one.
    """
    entries: list[bytes] = []
    oid = tip(repository, ref)
    with open_objects(repository.git, repository.object_format) as objects:
        while oid is not None:
            commit = read_commit(objects, oid)
            files = list_files(objects, commit.tree)
            if [file.name for file in files] != [FILE] or len(commit.parents) > 1 or len(entries) >= MOST:
                raise RepositoryError(f"commit {oid} of {ref} is no entry of a ledger", hint="it is not append-only")
            [(kind, size)] = objects.headers([files[0].oid])
            if kind != "blob" or size > LARGEST:
                raise RepositoryError(f"commit {oid} of {ref} holds more than an entry")
            entries.append(objects.contents([files[0].oid])[0][1])
            oid = commit.parents[0] if commit.parents else None
    return entries[::-1]


def append(repository: Repository, entry: bytes, after: str | None, day: str) -> str:
    """Write one entry behind the commit `after` and return the id of its commit, made in iscode's name on that day.

    RepositoryError where the ledger has gone on meanwhile: nothing is ever replaced.
    """
    git = repository.git
    blob = _made(git, "hash-object", "-w", "--no-filters", "--stdin", stdin=entry)
    tree = _made(git, "mktree", stdin=b"%06o blob %s\t%s\n" % (_PLAIN, blob.encode(), FILE))
    parents = ("-p", after) if after else ()
    commit = _made(_by_iscode(git, day), "commit-tree", tree, *parents, "-m", "Record a result")
    # Git compares and writes at once: two that record together cannot both come next.
    git.run("update-ref", REF, commit, after or "0" * len(commit))
    return commit


def _by_iscode(git: Git, day: str) -> Git:
    said = {"NAME": "iscode", "EMAIL": "iscode@example.invalid", "DATE": f"{day}T00:00:00Z"}
    named = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in said.items()}
    return Git(git.executable, git.folder, {**git.environment, **named}, git.options)


def _made(git: Git, *arguments: str, stdin: bytes = b"") -> str:
    """The id of the object that a call wrote."""
    _, printed = git.call(*arguments, codes=(0,), stdin=stdin)
    found = _ID.fullmatch(printed)
    if not found:
        raise RepositoryError(f"git {arguments[0]} does not say what it wrote")
    return found[1].decode("ascii")

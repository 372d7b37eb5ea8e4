"""What a fact is: frozen values, each readable by expressions as a plain map."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from iscode.expr import Timestamp
from iscode.facts.approvals import Level
from iscode.source.history import Signed

State = Literal["intact", "changed", "missing", "remote", "unsafe"]


class Fact(Struct, frozen=True, dict=True):
    """What Git or a snapshot tells. None stands for what is not known, and is absent in the map."""

    @cached_property
    def row(self) -> dict[str, Any]:
        """The fact as expressions read it; the same map each time."""
        held = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: _plain(value) for name, value in held if value is not None}


class Artifact(Fact, frozen=True):
    """What is known of a file that a record names.

    `intact`: there, and its digest is the one given, if one is. `changed`: there, with another digest or size.
    `missing`: no regular file of the snapshot. `remote`: only an address; nothing was looked at.
    `unsafe`: the path leaves the tree. `sha256` (hex) and `size` (bytes) are those of the file that was read.
    """

    state: State
    sha256: str | None = None
    size: int | None = None


class Commit(Fact, frozen=True):
    """One commit. All but `sha` and `position` are claims of who made it.

    `position` grows along every line of descent: order commits by it, never by `day` (the committer's, at 00:00Z).
    `author`: a reference, or a bare address. `records`: references of the records it changed; `files`: every file, from
    the repository's top; of a merge both are what it edited itself.

    `signed`: a signature is evidence of a key, not of an author or a day. `trusted`: it is good, by a key that counted
    when the base first had the commit, for the person whom it names as its author; `other`: for somebody else; `bad`:
    it is not good, or no signature, or one of several; `refused`: the base lists the key and it does not count: it is
    revoked, of another time, for something else or of nobody who is there; `unknown`: by no key that the base lists, so
    nobody looked whether it is good; `none`: there is none.
    """

    sha: str
    day: Timestamp
    position: int
    author: str
    signed: Signed
    records: tuple[str, ...]
    files: tuple[str, ...]
    trailers: Mapping[str, tuple[str, ...]]


class Git(Fact, frozen=True):
    """The commits that `created` a record or file, last `changed` it, and last changed its `content`.

    `content` is what is neither approval nor review; of a file it is all. `stale`: what is judged differs from the
    commit that is checked out, and the facts are that commit's.
    """

    created: Commit
    changed: Commit
    content: Commit
    stale: bool


class Approval(Fact, frozen=True):
    """The approval that a record holds. `by` and `day` are what it claims.

    `fits`: it was given for this very content. `authors`: who wrote content since the last approval before, sorted.
    """

    level: Level
    fits: bool
    authors: tuple[str, ...]
    by: str | None = None
    day: Timestamp | None = None


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.row
    if isinstance(value, Timestamp):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {key: list(inner) for key, inner in value.items()} if isinstance(value, Mapping) else value

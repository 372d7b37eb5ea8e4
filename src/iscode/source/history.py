"""A commit -> every commit that led to it, newest first: who says to have made it, and which files it changed.

Commit objects are hashed. Names, days and trailers are what their authors wrote: claims.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import IO, Final, Literal, NamedTuple

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.expr.time import FIRST, LAST, Timestamp, day_of
from iscode.source import git as git_call
from iscode.source.git import Git
from iscode.source.keygen import Keygen, keygen
from iscode.source.message import coauthors, trailers
from iscode.source.objects import open_objects, read_blobs
from iscode.source.plain import show
from iscode.source.repository import Repository
from iscode.source.snapshot import Entry

Signed = Literal["none", "unknown", "refused", "bad", "other", "trusted"]
"""What the signature of a commit is worth, of which Git alone knows only whether there is one."""
MOST_COMMITS: Final = 500_000
MOST_BYTES: Final = 256 * 1024 * 1024
"""Of one answer of git: a few trees can name billions of files."""

_RUN: Final = 1024
_END: Final = b"end\n"
_ID: Final = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_COMMIT: Final = re.compile(
    rb"tree " + _ID + rb"\n((?:parent " + _ID + rb"\n)*)"
    rb"author [^<\n]*<([^>\n]*)>[^\n]*\ncommitter [^\n]* ([0-9]{1,12}) [+-][0-9]{4}\n"
)
_SIGNATURE: Final = re.compile(rb"^gpgsig(?:-sha256)? ", re.MULTILINE)
_DIFFERENCE: Final = re.compile(rb":([0-7]{6}) ([0-7]{6}) (" + _ID + rb") (" + _ID + rb") [A-Z]")
_FILE: Final = b"100"


class Change(NamedTuple):
    """A file that differs between a commit and its first parent. `before`, `after`: blob ids; None: no regular file."""

    path: str
    before: str | None
    after: str | None


class LoggedCommit(Struct, frozen=True):
    """One commit of a history.

    `position` grows along every line of descent: a root has 0, a commit one more than its highest parent.
    `author` and `coauthors` are addresses; `day` is the committer's, `YYYY-MM-DD` in UTC; `trailers` has each name
    as in `Signed-off-by`. `changes` are against the first parent, or against nothing. `files` are the names that
    differ from every parent: of a merge, what it edited itself. `signed`: there is a signature, nobody verified it.
    `worth` is what a made-up history says of it; None: who wants to know must look.
    """

    oid: str
    parents: tuple[str, ...]
    position: int
    author: str
    coauthors: tuple[str, ...]
    day: str
    trailers: Mapping[str, tuple[str, ...]]
    signed: bool
    changes: tuple[Change, ...]
    files: tuple[str, ...]
    worth: Signed | None = None


class RepositoryHistory:
    """The history of a commit of a repository, or of what is checked out. Nothing is read before it is asked for."""

    def __init__(self, repository: Repository, commit: str | None = None) -> None:
        self._repository, self._commit = repository, commit

    @cached_property
    def commits(self) -> tuple[LoggedCommit, ...]:
        """Newest first, each before its parents; empty where there is no commit yet.

        RepositoryError for a shallow clone, and where git does not tell all.
        """
        head = self._commit or self._repository.head()
        return tuple(_commits(self._repository, head)) if head else ()

    def contents(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        """The bytes of each blob, in order; None for one of more than `limit`."""
        entries = [Entry(oid.encode("ascii"), oid, "file", oid) for oid in oids]
        found = read_blobs(self._repository.git, self._repository.object_format, entries, limit)
        return (data for _, data in found)

    def verifies(self, message: bytes, signature: bytes, key: str, namespace: str) -> bool:
        """Whether an armoured signature is good and by a key (`type base64`), by a program outside the repository.

        SigningError where there is none, or it gives no answer.
        """
        return self._keygen.verifies(message, signature, key, namespace)

    def signed(self, oid: str) -> tuple[bytes, bytes] | None:
        """What the signature in a commit of this history covers, and the signature; None of one that has none."""
        with open_objects(self._repository.git, self._repository.object_format) as objects:
            [(_, data)] = objects.contents([oid])
        return _signed(data)

    @cached_property
    def _keygen(self) -> Keygen:
        return keygen(self._repository.top)


def committed_on(repository: Repository, commit: str) -> str:
    """The committer's day of a commit, `YYYY-MM-DD` in UTC: a claim."""
    return next(_heads(repository, [commit])).day


class Ancestor(NamedTuple):
    """A commit on the line of first parents. `day` is its committer's, `YYYY-MM-DD` in UTC: a claim."""

    oid: str
    parent: str | None
    day: str


def first_parents(repository: Repository, commit: str, without: str | None = None) -> tuple[list[Ancestor], int]:
    """The line of first parents that leads to a commit, oldest first, and how many at its start lead to `without` too.

    RepositoryError for a shallow clone, and where git does not tell all.
    """
    oids = _listed(repository.git, commit)
    heads = dict(zip(oids, _heads(repository, oids), strict=True))
    _positions(repository, heads)
    line: list[Ancestor] = []
    oid: str | None = commit
    while oid is not None:
        parent = next(iter(heads[oid].parents), None)
        line.append(Ancestor(oid, parent, heads[oid].day))
        oid = parent
    behind = set(_listed(repository.git, without)) if without is not None else set()
    return line[::-1], sum(one.oid in behind for one in line)


class _Head(NamedTuple):
    """What a commit object says."""

    parents: tuple[str, ...]
    author: str
    day: str
    message: str
    signed: bool


def _commits(repository: Repository, head: str) -> Iterator[LoggedCommit]:
    oids = _listed(repository.git, head)
    heads = dict(zip(oids, _heads(repository, oids), strict=True))
    positions = _positions(repository, heads)
    differences = _Differences(repository.git, heads)
    for oid, said in heads.items():
        changes = tuple(differences.of(oid))
        merge = len(said.parents) > 1
        yield LoggedCommit(
            oid=oid,
            parents=said.parents,
            position=positions[oid],
            author=said.author,
            coauthors=coauthors(said.message),
            day=said.day,
            trailers=trailers(said.message),
            signed=said.signed,
            changes=changes,
            files=tuple(change.path for change in (differences.of(oid) if merge else changes)),
        )
    differences.close()


def _listed(git: Git, head: str) -> list[str]:
    """The ids of a commit and of all its forebears, each before its parents."""
    printed = git.run("rev-list", "--topo-order", f"--max-count={MOST_COMMITS + 1}", head, "--")
    oids = printed.decode("ascii", "replace").split("\n")
    if oids.pop() or oids[:1] != [head]:
        raise RepositoryError("git rev-list broke off")
    if len(oids) > MOST_COMMITS:
        raise RepositoryError(f"the history has more than {MOST_COMMITS} commits")
    return oids


def _heads(repository: Repository, oids: Sequence[str]) -> Iterator[_Head]:
    with open_objects(repository.git, repository.object_format) as objects:
        for start in range(0, len(oids), _RUN):
            run = oids[start : start + _RUN]
            if sum(size for _, size in objects.headers(run)) > MOST_BYTES:
                raise RepositoryError(f"{len(run)} commits have more than {MOST_BYTES} bytes of messages")
            for oid, (kind, data) in zip(run, objects.contents(run), strict=True):
                if kind != "commit":
                    raise RepositoryError(f"object {oid} is a {kind}, not a commit")
                yield _head(oid, data)


def _head(oid: str, data: bytes) -> _Head:
    found = _COMMIT.match(data)
    if not found or not FIRST <= int(found[3]) <= LAST:
        raise RepositoryError(f"commit {oid} is malformed", hint="the commit was not made by Git: git fsck")
    header, _, message = data.partition(b"\n\n")
    return _Head(
        parents=tuple(line.removeprefix("parent ") for line in found[1].decode("ascii").splitlines()),
        author=_text(found[2]).strip(),
        day=day_of(Timestamp(int(found[3]), 0)),
        message=_text(message),
        signed=_SIGNATURE.search(header) is not None,
    )


def _signed(commit: bytes) -> tuple[bytes, bytes] | None:
    """A commit without its one signature, and that signature; None where there are several, or none."""
    header, blank, message = commit.partition(b"\n\n")
    found = list(_SIGNATURE.finditer(header))
    if len(found) != 1:
        return None
    start = found[0].start()
    lines = header[found[0].end() :].split(b"\n")
    size = next((at for at, line in enumerate(lines) if at and not line.startswith(b" ")), len(lines))
    signature = b"\n".join([lines[0], *(line.removeprefix(b" ") for line in lines[1:size]), b""])
    kept = [header[:start].removesuffix(b"\n"), *lines[size:]]
    return b"\n".join(kept) + blank + message, signature


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _positions(repository: Repository, heads: dict[str, _Head]) -> dict[str, int]:
    """The position of each commit. RepositoryError where a parent is missing."""
    positions: dict[str, int] = {}
    for oid in reversed(heads):
        try:
            positions[oid] = 1 + max((positions[parent] for parent in heads[oid].parents), default=-1)
        except KeyError:
            if not (repository.common_dir / "shallow").exists():
                raise RepositoryError("git rev-list broke off") from None
            hint = "fetch it whole: fetch-depth: 0 in a workflow, git fetch --unshallow at the desk"
            raise RepositoryError(
                "a rule or a waiver asks for the history, and this clone is shallow", hint=hint
            ) from None
    return positions


class _Differences:
    """What git says of each commit in turn: the difference to its first parent, then of a merge that to all."""

    def __init__(self, git: Git, heads: Mapping[str, _Head]) -> None:
        # The parents are named, so no graft and no shallow edge has a say; a line that is no commit comes back as
        # it is: an answer that was cut off lacks it.
        lines: list[str] = []
        for oid, said in heads.items():
            lines.append(" ".join((oid, *said.parents[:1])))
            if len(said.parents) > 1:
                lines.append(" ".join((oid, *said.parents)))
        options = ("-c", "-r", "-z", "--raw", "--root", "--always", "--no-abbrev", "--no-renames")
        request = "\n".join([*lines, ""]).encode("ascii") + _END
        printed = _answer(git, ["diff-tree", "--stdin", *options, "--ignore-submodules=none"], request)
        self._fields = printed.split(b"\0")
        self._at = 0
        self._ids: dict[bytes, str] = {}
        self._names: dict[bytes, str] = {}

    def of(self, oid: str) -> Iterator[Change]:
        """The next difference, which must be this commit's; ids of a difference to several parents are not kept."""
        if self._next() != oid.encode("ascii"):
            raise RepositoryError(f"git diff-tree does not answer for commit {oid}")
        while self._fields[self._at].startswith(b":"):
            line = self._next()
            name = self._next()
            path = self._names.get(name) or self._names.setdefault(name, show(name))
            if line.startswith(b"::"):
                yield Change(path, None, None)
                continue
            found = _DIFFERENCE.fullmatch(line)
            if not found:
                raise RepositoryError("git diff-tree printed a line that is none")
            yield Change(path, self._blob(found[1], found[3]), self._blob(found[2], found[4]))

    def _blob(self, mode: bytes, oid: bytes) -> str | None:
        return self._ids.setdefault(oid, oid.decode("ascii")) if mode.startswith(_FILE) else None

    def close(self) -> None:
        """Require that nothing is left but the end."""
        if self._fields[self._at :] != [_END]:
            raise RepositoryError("git diff-tree broke off")

    def _next(self) -> bytes:
        if self._at + 1 >= len(self._fields):
            raise RepositoryError("git diff-tree broke off")
        self._at += 1
        return self._fields[self._at - 1]


def _answer(git: Git, arguments: Sequence[str], request: bytes) -> bytes:
    """What git prints, fed by a thread. RepositoryError where it prints too much, or does not end well and in time."""
    process, sink, source = git.start(*arguments)
    guard = threading.Timer(git_call.SECONDS, process.kill)
    feeder = threading.Thread(target=_feed, args=(sink, request), daemon=True)
    try:
        guard.start()
        feeder.start()
        printed = source.read(MOST_BYTES + 1)
        if len(printed) > MOST_BYTES:
            raise RepositoryError(f"the history names so many files that git prints more than {MOST_BYTES} bytes")
        if code := process.wait():
            raise git_call.failure(arguments[0], code)
        return printed
    finally:
        guard.cancel()
        process.kill()
        process.wait()
        feeder.join()
        source.close()


def _feed(sink: IO[bytes], request: bytes) -> None:
    """Write it all, unless the other end is gone: what it printed says so."""
    try:
        with sink:
            sink.write(request)
    except OSError:
        return

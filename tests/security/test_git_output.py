"""Whatever git prints, each reader of it ends in a value or in a RepositoryError, and in nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.source import ancestry, commit, history, index, objects, repository, revision, worktree

ONE, TWO = "1" * 40, "2" * 40
FRAGMENT = st.sampled_from(
    [
        *(
            ONE.encode(),
            TWO.encode(),
            b"a" * 64,
            b"0" * 40,
            b"\n",
            b"\0",
            b" ",
            b"\t",
            b":",
            b"::",
            b"",
            b"/",
            b"..",
            b"-1",
        ),
        *(b"blob 3\nabc\n", b"commit 0\n", b"tree 9999999999999\n", b"missing\n", b" blob ", b"3", b"refs/heads/main "),
        *(
            b"refs/tags/main ",
            b"H 100644 ",
            b" 0\tname\0",
            b"S 160000 ",
            b":100644 100644 ",
            b" M\0",
            b"path\0",
            b"sha1\n",
        ),
        *(b"tree ", b"parent ", b"author A <a@b> 1 +0000\n", b"committer C <c@d> 9 +0000\n", b"\n\n", b"./x\0", b"!\0"),
        *(b"/work/.git\n", b"\xff", b"999999999999999999999", b"object ", b"type commit\n", b"gpgsig -----BEGIN\n "),
    ]
)
PRINTED = st.one_of(st.binary(max_size=200), st.lists(FRAGMENT, max_size=14).map(b"".join))


class Printing:
    """A git that prints these bytes at every call."""

    folder = Path("/work")
    environment: dict[str, str] = {}

    def __init__(self, printed: bytes, code: int = 0) -> None:
        self.printed, self.code = printed, code

    def run(self, *_: str) -> bytes:
        return self.printed

    def call(self, *_: str, codes: Iterable[int], stdin: bytes = b"") -> tuple[int, bytes]:
        return (self.code if self.code in codes else 0), self.printed


def opened(printed: bytes) -> objects.Objects:
    """A `cat-file` that answers so."""
    process: Any = type("Process", (), {"kill": lambda self: None})()
    return objects.Objects(process, io.BytesIO(printed), io.BytesIO(), "sha1")


def differences(printed: bytes) -> list[Any]:
    heads = {ONE: history._Head((TWO,), "a", "2026-01-01", "", signed=False)}
    with patch.object(history, "_answer", lambda *_: printed):
        found = history._Differences(Printing(printed), heads)  # type: ignore[arg-type]
        changes = list(found.of(ONE))
        found.close()
    return changes


READERS: dict[str, Callable[[bytes, int], Any]] = {
    "headers": lambda printed, _: opened(printed).headers([ONE, TWO]),
    "contents": lambda printed, _: opened(printed).contents([ONE]),
    "digest": lambda printed, _: opened(printed).blob_digest(ONE),
    "commit": lambda printed, _: commit.read_commit(opened(printed), ONE),
    "files": lambda printed, _: commit.list_files(opened(printed), ONE),
    "index": lambda printed, _: index.list_index(Printing(printed), Path("/nonexistent")),  # type: ignore[arg-type]
    "announced": lambda printed, code: index._without_announced(Printing(printed, code), ONE),  # type: ignore[arg-type]
    "reference": lambda printed, _: revision.resolve(Printing(printed), "main", "sha1"),  # type: ignore[arg-type]
    "head": lambda printed, code: revision.head(Printing(printed, code), Path("/nonexistent"), "sha1"),  # type: ignore[arg-type]
    "merge bases": lambda printed, code: ancestry.merge_bases(Printing(printed, code), ONE, TWO),  # type: ignore[arg-type]
    "differences": lambda printed, _: differences(printed),
    "head of a commit": lambda printed, _: history._head(ONE, printed),
    "forebears": lambda printed, _: history._listed(Printing(printed), ONE),  # type: ignore[arg-type]
    "ignored": lambda printed, code: list(worktree._not_ignored(Printing(printed, code), [b"x"])),  # type: ignore[arg-type]
    "repository": lambda printed, _: repository._describe(Printing(printed), "--git-dir=x"),  # type: ignore[arg-type]
    "trailers": lambda printed, _: history.trailers(printed.decode("latin-1")),
    "co-authors": lambda printed, _: history.coauthors("co-authored-by" + printed.decode("latin-1")),
}


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None)
@given(printed=PRINTED, code=st.sampled_from([0, 1]))
def test_whatever_git_prints_is_read_or_refused(name: str, printed: bytes, code: int) -> None:
    with suppress(RepositoryError):
        READERS[name](printed, code)

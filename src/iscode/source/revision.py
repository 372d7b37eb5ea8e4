"""A word for a commit -> a full object id, by an order of our own that no tag or file can shadow."""

from __future__ import annotations

import re

from iscode.errors import RepositoryError
from iscode.source.git import Git

_SUFFIX = re.compile(r"\A(.+?)((?:[\^~][0-9]{0,9})*)\Z", re.DOTALL)
_LIKE_A_REFERENCE = re.compile(r"\A(?!-)(?!.*(?:\.\.|//|@\{|/\.))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])\Z")
_FULL_ID = {"sha1": re.compile(r"\A[0-9a-f]{40}\Z"), "sha256": re.compile(r"\A[0-9a-f]{64}\Z")}
_TRIED = "tried: a full id, refs/…, HEAD, refs/heads/…, refs/remotes/…; write a tag as refs/tags/…"


def resolve(git: Git, word: str, object_format: str) -> str:
    """Return the id of the object that `word` names: a full id, `refs/…`, `HEAD`, a branch, a remote branch.

    Each may carry `^n` and `~n`. RepositoryError where it names nothing, or a tag has the same name.
    """
    full = _FULL_ID[object_format]
    if full.match(word):
        return word
    split = _SUFFIX.match(word)
    name, suffix = (split[1], split[2]) if split else ("", "")
    start = name if full.match(name) or name == "HEAD" else _reference(git, name, word)
    if name != "HEAD" and not suffix:
        return start
    try:
        oid = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", start + suffix)
    except RepositoryError as error:
        raise _unknown(word, error.hint or _hint(suffix)) from error
    return _id(oid, full, word)


def head(git: Git, object_format: str) -> str | None:
    """Return the id of the commit that is checked out; None where the branch has no commit yet."""
    oid = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD", codes=(0, 1))
    if oid:
        return _id(oid, _FULL_ID[object_format], "HEAD")
    branch = git.run("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").removesuffix("\n")
    # A branch that is there but broken must not pass for one that has no commit.
    if _LIKE_A_REFERENCE.match(branch) and not git.run("for-each-ref", "--format=%(refname)", branch):
        return None
    raise _unknown("HEAD", "the repository is damaged: git fsck")


def _reference(git: Git, name: str, word: str) -> str:
    if not _LIKE_A_REFERENCE.match(name):
        raise _unknown(word, _TRIED)
    tag = f"refs/tags/{name}"
    order = [name] if name.startswith("refs/") else [f"refs/heads/{name}", f"refs/remotes/{name}"]
    listed = git.run("for-each-ref", "--format=%(refname) %(objectname)", *order, tag)
    found = dict(line.rsplit(" ", 1) for line in listed.decode("utf-8", "surrogateescape").splitlines())
    if tag in found and any(candidate in found for candidate in order):
        raise RepositoryError(
            f"{word} is a branch and a tag", hint=f"write refs/heads/{name} for the branch, {tag} for the tag"
        )
    for candidate in order:
        if candidate in found:
            return found[candidate]
    raise _unknown(word, f"write {tag}" if tag in found else _TRIED)


def _id(printed: bytes, full: re.Pattern[str], word: str) -> str:
    oid = printed.decode("ascii", "replace").removesuffix("\n")
    if not full.match(oid):
        raise RepositoryError(f"git rev-parse printed no id for {word}")
    return oid


def _hint(suffix: str) -> str:
    return "in a shallow clone earlier commits are missing: fetch-depth: 0" if suffix else _TRIED


def _unknown(word: str, hint: str) -> RepositoryError:
    return RepositoryError(f"no commit is called {word}", hint=hint)

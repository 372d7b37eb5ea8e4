"""A word for a commit -> an object id and steps from it, in an order that no tag or file shadows."""

from __future__ import annotations

import re
from pathlib import Path

from iscode.errors import RepositoryError
from iscode.source.git import Git

_SUFFIX = re.compile(r"(.+?)((?:[\^~][0-9]{0,9})*)", re.DOTALL)
_LIKE_A_REFERENCE = re.compile(r"(?!-)(?!.*(?:\.\.|//|@\{|/\.))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])")
_FULL_ID = {"sha1": re.compile(r"[0-9a-f]{40}"), "sha256": re.compile(r"[0-9a-f]{64}")}
_TRIED = "tried: a full id, refs/…, HEAD, refs/heads/…, refs/remotes/…; write a tag as refs/tags/…"
_DAMAGED = "the repository is damaged: git fsck"


def resolve(git: Git, word: str, object_format: str) -> tuple[str, str]:
    """Return (object id, steps such as `^2~3`) of a full id, `refs/…`, `HEAD`, a branch, a remote branch.

    RepositoryError where `word` names nothing, and where a tag has the name of a branch.
    """
    split = _SUFFIX.fullmatch(word)
    if not split:
        raise _unknown(word, _TRIED)
    name, steps = split.groups()
    if _FULL_ID[object_format].fullmatch(name):
        return name, steps
    if name == "HEAD":
        oid = _head(git, object_format)
        if not oid:
            raise _unknown(word, "the branch has no commit yet")
        return oid, steps
    return _reference(git, name, object_format), steps


def head(git: Git, common_dir: Path, object_format: str) -> str | None:
    """Return the id of the commit that is checked out; None where the branch has no commit yet."""
    oid = _head(git, object_format)
    if oid:
        return oid
    branch = git.run("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").removesuffix("\n")
    # A branch that is there but broken must not pass for one without a commit.
    if (
        not _LIKE_A_REFERENCE.fullmatch(branch)
        or (common_dir / branch).is_file()
        or git.run("for-each-ref", "--format=%(refname)", branch)
    ):
        raise _unknown("HEAD", _DAMAGED)
    return None


def _head(git: Git, object_format: str) -> str:
    """Return the id that HEAD has, empty where it has none."""
    _, printed = git.call("rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD", codes=(0, 1))
    oid, end, _ = printed.decode("ascii", "replace").partition("\n")
    if printed and not (end and _FULL_ID[object_format].fullmatch(oid) and oid.strip("0")):
        raise _unknown("HEAD", _DAMAGED)
    return oid


def _reference(git: Git, name: str, object_format: str) -> str:
    if not _LIKE_A_REFERENCE.fullmatch(name):
        raise _unknown(name, _TRIED)
    tag = f"refs/tags/{name}"
    order = [name] if name.startswith("refs/") else [f"refs/heads/{name}", f"refs/remotes/{name}"]
    listed = git.run("for-each-ref", "--format=%(refname) %(objectname)", *order, tag)
    found = dict(line.partition(" ")[::2] for line in listed.decode("utf-8", "surrogateescape").split("\n"))
    if found.popitem() != ("", "") or not all(map(_FULL_ID[object_format].fullmatch, found.values())):
        raise RepositoryError("git for-each-ref broke off")
    if tag in found and any(candidate in found for candidate in order):
        raise RepositoryError(
            f"{name} is a branch and a tag", hint=f"write refs/heads/{name} for the branch, {tag} for the tag"
        )
    for candidate in order:
        if candidate in found:
            return found[candidate]
    raise _unknown(name, f"write {tag}" if tag in found else _TRIED)


def _unknown(word: str, hint: str) -> RepositoryError:
    return RepositoryError(f"no commit is called {word}", hint=hint)

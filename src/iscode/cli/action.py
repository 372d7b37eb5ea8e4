"""The event of a GitHub job and the commit that is checked out -> what the head is held against.

A job that checked out something else than its event is about would judge that instead, and pass: it gets no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from iscode.cli import job
from iscode.errors import RepositoryError, UsageError
from iscode.source import discover
from iscode.source.commit import Commit, read_commit
from iscode.source.objects import Objects, open_objects

_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_OTHER: Final = "check out what the event is about (actions/checkout without `ref`), or give the input `base`"


@dataclass(frozen=True, slots=True)
class Against:
    """The base of a head by its full id, None where there is none; whether what is known blocks too.

    `depth` is the `fetch-depth` that brings the base, 0 for the whole history.
    """

    base: str | None
    existing: bool = False
    depth: int = 0


def checked_out(path: Path, base: str | None = None) -> tuple[str, Against]:
    """The id of the commit that is checked out in the repository of `path`, and what it is held against.

    That is `base` where the workflow names one, and whatever is checked out. Raises RepositoryError where the clone
    has no commit, or not its base, and UsageError as `against` does.
    """
    repository = discover(path)
    oid = repository.head()
    if oid is None:
        raise RepositoryError(f"{path} has no commit to judge", hint="check one out before")
    if base is not None:
        return oid, Against(base)
    with open_objects(repository.git, repository.object_format) as objects:
        found = against(*job.event(), read_commit(objects, oid))
        if found.base is not None:
            _require_present(objects, found.base, found.depth, shallow=(repository.common_dir / "shallow").exists())
    return oid, found


def against(name: str, event: Mapping[str, Any], started_for: str, head: Commit) -> Against:
    """What `head` is held against in a job for the event `name`, which GitHub started for a commit.

    Raises UsageError for an event that has no base we know of, and where `head` is not what the event is about.
    """
    if name not in _EVENTS:
        known = ", ".join(_EVENTS)
        raise UsageError(f"an event {name!r} says nothing of a base", hint=f"use one of {known}, or give `base`")
    return _EVENTS[name](event, started_for, head)


def _of_pull_request(event: Mapping[str, Any], started_for: str, head: Commit) -> Against:
    """The base that GitHub merged, where its own merge is checked out; else the tip that the event names.

    A head's own first parent is written by its author: only of the merge that the job was started for is it the base.
    """
    proposed = _commit(event, "pull_request", "head", "sha")
    merges = len(head.parents) == 2 and head.parents[1] == proposed
    if head.oid != proposed and not merges:
        raise UsageError(f"{head.oid} is neither the head of the pull request nor its merge", hint=_OTHER)
    if merges and head.oid == started_for:
        return Against(head.parents[0], depth=2)
    return Against(_commit(event, "pull_request", "base", "sha"))


def _of_merge_group(event: Mapping[str, Any], started_for: str, head: Commit) -> Against:  # noqa: ARG001
    _require(head, _commit(event, "merge_group", "head_sha"))
    return Against(_commit(event, "merge_group", "base_sha"))


def _of_push(event: Mapping[str, Any], started_for: str, head: Commit) -> Against:  # noqa: ARG001
    """What the branch had before. A new branch and one that was rewritten have no such thing: all must hold."""
    _require(head, _commit(event, "after"))
    before = _commit(event, "before")
    fresh = not before.strip("0") or event.get("forced") is not False
    return Against(None if fresh else before, existing=True)


def _of_nothing(event: Mapping[str, Any], started_for: str, head: Commit) -> Against:  # noqa: ARG001
    """The calendar and a person start a job for a commit as it stands: there is no change."""
    _require(head, started_for)
    return Against(None, existing=True)


_EVENTS: Final[Mapping[str, Callable[[Mapping[str, Any], str, Commit], Against]]] = {
    "pull_request": _of_pull_request,
    "merge_group": _of_merge_group,
    "push": _of_push,
    "schedule": _of_nothing,
    "workflow_dispatch": _of_nothing,
}


def _require(head: Commit, wanted: str) -> None:
    if head.oid != wanted:
        raise UsageError(f"{head.oid} is checked out, and the event is about {wanted}", hint=_OTHER)


def _commit(event: Mapping[str, Any], *keys: str) -> str:
    """The full id that stands in an event."""
    found: Any = event
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise UsageError(f"the event has no commit in {'.'.join(keys)}", hint="give the input `base`")
    return found


def _require_present(objects: Objects, base: str, depth: int, *, shallow: bool) -> None:
    try:
        read_commit(objects, base)
    except RepositoryError as error:
        if not shallow:
            raise
        hint = f"give actions/checkout `fetch-depth: {depth}`"
        raise RepositoryError(f"the base {base} is not in this clone", hint=hint) from error

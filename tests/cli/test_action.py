"""The event of a GitHub job -> what the head is held against; what is not what the event is about gets no verdict."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.cli.action import Against, against
from iscode.errors import UsageError
from iscode.source.commit import Commit

HEAD, BASE, TIP, MERGE, OTHER = (letter * 40 for letter in "abcde")
ZEROS = "0" * 40
PULL = {"pull_request": {"head": {"sha": HEAD}, "base": {"sha": TIP}}}
PUSH = {"before": BASE, "after": HEAD, "forced": False}
GROUP = {"merge_group": {"head_sha": MERGE, "base_sha": BASE}}


def commit(oid: str, *parents: str) -> Commit:
    return Commit(oid, "f" * 40, parents)


@pytest.mark.parametrize(
    ("name", "event", "started_for", "head", "expected"),
    [
        ("pull_request", PULL, MERGE, commit(MERGE, BASE, HEAD), Against(BASE, depth=2)),
        ("pull_request", PULL, MERGE, commit(HEAD, OTHER), Against(TIP)),
        ("pull_request", PULL, MERGE, commit(HEAD, BASE, OTHER), Against(TIP)),
        # Somebody pushed a merge of their own while the job waited: its first parent is theirs.
        ("pull_request", PULL, MERGE, commit(OTHER, OTHER, HEAD), Against(TIP)),
        ("pull_request", PULL, "", commit(MERGE, BASE, HEAD), Against(TIP)),
        ("merge_group", GROUP, MERGE, commit(MERGE, BASE, HEAD), Against(BASE)),
        ("push", PUSH, HEAD, commit(HEAD, BASE), Against(BASE, existing=True)),
        ("push", PUSH | {"before": ZEROS}, HEAD, commit(HEAD), Against(None, existing=True)),
        ("push", PUSH | {"before": "0" * 64}, HEAD, commit(HEAD), Against(None, existing=True)),
        ("push", PUSH | {"forced": True}, HEAD, commit(HEAD, BASE), Against(None, existing=True)),
        ("push", {"before": BASE, "after": HEAD}, HEAD, commit(HEAD, BASE), Against(None, existing=True)),
        ("schedule", {}, HEAD, commit(HEAD, BASE), Against(None, existing=True)),
        ("workflow_dispatch", {}, HEAD, commit(HEAD, BASE), Against(None, existing=True)),
    ],
)
def test_each_event_has_its_base(
    name: str, event: dict[str, Any], started_for: str, head: Commit, expected: Against
) -> None:
    assert expected == against(name, event, started_for, head)


@pytest.mark.parametrize(
    ("name", "event", "started_for", "head", "message"),
    [
        (
            "pull_request",
            PULL,
            MERGE,
            commit(TIP, OTHER),
            f"{TIP} is neither the head of the pull request nor its merge",
        ),
        ("pull_request", PULL, OTHER, commit(OTHER, HEAD, BASE), "is neither the head"),
        ("pull_request", PULL, OTHER, commit(OTHER, BASE, HEAD, TIP), "is neither the head"),
        ("merge_group", GROUP, MERGE, commit(HEAD), f"{HEAD} is checked out, and the event is about {MERGE}"),
        ("push", PUSH, HEAD, commit(OTHER), "is checked out"),
        ("push", PUSH | {"after": ZEROS}, HEAD, commit(HEAD), "is checked out"),
        ("schedule", {}, HEAD, commit(OTHER), "is checked out"),
        ("schedule", {}, "", commit(OTHER), "is checked out"),
        ("pull_request_target", PULL, TIP, commit(HEAD), "an event 'pull_request_target' says nothing of a base"),
        ("issue_comment", PULL, TIP, commit(HEAD), "says nothing of a base"),
        ("", PULL, TIP, commit(HEAD), "says nothing of a base"),
        ("pull_request", {}, MERGE, commit(HEAD), "the event has no commit in pull_request.head.sha"),
        ("pull_request", {"pull_request": []}, MERGE, commit(HEAD), "no commit in pull_request.head.sha"),
        ("pull_request", {"pull_request": {"head": {"sha": HEAD}}}, MERGE, commit(HEAD), "in pull_request.base.sha"),
        ("push", PUSH | {"before": "main"}, HEAD, commit(HEAD), "no commit in before"),
        ("push", PUSH | {"before": f"{BASE}\n"}, HEAD, commit(HEAD), "no commit in before"),
        ("push", PUSH | {"before": 7}, HEAD, commit(HEAD), "no commit in before"),
        ("merge_group", {"merge_group": {"head_sha": MERGE, "base_sha": "-x"}}, MERGE, commit(MERGE), "base_sha"),
    ],
)
def test_what_is_not_understood_gets_no_base_and_no_verdict(
    name: str, event: dict[str, Any], started_for: str, head: Commit, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as error:
        against(name, event, started_for, head)
    assert "`base`" in error.value.hint

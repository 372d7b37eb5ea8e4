"""What lies on a desk is judged edit by edit as `evaluate` judges it whole."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from iscode.change.desk import Desk
from iscode.cli import judging
from iscode.evaluation import Result, evaluate
from iscode.source import OverlaySnapshot, discover

DAY = "2026-11-24"


def failing(results: Iterable[Result]) -> list[tuple[object, ...]]:
    return [
        (one.fingerprint, one.outcome, one.clause, one.message, one.blocking, one.known, one.waiver, one.origin.place)
        for one in results
        if one.adverse
    ]


@pytest.mark.parametrize("seed", range(2))
def test_edit_by_edit_it_fails_what_fails_where_all_is_judged_anew(firm: object, seed: int) -> None:
    top: Path = firm.top  # type: ignore[attr-defined]
    asked = judging.asked(top, as_of=DAY)
    desk = Desk(discover(top).object_format, **asked)
    pick = random.Random(seed)  # noqa: S311
    paths = sorted(path.relative_to(top).as_posix() for path in top.glob("compliance/**/*.yaml"))
    over: dict[str, bytes] = {}
    for _ in range(6):
        path = pick.choice(paths)
        lines = (top / path).read_bytes().splitlines(keepends=True)
        del lines[pick.randrange(len(lines))]
        over[path] = b"".join(lines)
        if len(over) > 2:
            del over[pick.choice(sorted(over))]
        judged = desk.lay(over)
        whole = evaluate(**asked | {"snapshot": OverlaySnapshot(asked["snapshot"], over)})
        assert failing(whole.results) == failing(judged.failing)
        assert {one.requirement: one.state for one in whole.findings} == {
            name: stands.state for name, stands in judged.requirements.items()
        }


def test_what_is_wrong_below_the_rules_comes_and_goes_as_where_all_is_judged_anew(firm: object) -> None:
    top: Path = firm.top  # type: ignore[attr-defined]
    asked = judging.asked(top, as_of=DAY)
    desk = Desk(discover(top).object_format, **asked)
    role, system = "compliance/roles/credit-officer.yaml", "compliance/ai-systems/credit-scoring.yaml"
    held, other = ((top / path).read_bytes() for path in (role, system))
    renamed, twin = held.replace(b"id: credit-officer", b"id: credit-oficer"), "compliance/roles/twin.yaml"
    dangling = other.replace(b"Role:lending-lead", b"Role:credit-oficer").replace(b"Role:ml-lead", b"Rle:ml-lead")
    for over in (
        {system: dangling},
        {system: dangling, role: renamed},
        {system: dangling, role: renamed, twin: held},
        {role: held, twin: held},
        {role: renamed, twin: b"kind: Role\n"},
        {role: b"kind: ["},
        {role: held.replace(b"credit-officer", b"Credit-Officer")},
        {twin: held.replace(b"id: credit-officer", b"id: other"), system: dangling},
        {},
    ):
        judged = desk.lay(over)
        whole = evaluate(**asked | {"snapshot": OverlaySnapshot(asked["snapshot"], over)})
        assert failing(whole.results) == failing(judged.failing)
        assert bool(over) == any(result.blocking for result in judged.failing)


def test_what_the_last_commit_has_too_stays_known_from_edit_to_edit(broken: object) -> None:
    top: Path = broken.top  # type: ignore[attr-defined]
    broken.commit()  # type: ignore[attr-defined]
    asked = judging.asked(top, as_of=DAY)
    desk = Desk(discover(top).object_format, **asked)
    system = "compliance/ai-systems/credit-scoring.yaml"
    text = (top / system).read_bytes()
    lines = text.splitlines(keepends=True)
    without = [b"".join(lines[:number] + lines[number + 1 :]) for number in range(4, len(lines), 16)]
    for over in ({}, *({system: one} for one in without), {system: text + b"# more\n"}, {}):
        judged = desk.lay(over)
        whole = evaluate(
            **asked | {"snapshot": OverlaySnapshot(asked["snapshot"], over) if over else asked["snapshot"]}
        )
        assert failing(whole.results) == failing(judged.failing)
        assert any(result.known for result in judged.failing)


def test_what_is_saved_meanwhile_counts(firm: object) -> None:
    top: Path = firm.top  # type: ignore[attr-defined]
    asked = judging.asked(top, as_of=DAY)
    desk = Desk(discover(top).object_format, **asked)
    file = next(iter(sorted(top.glob("compliance/roles/*.yaml"))))
    file.write_text("kind: Role\n")
    desk.renew(discover(top).worktree())
    whole = evaluate(**judging.asked(top, as_of=DAY))
    assert failing(whole.results) == failing(desk.judged.failing)
    assert failing(whole.results)

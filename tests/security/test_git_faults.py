"""Each call of git in a whole run is killed, fails, prints nothing or half: a failing repository never exits 0.

The repositories fail for one reason each, and each reason comes to light by other calls.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

DAY = ("--as-of", "2026-11-24")
MODES = {"worktree": (), "index": ("--staged",), "commit": ("--rev", "HEAD")}
PASSES, FAILS = 0, 1


def good(firm: Any) -> None:
    """Nothing is wrong, and every call has something to print."""
    firm.write(".gitignore", "*.log\n")
    firm.write("x.log", "ignored")
    firm.write("empty.txt", "")
    firm.git("add", "empty.txt")


def bad_record(firm: Any) -> None:
    """A record breaks a rule."""
    firm.change("c/b.yaml", "good", "bad")
    firm.git("add", "--all")


def bad_file_nobody_added(firm: Any) -> None:
    """A file that Git does not know is no record."""
    firm.write("c/new/deep/x.yaml", "kind: Bx\n")


def bad_change(firm: Any) -> None:
    """A record says less than it said in the commit before."""
    firm.change("c/b.yaml", "size: 9", "size: 3")
    firm.git("add", "--all")


def bad_past(firm: Any) -> None:
    """A record was changed by somebody whom a rule does not allow."""
    firm.change("c/h.yaml", "size: 1", "size: 2")
    firm.git("add", "--all")
    firm.git("commit", "--quiet", "--author", "Eve <eve@example.invalid>", "--message", "change")


@dataclass(frozen=True)
class Story:
    """A repository, and the modes of check in which it has that verdict."""

    happens: Callable[[Any], None]
    verdict: int
    modes: tuple[str, ...]


STORIES = (
    Story(good, PASSES, tuple(MODES)),
    Story(bad_record, FAILS, ("worktree", "index")),
    Story(bad_file_nobody_added, FAILS, ("worktree",)),
    Story(bad_change, FAILS, ("worktree", "index")),
    Story(bad_past, FAILS, ("commit",)),
)
CASES = [(story, mode) for story in STORIES for mode in story.modes]


def plans(logs: list[bytes]) -> Iterator[str]:
    """Every way for every call."""
    for call, printed in enumerate(logs):
        yield from (f"{call}:killed:9", f"{call}:fails:128")
        yield from (f"{call}:cut:{size}" for size in sorted({0, len(printed) // 2}))


@pytest.mark.parametrize(("story", "mode"), CASES, ids=[f"{story.happens.__name__}-{mode}" for story, mode in CASES])
def test_no_fault_of_git_makes_a_failing_repository_pass(
    small: Any,
    world: Any,
    iscode: Any,
    faulty_git: Any,
    story: Story,
    mode: str,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    firm = small(
        world.rule(id="grown", that="self.?size.orValue(0) >= old.?size.orValue(0)", compare="changed").rule(
            id="by-hand", that='authors(self, timestamp("2000-01-01T00:00:00Z")).all(a, a == "a@example.invalid")'
        )
    )
    firm.write("c/h.yaml", "kind: Box\nid: h\nstatus: active\nsize: 1\n")
    firm.write("c/grown.yaml", "kind: Box\nid: grown\nstatus: active\nsize: 9\n")
    firm.change("c/b.yaml", "status: active", "status: active\nsize: 9")
    firm.commit()
    story.happens(firm)
    arguments = ("check", *MODES[mode], *DAY)

    faulty_git.arm()
    whole = iscode(*arguments)
    logs = faulty_git.printed()
    assert story.verdict == whole.code, whole.out + whole.err
    assert len(logs) >= 4

    ended: Counter[int] = Counter()
    for plan in plans(logs):
        faulty_git.arm(plan)
        done = iscode(*arguments)
        ended[done.code] += 1
        assert "Traceback" not in done.err, plan
        assert "a defect in iscode" not in done.err, plan
        if done.code != 2:  # what went wrong had nothing to say: the report is the one of the whole run
            assert (whole.code, whole.out) == (done.code, done.out), plan
        else:
            assert done.err.startswith("iscode: "), plan
    assert story.verdict == PASSES or ended[PASSES] == 0
    assert ended[2] >= 3 * len(logs)
    told = ", ".join(f"{count} ended with {code}" for code, count in sorted(ended.items()))
    with capfdbinary.disabled():
        sys.stderr.write(f"{mode}, {story.happens.__name__}: {ended.total()} faults in {len(logs)} calls: {told}\n")

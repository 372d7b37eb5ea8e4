"""Evaluation -> the Markdown report as a comment holds it."""

from __future__ import annotations

from typing import Any

from iscode.report import REPORTERS, Options, comment


def test_a_comment_is_the_markdown_report_in_what_github_takes(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="false", message="{item}", at="item")
    few = world.judge(world.box("a", words=["w"]))
    assert REPORTERS["markdown"]([few], Options()) == REPORTERS["comment"]([few], Options())
    shown = Options(links="https://host/blob/a/")
    assert REPORTERS["markdown"]([few], shown) == REPORTERS["comment"]([few], shown)
    failed = world.judge(world.box("a", words=[f"w{index}" for index in range(5000)]))
    found = REPORTERS["comment"]([failed], Options())
    assert comment.MOST - 3000 < len(found) <= comment.MOST < 65_536
    assert b"results did not fit here.** The JSON report has all of them." in found

"""Markdown of ours, rendered as GitHub renders it: what others wrote is text in it, and the page is as we meant it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options as Flags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.change.difference import Difference, Move
from iscode.change.forecast import Forecast, Turn
from iscode.document import write
from iscode.evaluation import evaluate
from iscode.report import REPORTERS, Options
from iscode.report.escape import code, inert, markdown, markup, terminal
from iscode.source import MemorySnapshot

BREAK = "\u200b"
LIVE = {
    "mention": r"(?<!\w)@\w",
    "issue": r"(?:(?<!\w)|\w/\w+)#\d|\bgh-\d",
    "address": r"(?:https?|ftp)://\S|\bwww\.\S|[\w.+-]+@\w+\.\w",
    "picture": r":[\w+-]+:",
    "commit": r"\b[0-9a-f]{7,64}\b",
}
"""What GitHub makes a link or a picture of in text that is rendered already, outside of code."""

HOSTILE = st.lists(
    st.sampled_from(
        [
            *"@#:/`|<>[]!\\*_~$&-+=.%^() \t\n",
            *("::", "##[", "www.", "https://", "gh-1", "a1b2c3d", "a@b.org", "@alice", "#1", "o/r#2", ":tada:", "[^1]"),
            *("![x](http://x.org/a.png)", "[x](y)", "[x]: /u", "<img src=x>", "<!--", "</details>", "<a@b.org>"),
            *("```", "~~~", "---", "|-|", "1. ", "~~", "- [ ] ", "&lt;", "&#64;", "$x$", "mailto:a@b.org"),
            *("\u200b", "\u202e", "\x1b[1m"),
        ]
    )
    | st.text(st.characters(), max_size=3)
).map("".join)  # fmt: skip
WRITABLE = HOSTILE.map(lambda text: text.encode("utf-8", "replace").decode())
"""The same without half characters, which no file of rules or records can hold."""


class Page(HTMLParser):
    """A page of HTML: its elements, the text in and out of code, the cells of each row."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = self.outside = ""
        self.rows: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.open.remove(tag)
        self.outside += "\n"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.outside += "\n" if "code" in self.open else data


def rendered(text: str) -> Page:
    """The page that GitHub's own renderer makes, with every extension and with raw HTML let through."""
    flags = Flags.CMARK_OPT_UNSAFE | Flags.CMARK_OPT_FOOTNOTES
    return Page(cmarkgfm.github_flavored_markdown_to_html(text, flags))


def live(page: Page) -> list[str]:
    """What would become a link or a picture."""
    return [name for name, pattern in LIVE.items() if re.search(pattern, page.outside, re.IGNORECASE)]


@pytest.mark.parametrize("escape", [markdown, code])
@pytest.mark.parametrize(
    ("around", "tags"),
    [
        ("{}", {"p"}),
        ("- {}", {"ul", "li"}),
        ("a\n{}", {"p"}),
        ("#### {}", {"h4"}),
        ("| a | b |\n|---|---|\n| {} | {} |", {"table", "thead", "tbody", "tr", "th", "td"}),
        ("*{}* {}", {"p", "em"}),
    ],
)
@settings(max_examples=100, deadline=None)
@given(text=HOSTILE)
def test_what_others_wrote_is_text_wherever_it_stands(
    escape: Callable[[str], str], around: str, tags: set[str], text: str
) -> None:
    shown = escape(text) or "x"
    page = rendered(around.replace("{}", shown))
    assert set(page.tags) <= tags | {"code"}
    assert [] == [name for name in page.attributes if name != "align"]
    assert [] == live(page)
    assert page.rows in ([], [2, 2])


@settings(max_examples=300, deadline=None)
@given(HOSTILE, st.sampled_from([markdown, code]))
def test_a_reader_sees_each_character_that_was_written(text: str, escape: Callable[[str], str]) -> None:
    seen = rendered(f"x {escape(text)} x").text.replace(BREAK, "").strip()
    written, marks = f"x {terminal(text)} x", "`" if escape is markdown else ""
    assert written.replace(marks, "") == seen.replace(marks, "")


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_what_others_wrote_is_text_in_the_markup_of_oscal(text: str) -> None:
    page = Page(cmarkgfm.markdown_to_html(markup(text), Flags.CMARK_OPT_UNSAFE))
    assert set(page.tags) <= {"p", "code"}
    assert [] == page.attributes
    assert terminal(" ".join(text.split())).replace("`", "") == page.text.strip().replace("`", "")


EMPHASIS = {"p", "br", "em", "strong", "code", "del"}
"""What text for a reader of plain text or of Markdown may turn into: it stays as it was written."""


@settings(max_examples=300, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=3))
def test_text_that_may_be_read_as_markdown_links_loads_and_mentions_nothing(texts: list[str]) -> None:
    page = rendered("\n".join(map(inert, texts)))
    assert set(page.tags) <= EMPHASIS
    assert ([], []) == (page.attributes, live(page))


@pytest.mark.parametrize("form", ["sarif", "gitlab", "rdjson"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(WRITABLE, WRITABLE)
def test_no_text_of_a_report_for_programs_is_live_where_it_is_shown(
    world: Any, form: str, name: str, label: str
) -> None:
    world = world.rule(that="false", message="{self.label} {self}", title=label or "x", remediation=name or "x")
    texts = {f"{name}.yaml": write(world.box(f"b{name}", label=label)).encode(), "2.yaml": b"kind: Bx\n"}
    evaluation = evaluate(MemorySnapshot(texts), "", world.policy(records=["**"]), "2026-11-24")
    for text in texts_of(json.loads(REPORTERS[form]([evaluation], Options()))):
        page = rendered(text)
        assert set(page.tags) <= EMPHASIS
        assert ([], []) == (page.attributes, live(page))


def texts_of(value: Any, key: str = "") -> Iterator[str]:
    """What a program shows of a report as prose."""
    for name, held in value.items() if isinstance(value, dict) else [(key, each) for each in value]:
        if isinstance(held, dict | list):
            yield from texts_of(held, name)
        elif name in ("text", "message", "description", "justification"):
            yield held


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("@alice", ["mention"]),
        ("o/r#1", ["issue"]),
        ("GH-1", ["issue"]),
        ("https://x.org", ["address"]),
        (":tada:", ["picture"]),
        ("a1b2c3d", ["commit"]),
    ],
)
def test_the_looks_for_what_is_live_find_it(text: str, kinds: list[str]) -> None:
    assert kinds == live(rendered(f"`@x` {text}"))


TITLES = [
    "a | b", "</details><img src=x onerror=y>", "![x](https://x.org/p.png)", "@alice and @org/team", "```\ncode",
    "<!-- gone", "[^1] #12 GH-12 o/r#3", "\n\n# big\n\n- [ ] task", "https://x.org www.x.org a@x.org", ":tada: $x$",
    "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334", "\x1b]8;;http://x\x07link", "\u202egnp.exe",
]  # fmt: skip


def page_of(world: Any, files: dict[str, Any]) -> Page:
    """The page of a world's verdict on records by path, as a reader has it."""
    texts = {path: (value if isinstance(value, str) else write(value)).encode() for path, value in files.items()}
    evaluation = evaluate(MemorySnapshot(texts), "", world.policy(records=["**"]), "2026-11-24")
    return rendered(REPORTERS["markdown"]([evaluation], Options()).decode("utf-8"))


@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_a_page_has_the_elements_that_an_honest_title_gives_it(world: Any, title: str) -> None:
    def tags(text: str) -> Counter[str]:
        judged = world.rule(that="false", message="{self.label}", severity="low", title=text, remediation=text)
        judged = judged.rule(id="hard", that="false", message="{self.id} is bad: {self.label}")
        page = page_of(judged, {f"c/{text}.yaml": world.box(f"b{text}", label=text)})
        assert [] == live(page)
        return Counter(tag for tag in page.tags if tag != "code")

    assert tags("honest") == tags(title)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(WRITABLE, WRITABLE)
def test_beside_the_verdict_too_nothing_is_live_but_links_to_lines(world: Any, name: str, label: str) -> None:
    world = world.rule(that="false", message="{self.label} {self}", title=label or "x", remediation=name or "x")
    texts = {f"{name}.yaml": write(world.box(f"b{name}", label=label)).encode(), "2.yaml": b"kind: Bx\n"}
    evaluation = evaluate(MemorySnapshot(texts), "", world.policy(records=["**"]), "2026-11-24")
    failing = tuple(result for result in evaluation.results if result.adverse)
    moves = tuple(Move(result, "pass") for result in failing)
    change = Difference(
        evaluation,
        judged=True,
        broken=moves,
        mended=moves,
        still_failing=(),
        no_longer_asked=moves,
        weakened=(),
        shifts=(),
        decided=(),
    )
    ahead = Forecast(evaluation, "2026-12-24", tuple(Turn("2026-12-06", each, failed=False) for each in failing), {})
    options = Options(links="https://host/o/", change=lambda _: change, ahead=lambda _: ahead)
    page = rendered(REPORTERS["markdown"]([evaluation], options).decode("utf-8"))
    prose = {"h2", "h3", "h4", "p", "ul", "li", "strong", "em", "code", "details", "summary", "a"}
    assert set(page.tags) <= prose | {"table", "thead", "tbody", "tr", "th", "td"}
    assert [] == live(page)
    assert {3, 4} >= set(page.rows)
    assert set(page.attributes) <= {"href"}
    assert page.links == [one for one in page.links if re.fullmatch(r"https://host/o/[\w.~/%-]+#L\d+", one, re.ASCII)]
    assert len(page.links) == 2 * len(failing)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(WRITABLE, WRITABLE)
def test_no_record_and_no_rule_makes_a_link_a_picture_or_html(world: Any, name: str, label: str) -> None:
    world = world.rule(that="false", message="{self.label} {self}", title=label or "x", remediation=name or "x")
    page = page_of(world, {f"{name}.yaml": world.box(f"b{name}", label=label), f"{name}2.yaml": "kind: Bx\n"})
    assert {"h2", "h3", "h4", "p", "ul", "li", "code", "strong", "em", "details", "summary"} >= set(page.tags)
    assert [] == page.attributes
    assert [] == page.open
    assert [] == live(page)


LEAVE = {
    "$id": "leave.schema.json",
    "type": "object",
    "required": [
        "kind",
        "id",
        "status",
        "waives",
        "subjects",
        "reason",
        "requested_by",
        "approved_by",
        "starts",
        "expires",
    ],
    "properties": {
        **{name: {"type": "string"} for name in ("reason", "requested_by", "approved_by")},
        **{name: {"type": "array", "items": {"type": "string"}} for name in ("waives", "subjects")},
        **{name: {"type": "string", "format": "date"} for name in ("starts", "expires")},
        "kind": {"type": "string", "const": "Leave"},
        "id": {"type": "string", "minLength": 1},
        "status": {"type": "string", "enum": ["active", "retired"]},
    },
    "additionalProperties": False,
    "x-waiver": True,
}
"""A kind of waivers."""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(WRITABLE, WRITABLE)
def test_what_a_waiver_says_is_text_in_each_place_that_tells_of_it(world: Any, name: str, reason: str) -> None:
    world = world.rule(that="false", message="{self.id} is bad").file("schemas/leave.schema.json", json.dumps(LEAVE))
    box = world.box(f"b{name}")
    leave = {
        "kind": "Leave", "id": f"w{name}", "status": "active",
        "waives": ["test-rule"], "subjects": [f"Box:{box['id']}"], "reason": f"so {reason}",
        "requested_by": "Shelf:one", "approved_by": "Shelf:two", "starts": "2026-11-01", "expires": "2026-12-31",
    }  # fmt: skip
    records = {"1": box, "2": world.stand("one"), "3": world.stand("two"), "4": leave}
    texts = {f"{path}.yaml": write(value).encode() for path, value in records.items()}
    evaluation = evaluate(MemorySnapshot(texts), "", world.policy(records=["**"]), "2026-11-24")
    page = rendered(REPORTERS["markdown"]([evaluation], Options()).decode("utf-8"))
    prose = {"h2", "h3", "h4", "p", "ul", "li", "strong", "em", "code", "details", "summary"}
    assert set(page.tags) <= prose | {"table", "thead", "tbody", "tr", "th", "td"}
    assert ([], []) == (page.attributes, live(page))
    assert [5] * len(page.rows) == page.rows
    if evaluation.waivers[0].in_force:
        assert "Waivers in force: 1" in page.text
        assert 2 == len(page.rows)


def test_a_waiver_of_the_test_above_is_in_force(world: Any) -> None:
    """So that it looks at what it says it looks at."""
    world = world.rule(that="false").file("schemas/leave.schema.json", json.dumps(LEAVE))
    leave = {
        "kind": "Leave", "id": "w", "status": "active", "waives": ["test-rule"], "subjects": ["Box:b"],
        "reason": "so | @x <b>", "requested_by": "Shelf:one", "approved_by": "Shelf:two", "starts": "2026-11-01",
        "expires": "2026-12-31",
    }  # fmt: skip
    evaluation = world.judge(world.box(), world.stand("one"), world.stand("two"), leave)
    page = rendered(REPORTERS["markdown"]([evaluation], Options()).decode("utf-8"))
    assert "Waivers in force: 1" in page.text
    assert "so | @x <b>" in page.text.replace(BREAK, "")

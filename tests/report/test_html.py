"""Evaluation -> one HTML page: what it tells, that nothing in it is live but our own, that it leads nowhere else."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from iscode.change.history import Point
from iscode.change.verdicts import Failing, Standing, Verdict
from iscode.cli import example
from iscode.document import write
from iscode.errors import PolicyError, UsageError
from iscode.evaluation import Base, evaluate
from iscode.evaluation.waivers import Remark
from iscode.policy.changes import Change
from iscode.report import HISTORIES, REPORTERS, TABLES, Options
from iscode.report.html import document, ledger
from iscode.report.html import page as pages
from iscode.report.html.overview import LEAST, LENGTH, bar
from iscode.report.html.sheet import TONES, sheet
from iscode.source import MemorySnapshot, Revision
from iscode.source.history import Ancestor
from iscode.view import Column, Table, Unknown

VIEWS: dict[str, dict[str, Any]] = {
    "pdca": {"id": "pdca", "title": "Checks", "about": "a", "rows": "failures()", "columns": [
        {"id": "rule", "title": "Rule", "value": "self.rule"},
    ]},
    "firm": {"id": "firm", "title": "The firm", "about": "b", "rows": 'records("Shelf")', "page": 1, "columns": [
        {"id": "name", "title": "Name", "value": "self.id", "show": "name"},
    ]},
    "boxes": {"id": "boxes", "title": "Boxes", "about": "What is.", "rows": 'records("Box")', "page": 3, "columns": [
        {"id": "box", "title": "Box", "value": "self.id"},
        {"id": "tier", "title": "Tier", "value": "self.?tier", "show": "tone"},
        {"id": "way", "title": "Way", "value": "self.?tier", "show": "path"},
        {"id": "label", "title": "Label", "place": "below", "value": "self.?label"},
    ]},
    "grid": {"id": "grid", "title": "Grid", "about": "c", "rows": 'records("Box")', "page": 2, "columns": [
        {"id": "box", "title": "Down", "value": "self.id"},
        {"id": "across", "title": "Across", "show": "grid", "value": {
            "each": 'self.?tier.optMap(t, [t]).orValue([])',
            "fields": {"heading": "self.?size.orValue(1)", "word": "item", "names": "self.?words.orValue([])"},
        }},
    ]},
}  # fmt: skip
CASCADE = {"id": "c", "title": "What boxes rest on", "start": ["Box"], "follow": ["Box.shelf"]}


@pytest.fixture
def shelves(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The world with views and a cascade, as what ships; a Box may have a tier."""
    schema = json.loads(world.files["schemas/box.schema.json"])
    schema["properties"]["tier"] = {"type": "string", "enum": ["low", "medium", "high"], "x-scale": "level"}
    found = world.file("schemas/box.schema.json", json.dumps(schema))
    for name, view in VIEWS.items():
        found = found.file(f"policies/views/{name}.yaml", write(view))
    found = found.file("policies/cascades/c.yaml", write(CASCADE))
    monkeypatch.setattr("iscode.view.shelf.shipped", lambda: found.shelves)
    return found


class Page(HTMLParser):
    """A page as a browser reads it: elements, attributes, anchors, links, text."""

    INLINE = frozenset({"a", "b", "code", "i", "mark", "small", "span", "strong"})
    VOID = frozenset({"meta", "br", "rect", "path", "input"})

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(data.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in self.VOID:
            self.open.append(tag)
        self.text += " " if tag == "br" else ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()
        self.text += "" if tag in self.INLINE else " "

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text += data

    @property
    def words(self) -> str:
        """The text with one blank where there is any."""
        return " ".join(self.text.split())


def made(*evaluations: Any, points: tuple[Point, ...] | None = None) -> bytes:
    return REPORTERS["html"](evaluations, Options(past=lambda _: points))


def page(*evaluations: Any, points: tuple[Point, ...] | None = None) -> Page:
    return Page(made(*evaluations, points=points))


def failing(rule: str, subject: str, *, blocking: bool = True) -> Failing:
    return Failing("f" * 32, rule, subject, None, "high", blocking)


def point(number: int, passed: bool | None, blocking: int = 0, *, reason: str = "", **done: Any) -> Point:
    """The verdict on a commit of which one of two requirements is satisfied."""
    held = {"std:1.1": Standing("satisfied"), "std:1.2": Standing("not_satisfied"), "std:2.1": Standing("not_assessed")}
    turns = () if passed is None else ((f"2026-11-{number:02}", held),)
    verdict = Verdict(passed, reason, blocking, {}, 0, (), turns)
    day = f"2026-11-{number:02}"
    return Point(Ancestor(f"{number:040x}", None, day), day, f"2026-11-{number + 1:02}", verdict, **done)


def test_a_page_tells_the_verdict_of_whom_when_and_by_what(shelves: Any) -> None:
    found = page(shelves.rule(that="false").judge(shelves.box(), shelves.stand("The Firm"))).words
    assert "The Firm As of 2026-11-24, memory Failed 1 result blocks." in found
    assert "0/4 requirements satisfied that apply 1 result fails, blocking: 1" in found
    assert "Profile all: All Digest of the policy sha256:" in found


def test_a_pass_is_no_more_than_what_was_assessed(shelves: Any) -> None:
    data = made(shelves.rule().judge(shelves.box()))
    found = Page(data).words
    assert "Passed Nothing blocks." in found
    assert '<section id="verdict" class="verdict reserved"' in data.decode()
    assert "std:1.2 Label of 1.2 not assessed no rule judged a record for it" in found
    whole = shelves.rule(requirements=["std:*"]).judge(shelves.box())
    assert '<section id="verdict" class="verdict passed"' in made(whole).decode()
    assert "each is satisfied, or declared not to apply" in page(whole).words


def test_a_failure_has_its_line_its_remedy_and_of_each_rule_one_proof(shelves: Any) -> None:
    judged = shelves.rule(
        that="size(self.label) < 2", message="{self.id} is bad", at="self.label", when="has(self.label)"
    )
    found = page(judged.judge(shelves.box("a", label="long"), shelves.box("b", label="longer")))
    assert "What blocks 2" in found.words
    assert "high Serves std:1.1 Label of 1.1 What to do mend it" in found.words
    assert "a is bad Box:a · c/0.yaml:4:1" in found.words.replace("c/0.yaml:4:8", "c/0.yaml:4:1")
    assert 1 == found.words.count("Proof, step by step")
    assert "size(self.label)" in found.words
    assert 1 == len(re.findall(r"iscode explain [0-9a-f]{12}", found.words))


def test_proofs_are_of_so_many_rules_and_the_others_are_asked(shelves: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PROVEN", 2)
    for number in range(4):
        shelves = shelves.rule(id=f"rule-{number}", that="false")
    assert 2 == page(shelves.judge(shelves.box())).words.count("Proof, step by step")


def test_who_passes_and_to_whom_a_rule_does_not_apply_is_named(shelves: Any) -> None:
    found = page(shelves.rule(when="has(self.label)").judge(shelves.box("a", label="x"), shelves.box("b"))).words
    assert "1 pass, 0 fail, 1 not applicable high · serves std:1.1 Passes Box:a c/0.yaml" in found
    assert "the rule does not apply: its condition is false Box:b" in found


def test_what_is_waived_is_told_and_does_not_make_the_verdict_green(shelves: Any, waiving: Any, waived: Any) -> None:
    world = replace(shelves, files={**waiving.files, **shelves.files})
    waiver = waived.waivers[0].record.value
    secret = "gh" + "p_" + "a" * 36
    records = [world.box(), world.stand("one"), world.stand("two"), waiver | {"reason": f"{waiver['reason']} {secret}"}]
    waived = world.judge(*records)
    assert secret not in page(waived).text
    data = made(waived)
    assert '<section id="verdict" class="verdict reserved"' in data.decode()
    found = Page(data).words
    assert "1 known or waived result does not block. 1 requirement not satisfied without blocking." in found
    assert "Leave:w in force 2026-11-01 2026-12-31 test-rule Box:b Because a | b must be *" in found
    remark = Remark("too broad", "nothing fails of more")
    held = tuple(structs.replace(each, remarks=(remark,), renewals=1) for each in waived.waivers)
    said = page(replace(waived, waivers=held)).words
    assert "Renewed 1 of 2 Too broad nothing fails of more" in said
    assert "Waivers were ignored" in page(replace(waived, policy=replace(waived.policy, ignore_waivers=True))).words


def test_the_base_and_what_changed_of_policy_are_told(shelves: Any) -> None:
    tip = MemorySnapshot({})
    tip.revision = Revision("commit", "b" * 40, "c" * 40)
    base = Base(tip, "b" * 40, "2026-11-24", tip=tip, judges=True)
    changed = (Change("iscode.yaml", "softens: less"),)
    found = page(replace(shelves.rule().judge(shelves.box()), base=base, policy_changes=changed)).words
    assert f"Base {'b' * 40}, whose policy judges too" in found
    assert "Changes of policy iscode.yaml softens: less" in found


def test_what_was_not_judged_is_named_and_the_verdict_leads_there(shelves: Any) -> None:
    found = page(shelves.rule().rule(id="silent", subject="Shelf").judge(shelves.box()))
    assert "rules that met no record 1: silent" in found.words
    assert "#unjudged" in found.links
    assert "#unjudged" not in page(shelves.rule().judge(shelves.box())).links


def test_what_no_commit_holds_yet_is_left_open_and_no_green(shelves: Any) -> None:
    asked = shelves.rule(requirements=["std:*"], that="git(self).changed.day <= today")
    evaluation = asked.judge(shelves.box())
    assert ["no_history"] == [result.cause for result in evaluation.results if result.rule == "test-rule"]
    satisfied = replace(
        evaluation, findings=tuple(replace(finding, state="satisfied") for finding in evaluation.findings)
    )
    assert '<section id="verdict" class="verdict reserved"' in made(satisfied).decode()


def test_what_a_change_would_be_asked_is_open_only_where_something_is_compared(shelves: Any) -> None:
    evaluation = shelves.rule(requirements=["std:*"]).judge(shelves.box())
    compared = evaluation.results[-1]._replace(outcome="not_applicable", cause="no_base")
    found = replace(evaluation, results=(*evaluation.results, compared))
    base = Base(MemorySnapshot({}), "b" * 40, "2026-11-24")
    assert ["passed", "reserved"] == [
        re.findall(r'class="verdict (\w+)"', made(one).decode())[0] for one in (found, replace(found, base=base))
    ]


def test_the_trend_is_two_curves_and_a_row_for_each_commit_that_changed_something(shelves: Any) -> None:
    evaluation = shelves.rule().judge(shelves.box())
    points = (
        point(1, False, 4, broke=(failing("test-rule", "Box:b"), failing("mild", "Box:c", blocking=False))),
        point(2, False, 4),
        point(3, None, reason="iscode.yaml:1:1: no"),
        point(4, True, mended=tuple(failing("test-rule", f"Box:{name}") for name in "abcdefg")),
        point(5, True),
    )
    data = made(evaluation, points=points)
    found = Page(data)
    assert "Over time The verdict on each of the last commits, when it was made." in found.words
    assert "Results that block 0 at last, 4 at most 2026-11-01 2026-11-05" in found.words
    assert "Requirements that are satisfied 1 at last, 2 are asked for" in found.words
    assert 'aria-label="Results that block: between 0 and 4, 0 at last"' in data.decode()
    curve = "M0.0 0.0H200.0L200.0 0.0H400.0M600.0 100.0H800.0L800.0 100.0H1000.0"
    assert f'<path class="not_satisfied" d="{curve}"/>' in data.decode()
    assert "Show 3 commits that changed something" in found.words
    first, silent, mended = (f"{number:040x}"[:12] for number in (1, 3, 4))
    told = "failed: 4 results 4 1 of 2 Broke test-rule Box:b mild Box:c (does not block)"
    assert f"{first} 2026-11-01 {told} {silent} 2026-11-03 no verdict: iscode.yaml:1:1: no - -" in found.words
    assert "Before it 1 commit that changed no result" in found.words
    assert f"{mended} 2026-11-04 passed 0 1 of 2 Mended test-rule Box:a" in found.words
    assert "test-rule Box:e 2 more" in found.words
    assert "At last 1 commit that changed no result. 5 commits: 2 passed, 2 failed, 1 without a verdict." in found.words
    assert "#trend" in found.links
    assert "Over time" not in page(evaluation).words


def test_a_line_without_any_verdict_is_drawn_as_nothing(shelves: Any) -> None:
    points = (point(1, None, reason="no"),)
    data = HISTORIES["html"](points, Options())
    assert b'aria-label="Results that block: no commit has a verdict"><path class="not_satisfied" d=""/>' in data
    assert "Results that block no verdict at last, 0 at most" in Page(data).words
    with pytest.raises(UsageError, match="no commit in that range"):
        HISTORIES["html"]((), Options())


def test_views_stand_in_their_order_drawn_as_they_say(shelves: Any) -> None:
    boxes = [
        shelves.box("a", tier="low", size=1, words=["x", "y"], shelf="Shelf:s"),
        shelves.box("b", tier="high", size=2),
    ]
    data = made(shelves.rule().judge(*boxes, shelves.stand()))
    text, found = data.decode(), Page(data).words
    assert found.index("Grid c") < found.index("Boxes What is.")
    assert "The firm" not in found
    assert '<span class="chip tone-0">low</span>' in text
    assert '<span class="chip tone-3">high</span>' in text
    assert "high 3 of 3" in found
    assert '<td class="tone-0"><small>low</small>\n<ul><li>x</li><li>y</li></ul>' in text
    assert '<td class=""><small></small>' in text
    assert "Shelf:s" in found.partition("What boxes rest on A record")[2]


def test_a_list_that_cannot_be_told_is_said_to_be_so(shelves: Any) -> None:
    found = page(shelves.rule().judge(shelves.box("a", size="x"), shelves.stand())).words
    assert "This list cannot be told whole, so nothing of it is shown: it cannot be told which rows" in found
    assert "schema" in found


def test_a_broken_view_is_an_error_and_no_page(shelves: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = shelves.file("policies/views/x.yaml", write(VIEWS["boxes"] | {"id": "x", "rows": 'records("Bx")'}))
    monkeypatch.setattr("iscode.view.shelf.shipped", lambda: broken.shelves)
    with pytest.raises(PolicyError):
        made(shelves.rule().judge(shelves.box()))


def test_links_lead_to_what_is_on_the_page_and_anchors_differ_between_roots(shelves: Any) -> None:
    failing = shelves.rule(that="false", requirements=["*"]).judge(shelves.box("a", tier="low"), shelves.stand())
    passing = replace(shelves.rule().judge(shelves.box()), root="a/b")
    found = page(failing, passing)
    assert sorted(set(found.ids)) == sorted(found.ids)
    assert set() == {link for link in found.links if link.removeprefix("#") not in found.ids}
    assert "a/b" in found.words


@pytest.mark.parametrize("profile", ["integrated", "starter"])
def test_each_link_of_the_page_of_a_whole_firm_leads_to_something_on_it(acme: Any, profile: str) -> None:
    drill = "compliance/control-tests/oversight-drill-2026-11.yaml"
    text = example.files("acme")[drill].decode()
    found = page(
        acme({drill: text.replace('"2026-11-12"', '"2025-11-12"'), "compliance/x.yaml": "kind: X\n"}, profile=profile)
    )
    assert sorted(set(found.ids)) == sorted(found.ids)
    assert set() == {link for link in found.links if link.removeprefix("#") not in found.ids}
    assert len(found.links) > 300


def test_the_policy_of_the_page_allows_its_own_style_and_script_alone(shelves: Any) -> None:
    text = made(shelves.rule().judge(shelves.box())).decode()
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)

    def digest(tag: str) -> str:
        [inner] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        return f"&#x27;sha256-{b64encode(sha256(inner.encode()).digest()).decode()}&#x27;"

    assert policy == (
        f"default-src &#x27;none&#x27;; style-src {digest('style')}; script-src {digest('script')}; img-src data:; "
        "base-uri &#x27;none&#x27;; form-action &#x27;none&#x27;"
    )


def test_the_same_evaluation_gives_the_same_bytes(shelves: Any) -> None:
    judged = shelves.rule(that="false").judge(shelves.box(), shelves.stand())
    assert made(judged) == made(judged)


def test_without_the_template_engine_the_error_says_what_to_install(
    shelves: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError) as error:
        made(shelves.rule().judge(shelves.box()))
    assert "python -m pip install 'iscode[reports]'" in error.value.hint


HOSTILE = st.lists(
    st.sampled_from(
        [
            *"<>\"'&/=`{}%-! \n\x00\x1b",
            *("<script>x()</script>", "</script>", "</style>", "<!--", "-->", "]]>", "<img src=x onerror=y>", "</pre>"),
            *('" onclick="x', "' style='x", "javascript:x", "&lt;", "&#60;", "{{ 7*7 }}", "{% raw %}", "<svg"),
            *("\u202e", "\u200b", "\u2028"),
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
).map("".join)  # fmt: skip
TITLES = [
    "<script>alert(1)</script>", '" onmouseover="x', "</style><style>*{display:none}", "</script><script>", "<!--",
    "javascript:alert(1)", "{{ 7*7 }}{% include 'x' %}", "</details></main>", "&lt;b&gt;", "\u202egnp.exe", "\x1b[31m",
]  # fmt: skip
ATTRIBUTES = frozenset(
    {
        *(
            "lang",
            "charset",
            "http-equiv",
            "content",
            "name",
            "href",
            "class",
            "id",
            "title",
            "role",
            "tabindex",
            "open",
        ),
        *("scope", "colspan", "aria-label", "aria-labelledby", "aria-hidden", "data-find", "data-search", "data-label"),
        *("viewbox", "preserveaspectratio", "x", "width", "height", "d"),
    }
)


def hostile(shelves: Any, name: str, label: str) -> Page:
    """A page on which both texts stand wherever a repository may put some."""
    world = shelves.rule(that="false", message="{self.label} {self}", title=label or "x", remediation=name or "x")
    world = world.rule(id="passing", title=name or "x")
    box = world.box(f"b{name}", label=label, words=[name, f"{name}2"], tier="low")
    files = {
        f"c/{name.replace('/', '')}.yaml": write(box),
        "c/s.yaml": write(world.stand(f"s{label}")),
        "c/x.yaml": label,
    }
    texts = {path: text.encode("utf-8") for path, text in files.items()}
    commits = (point(1, None, reason=label), point(2, False, 1, broke=(failing("test-rule", f"Box:{name}"),)))
    return page(evaluate(MemorySnapshot(texts), "", world.policy(records=["**"]), "2026-11-24"), points=commits)


@pytest.mark.parametrize("text", TITLES, ids=ascii)
def test_what_others_wrote_adds_no_element_and_no_attribute(shelves: Any, text: str) -> None:
    assert hostile(shelves, "honest", "an honest text").tags == hostile(shelves, text, text).tags


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE, HOSTILE)
def test_nothing_breaks_out_of_text(shelves: Any, name: str, label: str) -> None:
    found = hostile(shelves, name, label)
    assert set() == found.attributes - ATTRIBUTES
    assert (1, 1, 0) == (found.tags["script"], found.tags["style"], found.tags["img"])
    assert [] == found.open
    assert all(link.startswith("#") for link in found.links)
    assert {"\n"} >= {one for one in found.text if not one.isprintable() and unicodedata.category(one) != "Zs"}


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=7))
def test_a_bar_is_whole_and_shows_whatever_there_is_at_all(counts: list[int]) -> None:
    parts = bar([("m", "l", count) for count in counts])
    assert [count for count in counts if count] == [part.number for part in parts]
    assert all(part.length >= LEAST for part in parts)
    assert [0, *(part.start + part.length for part in parts)][: len(parts)] == [part.start for part in parts]
    assert (LENGTH if parts else 0) == sum(part.length for part in parts)


@pytest.mark.parametrize("words", [("a",), ("a", "b"), ("a", "b", "c", "d"), tuple("abcdefg")])
def test_tones_go_from_the_mildest_to_the_most_serious(words: tuple[str, ...]) -> None:
    table = Table("T", (Column("c", "C", show="tone", words=words),), tuple((word,) for word in (*words, "other")))
    *marks, other = [row.beside[0].mark for row in sheet(table).rows]
    assert sorted(marks) == marks
    assert "tone-0" == marks[0]
    assert len(words) == 1 or f"tone-{TONES - 1}" == marks[-1]
    assert "" == other


def test_a_cell_that_cannot_be_told_is_marked_and_keeps_a_grid_from_being_drawn() -> None:
    columns = (Column("a", "A"), Column("b", "B", show="grid", words=("low",)))
    found = sheet(Table("T", columns, (("x", Unknown("refused")),)))
    assert found.grid is None
    assert ("unknown: refused",) == found.rows[0].beside[1].lines
    assert "unknown" == found.rows[0].beside[1].mark


def test_a_table_is_a_page_of_its_own(shelves: Any) -> None:
    table = Table(
        "A <b>",
        (Column("a", "Name"), Column("b", "More", "below"), Column("d", "Data", "data")),
        (("x", "y", "z"),),
        ("note",),
    )
    found = Page(TABLES["html"](table))
    assert "A <b> A <b> Name x More y note" == found.words
    assert "Nothing." in Page(TABLES["html"](replace(table, rows=()))).words


def test_a_tree_that_is_long_is_cut_and_counted(shelves: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BRANCHES", 1)
    found = page(shelves.rule().judge(shelves.box(shelf="Shelf:s"), shelves.stand())).words
    assert "and 1 more: iscode cascade --record Box:b" in found

"""What types and is not meant: each remark at its place, and none where the rule is sound."""

from collections.abc import Callable

import pytest

from iscode.rule import load
from iscode.rule.compilation import compile_rule
from iscode.rule.lint import Remark, remarks
from iscode.schema import Kinds

HEAD = """id: made
title: What holds
severity: high
requirements: [iso42001:5.3]
phase: do
rationale: because
remediation: mend it
"""


@pytest.fixture
def look(kinds: Kinds) -> Callable[..., list[Remark]]:
    """The remarks on a rule that is written as the rest of its file."""

    def look(body: str, *, covered: bool = False) -> list[Remark]:
        rules = load([("rules/made.yaml", (HEAD + body).encode())], kinds)
        [file] = rules.files
        return list(remarks(file, compile_rule(file, file.rule.params, rules), covered=covered))

    return look


def check(that: str, more: str = "") -> str:
    return f"subject: Machine\n{more}check:\n  - that: '{that}'\n    message: no\n"


PARTS = "parts.all(p, p.price > 1.0)"

SUSPICIOUS = [
    ("all over what may be empty", check("self.?parts.orValue([]).all(p, p.price > 1.0)"), "`all` is true of an empty list"),  # noqa: E501
    ("all in a conjunction", check("self.id != \"\" && self.?parts.orValue([]).all(p, p.price > 1.0)"), "`all` is true"),  # noqa: E501
    ("all over a let", check("old.all(p, p.price > 1.0)", "let: {old: 'self.?parts.orValue([])'}\n").replace("old", "its"), "`all` is true"),  # noqa: E501
    ("no record at all", check('!records("Team").exists(t, t.lead == self.owner)'), "true where there is no record"),
    ("an age that the future passes", check("today - self.built <= days(30)", "needs: [built]\n"), "a day in the future"),  # noqa: E501
    ("an age below a bound", check("today - self.built < days(30)", "needs: [built]\n"), "a day in the future"),
    ("whole numbers divided", check("self.size / 2 == 1", "needs: [size]\n"), "19 / 20 is 0"),
    ("a check that never fails", check("1 < 2"), "this is always true, so it never fails"),
    ("a check that always fails", check("1 > 2"), "this is always false, so it always fails"),
    ("a rule that never applies", check("self.id != \"\"", "when: 1 > 2\n"), "so it never applies"),
    ("a check that says the same of each", check("self.id != \"\"", "each: 'self.?parts.orValue([])'\n"), "does not read the item"),  # noqa: E501
    ("a let that nobody reads", check("self.id != \"\"", "let: {spare: self.id}\n"), "nothing reads `spare`"),
    ("a parameter that nobody reads", check("self.id != \"\"", "params: {spare: 3}\n"), "nothing reads params.spare"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "message"), SUSPICIOUS, ids=[row[0] for row in SUSPICIOUS])
def test_what_is_suspicious_is_said_at_its_key(
    look: Callable[..., list[Remark]], name: str, body: str, message: str
) -> None:
    [remark] = look(body)

    assert message in remark.message
    assert remark.hint
    assert 8 <= remark.place.line


SOUND = [
    ("needs shows that something is there", check(f"self.{PARTS}", "needs: [parts]\n")),
    ("a size is asked first", check(f"size(self.parts) > 0 && self.{PARTS}", "when: has(self.parts)\n")),
    ("a size is asked in an earlier check", check("size(self.parts) >= 1", "when: has(self.parts)\n") + f"  - {{that: 'self.{PARTS}', message: no}}\n"),  # noqa: E501
    ("a size is asked the other way round", check(f"0 < size(self.parts) && self.{PARTS}", "when: has(self.parts)\n")),
    ("one exists", check(f"self.parts.exists(p, p.price > 0.0) && self.{PARTS}", "when: has(self.parts)\n")),
    ("an age whose day has come", check("self.built <= today && today - self.built <= days(30)", "needs: [built]\n")),
    ("doubles divided", check("double(self.size) / 2.0 > 1.0", "needs: [size]\n")),
    ("all below an or decides nothing alone", check(f'self.id == "x" || self.{PARTS}', "when: has(self.parts)\n")),
    ("an item is read through a let", check("dear", "each: 'self.?parts.orValue([])'\nlet: {dear: item.price > 1.0}\n")),  # noqa: E501
    ("a parameter is read in a message", check("self.id != \"\"", "params: {most: 3}\n").replace("message: no", "message: '{params.most}'")),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("name", "body"), SOUND, ids=[row[0] for row in SOUND])
def test_a_sound_rule_is_left_alone(look: Callable[..., list[Remark]], name: str, body: str) -> None:
    assert [] == look(body)


def test_absence_over_records_is_sound_where_another_rule_fails_on_an_empty_shelf(
    look: Callable[..., list[Remark]],
) -> None:
    body = check('!records("Team").exists(t, t.lead == self.owner)')

    assert [] == look(body, covered=True)


def test_the_hint_marks_the_part_of_the_expression(look: Callable[..., list[Remark]]) -> None:
    [remark] = look(check("self.size / 2 == 1", "needs: [size]\n"))

    *_, line, caret = remark.hint.splitlines()
    assert "/" == line[caret.index("^")]

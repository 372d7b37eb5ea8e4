"""A document of iscode's own making -> a model, or the first fault with its place and a hint."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from msgspec import Meta, field

from iscode.document import read
from iscode.errors import PolicyError, RuleError
from iscode.schema import faults
from iscode.schema.model import Model, bind, form, parse


class Step(Model):
    """A part of a plan."""

    name: Annotated[str, Meta(min_length=1), form("[a-z]*")]
    days: int = 1
    after: str | Annotated[list[str], Meta(min_length=1)] = "start"
    is_last: bool = field(name="last", default=False)


class Plan(Model):
    """A plan."""

    title: str
    size: Literal["small", "large"] = "small"
    steps: Annotated[list[Step], Meta(max_length=2)] = []
    named: dict[str, Step] = {}
    share: float = 0.5
    marks: dict[Annotated[str, form("[a-z]+")], int] = {}


Plans = dict[str, Plan]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("steps: []", "1:1", "`title` is missing", "add `title:`"),
        ("titel: a", "1:1", "unknown key `titel`", "did you mean `title`?"),
        ("title: a\nx: b", "2:1", "unknown key `x`", "known here: marks, named, share, size, steps, title"),
        ("title: a\nsize: larg", "2:1", '`size` is "larg", which is none of its words', "did you mean `large`?"),
        ("title: a\nsize: 5", "2:1", "`size` is 5, which is none of its words", "one of: large, small"),
        ("title: 5.10", "1:1", "`title` must be text", "put quotes around what is written"),
        ("title: [a]", "1:1", "`title` must be text", "put quotes around what is written"),
        ("title: a\nsteps: {}", "2:1", "`steps` must be a list", "put it into a list"),
        ("title: a\nnamed: []", "2:1", "`named` must be a map", "write its keys"),
        ("title: a\nsteps: [a]", "2:9", "`steps[0]` must be a map", "write its keys"),
        ("title: a\nsteps:\n- name: ''", "3:3", "`steps[0].name` is empty", "write something, or remove the key"),
        ("title: a\nsteps:\n- name: A", "3:3", '`steps[0].name` is "A", which does not have its form', "it must match"),
        ('title: a\nsteps:\n- name: "a\\n"', "3:3", r'`steps[0].name` is "a\n", which', "it must match ^[a-z]*$"),
        ("title: a\nmarks: {A: 1}", "2:9", '`marks.A` is "A", which does not have its form', "it must match ^[a-z]+$"),
        ("title: a\nmarks: {a: 1.0}", "2:9", "`marks.a` must be a whole number", "write digits alone"),
        ("title: a\nmarks: {a: true}", "2:9", "`marks.a` must be a whole number", "write digits alone"),
        ("title: a\nsteps:\n- nam: a", "3:3", "unknown key `steps[0].nam`", "did you mean `name`?"),
        ("title: a\nsteps:\n- days: 1", "3:3", "`steps[0].name` is missing", "add `name:`"),
        (
            "title: a\nsteps:\n- {name: a, days: 1.5}",
            "3:13",
            "`steps[0].days` must be a whole number",
            "write digits alone",
        ),
        (
            "title: a\nsteps:\n- {name: a, last: 1}",
            "3:13",
            "`steps[0].last` must be true or false",
            "write true or false",
        ),
        ("title: a\nsteps:\n- {name: a, after: 1}", "3:13", "`steps[0].after` must be text", "put quotes around"),
        ("title: a\nsteps:\n- {name: a, after: [1]}", "3:21", "`steps[0].after[0]` must be text", "put quotes around"),
        ("title: a\nnamed:\n  b: {names: a}", "3:7", "unknown key `named.b.names`", "did you mean `name`?"),
        ("title: a\nnamed:\n  b: {name: a, lst: 1}", "3:16", "unknown key `named.b.lst`", "did you mean `last`?"),
        ("title: a\nsteps: [{name: a, after: []}]", "2:19", "`steps[0].after` is empty", "write something"),
        ("title: a\nshare: many", "2:1", "`share` must be a number", "write it in digits"),
        (
            "title: a\nsteps: [{name: a}, {name: b}, {name: c}]",
            "2:1",
            "`steps` has 3 items, the most allowed is 2",
            "write at most 2",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_key_in_our_own_words(
    text: str, place: str, message: str, hint: str
) -> None:
    document = read("plan.yaml", text.encode())
    with pytest.raises(PolicyError) as refused:
        bind(document, Plan, PolicyError)
    assert f"plan.yaml:{place}" == str(refused.value.place)
    assert refused.value.message.startswith(message)
    assert refused.value.hint.startswith(hint)
    assert bool(hint) == bool(refused.value.hint)


def test_a_mistyped_key_is_named_rather_than_the_one_that_is_missing_for_it() -> None:
    with pytest.raises(RuleError, match=r"^plans.yaml:2:3: unknown key `p.titel`$"):
        bind(read("plans.yaml", b"p:\n  titel: a\n"), Plans, RuleError)


def test_what_fits_becomes_the_model() -> None:
    plan = bind(read("plan.yaml", b"title: a\nsteps: [{name: b, after: [c], last: true}]\n"), Plan, PolicyError)
    assert Plan(title="a", steps=[Step(name="b", after=["c"], is_last=True)]) == plan


def test_a_file_that_is_no_good_yaml_is_refused_at_its_first_fault() -> None:
    with pytest.raises(RuleError, match=r"^a.yaml:2:1: the key `b` .* stands twice$") as refused:
        parse("a.yaml", b"b: 1\nb: 2\nc: !d e\n", RuleError)
    assert "keep one of the two" == refused.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: a\nsteps: [{name: A}]", "plan.yaml:2:10: `steps[0].name`: expected `str` matching regex"),
        ("title: a\nnamed: {b: {}}", "plan.yaml:2:1: `named`: object missing required field `name`"),
    ],
)
def test_what_no_schema_explains_is_told_in_the_words_of_the_decider(
    text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "faults", lambda *_: iter(()))
    with pytest.raises(PolicyError) as refused:
        bind(read("plan.yaml", text.encode()), Plan, PolicyError)
    assert str(refused.value).startswith(said)

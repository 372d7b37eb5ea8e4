"""Profiles that extend one another -> what they say together; what cannot be together is refused at its line."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.errors import IscodeError, PolicyError
from iscode.policy import BoundRule, Gate, Policy, Scope
from iscode.policy.account import left_out, standings

ALL = 'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\n'


def shelf(world: Any, **profiles: str) -> Any:
    """The world with two rules that serve std:1.1 and std:2.1, and these profiles."""
    world = world.rule(id="one", params={"days": {"low": 1, "high": 2}, "most": 5})
    world = world.rule(id="two", requirements=["std:2.1"])
    for name, text in profiles.items():
        world = world.file(f"policies/profiles/{name}.yaml", f"id: {name}\ntitle: {name.title()}\n{text}")
    return world


def policy(world: Any, name: str, **profiles: str) -> Policy:
    return shelf(world, **profiles).policy(profile=name)  # type: ignore[no-any-return]


def bound(found: Policy, name: str = "one") -> BoundRule:
    return next(each for each in found.bound if each.id == name)


def refused(world: Any, name: str, **profiles: str) -> IscodeError:
    with pytest.raises(PolicyError) as error:
        policy(world, name, **profiles)
    return error.value


def test_a_profile_takes_over_what_it_extends(world: Any) -> None:
    base = 'select: {requirements: ["std:1.1"]}\nseverity: {one: low}\nparams: {one: {most: 7}}\ngate: {block: [low]}\n'
    found = policy(world, "mine", base=base, mine="extends: base\n")
    assert ["one"] == [each.id for each in found.bound]
    assert ("low", True, 7, True) == (*_said(found), found.blocks("low"))
    assert ("mine", "Mine") == (found.profile.profile.id, found.profile.profile.title)


def _said(found: Policy) -> tuple[str, bool, Any]:
    return bound(found).severity, bound(found).capped, bound(found).params["most"]


def test_requirements_of_all_profiles_add_up(world: Any) -> None:
    first, second = ('select: {requirements: ["std:1.1"]}\n', 'select: {requirements: ["std:2.1"]}\n')
    found = policy(world, "mine", first=first, second=second, mine="extends: [first, second]\n")
    assert ["one", "two"] == [each.id for each in found.bound]


@pytest.mark.parametrize(("order", "severity"), [("first, second", "low"), ("second, first", "medium")])
def test_the_later_of_two_profiles_wins(world: Any, order: str, severity: str) -> None:
    first, second = (f'select: {{requirements: ["*"]}}\nseverity: {{one: {word}}}\n' for word in ("medium", "low"))
    found = policy(world, "mine", first=first, second=second, mine=f"extends: [{order}]\n")
    assert severity == bound(found).severity


def test_a_profile_wins_over_what_it_extends_key_by_key(world: Any) -> None:
    base = (
        'select: {requirements: ["*"]}\nseverity: {one: low, two: low}\nparams: {one: {most: 7, days: {low: 9}}}\n'
        "scope: {paths: [a/**], tags: [x]}\ngate: {block: [low], waiver_days: 9}\n"
    )
    mine = (
        "extends: base\nseverity: {one: medium}\nparams: {one: {days: {high: 8}}}\n"
        "scope: {tags: [y]}\ngate: {existing: block}\n"
    )
    found = policy(world, "mine", base=base, mine=mine)
    assert ["medium", "low"] == [each.severity for each in found.bound]
    assert {"most": 7, "days": {"low": 9, "high": 8}} == bound(found).params
    assert Scope(paths=["a/**"], tags=["y"]) == found.profile.profile.scope
    assert Gate(block=["low"], existing="block", waiver_days=9) == found.profile.profile.gate


def test_a_profile_that_two_others_extend_stands_before_both_once(world: Any) -> None:
    base = 'select: {requirements: ["*"]}\nseverity: {one: low}\n'
    left, right = "extends: base\nseverity: {one: medium}\n", "extends: base\n"
    found = policy(world, "mine", base=base, left=left, right=right, mine="extends: [left, right]\n")
    assert ["base", "left", "right", "mine"] == [layer.profile.id for layer in found.profile.layers]
    assert "medium" == bound(found).severity


@pytest.mark.parametrize(
    ("base", "mine", "expected"),
    [
        ('{requirements: ["std:1.1"]}', "{rules: [two]}", ["one", "two"]),
        ('{requirements: ["*"], without: [one]}', "{rules: [one]}", ["one", "two"]),
        ('{requirements: ["*"], without: [one]}', '{requirements: ["std:1.*"]}', ["two"]),
        ('{requirements: ["*"]}', "{without: [two]}", ["one"]),
        ("{rules: [one, two]}", "{without: [two]}", ["one"]),
        ("{rules: [one]}", "{}", ["one"]),
    ],
)
def test_the_last_word_on_a_rule_by_name_wins_over_its_requirements(
    world: Any, base: str, mine: str, expected: list[str]
) -> None:
    found = policy(world, "mine", base=f"select: {base}\n", mine=f"extends: base\nselect: {mine}\n")
    assert expected == [each.id for each in found.bound]


def test_a_profile_of_named_rules_assesses_the_standards_that_they_serve(world: Any) -> None:
    found = policy(world, "mine", mine="select: {rules: [one]}\n")
    assert ("std:1.1", "std:1.2", "std:1.10", "std:2.1") == found.selected


@pytest.mark.parametrize(
    ("profiles", "place", "words"),
    [
        ({"mine": "extends: mine\n"}, "mine.yaml:3:1", "mine -> mine"),
        ({"mine": "extends: [all, a]\n", "a": "extends: [b]\n", "b": "extends: [a]\n"}, "b.yaml:3:11", "a -> b -> a"),
        ({"mine": "extends: [all, al]\n"}, "mine.yaml:3:16", "there is no profile 'al'"),
        ({"mine": "extends: [a]\n", "a": "extends: nope\n"}, "a.yaml:3:1", "there is no profile 'nope'"),
        ({"mine": "extends: a\n", "a": "select: {without: [thre]}\n"}, "a.yaml:3:20", "there is no rule 'thre'"),
        ({"mine": "extends: all\nselect: {rules: [tow]}\n"}, "mine.yaml:4:18", "there is no rule 'tow'"),
        ({"mine": "extends: a\n", "a": "severity: {on: low}\n"}, "a.yaml:3:12", "there is no rule 'on'"),
        ({"mine": "extends: a\n", "a": 'select: {requirements: ["x:1"]}\n'}, "a.yaml:3:25", "x:1 names no requirement"),
        (
            {"mine": "extends: [all, a]\nparams: {one: {most: 3}}\n", "a": 'params: {one: {most: "3"}}\n'},
            "a.yaml:3:16",
            "another type",
        ),
        (
            {"mine": "extends: all\nselect: {rules: [one], without: [two, one]}\n"},
            "mine.yaml:4:39",
            "'one' is to bind and not to bind",
        ),
        ({"mine": "extends: all\nscope: {paths: ['#a']}\n"}, "mine.yaml:4:9", "'#a' cannot be used"),
        ({"mine": "extends: all\nscope: {paths: []}\n"}, "mine.yaml:4:9", "`scope.paths` is empty"),
        ({"mine": "extends: all\ngate: {waiver_days: 181}\n"}, "mine.yaml:4:8", "`gate.waiver_days`"),
        ({"mine": "extends: all\ngate: {existing: ignore}\n"}, "mine.yaml:4:8", "`gate.existing`"),
        ({"mine": "extends: all\ngate: {policy_change: block}\n"}, "mine.yaml:4:8", "`gate.policy_change`"),
        (
            {"mine": "extends: all\ngate: {policy_change: {level: claimed, roles: [Role:r]}}\n"},
            "mine.yaml:4:24",
            "`gate.policy_change.level`",
        ),
        (
            {"mine": "extends: all\ngate: {policy_change: {level: attested, roles: []}}\n"},
            "mine.yaml:4:41",
            "`gate.policy_change.roles` is empty",
        ),
        (
            {"mine": "extends: all\ngate: {policy_change: {level: attested}}\n"},
            "mine.yaml:4:8",
            "nobody may give the approval",
        ),
        ({"mine": "title2: x\n"}, "mine.yaml:3:1", "unknown key `title2`"),
        ({"mine": "severity: {}\n"}, "mine.yaml:1:1", "selects no rule"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_line(world: Any, profiles: dict[str, str], place: str, words: str) -> None:
    error = refused(world, "mine", **profiles)
    assert f"policies/profiles/{place}" == str(error.place)
    assert words in error.message


def test_a_long_row_of_profiles_is_refused_and_a_wide_one_is_quick(world: Any) -> None:
    row = {f"p{index}": f"extends: p{index + 1}\n" for index in range(40)}
    assert "more than 16 profiles extend one another" in refused(world, "p0", **row, p40="").message
    rungs = {index: "extends: [" + ", ".join(f"{side}{index + 1}" for side in "pqrs") + "]\n" for index in range(15)}
    ladder = {f"{side}{index}": text for index, text in rungs.items() for side in "pqrs"}
    ladder |= {f"{side}15": 'select: {requirements: ["*"]}\n' for side in "pqrs"}
    assert 61 == len(policy(world, "p0", **ladder).profile.layers)


def test_the_digest_names_every_layer(world: Any) -> None:
    base = 'select: {requirements: ["*"]}\n'
    digests = {
        policy(world, "mine", base=base, mine="extends: base\n").digest,
        policy(world, "mine", base=base + "# more\n", mine="extends: base\n").digest,
        policy(world, "mine", base=base, mine="extends: base\n# more\n").digest,
        policy(world, "base", base=base).digest,
    }
    assert 4 == len(digests)


def test_the_account_says_who_made_what_of_a_rule_and_why_one_does_not_bind(world: Any) -> None:
    base = 'select: {requirements: ["std:1.1"]}\nseverity: {one: low}\nparams: {one: {most: 7}}\n'
    mine = "extends: base\nselect: {rules: [two]}\nparams: {one: {most: 8, days: {low: 1}}}\n"
    [one, two] = standings(policy(world, "mine", base=base, mine=mine))
    assert (None, "base", [("most", 8, 5, "mine")]) == (one.named_by, one.severity_by, [tuple(x) for x in one.settings])
    assert ("mine", None, ()) == (two.named_by, two.severity_by, two.settings)
    found = policy(world, "mine", base=base, mine="extends: base\n")
    assert [("two", "serves no requirement that is selected")] == list(left_out(found))
    found = policy(world, "mine", base=base, mine="extends: [all, base]\nselect: {without: [two]}\n")
    assert [("two", "left out by mine")] == list(left_out(found))

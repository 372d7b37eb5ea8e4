"""How often a waiver was renewed: by whom it is for and by where it ends, whatever its id, its file, or its order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.evaluation.renewals import REST, Terms

PAIR = ("rule", "Box:b")


def term(expires: str, starts: str = "2026-01-01", **keys: Any) -> dict[str, Any]:
    return {
        "status": "active",
        "waives": ["rule"],
        "subjects": ["Box:b"],
        "starts": starts,
        "expires": expires,
    } | keys


CASES: list[tuple[str, list[dict[str, Any]], dict[str, Any], int]] = [
    ("the first", [], term("2026-01-31"), 0),
    ("itself", [term("2026-01-31")], term("2026-01-31"), 0),
    ("its end moved once", [term("2026-01-31")], term("2026-02-28"), 1),
    ("its end moved twice", [term("2026-01-31"), term("2026-02-28")], term("2026-03-31"), 2),
    ("a follow-on of another id", [term("2026-01-31", id="old")], term("2026-02-28", "2026-02-01", id="new"), 1),
    ("shortened", [term("2026-03-31")], term("2026-01-31"), 0),
    ("shortened and back", [term("2026-03-31"), term("2026-01-31")], term("2026-03-31"), 1),
    ("one without end beside it", [term("9999-12-31"), term("2026-01-31")], term("2026-02-28"), 1),
    ("one end said by two", [term("2026-01-31"), term("2026-01-31", "2026-01-15")], term("2026-02-28"), 1),
    ("another rule", [term("2026-01-31", waives=["other"])], term("2026-02-28"), 0),
    ("another subject", [term("2026-01-31", subjects=["Box:c"])], term("2026-02-28"), 0),
    ("one of its subjects", [term("2026-01-31")], term("2026-02-28", subjects=["Box:a", "Box:b"]), 1),
    ("another clause", [term("2026-01-31", clause="a")], term("2026-02-28", clause="b"), 0),
    ("the same clause", [term("2026-01-31", clause="a")], term("2026-02-28", clause="a"), 1),
    ("a clause, then all", [term("2026-01-31", clause="a")], term("2026-02-28"), 1),
    ("all, then a clause", [term("2026-01-31")], term("2026-02-28", clause="a"), 1),
    ("a draft", [term("2026-01-31", status="draft")], term("2026-02-28"), 0),
    ("by its own words", [], term("2026-01-31", renewals=3), 3),
    ("by fewer words of its own", [term("2026-01-31")], term("2026-02-28", renewals=0), 1),
    ("no longer rest than the longest", [term("2026-01-31")], term("2026-09-30", "2026-07-30"), 1),
    ("after a longer rest", [term("2026-01-31")], term("2026-09-30", "2026-07-31"), 0),
    ("a chain", [term("2026-01-31"), term("2026-06-30", "2026-06-01")], term("2026-12-31", "2026-12-01"), 2),
    ("what no schema takes", [{}, term("soon"), term("2026-02-30"), {"status": "active"}], term("2026-12-31"), 0),
    ("what is no text", [term("2026-01-31", subjects=[{}], clause=[])], term("2026-02-28"), 0),
]


@pytest.mark.parametrize(("past", "own", "times"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_renewal_is_each_end_before_its_own(past: list[dict[str, Any]], own: dict[str, Any], times: int) -> None:
    found, pair = Terms([*past, own]).renewals(own)
    assert times == found
    assert pair == (None if own.get("renewals") == times and times else PAIR if pair == PAIR else pair)


FIRST = date(2026, 1, 1)
ENDS = st.lists(st.integers(0, 900), min_size=1, max_size=8)


@given(ENDS, st.randoms())
def test_neither_order_nor_repetition_nor_later_ends_change_the_count(ends: list[int], chance: Any) -> None:
    contents = [term((FIRST + timedelta(end)).isoformat()) for end in ends]
    own = contents[0]
    mixed = [*contents, *contents, term("9999-12-31")]
    chance.shuffle(mixed)
    assert Terms(contents).renewals(own) == Terms(mixed).renewals(own)


NAMES = st.lists(st.sampled_from("abc"), max_size=4)
CONTENTS = st.builds(
    lambda end, rules, subjects: term((FIRST + timedelta(end)).isoformat(), waives=rules, subjects=subjects),
    st.integers(0, 900), NAMES, NAMES,
)  # fmt: skip


@given(st.lists(CONTENTS, max_size=6), CONTENTS)
def test_the_count_is_the_highest_of_all_pairs_and_of_the_first_that_has_it(
    past: list[dict[str, Any]], own: dict[str, Any]
) -> None:
    terms, counts = Terms([*past, own]), list[tuple[int, tuple[str, str]]]()
    for rule in own["waives"]:
        for subject in own["subjects"]:
            counts.append((terms.renewals(own | {"waives": [rule], "subjects": [subject]})[0], (rule, subject)))
    assert max(counts, key=lambda one: one[0], default=(0, None)) == terms.renewals(own)


class Name(str):
    """A name that counts how often anybody looks for one."""

    __slots__ = ()
    looked: ClassVar[int] = 0

    def __hash__(self) -> int:
        Name.looked += 1
        return super().__hash__()


@pytest.mark.parametrize("size", [10, 300])
def test_names_are_looked_for_and_not_the_pairs_of_them(size: int) -> None:
    names = [Name(f"n{number}") for number in range(size)]
    wide = term("2026-01-31", waives=names, subjects=names)
    Name.looked = 0
    found = Terms([wide]).renewals(term("2026-02-28", waives=names, subjects=names))
    assert (1, ("n0", "n0")) == found
    assert Name.looked <= 8 * size


def test_a_rule_is_the_same_under_its_former_name() -> None:
    past = [term("2026-01-31", waives=["former"]), term("2026-02-28", waives=["rule"])]
    own = term("2026-03-31", waives=["rule"])
    assert (1, PAIR) == Terms([*past, own]).renewals(own)
    assert (2, PAIR) == Terms([*past, own], {"former": "rule"}).renewals(own)


@given(ENDS)
def test_who_moves_an_end_on_from_commit_to_commit_is_counted_each_time(ends: list[int]) -> None:
    line = [term((FIRST + timedelta(end)).isoformat()) for end in sorted(set(ends))]
    for number, own in enumerate(line):
        assert number == Terms(line[: number + 1]).renewals(own)[0]


@given(st.integers(0, 2 * REST.days))
def test_only_a_rest_longer_than_the_longest_waiver_begins_anew(gap: int) -> None:
    starts = date(2026, 1, 31) + timedelta(gap)
    own = term((starts + timedelta(30)).isoformat(), starts.isoformat())
    assert (gap <= REST.days) == (Terms([term("2026-01-31"), own]).renewals(own)[0] == 1)

"""Whose an address is: at most one person's, whatever tricks its letters play."""

from __future__ import annotations

import pytest

from iscode.document import Limits, write
from iscode.facts.identity import Identities
from iscode.inventory import File, take


@pytest.fixture
def name(kinds, values):
    def named(address: str, *people) -> str:
        files = [File(f"{number}.yaml", True, write(one).encode()) for number, one in enumerate(people)]
        return Identities(take(files, kinds, Limits())).name(address)

    return named


@pytest.mark.parametrize("address", ["ann@x.nl", "ANN@X.nl", "\uff41nn@x.nl", "an\u200bn@x.nl", "ann@x.n\u2060l"])
def test_case_width_and_what_nobody_sees_make_no_other_address(name, values, address: str) -> None:
    assert "Person:ann" == name(address, values.person("ann", "Ann@x.nl"))


@pytest.mark.parametrize("address", ["\u0430nn@x.nl", "ann@x.nl.evil.com", "ann", "", "änn@x.nl"])
def test_what_only_looks_alike_is_nobodys(name, values, address: str) -> None:
    assert address == name(address, values.person("ann", "ann@x.nl"))


def test_an_address_that_two_people_claim_is_nobodys(name, values) -> None:
    people = values.person("ann", "a@x.nl", "ann@x.nl"), values.person("bob", "A@X.nl")
    assert ("a@x.nl", "Person:ann") == (name("a@x.nl", *people), name("ann@x.nl", *people))


def test_one_person_may_claim_an_address_twice_and_in_a_single_field(name, values) -> None:
    person = values.person("ann", "a@x.nl", "A@x.nl", alias="b@x.nl")
    assert ("Person:ann", "Person:ann") == (name("a@x.nl", person), name("b@x.nl", person))


def test_who_has_left_has_still_written(name, values) -> None:
    assert "Person:ann" == name("a@x.nl", values.person("ann", "a@x.nl", status="draft"))


def test_a_person_whom_the_schema_refuses_owns_nothing(name, values) -> None:
    assert "a@x.nl" == name("a@x.nl", values.person("ann", "a@x.nl", nonsense=1))


def test_an_address_never_passes_for_a_reference(name) -> None:
    assert "<Person:ann>" == name("Person:ann")

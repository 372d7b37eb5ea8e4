"""The catalog files -> requirements by id; patterns over them."""

from __future__ import annotations

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.errors import PolicyError
from iscode.policy import bind_every_rule, catalog, shipped
from iscode.policy.catalog import Catalogs

ENTRY = "{{id: '{}', kind: clause, label: L, phase: do}}"


def described(name: str, *ids: str) -> tuple[str, bytes]:
    listed = ", ".join(ENTRY.format(each) for each in ids)
    return f"{name}.yaml", f"id: {name}\ntitle: T\nedition: E\nrequirements: [{listed}]\n".encode()


@pytest.fixture
def catalogs() -> Catalogs:
    return catalog.load([described("std", "1.1", "1.2", "1.10", "2.1"), described("alt", "A.1", "1.1")])


def test_requirements_stand_in_the_order_of_their_catalog_and_catalogs_by_id(catalogs: Catalogs) -> None:
    assert ["alt:A.1", "alt:1.1", "std:1.1", "std:1.2", "std:1.10", "std:2.1"] == list(catalogs)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("std:1.1", ("std:1.1",)),
        ("std:1.*", ("std:1.1", "std:1.2", "std:1.10")),
        ("*:1.1", ("alt:1.1", "std:1.1")),
        ("*1*1", ("alt:1.1", "std:1.1")),
        ("*", ("alt:A.1", "alt:1.1", "std:1.1", "std:1.2", "std:1.10", "std:2.1")),
        ("std:1", ()),
        ("std:1.1*1.1", ()),
        ("STD:*", ()),
        ("std:?.1", ()),
        ("", ()),
    ],
)
def test_a_star_crosses_dots_and_nothing_else_is_special(
    catalogs: Catalogs, pattern: str, expected: tuple[str, ...]
) -> None:
    assert expected == catalogs.matching(pattern)


@given(st.text("ab.*", max_size=8), st.text("ab.", min_size=1, max_size=8))
def test_a_pattern_means_what_shells_mean_by_it(pattern: str, name: str) -> None:
    found = catalog.load([described("s", f"1{name}")]).matching(f"s:1{pattern}")
    assert bool(found) == fnmatch.fnmatchcase(name, pattern)


def test_a_hostile_pattern_costs_no_time(catalogs: Catalogs) -> None:
    start = time.monotonic()
    assert () == catalogs.matching("*s*t*d" * 5_000 + "x")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "there is no catalog"),
        ([described("a", "1"), ("b.yaml", described("a", "2")[1])], "the catalog 'a' is described twice"),
        ([described("a", "1", "2", "1")], "1 is listed twice"),
        ([("a.yaml", b"id: a\ntitle: T\nedition: E\nrequirements: []\n")], "`requirements`"),
        ([("a.yaml", b"id: [\n")], ""),
    ],
)
def test_a_broken_shelf_is_refused(files: list[tuple[str, bytes]], words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        catalog.load(files)
    assert words in refused.value.message


def test_the_place_of_a_repeated_requirement_is_that_of_the_repetition() -> None:
    text = b"id: a\ntitle: T\nedition: E\nrequirements:\n" + b"".join(
        b"  - {id: '1', kind: clause, label: L, phase: do}\n" for _ in range(2)
    )
    with pytest.raises(PolicyError) as refused:
        catalog.load([("a.yaml", text)])
    assert "a.yaml:6:5" == str(refused.value.place)


def test_a_mistyped_id_gets_a_hint(catalogs: Catalogs) -> None:
    assert "did you mean std:1.10?" == catalogs.nearest("sdt:1.10")
    assert "`iscode requirements list` names them all" == catalogs.nearest("zzz")


def test_of_each_shipped_requirement_one_sentence_says_what_no_record_shows() -> None:
    found = {name: requirement.entry.unseen for name, requirement in bind_every_rule(shipped()).catalogs.items()}
    assert 193 == len(found)
    assert [] == [name for name, said in found.items() if not said.endswith(".") or not 20 < len(said) < 120]

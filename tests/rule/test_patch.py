"""What a check offers to write is what its records can have, under the parameters that bind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iscode.errors import RuleError
from iscode.rule import CompiledRule
from iscode.rule.model import Check
from iscode.rule.patch import fits, values
from iscode.schema import Kinds

Compile = Callable[..., CompiledRule]
THAT = 'that: self.id != ""'


@pytest.mark.parametrize(
    "patch",
    [
        "{level: top}",
        '{built: "2026-01-01"}',
        "{size: 3}",
        "{tags: [a]}",
        '{review.last: "2026-01-01"}',
        "{owner: 'Team:ops'}",
        "{owner: 'Person:ann', keeper: 'Team:none'}",
        "{parts: [{name: a, price: 1, by: 'Person:ann'}]}",
    ],
)
def test_a_patch_has_a_value_that_the_schema_takes(compiled: Compile, patch: str) -> None:
    assert 1 == len(compiled((THAT, f"{THAT}\n    patch: {patch}")).checks)


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ("{levle: top}", "Machine has no 'levle'"),
        ("{level: middle}", "no Machine can have this as its 'level'"),
        ("{size: 1.5}", "no Machine can have this"),
        ('{built: "2026-13-01"}', "no Machine can have this"),
        ("{review: {last: x}}", "no Machine can have this"),
        ("{parts.name: x}", "Machine has no 'parts.name'"),
        ('{size: "{params.most}"}', "there is no parameter `most`"),
        ("{owner: 'Nope:x'}", "no Machine can have this as its 'owner'"),
        ("{owner: ann}", "no Machine can have this as its 'owner'"),
        ("{owner: 'Person:'}", "no Machine can have this as its 'owner'"),
        ("{keeper: 'Person:ann'}", "no Machine can have this as its 'keeper'"),
        ("{parts: [{name: a, price: 1, by: 'Team:ops'}]}", "no Machine can have this as its 'parts'"),
    ],
)
def test_one_that_no_record_can_have_is_refused_at_its_path(compiled: Compile, patch: str, message: str) -> None:
    with pytest.raises(RuleError, match=message) as error:
        compiled((THAT, f"{THAT}\n    patch: {patch}"))
    assert error.value.place is not None
    assert error.value.place.column > len("    patch: {")


def test_a_parameter_stands_for_the_value_that_binds() -> None:
    check = Check(that="true", message="m", patch={"review.days": "{params.most}", "note": "{params.x} y"})
    wanted = {("review", "days"): 30, ("note",): "{params.x} y"}
    assert wanted == values(check, {"most": 30, "x": 1})


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        (("size",), 3, True),
        (("size",), 1.5, False),
        (("review", "by"), "Person:ann", True),
        (("review", "by"), "Team:ops", False),
        (("review", "by"), None, False),
        (("review",), {"last": "2026-01-01"}, False),
        (("nothing",), "x", False),
        (("size", "deeper"), 3, False),
    ],
)
def test_what_a_profile_sets_fits_or_not_as_what_the_rule_has(
    kinds: Kinds, path: tuple[str, ...], value: object, wanted: bool
) -> None:
    assert wanted == fits(kinds["Machine"], path, value)

"""What changes of policy may weaken is told in full: what names nothing may be about anything."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.evaluation.policy_changes import weakened
from iscode.policy.changes import Change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("p", "softens: x", ("test-rule",), softens=True), (("std:1.1",), False)),
        (Change("p", "softens: x", ("test-rule",), True, ("std:2.1",)), (("std:2.1",), False)),
        (Change("p", "softens: x", (), True, ("std:2.1",)), (("std:2.1",), False)),
        (Change("p", "softens: x", None, softens=True), ((), True)),
        (Change("p", "softens: x", (), softens=True), ((), True)),
        (Change("p", "hardens: x", None), ((), False)),
        (Change("p", "hardens: x", ("test-rule",)), ((), False)),
    ],
)
def test_what_softens_weakens_what_it_names_or_else_any_requirement(world: Any, change: Change, told: Any) -> None:
    assert told == weakened([change], world.rule().policy())

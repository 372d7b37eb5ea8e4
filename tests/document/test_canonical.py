"""A value has the form that RFC 8785 gives it, whichever encoder wrote it."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from iscode.document import canonical

_TEXT = st.text(max_size=6) | st.sampled_from(['"\\/\b\f\n\r\t\x00\x1f\x7f\x80\u2028', "é", "\ue000", "😀", "\ud800"])
_NUMBER = st.integers() | st.floats() | st.sampled_from([2**53 - 1, 2**53, 1 - 2**53])
_SCALAR = st.none() | st.booleans() | _NUMBER | _TEXT
_VALUE = st.recursive(
    _SCALAR,
    lambda part: st.lists(part, max_size=4) | st.lists(part).map(tuple) | st.dictionaries(_TEXT | st.just(1), part),
    max_leaves=12,
)


@given(_VALUE)
def test_every_value_has_the_form_of_the_reference(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except ValueError as error:
        with pytest.raises(type(error)):
            canonical.dumps(value)
    else:
        assert expected == canonical.dumps(value)


def test_keys_are_in_the_order_of_utf_16() -> None:
    assert '{"😀":1,"\ue000":2}'.encode() == canonical.dumps({"\ue000": 2, "😀": 1})


def test_a_whole_number_has_one_form() -> None:
    assert b"[1,1,100000000000000000000]" == canonical.dumps([1, 1.0, 1e20])

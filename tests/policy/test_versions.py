"""A range of versions means what packaging says, whether it is asked or not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from iscode.policy import versions

_NUMBER = st.sampled_from(["0", "1", "2", "01", "10", "999999999", "1000000000"])
_RELEASE = st.lists(_NUMBER, min_size=1, max_size=4).map(".".join)
_VERSION = st.builds(str.__add__, _RELEASE, st.sampled_from(["", "", "", "a1", ".dev3", ".post1", "+local"]))
_SIGN = st.sampled_from(["<", "<=", ">", ">=", " >= ", "==", "!=", "~="])
_RANGE = st.lists(st.builds(str.__add__, _SIGN, _VERSION), max_size=3).map(",".join)


@given(_RANGE, _VERSION)
def test_a_range_means_what_the_reference_says(wanted: str, version: str) -> None:
    try:
        expected = SpecifierSet(wanted).contains(version, prereleases=True)
    except ValueError:
        with pytest.raises(ValueError, match=r"\A"):
            versions.holds(wanted, version)
    else:
        assert expected == versions.holds(wanted, version)


@given(st.text(alphabet="<>=!~, 01.a\n٣", max_size=12))
def test_any_text_is_a_range_as_far_as_the_reference_takes_it(wanted: str) -> None:
    try:
        expected = SpecifierSet(wanted).contains("0.1.0", prereleases=True)
    except ValueError:
        with pytest.raises(ValueError, match=r"\A"):
            versions.holds(wanted, "0.1.0")
    else:
        assert expected == versions.holds(wanted, "0.1.0")


def test_a_plain_range_is_read_without_the_library() -> None:
    code = "import sys; from iscode.policy import versions; assert versions.holds('>=0.1, <0.2', '0.1.0')"
    subprocess.run([sys.executable, "-I", "-c", f"{code}; assert 'packaging' not in sys.modules"], check=True)

"""A range of versions, and a version -> whether it lies in the range."""

from __future__ import annotations

import operator
import re
from typing import Final

_SIGNS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_RELEASE: Final = r"[0-9]{1,9}(?:\.[0-9]{1,9})*"
_BOUND: Final = re.compile(rf" *([<>]=?) *({_RELEASE}) *")


def holds(versions: str, version: str) -> bool:
    """Whether `version`, whatever stage it has, lies in a range such as `>=0.1,<0.2`. ValueError for no range."""
    bounds = [_BOUND.fullmatch(part) for part in versions.split(",")]
    if re.fullmatch(_RELEASE, version) and all(bounds):
        # what nearly everybody writes, without the library that knows the rest
        return all(_SIGNS[bound[1]](*_as_long(version, bound[2])) for bound in bounds if bound)
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(versions).contains(version, prereleases=True)
    except InvalidSpecifier as error:
        raise ValueError(versions) from error


def _as_long(*releases: str) -> list[list[int]]:
    """The numbers of each release, with zeros behind: 0.1 is 0.1.0."""
    parts = [[int(part) for part in release.split(".")] for release in releases]
    longest = max(map(len, parts))
    return [part + [0] * (longest - len(part)) for part in parts]

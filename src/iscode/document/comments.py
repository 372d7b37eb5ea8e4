"""A file that was read without a refusal -> its comments, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from iscode.document.libyaml import ScalarEvent, events

_COMMENT: Final = re.compile("#[^\r\n\x85\u2028\u2029]*")


def comments(source: bytes) -> list[tuple[int, str]]:
    """Where each comment begins, in code points, and what it says, in the order of the file.

    libyaml passes them over without a word, so they are what begins with `#` between its scalars.
    """
    text, following = source.decode("utf-8"), events(source)
    at = 0
    found: list[tuple[int, str]] = []
    event: Any
    for event in iter(following, None):
        begin, end = event.start_mark.index, event.end_mark.index
        if type(event) is not ScalarEvent:
            continue
        found += _between(text, at, begin)
        if event.style in ("|", ">"):
            found += _between(text, begin, text.find("\n", begin, end))  # beside the sign, in the scalar as it stands
        at = end
    return [*found, *_between(text, at, len(text))]


def _between(text: str, begin: int, end: int) -> Iterator[tuple[int, str]]:
    for found in _COMMENT.finditer(text, begin, end):
        yield found.start(), found[0].rstrip()

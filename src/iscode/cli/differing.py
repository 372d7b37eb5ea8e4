"""Two documents of one path -> the lines by which they differ, for people to read before they are written.

Of plain text that is what tools that patch read. It is none where something is masked, cut or escaped.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from iscode.document import Document

UNENDED: Final = "\\ No newline at end of file"
"""What such tools say below a last line that has no end."""
HEADS: Final = 2
"""Lines before the first hunk: the path as it was and as it is."""


def difference(before: Document, after: Document) -> Iterator[str]:
    """The unified difference, a line each, without line ends: secrets are masked, long lines cut, what is live escaped.

    Lines end where editors and errors count them, at a line feed. A carriage return before it is left out where all
    lines of both have one, and else shown as any other sign that is live.
    """
    from iscode.document.secrets import masked_line
    from iscode.report.escape import terminal

    old, new = before.source.decode("utf-8"), after.source.decode("utf-8")
    if all(text.count("\r\n") == text.count("\n") for text in (old, new)):
        old, new = old.replace("\r\n", "\n"), new.replace("\r\n", "\n")
    found = difflib.unified_diff(_lines(old), _lines(new), f"a/{before.path}", f"b/{after.path}", lineterm="")
    for number, line in enumerate(found):
        yield terminal(masked_line(line.removesuffix("\n")))
        if number >= HEADS and not line.startswith("@@") and not line.endswith("\n"):
            yield UNENDED


def _lines(text: str) -> list[str]:
    """The lines with their ends; the last may have none."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])

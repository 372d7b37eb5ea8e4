"""Two documents of one path -> the lines by which they differ, as tools that patch read them; nothing in it is live."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscode.document import Document


def difference(before: Document, after: Document) -> Iterator[str]:
    """The unified difference, a line each, without line ends; secrets are masked, and what is live is shown escaped."""
    from iscode.document.secrets import masked_line
    from iscode.report.escape import terminal

    old, new = (one.source.decode("utf-8").splitlines() for one in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{before.path}", f"b/{after.path}", lineterm=""):
        yield terminal(masked_line(line))

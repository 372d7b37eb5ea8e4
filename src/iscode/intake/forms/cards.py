"""The text of a card, in YAML or as the front matter of a Markdown file -> one row.

People write cards, so more is read than in a record: a key without a value is one that is absent, and a file that is
taken in by `!include` is named as that, not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from iscode.document import Document, Limits, Refusal, read
from iscode.errors import ConfigError
from iscode.intake.forms.json_value import UnfitError, unfit
from iscode.intake.rows import Row, flat

_FENCE: Final = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#[ \t]+(\S.*?)[ \t#]*\r?$", re.MULTILINE)
_LIMITS: Final = Limits()
_LISTS: Final = ("base_model", "datasets")
"""Keys of a model card that hold a list, or its only item."""
INCLUDE: Final = "!include"


def card(path: str, text: str) -> Iterator[Row]:
    """The row of a card in YAML. Raises ConfigError where it is none, with the place."""
    yield Row(1, _cells(path, text))


def front_matter(path: str, text: str) -> Iterator[Row]:
    """The row of the block between two lines `---` at the top, with the first heading below it as `(heading)`.

    Raises ConfigError where there is no such block, or it is broken, with the place.
    """
    fenced = _FENCE.match(text)
    if fenced is None:
        raise unfit(path, "the file does not begin with a block between two lines ---", "name the README.md of a model")
    cells = _cells(path, "\n" + fenced[1])
    cells |= {key: [cells[key]] for key in _LISTS if isinstance(cells.get(key), str) and cells[key]}
    heading = _HEADING.search(text, fenced.end())
    yield Row(1, cells | {"(heading)": heading[1] if heading else None})


def _cells(path: str, text: str) -> dict[str, Any]:
    found = read(path, text.encode("utf-8"), _LIMITS)
    for refusal in found.refusals:
        if not (_is_null(refusal) or _is_include(refusal)):
            raise ConfigError(refusal.message, place=refusal.place, hint=refusal.hint)
    try:
        cells = flat(_tree(found))
    except UnfitError as error:
        raise unfit(path, str(error), "give each key once") from None
    if not cells:
        raise unfit(path, "the card is empty", "name a file that says something")
    return cells


def _tree(found: Document) -> Any:
    """What the card holds, where includes are named as such."""
    if found.value is not None:
        return found.value
    tree: Any = found.tree
    for refusal in found.refusals:
        if _is_include(refusal):
            *above, last = refusal.pointer
            inner = tree
            for step in above:
                inner = inner[step]
            inner[last] = {INCLUDE: inner[last]}
    return tree


def _is_null(refusal: Refusal) -> bool:
    return refusal.keyword == "null"


def _is_include(refusal: Refusal) -> bool:
    return refusal.keyword == "tag" and INCLUDE in refusal.message and bool(refusal.pointer)

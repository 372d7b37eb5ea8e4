"""Where the shipped shelves are: in the wheel, or, for an editable install, in the checkout.

Only a place: `source` reads the shelves as a snapshot, the door that a repository's own packs use too.
"""

from __future__ import annotations

from pathlib import Path

from iscode.errors import ContentError


def home() -> Path:
    """The folder that holds `rules/ schemas/ policies/ mappings/ examples/`."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_content", package.parents[1]):
        if (folder / "schemas" / "common.schema.json").is_file():
            return folder
    raise ContentError("the shipped rules, schemas and policies are missing", hint="install iscode again")

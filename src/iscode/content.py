"""Where the shipped shelves are: in the wheel, or, for an editable install, in the checkout.

Only a place: `source` reads the shelves as a snapshot, the door that a repository's own packs use too.
"""

from __future__ import annotations

from pathlib import Path


def home() -> Path:
    """The folder that holds `rules/ schemas/ policies/ mappings/ examples/`, if the installation is whole."""
    package = Path(__file__).resolve().parent
    packed = package / "_content"
    return packed if packed.is_dir() else package.parents[1]

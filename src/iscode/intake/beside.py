"""The records of a root -> where another one of a kind would stand."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable

from iscode.inventory import Record
from iscode.schema import Kind


def beside(records: Iterable[Record], kind: Kind, name: str, prefix: str) -> str:
    """Where most records of the kind stand, from the root below `prefix`; where there are none, a folder of its own."""
    folders = Counter(posixpath.dirname(record.document.path.removeprefix(prefix)) for record in records)
    folder = max(sorted(folders), key=folders.__getitem__, default=f"compliance/{kind.folder}")
    return posixpath.join(folder, f"{name}.yaml")  # records may stand in the root itself, below no folder

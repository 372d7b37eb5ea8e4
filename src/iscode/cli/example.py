"""The shipped example -> its files, and the little story that `demo` plays with them."""

from __future__ import annotations

from msgspec import field

from iscode import content
from iscode.errors import ContentError
from iscode.schema.model import Model, bind, parse
from iscode.source import FolderSnapshot

FOLDER = "examples"
LIMIT = 16 * 1024 * 1024


class Break(Model):
    """A line of one record that becomes another, and what the commit says."""

    path: str
    line: str
    becomes: str
    message: str
    story: str


class Mend(Model):
    """What the commit says that takes the break back."""

    message: str
    story: str


class Story(Model):
    """What the demonstration plays. `as_of` is the day of its verdicts."""

    example: str
    as_of: str
    begin: str
    breaking: Break = field(name="break")
    mend: Mend


def story() -> Story:
    """The shipped story. Raises ContentError when it is missing or broken."""
    path = f"{FOLDER}/demo.yaml"
    snapshot = FolderSnapshot(content.home(), only=(FOLDER,))
    entries = [entry for entry in snapshot.entries if entry.path == path]
    for _, data in snapshot.read(entries, LIMIT):
        return bind(parse(path, data or b"", ContentError), Story, ContentError)
    raise ContentError(f"{path} is missing", hint="install iscode again")


def files(name: str) -> dict[str, bytes]:
    """The files of an example by path below its own folder. Raises ContentError when there are none."""
    prefix = f"{FOLDER}/{name}/"
    snapshot = FolderSnapshot(content.home(), only=(prefix.rstrip("/"),))
    entries = [entry for entry in snapshot.entries if entry.kind == "file"]
    found = {entry.path.removeprefix(prefix): data for entry, data in snapshot.read(entries, LIMIT) if data is not None}
    if len(found) != len(entries) or not found:
        raise ContentError(f"the example {name!r} is not whole", hint="install iscode again")
    return found

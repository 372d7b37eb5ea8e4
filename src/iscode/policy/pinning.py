"""A root and a pack -> its iscode.yaml with the pack named in it, or with the digest of what is there now."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from msgspec import Struct

from iscode.document import Document, appended, edited
from iscode.errors import ConfigError, UsageError
from iscode.policy import config
from iscode.policy.config import PACKAGE, PackSource
from iscode.policy.pack import SHELVES, read_pack, read_package
from iscode.policy.root import Root
from iscode.policy.shelves import Pack
from iscode.source import Snapshot


class Pinned(Struct, frozen=True):
    """The pack as it is there now, its digest as the root named it (None: none), and the iscode.yaml that names it."""

    pack: Pack
    before: str | None
    document: Document


def added(snapshot: Snapshot, root: Root, name: str) -> Pinned:
    """The iscode.yaml with one more pack, the last: a folder below the root, or `package:NAME`.

    Raises UsageError where it is named already, ConfigError where it is no pack or the file cannot take it as it is
    written, with the lines to write by hand.
    """
    name = config.typed_name(name)
    if any(named.name == name for named in root.config.packs):
        hint = f"`iscode policy pack update {quote(name)}` writes the digest of what is there now"
        raise UsageError(f"iscode.yaml names {name} already", hint=hint)
    pack = _there(snapshot, root, name)
    key = "package" if name.startswith(PACKAGE) else "path"
    entry = {key: name.removeprefix(PACKAGE), "digest": pack.digest}
    made = appended(root.document, "packs", entry)
    if made is None:
        place = root.document.place(("packs",))
        hint = f'write below `packs:`  - {{{key}: {entry[key]}, digest: "{pack.digest}"}}'
        raise ConfigError("it is written so that no pack can be added", place=place, hint=hint)
    config.read(made, binding=False)
    return Pinned(pack, None, made)


def updated(snapshot: Snapshot, root: Root, names: tuple[str, ...]) -> tuple[Root, list[Pinned]]:
    """The root with the digests of what is there now, of the packs of these names, or of all; and each that differs.

    Raises UsageError for a name that is no pack of the root, ConfigError where the file cannot take a digest as it is
    written.
    """
    known = [named.name for named in root.config.packs]
    names = tuple(map(config.typed_name, names))
    for name in names:
        if name not in known:
            hint = f"it names: {', '.join(known) or 'none'}; `iscode policy pack add {quote(name)}` adds one"
            raise UsageError(f"iscode.yaml names no pack {name}", hint=hint)
    found = []
    for index, named in _wanted(root, names):
        pack = _there(snapshot, root, named.name)
        if pack.digest == named.digest:
            continue
        made = edited(root.document, ("packs", index, "digest"), pack.digest)
        if made is None:
            place = root.document.place(("packs", index))
            raise ConfigError("it is written so that no digest can be put in", place=place, hint=f"write {pack.digest}")
        root = Root(root.path, config.read(made, binding=False), made)
        found.append(Pinned(pack, named.digest, made))
    return root, found


def _wanted(root: Root, names: tuple[str, ...]) -> Iterator[tuple[int, PackSource]]:
    for index, named in enumerate(root.config.packs):
        if not names or named.name in names:
            yield index, named


def _there(snapshot: Snapshot, root: Root, name: str) -> Pack:
    """The pack of a name as it is there now. Raises ConfigError where it holds no policy."""
    if name.startswith(PACKAGE):
        pack = read_package(name.removeprefix(PACKAGE))
    else:
        pack = read_pack(snapshot, f"{root.path}/{name}" if root.path else name)
    if not pack.files:
        hint = f"a pack has files below {' or '.join(SHELVES)}"
        raise ConfigError(f"{name} holds no policy, so it would bind nothing", hint=hint)
    return pack

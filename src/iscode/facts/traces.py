"""The files of a snapshot and the signature files -> what gives a topic away in which line. Read when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from iscode.expr import EvaluationError
from iscode.facts.artifacts import LARGEST, POINTER
from iscode.facts.search import Chosen, Find, Meant, Search
from iscode.facts.signatures import CONFIDENCES, Confidence, Signatures, pattern
from iscode.facts.values import Fact
from iscode.source import Entry, Snapshot

LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a file that is looked into; lock files are long."""
BY_NAME: Final = "file"
"""The sort of a find that is a file as a whole."""


class Spot(Fact, frozen=True):
    """A place: `path` below the root, `line` from 1, `by` the sort of name, `name` as it stands there."""

    path: str
    line: int
    by: str
    name: str
    confidence: Confidence


class Trace(Fact, frozen=True):
    """Something in use, with every place that shows it, by path and line. Its confidence is the highest of theirs."""

    title: str
    confidence: Confidence
    spots: tuple[Spot, ...]


class Looked(NamedTuple):
    """What came of the looking: topic -> signature -> trace, and how many files were looked into and left aside."""

    found: Mapping[str, Mapping[str, Trace]]
    files: int
    aside: int
    unread: tuple[str, ...]
    """Files that are too large to be looked into."""


class Traces:
    """What gives topics away in the regular files of a snapshot below `root`, but for those of `besides` (by path).

    `cut` are folders, with a slash at the end, that belong to others. Of several shelves each has a say.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        root: str,
        shelves: Sequence[Signatures],
        besides: Iterable[Entry] = (),
        cut: tuple[str, ...] = (),
    ) -> None:
        self._snapshot, self._prefix = snapshot, f"{root}/" if root else ""
        self._shelves, self._besides, self._cut = tuple(dict.fromkeys(shelves)), besides, cut

    def of(self, topic: str) -> Mapping[str, Trace]:
        """What gives a topic away, by the id of the signature.

        EvaluationError where no shelf has the topic (unresolved), or a file was too large to look into (cost).
        """
        if not any(topic in shelf.topics for shelf in self._shelves):
            raise EvaluationError(f"no signature file is about {topic!r}", "unresolved")
        if self.looked.unread:
            more = f" and {len(self.looked.unread) - 1} more" if self.looked.unread[1:] else ""
            raise EvaluationError(f"{self.looked.unread[0]}{more} is larger than {LIMIT} bytes to look into", "cost")
        return self.looked.found.get(topic, {})

    @cached_property
    def looked(self) -> Looked:
        """All that was found. Raises PolicyError for a broken signature file, RepositoryError as reading does."""
        spots: dict[tuple[str, str], dict[Spot, str]] = {}
        done = [self._look(compiled(shelf), spots) for shelf in self._shelves]
        found: dict[str, dict[str, Trace]] = {}
        for (topic, name), held in sorted(spots.items()):
            surest = max((spot.confidence for spot in held), key=CONFIDENCES.index)
            ordered = tuple(sorted(held, key=lambda spot: (spot.path, spot.line, spot.by, spot.name)))
            found.setdefault(topic, {})[name] = Trace(next(iter(held.values())), surest, ordered)
        files, aside, unread = zip(*done, strict=True) if done else ((0,), (0,), ((),))
        return Looked(found, max(files), min(aside), tuple(sorted({path for paths in unread for path in paths})))

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(entry.path.removeprefix(self._prefix) for entry in self._entries)

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        besides = {entry.path for entry in self._besides}
        return tuple(
            entry
            for entry in self._snapshot.entries
            if entry.kind == "file"
            and entry.path.startswith(self._prefix)
            and not entry.path.startswith(self._cut)
            and entry.path not in besides
        )

    def _look(self, search: Search, spots: dict[tuple[str, str], dict[Spot, str]]) -> tuple[int, int, tuple[str, ...]]:
        """Note what one shelf finds; how many files it looked into and left aside, and those that are too large."""
        chosen, aside = dict[Entry, Chosen](), 0
        for entry in self._entries:
            choice = search.choose(entry.path.removeprefix(self._prefix).encode())
            if choice is not None and choice.aside:
                aside += 1
            elif choice is not None:
                chosen[entry] = choice
        for entry, meant in self._by_name(chosen):
            path = entry.path.removeprefix(self._prefix)
            _note(spots, meant, Spot(path, 1, BY_NAME, path.rpartition("/")[2], meant.confidence))
        unread: list[str] = []
        for entry, finds in self._by_content(search, {entry: c for entry, c in chosen.items() if c.readers}):
            path = entry.path.removeprefix(self._prefix)
            if finds is None:
                unread.append(path)
            for find in finds or ():
                own = bool(search.sorts[find.words].own) and search.owns(find, path, self._paths)
                for meant in search.meant(find):
                    confidence: Confidence = "low" if own else meant.confidence
                    _note(spots, meant, Spot(path, find.line, find.words, find.name, confidence))
        return len(chosen), aside, tuple(unread)

    def _by_name(self, chosen: Mapping[Entry, Chosen]) -> Iterator[tuple[Entry, Meant]]:
        """The files that are finds by their names; of a signature that knows how they begin, those that do.

        A file that stands for another one in a store of large files, or is larger than is hashed, has its name alone.
        """
        asked = [entry for entry, choice in chosen.items() if any(meant.signature.head for meant in choice.files)]
        heads = {
            entry: None if digest is None or digest.head.startswith(POINTER) else digest.head
            for entry, digest in (self._snapshot.digests(asked, LARGEST) if asked else ())
        }
        for entry, choice in chosen.items():
            for meant in choice.files:
                head = heads.get(entry)
                if not meant.signature.head or head is None or pattern(meant.signature.head).match(head):
                    yield entry, meant

    def _by_content(
        self, search: Search, chosen: Mapping[Entry, Chosen]
    ) -> Iterator[tuple[Entry, tuple[Find, ...] | None]]:
        """What stands in the files that have readers; None for one that is too large. Blobs are read once."""
        kept = {
            entry: search.kept[entry.oid, choice.readers]
            for entry, choice in chosen.items()
            if entry.oid is not None and (entry.oid, choice.readers) in search.kept
        }
        yield from kept.items()
        for entry, data in self._snapshot.read([entry for entry in chosen if entry not in kept], LIMIT):
            finds = None if data is None else search.finds(data, chosen[entry].readers)
            if entry.oid is not None and finds is not None:
                search.kept[entry.oid, chosen[entry].readers] = finds
            yield entry, finds


@lru_cache(maxsize=8)
def compiled(signatures: Signatures) -> Search:
    """The search by some shelves: a history asks with the same ones at each commit."""
    return Search(signatures)


def _note(spots: dict[tuple[str, str], dict[Spot, str]], meant: Meant, spot: Spot) -> None:
    spots.setdefault((meant.topic, meant.signature.id), {})[spot] = meant.signature.title

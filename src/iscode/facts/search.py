"""Signature files, and one file of a repository -> the names in it that give a topic away, each with its line.

A file is chosen by its name, asked once whether any name could be in it at all, and only then read as its readers say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, Final, NamedTuple

import re2

from iscode.facts.signatures import Confidence, Reader, Signature, Signatures, Words, pattern

SMALL: Final = 8192
"""First bytes among which a NUL says that a file is no text."""
LONGEST: Final = 200
"""Bytes of a name."""
PLACES: Final = ("", "src/", "lib/")
"""Folders from which programs take modules of their own, and the one that a file is in."""
MEMORY: Final = 64 * 1024 * 1024
"""Bytes that the search for any of many names may take; beyond them it would be slow."""
NOTHING: Final = r"[^\x00-\xff]"
"""A pattern that no text has."""
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Find(NamedTuple):
    """A known name that stands in a file: of which sort, how it is known and how it is written there, in which line."""

    words: str
    known: str
    name: str
    line: int


class Meant(NamedTuple):
    """What a find gives away."""

    topic: str
    signature: Signature
    confidence: Confidence


class Chosen(NamedTuple):
    """What is to be done with a file of some name: it is left `aside`, read by `readers`, or is a find by its name."""

    aside: bool
    readers: tuple[int, ...]
    files: tuple[Meant, ...]


class Search:
    """The signature files of the shelves, compiled. Each part is made when the first file needs it."""

    def __init__(self, signatures: Signatures) -> None:
        listed = signatures.listed
        self.readers = tuple(reader for file in listed for reader in file.readers)
        self.sorts = {sort.id: sort for file in listed for sort in file.words}
        self._signatures = [(str(file.topic), one) for file in listed for one in file.signatures]
        self._aside = [glob for file in listed for glob in file.aside]
        self.kept: dict[tuple[str, tuple[int, ...]], tuple[Find, ...]] = {}
        """What was found in a blob by some readers: commits share most of theirs."""
        self._prefilters: dict[tuple[int, ...], Any] = {}

    def choose(self, name: bytes) -> Chosen | None:
        """What is to be done with a file, by its path; None: nothing."""
        matched = self._names.Match(name)
        if not matched:
            return None
        targets = [self._targets[index] for index in matched]
        readers = tuple(sorted({target for target in targets if isinstance(target, int)}))
        files = tuple(target for target in targets if isinstance(target, Meant))
        return Chosen(None in targets, readers, files)

    def finds(self, data: bytes, readers: tuple[int, ...]) -> tuple[Find, ...]:
        """The names in a file that are known, the first of each; none in what is no text."""
        data = _text(data)
        if self._any_of(readers).search(data) is None:
            return ()
        found: dict[tuple[str, str], Find] = {}
        for sort, name, offset in chain.from_iterable(self._read(data, self.readers[index]) for index in readers):
            known = self.known(sort, name)
            if known is not None and (sort.id, known) not in found:
                shown = name[:LONGEST].decode("utf-8", "backslashreplace").strip()
                found[sort.id, known] = Find(sort.id, known, shown, data.count(b"\n", 0, offset) + 1)
        return tuple(found.values())

    def meant(self, find: Find) -> list[Meant]:
        """What a find gives away."""
        return self._known[find.words, find.known]

    def known(self, sort: Words, name: bytes) -> str | None:
        """The longest known name that a name is, or goes on from, as its sort folds it."""
        text = _folded(sort, name[:LONGEST].decode("utf-8", "backslashreplace").strip())
        ends = (index for index, letter in enumerate(text) if letter in sort.step)
        cut = [text[index + 1 :] for index in ends] if sort.backward else [text[:index] for index in ends][::-1]
        return next((one for one in (text, *cut) if (sort.id, one) in self._known), None)

    def owns(self, find: Find, path: str, paths: Collection[str]) -> bool:
        """Whether a file of the repository has the name that was found, so that its own module may be meant."""
        sort = self.sorts[find.words]
        first = re.split(f"[{re.escape(sort.step)}]", find.name)[0] if sort.step else find.name
        folders = (*PLACES, path[: path.rfind("/") + 1])
        named = {folder + form.replace("{}", first) for folder in folders for form in sort.own}
        return any(one in paths for one in named - {path})

    @cached_property
    def _targets(self) -> list[int | Meant | None]:
        """For each glob what it is for: a reader, a signature, or (None) nobody looks."""
        return [target for _, target in self._globs()]

    @cached_property
    def _names(self) -> Any:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.case_sensitive = False
        names = re2.Set.SearchSet(options)
        for glob, _ in self._globs():
            names.Add(_as_pattern(glob).encode())
        names.Compile()
        return names

    def _globs(self) -> Iterator[tuple[str, int | Meant | None]]:
        yield from ((glob, None) for glob in self._aside)
        yield from ((glob, index) for index, reader in enumerate(self.readers) for glob in reader.files)
        for topic, signature in self._signatures:
            yield from ((glob, Meant(topic, signature, signature.confidence or "high")) for glob in signature.files)

    @cached_property
    def _known(self) -> dict[tuple[str, str], list[Meant]]:
        """(sort, name as it is folded) -> what it gives away."""
        found: dict[tuple[str, str], list[Meant]] = {}
        for topic, signature in self._signatures:
            for sort, names in signature.names.items():
                one = Meant(topic, signature, signature.confidence or self.sorts[sort].confidence)
                for name in names:
                    found.setdefault((sort, _folded(self.sorts[sort], name)), []).append(one)
        return found

    def _any_of(self, readers: tuple[int, ...]) -> Any:
        """A pattern that every text has in which these readers could find a known name."""
        if readers not in self._prefilters:
            sorts = {self.readers[index].words for index in readers}
            literals = {_literal(self.sorts[sort], name) for sort, name in self._known if sort in sorts}
            self._prefilters[readers] = _alternation(sorted(literals))
        return self._prefilters[readers]

    def _read(self, data: bytes, reader: Reader) -> Iterator[tuple[Words, bytes, int]]:
        """Each name that a reader sees, known or not, and where it begins."""
        sort, compiled = self.sorts[reader.words], pattern(reader.pattern)
        for text, start in _regions(data, reader.within):
            for match in compiled.finditer(text):
                groups = [match.group(index) for index in range(1, compiled.groups + 1)]
                name = b":".join(group for group in groups if group is not None)
                if name:
                    offset = start + match.start(next(i for i, group in enumerate(groups, 1) if group is not None))
                    yield from ((sort, part, offset) for part in _parts(name, reader.split))


def _text(data: bytes) -> bytes:
    """The text of a file as UTF-8; nothing of one that is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode("utf-8", "replace")
    return b"" if b"\0" in data[:SMALL] else data


def _regions(data: bytes, within: str) -> Iterator[tuple[bytes, int]]:
    if not within:
        yield data, 0
        return
    for match in pattern(within).finditer(data):
        if match.group(1) is not None:
            yield match.group(1), match.start(1)


def _parts(name: bytes, split: str) -> Iterable[bytes]:
    return name.split(split.encode()) if split else (name,)


def _folded(sort: Words, name: str) -> str:
    """A name as it is compared: spaces are one, case and what is alike as the sort says."""
    text = " ".join(name.split())
    if sort.alike:
        text = re.sub(f"[{re.escape(sort.alike)}]+", sort.alike[0], text)
    return text.casefold() if sort.fold else text


def _literal(sort: Words, name: str) -> str:
    """A pattern of what stands in any text in which a reader finds a folded name, but for case.

    What stands before a colon does; the rest may be found elsewhere.
    """
    alike = f"[{re.escape(sort.alike)}]+" if sort.alike else ""
    parts = name.split(":")[0].split(sort.alike[0]) if alike else [name.split(":")[0]]
    return alike.join(r"\s+".join(map(re.escape, part.split(" "))) for part in parts)


def _alternation(literals: list[str]) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = MEMORY
    return re2.compile("|".join(literals or [NOTHING]).encode(), options)


def _as_pattern(glob: str) -> str:
    """A glob as a pattern over paths: `*` stays within a name, a folder ends in a slash, the rest is the path's end."""
    text = "[^/]*".join(re.escape(part) for part in glob.split("*"))
    return f"(?:^|/){text}" if glob.endswith("/") else f"(?:^|/){text}$"

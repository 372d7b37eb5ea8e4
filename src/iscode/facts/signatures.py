"""The files below policies/signatures/ -> what gives a topic away in files: names, and where they stand.

Which files to look into, how a name stands in them and which names mean what are data, so that a pack can add to each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

import re2
from msgspec import Meta, field

from iscode.document import Document, Pointer
from iscode.errors import PolicyError
from iscode.expr import did_you_mean
from iscode.expr.patterns import pattern_of
from iscode.schema.model import Model, Values, described, form, says

FOLDER: Final = "policies/signatures/"
"""Where they stand on the shelves."""
Confidence = Literal["low", "medium", "high"]
CONFIDENCES: Final[tuple[Confidence, ...]] = get_args(Confidence)
"""Least first."""
Slug = Annotated[str, form(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", 80)]
Text = Annotated[str, Meta(min_length=1)]
Glob = Annotated[str, form(r"[^\s!\[\]{}\\]+", 256)]


class Words(Model):
    """A sort of names: packages of one registry, modules of one language, hosts."""

    id: Slug
    title: Annotated[Text, says("what one of them is, for people")]
    confidence: Annotated[Confidence, says("how sure a find is, unless the signature says it")]
    fold: Annotated[bool, says("whether case makes no difference")] = False
    alike: Annotated[str, says("characters of which any run is as good as any other, e.g. -_.")] = ""
    step: Annotated[str, says("characters behind which a name may go on and still be the one that is known")] = ""
    backward: Annotated[bool, says("whether a name goes on before it, as a host does, and not behind it")] = False
    own: Annotated[
        list[Text], says("files that make a name the repository's own, {} for its first part: then a find is low")
    ] = field(default_factory=list)


class Reader(Model):
    """A way in which such names stand in some files."""

    words: Annotated[Slug, says("the sort of names")]
    files: Annotated[list[Glob], Meta(min_length=1), says("names or ends of paths, with *")]
    pattern: Annotated[Text, says("a pattern of RE2; its groups that took part, joined by a colon, are the name")]
    within: Annotated[str, says("a pattern whose one group is where to look; default is the whole file")] = ""
    split: Annotated[str, says("a character between several names that the pattern finds at once")] = ""


class Signature(Model):
    """Something that gives the topic away."""

    id: Annotated[Slug, says("what records call it")]
    title: Annotated[Text, says("what it is, for people")]
    names: Annotated[dict[Slug, list[Text]], says("names by their sort")] = field(default_factory=dict)
    files: Annotated[list[Glob], says("names or ends of paths of files that are it, with *")] = field(
        default_factory=list
    )
    head: Annotated[str, says("a pattern of RE2 for the first bytes of such a file")] = ""
    confidence: Annotated[
        Confidence | None, says("how sure a find is; default is that of the sort, high for a file")
    ] = None


class Recorded(Model):
    """Which records name what they stand for: in a list of `name` and `below`, the folders or files of its use."""

    kind: Annotated[Text, says("their kind")]
    list: Annotated[Text, says("the key of the list")]


class SignatureFile(Model):
    """Some signatures of one topic, sorts of names and readers, for every topic, and what nobody looks into."""

    id: Slug
    title: Text
    topic: Annotated[Slug | None, says("what the signatures give away")] = None
    recorded: Annotated[Recorded | None, says("the records that name what they stand for")] = None
    signatures: list[Signature] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    aside: Annotated[list[Glob], says("folders (with / at the end) and files of others that nobody looks into")] = (
        field(default_factory=list)
    )


class Signatures:
    """All signature files of the shelves. Nothing is read before somebody asks. Equal where the files are."""

    def __init__(self, files: Iterable[tuple[str, bytes]] = (), values: Values = MappingProxyType({})) -> None:
        self._files, self._values = tuple(files), values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signatures) and self._files == other._files

    def __hash__(self) -> int:
        return hash(self._files)

    @cached_property
    def listed(self) -> tuple[SignatureFile, ...]:
        """The files. Raises PolicyError with the place of what is broken, or named and not there."""
        found = list(described(self._files, SignatureFile, "signature file", self._values))
        sorts = {sort.id for _, file in found for sort in file.words}
        for document, file in found:
            for pointer, message, hint in (*_of_readers(file, sorts), *_of_signatures(file, sorts)):
                raise PolicyError(message, place=document.place(pointer), hint=hint)
        _require_once(found)
        return tuple(file for _, file in found)

    @property
    def topics(self) -> dict[str, Recorded | None]:
        """Each topic, and which records name what they stand for."""
        found: dict[str, Recorded | None] = {}
        for file in self.listed:
            if file.topic is not None:
                found[file.topic] = found.get(file.topic) or file.recorded
        return found


@lru_cache(maxsize=1024)
def pattern(text: str) -> Any:
    """A pattern over bytes, each a character. Raises ValueError that says what is wrong with it."""
    pattern_of(text)  # which says what is wrong in words
    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(text.encode(), options)


def _of_readers(file: SignatureFile, sorts: Iterable[str]) -> Iterator[tuple[Pointer, str, str]]:
    """What no type can say of the readers."""
    for number, reader in enumerate(file.readers):
        at: Pointer = ("readers", number)
        if reader.words not in sorts:
            yield (*at, "words"), f"{reader.words!r} is no sort of names", did_you_mean(reader.words, sorts)
        for key, text, groups in (("pattern", reader.pattern, None), ("within", reader.within, 1)):
            if text:
                yield from _of_pattern((*at, key), text, groups)


def _of_signatures(file: SignatureFile, sorts: Iterable[str]) -> Iterator[tuple[Pointer, str, str]]:
    """What no type can say of the signatures."""
    if file.signatures and file.topic is None:
        yield ("signatures",), "nothing says of which topic these are", "write `topic`"
    for number, signature in enumerate(file.signatures):
        at: Pointer = ("signatures", number)
        for name in signature.names:
            if name not in sorts:
                yield (*at, "names", name), f"{name!r} is no sort of names", did_you_mean(name, sorts)
        if signature.head:
            yield from _of_pattern((*at, "head"), signature.head, 0)


def _of_pattern(at: Pointer, text: str, groups: int | None) -> Iterator[tuple[Pointer, str, str]]:
    try:
        found = pattern(text).groups
    except ValueError as error:
        yield at, f"the pattern is broken: {error}", "patterns are those of RE2: no look-around, no back-references"
    else:
        if found != groups and (groups is not None or found == 0):
            yield at, f"the pattern has {found} groups", "one or more" if groups is None else f"it takes {groups}"


def _require_once(files: Iterable[tuple[Document, SignatureFile]]) -> None:
    """No two signatures of a topic, and no two sorts of names, have one id."""
    seen: set[tuple[str | None, str]] = set()
    for document, file in files:
        named: list[tuple[Pointer, str | None, str]]
        named = [(("words", number), None, sort.id) for number, sort in enumerate(file.words)]
        named += [(("signatures", number), file.topic, one.id) for number, one in enumerate(file.signatures)]
        for at, topic, name in named:
            if (topic, name) in seen:
                raise PolicyError(
                    f"{name!r} is there twice", place=document.place((*at, "id")), hint="put both into one"
                )
            seen.add((topic, name))

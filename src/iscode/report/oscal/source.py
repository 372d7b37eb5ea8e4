"""An evaluation with its exported rows -> what every OSCAL document needs: names that last, instants, metadata, props.

A uuid is made of what it names and of who runs the management system, so that it is the same in each document and in
each revision. The uuid of a document itself is made of its content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from json import JSONEncoder
from typing import Any, Final
from uuid import UUID, uuid5

from iscode import __version__
from iscode.evaluation import Evaluation
from iscode.intake.slug import slug
from iscode.report.escape import markup, uri
from iscode.report.exported import HOME, MIDNIGHT, NAMESPACE, Exported, Row, by, more, one_line, uuid_of_digest

VERSION: Final = "1.2.1"
"""The newest OSCAL that compliance-trestle reads."""
NAME: Final = "management-system"
"""The folder of a document among those of its kind; catalogs are called like their standards."""
_encode: Final = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Source:
    """What the documents of one root are made of."""

    evaluation: Evaluation
    lists: Exported

    @cached_property
    def _namespace(self) -> UUID:
        """Of this management system: two firms with records of one name do not share uuids."""
        parts = (self.evaluation.root, *(row["reference"] for row in self.lists["organizations"]))
        return uuid5(HOME, "\0".join(parts))

    def uuid(self, *names: str) -> str:
        """The uuid of what is named."""
        return str(uuid5(self._namespace, "\0".join(names)))

    @property
    def instant(self) -> str:
        """When everything in a document was so."""
        return f"{self.evaluation.as_of}{MIDNIGHT}"

    @cached_property
    def selected(self) -> frozenset[str]:
        """The requirements that these documents speak of, by their long ids."""
        return frozenset(self.evaluation.policy.selected)

    def covered(self, names: Iterable[str]) -> list[str]:
        """Those of the requirements that these documents speak of."""
        return [name for name in names if name in self.selected]

    @cached_property
    def title(self) -> str:
        """Whose management system it is."""
        return self.lists.owner or "Management system"

    @cached_property
    def evidence(self) -> dict[str, list[Row]]:
        """Requirement -> the evidence that covers it."""
        return by("covers", self.lists["evidence"])

    @cached_property
    def controls(self) -> dict[str, list[Row]]:
        """Requirement -> the controls of the organisation that satisfy it."""
        return by("satisfies", self.lists["controls"])

    @cached_property
    def parts(self) -> frozenset[str]:
        """The records that are components of the plan."""
        return frozenset(row["reference"] for name in ("systems", "controls") for row in self.lists[name])

    def metadata(self, title: str, version: str | None = None, roles: Collection[str] = ()) -> dict[str, Any]:
        """The metadata of a document. `roles` are references of roles that are responsible for something in it."""
        evaluation = self.evaluation
        facts = (
            ("tool", f"iscode {__version__}"),
            ("content", evaluation.policy.content),
            ("profile", evaluation.policy.profile.profile.id),
            ("profile-digest", evaluation.policy.digest),
            ("as-of", evaluation.as_of),
            ("tree", evaluation.revision.tree or ""),
        )
        titles = {row["reference"]: row["title"] for row in self.lists["roles"]}
        found: dict[str, Any] = {
            "title": line(title),
            "last-modified": self.instant,
            "version": version or evaluation.revision.commit or evaluation.revision.kind,
            "oscal-version": VERSION,
            "props": props(facts),
        }
        if roles:
            found["roles"] = [
                {"id": role, "title": line(titles.get(name, name))}
                for role, name in sorted({token(name): name for name in roles}.items())
            ]
        if self.lists.missing:
            found["remarks"] = "\n\n".join(markup(note) for note in self.lists.missing)
        return found

    def resources(self, rows: Iterable[Row]) -> dict[str, Any]:
        """Evidence as the back matter of a document, for a document that leads to some."""
        found = [self._resource(row) for row in {row["reference"]: row for row in rows}.values()]
        return {"back-matter": {"resources": found}} if found else {}

    def _resource(self, row: Row) -> dict[str, Any]:
        known = ("reference", "title", "description", "covers", "path", "sha256", "collected", "expires")
        found: dict[str, Any] = {
            "uuid": self.uuid("resource", row["reference"]),
            "title": line(row["title"]),
            "props": props([("reference", row["reference"]), *more(row, known)]),
        }
        if row.get("description"):
            found["description"] = markup(row["description"])
        if "path" in row:
            link: dict[str, Any] = {"href": uri(row["path"])}
            if "sha256" in row:
                link["hashes"] = [{"algorithm": "SHA-256", "value": row["sha256"]}]
            found["rlinks"] = [link]
        return found

    def links(self, rows: Iterable[Row]) -> list[dict[str, str]]:
        """Links to evidence in the back matter."""
        return [{"href": f"#{self.uuid('resource', row['reference'])}", "rel": "evidence"} for row in rows]


def dumps(kind: str, body: dict[str, Any]) -> bytes:
    """A document as JSON, in UTF-8, with a uuid that is made of its content.

    A list in it may be an iterator, whose items hold none: they are made, written and forgotten one by one, for there
    may be thousands.
    """
    written, digest = BytesIO(), sha256()
    for piece in _pieces(body):
        data = piece.encode()
        digest.update(data)
        written.write(data)
    head = f'{{"{kind}":{{"uuid":"{uuid_of_digest(kind, digest.hexdigest())}",'
    return b"".join((head.encode(), written.getbuffer()[1:], b"}\n"))


def _pieces(node: Any) -> Iterator[str]:
    """A value as the text of JSON, bit by bit, iterators as lists; what holds no iterator is one bit."""
    match node:
        case Iterator():
            yield "["
            for number, item in enumerate(node):
                yield f",{_encode(item)}" if number else _encode(item)
            yield "]"
        case dict() if _flows(node):
            for number, (key, value) in enumerate(node.items()):
                yield f"{',' if number else '{'}{_encode(key)}:"
                yield from _pieces(value)
            yield "}"
        case list() if _flows(node):
            for number, value in enumerate(node):
                yield "," if number else "["
                yield from _pieces(value)
            yield "]"
        case _:
            yield _encode(node)


def _flows(node: Any) -> bool:
    """Whether there is an iterator in it."""
    match node:
        case Iterator():
            return True
        case dict():
            return any(map(_flows, node.values()))
        case list():
            return any(map(_flows, node))
    return False


def control_id(requirement: str) -> str:
    """A requirement as OSCAL names a control: `iso42001:A.5.2` as `iso42001-A.5.2`."""
    return requirement.replace(":", "-")


def statement_id(requirement: str) -> str:
    """The one statement of that control."""
    return f"{control_id(requirement)}_smt"


def token(name: str) -> str:
    """Any name as a token of OSCAL, such as the id of a role."""
    found = slug(name)
    return found if found[0].isalpha() else f"of-{found}"


def line(text: str) -> str:
    """A text as a title."""
    return markup(text) or "-"


def props(facts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Facts as properties of ours; those of which nothing is left are left out."""
    shown = ((name, one_line(text)) for name, text in facts)
    return [{"name": name, "ns": NAMESPACE, "value": text} for name, text in shown if text]

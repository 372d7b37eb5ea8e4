"""The functions that ask for facts: their types, what they give over a made-up past, and what has no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import pytest

from iscode import expr
from iscode.document import Limits, write
from iscode.errors import RepositoryError
from iscode.expr import Environment, EvaluationError, ExpressionError, Variable, timestamp_of_day, types
from iscode.expr.shapes import union
from iscode.facts import Facts, content_digest
from iscode.inventory import File, Inventory, take
from iscode.rule import Context
from iscode.rule.functions_of_requirements import type_of
from iscode.rule.language import table
from iscode.schema import Kinds, load
from iscode.source import MemorySnapshot
from iscode.source.history import Change, LoggedCommit

from .conftest import TEXT, closed, described, many

DATA = b"evidence"


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    """Paper is approved by a Person, proves requirements and names a file; Desk has neither text nor file."""
    person = TEXT | {"x-ref": ["Person"]}
    block = closed("by", "date", "digest", by=person, date=TEXT | {"format": "date"}, digest=TEXT)
    artifact = closed(path=TEXT | {"x-path": True}, sha256=TEXT) | {"x-artifact": True}
    parts = many(closed("name", name=TEXT, file=artifact))
    return load(
        [
            described("Person", addresses=many(TEXT, **{"x-identity": True})),
            described("Desk", approval=block),
            described(
                "Paper", "file", text=TEXT, approval=block, parts=parts, file=artifact, author=person,
                proves=many(TEXT | {"x-requirement": True}),
            ),
        ]
    )  # fmt: skip


class Made:
    """A past that nobody lived: each version of the files is one commit, a day after the other."""

    def __init__(self, *versions: tuple[str, dict[str, bytes]]) -> None:
        self.blobs: dict[str, bytes] = {}
        self.log: list[LoggedCommit] = []
        held: dict[str, str] = {}
        for number, (by, files) in enumerate(versions):
            after = {path: sha256(data).hexdigest() for path, data in files.items()}
            self.blobs |= {after[path]: data for path, data in files.items()}
            paths = sorted({*held, *after})
            changed = tuple(Change(p, held.get(p), after.get(p)) for p in paths if held.get(p) != after.get(p))
            parents = (f"{number - 1:040}",) if number else ()
            day, names = f"2026-01-{number + 1:02}", tuple(change.path for change in changed)
            self.log.append(LoggedCommit(f"{number:040}", parents, number, by, (), day, {}, False, changed, names))
            held = after

    @property
    def commits(self) -> Sequence[LoggedCommit]:
        return self.log[::-1]

    def contents(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        return (self.blobs[oid] for oid in oids)


PEOPLE = [{"kind": "Person", "id": name, "status": "active", "addresses": [f"{name}@x.nl"]} for name in ("ann", "bob")]
PAPER = {
    "kind": "Paper", "id": "p", "status": "active", "text": "two", "proves": ["s:1"],
    "file": {"path": "f", "sha256": sha256(DATA).hexdigest()}, "parts": [{"name": "a"}],
}  # fmt: skip
APPROVED = PAPER | {"approval": {"by": "Person:bob", "date": "2026-01-05", "digest": content_digest(PAPER)}}
DESK = {"kind": "Desk", "id": "d", "status": "active"}
ROW = {"id": "s:1", "standard": "s", "kind": "clause", "phase": "do", "label": "l", "attributes": {}}


def files(*records: dict[str, Any]) -> dict[str, bytes]:
    return {f"c/{record['id']}.yaml": write(record).encode() for record in records} | {"f": DATA}


@pytest.fixture
def ask(kinds: Kinds) -> Callable[..., Any]:
    """Evaluates a text over self (a record), any (the same, of every kind) and need (a requirement)."""
    now = files(*PEOPLE, APPROVED, DESK)
    past = Made(
        ("eve@x.nl", files(*PEOPLE, PAPER | {"text": "one"})), ("ann@x.nl", files(*PEOPLE, PAPER)), ("bob@x.nl", now)
    )

    def asked(text: str, reference: str = "Paper:p", history: Made | None = past, **more: bytes) -> Any:
        snapshot = MemorySnapshot(now | {path.replace("__", "/"): data for path, data in more.items()})
        inventory = taken(snapshot, kinds)
        record = inventory.find(reference)
        assert record is not None
        today = timestamp_of_day("2026-11-24")
        facts = Facts(snapshot, "", inventory, history, lambda path: path.startswith("c/"))
        context = Context(inventory, today, facts, {"s:1": ROW})
        return compiled(text, kinds, record.kind.name)(context, record.value, record.value, ROW)

    return asked


def taken(snapshot: MemorySnapshot, kinds: Kinds) -> Inventory:
    entries = [entry for entry in snapshot.entries if entry.path.startswith("c/")]
    return take([File(entry.path, True, data) for entry, data in snapshot.read(entries, 1 << 20)], kinds, Limits())


def compiled(text: str, kinds: Kinds, kind: str = "Paper") -> expr.Expression:
    every = union(of.type for of in kinds.values())
    variables = {"self": kinds[kind].type, "any": every, "need": type_of(kinds)}
    return expr.compile(text, Environment({name: Variable(of) for name, of in variables.items()}, table(kinds)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git(self).created.author", "eve@x.nl"),
        ("git(any).content.author", "Person:ann"),
        ("git(self).changed.author", "Person:bob"),
        ("git(self).created.position < git(self).content.position", True),
        ('git(self).content.day == timestamp("2026-01-02T00:00:00Z")', True),
        ("git(self).changed.records", ["Desk:d", "Paper:p"]),
        ("git(self).changed.files", ["c/d.yaml", "c/p.yaml"]),
        ("git(self).stale", False),
        ('git(self).changed.signed == "none" && size(git(self).changed.trailers) == 0', True),
        ("git(self.file.path).created.author", "eve@x.nl"),
        ('history(self, "text").map(c, c.author)', ["Person:ann", "eve@x.nl"]),
        ('history(any, "text").map(c, c.position)', [1, 0]),
        ('history(self, "parts.name").map(c, c.position)', [0]),
        ('history(self, "approval.by").last().value().author', "Person:bob"),
        ('authors(self, timestamp("2026-01-01T00:00:00Z"))', ["Person:ann", "eve@x.nl"]),
        ('authors(self, timestamp("2026-01-02T23:00:00Z"))', ["Person:ann"]),
        ('authors(self.file.path, timestamp("2026-01-01T00:00:00Z"))', ["eve@x.nl"]),
        ('authors(need, timestamp("2026-01-02T00:00:00Z"))', ["Person:ann"]),
        ('authors(requirement("s:1"), timestamp("2026-01-03T00:00:00Z"))', []),
        ("approval(self).fits && approval(any).fits", True),
        ("approval(self).level", "committed"),
        ("approval(self).authors", ["Person:ann", "eve@x.nl"]),
        ("has(approval(self).by) && approval(self).by in approval(self).authors", False),
        ('has(approval(self).day) && approval(self).day == timestamp("2026-01-05T00:00:00Z")', True),
        ("artifact(self.file).state", "intact"),
        ('artifact("c/p.yaml").state', "intact"),
        ('artifact("../f").state', "unsafe"),
        ("has(artifact(self.file).size) && artifact(self.file).size == 8", True),
        ('has(artifact("g").sha256)', False),
    ],
)
def test_a_question_has_an_answer(ask: Callable[..., Any], text: str, expected: Any) -> None:
    assert expected == ask(text)


def test_a_kind_of_a_union_without_the_path_has_no_history_of_it(ask: Callable[..., Any]) -> None:
    assert [] == ask('history(any, "text")', "Desk:d")


@pytest.mark.parametrize(
    "text",
    ["git(self).stale", 'history(self, "text").size()', 'authors(self, timestamp("2026-01-01T00:00:00Z")).size()',
     "approval(self).fits", "git(self.file.path).stale"],
)  # fmt: skip
def test_without_a_past_there_is_no_history(ask: Callable[..., Any], text: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        ask(text, history=None)
    assert "no_history" == raised.value.cause


@pytest.mark.parametrize(
    "text", ["git(self).stale", "git(self).stale || true", "false && git(self).stale || git(self).stale",
             "[1].exists(x, git(self).stale)"],
)  # fmt: skip
def test_a_history_that_cannot_be_read_is_no_value_that_the_other_side_could_replace(
    ask: Callable[..., Any], text: str
) -> None:
    class Broken(Made):
        @property
        def commits(self) -> Sequence[LoggedCommit]:
            raise RepositoryError("broken")

    with pytest.raises(RepositoryError, match="broken"):
        ask(text, history=Broken())


def test_artifacts_need_no_past(ask: Callable[..., Any]) -> None:
    assert "intact" == ask("artifact(self.file).state", history=None)
    assert "changed" == ask("artifact(self.file).state", history=None, f=b"other")


def test_a_context_without_facts_answers_nothing(kinds: Kinds) -> None:
    inventory = taken(MemorySnapshot(files(PAPER)), kinds)
    record = inventory.all[0]
    context = Context(inventory, timestamp_of_day("2026-11-24"))
    with pytest.raises(EvaluationError, match="there is no history here"):
        compiled("artifact(self.file).state", kinds)(context, record.value, record.value, ROW)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("git(1)", "this is int, which Git knows nothing of", "give a record, or the path of a file"),
        ("git(self.?author.orValue('Person:ann'))", "this is ref(Person), which Git knows nothing of", "get(…) leads"),
        ("git(self.file)", "which Git knows nothing of", "give a record"),
        ("git(need)", "which Git knows nothing of", "give a record"),
        ("git(self).made", "made", "created"),
        ("history(self.file.path, 'text')", "this is string, and only a record has values with a history", ""),
        ("history(self, self.id)", "the path must be a literal", "write it in quotes"),
        ("history(self, 'txt')", "Paper has no 'txt'", 'did you mean "text"?'),
        ("history(self, 'parts.nam')", "Paper has no 'parts.nam'", 'did you mean "name"?'),
        ("approval(self.id)", "this is string, and only a record is approved", ""),
        ("authors(self, days(1))", "authors does not take", ""),
        ("authors(1, timestamp('2026-01-01T00:00:00Z'))", "this is int", "give a record"),
        ("artifact(self)", "this is Paper, which names no file", "give a path, or a block that the schema marks"),
        ("artifact(self.?author.orValue('Person:ann'))", "which names no file", "give a path"),
        ("approval(self).level == 'atested'", "atested", "attested"),
        ("artifact(self.file).state == 'broken'", "broken", ""),
    ],
)
def test_a_question_that_means_nothing_does_not_compile(kinds: Kinds, text: str, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compiled(text, kinds)
    assert message in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize("field", ["approval(self).by", "approval(self).day", "artifact(self.file).sha256"])
def test_what_may_be_absent_must_be_guarded(kinds: Kinds, field: str) -> None:
    assert [field] == [read.path for read in compiled(field, kinds).unguarded]


def test_approvers_are_references_and_lead_to_records(kinds: Kinds) -> None:
    assert types.RefString(("Person",)) == compiled("approval(self).by", kinds).type

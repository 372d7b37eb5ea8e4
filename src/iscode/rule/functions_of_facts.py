"""The functions of the language that ask for facts: what Git and the snapshot tell of a record or a file.

The types of what they give are made from the kinds, for a commit names the records it changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from iscode.expr import Bound, Call, EvaluationError, Function, Overload, types
from iscode.expr.time import Timestamp, start_of_day
from iscode.expr.types import BOOL, INT, STRING, TIMESTAMP, EnumString, Field, ListType, MapType, ObjectType, RefString
from iscode.facts import LEVELS, Facts
from iscode.facts.approvals import APPROVAL, BY
from iscode.inventory import Record, reference_to
from iscode.rule.context import Context
from iscode.rule.paths import missing_step
from iscode.rule.requirement import NAME as REQUIREMENT
from iscode.schema import Kinds, fields

Row = Mapping[str, Any]

ARTIFACT: Final = ObjectType(
    "Artifact",
    {
        "state": Field(EnumString(("intact", "changed", "missing", "remote", "unsafe")), True),
        "sha256": Field(STRING, False),
        "size": Field(INT, False),
    },
)


def commit_type(kinds: Kinds) -> ObjectType:
    """The type of a commit."""
    known = {
        "sha": STRING,
        "day": TIMESTAMP,
        "position": INT,
        "author": STRING,
        "signed": EnumString(("none", "unknown", "trusted")),
        "records": ListType(RefString(tuple(kinds))),
        "files": ListType(STRING),
        "trailers": MapType(STRING, ListType(STRING)),
    }
    return ObjectType("Commit", {name: Field(of, True) for name, of in known.items()})


def git_type(commit: ObjectType) -> ObjectType:
    """The type of the commits behind a record or file."""
    known = {"created": commit, "changed": commit, "content": commit, "stale": BOOL}
    return ObjectType("Git", {name: Field(of, True) for name, of in known.items()})


def approval_type(kinds: Kinds) -> ObjectType:
    """The type of an approval; `by` leads to the kinds that may approve."""
    approvers = {
        name: None
        for kind in kinds.values()
        for path, targets in kind.references
        if path == (APPROVAL, BY)
        for name in targets
    }
    return ObjectType(
        "Approval",
        {
            "level": Field(EnumString(LEVELS), True),
            "fits": Field(BOOL, True),
            "authors": Field(ListType(STRING), True),
            "by": Field(RefString(tuple(approvers)) if approvers else STRING, False),
            "day": Field(TIMESTAMP, False),
        },
    )


def table(kinds: Kinds) -> dict[str, Function]:
    """The functions by name, typed by these kinds."""
    typing = _Typing(kinds)
    one, two = (types.ANY,), (types.ANY, types.STRING)
    functions = (
        Function("git", (Overload(one, typing.git, _unbound, context=True),)),
        Function("history", (Overload(two, typing.history, _unbound, context=True),)),
        Function("authors", (Overload((types.ANY, TIMESTAMP), typing.authors, _unbound, context=True),)),
        Function("approval", (Overload(one, typing.approval, _approval, context=True),)),
        Function("artifact", (Overload(one, typing.artifact, _unbound, context=True),)),
    )
    return {function.name: function for function in functions}


class _Typing:
    """What each call comes to, given the kinds."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.commit = commit_type(kinds)
        self.git_of = git_type(self.commit)
        self.approval_of = approval_type(kinds)
        self.blocks = {
            ".".join((kind.name, *(step for step in path if step != fields.EACH)))
            for kind in kinds.values()
            for path, _ in kind.marked("x-artifact")
        }

    def git(self, call: Call) -> Bound:
        return Bound(self.git_of, _git if self.of_record(call) else _git_of_path)

    def history(self, call: Call) -> Bound:
        of, text = call.types[0], call.literals[1]
        if not self.of_record(call) or not isinstance(of, ObjectType):
            call.fail(0, f"this is {of}, and only a record has values with a history")
        if not isinstance(text, str):
            call.fail(1, "the path must be a literal", 'write it in quotes: "acceptance.criteria"')
        lost = missing_step(of, text.split("."), through=True)
        if lost is not None:
            call.fail(1, f"{of} has no {text!r}", lost[1])
        resolved = {shape.name: fields.resolve(self.kinds[shape.name].schema, text) for shape in of.shapes or (of,)}

        def history(context: Context, row: Row) -> list[Row]:
            record = _record(context, row)
            found = resolved[record.kind.name]  # the kinds of a union need not all have the path
            return _paid(context, [commit.row for commit in _facts(context).history(record, found[0])] if found else [])

        return Bound(ListType(self.commit), history, (0,))

    def authors(self, call: Call) -> Bound:
        of = call.types[0]
        if isinstance(of, ObjectType) and not of.record and of.name == REQUIREMENT:
            return Bound(ListType(STRING), self.authors_of_requirement)
        return Bound(ListType(STRING), _authors if self.of_record(call) else _authors_of_path)

    def authors_of_requirement(self, context: Context, row: Row, since: Timestamp) -> list[str]:
        """Who wrote the active records that name a requirement."""
        naming = {
            record.reference: record
            for kind in self.kinds.values()
            for path in kind.requirements
            for record in context.inventory.referrers(kind.name, path, row["id"])
        }
        context.charge(len(naming))
        return sorted({name for record in naming.values() for name in _authors(context, record.value, since)})

    def approval(self, call: Call) -> types.Type:
        if not self.of_record(call):
            call.fail(0, f"this is {call.types[0]}, and only a record is approved")
        return self.approval_of

    def artifact(self, call: Call) -> Bound:
        of = call.types[0]
        if isinstance(of, ObjectType) and all(shape.name in self.blocks for shape in of.shapes or (of,)):
            return Bound(ARTIFACT, lambda context, block: _facts(context).artifacts.of_block(block).row)
        if type(of) is not types.StringType:
            hint = "give a path, or a block that the schema marks x-artifact"
            call.fail(0, f"this is {of}, which names no file", hint)
        return Bound(ARTIFACT, lambda context, path: _facts(context).artifacts.of_path(path).row)

    def of_record(self, call: Call) -> bool:
        """Whether the first argument is a record; else it is a path."""
        of = call.types[0]
        if isinstance(of, ObjectType) and of.record and of.fields:
            return True
        if type(of) is not types.StringType:
            hint = "get(…) leads to the record" if isinstance(of, RefString) else "give a record, or the path of a file"
            call.fail(0, f"this is {of}, which Git knows nothing of", hint)
        return False


def _facts(context: Context) -> Facts:
    if context.facts is None:
        raise EvaluationError("there is no history here", "no_history")
    return context.facts


def _record(context: Context, row: Row) -> Record:
    record = context.inventory.find(reference_to(row))
    if record is None:
        raise EvaluationError(f"{reference_to(row)} is not in the repository", "unresolved")
    return record


def _git(context: Context, row: Row) -> Row:
    return _facts(context).git(_record(context, row)).row


def _git_of_path(context: Context, path: str) -> Row:
    return _facts(context).git_of_path(path).row


def _authors(context: Context, row: Row, since: Timestamp) -> list[str]:
    return _paid(context, _facts(context).authors(_record(context, row), start_of_day(since)))


def _authors_of_path(context: Context, path: str, since: Timestamp) -> list[str]:
    return _paid(context, _facts(context).authors_of_path(path, start_of_day(since)))


def _approval(context: Context, row: Row) -> Row:
    return _facts(context).approval(_record(context, row)).row


def _paid(context: Context, found: list[Any]) -> list[Any]:
    context.charge(len(found))
    return found


def _unbound(*_: object) -> Any:
    """Stands where the call itself tells the implementation (`Bound`); never run."""
    raise EvaluationError("the call was not bound")

"""The functions of the language that ask for facts: what Git and the snapshot tell of a record or a file.

The types of what they give are made from the kinds, for a commit names the records it changed.
"""

from __future__ import annotations

from functools import partial
from typing import Final, get_args

from iscode.expr import Bound, Call, Function, Overload, types
from iscode.expr.types import (
    BOOL,
    INT,
    STRING,
    TIMESTAMP,
    EnumString,
    Field,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    RefString,
)
from iscode.facts import LEVELS
from iscode.facts.approvals import APPROVAL, BY
from iscode.facts.signatures import CONFIDENCES
from iscode.facts.values import State
from iscode.rule import implementations
from iscode.rule.implementations import unbound
from iscode.rule.paths import missing_step
from iscode.rule.subject import REQUIREMENT
from iscode.schema import Kinds, fields
from iscode.source.history import Signed

ARTIFACT: Final = ObjectType(
    "Artifact",
    {
        "state": Field(EnumString(get_args(State)), True),
        "sha256": Field(STRING, False),
        "size": Field(INT, False),
    },
)

SPOT: Final = ObjectType(
    "Spot",
    {
        "path": Field(STRING, True),
        "line": Field(INT, True),
        "by": Field(STRING, True),
        "name": Field(STRING, True),
        "confidence": Field(EnumString(CONFIDENCES), True),
    },
)
TRACE: Final = ObjectType(
    "Trace",
    {
        "title": Field(STRING, True),
        "confidence": Field(EnumString(CONFIDENCES), True),
        "spots": Field(ListType(SPOT), True),
    },
)


def commit_type(kinds: Kinds) -> ObjectType:
    """The type of a commit."""
    known = {
        "sha": STRING,
        "day": TIMESTAMP,
        "position": INT,
        "author": STRING,
        "signed": EnumString(get_args(Signed)),
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
        Function("commit", (Overload((STRING,), OptionalType(typing.commit), implementations.commit, context=True),)),
        Function("git", (Overload(one, typing.git, unbound, context=True),)),
        Function("history", (Overload(two, typing.history, unbound, context=True),)),
        Function("authors", (Overload((types.ANY, TIMESTAMP), typing.authors, unbound, context=True),)),
        Function("approval", (Overload(one, typing.approval, implementations.approval, context=True),)),
        Function("traces", (Overload((STRING,), MapType(STRING, TRACE), implementations.traces, context=True),)),
        Function("artifact", (Overload(one, typing.artifact, unbound, context=True),)),
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
        return Bound(self.git_of, implementations.git if self.of_record(call) else implementations.git_of_path)

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
        paths = {name: found[0] for name, found in resolved.items() if found}
        return Bound(ListType(self.commit), partial(implementations.history, paths), (0,))

    def authors(self, call: Call) -> Bound:
        of = call.types[0]
        if isinstance(of, ObjectType) and not of.record and of.name == REQUIREMENT:
            paths = tuple((kind.name, path) for kind in self.kinds.values() for path in kind.requirements)
            return Bound(ListType(STRING), partial(implementations.authors_of_requirement, paths))
        of_record = self.of_record(call)
        return Bound(ListType(STRING), implementations.authors if of_record else implementations.authors_of_path)

    def approval(self, call: Call) -> types.Type:
        if not self.of_record(call):
            call.fail(0, f"this is {call.types[0]}, and only a record is approved")
        return self.approval_of

    def artifact(self, call: Call) -> Bound:
        of = call.types[0]
        if isinstance(of, ObjectType) and all(shape.name in self.blocks for shape in of.shapes or (of,)):
            return Bound(ARTIFACT, implementations.artifact_of_block)
        if type(of) is not types.StringType:
            hint = "give a path, or a block that the schema marks x-artifact"
            call.fail(0, f"this is {of}, which names no file", hint)
        return Bound(ARTIFACT, implementations.artifact_of_path)

    def of_record(self, call: Call) -> bool:
        """Whether the first argument is a record; else it is a path."""
        of = call.types[0]
        if isinstance(of, ObjectType) and of.record and of.fields:
            return True
        if type(of) is not types.StringType:
            hint = "get(…) leads to the record" if isinstance(of, RefString) else "give a record, or the path of a file"
            call.fail(0, f"this is {of}, which Git knows nothing of", hint)
        return False

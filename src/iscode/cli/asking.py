"""Lines that somebody types -> what each comes to, over the records of a root: the session behind `rules repl`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from iscode.cli import judging

if TYPE_CHECKING:
    from iscode.evaluation.ground import Ground
    from iscode.evaluation.question import Answer
    from iscode.expr import ExpressionError
    from iscode.expr.types import Type
    from iscode.inventory import Record

WHOLE: Final = "Repository"
"""The subject of a question that is about all records."""
COMMANDS: Final = {
    ":subject": "WHOM   what `self` is: Kind:id, a Kind for each record of it, or Repository",
    ":type": "EXPR   what type an expression has, without asking for its value",
    ":reload": "       read the files again",
    ":help": "       this",
    ":quit": "       leave; so does the end of the input",
}
_WORD: Final = re.compile(r"[\w.?:-]*$")


class Session:
    """What is asked, and of whom. Raises what reading the root at or above `path` may raise."""

    def __init__(self, path: Path, as_of: str | None) -> None:
        self._path, self._as_of = path, as_of
        self.ground = judging.ground(path, as_of=as_of)
        self.subject = WHOLE

    def answer(self, line: str) -> Iterator[bytes]:
        """What a line comes to. Raises IscodeError where that is nothing, EOFError where it ends the session."""
        from iscode.errors import UsageError
        from iscode.expr import did_you_mean
        from iscode.report import answer

        command, _, rest = line.strip().partition(" ")
        if not command or command.startswith("//"):
            return
        require_text(line)
        if not command.startswith(":"):
            yield from self._asked(line)
        elif command == ":quit":
            raise EOFError
        elif command == ":help":
            yield "".join(f"{name:<9} {words}\n" for name, words in COMMANDS.items()).encode()
        elif command == ":reload":
            self.ground = judging.ground(self._path, as_of=self._as_of)
            self.choose(self.subject)
        elif command == ":subject":
            self.choose(rest.strip() or WHOLE)
        elif command == ":type":
            yield answer.typed(_compiled(self.ground, rest, self._type))
        else:
            raise UsageError(f"there is no {command}", hint=did_you_mean(command, COMMANDS) or ":help lists them")

    def choose(self, subject: str) -> None:
        """Ask of a record, of each record of a kind, or of the repository. UsageError where there is none."""
        from iscode.errors import UsageError
        from iscode.expr import did_you_mean

        kinds = self.ground.policy.kinds
        if ":" in subject:
            record(self.ground, subject)
        elif subject not in (WHOLE, *kinds):
            raise UsageError(f"{subject} is no kind", hint=did_you_mean(subject, [WHOLE, *kinds]))
        self.subject = subject

    def completions(self, line: str) -> list[str]:
        """What the last word of a line may become, each as the whole word."""
        found = _WORD.search(line)
        word = found[0] if found else ""
        if line.startswith(":") and " " not in line:
            return [name for name in COMMANDS if name.startswith(word)]
        if line.startswith(":subject "):
            held = (one.reference for one in self.ground.world.inventory.all)
            return sorted(name for name in (WHOLE, *self.ground.policy.kinds, *held) if name.startswith(word))
        if "." in word:
            return self._keys(word)
        return sorted(name for name in self._names() if name.startswith(word))

    @property
    def _type(self) -> Type:
        from iscode.evaluation.question import type_of

        return type_of(self.ground, None if self.subject == WHOLE else self.subject.partition(":")[0])

    def _asked(self, text: str) -> Iterator[bytes]:
        """The answer to an expression. Raises UsageError behind it where somebody has no value."""
        from iscode.errors import UsageError
        from iscode.evaluation.question import survey
        from iscode.expr import ExpressionError
        from iscode.report import answer

        if self.subject not in self.ground.policy.kinds:
            done = ask(self.ground, text, record(self.ground, None if self.subject == WHOLE else self.subject))
            yield answer.report(done)
            if done.trace.error is not None:
                raise UsageError("the expression has no value")
            return
        try:
            found = survey(self.ground, text, self.subject)
        except ExpressionError as error:
            _refuse(text, error)
        yield answer.surveyed(found)
        failed = sum(trace.error is not None for trace in found.traces.values())
        if failed:
            raise UsageError(f"the expression has no value for {failed} of {len(found.traces)} records")

    def _names(self) -> Iterable[str]:
        """What an expression may begin with."""
        from iscode.expr.library import vocabulary

        words, rules = vocabulary(), self.ground.policy.rules
        return {"self", "today", *words["functions"], *words["macros"], *rules.functions, *rules.definitions}

    def _keys(self, word: str) -> list[str]:
        """The keys that may follow a path from `self`, as far as it leads through objects."""
        from iscode.expr import types

        path, dot, begun = word.rpartition(".")
        guard, begun = ("?", begun[1:]) if begun.startswith("?") else ("", begun)
        first, *steps = path.replace("?", "").split(".")
        kind: Type | None = self._type if first == "self" else None
        for step in steps:
            held = kind.fields.get(step) if isinstance(kind, types.ObjectType) else None
            kind = None if held is None else held.type
        keys = kind.fields if isinstance(kind, types.ObjectType) else ()
        return sorted(f"{path}{dot}{guard}{key}" for key in keys if key.startswith(begun))


def ask(ground: Ground, text: str, of: Record | None) -> Answer:
    """The answer to an expression. Raises UsageError, with the place marked, where it does not compile."""
    from iscode.evaluation import question
    from iscode.expr import ExpressionError

    require_text(text)
    try:
        return question.ask(ground, text, of)
    except ExpressionError as error:
        _refuse(text, error)


def record(ground: Ground, reference: str | None) -> Record | None:
    """The valid record of that reference; None of none. Raises UsageError where there is none."""
    from iscode.errors import UsageError
    from iscode.expr import did_you_mean

    if reference is None:
        return None
    inventory = ground.world.inventory
    found = inventory.find(reference)
    if found is None:
        hint = did_you_mean(reference, [held.reference for held in inventory.all])
        raise UsageError(f"there is no record {reference}", hint=hint)
    if not found.valid:
        place = found.refusals[0].place
        raise UsageError(f"{reference} is refused by its schema: {place}", hint="`iscode check` says why")
    return found


def require_text(text: str) -> None:
    """Raises UsageError for what no text can be."""
    from iscode.errors import UsageError

    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UsageError("the expression is no UTF-8")


def _compiled(ground: Ground, text: str, of: Type) -> Type:
    """The type of an expression."""
    from iscode.evaluation import question
    from iscode.expr import ExpressionError

    try:
        return question.compiled(ground, text, of).type
    except ExpressionError as error:
        _refuse(text, error)


def _refuse(text: str, error: ExpressionError) -> NoReturn:
    from iscode.errors import UsageError
    from iscode.rule.hints import pointed

    place = f"line {error.line}, column {error.column}"
    raise UsageError(f"{error.message} ({place})", hint=pointed(text, error, whole=True)) from None

"""What is raised on purpose: a message, where it is, and what to do next.

Every exception of iscode is one of these and ends in exit 2 at the door. What is wrong with a *record* is
never an exception: it is a failing result (see `evaluation`).
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A place in a file: `path` from the repository's top, `line` and `column` from 1, in code points."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class IscodeError(Exception):
    """Something that keeps iscode from giving a verdict. `hint` says the next step of the person who reads it."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class UsageError(IscodeError):
    """The command line asks for something that cannot be."""


class ConfigError(IscodeError):
    """The repository's `iscode.yaml` is broken or missing."""


class PolicyError(IscodeError):
    """Something on the shelf of policies is broken: a catalog, a crosswalk, a profile, a roadmap, a view."""


class SchemaError(IscodeError):
    """A kind's schema is broken, or uses a keyword that cannot be typed."""


class RuleError(IscodeError):
    """A rule or a definition is broken: it does not parse, does not type, or names what does not exist."""


class RepositoryError(IscodeError):
    """Git, or the repository it reads, is not in a state that can be judged."""


class ContentError(IscodeError):
    """A shipped shelf is missing or damaged: reinstall."""


class SigningError(IscodeError):
    """A signature could neither be made nor looked at: ssh-keygen is missing, or gave no answer."""

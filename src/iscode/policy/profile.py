"""A profile file -> which requirements and rules bind, how hard, with which parameters."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import Field

from iscode.document import Document
from iscode.errors import Place, PolicyError
from iscode.rule.model import Severity
from iscode.schema.model import Model, bind, parse


class Selection(Model):
    """The requirements whose rules bind, and the rules that do not bind although they serve one."""

    requirements: list[str] = Field(min_length=1, description="ids or globs of the catalogs; * crosses dots")
    without: list[str] = Field([], description="rules that are left out")


class Gate(Model):
    """Which failing results block."""

    block: list[Severity] = Field(["blocker", "high"], min_length=1)


class Profile(Model):
    """Which rules bind, how hard, and with which parameters."""

    id: str
    title: str
    select: Selection
    severity: dict[str, Severity] = Field({}, description="rule -> another severity")
    params: dict[str, dict[str, Any]] = Field({}, description="rule -> parameter -> value")
    gate: Gate = Gate()


@dataclass(frozen=True)
class ProfileFile:
    """A profile, the document it stands in, and the digest of its bytes."""

    profile: Profile
    document: Document
    digest: str


def load(files: Iterable[tuple[str, bytes]]) -> dict[str, ProfileFile]:
    """The profiles of a shelf by id. Raises PolicyError with the place."""
    profiles: dict[str, ProfileFile] = {}
    for path, data in files:
        document = parse(path, data, PolicyError)
        profile = bind(document, Profile, PolicyError)
        if profile.id in profiles:
            raise PolicyError(f"the profile {profile.id!r} is described twice", place=document.place(("id",)))
        profiles[profile.id] = ProfileFile(profile, document, f"sha256:{sha256(data).hexdigest()}")
    return profiles


def choose(profiles: dict[str, ProfileFile], name: str, place: Place | None) -> ProfileFile:
    """The profile of that name. Raises PolicyError, at the place where it is named, when there is none."""
    if name not in profiles:
        close = difflib.get_close_matches(name, list(profiles), 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(profiles))}"
        raise PolicyError(f"there is no profile {name!r}", place=place, hint=hint)
    return profiles[name]

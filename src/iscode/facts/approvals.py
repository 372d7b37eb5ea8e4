"""The versions of a record -> who approved its content, at which level, and who wrote it since the last approval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, Literal

from iscode.document import canonical
from iscode.facts.lineage import Version, alike
from iscode.source.history import LoggedCommit

APPROVAL, REVIEW = "approval", "review"
BY, DAY, DIGEST = "by", "date", "digest"

Level = Literal["none", "claimed", "committed", "attested", "witnessed"]
LEVELS: Final[tuple[Level, ...]] = ("none", "claimed", "committed", "attested", "witnessed")
"""Weakest first. `claimed`: the record says so; `committed`: so does the author of the commit that brought it;
`attested`: the approver signed it by a key that the base lists; `witnessed`: so did somebody else."""


def content_digest(value: Mapping[str, Any]) -> str:
    """`sha256:<hex>` of a record's canonical JSON without `approval` and `review`: what an approval binds to."""
    content = {key: held for key, held in value.items() if key not in (APPROVAL, REVIEW)}
    return f"sha256:{sha256(canonical.dumps(content)).hexdigest()}"


def approver(value: Mapping[str, Any], digest: str) -> str | None:
    """Who approves a record with this content digest, by its own words; None where its approval is of other content."""
    block = value.get(APPROVAL)
    return str(block.get(BY)) if isinstance(block, dict) and block.get(DIGEST) == digest else None


def authors_since_approval(
    latest: Version,
    content: Callable[[Version], object],
    approved_by: Callable[[Version], str | None],
    people: Callable[[LoggedCommit], Iterable[str]],
) -> frozenset[str]:
    """Who wrote what is in a version and no approval before it covers.

    `content` tells versions apart, `approved_by` gives who approved one whose approval fits. An approval by somebody
    who wrote what it approves covers nothing, or two commits would make a self-approval good. Only who changes content
    writes: the commit that brings an approval does not.
    """
    written: dict[Version, frozenset[str]] = {}
    covered: set[Version] = set()
    for version in latest.ancestry():
        same = alike(version, content)
        names = {
            name for earlier in same or version.before if same or earlier not in covered for name in written[earlier]
        }
        if not same and version.commit is not None:
            names.update(people(version.commit))
        by = approved_by(version)
        if (by is not None and by not in names) or not covered.isdisjoint(same):
            covered.add(version)
        written[version] = frozenset(names)
    return written[latest]

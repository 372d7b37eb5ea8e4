"""What is known of a record -> the text of it to fill in, at a place where the root takes it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscode.evaluation.ground import Ground
    from iscode.intake import Draft
    from iscode.schema import Kind


def standing(asked: dict[str, Any]) -> Ground | None:
    """What is there; None where there is no record yet."""
    from iscode.errors import ConfigError
    from iscode.evaluation.ground import prepare

    try:
        return prepare(**asked)
    except ConfigError:
        return None


def require_free(there: Ground | None, reference: str) -> None:
    """Raises UsageError where a record has this reference."""
    from iscode.errors import UsageError

    if there is not None and (twin := there.world.inventory.find(reference)) is not None:
        raise UsageError(f"{twin.reference} is there already: {twin.document.path}", hint="choose another id")


def modeline(asked: dict[str, Any], kind: Kind, path: str) -> str | None:
    """The words that send an editor to the schema of a kind, where the root has it; `path` is from the top."""
    from iscode.report import editors

    prefix = f"{asked['root']}/" if asked["root"] else ""
    there = f"{prefix}{editors.FOLDER}/{kind.slug}{editors.SUFFIX}"
    if not any(entry.path == there and entry.kind == "file" for entry in asked["snapshot"].entries):
        return None
    return editors.modeline(kind, path.removeprefix(prefix))


def drafted(
    asked: dict[str, Any], kind: Kind, known: Mapping[str, Any], path: str, modeline: str | None = None
) -> Draft:
    """The record at `path`, from the top of the repository. Raises UsageError where it would not be judged there."""
    from iscode.document import write
    from iscode.errors import UsageError
    from iscode.evaluation.ground import prepare
    from iscode.intake import draft
    from iscode.source import OverlaySnapshot

    def lay(record: Mapping[str, Any]) -> Ground:
        over = OverlaySnapshot(asked["snapshot"], {path: write(record).encode()})
        return prepare(**asked | {"snapshot": over})

    if path not in {entry.path for entry in lay(known).selected.entries}:
        raise UsageError(f"{path} would not be judged", hint="name a place that `records` of iscode.yaml takes in")
    return draft(kind, known, lay, modeline)

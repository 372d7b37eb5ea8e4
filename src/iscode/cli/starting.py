"""A folder, what lies in it, the profile that shall bind -> the files that begin a root in it, and what is left to do.

The drafts are data: they lie in `examples/start`, as they are written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from iscode.policy import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iscode.intake.adopting import Adoption
    from iscode.policy import Policy
    from iscode.source import Snapshot

DRAFTS: Final = ("compliance/", "docs/")
"""Below these are the drafts of the start; what is elsewhere belongs to the tools."""
WORKFLOW: Final = ".github/workflows/iscode.yml"
ATTRIBUTES: Final = ".gitattributes"
SETTINGS: Final = ".vscode/settings.json"
NAMED: Final = 5
"""Paths that a note names; the rest is counted."""


class Start(NamedTuple):
    """Files to write, by path from the top of the repository, and notes of what a person has to know."""

    files: dict[str, bytes]
    notes: list[str]


def start(
    snapshot: Snapshot, root: str, profile: str, policy: Policy, taken: Callable[[str], bool], *, workflow: bool
) -> Start:
    """What begins a root at `root` (its path from the top) under a policy. What is there already stays as it is.

    `taken` says whether there is something at a path from the top, be it ignored by Git and so in no snapshot.
    """
    from iscode.cli.example import files
    from iscode.intake.adopting import adoption
    from iscode.policy import shipped as shelves
    from iscode.report import editors

    prefix = f"{root}/" if root else ""
    found = adoption(snapshot, root, policy.kinds)
    shipped, notes = files("start"), list(_adopted(found))
    drafts = {f"{prefix}{path}": data for path, data in shipped.items() if path.startswith(DRAFTS)}
    in_the_way = sorted({path for path in drafts if taken(path)})
    if found.records:
        drafts = {}
    elif in_the_way:
        notes.append(f"no drafts are written, for something else is there: {_listed(in_the_way)}")
        drafts = {}
    else:
        records = [path for path in drafts if path.startswith(f"{prefix}compliance/")]
        notes.append(f"drafts, on which nothing rests until you fill them in: {_listed(records, len(records))}")
    made = {f"{prefix}{CONFIG_NAME}": _config(profile, found), **drafts}
    tools = {f"{prefix}{ATTRIBUTES}": shipped[ATTRIBUTES], f"{prefix}{SETTINGS}": _settings(found)}
    if workflow:
        tools[WORKFLOW] = shipped[WORKFLOW].replace(b'path: "."', f"path: {json.dumps(root or '.')}".encode())
    for path, data in tools.items():
        if not taken(path):
            made[path] = data
        elif lacking := _lacking(snapshot, path, data):
            notes.append(f"{path} is there already and stays as it is; add to it:\n{lacking}")
    schemas = {f"{prefix}{path}": data for path, data in editors.files(policy, shelves().files).items()}
    if any(map(taken, schemas)):
        notes.append(f"{prefix}{editors.FOLDER} is there already; `iscode schema export` brings it up to date")
    else:
        made |= schemas
    if WORKFLOW in made:
        notes.append(
            f"{WORKFLOW}: put the address of the action and the id of its commit behind `uses` before you push"
        )
    return Start(made, notes)


def _settings(found: Adoption) -> bytes:
    """Which files editors take for records. A record's own first line goes before."""
    from iscode.report import editors

    default = ["compliance/**/*.yaml", "compliance/**/*.yml"]
    globs = [*default, *found.named[len(default) :], *(f"!{path}" for path in found.left)]
    schemas = {f"{editors.FOLDER}/{editors.ANY_KIND}": globs}
    return (json.dumps({"yaml.schemas": schemas}, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _config(profile: str, found: Adoption) -> bytes:
    """The iscode.yaml: what is there is taken in, and what is no record is left out by name."""
    from iscode import __version__
    from iscode.document import write
    from iscode.report import editors

    major, minor, _ = __version__.split(".")
    said: dict[str, object] = {"version": 1, "requires": f">={major}.{minor},<{major}.{int(minor) + 1}"}
    said["profile"] = profile
    if found.named:
        said["records"] = list(found.named)
    if found.excluded:
        said["exclude"] = list(found.excluded)
    text = write(said, f"yaml-language-server: $schema={editors.FOLDER}/config{editors.SUFFIX}")
    text = text.replace("\nrecords:", "\n# Files that name a known kind and an id were found here.\nrecords:")
    text = text.replace(
        "\nexclude:", "\n# These are no records. They are left out, and counted in each verdict.\nexclude:"
    )
    return text.encode("utf-8")


def _adopted(found: Adoption) -> Iterator[str]:
    if found.records:
        yield f"{_counted(len(found.records), 'record')} found, so no drafts are written: {_listed(found.records)}"
    if found.named:
        yield f"proposed in {CONFIG_NAME}: records: {_listed(found.named[2:])}"
    if found.left:
        yield f"proposed in {CONFIG_NAME}: exclude, for they are no records: {_listed(found.left)}"
    if found.unclear:
        yield f"not understood, so they fail until you mend or exclude them: {_listed(found.unclear)}"


def _lacking(snapshot: Snapshot, path: str, data: bytes) -> str:
    """What a file that is there does not say of what it would have said; "" where it says all of it."""
    entries = [entry for entry in snapshot.entries if entry.path == path and entry.kind == "file"]
    held = b"".join(read or b"" for _, read in snapshot.read(entries, 1024 * 1024))
    if held == data:
        return ""
    if not path.endswith(ATTRIBUTES):
        return data.decode("utf-8").rstrip("\n")
    known = {line.strip() for line in held.decode("utf-8", "replace").splitlines()}
    wanted = [line for line in data.decode("utf-8").splitlines() if not line.startswith("#")]
    return "\n".join(line for line in wanted if line not in known)


def _listed(paths: tuple[str, ...] | list[str], most: int = NAMED) -> str:
    more = len(paths) - most
    return ", ".join(paths[:most]) + (f" and {more} more" if more > 0 else "")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"

"""The word that a shell has so far -> the ids that it may become. Each is asked for while somebody waits."""

from __future__ import annotations

import click


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """The ids of the shipped rules, by the names of their files, which they equal: nothing is parsed."""
    from iscode import content
    from iscode.source import FolderSnapshot

    names = (entry.path.rpartition("/")[2] for entry in FolderSnapshot(content.home(), only=("rules",)).entries)
    found = (stem for stem, _, suffix in (name.partition(".") for name in names) if suffix == "yaml")
    return sorted(name for name in found if name.startswith(incomplete) and name != "definitions")


def requirements(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """The long ids of the requirements, in catalog order."""
    from iscode.policy import catalog, shipped

    catalogs = catalog.load(shipped().below("policies/catalogs/", ".yaml"))
    return [name for name in catalogs if name.startswith(incomplete)]

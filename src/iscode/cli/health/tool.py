"""This installation -> readings: Python, each library in the version that is asked for, the shelves, git."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iscode import __version__
from iscode.cli.health.reading import Reading
from iscode.errors import IscodeError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

OLDEST_GIT: Final = (2, 39, 4)
MODULES: Final = {"pyyaml": "yaml._yaml", "google-re2": "re2", "gitpython": ""}
"""Library -> what is loaded of it, where that has another name: of PyYAML the part that is libyaml, of GitPython
nothing, for its import runs git."""
REINSTALL: Final = "install iscode again: python -m pip install --force-reinstall"


def python() -> Iterator[Reading]:
    """Which Python runs."""
    yield Reading("python", "well", f"{platform.python_version()}, {sys.executable}")


def libraries() -> Iterator[Reading]:
    """Each library that the installed package asks for, by its name in the package index."""
    try:
        from packaging.requirements import Requirement

        asked = [Requirement(text) for text in metadata.requires("iscode") or ()]
    except (ImportError, metadata.PackageNotFoundError):
        yield Reading("libraries", "mend", "iscode is not installed whole, so what it needs is unknown", REINSTALL)
        return
    for library in asked:
        if library.marker is None or library.marker.evaluate({"extra": ""}):
            yield _library(library)


def _library(library: Requirement) -> Reading:
    install = f"python -m pip install '{library}'"
    try:
        version = metadata.version(library.name)
        more = _loaded(library.name)
    except metadata.PackageNotFoundError:
        return Reading(library.name, "mend", "is missing", install)
    except ImportError as error:
        again = f"python -m pip install --force-reinstall --only-binary :all: '{library}'"
        return Reading(library.name, "mend", f"cannot be loaded: {error}", again)
    if not library.specifier.contains(version, prereleases=True):
        return Reading(library.name, "mend", f"{version} is not {library.specifier}", install)
    return Reading(library.name, "well", f"{version}{more}")


def _loaded(name: str) -> str:
    """Load a library, and what there is to say beside its version. Raises ImportError."""
    module = MODULES.get(name, name.replace("-", "_"))
    loaded = importlib.import_module(module) if module else None
    return f", libyaml {loaded.get_version_string()}" if loaded and module == "yaml._yaml" else ""


def content() -> Iterator[Reading]:
    """The version, and the digest of the shelves that judge."""
    from iscode.policy import shipped

    try:
        digest = shipped().digest
    except IscodeError as error:
        yield Reading("iscode", "mend", str(error), error.hint or REINSTALL)
    else:
        yield Reading("iscode", "well", f"{__version__}, content {digest}")


def git(folder: Path) -> Iterator[Reading]:
    """The git that is used for the repository that may hold `folder`, and whether it is new enough."""
    from iscode.content import home
    from iscode.source.git import git_for

    asked = ".".join(map(str, OLDEST_GIT))
    above = (folder.resolve(), *folder.resolve().parents)
    top = next((place for place in above if (place / ".git").exists()), home())  # a git in there is never run
    try:
        found = git_for(top)
        said = found.run("version").decode("ascii", "replace")
    except IscodeError as error:
        yield Reading("git", "mend", str(error), error.hint or f"install Git {asked} or newer")
        return
    numbers = re.match(r"git version (\d+)\.(\d+)(?:\.(\d+))?", said)
    if numbers is None:
        yield Reading("git", "mend", f"{found.executable} does not tell its version", f"install Git {asked} or newer")
        return
    version = tuple(int(number or 0) for number in numbers.groups())
    words = ".".join(map(str, version))
    if version < OLDEST_GIT:
        yield Reading("git", "mend", f"{words} is older than {asked}", f"install Git {asked} or newer")
    else:
        yield Reading("git", "well", f"{words}, {found.executable}")

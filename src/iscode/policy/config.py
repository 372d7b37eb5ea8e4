"""A repository's iscode.yaml -> what is judged and by which profile."""

from __future__ import annotations

import posixpath
from typing import Annotated, Final, Literal

from msgspec import Meta, field
from msgspec.structs import asdict

from iscode import __version__
from iscode.document import CEILING, Document, Limits
from iscode.errors import ConfigError, Place, UsageError
from iscode.expr.environment import MOST_STEPS, STEPS
from iscode.facts import artifacts
from iscode.policy import versions
from iscode.schema.model import Model, bind, form, says
from iscode.source import patterns

CONFIG_NAME: Final = "iscode.yaml"
MESSAGE: Final = 400
"""Characters of the message of a result, unless the repository says otherwise; the rest is cut."""
PRINTED: Final = 1000
"""Results that the text report prints, unless the repository says otherwise; all are counted."""
PACKAGE: Final = "package:"
"""What the path of a pack begins with that is an installed package; no folder is named so."""
DEFAULT_RECORDS: Final = ("compliance/**/*.[yY][aA][mM][lL]", "compliance/**/*.[yY][mM][lL]")


class FileLimits(Model):
    """Bounds on one file; a repository may lower any, and raise it up to the ceiling of the reader."""

    file_bytes: Annotated[int, Meta(ge=1, le=CEILING.file_bytes)] | None = None
    depth: Annotated[int, Meta(ge=1, le=CEILING.depth)] | None = None
    nodes: Annotated[int, Meta(ge=1, le=CEILING.nodes)] | None = None
    scalar: Annotated[int, Meta(ge=1, le=CEILING.scalar)] | None = None
    key: Annotated[int, Meta(ge=1, le=CEILING.key)] | None = None


class Bounds(FileLimits):
    """Every bound: on one file, and on what is made of all of them."""

    artifact_bytes: Annotated[int, Meta(ge=1, le=artifacts.CEILING)] | None = None
    steps: Annotated[int, Meta(ge=1, le=MOST_STEPS)] | None = None
    message: Annotated[int, Meta(ge=40, le=4000)] | None = None
    printed: Annotated[int, Meta(ge=1, le=100_000)] | None = None

    @property
    def given(self) -> dict[str, int]:
        """Those that the repository sets, by name."""
        return {name: bound for name, bound in asdict(self).items() if bound is not None}


_Path = Annotated[str, form(r"[^/\\\x00-\x1f]+(/[^/\\\x00-\x1f]+)*", 256)]


class PackSource(Model):
    """Where kinds, rules, profiles and catalogs of the repository's own stand: in a folder of it, or in an installed
    package, which is read as files and never imported.
    """

    path: Annotated[_Path | None, says("a folder, relative to the root")] = None
    package: Annotated[
        Annotated[str, form(r"[a-z0-9]+(-[a-z0-9]+)*", 100)] | None,
        says("or an installed package, as an index names it"),
    ] = None
    digest: Annotated[
        Annotated[str, form(r"sha256:[0-9a-f]{64}")] | None,
        says("what names its content; another content is refused; a package must have one"),
    ] = None

    @property
    def name(self) -> str:
        """What messages and reports call it: the path of the folder, or `package:` and the name of the package."""
        return self.path if self.path is not None else f"{PACKAGE}{self.package}"


class Trust(Model):
    """Which keys count, and which no longer do. Both files are those of the base."""

    allowed_signers: Annotated[_Path | None, says("keys, each for an exact address and namespace")] = None
    revoked_keys: Annotated[_Path | None, says("public keys that count no more, one a line")] = None

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that are named, relative to the root."""
        return tuple(path for path in (self.allowed_signers, self.revoked_keys) if path is not None)


class Config(Model):
    """What `iscode.yaml` says. Patterns are those of gitignore, relative to the root, case-sensitive."""

    version: Annotated[Literal[1], says("the version of this format")]
    profile: Annotated[str, Meta(min_length=1), says("the profile that binds")]
    requires: Annotated[str | None, says("the versions of iscode that may judge, e.g. >=0.1,<0.2")] = None
    records: Annotated[list[str], Meta(min_length=1), says("patterns of the files that hold records")] = field(
        default_factory=lambda: list(DEFAULT_RECORDS)
    )
    exclude: Annotated[list[str], says("patterns of files that are left out, and counted")] = []
    packs: Annotated[list[PackSource], says("folders and packages with kinds and rules of the repository's own")] = []
    trust: Annotated[Trust, says("files that say whose signatures count")] = Trust()
    limits: Annotated[Bounds, says("bounds that differ from the default")] = Bounds()

    @property
    def folders(self) -> tuple[str, ...]:
        """The paths of the packs that are folders, relative to the root."""
        return tuple(pack.path for pack in self.packs if pack.path is not None)

    def document_limits(self) -> Limits:
        """The limits of a reader under this configuration."""
        given = self.limits.given
        return Limits(**{name: given[name] for name in FileLimits.__struct_fields__ if name in given})

    @property
    def artifact_bytes(self) -> int:
        """Bytes of a file that is hashed because a record names it."""
        return self.limits.artifact_bytes or artifacts.LARGEST

    @property
    def steps(self) -> int:
        """Steps that a rule may take for one subject."""
        return self.limits.steps or STEPS

    @property
    def message(self) -> int:
        """Characters of the message of a result."""
        return self.limits.message or MESSAGE

    @property
    def printed(self) -> int:
        """Results that the text report prints."""
        return self.limits.printed or PRINTED


def read(document: Document, *, binding: bool = True) -> Config:
    """The configuration of a root. Raises ConfigError with the place: broken, unknown key; `binding`: another version
    of the tool than it requires.
    """
    config = bind(document, Config, ConfigError)
    if binding and config.requires is not None:
        _require(config.requires, document.place(("requires",)))
    for key, listed in (("records", config.records), ("exclude", config.exclude)):
        # One by one for the place, then all together: there may be too many of them.
        for pointer, some in [*(((key, index), [one]) for index, one in enumerate(listed)), ((key,), listed)]:
            try:
                patterns.compile(some)
            except ConfigError as error:
                raise ConfigError(error.message, place=document.place(pointer), hint=error.hint) from None
    _check_packs(config, document)
    return config


def typed_name(name: str) -> str:
    """A pack as somebody types it -> as iscode.yaml names it: `./house/` is `house`, a package keeps its name.

    Raises UsageError for what is no folder below the root.
    """
    path = name if name.startswith(PACKAGE) else posixpath.normpath(name)
    if path.startswith(PACKAGE) or _is_below(path):
        return path
    hint = "write the path from the root, e.g. policy-pack"
    raise UsageError(f"{name!r} is no folder below the root", hint=hint)


def _is_below(path: str) -> bool:
    """Whether a path leads from the root to a folder below it that is nobody else's."""
    return {"", ".", "..", ".git"}.isdisjoint(path.casefold().split("/"))


def _check_packs(config: Config, document: Document) -> None:
    """Each pack is a folder below the root or a package with a digest, and none stands twice or lies in another.

    Raises ConfigError with the place.
    """
    for index, pack in enumerate(config.packs):
        place = document.place(("packs", index, "path" if pack.package is None else "package"))
        if (pack.path is None) == (pack.package is None):
            hint = "write either path: FOLDER or package: NAME"
            raise ConfigError("a pack is one folder or one package", place=place, hint=hint)
        if pack.path is None:
            _check_package(pack, [other.name for other in config.packs[:index]], place)
            continue
        if not _is_below(pack.path) or pack.path.startswith(PACKAGE):
            hint = "write the path from the root, e.g. policy-pack"
            raise ConfigError(f"{pack.path!r} is no folder below the root", place=place, hint=hint)
        for other in (other.path for other in config.packs[:index] if other.path is not None):
            if f"{pack.path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{pack.path}/"):
                hint = "one folder is one pack"
                raise ConfigError(f"the packs {other!r} and {pack.path!r} overlap", place=place, hint=hint)


def _check_package(pack: PackSource, before: list[str], place: Place) -> None:
    if pack.name in before:
        raise ConfigError(f"{pack.name} is named twice", place=place, hint="one package is one pack")
    if pack.digest is None:
        hint = f"`iscode policy pack check {pack.name}` tells that of the one that is installed"
        raise ConfigError(f"{pack.name} has no digest, so anything could be installed there", place=place, hint=hint)


def _require(wanted: str, place: Place) -> None:
    try:
        fits = versions.holds(wanted, __version__)
    except ValueError:
        raise ConfigError(f"{wanted!r} is no version range", place=place, hint='write e.g. ">=0.1,<0.2"') from None
    if not fits:
        words = f"this is iscode {__version__}, the repository requires {wanted}"
        raise ConfigError(words, place=place, hint="install a version that fits, or change `requires`")

"""A pack, or a folder of rules -> items of pytest: each case beside a rule, under the name that its author gave it.

The rules may use the shipped kinds, catalogs and definitions, and those of all packs that are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from iscode import content
from iscode.errors import IscodeError, Place
from iscode.policy import BoundRule, Pack, Policy, Shelves, bind_every_rule, read_folder, shipped
from iscode.policy.pack import SHELVES
from iscode.policy.shelves import FILE_LIMIT
from iscode.rule.shelf import TEST_SUFFIX
from iscode.source import FolderSnapshot
from iscode.testing.cases import CaseFile, read_cases
from iscode.testing.run import run_cases

RULE_SUFFIX: Final = ".yaml"
RULES: Final = "rules"
"""The shelf of rules among the shipped ones."""


@dataclass(frozen=True)
class Shelf:
    """The shipped shelves with the packs and folders that the configuration names, bound as one policy.

    `names`: a file of those folders -> its path among the shelves. `rules`: path of a file of cases -> the rule that it
    is for.
    """

    files: Shelves
    policy: Policy
    names: Mapping[Path, str]
    rules: Mapping[str, BoundRule]


LOADED: Final = pytest.StashKey[Shelf | None]()
"""The shelf of a run; None once it is known to be broken."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RuleFile | None:
    """A file of cases, or a rule that has none, below what `iscode_rules` names; None for any other file.

    Raises CollectError with the place where the rules are broken.
    """
    folders: list[Path] = parent.config.getini("iscode_rules")
    if file_path.suffix != RULE_SUFFIX or not any(file_path.is_relative_to(folder) for folder in folders):
        return None
    stash = parent.config.stash
    if LOADED not in stash:
        stash[LOADED] = None
        stash[LOADED] = _load(folders)
    shelf = stash[LOADED]
    if shelf is None:
        return None  # what is broken was told with the first file, which no run survives
    if file_path not in shelf.names:
        raise pytest.Collector.CollectError(f"{file_path}: it is no regular file, so its cases are unknown")
    name = shelf.names[file_path]
    cases = name if name.endswith(TEST_SUFFIX) else name.removesuffix(RULE_SUFFIX) + TEST_SUFFIX
    if name != cases and (cases in shelf.files.everything or cases not in shelf.rules):
        return None  # its cases are collected by themselves, or it is no rule
    file: RuleFile = RuleFile.from_parent(parent, path=file_path, shelf=shelf, cases=cases)
    return file


class RuleFile(pytest.File):
    """The cases of one rule. Neither cases without a rule nor a rule without cases may pass unseen."""

    def __init__(self, *, shelf: Shelf, cases: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.shelf, self.cases = shelf, cases

    def collect(self) -> Iterator[RuleCase]:
        """Each case, in the order of the file. Raises CollectError with the place of what is broken."""
        bound, data = self.shelf.rules.get(self.cases), self.shelf.files.everything.get(self.cases)
        if bound is None:
            raise self.CollectError(f"{self.path}: there is no rule beside these cases")
        if data is None:
            raise self.CollectError(f"{self.path}: the rule has no cases; write {bound.id}{TEST_SUFFIX} beside it")
        try:
            file = read_cases(self.cases, data, bound.id)
        except IscodeError as error:
            raise self.CollectError(_told(error, self.shelf.names)) from None
        for index, case in enumerate(file.cases):
            yield RuleCase.from_parent(self, name=case.name, bound=bound, file=file, index=index)


class RuleCase(pytest.Item):
    """One case of a rule."""

    parent: RuleFile

    def __init__(self, *, bound: BoundRule, file: CaseFile, index: int, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.bound, self.alone = bound, CaseFile((file.cases[index],), file.document, index)
        self.place: Place = file.document.place(("cases", index, "name"))
        self.funcargs: dict[str, Any] = {}  # a case takes no fixtures; some plugins count on every item to say so

    def runtest(self) -> None:
        """Run the case; it fails with its place and with what the rule said instead of what is expected."""
        shelf = self.parent.shelf
        try:
            [outcome] = run_cases(shelf.policy, self.bound, self.alone)
        except IscodeError as error:
            pytest.fail(_told(error, shelf.names), pytrace=False)
        if outcome.failure:
            pytest.fail(f"{_found(self.place, shelf.names)}: {outcome.failure}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands, and what reports call it: the rule and the case."""
        return self.path, self.place.line - 1, f"{self.bound.id}: {self.name}"


def _load(folders: Sequence[Path]) -> Shelf:
    names: dict[Path, str] = {}
    packs: list[Pack] = []
    try:
        files = dict(shipped().files)
        for number, folder in enumerate(folders):
            if any((folder / shelf).is_dir() for shelf in SHELVES):
                packs.append(read_folder(folder))
                names |= {folder / path: f"{packs[-1].path}/{path}" for path in packs[-1].files}
                continue
            for path, name, data in _rules(folder, number):
                names[path] = name
                files[name] = data
        shelves = Shelves(files, tuple(packs))
        policy = bind_every_rule(shelves)
    except IscodeError as error:
        raise pytest.Collector.CollectError(_told(error, names)) from None
    return Shelf(shelves, policy, names, {bound.file.cases_path: bound for bound in policy.bound})


def _rules(folder: Path, number: int) -> Iterator[tuple[Path, str, bytes]]:
    """(file, path among the shelves, content) of what a folder of rules holds. The shipped ones are there already."""
    snapshot = FolderSnapshot(folder)
    real, home = folder.resolve(), content.home()
    below = real.relative_to(home).as_posix() if real.is_relative_to(home / RULES) else f"{RULES}/{number}"
    entries = [entry for entry in snapshot.entries if entry.kind == "file" and entry.path.endswith(RULE_SUFFIX)]
    for entry, data in snapshot.read(entries, FILE_LIMIT):
        path = folder / entry.path
        if data is None:
            raise IscodeError(f"larger than {FILE_LIMIT} bytes", place=Place(str(path)))
        yield path, f"{below}/{entry.path}", data


def _told(error: IscodeError, names: Mapping[Path, str]) -> str:
    """What an error says, at its place, and its next step."""
    said = f"{_found(error.place, names)}: {error.message}" if error.place else error.message
    return f"{said}\n{error.hint}" if error.hint else said


def _found(place: Place, names: Mapping[Path, str]) -> str:
    """A place among the shelves as one on disk."""
    path = next((path for path, name in names.items() if name == place.path), place.path)
    return f"{path}:{place.line}:{place.column}"

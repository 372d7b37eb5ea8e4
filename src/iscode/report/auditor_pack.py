"""A snapshot and its evaluation -> one archive for an auditor: reports, what they rest on, digests, how to verify.

Nothing of it comes from anywhere else than the snapshot that was judged and the packages that judged it, and every name
in it is ours or one of a file of theirs which leads nowhere else and meets no other, wherever it is unpacked.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from iscode import __version__
from iscode.errors import UsageError
from iscode.evaluation import Evaluation
from iscode.facts.artifacts import is_safe
from iscode.policy.config import PACKAGE
from iscode.report import FOLDERS, REPORTERS, Options
from iscode.report.escape import terminal
from iscode.report.listing import judged
from iscode.source import Snapshot

FILES: Final = "files/"
"""The folder of what was judged, laid out as in the repository."""
DIGESTS: Final = "SHA256SUMS"
PACKAGES: Final = "packages/"
"""The folder of what judged and is no part of the repository: installed packs, each below its name."""
GUIDE: Final = "VERIFY.txt"
MOST: Final = 512 * 1024 * 1024
"""Bytes of all files of the repository and of packages together."""
_REPORTS: Final = {"report.html": "html", "workbook.xlsx": "xlsx", "verdict.json": "json", "verdict.txt": "text"}
_FIRST: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: there is no clock, and archives begin here."""


def pack(snapshot: Snapshot, evaluation: Evaluation) -> bytes:
    """The archive, a zip; the same bytes for the same snapshot, day and policy.

    Raises UsageError where it would be too large, and what its reports raise.
    """
    packages, more = _packages(evaluation)
    files, left = _judged_files(snapshot, evaluation, _room(packages.values()))
    made = {name: REPORTERS[form]([evaluation], Options()) for name, form in _REPORTS.items()}
    made |= {f"oscal/{path}": data for path, data in FOLDERS["oscal"]([evaluation], Options()).items()}
    made |= files
    made |= packages
    made[GUIDE] = "".join(f"{line}\n" for line in _guide(evaluation, [*left, *more])).encode("utf-8")
    sums = "".join(f"{sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made))
    made[DIGESTS] = sums.encode("utf-8")
    return _zipped(made)


def _packages(evaluation: Evaluation) -> tuple[dict[str, bytes], list[str]]:
    """The files of the installed packs that judged, which no commit holds, and the names of those of no plain name."""
    files = {
        f"{PACKAGES}{pack.path.removeprefix(PACKAGE)}/{path}": data
        for pack in evaluation.policy.packs
        if pack.path.startswith(PACKAGE)
        for path, data in pack.files.items()
    }
    alone = _alone(files)
    taken = {name: data for name, data in files.items() if name in alone and _is_plain(name)}
    return taken, sorted(files.keys() - taken.keys())


def _room(files: Iterable[bytes], room: int | None = None) -> int:
    """How many bytes are still free beside these. Raises UsageError where there are none."""
    left = (MOST if room is None else room) - sum(map(len, files))
    if left < 0:
        raise UsageError(f"the files are larger than {MOST} bytes together", hint="hand over the repository itself")
    return left


def _judged_files(snapshot: Snapshot, evaluation: Evaluation, room: int) -> tuple[dict[str, bytes], list[str]]:
    """What was judged and what it refers to, and the names of what could not be taken along."""
    names = _named(evaluation)
    folders = tuple(f"{found.path}/" for found in evaluation.policy.packs)
    wanted = [entry for entry in snapshot.entries if entry.path in names or entry.path.startswith(folders)]
    alone = _alone(entry.path for entry in wanted)
    safe = [entry for entry in wanted if entry.kind == "file" and entry.path in alone and _is_plain(FILES + entry.path)]
    taken: dict[str, bytes] = {}
    for entry, data in snapshot.read(safe, evaluation.policy.config.artifact_bytes):
        if data is None:
            continue
        room = _room([data], room)
        taken[FILES + entry.path] = data
    return taken, sorted(path for path in names | {entry.path for entry in wanted} if FILES + path not in taken)


def _named(evaluation: Evaluation) -> set[str]:
    """The configuration, every record, and each path that a record names, whether or not anything is there."""
    ground = evaluation.ground
    names = {entry.path for entry in ground.selected.entries} | {ground.place.path}
    if ground.facts is not None:
        artifacts = ground.facts.artifacts
        names |= {artifacts.located(path) for path in artifacts.named}
    return names


def _is_plain(name: str) -> bool:
    """Whether a name in the archive leads nowhere else, and is shown as it is by what unpacks or lists it."""
    return is_safe(name.partition("/")[2]) and terminal(name) == name


def _alone(paths: Iterable[str]) -> set[str]:
    """Those that stay apart where case and the form of letters count for nothing: no file takes another's place."""
    forms = {path: unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold()) for path in paths}
    taken = Counter(forms.values())
    taken.update({folder for form in forms.values() for folder in _folders(form)})
    return {path for path, form in forms.items() if taken[form] == 1}


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _guide(evaluation: Evaluation, left: list[str]) -> Iterator[str]:
    """One page of plain text."""
    policy, commit, profile = evaluation.policy, evaluation.revision.commit, evaluation.policy.profile.profile.id
    state = "passed" if evaluation.verdict.passed else "failed"
    again = f"--rev {commit} --as-of {evaluation.as_of} --profile {terminal(profile)}"
    yield f"""HOW TO VERIFY THIS ARCHIVE

What was judged: {judged(evaluation)}, root {terminal(evaluation.root or ".")}, as of {evaluation.as_of}.
By: iscode {__version__}, profile {terminal(profile)},
{policy.digest}, shelves
{policy.content}.
Verdict: {state}, {evaluation.verdict.blocking} blocking.

Without iscode
1. `sha256sum --check {DIGESTS}` in this folder: every file is as it was packed.
2. {FILES} holds the records as text, and the files that they name as evidence. A record of
   evidence has the SHA-256 digest of its file: compare it with the one in {DIGESTS}.
3. With a copy of the repository: `git show COMMIT:PATH` of any file is what lies here.
4. oscal/ is read by tools that know OSCAL 1.2, workbook.xlsx by any spreadsheet program.

With iscode, in the root that is named above, of a copy of the repository"""
    for pack in policy.packs:
        if pack.path.startswith(PACKAGE):
            yield f"First install {terminal(pack.path.removeprefix(PACKAGE))}, the pack of {pack.digest}:"
            yield f"what it held lies in {PACKAGES}."
    if commit is None:
        yield "No commit holds what was judged, so nobody can repeat it: ask for an archive of a commit."
    else:
        yield f"1. `iscode check {again}` gives the same verdict."
        yield f"2. `iscode export auditor-pack {again} -o again.zip` gives the same bytes,"
        yield "   with the version of iscode that is named above and the same libraries."
    if left:
        yield "\nNamed, and not in here, for there is no such file, it is no plain one, it is too large, its name is"
        yield "not plain, or it is that of another but for case:"
        yield from (f"- {terminal(path)}" for path in left)


def _zipped(files: dict[str, bytes]) -> bytes:
    """An archive with its files by name, all of one time and mode."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in sorted(files):
            info = ZipInfo(name, _FIRST)
            info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, ZIP_DEFLATED
            archive.writestr(info, files[name], compresslevel=6)
    return file.getvalue()

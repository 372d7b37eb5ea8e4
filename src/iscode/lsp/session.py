"""Buffers that open, change and close -> the root that each belongs to, judged as often as there is time.

Judging is done in one thread of its own, one root after the other: an answer never waits for it, and is of what was
judged last. What keeps a root from being judged is told where it stands, and tried again once something is saved.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol.types import Diagnostic

from iscode.change.desk import Desk, Judged
from iscode.errors import IscodeError
from iscode.lsp.authoring import broken
from iscode.lsp.defects import report
from iscode.lsp.diagnostics import Held, diagnostics, fresh
from iscode.lsp.site import Site, above
from iscode.lsp.text import Text, Units, utf16
from iscode.lsp.unjudged import defective, joined, refused
from iscode.lsp.view import View
from iscode.lsp.watching import EVERY, State, state, watched
from iscode.source import discover

Asked = Callable[[Path], dict[str, Any]]
"""A folder -> the arguments of `evaluate` for the root at or above it."""
Publish = Callable[[str, list[Diagnostic]], None]
"""Tell the editor the diagnostics of the file at an address."""

MOST_BUFFERS: Final = 500
"""Open files of one root that are judged; an editor that opens more shows the rest as it was saved."""

YOUNG_OBJECTS: Final = 20_000
"""Objects between two looks for cycles: an edit that fails makes that many, and who types notices a long look."""

Answer = TypeVar("Answer")


@dataclass
class _Root:
    """One root that some buffer belongs to. `stale`: what was saved since it was read counts."""

    site: Site
    git_dir: Path
    buffers: dict[str, Text] = field(default_factory=dict)
    desk: Desk | None = None
    bound: tuple[Any, ...] = ()
    judged: Judged | None = None
    told: Mapping[str, list[Diagnostic]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    stale: bool = True
    state: State | None = None
    """What was looked at of it on the disk when it was read."""
    task: asyncio.Task[None] | None = None
    again: bool = False


class Session:
    """All roots of one editor. `asked` reads what is judged, as of `today`; `publish` tells what was found."""

    def __init__(self, asked: Asked, publish: Publish, today: Callable[[], str]) -> None:
        self._asked, self._publish, self._today = asked, publish, today
        self._roots: dict[Path, _Root] = {}
        self._files: dict[Path, tuple[_Root, str]] = {}
        self._outside: dict[Path, str] = {}
        """What is open and belongs to no root."""
        self._stopped = False
        self._worker = ThreadPoolExecutor(1, "judge")
        self.units: Units = utf16
        self._watcher: asyncio.Task[None] | None = None
        self.told = False
        """Whether the editor tells of files that others change."""

    def put(self, file: Path, source: str) -> None:
        """A buffer has this content now. What belongs to no root is not looked at until it does."""
        found = self._find(file)
        if found is None:
            self._outside[file] = source
            return
        self._outside.pop(file, None)
        root, path = found
        if path in root.buffers or len(root.buffers) < MOST_BUFFERS:
            root.buffers[path] = Text(source, self.units)
            self._judge(root)

    def close(self, file: Path) -> None:
        """A buffer is gone: the file counts as it lies there."""
        self._outside.pop(file, None)
        found = self._files.pop(file, None)
        if found is not None and found[0].buffers.pop(found[1], None) is not None:
            self._reread(found[0])

    def saved(self, *files: Path) -> None:
        """Files changed on the disk: the roots that they lie in are read again."""
        folders = {Path(os.path.realpath(folder)) for folder in {file.parent for file in files}}
        for root in self._roots.values():
            if any(folder.is_relative_to(root.site.top) for folder in folders):
                self._reread(root)
        self._place_again()

    def begin(self, *, told: bool) -> None:
        """Begin to look whether somebody else changes a root; `told`: the editor tells of files by itself."""
        self.told = told
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception as error:  # the next look may do better
                report(error)

    async def look(self) -> None:
        """Look whether the day or somebody else changed a root, or made one around what is open."""
        self._place_again()
        for root in list(self._roots.values()):
            if root.task is None and root.buffers and await self._changed(root):
                self._reread(root)

    async def _changed(self, root: _Root) -> bool:
        loop = asyncio.get_running_loop()
        files = await loop.run_in_executor(self._worker, self._watched, root)  # where nothing moves the desk meanwhile
        return await asyncio.to_thread(state, self._today(), files) != root.state

    def _watched(self, root: _Root) -> list[str]:
        files = set[str]() if self.told or root.desk is None else root.desk.files
        return watched(root.site, root.git_dir, root.judged, files, told=self.told)

    def _place_again(self) -> None:
        """Look again where what is open belongs: a configuration may have come above it."""
        for file, source in list(self._outside.items()):
            self.put(file, source)
        for file, (root, path) in list(self._files.items()):
            if above(file) not in (None, root.site.folder):
                del self._files[file]
                text = root.buffers.pop(path, None)
                self._reread(root)
                if text is not None:
                    self.put(file, text.source)

    async def view(self, file: Path, *, settled: bool = False) -> tuple[View, str] | None:
        """The root of a buffer as it was judged last, and the path of the file in it; None where it has none.

        `settled`: as it stands now, all that was typed being judged; None where it cannot be judged as it stands.
        """
        found = self._find(file)
        if found is None:
            return None
        root, path = found
        while root.task is not None and (settled or root.judged is None):
            await asyncio.wait([root.task])
        if settled and root.desk is None:
            return None
        return None if root.judged is None else (View(root.judged, root.site, dict(root.buffers), self.units), path)

    async def at_desk(self, file: Path, ask: Callable[[View, Desk], Answer]) -> Answer | None:
        """What is asked of the root of a buffer as it stands, in the thread that judges; None where it cannot be."""
        found, placed = await self.view(file, settled=True), self._find(file)
        desk = None if placed is None else placed[0].desk
        if found is None or desk is None:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._worker, ask, found[0], desk)

    def stop(self) -> None:
        """Judge no more."""
        self._stopped = True
        if self._watcher is not None:
            self._watcher.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _find(self, file: Path) -> tuple[_Root, str] | None:
        """The root that a file belongs to, and its path from the top; None outside of every root."""
        found = self._files.get(file) or self._placed(file)
        if found is not None:
            self._files[file] = found
        return found

    def _placed(self, file: Path) -> tuple[_Root, str] | None:
        folder = above(file)
        if folder is None:
            return None
        try:
            found = discover(folder)
            below = Path(os.path.realpath(folder)).relative_to(found.top)
        except (IscodeError, ValueError, OSError):
            return None
        site = Site(folder, found.top, "" if below == Path() else below.as_posix())
        return self._roots.setdefault(folder, _Root(site, found.git_dir)), (below / file.relative_to(folder)).as_posix()

    def _reread(self, root: _Root) -> None:
        root.stale = True
        self._judge(root)

    def _judge(self, root: _Root) -> None:
        """Judge a root, after what is judged now."""
        if root.task is not None:
            root.again = True
        elif not self._stopped:
            root.task = asyncio.get_running_loop().create_task(self._judging(root))

    async def _judging(self, root: _Root) -> None:
        loop = asyncio.get_running_loop()
        try:
            root.again = True
            while root.again and not self._stopped:
                root.again = False
                buffers = dict(root.buffers)
                try:
                    self._tell(root, await loop.run_in_executor(self._worker, self._told, root, buffers))
                except Exception as error:  # what was typed meanwhile is judged all the same
                    report(error)
        finally:
            root.task = None

    def _told(self, root: _Root, buffers: Mapping[str, Text]) -> Mapping[str, list[Diagnostic]]:
        """The diagnostics of a root under these buffers, or what keeps it from being judged."""
        try:
            return self._found(root, buffers)
        except Exception as error:  # whatever it was, it ends nothing and is tried again
            report(error)
            root.desk, root.stale = None, True
            root.held.clear()
            return defective(root.site, buffers, self.units)

    def _found(self, root: _Root, buffers: Mapping[str, Text]) -> Mapping[str, list[Diagnostic]]:
        before = None if root.judged is None else View(root.judged, root.site, buffers, self.units)
        try:
            root.judged = self._laid(root, buffers)
        except IscodeError as error:
            root.desk, root.stale = None, True
            told = refused(root.site, buffers, error, self.units, before)
            return told if before is None else joined(told, broken(before))
        view = View(root.judged, root.site, buffers, self.units)
        return joined(diagnostics(view, root.held), broken(view))

    def _laid(self, root: _Root, buffers: Mapping[str, Text]) -> Judged:
        if root.stale or root.desk is None:
            root.stale, root.state = False, state(self._today(), self._watched(root))
            self._read(root)
        assert root.desk is not None  # noqa: S101 it was read
        return root.desk.lay({path: text.data for path, text in buffers.items()})

    def _read(self, root: _Root) -> None:
        """Take a root as it lies there; under another policy, base or day it is judged whole."""
        asked = self._asked(root.site.folder)
        policy, base = asked["policy"], asked["base"]
        bound = (policy.config, policy.digest, asked["as_of"], None if base is None else base.sha)
        if root.desk is None or bound != root.bound:
            root.desk, root.bound = None, bound
            gc.unfreeze()
            root.desk = Desk(discover(root.site.folder).object_format, **asked)
            gc.collect()
            gc.freeze()  # else the interpreter looks for cycles in all of it again and again, a tenth of a second each
            gc.set_threshold(YOUNG_OBJECTS)
        else:
            root.desk.renew(asked["snapshot"])

    def _tell(self, root: _Root, now: Mapping[str, list[Diagnostic]]) -> None:
        for path, listed in fresh(now, root.told).items():
            owner, uri = self._files.get(root.site.file(path)), root.site.uri(path)
            if uri is not None and (owner is None or owner[0] is root):  # else another root tells of it now
                self._publish(uri, listed)
        root.told = now

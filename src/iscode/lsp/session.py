"""Buffers that open, change and close -> the root that each belongs to, judged as often as there is time.

Judging is done in one thread of its own, one root after the other: an answer never waits for it, and is of what was
judged last. What keeps a root from being judged is told where it stands, and tried again once something is saved.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol.types import Diagnostic

from iscode.change.desk import Desk, Judged
from iscode.errors import IscodeError
from iscode.lsp.authoring import broken
from iscode.lsp.diagnostics import Held, diagnostics, fresh, of_error
from iscode.lsp.text import Text, Units, utf16
from iscode.lsp.view import View
from iscode.lsp.watching import EVERY, State, state
from iscode.policy import CONFIG_NAME
from iscode.source import discover

Asked = Callable[[Path], dict[str, Any]]
"""A folder -> the arguments of `evaluate` for the root at or above it."""
Publish = Callable[[Path, list[Diagnostic]], None]
"""Tell the editor the diagnostics of a file."""

MOST_BUFFERS: Final = 500
"""Open files of one root that are judged; an editor that opens more shows the rest as it was saved."""

YOUNG_OBJECTS: Final = 20_000
"""Objects between two looks for cycles: an edit that fails makes that many, and who types notices a long look."""

Answer = TypeVar("Answer")


@dataclass
class _Root:
    """One root that some buffer belongs to. `stale`: what was saved since it was read counts."""

    folder: Path
    top: Path
    git_dir: Path
    buffers: dict[str, Text] = field(default_factory=dict)
    desk: Desk | None = None
    bound: tuple[Any, ...] = ()
    judged: Judged | None = None
    told: Mapping[str, list[Diagnostic]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    stale: bool = True
    state: State = frozenset()
    """What was looked at of it on the disk when it was read."""
    task: asyncio.Task[None] | None = None
    again: bool = False


class Session:
    """All roots of one editor. `asked` reads what is judged, `publish` tells what was found."""

    def __init__(self, asked: Asked, publish: Publish) -> None:
        self._asked, self._publish = asked, publish
        self._roots: dict[Path, _Root] = {}
        self._files: dict[Path, tuple[_Root, str] | None] = {}
        self._worker = ThreadPoolExecutor(1, "judge")
        self.units: Units = utf16
        self._watcher: asyncio.Task[None] | None = None
        self.told = False
        """Whether the editor tells of files that others change."""

    def put(self, file: Path, source: str) -> None:
        """A buffer has this content now. What belongs to no root is not looked at."""
        found = self._find(file)
        if found is None:
            return
        root, path = found
        if path in root.buffers or len(root.buffers) < MOST_BUFFERS:
            root.buffers[path] = Text(source, self.units)
            self._judge(root)

    def close(self, file: Path) -> None:
        """A buffer is gone: the file counts as it lies there."""
        found = self._files.pop(file, None)
        if found is not None and found[0].buffers.pop(found[1], None) is not None:
            self.saved(found[0].folder / CONFIG_NAME)

    def saved(self, *files: Path) -> None:
        """Files changed on the disk: the roots that they lie in are read again."""
        for root in self._roots.values():
            if any(root.top in file.parents for file in files):
                root.stale = True
                self._judge(root)

    def begin(self, *, told: bool) -> None:
        """Begin to look whether somebody else changes a root; `told`: the editor tells of files by itself."""
        self.told = told
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            for root in list(self._roots.values()):
                if root.task is None and root.buffers and await asyncio.to_thread(self._state, root) != root.state:
                    root.stale = True
                    self._judge(root)

    def _state(self, root: _Root) -> State:
        return state(root.git_dir, root.top, root.folder, root.judged, told=self.told)

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
        return None if root.judged is None else (View(root.judged, root.top, dict(root.buffers), self.units), path)

    async def at_desk(self, file: Path, ask: Callable[[View, Desk], Answer]) -> Answer | None:
        """What is asked of the root of a buffer as it stands, in the thread that judges; None where it cannot be."""
        found, placed = await self.view(file, settled=True), self._find(file)
        desk = None if placed is None else placed[0].desk
        if found is None or desk is None:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._worker, ask, found[0], desk)

    def stop(self) -> None:
        """Judge no more."""
        if self._watcher is not None:
            self._watcher.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _find(self, file: Path) -> tuple[_Root, str] | None:
        if file not in self._files:
            self._files[file] = self._placed(file)
        return self._files[file]

    def _placed(self, file: Path) -> tuple[_Root, str] | None:
        """The root that a file belongs to, and its path from the top; None outside of every root."""
        folder = next((above for above in file.parents if (above / CONFIG_NAME).exists()), None)
        if folder is None:
            return None
        try:
            found = discover(folder)
            path = (folder.resolve() / file.relative_to(folder)).relative_to(found.top).as_posix()
        except (IscodeError, ValueError, OSError):
            return None
        return self._roots.setdefault(folder, _Root(folder, found.top, found.git_dir)), path

    def _judge(self, root: _Root) -> None:
        """Judge a root, after what is judged now."""
        if root.task is None:
            root.task = asyncio.get_running_loop().create_task(self._judging(root))
        else:
            root.again = True

    async def _judging(self, root: _Root) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                root.again = False
                buffers = dict(root.buffers)
                told = await loop.run_in_executor(self._worker, self._told, root, buffers)
                self._tell(root, told)
                if not root.again:
                    return
        finally:
            root.task = None

    def _told(self, root: _Root, buffers: Mapping[str, Text]) -> Mapping[str, list[Diagnostic]]:
        """The diagnostics of a root under these buffers."""
        try:
            root.judged = self._laid(root, buffers)
        except IscodeError as error:
            root.desk, root.stale = None, True
            told = _refused(root, buffers, error, self.units)
            return told if root.judged is None else told | broken(View(root.judged, root.top, buffers, self.units))
        except Exception:
            root.desk, root.stale = None, True  # whatever it was, it ends nothing and is tried again
            raise
        view = View(root.judged, root.top, buffers, self.units)
        return diagnostics(view, root.held) | broken(view)

    def _laid(self, root: _Root, buffers: Mapping[str, Text]) -> Judged:
        if root.stale or root.desk is None:
            root.stale, root.state = False, self._state(root)
            self._read(root)
        assert root.desk is not None  # noqa: S101 it was read
        return root.desk.lay({path: text.data for path, text in buffers.items()})

    def _read(self, root: _Root) -> None:
        """Take a root as it lies there; under another policy, base or day it is judged whole."""
        asked = self._asked(root.folder)
        policy, base = asked["policy"], asked["base"]
        bound = (policy.config, policy.digest, asked["as_of"], None if base is None else base.sha)
        if root.desk is None or bound != root.bound:
            root.desk, root.bound = None, bound
            gc.unfreeze()
            root.desk = Desk(discover(root.folder).object_format, **asked)
            gc.collect()
            gc.freeze()  # else the interpreter looks for cycles in all of it again and again, a tenth of a second each
            gc.set_threshold(YOUNG_OBJECTS)
        else:
            root.desk.renew(asked["snapshot"])

    def _tell(self, root: _Root, now: Mapping[str, list[Diagnostic]]) -> None:
        for path, listed in fresh(now, root.told).items():
            self._publish(root.top / path, listed)
        root.told = now


def _refused(root: _Root, buffers: Mapping[str, Text], error: IscodeError, units: Units) -> dict[str, list[Diagnostic]]:
    """The diagnostic of what keeps a root from being judged, in the file that it names or in the configuration."""
    config = (root.folder.resolve() / CONFIG_NAME).relative_to(root.top).as_posix()
    path = error.place.path if error.place is not None and (root.top / error.place.path).is_file() else config
    told: dict[str, list[Diagnostic]] = {open_: [] for open_ in buffers}
    return told | {path: [of_error(buffers.get(path, Text("", units)), error)]}

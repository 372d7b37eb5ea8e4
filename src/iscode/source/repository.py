"""A folder -> the repository that holds it, and its snapshots: work tree, index, commit."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source import ancestry, index, revision, worktree
from iscode.source.commit import follow, list_files, read_commit
from iscode.source.git import Git, git_for
from iscode.source.objects import BlobSnapshot, open_objects
from iscode.source.snapshot import Revision, Snapshot
from iscode.source.tree import to_entries

_MARKER = ".git"
_GITFILE = b"gitdir: "


class Repository(Struct, frozen=True):
    """One repository.

    `top`: the work tree's folder (of a bare repository: its own folder). `git_dir`, `common_dir`: absolute,
    not the same in a linked work tree. `prefix`: the folder asked for, below the top, with no `/` at its end.
    `object_format`: sha1 or sha256. `bare`: there is no work tree to judge.
    """

    top: Path
    git_dir: Path
    common_dir: Path
    prefix: bytes
    object_format: str
    bare: bool
    git: Git

    def worktree(self) -> Snapshot:
        """Return what lies in the work tree: tracked, and untracked that is not ignored."""
        self._require_worktree()
        return worktree.read_worktree(self.git, self.top, self.git_dir / "index", self.object_format)

    def index(self) -> Snapshot:
        """Return what is staged, in the index that GIT_INDEX_FILE names or the usual one."""
        self._require_worktree()
        file = index.index_file(self.top, self.git_dir)
        return index.read_index(self.git, file, self.object_format)

    def commit(self, name: str) -> Snapshot:
        """Return the files of a commit; see `revision.resolve` for what `name` may be."""
        oid, suffix = revision.resolve(self.git, name, self.object_format)
        with open_objects(self.git, self.object_format) as objects:
            commit = follow(objects, read_commit(objects, oid), suffix)
            entries = to_entries(list_files(objects, commit.tree))
        found = Revision("commit", commit.oid, commit.tree)
        return BlobSnapshot(found, entries, self.git, self.object_format)

    def commit_id(self, name: str) -> str:
        """Return the full id of a commit; see `revision.resolve` for what `name` may be."""
        oid, suffix = revision.resolve(self.git, name, self.object_format)
        with open_objects(self.git, self.object_format) as objects:
            return follow(objects, read_commit(objects, oid), suffix).oid

    def head(self) -> str | None:
        """Return the id of the commit that is checked out; None where there is none yet."""
        return revision.head(self.git, self.common_dir, self.object_format)

    def merge_bases(self, base: str, head: str) -> tuple[str, ...]:
        """Return the ids of the commits that `base` and `head` (both full ids) have in common last; mostly one.

        RepositoryError where the two never met, and where the clone is too shallow to know.
        """
        found = ancestry.merge_bases(self.git, base, head)
        # Of a shallow clone only one answer is sure: a base that lies behind the head.
        if found != (base,) and (self.common_dir / "shallow").exists():
            raise RepositoryError(
                "where the head left its base is not known: this clone is shallow",
                hint="fetch it whole: fetch-depth: 0 in a workflow, git fetch --unshallow at the desk",
            )
        if not found:
            raise RepositoryError(
                f"the head and the base {base} have no commit in common", hint="name the branch that it left"
            )
        return found

    def _require_worktree(self) -> None:
        if self.bare:
            raise RepositoryError("a bare repository has no work tree and no index", hint="use --rev")


def discover(path: Path, git_dir: Path | None = None) -> Repository:
    """Return the repository whose work tree holds `path`, a folder that only a commit may have.

    `git_dir` names a bare repository instead. RepositoryError where there is none, and where the environment
    points at another one.
    """
    _refuse_redirection()
    if git_dir is not None:
        return _bare(git_dir.resolve())
    top, prefix = _find_top(path)
    found = _describe(git_for(top), f"--work-tree={top}")
    if not _same(found.git_dir, _marked(top)):
        raise RepositoryError(f"{top / _MARKER} is no Git repository", hint="git init, or remove it")
    _refuse_foreign(top, found.git_dir)
    return found.at(top, prefix)


class _Described(Struct, frozen=True):
    """What git says about a repository."""

    git: Git
    git_dir: Path
    common_dir: Path
    object_format: str

    def at(self, top: Path, prefix: bytes, *, bare: bool = False) -> Repository:
        git = self.git.bound_to(self.git_dir, None if bare else top)
        return Repository(top, self.git_dir, self.common_dir, prefix, self.object_format, bare, git)


def _describe(git: Git, option: str) -> _Described:
    # The option keeps core.worktree from moving the work tree; the folder's owner is still looked at by git.
    said = git.run(
        option, "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--show-object-format"
    )
    lines = said.split(b"\n")
    if len(lines) != 4 or lines[3] or lines[2] not in {b"sha1", b"sha256"}:
        raise RepositoryError("git rev-parse does not describe the repository")
    git_dir, common_dir = (Path(os.fsdecode(line)) for line in lines[:2])
    return _Described(git, git_dir, common_dir, lines[2].decode("ascii"))


def _bare(folder: Path) -> Repository:
    if not folder.is_dir():
        raise RepositoryError(f"{folder} is no folder")
    found = _describe(git_for(folder), f"--git-dir={folder}")
    return found.at(folder, b"", bare=True)


def _find_top(path: Path) -> tuple[Path, bytes]:
    """Walk up to the first folder that has a `.git`, by the words of the path before its links."""
    # A link in the repository must not move the prefix: the same words name the same folder of any commit.
    lexical = Path(os.path.abspath(path))  # noqa: PTH100
    for start in (lexical, path.resolve()):
        for top in (start, *start.parents):
            if os.path.lexists(top / _MARKER):
                prefix = start.relative_to(top)
                return top.resolve(), b"/".join(os.fsencode(part) for part in prefix.parts)
    if any((folder / "HEAD").is_file() for folder in (lexical, *lexical.parents)):
        raise RepositoryError(f"{path} is in a bare repository", hint="name it: --git-dir DIR, with --rev")
    hint = "GIT_DIR with a foreign work tree is not supported" if os.environ.get("GIT_DIR") else "git init"
    raise RepositoryError(f"{path} is in no Git repository", hint=hint)


def _marked(top: Path) -> Path:
    """Return the folder that `.git` is, or that the file of this name points to."""
    marker = top / _MARKER
    if marker.is_dir():
        return marker
    text = marker.read_bytes() if marker.is_file() else b""
    return top / os.fsdecode(text.removeprefix(_GITFILE).rstrip(b"\r\n"))


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _refuse_redirection() -> None:
    if os.environ.get("GIT_QUARANTINE_PATH"):
        raise RepositoryError(
            "Git holds the new objects in quarantine here (a receiving hook), they cannot be judged",
            hint="judge the commit after it was received, or in a pull request",
        )


def _refuse_foreign(top: Path, git_dir: Path) -> None:
    """Refuse variables that point elsewhere; those that Git sets in a hook point here and are dropped."""
    for name, here in (("GIT_DIR", git_dir), ("GIT_WORK_TREE", top)):
        value = os.environ.get(name)
        if value and not any(_same(base / value, here) for base in (Path.cwd(), top)):
            raise RepositoryError(
                f"{name} points at another repository than the one that holds {top}",
                hint=f"unset {name}; GIT_DIR with a foreign work tree is not supported",
            )

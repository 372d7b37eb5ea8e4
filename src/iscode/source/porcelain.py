"""Folders and messages -> repositories, commits and hooks, by GitPython, where a command asks for it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from iscode.errors import RepositoryError
from iscode.source.files import write_whole
from iscode.source.git import failure, find_git
from iscode.source.repository import Repository, discover

HOOKS = ("pre-commit", "pre-merge-commit")
"""Git runs the first for a commit and the second for a merge."""

_AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "iscode"), ("EMAIL", "iscode@example.invalid"))
}


def initialise(folder: Path) -> Repository:
    """Make `folder`, if need be, a repository with a branch `main` and no commit, and return it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RepositoryError(f"{folder} cannot be made: {error.strerror or error}") from error
    # An empty template: a template of the user's may bring hooks.
    _git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    return discover(folder)


def commit_all(folder: Path, message: str) -> str:
    """Commit everything below `folder` that is not ignored, hooks of the repository included; return the id.

    The commit is made in iscode's name: this is for demonstrations. RepositoryError with what a hook said.
    """
    _git(folder, "add", "--all", "--", ".")
    _git(folder, "commit", "--quiet", "--no-gpg-sign", f"--message={message}", **_AUTHOR)
    return _git(folder, "rev-parse", "HEAD")


def install_hook(folder: Path, arguments: Sequence[str] = ()) -> list[Path]:
    """Install the hooks that judge what is staged in `folder`, and return their files.

    `arguments` are further words of the command, e.g. the day on which an example lives.
    RepositoryError where another hook is in the way, or the repository takes its hooks from elsewhere.
    """
    repository = discover(folder)
    place = repository.common_dir / "hooks"
    used = repository.top / _git(repository.top, "rev-parse", "--git-path", "hooks")
    line = hook_line(repository, arguments)
    if used.resolve() != place.resolve():
        raise RepositoryError(f"the hooks of this repository are in {used}", hint=f"add to its pre-commit: {line}")
    text = f"#!/bin/sh\n# Made by iscode: judges what is staged before it becomes a commit.\nexec {line}\n"
    hooks = [place / name for name in HOOKS]
    for hook in hooks:
        if os.path.lexists(hook) and (not hook.is_file() or hook.read_bytes() != text.encode("utf-8")):
            raise RepositoryError(f"{hook} is there already", hint=f"add to it: {line}")
    place.mkdir(exist_ok=True)
    for hook in hooks:
        write_whole(hook, text.encode("utf-8"), executable=True)
    return hooks


def hook_line(repository: Repository, arguments: Sequence[str] = ()) -> str:
    """Return the command of the hook, quoted for a shell; Git runs it at the top of the work tree."""
    # Without -I a folder `iscode` in the work tree would be the module.
    words = [Path(sys.executable).as_posix(), "-I", "-m", "iscode", "check", "--staged", *arguments]
    if repository.prefix:
        words.append("./" + os.fsdecode(repository.prefix))
    return shlex.join(words)


def _git(folder: Path, *words: str, **environment: str) -> str:
    """Run a command by GitPython and return what it prints, without its last line end.

    GitPython is imported in a clean environment: its import runs what GIT_PYTHON_GIT_EXECUTABLE names.
    """
    executable = find_git(folder)
    for name in [name for name in os.environ if name.upper().startswith("GIT_")]:
        del os.environ[name]
    os.environ["GIT_PYTHON_GIT_EXECUTABLE"] = executable
    from git.cmd import Git

    code, printed, said = Git(folder).execute(
        [executable, *words], with_extended_output=True, with_exceptions=False, env=environment
    )
    if code:
        raise failure(words[0], code, str(said).encode())
    return str(printed)

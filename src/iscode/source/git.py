"""Arguments -> the bytes that a hardened call of git prints: fixed executable, options and environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from iscode.errors import RepositoryError

SECONDS = 60.0
"""How long one call of git may take."""

# Nothing that a repository, a user or a machine configures may run a program, reach a network, or change
# which object an id names. Command line options win over every configuration file.
_OPTIONS = (
    "--no-replace-objects",
    "--no-optional-locks",
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "diff.external="),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "core.excludesFile=/dev/null"),
    *("-c", "core.commitGraph=false"),
    *("-c", "safe.bareRepository=explicit"),
)
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_WRONG_USAGE = 129
_CUT = 120


@dataclass(frozen=True)
class Git:
    """One git and one place to run it. `options` name the repository; the process sees only `environment`."""

    executable: str
    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    options: tuple[str, ...] = ()

    def bound_to(self, git_dir: Path, top: Path | None) -> Git:
        """Return a git that reads this repository and no other, whatever lies in the folder it runs in.

        The user's configuration is out of the picture from here on: it had its say on whether the folder's
        owner is to be trusted, and has none in what is read.
        """
        tree = (f"--work-tree={top}",) if top else ("--bare",)
        environment = {**self.environment, "GIT_CONFIG_GLOBAL": "/dev/null"}
        return replace(self, options=(f"--git-dir={git_dir}", *tree), environment=environment)

    def with_index(self, index: Path) -> Git:
        """Return a git that reads another index file."""
        return replace(self, environment={**self.environment, "GIT_INDEX_FILE": str(index)})

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return the words of a call."""
        return [self.executable, *self.options, *_OPTIONS, *arguments]

    def run(self, *arguments: str) -> bytes:
        """Return what git prints. RepositoryError where it does not end with 0, or not in time."""
        return self.call(*arguments, codes=(0,))[1]

    def call(self, *arguments: str, codes: Sequence[int], stdin: bytes = b"") -> tuple[int, bytes]:
        """Return (code, output) of a call that may end with any of `codes`."""
        try:
            done = subprocess.run(
                self.command(arguments),
                cwd=self.folder,
                env=self.environment,
                input=stdin,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RepositoryError(f"git {arguments[0]} took more than {SECONDS:.0f} seconds") from error
        except OSError as error:
            raise RepositoryError(f"git cannot be started: {error.strerror or error}") from error
        if done.returncode not in codes:
            raise failure(arguments[0], done.returncode, done.stderr)
        return done.returncode, done.stdout

    def start(self, *arguments: str) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        """Return a call that runs, with what it reads and what it prints. RepositoryError where it does not start."""
        try:
            process = subprocess.Popen(
                self.command(arguments),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise RepositoryError(f"git cannot be started: {error.strerror or error}") from error
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        return process, process.stdin, process.stdout


def failure(verb: str, code: int, stderr: bytes = b"") -> RepositoryError:
    """Word the end of a call that failed; of what git says, one line without control characters, cut."""
    lines = stderr.decode("utf-8", "backslashreplace").splitlines() or [""]
    said = "".join(letter if letter.isprintable() else " " for letter in lines[0])[:_CUT]
    how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
    hint = next((hint for words, hint in _HINTS.items() if words in stderr), "")
    if code == _WRONG_USAGE:
        hint = "iscode needs Git 2.39.4 or newer"
    return RepositoryError(f"git {verb} {how}" + (f": {said}" if said else ""), hint=hint)


_HINTS = {
    b"dubious ownership": "if you trust its owner: git config --global --add safe.directory FOLDER",
    b"index file corrupt": "rebuild the index: git read-tree HEAD",
}


def environment() -> dict[str, str]:
    """Return the environment of every call: this process's without `GIT_*`, and the settings that harden."""
    # Windows compares the names of variables without case.
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    return {**kept, **_ENVIRONMENT}


def find_git(outside: Path) -> str:
    """Return the absolute path of git, found as `find_program` does; RepositoryError where there is none."""
    found = find_program("git", outside)
    if found is None:
        raise RepositoryError(
            "there is no git program outside the repository",
            hint="install Git 2.39.4 or newer and put its folder, as an absolute path, on PATH",
        )
    return found


def find_program(name: str, outside: Path) -> str | None:
    """Return the absolute path of a program, None where there is none.

    Relative folders of PATH and whatever lies below `outside` are passed over.
    """
    file = f"{name}.exe" if os.name == "nt" else name
    barred = outside.resolve()
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        candidate = Path(folder.strip('"')) / file
        if not candidate.is_absolute() or not os.access(candidate, os.X_OK) or not candidate.is_file():
            continue
        if any(path.is_relative_to(barred) for path in (candidate.parent.resolve(), candidate.resolve())):
            continue
        return str(candidate)
    return None


def git_for(folder: Path) -> Git:
    """Return the git to run in `folder`, itself found outside of it."""
    return Git(find_git(folder), folder, environment())

"""The code and the shelves -> the files that are written by nobody: schemas of our own formats, pages of the docs.

`python docs/generate.py` writes them and removes what is left of rules that are gone; with `--check` it only says which
are stale and ends 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pages.cli import cli_page
from pages.formats import FORMATS, format_schema
from pages.kinds import kinds_page
from pages.requirements import requirements_page
from pages.rules import rule_page, rules_index

from iscode.policy import Shelves, bind_every_rule, shipped
from iscode.policy.preparation import prepare
from iscode.testing import read_cases

HOME = Path(__file__).resolve().parents[1]
RULES = "docs/rules"
"""The folder that holds generated pages and nothing else."""


def generated(shelves: Shelves) -> Iterator[tuple[str, str]]:
    """(path from the top, content) of each generated file."""
    policy = bind_every_rule(shelves)
    yield from ((f"schemas/{name}.schema.json", format_schema(name)) for name in FORMATS)
    yield "docs/kinds.md", kinds_page(policy.kinds.values())
    yield "docs/requirements.md", requirements_page(policy)
    yield "docs/cli.md", cli_page()
    yield f"{RULES}/README.md", rules_index(policy)
    for bound in policy.bound:
        path = bound.file.cases_path
        if path in shelves.files:  # a rule without cases is what `rules test` refuses
            cases = read_cases(path, shelves.files[path], bound.id)
            yield f"{RULES}/{bound.id}.md", rule_page(policy, bound, cases)


def prepared(shelves: Shelves) -> Iterator[tuple[str, str]]:
    """The same for the prepared form of the shelves, which is made of files that `generated` may just have changed."""
    yield from ((path, data.decode("ascii")) for path, data in prepare(shelves).items())


def main(arguments: Sequence[str], home: Path = HOME) -> int:
    """Write or check the files below `home`; the exit code."""
    check = "--check" in arguments
    stale = [name for files in (generated, prepared) for name in _brought_up(home, dict(files(shipped())), check=check)]
    if not check:
        sys.stdout.writelines(f"{name}\n" for name in stale)
        return 0
    sys.stderr.writelines(f"{name} is stale: run `make generate`\n" for name in stale)
    return 1 if stale else 0


def _brought_up(home: Path, files: dict[str, str], *, check: bool) -> list[str]:
    """The names of what differs below `home` from `files`; unless only to `check`, it differs no more."""
    stale = [path for path, text in files.items() if not _is_fresh(home / path, text)]
    of_rules = sorted((home / RULES).glob("*")) if any(name.startswith(RULES) for name in files) else []
    gone = [path.relative_to(home).as_posix() for path in of_rules if path.relative_to(home).as_posix() not in files]
    if not check:
        for name in gone:
            (home / name).unlink()
        for name in stale:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(files[name], encoding="utf-8")
    return [*stale, *gone]


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

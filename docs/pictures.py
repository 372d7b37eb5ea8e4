"""The example as it ships, with one record broken, and over nine commits -> the pictures of docs/html-report.md.

`make pictures`. The pages are those of `iscode report html`; the browser is the one of tests/clients/look.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from iscode.cli import example

HOME = Path(__file__).resolve().parents[1]
AS_OF = "2026-11-24"
KEPT = (
    *("passing-1440-light.png", "failing-820-dark.png", "failing-360-light.png"),
    *("trend-1440-light.png", "trend-820-dark.png", "trend-360-light.png"),
)
"""The pictures that the page shows."""
LOST = ("compliance/control-tests", "compliance/evidence", "compliance/suppliers")
"""Folders of records that were not there at first: the firm gets them one after the other."""


def committed(folder: Path) -> None:
    """The example as a firm would have got there, a commit a day: folders of records come, a drill lapses, is held."""
    files = dict(example.files("acme"))
    breaking = example.story().breaking
    broken = {breaking.path: files[breaking.path].replace(breaking.line.encode(), breaking.becomes.encode())}
    few, some, more = (
        {path: data for path, data in files.items() if not path.startswith(LOST[at:])} for at in range(3)
    )
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    for number, held in enumerate((few, some, more, more | broken, files | broken, files)):
        for path in folder.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path, data in held.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        day = f"2026-11-{19 + number}T12:00:00Z"
        who = {f"GIT_{one}_{what}": "a@example.org" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = os.environ | who | {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        for words in (("add", "--all"), ("commit", "--quiet", "--message", f"Step {number + 1}")):
            subprocess.run(["git", *words], cwd=folder, env=environment, check=True)


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each page with the part of it that the pictures begin with."""
    (folder / "firm").mkdir()
    committed(folder / "firm")
    for title, commit, begins in (("passing", "HEAD", ""), ("failing", "HEAD~1", ""), ("trend", "HEAD", "trend")):
        page = folder / f"{title}.html"
        words = ("report", "html", "--rev", commit, "--as-of", AS_OF, "--history", "9", "-o", page)
        subprocess.run([sys.executable, "-I", "-m", "iscode", *words], cwd=folder / "firm", check=True)
        yield page, begins


def main() -> None:
    """Write the pictures anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for page, begins in pages(folder):
            look = [
                HOME / ".clients/page/bin/python",
                HOME / "tests/clients/look.py",
                page,
                "--pictures",
                folder,
                begins,
            ]
            subprocess.run(look, check=True)
        for kept in KEPT:
            (HOME / "docs/pictures" / kept).write_bytes((folder / kept).read_bytes())
    sys.stdout.writelines(f"docs/pictures/{kept}\n" for kept in KEPT)


if __name__ == "__main__":
    main()

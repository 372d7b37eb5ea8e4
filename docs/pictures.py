"""The example, as it ships and with one record broken -> the pictures of docs/html-report.md: `make pictures`.

The pages are those of `iscode report html`; the browser is the one of tests/clients/look.py.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from iscode.cli import example
from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, bind_rules, shipped
from iscode.report import REPORTERS, Options
from iscode.source import MemorySnapshot

HOME = Path(__file__).resolve().parents[1]
AS_OF = "2026-11-24"
KEPT = ("passing-1440-light.png", "failing-820-dark.png", "failing-360-light.png")
"""The pictures that the page shows."""


def judged(*, broken: bool) -> Evaluation:
    """The example; where it is broken the story of the demonstration is played."""
    files = dict(example.files("acme"))
    if broken:
        breaking = example.story().breaking
        files[breaking.path] = files[breaking.path].replace(breaking.line.encode(), breaking.becomes.encode())
    policy = bind_rules(Config(version=1, profile="integrated"), shipped())
    return evaluate(MemorySnapshot(files), "", policy, AS_OF)


def main() -> None:
    """Write the pictures anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, broken in (("passing", False), ("failing", True)):
            page = folder / f"{title}.html"
            page.write_bytes(REPORTERS["html"]([judged(broken=broken)], Options()))
            look = [HOME / ".clients/page/bin/python", HOME / "tests/clients/look.py", page, "--pictures", folder]
            subprocess.run(look, check=True)
        for kept in KEPT:
            (HOME / "docs/pictures" / kept).write_bytes((folder / kept).read_bytes())
    sys.stdout.writelines(f"docs/pictures/{kept}\n" for kept in KEPT)


if __name__ == "__main__":
    main()

"""Neovim under the configuration of docs/how-to/editor.md: somebody types into a record, and each key does its work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.clients

HOME = Path(__file__).resolve().parents[2]
PAGE = HOME / "docs" / "how-to" / "editor.md"
RECORD = "compliance/ai-systems/service-chat.yaml"
ROLE = "compliance/roles/service-lead.yaml"


@pytest.fixture
def typed(tool: Callable[[str], Path], firm: Any, tmp_path: Path) -> dict[str, Any]:
    """What Neovim told while somebody typed into a record of acme, as neovim.lua says, and saved a rename."""
    (tmp_path / "init.lua").write_text(re.search(r"```lua\n(.*?)```", PAGE.read_text(), re.DOTALL)[1])  # type: ignore[index]
    told = tmp_path / "told.json"
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [
            *(str(tool("neovim/bin/nvim")), "--headless", "-u", str(tmp_path / "init.lua")),
            *("-c", f"luafile {Path(__file__).with_name('neovim.lua')}"),
        ],
        cwd=firm.top,
        env={**os.environ, **folders, "PATH": path, "RECORD": RECORD, "TOLD": str(told)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def test_each_key_of_the_page_does_its_work(typed: dict[str, Any], firm: Any) -> None:
    assert any("Role:nobody, and no record has that id" in words for words in typed["diagnostics"])
    assert ["kind: Role", "id: nobody"] == typed["draft"][:2]
    assert ["**Head of customer service**", f"`{ROLE}`"] == [typed["hover"][0], typed["hover"][-1]]
    assert (["Role:service-lead"], "owner: Role:service-lead") == (typed["offered"], typed["completed"])
    assert [ROLE, "id: service-lead"] == typed["definition"]
    changed = set(firm.git("diff", "--name-only").splitlines())
    assert {*typed["references"], ROLE} == changed
    assert all("Role:service-lead" not in (firm.top / path).read_text() for path in changed)
    assert "id: head-of-service\n" in (firm.top / ROLE).read_text()

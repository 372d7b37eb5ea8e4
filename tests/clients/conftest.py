"""The programs that others wrote, as `make clients` installs them below .clients/."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

INSTALLED = Path(__file__).resolve().parents[2] / ".clients"


@pytest.fixture
def tool(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Where a program or a file is: `sarif/bin/sarif` below .clients/, or a name without a slash on the PATH.

    A test whose tool is not there is skipped, and says so; under `--clients`, which promises all of them, it fails.
    """

    def find(name: str) -> Path:
        on_path = None if "/" in name else shutil.which(name)
        found = INSTALLED / name if on_path is None else Path(on_path)
        if found.exists():
            return found
        missing = f"{name} is not installed, so nothing was tried on it: run `make clients`"
        if request.config.getoption("--clients"):
            pytest.fail(missing)
        pytest.skip(missing)

    return find

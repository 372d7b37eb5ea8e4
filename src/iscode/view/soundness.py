"""The shelves with a pack -> every view, export, sheet and cascade read and compiled, whether one asks or not."""

from __future__ import annotations

from iscode.policy import Policy, Shelves
from iscode.view import cascade
from iscode.view.compilation import compile_view
from iscode.view.functions import Told, table
from iscode.view.shelf import EXPORTS, FOLDER, SHEETS, load


def require_compiled(shelves: Shelves, policy: Policy) -> None:
    """Compile every view, and read every cascade. Raises PolicyError with the place of what does not compile."""
    told = Told(policy, (), ())
    files = [file for folder in (FOLDER, EXPORTS, SHEETS) for file in load(shelves, folder).values()]
    for file in files:
        compile_view(file, policy.rules, table(policy.kinds, told))
    cascade.load(shelves, policy.kinds)

"""What a look at one thing found: its state, what it says, and the next step where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "mend"]
"""`note`: worth knowing, nothing is broken. `mend`: a verdict is missing, or may differ elsewhere, until it is done."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was looked at. `next` is empty where nothing is left to do."""

    name: str
    state: State
    says: str
    next: str = ""

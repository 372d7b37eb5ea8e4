"""An error that nobody raised on purpose -> a line in the editor's log that says where, and nothing of the data."""

from __future__ import annotations

import sys


def report(error: Exception) -> None:
    """Tell the log of a defect in iscode."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace is not None else "?"
    sys.stderr.write(f"iscode: a defect in iscode: {type(error).__name__} in {where}; please report it\n")

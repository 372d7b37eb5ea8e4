"""Whatever happens inside -> 0 passed, 1 failed, 2 no verdict, 130 interrupted; never a traceback.

Python ends with 1 on an uncaught exception, which would read as "failed", and with 0 where standard output was
closed before it started, which would read as "passed". `--version` is answered here, before anything is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from iscode import __version__

PASSED, FAILED, NO_VERDICT, INTERRUPTED = 0, 1, 2, 130


def leave(arguments: Sequence[str]) -> None:
    """Run a command line and end the process; the report must be out whole, or there is no verdict."""
    try:
        code = _guarded(arguments)
        if not _flushed():
            code = NO_VERDICT
    except KeyboardInterrupt:
        code = INTERRUPTED
    _deafen()
    _close_quietly()
    sys.exit(code)


def say(text: str) -> int:
    """Text to standard error, as far as there is one: who cannot be told is not told. Returns NO_VERDICT."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        pass
    return NO_VERDICT


def _guarded(arguments: Sequence[str]) -> int:
    if sys.stdout is None:
        return say("iscode: there is no standard output, so no report can be given")
    if list(arguments) == ["--version"]:
        sys.stdout.write(f"iscode {__version__}\n")
        return PASSED
    try:
        from iscode.cli.run import run

        return run(arguments)
    except BrokenPipeError:
        return NO_VERDICT
    except OSError as error:
        return say(f"iscode: {error.strerror or type(error).__name__}: the report could not be written or read whole")
    except MemoryError:
        return say("iscode: out of memory")
    except RecursionError:
        return say("iscode: nested too deeply")
    except Exception as error:
        return say(f"iscode: a defect in iscode: {type(error).__name__} in {_last_frame(error)}; please report it")


def _last_frame(error: BaseException) -> str:
    """Module and line where it was raised: enough to find a defect, nothing of the judged data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace is not None else "?"


def _flushed() -> bool:
    """Whether standard output took everything."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        return False
    return True


def _deafen() -> None:
    """From here on an interrupt comes too late: the number is known, and a traceback must not take its place."""
    if signal := sys.modules.get("signal"):  # importing it costs more than there is left to interrupt
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _close_quietly() -> None:
    """Point what could not be flushed at nothing, or the interpreter would complain and end with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

"""Whatever happens inside -> 0 passed, 1 failed, 2 no verdict, 130 interrupted; never a traceback.

Python ends with 1 on an uncaught exception, which would read as "failed", and with 0 where standard output was
closed before it started, which would read as "passed". `--version` is answered here, before anything is imported.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from iscode import __version__

PASSED, FAILED, NO_VERDICT, INTERRUPTED = 0, 1, 2, 130
YOUNG_OBJECTS = 200_000
"""Objects between two looks for cycles: a short run makes much and drops little, and looking costs a tenth of it."""


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
    if code == INTERRUPTED:
        os._exit(code)  # an interpreter that ran generated text meanwhile may remember the interrupt, and die of it
    gc.freeze()  # else the interpreter looks for cycles in all that was read, before it lets go of it
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
    interrupts = _listen()
    try:
        gc.set_threshold(YOUNG_OBJECTS)
        from iscode.cli.run import run

        code = run(arguments)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) or interrupts:
            return INTERRUPTED
        return _no_verdict(error)
    return INTERRUPTED if interrupts else code


def _no_verdict(error: BaseException) -> int:
    match error:
        case BrokenPipeError():
            return NO_VERDICT
        case OSError():
            reason = error.strerror or type(error).__name__
            return say(f"iscode: {reason}: the report could not be written or read whole")
        case MemoryError():
            return say("iscode: out of memory")
        case RecursionError():
            return say("iscode: nested too deeply")
        case _:
            name, where = type(error).__name__, _last_frame(error)
            return say(f"iscode: a defect in iscode: {name} in {where}; please report it")


def _listen() -> list[int]:
    """Interrupts as they come, noted before they are raised: a library may make another exception of one, or none."""
    import signal

    interrupts: list[int] = []

    def note(number: int, _: object) -> None:
        interrupts.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started us wants none
        signal.signal(signal.SIGINT, note)
    return interrupts


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

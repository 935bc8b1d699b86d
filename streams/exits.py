"""How a worker ends when it must not go on: at once, with its reason, and without an ack.

Whatever is unexpected in a worker ends its process. Going on would acknowledge work that was
not done; the supervisor starts a fresh process, which reads the un-acknowledged records again.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import NoReturn

import structlog

from detectors.errors import EbbwatchError, SettingsError

log = structlog.stdlib.get_logger("ebbwatch.worker")


class Exit(IntEnum):
    """Exit codes of a worker (the numbers are those of sysexits.h)."""

    CLEAN = 0
    UNEXPECTED = 70  # an exception nobody foresaw: look at the traceback
    STALLED = 75  # the broker, the group or an ack stood still: starting again is the cure
    REFUSED = 78  # topics or settings are wrong: a person has to act, starting again is useless


class StalledError(EbbwatchError):
    """Work stands still or is no longer ours. The process ends with `Exit.STALLED`."""


Fatal = Callable[[str, BaseException], NoReturn]


def exit_now(doing: str, error: BaseException) -> NoReturn:
    """End the process at once: log the error with its traceback, flush nothing, ack nothing.

    Parameters
    ----------
    doing : str
        What was being done, one word of the log (`step`, `flush`, `recovery` ...).
    error : BaseException
        Why it cannot go on. `StalledError` gives `Exit.STALLED`, `SettingsError` gives
        `Exit.REFUSED`, all others `Exit.UNEXPECTED`.
    """
    match error:
        case StalledError():
            code = Exit.STALLED
        case SettingsError():
            code = Exit.REFUSED
        case _:
            code = Exit.UNEXPECTED
    try:
        log.critical("worker_ended", doing=doing, code=int(code), exc_info=error)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


async def guarded(doing: str, work: Awaitable[None], fatal: Fatal) -> None:
    """Run one of the worker's tasks: whatever leaves it, but a cancellation, ends the process."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001  # whatever it is
        fatal(doing, error)

"""What a person does with a task: onto the desk's log, and round until the board shows it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from alerts.actions import AnyAction, Signature
from alerts.board import Board
from alerts.task import Change, Entry, Task
from detectors.errors import EbbwatchError
from streams.acting import entry_of, say, signed
from streams.commands.system import System, present

WAIT_S = 5.0
ALL = 100_000  # tasks of one account manager: more than anybody has
_ASK_S = 0.02


Make = Callable[[Signature], AnyAction]


@dataclass(frozen=True)
class Done:
    """A task before and after an action; `entry` is its line in the history, None if under way."""

    before: Task
    after: Task
    entry: Entry | None
    seconds: float


async def find_task(board: Board, typed: str) -> Task:
    """Find a task by its id, or a live one by the beginning of it.

    Raises
    ------
    EbbwatchError
        If there is none, or more than one; says what to do.
    """
    whole = await board.task(typed)
    if whole is not None:
        return whole
    queues = [await board.queue(load.owner, ALL) for load in await board.loads()]
    found = [task for queue in queues for task in queue if task.id.startswith(typed)]
    if len(found) == 1 and typed:
        return found[0]
    if not found:
        raise EbbwatchError(
            f"there is no live task {typed}: `ebbwatch tasks` shows them. A finished one is found "
            "by its whole id"
        )
    ids = ", ".join(f"{task.id} (customer {task.customer})" for task in found[:5])
    raise EbbwatchError(f"{typed!r} may be each of {ids}: give more of the id")


async def act(system: System, typed: str, by: str, kind: str, make: Make) -> Done:
    """Say on the desk's log what somebody did, and wait until the board shows it.

    Raises
    ------
    EbbwatchError
        If there is no such task, or the desk refused.
    """
    async with system.board() as board, system.reader() as reader, system.writer() as writer:
        before = await find_task(board, typed)
        at = await present(system, reader)
        action = make(signed(kind, before, by, at))
        began_s = time.monotonic()
        await say(writer, before, action)
        after, entry = await _shown(board, before, action.id)
        if entry is not None and entry.change is Change.REFUSED:
            raise EbbwatchError(f"the desk refused it for task {before.id}: {entry.note}")
        return Done(before, after, entry, time.monotonic() - began_s)


async def _shown(board: Board, before: Task, cause: str) -> tuple[Task, Entry | None]:
    began_s = time.monotonic()
    while True:
        task = await board.task(before.id) or before
        entry = entry_of(task, cause)
        if entry is not None or time.monotonic() - began_s > WAIT_S:
            return task, entry
        await asyncio.sleep(_ASK_S)

"""What a person does with a task, put onto the desk's log: by a command or in the console."""

from datetime import datetime

from alerts.actions import AnyAction, Signature, action_id
from alerts.handling import Kind
from alerts.records import encode
from alerts.task import Entry, Task
from streams.partitions import partition_of
from streams.topics import DESK_LOG
from streams.writer import Writer


def signed(kind: str, task: Task, by: str, at: datetime) -> Signature:
    """Say who does what kind of thing with which task, and when; named by its content."""
    return Signature(id=action_id(kind, task.id, by, at), task_id=task.id, by=by, at=at)


async def say(writer: Writer, task: Task, action: AnyAction) -> None:
    """Write an action for the desk that has the task; for a case, for every desk.

    A task's desk is where it was opened, whoever owns it now. Every desk merges into a case, so
    every desk has to know when it is closed.
    """
    key = task.desk_key.encode()
    n_desks = await writer.partitions(DESK_LOG)
    case = task.kind is Kind.CASE
    for desk in range(n_desks) if case else (partition_of(key, n_desks),):
        await writer.write(DESK_LOG, desk, [(key, encode(action), ())])


def entry_of(task: Task, cause: str) -> Entry | None:
    """Give the line of a task's history that an action left; None while the desk has not heard."""
    return next((entry for entry in task.history if entry.cause == cause), None)

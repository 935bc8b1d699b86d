"""The desk on Faust. What it decides is in `alerts/desk.py`.

Effects first, then the board: what became of the step goes to `churn.tasks` and, where a task
was closed, back to its customer; then the board takes the change together with the position.
A desk that crashed between the two says it again, in the same words.
"""

import asyncio

from alerts.board import Board
from alerts.desk import Desk
from alerts.minutes import Outcome
from alerts.playbooks import Playbooks
from alerts.records import TaskClosed, decode_desk
from alerts.settings import DeskSettings
from streams.desk_counts import DeskCounts
from streams.events.encode import encode
from streams.events.outcomes import TaskClosed as TaskClosedEvent
from streams.events.outcomes import TaskResult
from streams.log_reader import LogReader, Record
from streams.partitions import partition_of
from streams.role import Kit, Records, Role
from streams.topics import DESK_LOG, OUTCOMES, TASKS

SOURCE = "ebbwatch.desk"
AT_ONCE = 500  # records of the log between two writes to the board


class DeskWorker(Role):
    """Reads the desk's log; writes tasks, the board, and what came of tasks."""

    name = "churn-desk"
    topics = (DESK_LOG,)

    def __init__(
        self, bootstrap_servers: str, board: Board, settings: DeskSettings, playbooks: Playbooks
    ) -> None:
        self._servers = bootstrap_servers
        self._board, self._settings, self._playbooks = board, settings, playbooks
        self.done = DeskCounts()
        self._desks: dict[int, Desk] = {}

    async def started(self, kit: Kit) -> None:
        """Learn how many partitions there are to write to."""
        await super().started(kit)
        self._n_partitions = await kit.writer.partitions(OUTCOMES)
        await kit.writer.partitions(TASKS)

    async def assigned(self, partition: int) -> None:
        """Go on from what the board keeps; an empty or older board is made up for from the log."""
        kept = await self._board.load(partition)
        self._desks[partition] = Desk(
            self._settings, self._playbooks, kept.documents, kept.position
        )
        missed: list[Record] = []
        async with LogReader(self._servers) as reader:
            async for record in reader.read(DESK_LOG, partition, kept.position + 1):
                missed.append(record)
                if len(missed) == AT_ONCE:
                    await self.step(partition, DESK_LOG, missed)
                    missed = []
        await self.step(partition, DESK_LOG, missed)

    async def revoked(self, partition: int) -> None:
        """Forget a desk that went to another worker."""
        self._desks.pop(partition, None)

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Take records of the log: effects, then the board."""
        desk = self._desks[partition]
        after, outcomes = desk.position, []
        for record in records:
            place = f"{topic}[{partition}]@{record.offset}"
            outcomes.append(desk.step(record.offset, decode_desk(record.value or b"", place)))
        if desk.position == after:
            return
        await self._effects(partition, outcomes)
        changes = outcomes[0].changes
        for outcome in outcomes[1:]:
            changes = changes.then(outcome.changes)
        await self._board.write(partition, after, desk.position, changes)
        for outcome in outcomes:
            self.done.add(outcome)

    async def _effects(self, partition: int, outcomes: list[Outcome]) -> None:
        said = [message for outcome in outcomes for message in outcome.messages()]
        write = self.kit.writer.write
        await write(TASKS, partition, [(key.encode(), value, ()) for key, value in said])
        closed = [closed for outcome in outcomes for closed in outcome.closed]
        await asyncio.gather(*(self._report(one) for one in closed))

    async def _report(self, closed: TaskClosed) -> None:
        key = closed.customer.encode()
        event = encode(outcome_event(closed))
        place = partition_of(key, self._n_partitions)
        await self.kit.writer.write(OUTCOMES, place, [(key, event, ())])


def outcome_event(closed: TaskClosed) -> TaskClosedEvent:
    """Give what came of a task as a public event; its id is the action's."""
    return TaskClosedEvent(
        specversion="1.0",
        id=closed.action_id,
        source=SOURCE,
        time=closed.at,
        subject=closed.customer,
        data=TaskResult(
            task_id=closed.task_id,
            outcome=closed.outcome,
            reason=closed.reason,
            note=closed.note or None,
        ),
    )

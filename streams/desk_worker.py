"""The desk on Faust. What it decides is in `alerts/desk.py`.

Effects first, then the board: what became of the step goes to `churn.tasks` and, where a
customer was contacted or a task closed, back to that customer; then the board takes the change
together with the position.
A desk that crashed between the two says it again, in the same words.
"""

import asyncio

from alerts.board import Board
from alerts.desk import Desk
from alerts.minutes import Outcome
from alerts.playbooks import Playbooks
from alerts.records import CustomerContacted, TaskClosed, decode_desk
from alerts.settings import DeskSettings
from streams.desk_counts import DeskCounts
from streams.events.encode import encode
from streams.events.outcomes import CustomerContacted as CustomerContactedEvent
from streams.events.outcomes import Outreach, TaskResult
from streams.events.outcomes import TaskClosed as TaskClosedEvent
from streams.log_reader import LogReader, Record
from streams.partitions import partition_of, seat_of
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
        self._n_desks = await kit.writer.partitions(DESK_LOG)
        await kit.writer.partitions(TASKS)

    async def assigned(self, partition: int) -> None:
        """Go on from what the board keeps; an empty or older board is made up for from the log."""
        kept = await self._board.load(partition)
        self._desks[partition] = Desk(
            self._settings,
            self._playbooks,
            kept.documents,
            kept.position,
            seat=seat_of(partition, self._n_desks),
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
        contacts = [told for outcome in outcomes for told in outcome.contacted]
        closings = [told for outcome in outcomes for told in outcome.closed]
        await asyncio.gather(
            *(self._report(told.customer, encode(contact_event(told))) for told in contacts),
            *(self._report(told.customer, encode(outcome_event(told))) for told in closings),
        )

    async def _report(self, customer: str, event: bytes) -> None:
        key = customer.encode()
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


def contact_event(told: CustomerContacted) -> CustomerContactedEvent:
    """Give a contact that was made for a task as a public event; its id is the action's."""
    return CustomerContactedEvent(
        specversion="1.0",
        id=told.action_id,
        source=SOURCE,
        time=told.at,
        subject=told.customer,
        data=Outreach(
            contact_id=told.action_id,
            channel=told.channel,
            value_item=told.value_item,
            task_id=told.task_id,
            answered=told.answered,
        ),
    )

"""Rounds: the instants at which everything said up to then is decided together.

The partitions of the scorer reach a desk's log in any interleaving, each in its own order. A
round at an instant is run when every partition has told a tick at or after it; then all that
there is to hear up to that instant has been heard, and what is decided depends on what was
said alone, and not on who happened to come first.
"""

from datetime import datetime, timedelta

import msgspec

from alerts.alert import Alert, Cleared, Tick
from alerts.contract import Contract, Instant

MOMENT = timedelta(milliseconds=1)


class Clock(Contract, frozen=True, kw_only=True):
    """What a desk knows of time: each partition's last tick, and the rounds still to run.

    `told` is by partition, None for one that has said nothing yet. `waiting` are the instants
    after `round_at` that some partition has told, in rising order.
    """

    told: tuple[Instant | None, ...] = ()
    waiting: tuple[Instant, ...] = ()
    round_at: Instant | None = None

    @property
    def newest(self) -> datetime | None:
        """The latest tick of any partition."""
        return max((at for at in self.told if at is not None), default=None)

    def last(self, partition: int) -> datetime | None:
        """Give the last tick of a partition."""
        return self.told[partition] if partition < len(self.told) else None


class Held(Contract, frozen=True, kw_only=True):
    """Something said, held until the first round at or after `due`."""

    record: Alert | Cleared
    due: Instant


def ticked(clock: Clock, tick: Tick) -> tuple[Clock, tuple[datetime, ...]]:
    """Take a tick; give the clock after it and the instants whose rounds are now to be run.

    A partition may leave out instants that another one tells: the rounds are at the instants
    told by any, so they are the same in every interleaving. A repeated tick runs nothing.
    """
    last = clock.last(tick.partition)
    if last is not None and tick.at <= last:
        return clock, ()
    told = [clock.last(partition) for partition in range(tick.partitions)]
    told[tick.partition] = tick.at
    waiting = sorted({*clock.waiting, tick.at})
    heard = [at for at in told if at is not None]
    heard_to = min(heard) if len(heard) == len(told) else None
    n_due = 0 if heard_to is None else sum(at <= heard_to for at in waiting)
    rounds = tuple(waiting[:n_due])
    after = msgspec.structs.replace(
        clock,
        told=tuple(told),
        waiting=tuple(waiting[n_due:]),
        round_at=rounds[-1] if rounds else clock.round_at,
    )
    return after, rounds


def held(clock: Clock, record: Alert | Cleared) -> Held:
    """Hold what was said for its round."""
    return Held(record=record, due=due(clock, record.partition, record.as_of))


def due(clock: Clock, partition: int, at: datetime) -> datetime:
    """Give the instant whose round is the first to know what a partition said of `at`.

    Something late, said after its partition's tick had passed it, belongs to the round after
    that tick: the earlier one may have been run, or not, depending on the other partitions.
    """
    last = clock.last(partition)
    return at if last is None else max(at, last + MOMENT)


def order(record: Alert | Cleared) -> tuple[datetime, str, str, str]:
    """Give the order in which a round takes what was said: by instant, all-clears first."""
    kind = "cleared" if isinstance(record, Cleared) else "raised"
    return record.as_of, kind, record.customer, record.id

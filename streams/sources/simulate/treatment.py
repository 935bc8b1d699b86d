"""What our tasks do: a treated customer on the way out comes back with their saveability.

Off unless treatments are given. The dice of the treated are their own, so the same run without
treatments differs in nothing but what follows from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from streams.events.envelope import AnyEvent, at_ms
from streams.events.outcomes import TaskClosed, TaskResult
from streams.sources.simulate.causes import REASONS, Stage, saveability
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM
from streams.sources.simulate.leaving import Leaving
from streams.sources.simulate.shape import BEGIN_MS, DAY_MS
from streams.sources.simulate.truth import Saved
from streams.sources.simulate.world import World

CLOSED = Stamp(TaskClosed, CRM)
GOODWILL = 0.8  # what a good talk holds for some months
PUSH_LEFT = 0.15


@dataclass(frozen=True)
class Treatment:
    """A customer was treated at an instant, for a task."""

    customer: str
    at_ms: int
    task_id: str


def treatments(events: Iterable[AnyEvent]) -> tuple[Treatment, ...]:
    """Give the treatments that closed tasks stand for: those in which somebody was reached.

    `lost` counts as well: it was tried. `false-alarm` and `not-reachable` do not.
    """
    return tuple(
        Treatment(event.subject, at_ms(event.time), event.data.task_id)
        for event in events
        if isinstance(event, TaskClosed) and event.data.outcome in {"saved", "lost"}
    )


def apply(world: World, leaving: Leaving, given: Iterable[Treatment]) -> None:
    """Put the treatments down for their days; who is not known is passed over."""
    number = {customer: who for who, customer in enumerate(world.customers.ids)}
    for one in given:
        day = (one.at_ms - BEGIN_MS) // DAY_MS
        if one.customer in number and 0 <= day < world.shape.n_days:
            world.diary.later(day, partial(_treat, world, leaving, number[one.customer], one))


def _treat(world: World, leaving: Leaving, who: int, one: Treatment) -> None:
    if not world.present[who]:
        return
    stage, cause = Stage(world.stage[who]), int(world.cause[who])
    u = world.chance.of("treated", world.day, who).random()
    kept = u < saveability(stage, cause)
    if kept:
        world.truth.saved.append(Saved(one.customer, one.at_ms, "task", REASONS[cause]))
        world.push[:, who] *= PUSH_LEFT
        world.goodwill[who] += GOODWILL
        leaving.move(who, Stage.CONTENT)
    # As the account manager saw it on the day: nobody knows who would have gone.
    outcome = TaskResult(task_id=one.task_id, outcome="saved" if kept else "lost")
    if stage is Stage.CONTENT:
        outcome = TaskResult(task_id=one.task_id, outcome="false-alarm")
    world.diary.note(one.at_ms, CLOSED.on(one.customer, one.at_ms, outcome))

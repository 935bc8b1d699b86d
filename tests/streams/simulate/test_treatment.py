"""Treatments: who is treated on the way out is kept as often as the saveability says."""

from collections import defaultdict
from dataclasses import replace

import pytest

from streams.events import encode
from streams.events.envelope import AnyEvent
from streams.events.outcomes import TaskClosed, TaskResult
from streams.sources.late import known
from streams.sources.simulate.causes import Stage
from streams.sources.simulate.diary import moment
from streams.sources.simulate.shape import DAY_MS, HOUR_MS, Shape, day_ms
from streams.sources.simulate.source import Simulated
from streams.sources.simulate.treatment import Treatment, treatments

SHAPE = Shape(n_customers=900, days=200, warm_up_days=63, seed=11)


@pytest.fixture(scope="module")
def plain() -> Simulated:
    return Simulated(SHAPE)


@pytest.fixture(scope="module")
def given(plain: Simulated) -> tuple[Treatment, ...]:
    """Treat every second customer a week after they first come to consider, in the morning."""
    found: dict[str, Treatment] = {}
    for move in plain.truth.moves:
        in_time = day_ms(SHAPE.warm_up_days) < move.at_ms < day_ms(SHAPE.n_days - 8)
        if move.stage is Stage.CONSIDERING and in_time and int(move.customer[1:]) % 2:
            at_ms = move.at_ms // DAY_MS * DAY_MS + 7 * DAY_MS + 8 * HOUR_MS
            treatment = Treatment(move.customer, at_ms, f"k-{move.customer}")
            found.setdefault(move.customer, treatment)
    return tuple(found.values())


@pytest.fixture(scope="module")
def treated(given: tuple[Treatment, ...]) -> Simulated:
    return Simulated(SHAPE, given)


def by_customer(source: Simulated) -> dict[str | None, list[bytes]]:
    lines = defaultdict(list)
    for item in source.events():
        event = known(item).event
        lines[event.subject].append(encode(event))
    return lines


def test_without_treatments_no_task_is_closed(plain: Simulated) -> None:
    assert not any(isinstance(known(item).event, TaskClosed) for item in plain.events())


def test_the_treated_are_kept_as_often_as_their_saveability_says(
    plain: Simulated, treated: Simulated, given: tuple[Treatment, ...]
) -> None:
    number = {customer: who for who, customer in enumerate(plain.truth.ids)}
    chances = [
        plain.truth.saveability((one.at_ms - day_ms(0)) // DAY_MS - 1, number[one.customer])
        for one in given
    ]
    n_saved = sum(one.by == "task" for one in treated.truth.saved)
    spread = sum(chance * (1 - chance) for chance in chances) ** 0.5
    assert abs(n_saved - sum(chances)) < 3 * spread
    names = {one.customer for one in given}
    left = [sum(one.customer in names for one in run.truth.departures) for run in (plain, treated)]
    assert left[1] < 0.9 * left[0]


def test_nothing_changes_for_those_whom_nothing_reaches(
    plain: Simulated, treated: Simulated, given: tuple[Treatment, ...]
) -> None:
    reached = {one.customer for one in given}
    # A neighbour's loss travels along the links, from neighbour to neighbour.
    links: dict[str, set[str]] = defaultdict(set)
    for event in plain.profiles():
        for link in getattr(event.data, "links", None) or ():
            links[event.subject or ""].add(link.customer)
    grown: set[str] = set()
    while grown != reached:
        grown, reached = reached, reached.union(*(links[one] for one in reached))
    before, after = by_customer(plain), by_customer(treated)
    untouched = [customer for customer in plain.truth.ids if customer not in reached]
    assert len(untouched) > 300
    assert [one for one in untouched if before[one] != after[one]] == []


def test_closed_tasks_in_which_somebody_was_reached_are_treatments() -> None:
    def closed(task: str, outcome: str) -> AnyEvent:
        result = TaskResult(task_id=task, outcome=outcome)  # type: ignore[arg-type]
        return TaskClosed(
            specversion="1.0",
            id=task,
            source="desk",
            time=moment(1_000),
            subject="C00001",
            data=result,
        )

    told = [
        closed("a", "saved"),
        closed("b", "lost"),
        closed("c", "false-alarm"),
        closed("d", "not-reachable"),
    ]
    assert treatments(told) == (
        Treatment("C00001", 1_000, "a"),
        Treatment("C00001", 1_000, "b"),
    )


def test_who_is_not_known_or_gone_is_passed_over() -> None:
    shape = replace(SHAPE, n_customers=60)
    nobody = Treatment("C99999", day_ms(100), "k")
    too_late = Treatment("C00001", day_ms(shape.n_days + 3), "k")
    found = Simulated(shape, (nobody, too_late))
    assert found.n_events == Simulated(shape).n_events

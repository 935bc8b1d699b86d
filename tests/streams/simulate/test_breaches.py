"""What the core notices of broken promises is what the reference says, clock by clock."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count

import msgspec
import numpy as np
import pytest

from detectors.kinds import Direction, Kind
from detectors.slices import Tick
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Pipeline
from streams.demo import PRESET
from streams.settings import load
from streams.sources.simulate.clocks import Step, broken
from streams.sources.simulate.handling import Handling
from streams.sources.simulate.shape import DAY_MS, HOUR_MS, Shape
from streams.sources.simulate.source import Simulated
from tests.detectors.any_log import A_WEEK
from tests.detectors.logs import BEGIN_MS, One, cut
from tests.detectors.nasty import topic_of
from tests.detectors.runs import run

KINDS = {
    "opened": Kind.COMPLAINT_OPENED,
    "answered": Kind.COMPLAINT_ANSWERED,
    "escalated": Kind.COMPLAINT_ESCALATED,
    "resolved": Kind.COMPLAINT_RESOLVED,
    "informed": Kind.COMPLAINT_INFORMED,
    "reopened": Kind.COMPLAINT_REOPENED,
    "rated": Kind.COMPLAINT_RATED,
    "checked": Kind.CONTACT_MADE,
}
N_COMPLAINTS, TICK_MS = 120, 5 * HOUR_MS
UNTIL_MS = BEGIN_MS + 90 * DAY_MS

Found = Counter[tuple[int, str, int]]  # customer, clock, deadline


def planned(seed: int) -> list[list[Step]]:
    """Give complaints, badly handled so that every clock breaks somewhere."""
    rng = np.random.default_rng(seed)
    slow = (0.0, 0.5, 1.0)
    return [
        Handling(rng, slow[n % 3], live=n % 2 == 1).plan(BEGIN_MS + int(rng.integers(20 * DAY_MS)))
        for n in range(N_COMPLAINTS)
    ]


def events(complaints: Sequence[Sequence[Step]]) -> Iterator[One]:
    """Give the steps of all as events of the log, in order of time, a customer for each."""
    offsets = [count() for _ in range(5)]
    steps = [(step.at_ms, row, step) for row, some in enumerate(complaints) for step in some]
    for at_ms, row, step in sorted(steps, key=lambda one: one[:2]):
        kind = KINDS[step.what]
        topic = topic_of(kind)
        code = int(Direction.OUT_ANSWERED) if step.what == "checked" else step.level
        yield One(
            row, kind, at_ms, next(offsets[topic]), topic, step.rating or 0.0, code, row + 1,
            note=_note(step, live=row % 2 == 1),
        )  # fmt: skip


def _note(step: Step, *, live: bool) -> bytes:
    said: dict[str, object] = {"channel": "phone" if live else "email"}
    if step.what == "checked":
        said["reason"] = "complaint_check"
    if step.promised_ms is not None:
        said["promised_at"] = datetime.fromtimestamp(step.promised_ms / 1000, UTC).isoformat()
    return msgspec.msgpack.encode(said)


def with_ticks(happened: Iterator[One]) -> Iterator[One | Tick]:
    due_ms = BEGIN_MS
    for one in happened:
        while one.at_ms > due_ms:
            yield Tick(due_ms)
            due_ms += TICK_MS
        yield one
    yield Tick(UNTIL_MS)


@pytest.mark.parametrize("size", [1, 50])
def test_every_clock_breaks_when_the_reference_says(size: int) -> None:
    complaints = planned(seed=5)
    assert max(step.at_ms for some in complaints for step in some) < UNTIL_MS
    expected: Found = Counter(
        (row, one.clock, one.at_ms)
        for row, steps in enumerate(complaints)
        for one in broken(steps, UNTIL_MS, live=row % 2 == 1)
    )
    outcomes = run(cut(with_ticks(events(complaints)), size), A_WEEK).outcomes
    noticed = [breach for outcome in outcomes for breach in outcome.breaches]
    assert Counter((one.number, one.clock, one.deadline_ms) for one in noticed) == expected
    assert len({clock for _, clock, _ in expected}) == len(KINDS) - 3
    late_ms = [one.noticed_ms - one.deadline_ms for one in noticed]
    assert min(late_ms) > 0
    assert max(late_ms) <= TICK_MS or max(late_ms) <= UNTIL_MS - BEGIN_MS


def test_a_backtest_finds_just_the_promises_that_were_broken() -> None:
    source = Simulated(Shape(n_customers=80, days=120, warm_up_days=28, seed=3))
    settings = load(("intake.tick_hours=6",), None, PRESET | source.preset)
    pipeline = Pipeline(settings)
    feed(pipeline, source, lambda _: None)
    found = pipeline.collected.breaches
    truth = source.truth.broken
    assert [(one.breach.deadline_ms, one.customer) for one in found] == sorted(
        (one.at_ms, one.customer) for one in truth
    )
    assert Counter(one.breach.clock for one in found) == source.truth.clocks()
    assert len(truth) > 20

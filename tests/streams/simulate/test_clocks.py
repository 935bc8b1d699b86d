"""The reference for broken complaint clocks, on stories short enough to be told by hand."""

import pytest

from streams.sources.simulate.clocks import Step, broken
from streams.sources.simulate.shape import DAY_MS, HOUR_MS

NEVER_MS = 365 * DAY_MS
DAY, HOUR = DAY_MS, HOUR_MS


def answered(at_ms: int, level: int, promised_ms: int | None = None) -> Step:
    return Step(at_ms, "answered", level=level, promised_ms=promised_ms)


def rated(at_ms: int, rating: float) -> Step:
    return Step(at_ms, "rated", rating=rating)


OPENED = Step(0, "opened")
WELL = (OPENED, answered(HOUR, 1), answered(DAY, 2), Step(2 * DAY, "resolved"))
CLOSED = (*WELL, Step(3 * DAY, "informed"), rated(10 * DAY, 0.9))

STORIES = [
    pytest.param(CLOSED, [], id="every step at its very last instant"),
    pytest.param(
        (OPENED, answered(HOUR + 1, 1), *CLOSED[2:]), [("answer", HOUR)], id="answered too late"
    ),
    pytest.param(
        (OPENED, answered(HOUR, 1), answered(DAY + 1, 2), answered(2 * DAY, 3)),
        [("analysis", DAY)],
        id="management in time after a broken analysis",
    ),
    pytest.param(
        (OPENED, answered(HOUR, 1)),
        [("analysis", DAY), ("management", 3 * DAY)],
        id="forgotten after the first answer",
    ),
    pytest.param(
        (OPENED, answered(HOUR, 1, promised_ms=4 * HOUR), answered(5 * HOUR, 2),
         answered(9 * HOUR, 3)),
        [("analysis", 4 * HOUR)],
        id="a promise that was earlier than the day",
    ),
    pytest.param(
        (OPENED, answered(HOUR, 1, promised_ms=30 * HOUR), *CLOSED[2:]),
        [],
        id="a promise that was later changes nothing",
    ),
    pytest.param(
        (OPENED, Step(HOUR, "resolved"), Step(2 * HOUR, "informed"), rated(DAY, 1.0)),
        [],
        id="put right before any answer",
    ),
    pytest.param(
        (*WELL, Step(3 * DAY + 1, "informed"), rated(4 * DAY, 0.8)),
        [("inform", 3 * DAY)],
        id="told too late",
    ),
    pytest.param((*WELL, rated(3 * DAY, 0.8)), [], id="a rating shows that they were told"),
    pytest.param(
        (*WELL, Step(3 * DAY, "informed")), [("check", 10 * DAY)], id="nobody asked afterwards"
    ),
    pytest.param(
        (*WELL, Step(3 * DAY, "informed"), Step(9 * DAY, "checked")), [], id="somebody asked"
    ),
    pytest.param(
        (*WELL, Step(60 * HOUR, "reopened"), answered(61 * HOUR, 2), Step(62 * HOUR, "resolved"),
         Step(63 * HOUR, "informed"), rated(64 * HOUR, 0.9)),
        [],
        id="reopened before they had to be told",
    ),
    pytest.param(
        (*WELL, Step(60 * HOUR, "reopened")),
        [("answer", 61 * HOUR), ("analysis", 84 * HOUR), ("management", 132 * HOUR)],
        id="reopened and forgotten",
    ),
    pytest.param(
        (*CLOSED[:-1], rated(4 * DAY, 0.4), answered(4 * DAY + HOUR, 2)),
        [("management", 6 * DAY)],
        id="dissatisfied: management has two days",
    ),
    pytest.param(
        (OPENED, answered(HOUR, 1), Step(2 * HOUR, "escalated"), answered(3 * HOUR, 2)),
        [("management", 50 * HOUR)],
        id="escalated, and nobody up there answered",
    ),
    pytest.param(
        (*WELL, Step(50 * HOUR, "reopened"), answered(51 * HOUR, 2), Step(52 * HOUR, "reopened"),
         answered(53 * HOUR, 2)),
        [("management", 100 * HOUR)],
        id="the second reopening goes to management",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "expected"), STORIES)
def test_a_clock_breaks_at_its_instant_or_not_at_all(
    steps: tuple[Step, ...], expected: list[tuple[str, int]]
) -> None:
    found = broken(steps, NEVER_MS, live=False)
    assert [(one.clock, one.at_ms) for one in found] == expected


def test_who_waits_on_the_line_is_answered_at_once() -> None:
    steps = (OPENED, answered(30_001, 2), Step(HOUR, "resolved"), rated(2 * HOUR, 0.9))
    assert [(one.clock, one.at_ms) for one in broken(steps, NEVER_MS, live=True)] == [
        ("answer", 30_000)
    ]
    assert broken(steps, NEVER_MS, live=False) == []


def test_a_clock_that_still_runs_is_not_broken_yet() -> None:
    assert broken((OPENED, answered(1, 1)), DAY, live=False) == []
    assert len(broken((OPENED, answered(1, 1)), DAY + 1, live=False)) == 1

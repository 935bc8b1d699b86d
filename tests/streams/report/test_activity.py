"""What a slice adds to the sums by month, against adding it event by event."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from detectors.arrays import DAY_MS
from detectors.kinds import Kind
from detectors.slices import LOGGED, columns_of
from streams.report.activity import Activity, months_of
from tests.detectors.logs import One, a_slice
from tests.streams.report.past import BEGIN_MS

KINDS = (
    Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE, Kind.CONTACT_MADE, Kind.DELIVERY_MADE,
)  # fmt: skip


def some_events(n: int, n_customers: int) -> list[One]:
    """Give events of a year in no order, some of them late by months."""
    chance = np.random.default_rng(7)
    return [
        One(
            row=int(chance.integers(n_customers)),
            kind=KINDS[chance.integers(len(KINDS))],
            at_ms=BEGIN_MS + int(chance.integers(365 * DAY_MS)),
            offset=at,
            amount=round(float(chance.gamma(2.0, 20.0)), 2),
            lines=int(chance.integers(2**63)) * int(chance.random() < 0.5),
        )
        for at in range(n)
    ]


def added_one_by_one(events: list[One]) -> dict[tuple[int, int], list[Any]]:
    """Give signs of life, purchases, money and lines by month and customer."""
    sums: defaultdict[tuple[int, int], list[Any]] = defaultdict(lambda: [0, 0, 0.0, 0])
    for event in events:
        month = int(months_of(np.array([event.at_ms]))[0])
        if event.kind in {Kind.PURCHASE_MADE, Kind.USAGE_RECORDED}:
            sums[month, event.row][0] += 1
        if event.kind == Kind.PURCHASE_MADE:
            found = sums[month, event.row]
            found[1] += 1
            found[2] += event.amount
            found[3] |= event.lines
    return dict(sums)


@pytest.mark.parametrize("size", [1, 97, 4_000])
def test_slices_add_what_their_events_add_one_by_one(size: int) -> None:
    events, activity = some_events(n=4_000, n_customers=1_500), Activity()
    others = 0
    for start in range(0, len(events), size):
        part = events[start : start + size]
        places = activity.take(0, a_slice(part).columns).tolist()
        activity_kinds = {Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE}
        assert places == [at for at, one in enumerate(part) if one.kind not in activity_kinds]
        others += len(places)
    found = {
        (month, row): [*(column[row].item() for column in sums)]
        for month in activity.months()
        for sums in activity.of(month).values()
        for row in range(len(sums.spent))
        if sums.n_active[row]
    }
    assert found == added_one_by_one(events)
    assert others > len(events) // 4
    assert {Kind(int(kind)) for kind in np.flatnonzero(activity.kinds)} == set(KINDS)


def test_a_slice_without_activity_adds_nothing() -> None:
    activity = Activity()
    contact = One(3, Kind.CONTACT_MADE, BEGIN_MS, offset=0)
    assert activity.take(1, a_slice([contact]).columns).tolist() == [0]
    assert activity.take(1, columns_of(np.zeros(0, LOGGED))).tolist() == []
    assert (activity.end_ms, len(activity.months())) == (0, 0)

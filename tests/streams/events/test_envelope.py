"""Tests of event time as milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events.envelope import at_ms

FAR_EAST, FAR_WEST = (timezone(timedelta(hours=sign * 23, minutes=sign * 59)) for sign in (1, -1))


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), 0, id="the epoch"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, 999_900, UTC), -1, id="before it"),
        pytest.param(
            datetime(2017, 3, 4, 1, tzinfo=timezone(timedelta(hours=1))),
            1_488_585_600_000,
            id="another zone",
        ),
        pytest.param(datetime(1, 1, 1, tzinfo=FAR_EAST), -62_135_683_140_000, id="year 1"),
        pytest.param(
            datetime(9999, 12, 31, 23, 59, 59, 999_999, FAR_WEST),
            253_402_387_139_999,
            id="year 9999",
        ),
    ],
)
def test_a_time_in_milliseconds(time: datetime, expected: int) -> None:
    assert at_ms(time) == expected


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_every_millisecond_comes_back(ms: int) -> None:
    assert at_ms(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)) == ms

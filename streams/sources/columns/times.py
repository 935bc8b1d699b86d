"""Times of rows, whatever they are counted from and in whichever zone, in UTC."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from detectors.arrays import I64, Mask
from streams.sources.columns.cells import Cells, by_distinct, numbers, shown, texts
from streams.sources.columns.clocks import (
    ABSOLUTE,
    EPOCH,
    MICROSECOND,
    Clock,
    known,
    told,
    whole_numbers,
)
from streams.sources.mapping import When

DAY_US = 86_400_000_000
_PER_UNIT = {"s": 1e6, "ms": 1e3, "days": float(DAY_US)}
_MINUTE_US = 60_000_000  # no zone changes its clock within a minute

# Before 1971 stand seconds read as milliseconds, after 2200 milliseconds read as seconds.
FIRST_US = 365 * DAY_US
LAST_US = 84_006 * DAY_US


@dataclass(frozen=True)
class Reading:
    """How the cells of a file are to be read, where a rule does not say otherwise.

    `since` and `until` are the period that events are wanted of, without its end.
    """

    timezone: str = "UTC"
    decimal: str = "."
    since: datetime | None = None
    until: datetime | None = None


def instants(table: Any, spec: When, reading: Reading) -> Cells:
    """Give the time of each row as a UTC timestamp with microseconds.

    A local time that occurs twice, when clocks are set back, is the first; one that never was,
    because they were set forward, counts on from the hour before.

    Raises
    ------
    SettingsError
        If the column cannot hold times, or holds numbers and no `unit` is given.
    """
    clock = _read(table, spec, reading)
    us = clock.us
    if spec.at is not None:
        us = us + _time_of_day(spec.at)
    values = us
    if not clock.absolute.all():
        values = np.where(clock.absolute, us, _to_utc(us, spec.timezone or reading.timezone))
    if clock.known.all() and _within(values):  # nearly always, and then nothing is copied
        return Cells(pa.array(values).cast(ABSOLUTE), clock.faults)
    bad = clock.known & ((values < FIRST_US) | (values > LAST_US))
    faults = clock.faults | {
        int(place): f"{np.datetime64(int(values[place]), 'us')} is not between 1971 and 2200"
        for place in np.flatnonzero(bad)
    }
    column = pa.array(values, mask=~clock.known | bad).cast(ABSOLUTE)
    return Cells(column, faults)


def _within(us: I64) -> bool:
    return len(us) > 0 and bool(us.min() >= FIRST_US and us.max() <= LAST_US)


def wanted(cells: Cells, reading: Reading) -> Mask:
    """Say which times are of the period wanted. One not known is: its row is to be refused."""
    times = cells.values
    inside = np.ones(len(times), bool)
    if reading.since is None and reading.until is None:
        return inside
    us = whole_numbers(times)
    if reading.since is not None:
        inside &= us >= (reading.since - EPOCH) // MICROSECOND
    if reading.until is not None:
        inside &= us < (reading.until - EPOCH) // MICROSECOND
    return inside | ~known(times)


def _read(table: Any, spec: When, reading: Reading) -> Clock:
    if spec.constant is not None:
        column = pa.array([spec.constant], pa.large_string()).take(
            pa.array(np.zeros(table.num_rows, np.int64))
        )
    else:
        column = table[spec.column].combine_chunks()
    faults: dict[int, str] = {}
    if spec.values is not None:
        values = spec.values

        def translated(text: str) -> str:
            if text not in values:
                raise ValueError(f"{shown(text)} is not in values")
            return values[text]

        cells = by_distinct(texts(column), translated, pa.large_string())
        column, faults = cells.values, cells.faults
    clock = _counted(table, column, spec, reading) if spec.unit else told(column, spec)
    return Clock(clock.us, clock.known, clock.absolute, clock.faults | faults)


def _counted(table: Any, column: Any, spec: When, reading: Reading) -> Clock:
    cells = numbers(column, reading.decimal)
    counted = known(cells.values)
    counts = np.rint(cells.values.fill_null(0.0).to_numpy() * _PER_UNIT[spec.unit or "s"])
    us = np.clip(counts, -LAST_US, 2 * LAST_US).astype(np.int64)  # no overflow; refused later
    if spec.start is None:
        return Clock(us, counted, np.ones(len(us), bool), cells.faults)
    from_start = spec.start if isinstance(spec.start, When) else When(constant=spec.start)
    start = _read(table, from_start, reading)
    faults = {place: f"start: {why}" for place, why in start.faults.items()} | cells.faults
    return Clock(us + start.us, counted & start.known, start.absolute, faults)


def _time_of_day(text: str) -> int:
    at = time.fromisoformat(text)
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _to_utc(local_us: I64, timezone: str) -> I64:
    # By Python's database and not pyarrow's, which knows no zone where the system has none.
    if timezone == "UTC":
        return local_us
    zone = ZoneInfo(timezone)
    usable = np.clip(local_us, FIRST_US, LAST_US)
    minutes, place = np.unique(usable // _MINUTE_US, return_inverse=True)
    offsets = [
        zone.utcoffset(EPOCH.replace(tzinfo=None) + timedelta(minutes=minute)) or timedelta()
        for minute in minutes.tolist()
    ]
    offsets_us = np.array([offset // MICROSECOND for offset in offsets], np.int64)
    return local_us - offsets_us[place]

"""Clocks as they stand in a column: times already, ISO 8601, or a format of somebody's own.

Pyarrow reads whole columns; it is trusted only where it cannot be wrong, because its `strptime`
makes 2 March of 31 February. Everything else goes to Python, each distinct text once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import I64, Mask
from detectors.errors import SettingsError
from streams.sources.columns.cells import by_distinct, is_text, plain, shown, texts
from streams.sources.mapping import When

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ABSOLUTE = pa.timestamp("us", "UTC")
_LOCAL = pa.timestamp("us")
_LOOKED_AT = 100  # cells


@dataclass(frozen=True, eq=False)
class Clock:
    """Readings of a clock, microseconds; `absolute` where the text gave its offset from UTC."""

    us: I64
    known: Mask
    absolute: Mask
    faults: dict[int, str]


def told(column: Any, spec: When) -> Clock:
    """Read a column of times or texts.

    Raises
    ------
    SettingsError
        If it holds anything else.
    """
    column = plain(column)
    if pa.types.is_timestamp(column.type) and spec.format is None:
        aware = column.type.tz is not None
        return _clock(column.cast(ABSOLUTE if aware else _LOCAL, safe=False), aware)
    if pa.types.is_date(column.type) and spec.format is None:
        return _clock(column.cast(_LOCAL), False)
    if spec.format is None and not is_text(column.type):
        raise SettingsError(
            f'column {spec.column!r} holds {column.type}: give unit = "s", "ms", or "days" with '
            "start, or a format"
        )
    cells = texts(column)
    return _by_format(cells, spec.format) if spec.format is not None else _iso(cells)


def known(column: Any) -> Mask:
    """Say which cells are not empty."""
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    mask: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return mask


def whole_numbers(times: Any) -> I64:
    """Give a column of times as whole numbers of its unit, 0 where empty."""
    counts = times.cast(pa.int64())
    us: I64 = (counts.fill_null(0) if counts.null_count else counts).to_numpy()
    return us


def _iso(cells: Any) -> Clock:
    # As the first cells are written, and only then the other way: a failure reads them all too.
    first = next((cell for cell in cells.slice(0, _LOOKED_AT).to_pylist() if cell), "")
    aware = first.endswith("Z") or "+" in first
    for kind in (ABSOLUTE, _LOCAL) if aware else (_LOCAL, ABSOLUTE):
        try:
            return _clock(cells.cast(kind), kind is ABSOLUTE)
        except pa.ArrowInvalid:  # another spelling, or a bad cell
            continue
    return _one_by_one(cells, None)


def _by_format(cells: Any, pattern: str) -> Clock:
    encoded = cells.dictionary_encode()  # the same minute stands in many rows
    distinct = encoded.dictionary
    try:
        seconds = pc.strptime(distinct, format=pattern, unit="s", error_is_null=True)
    except pa.ArrowInvalid:  # a directive that Python knows and pyarrow does not
        return _one_by_one(cells, pattern)
    if "%z" in pattern or "%Z" in pattern or not _proved(seconds, pattern, distinct):
        return _one_by_one(cells, pattern)
    return _clock(seconds.cast(_LOCAL).take(encoded.indices), False)


def _proved(seconds: Any, pattern: str, cells: Any) -> bool:
    # Written back they are the same, but for leading zeros.
    try:
        written = pc.strftime(seconds, format=pattern)
    except pa.ArrowInvalid:  # pyarrow writes no time where the system knows no time zones
        return False
    return bool(pc.all(pc.equal(_bare(written), _bare(cells)).fill_null(False)).as_py())


def _bare(cells: Any) -> Any:
    return pc.replace_substring_regex(cells, r"\b0+(\d)", r"\1")


def _one_by_one(cells: Any, pattern: str | None) -> Clock:
    def read(text: str) -> datetime:
        try:
            return (
                datetime.fromisoformat(text)
                if pattern is None
                else datetime.strptime(text, pattern)  # noqa: DTZ007 - local, as the column is
            )
        except ValueError:
            wanted = "ISO 8601 time" if pattern is None else f"time as {pattern}"
            raise ValueError(f"{shown(text)} is no {wanted}") from None

    def us(text: str) -> int:
        found = read(text)
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return (aware - EPOCH) // MICROSECOND

    def absolute(text: str) -> bool:
        try:
            return read(text).tzinfo is not None
        except ValueError:
            return False

    cells_us = by_distinct(cells, us, pa.int64())
    flags = by_distinct(cells, absolute, pa.bool_()).values.fill_null(False)
    return Clock(
        cells_us.values.fill_null(0).to_numpy(),
        known(cells_us.values),
        flags.to_numpy(zero_copy_only=False),
        cells_us.faults,
    )


def _clock(column: Any, absolute: bool) -> Clock:
    us = whole_numbers(column)
    return Clock(us, known(column), np.full(len(us), absolute), {})

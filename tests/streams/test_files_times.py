"""Times of files, whatever they are written in."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import SettingsError
from streams.sources.columns.times import Reading, instants
from streams.sources.mapping import When
from tests.streams.hand_files import SHOP, a_source, reasons, said

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)


def read(column: list[Any] | Any, timezone: str = "UTC", **keys: Any) -> list[datetime | None]:
    table = pa.table({"at": column})
    found = instants(table, When(column="at", **keys), Reading(timezone=timezone))
    times: list[datetime | None] = found.values.to_pylist()
    return times


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        pytest.param("2017-03-01T12:00:00Z", {}, id="ISO in UTC"),
        pytest.param("2017-03-01 13:00:00+01:00", {}, id="ISO with an offset"),
        pytest.param("2017-03-01 12:00", {}, id="ISO without seconds"),
        pytest.param("2017-03-01T13:00:00", {"timezone": "Europe/Berlin"}, id="ISO, local"),
        pytest.param("1/3/2017 12:00", {"format": "%d/%m/%Y %H:%M"}, id="day first"),
        pytest.param("3/01/2017 12:00 PM", {"format": "%m/%d/%Y %I:%M %p"}, id="half days"),
        pytest.param("1 Mar 2017 12h00", {"format": "%d %b %Y %Hh%M"}, id="names of months"),
        pytest.param("2017-03-01 14:00 +0200", {"format": "%Y-%m-%d %H:%M %z"}, id="offset"),
        pytest.param(1_488_369_600, {"unit": "s"}, id="seconds"),
        pytest.param("1488369600000", {"unit": "ms"}, id="milliseconds as text"),
        pytest.param(28.5, {"unit": "days", "start": "2017-02-01"}, id="days from a day"),
        pytest.param("2017-03-01", {"at": "12:00:00"}, id="a day and a time of day"),
        pytest.param(date(2017, 3, 1), {"at": "12:00"}, id="a date"),
        pytest.param(datetime(2017, 3, 1, 12), {}, id="a naive timestamp"),  # noqa: DTZ001
        pytest.param(NOON, {"timezone": "Asia/Shanghai"}, id="an aware one keeps its own"),
    ],
)
def test_the_same_noon_in_many_spellings(cell: object, keys: dict[str, Any]) -> None:
    assert read([cell, None], **keys) == [NOON, None]


def test_milliseconds_and_microseconds_are_kept() -> None:
    fine = NOON + timedelta(microseconds=123_456)
    assert read(["2017-03-01T12:00:00.123456Z"]) == [fine]
    assert read([1_488_369_600_123], unit="ms") == [NOON + timedelta(milliseconds=123)]


def test_days_count_from_a_day_that_another_column_names() -> None:
    table = pa.table({"n": [3, -1, 0], "term": ["13J", "14B", "99X"]})
    start = When(column="term", values={"13J": "2013-10-01", "14B": "2014-02-01"})
    found = instants(table, When(column="n", unit="days", start=start), Reading())
    assert found.values.to_pylist()[:2] == [
        datetime(2013, 10, 4, tzinfo=UTC),
        datetime(2014, 1, 31, tzinfo=UTC),
    ]
    assert found.faults == {2: "start: '99X' is not in values"}


def test_days_are_days_of_the_calendar_also_when_clocks_change() -> None:
    when = {"unit": "days", "start": "2017-03-25", "at": "12:00"}
    assert read([0, 1, 2], "Europe/Berlin", **when) == [
        datetime(2017, 3, 25, 11, tzinfo=UTC),
        datetime(2017, 3, 26, 10, tzinfo=UTC),
        datetime(2017, 3, 27, 10, tzinfo=UTC),
    ]


def test_an_hour_that_occurs_twice_is_the_first_and_one_that_never_was_counts_on() -> None:
    assert read(["2017-10-29 02:30", "2017-03-26 02:30"], "Europe/Berlin") == [
        datetime(2017, 10, 29, 0, 30, tzinfo=UTC),
        datetime(2017, 3, 26, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("cell", "keys", "reason"),
    [
        ("yesterday", {}, "'yesterday' is no ISO 8601 time"),
        ("31/2/2017 1:00", {"format": "%d/%m/%Y %H:%M"}, "is no time as %d/%m/%Y %H:%M"),
        ("12", {"unit": "s"}, "1970-01-01T00:00:12.000000 is not between 1971 and 2200"),
        (1_488_369_600_000, {"unit": "s"}, "is not between 1971 and 2200"),
        (1e300, {"unit": "s"}, "is not between 1971 and 2200"),
        ("x", {"unit": "ms"}, "'x' is no number"),
    ],
)
def test_what_is_no_time_is_told(cell: object, keys: dict[str, Any], reason: str) -> None:
    good = "1488369600000" if keys.get("unit") == "ms" else "1488369600"
    if "unit" not in keys:
        good = "1/3/2017 12:00" if keys else "2017-03-01T12:00"
    other = good if isinstance(cell, str) else float(good)
    table = pa.table({"at": [other, cell]})
    found = instants(table, When(column="at", **keys), Reading())
    assert found.values.to_pylist() == [NOON, None]
    assert list(found.faults) == [1]
    assert reason in found.faults[1]


def test_numbers_need_a_unit(tmp_path: Path) -> None:
    columns = {"customer": ["ada"], "at": [1_488_369_600], "amount": [1.0]}
    with pytest.raises(
        SettingsError, match=r"event 1 .*, time: column 'at' holds int64: give unit"
    ):
        a_source(tmp_path, SHOP.replace(".csv", ".parquet"), orders=columns)


def test_the_time_zone_of_the_file_is_for_naive_times_only(tmp_path: Path) -> None:
    mapping = SHOP.replace('name = "shop"', 'name = "shop"\ntimezone = "America/Sao_Paulo"')
    orders = "customer,at,amount\nada,2017-06-01 12:00:00,1\nbo,2017-06-01T12:00:00Z,1\n"
    assert said(a_source(tmp_path, mapping, orders=orders)) == [
        ("bo", "2017-06-01 12:00:00"),
        ("ada", "2017-06-01 15:00:00"),
    ]


def test_a_clock_that_changes_a_minute_past_midnight() -> None:
    assert read(["2005-04-03 00:00:30", "2005-04-03 01:01:30"], "America/St_Johns") == [
        datetime(2005, 4, 3, 3, 30, 30, tzinfo=UTC),
        datetime(2005, 4, 3, 3, 31, 30, tzinfo=UTC),
    ]


@given(
    moments=st.lists(st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)), min_size=1),  # noqa: DTZ001
    timezone=st.sampled_from(["America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_any_local_time_is_what_python_says(moments: list[datetime], timezone: str) -> None:
    zone = ZoneInfo(timezone)
    assert read(moments, timezone) == [one.replace(tzinfo=zone).astimezone(UTC) for one in moments]


def test_only_the_period_wanted_is_fed_without_its_end(tmp_path: Path) -> None:
    mapping = SHOP.replace(
        'name = "shop"',
        'name = "shop"\ntimezone = "Europe/Berlin"\nsince = 2017-06-01\nuntil = 2017-06-02',
    )
    orders = """customer,at,amount
early,2017-05-31T21:59:59Z,1
first,2017-05-31T22:00:00Z,1
last,2017-06-01 23:59:59,1
late,2017-06-02 00:00:00,1
none,soon,1
"""
    source = a_source(tmp_path, mapping, orders=orders)
    assert [customer for customer, _ in said(source)] == ["first", "last"]
    assert (source.tallies[0].n_left_out, source.n_refused) == (2, 1)


def test_a_bad_time_among_good_ones_is_one_dead_letter(tmp_path: Path) -> None:
    orders = "customer,at,amount\nada,2017-06-01,1\nbo,soon,1\ncy,,1\ndi,2017-06-02,1\n"
    source = a_source(tmp_path, SHOP, orders=orders)
    assert [customer for customer, _ in said(source)] == ["ada", "di"]
    assert reasons(source) == [(2, "time: 'soon' is no ISO 8601 time"), (3, "time: empty")]


MOMENTS = st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
FORMATS = st.sampled_from(
    ["%d/%m/%Y %H:%M:%S", "%Y%m%d %H%M%S", "%m-%d-%Y %I:%M:%S %p", "%d %b %Y %H:%M:%S", "%c"]
)


@given(moments=st.lists(MOMENTS, min_size=1, max_size=20), pattern=FORMATS)
def test_a_format_reads_what_it_wrote(moments: list[datetime], pattern: str) -> None:
    written = [moment.strftime(pattern) for moment in moments]
    assert read(written, format=pattern) == [moment.replace(tzinfo=UTC) for moment in moments]


@given(cells=st.lists(st.text("0123456789/: 3", max_size=16), min_size=1, max_size=20))
def test_pyarrow_is_believed_only_where_python_agrees(cells: list[str]) -> None:
    def slow(cell: str) -> datetime | None:
        try:
            found = datetime.strptime(cell.strip(), "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
        except ValueError:
            return None
        return found if 1971 <= found.year < 2200 else None

    assert read(pa.array(cells), format="%d/%m/%Y %H:%M") == [slow(cell) for cell in cells]

"""What joining two rows has to keep, whatever the family. A new family is found by itself."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from detectors.families import FAMILIES
from detectors.joining import instant_of, joined, rule_of
from detectors.kinds import Kind
from detectors.layout import LAYOUT
from detectors.rows import Table
from tests.contracts.test_families import crowd_table, features
from tests.detectors.logs import One, at
from tests.detectors.records import records, the_events

every_family = pytest.mark.parametrize("name", FAMILIES)
N_PAIRS = 30


@cache
def rows_of(name: str) -> list[Table]:
    table, _ = crowd_table(name)
    return [table[number : number + 1] for number in range(min(N_PAIRS, len(table)))]


def shared(name: str, row: Table) -> list[object]:
    """Give the columns whose rule says nothing of who survives."""
    columns = [column for column in FAMILIES[name].COLUMNS if rule_of(column) != "own"]
    return [row[f"{name}.{column.name}"][0].tolist() for column in columns]


@every_family
def test_an_empty_row_changes_nothing_and_is_changed_into_the_other(name: str) -> None:
    blank = LAYOUT.blanks(1)
    for row in rows_of(name):
        assert joined(LAYOUT, row, blank).tobytes() == row.tobytes()
        assert shared(name, joined(LAYOUT, blank, row)) == shared(name, row)


@every_family
def test_it_does_not_matter_who_is_joined_to_whom(name: str) -> None:
    rows = rows_of(name)
    for one, other in pairwise(rows):
        there, back = joined(LAYOUT, one, other), joined(LAYOUT, other, one)
        assert shared(name, there) == shared(name, back)


@every_family
def test_a_joined_row_is_measured_as_any_other(name: str) -> None:
    rows = rows_of(name)
    for one, other in pairwise(rows):
        row = records(joined(LAYOUT, one, other))[0][name]
        assert np.isfinite(features(name, row, at(2_000))).all()


@every_family
def test_every_column_knows_what_it_goes_by(name: str) -> None:
    columns = FAMILIES[name].COLUMNS
    for column in columns:
        if rule_of(column) in ("decayed", "latest"):
            assert instant_of(columns, column).unit == "ms since 1970"


def counted(name: str, *events: One) -> Table:
    row = LAYOUT.blanks(1)
    for event in the_events(events):
        FAMILIES[name].apply(records(row)[0][name], event)
    return row


COMMUTING = ("silence", "volume", "value", "loyalty", "contact", "complaints")


@pytest.mark.parametrize("name", COMMUTING)
def test_two_halves_of_a_history_joined_are_measured_as_the_whole(name: str) -> None:
    kinds = (Kind.PURCHASE_MADE, Kind.CONTACT_MADE, Kind.COMPLAINT_OPENED, Kind.COMPLAINT_RESOLVED)
    events = [
        One(0, kind, at(day), day, amount=5.0 + day, reference=1 + day % 3, lines=1 << day % 5)
        for day in range(40)
        for kind in kinds[: 1 + day % 4]
    ]
    halves = joined(LAYOUT, counted(name, *events[::2]), counted(name, *events[1::2]))
    whole = counted(name, *events)
    found, expected = (features(name, records(row)[0][name], at(45)) for row in (halves, whole))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_days_active_under_both_ids_are_days_active() -> None:
    mondays = [One(0, Kind.PURCHASE_MADE, at(day), day) for day in range(0, 30, 7)]
    fridays = [One(0, Kind.PURCHASE_MADE, at(day), day) for day in range(4, 34, 7)]
    both = joined(LAYOUT, counted("rhythm", *mondays), counted("rhythm", *fridays))
    whole = counted("rhythm", *sorted(mondays + fridays, key=lambda one: one.at_ms))
    for column in ("rhythm.days", "rhythm.last_day", "rhythm.active_days", "rhythm.first_ms"):
        assert both[column] == whole[column]


def test_of_too_many_complaints_the_open_ones_stay() -> None:
    def complained(first: int, *, solved: bool) -> Table:
        opened = [
            One(0, Kind.COMPLAINT_OPENED, at(first), 1, reference=first + n) for n in range(3)
        ]
        done = [One(0, Kind.COMPLAINT_RESOLVED, at(9), 1, reference=first + n) for n in range(3)]
        return counted("complaints", *opened, *(done if solved else ()))

    both = joined(LAYOUT, complained(4, solved=True), complained(1, solved=False))
    assert both["complaints.reference"][0].tolist()[:3] == [1, 2, 3]
    assert both["complaints.reference"][0][3] in {4, 5, 6}

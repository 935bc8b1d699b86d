"""Records for tests: one customer's columns and one event, as compiled code takes them."""

from collections.abc import Sequence

import numpy as np

from detectors.events import EVENT, events_of, read_notes
from detectors.families.family import Column, Event, Own
from detectors.layout import LAYOUT
from detectors.rows import Layout, Table
from detectors.slices import Marks
from tests.detectors.logs import One, a_slice


def columns_of(columns: tuple[Column, ...]) -> Own:
    """Give one part's columns of one customer, before any event."""
    layout = Layout((("own", columns),))
    own: Own = records(layout.blanks(1), layout)[0].own
    return own


def records(table: Table, layout: Layout = LAYOUT) -> np.recarray[tuple[int], np.dtype[np.record]]:
    """See rows as records, with a record for each part: what is changed there is changed here."""
    return table.view(layout.nested).view(np.recarray)


def an_event(one: One) -> Event:
    """Give an event, without a profile."""
    return the_events([one])[0]


def the_events(many: Sequence[One]) -> list[Event]:
    """Give events with what their notes say, but without profiles and scopes."""
    names = [""]

    def code(name: str) -> int:
        if name not in names:
            names.append(name)
        return names.index(name)

    record = a_slice(many)
    events = events_of(record, lambda _: 0)
    read_notes(events, record, Marks().taken, code, lambda _: 0)
    assert events.dtype == EVENT
    return list(events.view(np.recarray))


def padding(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say of each byte of a row whether it belongs to no column, shape (n_bytes,)."""
    free = np.ones(layout.dtype.itemsize, bool)
    for _, kind, start in layout.format.columns:
        free[start : start + np.dtype(kind).itemsize] = False
    return free


def as_bytes(table: Table) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """See rows as their bytes, shape (n_rows, n_bytes): those between columns as well."""
    return table.view(np.uint8).reshape(len(table), table.dtype.itemsize)

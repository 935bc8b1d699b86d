"""Events from a file's columns give the log that the same events as JSON give."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import ArrayLike

from detectors.kinds import TOPICS
from detectors.slices import pack
from streams.events.envelope import at_ms
from streams.log_rows import event_hash
from streams.sequencing.arrivals import Arrival, Arrivals, Columns
from streams.sequencing.tables import VALUES, readings_of_table, texts_of_column
from streams.sequencing.texts import Texts
from tests.streams.arrivals import KNOWN_MS, TOPIC, a_purchase, a_sequencer, arrived, read


def arrivals_of_table(values: Mapping[str, ArrayLike], subjects: Texts, sources: Texts) -> Arrivals:
    readings, buffer = readings_of_table(values, subjects, sources)
    topics, n = np.full(len(readings), TOPICS.index(TOPIC), np.uint8), np.arange(len(readings))
    columns = Columns(readings, buffer, topics, n, np.full(len(readings), KNOWN_MS))
    return Arrivals(columns.read_only(), no_record)


def no_record(at: int) -> Arrival:
    raise AssertionError(f"nothing is to be decoded, {at} was")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
def test_columns_give_the_log_of_the_same_events(kind: pa.DataType) -> None:
    people = ["ada", "bo", "a rather long name", "zoë"] * 5
    events = [a_purchase(who, 1 + n // 3) for n, who in enumerate(people)]
    records = arrived(*events)
    readings = read(records).columns.readings
    # As a part of a larger column, as batches of a file are.
    subjects = pa.array(["before", *people, "behind"], kind).slice(1, len(people))
    sources = pa.array(["shop"] * len(people), kind)
    table = arrivals_of_table(
        {name: readings[name] for name in VALUES},
        texts_of_column(subjects),
        texts_of_column(sources),
    )
    assert readings["at_ms"].tolist() == [at_ms(event.time) for event in events]
    assert readings["id_hash"].tolist() == [event_hash(event) for event in events]
    logs = []
    for arrivals in (read(records), table):
        sequencer = a_sequencer(ticks="wall", ahead_s=1e9, slice_events=3)
        logs.append([pack(record) for record in sequencer.take(arrivals).records])
    assert logs[0] == logs[1]
    assert len(logs[0]) > 10


def test_who_has_no_subject_is_nobody() -> None:
    subjects = texts_of_column(pa.array(["ada", None, "", "bo"]))
    n = np.arange(4)
    sources = texts_of_column(pa.array(["shop"] * 4))
    table = arrivals_of_table({"kind": 1, "at_ms": n, "id_hash": n}, subjects, sources)
    sequencer = a_sequencer()
    [log] = sequencer.take(table).records
    assert log.columns["row"].tolist() == [0, -1, -1, 1]  # type: ignore[union-attr]  # a slice
    assert sequencer.customers.take_new() == [("ada", 0), ("bo", 1)]


def test_a_column_without_rows_has_no_texts() -> None:
    texts = texts_of_column(pa.array([], pa.string()))
    assert (texts.starts.tolist(), texts.buffer.tolist()) == ([], [])


def test_a_value_that_no_reading_has_is_refused() -> None:
    n, names = np.arange(1), texts_of_column(pa.array(["ada"]))
    with pytest.raises(KeyError, match="price"):
        readings_of_table({"price": n}, names, names)


def test_a_name_that_the_order_could_not_keep_is_refused() -> None:
    names = texts_of_column(pa.array(["a" * 70_000]))
    with pytest.raises(ValueError, match="more than 65535 bytes"):
        readings_of_table({"kind": 1}, names, names)

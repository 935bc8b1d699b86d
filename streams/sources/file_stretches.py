"""Columns of a rule become readings, as the intake would read the same events as JSON.

No object is made for an event. What goes into which column is said by `streams.log_rows`; every
cell has been checked before.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import F64, I64, U64, Mask
from detectors.kinds import TOPICS
from streams.events import EVENT_TYPES, name_of
from streams.events.complaints import Complaint
from streams.log_rows import (
    AMOUNTS,
    CODES,
    KIND_OF,
    LINE,
    LINES,
    PLAIN,
    QUANTITY,
    REFERENCES,
    SECRET,
    note_from,
)
from streams.reading.hashes import bits_of, of_rows, of_texts
from streams.sequencing.decoding import has_text
from streams.sequencing.tables import noted, readings_of_table, repeated, texts_of_column
from streams.sequencing.texts import Bytes, read_only
from streams.sources.columns.cells import plain
from streams.sources.columns.combining import NTH
from streams.sources.columns.rows import RuleColumns
from streams.sources.columns.tables import ROW
from streams.sources.file_events import data_of_rows, typed
from streams.sources.stretches import Stretch
from streams.sources.targets import Target, targets

_MS = 1000  # microseconds


def stretch_of(columns: RuleColumns, span: range, source: str) -> Stretch:
    """Read some of a rule's rows into a stretch.

    Parameters
    ----------
    source : str
        The `source` of the events.
    """
    rule = columns.rule
    part = columns.table.slice(span.start, len(span)).combine_chunks()
    at_ms = columns.time_us[span.start : span.stop] // _MS
    values = {
        "kind": int(KIND_OF[rule.struct]),
        "at_ms": at_ms,
        "id_hash": _id_hashes(columns, part, source),
        **_values(columns, part),
    }
    if rule.customer is None:
        subjects = repeated("", len(part))
    else:
        subjects = texts_of_column(_array(part, "customer"))
    readings, buffer = readings_of_table(values, subjects, repeated(source, len(part)))
    if KIND_OF[rule.struct] not in PLAIN:
        notes, which, is_data = _notes(columns, part)
        buffer = noted(readings, buffer, notes, which, is_data=is_data)
    topic = TOPICS.index(EVENT_TYPES[name_of(rule.struct)].topics[0])
    return Stretch(readings, np.full(len(part), topic, np.uint8), at_ms, buffer)


def _id_hashes(columns: RuleColumns, part: Any, source: str) -> U64:
    head = f"{source}\n"
    if columns.rule.id is not None:
        return of_texts(_bytes(head), *texts_of_column(_array(part, "id")))
    rows, nths = (_array(part, name).to_numpy().astype(np.int64) for name in (ROW, NTH))
    return of_rows(_bytes(f"{head}{columns.rule.id_head}-"), read_only(rows), read_only(nths))


def _values(columns: RuleColumns, part: Any) -> dict[str, Any]:
    mapped = {field.target.name: field.target for field in columns.rule.fields}

    def first(names: Sequence[str], read: Callable[[Any, Target], Any]) -> Any:
        # Of several fields the first that says something counts.
        found: Any = 0
        for name in reversed([name for name in names if name in mapped]):
            told = read(_array(part, f"data.{name}"), mapped[name])
            found = np.where(told != 0, told, found)
        return found

    return {
        "code": _codes(columns, part),
        "amount": first(AMOUNTS, _numbers),
        "quantity": first((QUANTITY,), _numbers),
        "reference": first(REFERENCES, lambda column, _: _hashes(column)),
        "lines": first((LINES, LINE), lambda column, _: _lines(column)),
    }


def _numbers(column: Any, target: Target) -> F64:
    found: F64 = column.fill_null(target.default or 0.0).to_numpy()
    return found


def _hashes(column: Any) -> U64:
    return of_texts(_bytes(""), *texts_of_column(column))


def _lines(column: Any) -> U64:
    if not pa.types.is_nested(column.type):
        known = pc.is_valid(column).to_numpy(zero_copy_only=False).astype(np.int64)
        return bits_of(_hashes(column.drop_null()), read_only(np.cumsum(known)))
    lengths = pc.list_value_length(column).fill_null(0).to_numpy().astype(np.int64)
    return bits_of(_hashes(column.flatten()), read_only(np.cumsum(lengths)))


def _codes(columns: RuleColumns, part: Any) -> Any:
    kind = KIND_OF[columns.rule.struct]
    if kind not in CODES:
        return 0
    names, codes = CODES[kind]
    defaults = targets(columns.rule.struct)
    mapped = {field.target.name: field.target for field in columns.rule.fields}
    place, values = np.zeros(len(part), np.int64), []
    for name in names:
        if name in mapped:
            which, told = _distinct(_array(part, f"data.{name}"), mapped[name])
        else:
            which, told = np.zeros(len(part), np.int64), [defaults[name].default]
        place = place * len(told) + which
        values.append(told)
    meant = [codes.get(one, 0) for one in product(*values)]
    return np.array(meant, np.int32)[place]


def _notes(columns: RuleColumns, part: Any) -> tuple[list[bytes], I64, Mask]:
    """Give the notes that differ, and the place of each row's among them; which are `data`."""
    if columns.rule.data is Complaint and "data.text" in part.column_names:
        every = data_of_rows(columns, part)
        are_data = [has_text(one) for one in every]
        told = [
            msgspec.json.encode(one) if is_data else note_from(one) or b""
            for one, is_data in zip(every, are_data, strict=True)
        ]
        return told, np.arange(len(part)), np.array(are_data, bool)
    alike = np.zeros(len(part), np.int64)
    for field in columns.rule.fields:
        if field.target.name not in SECRET:
            column = _array(part, f"data.{field.target.name}")
            alike = alike * (len(column) + 1) + _alike(column)
            alike = np.unique(alike, return_inverse=True)[1]
    _, first, which = np.unique(alike, return_index=True, return_inverse=True)
    data = data_of_rows(columns, part.take(pa.array(first)))
    return [note_from(one) or b"" for one in data], which, np.zeros(len(data), bool)


def _alike(column: Any) -> I64:
    if pa.types.is_nested(column.type):
        return np.arange(len(column))  # Arrow tells no lists apart; each counts as its own
    codes: I64 = column.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64) + 1
    return codes


def _distinct(column: Any, target: Target) -> tuple[I64, list[Any]]:
    """Give each row's place among the typed values that occur, and those values."""
    encoded = column.dictionary_encode()
    values = [*typed(encoded.dictionary, target), target.default]
    return encoded.indices.fill_null(len(values) - 1).to_numpy().astype(np.int64), values


def _array(part: Any, name: str) -> Any:
    column = part[name]  # of a table whose chunks were combined
    return plain(column.chunk(0) if column.num_chunks else column.combine_chunks())


def _bytes(text: str | bytes) -> Bytes:
    return np.frombuffer(text.encode() if isinstance(text, str) else text, np.uint8)

"""Events that come as the columns of a file, and never were JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from detectors.arrays import Mask
from streams.reading.reading import READING
from streams.sequencing.arrivals import Readings
from streams.sequencing.names import LONGEST
from streams.sequencing.texts import NONE, Bytes, Texts, read_only, texts_of

# What a reading says beyond its names.
VALUES = ("kind", "code", "at_ms", "id_hash", "amount", "quantity", "reference", "lines")
_WIDTHS: dict[Any, Any] = {
    pa.string(): np.int32,
    pa.binary(): np.int32,
    pa.large_string(): np.int64,
    pa.large_binary(): np.int64,
}


def texts_of_column(column: pa.Array) -> Texts:
    """Give a column of Arrow texts as it lies in memory; a null has the length `NONE`.

    Examples
    --------
    >>> texts_of_column(pa.array(["ada", None, "bo"])).lengths.tolist()
    [3, -1, 2]
    """
    if not len(column):
        return texts_of([])
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, _WIDTHS[column.type])[column.offset :][: len(column) + 1]
    lengths = np.diff(ends).astype(np.int32)
    if column.null_count:
        lengths[column.is_null().to_numpy(zero_copy_only=False)] = NONE
    # Of a slice only its own part, because the buffer is that of the whole column.
    buffer = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    starts = ends[:-1].astype(np.int64) - ends[0]
    return Texts(read_only(buffer), read_only(starts), read_only(lengths))


def readings_of_table(
    values: Mapping[str, Any], subjects: Texts, sources: Texts
) -> tuple[Readings, Bytes]:
    """Give events as readings and the buffer of their names, without reading or decoding anything.

    They are taken as they are: whoever makes them has checked them. Notes they have none.

    Parameters
    ----------
    values : mapping
        The `VALUES`, each of shape (n,), or one number for all; what is left out is 0.
        `id_hash` is what `streams.log_rows.event_hash` gives.
    subjects : Texts
        Of length `NONE` or 0 where there is none.

    Raises
    ------
    KeyError
        If a value is none of `VALUES`.
    ValueError
        If a name is longer than any that the contract allows.

    Examples
    --------
    >>> names = (texts_of_column(pa.array([name] * 2)) for name in ("ada", "shop"))
    >>> readings_of_table({"kind": 1, "at_ms": np.arange(2)}, *names)[0]["kind"]
    array([1, 1], dtype=uint8)
    """
    unknown = set(values) - set(VALUES)
    if unknown:
        raise KeyError(f"unknown values {sorted(unknown)}")
    readings: Readings = np.zeros(len(subjects.starts), READING)
    readings["taken"] = 1
    for name, value in values.items():
        readings[name] = value
    at = 0
    for name, texts in (("subject", subjects), ("source", sources)):
        if texts.lengths.max(initial=0) > LONGEST:
            raise ValueError(f"a {name} has more than {LONGEST} bytes")
        readings[f"{name}_at"] = texts.starts + at
        readings[f"{name}_len"] = np.maximum(texts.lengths, 0)
        at += len(texts.buffer)
    return readings, np.concatenate([subjects.buffer, sources.buffer])


def noted(
    readings: Readings,
    buffer: Bytes,
    notes: Sequence[bytes],
    which: NDArray[np.integer[Any]],
    *,
    is_data: Mask | None = None,
) -> Bytes:
    """Give readings their notes, in place, and the buffer with the notes behind it.

    Parameters
    ----------
    notes : sequence of bytes
        Those that differ; an empty one is none.
    which : whole numbers, shape (n,)
        The place of each reading's note.
    is_data : bool, shape (len(notes),)
        Which of them are no notes but `data` as JSON; none if left out.
    """
    ends = np.cumsum([len(note) for note in notes], dtype=np.int64)
    lengths = np.diff(ends, prepend=0)
    readings["data_at"] = (ends - lengths + len(buffer))[which]
    signed = -lengths if is_data is None else np.where(is_data, lengths, -lengths)
    readings["data_len"] = signed[which]
    return np.concatenate([buffer, np.frombuffer(b"".join(notes), np.uint8)])


def repeated(text: str, n: int) -> Texts:
    """Give the same text n times."""
    one = texts_of([text.encode()])
    lengths = np.repeat(one.lengths, n)
    return Texts(one.buffer, read_only(np.zeros(n, np.int64)), read_only(lengths))

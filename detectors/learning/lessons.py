"""Lessons: what a partition tells the trainer at a tick. Cut, packed and unpacked.

A lesson holds the snapshots taken at its tick, as they were, and the labels that matured at
it. What is too large for one record is cut into parts. The same lesson gives the same bytes,
so a scorer that says it twice, after a crash, says it in the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F32, F64, I32, NEVER, U8
from detectors.errors import FormatError
from detectors.outcome import Labels, Snapshot
from detectors.tier_lines import NO_WORTHS, Worths

FORMAT = 3  # 2 is that of labels of texts
READABLE = (1, FORMAT)  # in format 1 nobody said what customers bring
WORTH_BYTES = 6
BYTES_MAX = 512 * 1024  # of a record: half of what a Kafka broker takes unless told otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What one partition says at the tick `at_ms`, or one of `n_parts` parts of it.

    The n snapshots are of the tick's own instant: `rows`, features `x` of shape
    (n, n_features) and the `risk` given then. The m labels are those of the snapshots of
    `labels_as_of_ms` (`NEVER` if none matured): `label_rows`, and `y`, 1 for who churned. `worths`
    are of the snapshots, or of nobody.
    """

    partition: int
    at_ms: int
    features_hash: str
    rows: I32
    x: F32
    risk: F64
    labels_as_of_ms: int
    label_rows: I32
    y: U8
    part: int = 0
    n_parts: int = 1
    worths: Worths = NO_WORTHS


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    partition: int
    at_ms: int
    features_hash: str
    part: int
    n_parts: int
    n_snapshots: int
    n_features: int
    labels_as_of_ms: int
    n_labels: int
    columns: bytes
    n_worths: int = 0
    segments: tuple[str, ...] = ()


class _Frame(msgspec.Struct, frozen=True, array_like=True):
    format: int
    record: msgspec.Raw


_encoder = msgspec.msgpack.Encoder()
_frames = msgspec.msgpack.Decoder(_Frame)
_records = msgspec.msgpack.Decoder(_Packed)


def lesson(
    partition: int,
    at_ms: int,
    features_hash: str,
    snapshot: Snapshot | None,
    labels: Labels | None,
    *,
    worths: Worths | None = None,
) -> Lesson:
    """Put together what a partition says at a tick; either half, or both, may be missing."""
    return Lesson(
        partition=partition,
        at_ms=at_ms,
        features_hash=features_hash,
        rows=np.empty(0, np.int32) if snapshot is None else snapshot.rows.astype(np.int32),
        x=np.empty((0, 0), np.float32) if snapshot is None else snapshot.x,
        risk=np.empty(0, np.float64) if snapshot is None else snapshot.risk,
        labels_as_of_ms=NEVER if labels is None else labels.as_of_ms,
        label_rows=np.empty(0, np.int32) if labels is None else labels.rows.astype(np.int32),
        y=np.empty(0, np.uint8) if labels is None else labels.y,
        worths=worths or NO_WORTHS,
    )


def cut(whole: Lesson, bytes_max: int = BYTES_MAX) -> tuple[Lesson, ...]:
    """Cut a lesson into parts whose columns stay within `bytes_max`, at least one.

    Snapshots and labels are dealt evenly over the parts, in order, so `joined` gives back the
    whole. A single row that is larger than `bytes_max` makes a part larger than it.

    Examples
    --------
    >>> [(part.part, part.n_parts) for part in cut(lesson(0, 0, "", None, None))]
    [(0, 1)]
    """
    row_bytes = 4 + 8 + 4 * whole.x.shape[1] + WORTH_BYTES
    rows_max, labels_max = max(bytes_max // 2 // row_bytes, 1), max(bytes_max // 2 // 5, 1)
    if len(whole.rows) * row_bytes + len(whole.label_rows) * 5 <= bytes_max:
        return (whole,)
    n_parts = max(-(-len(whole.rows) // rows_max), -(-len(whole.label_rows) // labels_max))
    return tuple(
        replace(
            whole,
            rows=_share(whole.rows, part, n_parts),
            x=_share(whole.x, part, n_parts),
            risk=_share(whole.risk, part, n_parts),
            label_rows=_share(whole.label_rows, part, n_parts),
            y=_share(whole.y, part, n_parts),
            worths=whole.worths._replace(
                revenue=_share(whole.worths.revenue, part, n_parts),
                segment=_share(whole.worths.segment, part, n_parts),
            ),
            part=part,
            n_parts=n_parts,
        )
        for part in range(n_parts)
    )


def joined(parts: Sequence[Lesson]) -> Lesson:
    """Join all parts of a lesson, given in their order, into the whole."""
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first,
        rows=np.concatenate([part.rows for part in parts]),
        x=np.concatenate([part.x for part in parts]),
        risk=np.concatenate([part.risk for part in parts]),
        label_rows=np.concatenate([part.label_rows for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        worths=first.worths._replace(
            revenue=np.concatenate([part.worths.revenue for part in parts]),
            segment=np.concatenate([part.worths.segment for part in parts]),
        ),
        part=0,
        n_parts=1,
    )


def pack(part: Lesson) -> bytes:
    """Give the training log's bytes of a lesson or a part of one; the same each time."""
    columns = b"".join(
        np.ascontiguousarray(column, dtype).tobytes()
        for column, dtype in (
            (part.risk, "<f8"),  # widest first, so that every view is aligned
            (part.x, "<f4"),
            (part.rows, "<i4"),
            (part.label_rows, "<i4"),
            (part.worths.revenue, "<f4"),
            (part.worths.segment, "<u2"),
            (part.y, "u1"),
        )
    )
    body = _Packed(
        partition=part.partition,
        at_ms=part.at_ms,
        features_hash=part.features_hash,
        part=part.part,
        n_parts=part.n_parts,
        n_snapshots=len(part.rows),
        n_features=part.x.shape[1],
        labels_as_of_ms=part.labels_as_of_ms,
        n_labels=len(part.label_rows),
        columns=columns,
        n_worths=len(part.worths.revenue),
        segments=part.worths.segments,
    )
    return _encoder.encode(_Frame(FORMAT, msgspec.Raw(_encoder.encode(body))))


def unpack(data: bytes) -> Lesson:
    """Read a record of the training log; its columns are read-only views on `data`.

    Raises
    ------
    FormatError
        If the format is not known or the bytes are not such a record.
    """
    try:
        frame = _frames.decode(data)
        if frame.format not in READABLE:
            raise FormatError(f"lesson of format {frame.format}; this version reads {FORMAT}")
        body = _records.decode(frame.record)
    except msgspec.MsgspecError as error:
        raise FormatError(f"lesson cannot be read: {error}") from error
    n, m, w = body.n_snapshots, body.n_labels, body.n_worths
    if not 0 <= body.part < body.n_parts or min(n, m, w, body.n_features) < 0:
        raise FormatError(f"lesson of part {body.part} of {body.n_parts}, {n} rows, {m} labels")
    n_bytes = n * (8 + 4 + 4 * body.n_features) + m * 5 + w * WORTH_BYTES
    if len(body.columns) != n_bytes:
        raise FormatError(f"lesson of {n} snapshots and {m} labels in {len(body.columns)} bytes")
    risk, x, rows, label_rows, revenue, segment, y = _views(
        body.columns,
        (
            ("<f8", n),
            ("<f4", n * body.n_features),
            ("<i4", n),
            ("<i4", m),
            ("<f4", w),
            ("<u2", w),
            ("u1", m),
        ),
    )
    return Lesson(
        partition=body.partition,
        at_ms=body.at_ms,
        features_hash=body.features_hash,
        rows=rows,
        x=x.reshape(n, body.n_features),
        risk=risk,
        labels_as_of_ms=body.labels_as_of_ms,
        label_rows=label_rows,
        y=y,
        part=body.part,
        n_parts=body.n_parts,
        worths=Worths(revenue, segment, body.segments),
    )


def _share(column: NDArray[Any], part: int, n_parts: int) -> NDArray[Any]:
    n = len(column)
    return column[n * part // n_parts : n * (part + 1) // n_parts]


def _views(data: bytes, sizes: Sequence[tuple[str, int]]) -> list[NDArray[Any]]:
    views: list[NDArray[Any]] = []
    start = 0
    for dtype, n in sizes:
        views.append(np.frombuffer(data, dtype, n, start))
        start += n * np.dtype(dtype).itemsize
    return views

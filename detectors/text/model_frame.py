"""A text model as bytes, as it is published: little-endian columns in a msgpack frame.

Only buckets that were learned from are in it; 10,000 labels touch nearly all, which is 0.95 MB.
"""

import msgspec
import numpy as np

from detectors.errors import FormatError
from detectors.text.columns import N_COLUMNS
from detectors.text.grams import N_BUCKETS
from detectors.text.model import TextModel

FORMAT = 1


class _Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    n_buckets: int
    version: int
    n_labels: tuple[int, int, int]
    bias: bytes
    by_sign: bytes
    buckets: bytes
    by_gram: bytes


def packed_model(model: TextModel) -> bytes:
    """Give a model as bytes; the same model gives the same bytes."""
    buckets = np.flatnonzero(model.by_gram.any(axis=1))
    frame = _Frame(
        FORMAT,
        N_BUCKETS,
        model.version,
        model.n_labels,
        model.bias.astype("<f8").tobytes(),
        model.by_sign.astype("<f8").tobytes(),
        buckets.astype("<u2").tobytes(),
        model.by_gram[buckets].astype("<f4").tobytes(),
    )
    return msgspec.msgpack.encode(frame)


def unpacked_model(data: bytes) -> TextModel:
    """Give a model again.

    Raises
    ------
    FormatError
        If it is of another format, of other sizes, or holds a number that is not finite.

    Examples
    --------
    >>> from detectors.text.model import word_lists
    >>> unpacked_model(packed_model(word_lists())).n_labels
    (0, 0, 0)
    """
    try:
        frame = msgspec.msgpack.decode(data, type=_Frame)
    except msgspec.DecodeError as fault:
        raise FormatError(f"not a text model: {fault}") from fault
    if frame.format != FORMAT or frame.n_buckets != N_BUCKETS:
        raise FormatError(f"text model of format {frame.format}, {frame.n_buckets} buckets")
    by_gram = np.zeros((N_BUCKETS, N_COLUMNS), np.float32)
    try:
        buckets = np.frombuffer(frame.buckets, "<u2")
        by_gram[buckets] = np.frombuffer(frame.by_gram, "<f4").reshape(len(buckets), N_COLUMNS)
        bias = np.frombuffer(frame.bias, "<f8").reshape(N_COLUMNS).astype(np.float64)
        by_sign = np.frombuffer(frame.by_sign, "<f8").reshape(N_COLUMNS, N_COLUMNS)
    except (ValueError, IndexError) as fault:
        raise FormatError(f"text model of other sizes: {fault}") from fault
    if not all(np.isfinite(part).all() for part in (bias, by_sign, by_gram)):
        raise FormatError("text model holds a number that is not finite")
    return TextModel(bias, by_sign.astype(np.float64), by_gram, frame.n_labels, frame.version)

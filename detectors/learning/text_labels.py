"""Labels of texts: what a person said of a complaint, with what its text said, but no text.

They stand in the training log among the lessons, told apart by their format.
"""

import msgspec

from detectors.errors import FormatError
from detectors.learning.lessons import Lesson
from detectors.learning.lessons import unpack as unpack_lesson
from detectors.text.codes import ComplaintKind, Mood
from detectors.text.columns import KIND, MOOD, SEVERITY
from detectors.text.model import unpacked

FORMAT = 2  # 1 is that of lessons

_CODES = tuple(part.stop - part.start for part in (KIND, SEVERITY, MOOD))


class TextLabel(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A person's reading of a complaint whose text was read.

    Parameters
    ----------
    partition, offset : int
        Where in `customer.complaints` it stood. An intake that crashed says it again.
    at_ms : int
        When the person said it, event time, ms since 1970.
    features : bytes
        Of the text, as `detectors.text.model.packed` gives them.
    kind, severity, mood : int
        Codes as in `detectors.text.codes`, 0 for nothing said.
    """

    format: int = FORMAT
    partition: int
    offset: int
    at_ms: int
    features: bytes
    kind: int = ComplaintKind.UNKNOWN
    severity: int = 0
    mood: int = Mood.UNKNOWN


class _Head(msgspec.Struct, frozen=True, array_like=True):
    format: int


_encoder = msgspec.msgpack.Encoder()
_heads = msgspec.msgpack.Decoder(_Head)
_labels = msgspec.msgpack.Decoder(TextLabel)


def pack(label: TextLabel) -> bytes:
    """Give the training log's bytes of a label; the same each time."""
    return _encoder.encode(label)


def unpack(data: bytes) -> Lesson | TextLabel:
    """Read any record of the training log.

    Raises
    ------
    FormatError
        If the format is not known, or the bytes are no such record.

    Examples
    --------
    >>> from detectors.text.model import features, packed
    >>> said = packed(features("no answer"))
    >>> unpack(pack(TextLabel(partition=0, offset=7, at_ms=0, features=said, kind=3))).kind
    3
    """
    try:
        if _heads.decode(data).format != FORMAT:
            return unpack_lesson(data)
        label = _labels.decode(data)
    except msgspec.MsgspecError as error:
        raise FormatError(f"record of the training log cannot be read: {error}") from error
    codes = (label.kind, label.severity, label.mood)
    if any(not 0 <= code <= n for code, n in zip(codes, _CODES, strict=True)):
        raise FormatError(f"label of a text with the codes {codes}")
    unpacked(label.features)
    return label

"""What the scanner goes by, as arrays: types, their fields, words, and the codes of kinds.

Made from the events' structs and from what `streams.log_rows` says of their columns.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I32
from streams.events.catalogue import types_on
from streams.log_rows import KIND_OF
from streams.reading.dictionaries import Dictionaries
from streams.reading.fields import FIELD, Field, record_of
from streams.reading.layouts import (
    attributes,
    codes_of,
    data_of,
    envelope_of,
    fields_of,
    has_subject,
    is_readable,
    required_of,
)
from streams.topics import INPUTS

# `names` is the dictionary of a type's fields, which mean places in `fields`; `required` has the
# bit of each field that must be given; `code_at` is where its code stands when nothing is given.
TYPE = np.dtype(
    [
        ("kind", "u1"),
        ("has_subject", "u1"),
        ("names", "i4"),
        ("code_at", "i4"),
        ("required", "u8"),
    ],
    align=True,
)
TYPE_NAMES = 0  # the first dictionary: the names of types, which mean places in `types`
ENVELOPE = 0  # the first type: its fields are the envelope's attributes


class Tables(NamedTuple):
    """All tables of a topic: records of `DICTIONARY`, `SLOT`, `FIELD` and `TYPE`, and codes."""

    dictionaries: NDArray[np.void]
    slots: NDArray[np.void]
    fields: NDArray[np.void]
    types: NDArray[np.void]
    codes: I32


@cache
def tables_of(topic: str) -> Tables:
    """Give the tables of a public topic; types that the scanner cannot read are not in them.

    Raises
    ------
    KeyError
        If `topic` is no public input topic.

    Examples
    --------
    >>> len(tables_of("customer.complaints").types)  # eight steps of complaints, and the envelope
    9
    """
    if topic not in INPUTS:
        raise KeyError(topic)
    known = [one for one in types_on(topic) if is_readable(one)]
    dictionaries, fields = Dictionaries(), list[Field]()
    dictionaries.add({one.name: at for at, one in enumerate(known, ENVELOPE + 1)})

    def named(own: dict[str, Field]) -> int:
        first = len(fields)
        fields.extend(own.values())
        return dictionaries.add({name: at for at, name in enumerate(own, first)})

    own = attributes(dictionaries)
    needed = required_of(envelope_of()) | own["type"].bit
    types: list[tuple[Any, ...]] = [(0, False, named(own), 0, needed)]
    codes = [0]  # that of all types without any
    for one in known:
        own, meant = fields_of(one, dictionaries), codes_of(one)
        code_at = len(codes) if meant else 0
        code_at += sum(field.stride * field.default_means for field in own.values())
        codes += meant
        needed = required_of(data_of(one))
        types.append((KIND_OF[one.struct], has_subject(one), named(own), code_at, needed))
    return Tables(
        *dictionaries.arrays(),
        np.array([record_of(field) for field in fields], FIELD),
        np.array(types, TYPE),
        np.array(codes, np.int32),
    )

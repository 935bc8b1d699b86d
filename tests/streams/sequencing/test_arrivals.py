"""What a record came with decides whether what was read of it may be taken."""

import numpy as np
import pytest

from streams.events.encode import STRUCTURED_HEADERS, encode
from streams.sequencing.arrivals import Arrival, arrivals_of
from tests.streams.arrivals import KNOWN_MS, TOPIC, a_purchase, packed, read


@pytest.mark.parametrize(
    ("subject", "key", "taken"),
    [
        pytest.param("ada", b"ada", 1, id="the subject"),
        pytest.param("ada", None, 1, id="no key"),
        pytest.param("ada", b"adb", 0, id="another"),
        pytest.param("ada", b"", 0, id="empty"),
        pytest.param("ada-lovelace", b"ada-lovelacf", 0, id="another at the end"),
        pytest.param("ada-lovelace", b"bda-lovelace", 0, id="another at the beginning"),
        pytest.param("ada-lovelace", b"ada-lovelace ", 0, id="a longer one"),
        pytest.param("zoë", "zoë".encode(), 1, id="beyond ASCII"),
    ],
)
def test_a_key_that_is_not_the_subject_is_declined(
    subject: str, key: bytes | None, taken: int
) -> None:
    # Among others, so that it has to be found in the buffer.
    others = [Arrival(TOPIC, n, KNOWN_MS, b"bo", encode(a_purchase("bo", n))) for n in (0, 1)]
    arrival = Arrival(TOPIC, 2, KNOWN_MS, key, encode(a_purchase(subject, 1)))
    columns = read([others[0], arrival, others[1]]).columns
    assert columns.readings["taken"].tolist() == [1, taken, 1]


def test_arrivals_give_back_the_records_as_they_came() -> None:
    binary = (("ce_id", b"7"), ("ce_type", b"login.made"))
    records = [
        Arrival(TOPIC, 5, KNOWN_MS, b"ada", encode(a_purchase("ada", 1)), STRUCTURED_HEADERS),
        Arrival(TOPIC, 6, KNOWN_MS, None, b"{}", binary),
        Arrival(TOPIC, 9, KNOWN_MS, b"bo", None),
    ]
    arrivals = arrivals_of(packed(records))
    assert [arrivals.record(at) for at in range(len(arrivals))] == records
    assert arrivals.columns.offsets.tolist() == [5, 6, 9]
    assert arrivals.columns.known_ms.tolist() == [KNOWN_MS] * 3
    assert arrivals.columns.readings["taken"][1:].tolist() == [0, 0]


def test_what_arrives_cannot_be_written_to() -> None:
    columns = read([Arrival(TOPIC, 0, KNOWN_MS, None, encode(a_purchase("ada", 1)))]).columns
    assert not any(column.flags.writeable for column in columns)
    with pytest.raises(ValueError, match="read-only"):
        columns.offsets[0] = np.int64(1)

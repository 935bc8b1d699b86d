"""Records of the customer log: what is written stays readable."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from detectors.errors import FormatError
from detectors.kinds import Kind
from detectors.score import rules
from detectors.slices import BYTES_PER_EVENT, COLUMNS, Marks, Slice, Tick, pack, unpack
from tests.detectors.logs import One, a_slice, at

GOLDEN = Path(__file__).parent.parent / "golden" / "slice_v1.bin"


def the_golden_slice() -> Slice:
    """Three events with something in every column."""
    columns = {
        "row": [0, 7, 0],
        "kind": [Kind.PURCHASE_MADE, Kind.PROFILE_UPDATED, Kind.COMPLAINT_OPENED],
        "topic": [0, 2, 1],
        "source": [0, 1, 0],
        "code": [0, 0, 3],
        "at_ms": [1_483_228_800_000, 1_483_228_800_001, 1_483_315_200_000],
        "known_ms": [1_483_228_801_000, 1_483_228_802_000, 1_483_315_201_000],
        "id_hash": [2**64 - 1, 1, 2**63],
        "offset": [2**40, 5, 0],
        "amount": [19.99, 0.0, 1e12],
        "quantity": [2.5, 0.0, 0.0],
        "reference": [0, 0, 2**64 - 2],
        "lines": [0b1011, 0, 2**63],
    }
    return Slice(
        first=41,
        marks=Marks((2**40, 0, 5, -1, -1), (0, 0, 1_483_315_200_000, 0, 0)),
        sources=("shop", "crm"),
        columns={name: np.array(columns[name], dtype) for name, dtype in COLUMNS.items()},
        notes=((1, msgspec.msgpack.encode({"owner": "Ada"})),),
    )


def test_a_slice_has_the_bytes_it_always_had() -> None:
    assert pack(the_golden_slice()) == GOLDEN.read_bytes()


def test_a_slice_written_long_ago_is_read() -> None:
    read, expected = unpack(GOLDEN.read_bytes()), the_golden_slice()
    assert isinstance(read, Slice)
    assert (read.first, read.marks, read.sources, read.notes) == (
        expected.first,
        expected.marks,
        expected.sources,
        expected.notes,
    )
    assert {name: column.tolist() for name, column in read.columns.items()} == {
        name: column.tolist() for name, column in expected.columns.items()
    }
    assert {name: column.dtype.str for name, column in read.columns.items()} == {
        name: np.dtype(dtype).str for name, dtype in COLUMNS.items()
    }


def test_an_unknown_format_is_refused_by_its_number() -> None:
    # A frame is an array of two: the format, then the record.
    newer = bytes([0x92, 2]) + pack(Tick(0))[2:]
    with pytest.raises(FormatError, match="format 2"):
        unpack(newer)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a record", id="something else"),
        pytest.param(pack(Tick(0))[:-1], id="cut short"),
        pytest.param(bytes([0x92, 1]) + msgspec.msgpack.encode({"kind": "trick"}), id="no kind"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        unpack(data)


def test_a_slice_of_half_an_event_is_refused() -> None:
    whole = pack(a_slice([One(0, Kind.LOGIN_MADE, at(1), 0)]))
    assert BYTES_PER_EVENT < 256
    end = whole.rindex(bytes([0xC4, BYTES_PER_EVENT]))  # a msgpack bin, its length in a byte
    half = whole[:end] + bytes([0xC4, BYTES_PER_EVENT - 1]) + whole[end + 2 : -1]
    with pytest.raises(FormatError, match=str(BYTES_PER_EVENT - 1)):
        unpack(half)


def test_a_model_keeps_every_bit() -> None:
    model = rules(0.1)
    read = unpack(pack(model))
    assert msgspec.structs.asdict(read) == msgspec.structs.asdict(model)


def test_an_event_is_at_most_a_hundred_bytes() -> None:
    events = [One(n, Kind.PURCHASE_MADE, at(n), n, amount=9.99) for n in range(1000)]
    assert len(pack(a_slice(events))) <= 100 * len(events)

"""Notes of the log: what a field says in short where the log must not hold it."""

from typing import Any

import msgspec
import pytest

from detectors.kinds import Kind
from streams.log_rows import note_of


@pytest.mark.parametrize(
    ("kind", "data", "note"),
    [
        (Kind.PRICE_CHANGED, {"plan": "Open orders keep their price."}, {"has_plan": True}),
        (Kind.PRICE_CHANGED, {"segment": "food"}, {"segment": "food"}),
        (Kind.PROFILE_UPDATED, {"links": []}, {"n_links": 0}),
        (
            Kind.PROFILE_UPDATED,
            {"links": [{"customer": "K-1", "direction": "supplier"}] * 300},
            {"n_links": 255},
        ),
        (Kind.PROFILE_UPDATED, {"tier": "top"}, {"tier": "top"}),
    ],
)
def test_a_note_says_in_short_what_it_must_not_hold(
    kind: Kind, data: dict[str, Any], note: dict[str, Any]
) -> None:
    found = msgspec.msgpack.decode(note_of(kind, msgspec.json.encode(data)) or b"\x80")
    assert {name: value for name, value in found.items() if value is not None} == note

"""Notes for tests: what events of a kind may say beyond the log's columns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from detectors.details import SAID, Said
from detectors.kinds import Kind
from tests.detectors.logs import BEGIN_MS

NUMBERS = (0.0, 0.05, 1.0, 3.0, 250.0)
NAMES = ("Acme", "Borealis", "lead time")
BEGIN = datetime.fromtimestamp(BEGIN_MS / 1000, UTC)


def a_note(rng: np.random.Generator, kind: Kind) -> bytes | None:
    """Draw what an event of a kind says; each field is left out now and then."""
    said = {
        name: _value(rng, name, field)
        for name, field in SAID.get(kind, {}).items()
        if rng.random() < 0.7
    }
    return msgspec.msgpack.encode(said) if said else None


def notes_of(kind: Kind) -> list[bytes | None]:
    """Give notes of a kind, each word of every field in one of them; none where it says nothing."""
    fields = SAID.get(kind, {})
    if not fields:
        return [None]
    choices = {name: _values(name, field) for name, field in fields.items()}
    most = max(len(values) for values in choices.values())
    return [
        msgspec.msgpack.encode(
            {name: values[turn % len(values)] for name, values in choices.items()}
        )
        for turn in range(most)
    ]


def _value(rng: np.random.Generator, name: str, field: Said) -> Any:
    values = _values(name, field)
    return values[rng.integers(0, len(values))]


def _values(name: str, field: Said) -> list[Any]:
    if field.means is not None:
        return list(field.means)
    if field.place == "until_ms":
        return [(BEGIN + timedelta(days=days)).isoformat() for days in (0.5, 20, 45, 80, 200)]
    if field.place == "name":
        return list(NAMES) if name != "matters" else [[one] for one in NAMES]
    return list(NUMBERS) if field.place != "second" else [0, 1, 5, 255]

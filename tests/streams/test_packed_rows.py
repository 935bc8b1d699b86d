"""The ledger's changelog: rows and head come back, whatever order they come back in."""

from dataclasses import dataclass

import numpy as np
import pytest

from detectors.engine import Engine
from detectors.errors import FormatError
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.settings import CoreSettings
from streams.packed_rows import HEAD, RowReader, RowWriter
from streams.packed_rows import LAYOUT as LAYOUT_KEY
from tests.detectors.logs import cut, some_steps


@dataclass
class Changed:
    """A record of a changelog."""

    key: bytes
    value: bytes | None


def worked() -> Engine:
    engine = Engine(0, CoreSettings())
    for position, record in enumerate(cut(some_steps(400, 30, seed=3), 50)):
        engine.step(position, record)
    return engine


def taken(writer: RowWriter) -> list[tuple[bytes, bytes]]:
    return [row for part in writer.take() for row in part]


def read(rows: list[tuple[bytes, bytes]]) -> Ledger:
    ledger = Ledger(LAYOUT)
    reader = RowReader(ledger)
    reader.take([Changed(key, value) for key, value in rows])
    reader.finish()
    return ledger


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_ledger_comes_back_from_its_rows_in_any_order(seed: int) -> None:
    engine = worked()
    rows = taken(RowWriter(engine.ledger))
    shuffled = [rows[at] for at in np.random.default_rng(seed).permutation(len(rows))]
    back = read(shuffled)
    assert back.head() == engine.ledger.head()
    n_rows = engine.ledger.n_rows
    assert back.table[:n_rows].tobytes() == engine.ledger.table[:n_rows].tobytes()


def test_nothing_is_written_while_nothing_changes() -> None:
    engine = worked()
    writer = RowWriter(engine.ledger)
    assert len(taken(writer)) > 1
    assert taken(writer) == []


def test_rows_of_a_layout_nobody_wrote_down_refuse_the_start() -> None:
    rows = [row for row in taken(RowWriter(worked().ledger)) if not row[0].startswith(LAYOUT_KEY)]
    strange = [(key, b"????" + value[4:]) for key, value in rows if key != HEAD]
    with pytest.raises(FormatError, match="unknown layout"):
        read(strange)

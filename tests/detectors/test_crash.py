"""A crash at any moment: rows are flushed, then the partition's head, and work goes on."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.layout import LAYOUT
from detectors.ledger import Head, Ledger
from detectors.slices import Model, Slice, Tick
from tests.detectors.any_log import A_WEEK, Steps, any_log, quick
from tests.detectors.logs import cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.runs import breaches, changes, effects, run

Records = list[Slice | Tick | Model]


@dataclass
class Kept:
    """What outlives a worker: rows and head as bytes, and what was said to the world."""

    rows: dict[int, bytes] = field(default_factory=dict)
    head: bytes = msgspec.msgpack.encode(Ledger(LAYOUT).head())
    said: list[bytes] = field(default_factory=list)

    def flush_rows(self, ledger: Ledger, rows: list[int]) -> None:
        self.rows |= zip(rows, ledger.pack(np.array(rows, np.intp)), strict=True)

    def flush_head(self, ledger: Ledger) -> None:
        self.head = msgspec.msgpack.encode(ledger.head())

    def work(self, records: Records, until: int) -> Engine:
        """Let a new worker go on from what was kept, up to a position."""
        head, ledger = msgspec.msgpack.decode(self.head, type=Head), Ledger(LAYOUT)
        ledger.unpack(np.array(list(self.rows), np.intp), list(self.rows.values()), head.layout)
        ledger.restore(head)
        engine = Engine(3, A_WEEK, ledger)
        for position in range(head.position + 1, until):
            outcome = engine.step(position, records[position])
            self.said += [*effects(outcome), *breaches(outcome), *changes(outcome)]
        return engine


@quick
@given(steps=any_log(), sizes=st.lists(st.integers(1, 9), max_size=9), data=st.data())
def test_after_a_crash_rows_are_the_same_and_nothing_is_left_unsaid(
    steps: Steps, sizes: list[int], data: st.DataObject
) -> None:
    records = list(cut(steps, sizes))
    undisturbed = run(records, A_WEEK)
    kept, position = Kept(), 0
    for _ in range(data.draw(st.integers(1, 2), label="crashes")):
        position = data.draw(st.integers(position, len(records)), label="flushed whole at")
        ledger = kept.work(records, position).ledger
        kept.flush_rows(ledger, ledger.take_dirty().tolist())
        kept.flush_head(ledger)
        position = data.draw(st.integers(position, len(records)), label="crashed at")
        ledger = kept.work(records, position).ledger
        dirty = ledger.take_dirty().tolist()
        ahead = data.draw(st.integers(0, len(dirty)), label="rows flushed in the crash")
        kept.flush_rows(ledger, dirty[:ahead])
    ledger = kept.work(records, len(records)).ledger
    assert everything(ledger) == everything(undisturbed.ledger)
    assert {*undisturbed.effects(), *undisturbed.changes()} <= set(kept.said)


@quick
@given(steps=any_log(), sizes=st.lists(st.integers(1, 9), max_size=9), data=st.data())
def test_what_is_said_again_after_a_crash_is_said_in_the_same_words(
    steps: Steps, sizes: list[int], data: st.DataObject
) -> None:
    records = list(cut(steps, sizes))
    kept = Kept()
    ledger = kept.work(records, data.draw(st.integers(0, len(records)))).ledger
    kept.flush_rows(ledger, ledger.take_dirty().tolist())
    again = Kept(kept.rows)
    again.work(records, len(records))
    before = {said for said in run(records, A_WEEK).effects() if said.startswith(b'{"partition"')}
    assert {said for said in again.said if said.startswith(b'{"partition"')} <= before


@pytest.mark.parametrize("flushed", [0.0, 0.5, 1.0])
def test_rows_weeks_ahead_of_the_head_wait_until_the_log_reaches_them(flushed: float) -> None:
    records = list(cut(nasty_steps(n=150, n_customers=12, seed=4, days=45), 5))
    kept, third = Kept(), len(records) // 3
    for until in (third, 2 * third):
        ledger = kept.work(records, until).ledger
        dirty = ledger.take_dirty().tolist()
        kept.flush_rows(ledger, dirty if until == third else dirty[: round(flushed * len(dirty))])
        if until == third:
            kept.flush_head(ledger)
    undisturbed = run(records, A_WEEK)
    assert everything(kept.work(records, len(records)).ledger) == everything(undisturbed.ledger)
    assert {*undisturbed.effects(), *undisturbed.changes()} <= set(kept.said)


def everything(ledger: Ledger) -> tuple[bytes, bytes]:
    return ledger.table[: ledger.n_rows].tobytes(), msgspec.json.encode(ledger.head())

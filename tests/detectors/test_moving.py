"""Merges in the ledger: the absorbed row goes, comes in at the survivor's, and is counted once."""

import msgspec
import numpy as np
import pytest

from detectors.arrays import MONDAY_MS
from detectors.bands import Band
from detectors.churn import ChurnSettings
from detectors.engine import Engine
from detectors.kinds import Consent, Kind, Merge
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.moving import Moved
from detectors.outcome import Outcome
from detectors.settings import CoreSettings
from detectors.slices import Marks, Slice, Tick
from tests.detectors.logs import One, a_profile, a_slice, at

OLD, NEW = 0, 1
OUTCOMES = 3


def absorbed(row: int, days: float, offset: int) -> One:
    return One(row, Kind.CUSTOMER_MERGED, at(days), offset, topic=2, code=Merge.ABSORBED)


def unmerged(row: int, days: float, offset: int) -> One:
    return One(row, Kind.CUSTOMER_UNMERGED, at(days), offset, topic=2, code=Merge.ABSORBED)


def came(row: int, moved: Moved, offset: int) -> One:
    """Give the event by which a row comes, as the intake writes it."""
    said = {
        "columns": [{"column": name, "numbers": numbers} for name, numbers in moved.columns],
        "names": [{"column": name, "text": text} for name, text in moved.names],
    }
    note = msgspec.msgpack.encode(said)
    return One(row, Kind.ROW_MOVED, moved.at_ms, offset, topic=OUTCOMES, note=note)


def bought(row: int, *days: float) -> list[One]:
    return [One(row, Kind.PURCHASE_MADE, at(d), round(d * 10), amount=9.0, lines=1) for d in days]


class Run:
    """An engine, a slice a step."""

    def __init__(self, ledger: Ledger | None = None, **churn: object) -> None:
        settings = CoreSettings(churn=ChurnSettings.model_validate(churn))
        self.engine, self.n, self.marks = Engine(0, settings, ledger), 0, Marks()

    def step(self, *events: One) -> Outcome:
        record = a_slice(events, taken=self.marks.taken)
        self.marks = record.marks
        return self.take(record)

    def take(self, record: Slice | Tick) -> Outcome:
        self.n += 1
        return self.engine.step(self.n, record)

    def value(self, row: int, column: str) -> object:
        return self.engine.ledger.table[column][row].tolist()


def merged() -> Run:
    run = Run()
    run.step(*bought(OLD, 1, 3, 5), *bought(NEW, 2, 4), a_profile(OLD, 0, "kim"))
    (moved,) = run.step(absorbed(OLD, 6, 1)).moved
    run.step(came(NEW, moved, 7))
    return run


def test_what_was_counted_under_two_ids_is_counted_under_one() -> None:
    run, alone = merged(), Run()
    alone.step(*sorted(bought(NEW, 1, 2, 3, 4, 5), key=lambda one: one.at_ms))
    for column in ("value.amount_n", "volume.first_ms", "rhythm.days", "churn.active_ms"):
        assert run.value(NEW, column) == alone.value(NEW, column), column
    for column in ("volume.count_7d", "value.spend_28d"):
        found, expected = run.value(NEW, column), alone.value(NEW, column)
        np.testing.assert_allclose(np.float64(found), np.float64(expected), rtol=1e-12)  # type: ignore[arg-type]


def test_the_account_of_the_other_fills_what_is_not_known() -> None:
    ledger = merged().engine.ledger
    assert ledger.names[int(ledger.table["account.owner"][NEW])] == "kim"


def test_evidence_names_the_record_that_brought_it() -> None:
    run = merged()
    place = run.value(NEW, "value.evidence_offset"), run.value(NEW, "value.evidence_topic")
    assert place == (7, OUTCOMES)


def test_an_absorbed_id_is_not_watched_and_gets_no_label() -> None:
    run = merged()
    assert run.value(OLD, "value.amount_n") == 0
    day_ms = 86_400_000
    monday = MONDAY_MS + -(-(at(6) - MONDAY_MS) // (7 * day_ms)) * 7 * day_ms
    told = run.take(Tick(monday))
    assert told.snapshot is not None
    assert told.snapshot.rows.tolist() == [NEW]
    later = run.take(Tick(monday + 90 * day_ms))
    assert later.labels is not None
    assert later.labels.rows.tolist() == [NEW]


def test_where_only_an_event_says_who_left_an_absorbed_id_is_not_watched_either() -> None:
    run = Run(label="churned")
    run.step(*bought(OLD, 1), *bought(NEW, 2))
    run.step(absorbed(OLD, 3, 1))
    assert sum(run.take(Tick(at(4))).bands) == 1


def test_an_alert_of_the_absorbed_id_is_called_off() -> None:
    run = Run()
    run.step(*bought(OLD, 1, 2, 3))
    run.engine.ledger.rows["bands"]["band"][OLD] = Band.AT_RISK
    run.engine.ledger.rows["ledger"]["reported_risk"][OLD] = 0.4
    run.step(absorbed(OLD, 4, 1))
    said = [one for day in range(5, 12) for one in run.take(Tick(at(day))).assessments]
    assert [one.cleared for one in said].count(True) == 1


def test_an_unmerge_watches_the_id_again_and_the_survivor_stays_marked() -> None:
    run = merged()
    run.step(unmerged(OLD, 8, 2))
    run.step(*bought(OLD, 9))
    assert run.value(OLD, "value.amount_n") == 1
    assert run.value(NEW, "value.amount_n") == 5
    assert run.value(NEW, "ledger.joined_ms") == at(6)
    assert sum(run.take(Tick(at(10))).bands) == 2


def test_what_is_repeated_moves_nothing_again() -> None:
    run = merged()
    before = run.engine.ledger.table[:2].copy()
    moved = Moved(OLD, at(6), 1, (("value.amount_n", (50.0,)),), ())
    again = [absorbed(OLD, 6, 1), came(NEW, moved, 7)]
    outcome = run.take(a_slice(again, taken=(99,) * 5))
    assert outcome.moved == ()
    assert run.value(NEW, "value.amount_n") == before["value.amount_n"][NEW]


def test_a_row_flushed_before_a_crash_is_not_joined_twice() -> None:
    run = Run()
    run.step(*bought(OLD, 1), *bought(NEW, 2))
    (moved,) = run.step(absorbed(OLD, 3, 1)).moved
    run.step(came(NEW, moved, 7))
    ledger, rows = run.engine.ledger, np.arange(2)
    # The rows were flushed and the head was not: the last step comes again.
    again = Ledger(LAYOUT)
    again.unpack(rows, ledger.pack(rows), LAYOUT.format)
    second = Run(again)
    second.n = 2
    second.step(came(NEW, moved, 7))
    assert again.pack(rows) == ledger.pack(rows)


@pytest.mark.parametrize("foreign", ["no.such_column", "value.no_such", "complaints.reference"])
def test_columns_of_another_version_are_left_out(foreign: str) -> None:
    run = Run()
    run.step(*bought(NEW, 2))
    moved = Moved(OLD, at(3), 1, ((foreign, (1, 2)), ("value.amount_n", (2.0,))), ())
    run.step(came(NEW, moved, 7))
    assert run.value(NEW, "value.amount_n") == 3


def test_consent_stays_because_the_intake_tells_the_survivor_what_was_withdrawn() -> None:
    run = Run()
    run.step(
        *bought(OLD, 1),
        *bought(NEW, 2),
        One(OLD, Kind.CONSENT_CHANGED, at(3), 0, topic=2, code=Consent.OUTREACH_WITHDRAWN),
        One(NEW, Kind.CONSENT_CHANGED, at(4), 1, topic=2, code=Consent.OUTREACH_GRANTED),
    )
    (moved,) = run.step(absorbed(OLD, 6, 2)).moved
    assert not any("consent" in name or "withdrawn" in name for name, _ in moved.columns)
    kept = run.value(NEW, "account.consent_s"), run.value(NEW, "account.withdrawn")
    run.step(came(NEW, moved, 7))
    assert kept == (run.value(NEW, "account.consent_s"), run.value(NEW, "account.withdrawn"))
    assert kept[1] == 0

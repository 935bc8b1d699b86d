"""What a scorer's step says to the desks: what about whom, to which desk, in which order."""

from msgspec.structs import replace

from alerts.alert import Alert, Cleared, CompanyChange, Tick
from detectors.assessment import Assessment
from detectors.outcome import Outcome
from streams.effects import desk_records
from streams.partitions import partition_of, seat_of
from tests.alerts.desks import a_change, day
from tests.alerts.test_alert import an_assessment

N_DESKS = 4
NOON_MS = round(day(0.5).timestamp() * 1000)


def said(
    *assessments: Assessment, changes: tuple[CompanyChange, ...] = ()
) -> dict[int, list[object]]:
    outcome = Outcome(assessments=assessments, tick_ms=NOON_MS)
    told = desk_records(outcome, lambda _: "ada", 2, 6, N_DESKS, changes=changes)
    return {desk: [record for _, record in records] for desk, records in told.items()}


def test_a_change_and_a_tick_go_to_every_desk_and_an_alert_to_its_owners() -> None:
    home = partition_of(b"kim", N_DESKS)
    found = said(an_assessment(), changes=(a_change(),))
    assert sorted(found) == list(range(N_DESKS))
    for desk, records in found.items():
        kinds = [type(record) for record in records]
        alerts = [Alert] if desk == home else []
        assert kinds == [CompanyChange, *alerts, Tick]


def test_who_does_not_want_to_hear_from_us_is_told_of_with_that() -> None:
    (alert,) = (
        record
        for records in said(replace(an_assessment(), outreach=False)).values()
        for record in records
        if isinstance(record, Alert)
    )
    assert not alert.consented


def test_a_breach_that_was_none_is_taken_back() -> None:
    late = replace(an_assessment(), crossed=False, cleared=True, breach="analysis")
    (cleared,) = (
        record
        for records in said(late).values()
        for record in records
        if isinstance(record, Cleared)
    )
    assert cleared.breach == "analysis"


def test_a_seat_hears_what_its_partition_is_told() -> None:
    assert seat_of(1, N_DESKS).desk_of("kim") == partition_of(b"kim", N_DESKS)

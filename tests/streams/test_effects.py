"""What a scorer's step says to the desks: what about whom, to which desk, in which order."""

from dataclasses import replace

from msgspec import structs

from alerts.alert import Alert, Cleared, CompanyChange, Tick
from detectors.arrays import DAY_MS, NEVER
from detectors.assessment import Assessment
from detectors.company import Change
from detectors.outcome import Outcome
from streams.effects import company_change, desk_records
from streams.partitions import partition_of, seat_of
from tests.alerts.desks import day
from tests.alerts.test_alert import an_assessment

N_DESKS = 4
NOON_MS = round(day(0.5).timestamp() * 1000)


LEFT = Change("c" * 16, "relation.poached", NOON_MS, NEVER, "kim", "lee", True, 7, 900.0)


def said(*assessments: Assessment, changes: tuple[Change, ...] = ()) -> dict[int, list[object]]:
    outcome = Outcome(assessments=assessments, changes=changes, tick_ms=NOON_MS)
    told = desk_records(outcome, lambda _: "ada", 2, 6, N_DESKS)
    return {desk: [record for _, record in records] for desk, records in told.items()}


def test_a_change_and_a_tick_go_to_every_desk_and_an_alert_to_its_owners() -> None:
    home = partition_of(b"kim", N_DESKS)
    found = said(an_assessment(), changes=(LEFT,))
    assert sorted(found) == list(range(N_DESKS))
    for desk, records in found.items():
        kinds = [type(record) for record in records]
        alerts = [Alert] if desk == home else []
        assert kinds == [CompanyChange, *alerts, Tick]


def test_a_departure_names_who_left_and_their_successor_and_no_time_that_nobody_said() -> None:
    told = company_change(LEFT, 2)
    assert (told.owner, told.successor, told.has_plan) == ("kim", "lee", True)
    assert (told.partition, told.n_exposed, told.value_exposed) == (2, 7, 900.0)
    assert (told.at, told.effective_at) == (day(0.5), None)
    later = replace(LEFT, effective_ms=NOON_MS + DAY_MS, owner="", successor="")
    told = company_change(later, 2)
    assert (told.owner, told.successor, told.effective_at) == (None, None, day(1.5))


def test_who_does_not_want_to_hear_from_us_is_told_of_with_that() -> None:
    (alert,) = (
        record
        for records in said(structs.replace(an_assessment(), outreach=False)).values()
        for record in records
        if isinstance(record, Alert)
    )
    assert not alert.consented


def test_a_breach_that_was_none_is_taken_back() -> None:
    late = structs.replace(an_assessment(), crossed=False, cleared=True, breach="analysis")
    (cleared,) = (
        record
        for records in said(late).values()
        for record in records
        if isinstance(record, Cleared)
    )
    assert cleared.breach == "analysis"


def test_a_seat_hears_what_its_partition_is_told() -> None:
    assert seat_of(1, N_DESKS).desk_of("kim") == partition_of(b"kim", N_DESKS)

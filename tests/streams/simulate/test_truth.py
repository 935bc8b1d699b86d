"""The truth and the events are about the same world."""

from collections import defaultdict

import pytest

from streams.events.activity import LoginMade, PurchaseMade, UsageRecorded
from streams.events.changes import ManagerLeft, OutageBegan, OutageEnded
from streams.events.complaints import (
    ComplaintAnswered,
    ComplaintOpened,
    ComplaintRated,
    ComplaintReopened,
    ComplaintResolved,
)
from streams.events.contracts import ContractCancellationAsked
from streams.events.envelope import AnyEvent, at_ms
from streams.events.market import CompetitorQuoted, DiscountAsked
from streams.events.outcomes import CustomerChurned
from streams.events.profiles import CustomerMerged, ProfileUpdated
from streams.log_rows import event_hash
from streams.sources.late import known
from streams.sources.simulate.causes import CAUSES, REASONS, Stage
from streams.sources.simulate.shape import DAY_MS, HOUR_MS, day_ms
from streams.sources.simulate.source import Simulated


def events(source: Simulated) -> list[AnyEvent]:
    return [known(item).event for item in source.events()]


def test_every_reason_is_planted_and_loses_at_least_a_few(year: Simulated) -> None:
    truth = year.truth
    reasons = truth.reasons()
    assert set(truth.planted) == set(REASONS)
    assert {
        reason: reasons.get(reason, 0) for reason in REASONS if reasons.get(reason, 0) < 3
    } == {}


def test_all_kinds_of_churn_happen_and_a_kind_follows_from_its_cause(year: Simulated) -> None:
    assert set(year.truth.kinds()) == {"voluntary", "involuntary", "natural"}
    kind = {cause.reason: cause.kind for cause in CAUSES}
    for one in year.truth.departures:
        assert one.kind == kind[one.reason] or (one.kind, one.reason) == ("natural", "need.moved")


OWN_ACTS = (
    PurchaseMade,
    LoginMade,
    UsageRecorded,
    ComplaintOpened,
    ComplaintRated,
    ComplaintReopened,
    DiscountAsked,
    CompetitorQuoted,
    ContractCancellationAsked,
)


def test_who_has_left_does_nothing_more(year: Simulated) -> None:
    left = {one.customer: one.left_ms for one in year.truth.departures}
    back = {customer for customer, _ in year.truth.returned}
    acts = [
        event
        for event in events(year)
        if isinstance(event, OWN_ACTS) and event.subject in left and event.subject not in back
    ]
    assert len(acts) > 500
    assert [event.id for event in acts if at_ms(event.time) > left[event.subject or ""]] == []


def test_a_departure_is_told_as_the_truth_says(year: Simulated) -> None:
    told = defaultdict(list)
    for event in events(year):
        if isinstance(event, CustomerChurned):
            told[event.subject].append(event)
    departures = defaultdict(list)
    for one in year.truth.departures:
        departures[one.customer].append(one)
    assert sum(map(len, told.values())) == sum(one.told for one in year.truth.departures)
    causes = 0
    for customer, said in told.items():
        if len(departures[customer]) > 1:
            continue
        (one,), (event,) = departures[customer], said
        assert at_ms(event.time) >= one.left_ms
        if event.data.cause is not None:
            causes += 1
            assert (event.data.kind, event.data.cause) == (one.kind, one.reason)
    assert causes > 200


def test_nobody_is_said_to_have_left_while_they_are_back(year: Simulated) -> None:
    back = defaultdict(list)
    for customer, at in year.truth.returned:
        back[customer].append(at)
    assert len(back) > 10
    left = {(one.customer, one.left_ms) for one in year.truth.departures}
    for event in events(year):
        if isinstance(event, CustomerChurned) and event.subject in back:
            said_ms = at_ms(event.time)
            mine = [ms for customer, ms in left if customer == event.subject and ms <= said_ms]
            assert not any(max(mine) < at < said_ms for at in back[event.subject])


def test_stages_come_in_their_order(year: Simulated) -> None:
    whole = 0
    for one in year.truth.departures:
        dates = [one.aware_ms, one.considering_ms, one.deciding_ms, one.left_ms]
        given = [ms for ms in dates if ms is not None]
        assert given == sorted(given)
        whole += len(given) == len(dates)
    assert whole > 300


def test_the_stage_of_a_day_is_that_of_the_last_move(small: Simulated) -> None:
    truth = small.truth
    number = {customer: who for who, customer in enumerate(truth.ids)}
    moved = defaultdict(list)
    for move in truth.moves:
        moved[move.customer].append(move)
    for customer, moves in moved.items():
        last = moves[-1]
        day = (last.at_ms - day_ms(0)) // DAY_MS
        if truth.stage[-1, number[customer]] != Stage.GONE:
            assert truth.stage[day:, number[customer]].tolist() == [last.stage] * (
                truth.shape.n_days - day
            )


def test_a_complaint_without_analysis_breaks_its_clock_after_exactly_a_day(
    small: Simulated,
) -> None:
    """Only complaints of one round and without a promise: there the rule needs no reading."""
    opened: dict[str, int] = {}
    analysed: dict[str, int] = {}
    other: set[str] = set()
    for event in events(small):
        if isinstance(event, ComplaintOpened):
            opened[event.data.complaint_id] = at_ms(event.time)
        elif isinstance(event, ComplaintReopened):
            other.add(event.data.complaint_id)
        elif isinstance(event, ComplaintResolved):
            analysed.setdefault(event.data.complaint_id, at_ms(event.time))
        elif isinstance(event, ComplaintAnswered):
            if event.data.promised_at is not None:
                other.add(event.data.complaint_id)
            if event.data.level >= 2:
                analysed.setdefault(event.data.complaint_id, at_ms(event.time))
    end_ms = day_ms(small.shape.n_days)
    late = {
        complaint: at + 24 * HOUR_MS
        for complaint, at in opened.items()
        if complaint not in other
        and at + 24 * HOUR_MS < min(end_ms, analysed.get(complaint, end_ms))
    }
    told = {
        one.complaint_id: one.at_ms
        for one in small.truth.broken
        if one.clock == "analysis" and one.complaint_id not in other
    }
    dissatisfied = {complaint for complaint in told if told[complaint] > opened[complaint] + DAY_MS}
    assert {key: at for key, at in told.items() if key not in dissatisfied} == late
    assert len(late) >= 5


def test_every_clock_is_broken_by_somebody(year: Simulated) -> None:
    counts = year.truth.clocks()
    assert set(counts) == {"answer", "analysis", "management", "inform", "check"}
    assert min(counts.values()) > 30


def test_good_handling_saves_some(year: Simulated) -> None:
    saved = [one for one in year.truth.saved if one.by == "handling"]
    assert len(saved) >= 10


def test_a_book_goes_to_the_successor_when_its_manager_leaves(year: Simulated) -> None:
    told = events(year)
    (first, *_) = (event for event in told if isinstance(event, ManagerLeft))
    before = {
        event.subject: event.data.owner
        for event in year.profiles()
        if isinstance(event, ProfileUpdated)
    }
    book = {customer for customer, owner in before.items() if owner == first.data.owner}
    handed = {
        event.subject
        for event in told
        if isinstance(event, ProfileUpdated)
        and event.data.owner == first.data.successor
        and 0 < at_ms(event.time) - at_ms(first.time) < 21 * DAY_MS
    }
    ids = set(year.truth.ids)
    assert len(book) > 100
    assert book & ids <= handed


def test_both_ids_of_a_merge_are_told(year: Simulated) -> None:
    merged = [event for event in events(year) if isinstance(event, CustomerMerged)]
    absorbed = {
        event.subject: event.data.other for event in merged if event.data.role == "absorbed"
    }
    survivors = {event.subject for event in merged if event.data.role == "survivor"}
    assert absorbed == {
        second: first for second, first in year.truth.alias_of.items() if second in absorbed
    }
    assert set(absorbed.values()) == survivors
    assert len(absorbed) >= 20


def test_the_side_table_has_a_row_for_each_customer(small: Simulated) -> None:
    table = small.truth.table()
    gone = {one.customer for one in small.truth.departures}
    assert [row["customer"] for row in table] == list(small.truth.ids)
    assert {row["customer"] for row in table if row["left_ms"] is not None} == gone


@pytest.mark.parametrize("stage", [Stage.AWARE, Stage.CONSIDERING, Stage.DECIDING])
def test_saveability_is_known_for_every_day(small: Simulated, stage: Stage) -> None:
    day, who = (places[0] for places in (small.truth.stage == stage).nonzero())
    assert 0.0 <= small.truth.saveability(int(day), int(who)) <= 0.6


def test_each_change_is_known_by_the_id_that_its_case_will_have(year: Simulated) -> None:
    announced = {
        f"{event_hash(event):016x}": event
        for event in events(year)
        if event.subject is None and not isinstance(event, OutageBegan | OutageEnded)
    }
    changes = year.truth.changes
    assert [one.id for one in changes] == list(announced)
    assert {one.at_ms for one in changes} == {at_ms(event.time) for event in announced.values()}
    for one in changes:
        event = announced[one.id]
        if isinstance(event, ManagerLeft):
            assert (one.owner, one.successor) == (event.data.owner, event.data.successor)
        else:
            assert one.owner is None
    assert all(0 < len(one.customers) < len(year.truth.ids) for one in changes)


def test_the_book_of_who_left_is_who_has_another_manager_afterwards(year: Simulated) -> None:
    moved = defaultdict(set)
    for event in events(year):
        if isinstance(event, ProfileUpdated) and event.data.owner:
            moved[event.data.owner].add(event.subject)
    for one in year.truth.changes:
        if one.successor:
            assert set(one.customers) <= moved[one.successor]


def test_an_outage_hides_only_who_shows_life_by_no_other_source(year: Simulated) -> None:
    week = year.truth.silences[0]
    seen: dict[str, str] = {}
    for event in sorted(events(year), key=lambda event: event.time):
        ms, alive = at_ms(event.time), isinstance(event, PurchaseMade | UsageRecorded)
        if alive and (ms < week.from_ms or (event.source != "erp" and ms < week.to_ms)):
            seen[event.subject or ""] = event.source
    assert set(week.customers) == {who for who, source in seen.items() if source == "erp"}
    assert 1_000 < len(week.customers) < 3_000

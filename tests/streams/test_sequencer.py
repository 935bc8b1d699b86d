"""The sequencer: one order out of five topics, the same after any crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.score import rules
from detectors.slices import Model, Slice, pack, unpack
from streams.events.refusals import Refusal
from streams.sequencing.arrivals import Arrival
from streams.sequencing.names import Names
from streams.tail import LogRecord, tail_of
from tests.streams.arrivals import (
    BEGIN,
    KNOWN_MS,
    TOPIC,
    a_clock,
    a_purchase,
    a_sequencer,
    arrived,
    hours,
    read,
    told,
)


def test_customers_get_dense_numbers_in_order_of_appearance() -> None:
    sequencer = a_sequencer()
    done = sequencer.take(read(arrived(*(a_purchase(who, 1) for who in ("bo", "ada", "bo")))))
    assert told(done.records) == [(0, 1.0), (1, 1.0)]  # the third is the first again
    assert done.n_duplicates == 1
    assert sequencer.customers.take_new() == [("bo", 0), ("ada", 1)]


def test_a_clock_makes_a_tick_behind_the_events_before_it() -> None:
    events = (a_clock(0), a_purchase("ada", 0.5), a_clock(1), a_purchase("ada", 1.5), a_clock(3))
    done = a_sequencer().take(read(arrived(*events)))
    assert told(done.records) == ["T 0", (0, 0.5), "T 1", (0, 1.5), "T 2", "T 3"]


def test_the_slowest_topic_says_what_time_it_is() -> None:
    sequencer = a_sequencer()
    other = "customer.complaints"
    records = sequencer.take(read(arrived(a_clock(1), topic=other), other)).records
    records += sequencer.take(read(arrived(a_clock(0)))).records
    records += sequencer.take(read(arrived(a_clock(3), first=1))).records
    assert told(records) == ["T 1"]  # complaints are at hour 1, whatever purchases are at


def test_by_the_wall_a_tick_stands_before_the_event_that_is_past_it() -> None:
    sequencer = a_sequencer(ticks="wall", lateness_s=600, ahead_s=10**9)
    events = (a_purchase("ada", 0.9), a_purchase("ada", 1.1), a_purchase("ada", 1.2))
    done = sequencer.take(read(arrived(*events)))
    assert told(done.records) == ["T 0", (0, 0.9), (0, 1.1), "T 1", (0, 1.2)]


def test_in_quiet_times_the_wall_clock_makes_the_tick() -> None:
    sequencer = a_sequencer(ticks="wall", lateness_s=0, grace_s=60, ahead_s=10**9)
    sequencer.take(read(arrived(a_purchase("ada", 0.5))))
    an_hour_ms = round(hours(1).timestamp() * 1000)
    assert told(sequencer.pass_time(an_hour_ms + 59_000).records) == []
    assert told(sequencer.pass_time(an_hour_ms + 60_000).records) == ["T 1"]


def test_a_feed_of_history_asks_no_wall_clock() -> None:
    sequencer = a_sequencer()
    sequencer.take(read(arrived(a_clock(0))))
    assert sequencer.pass_time(KNOWN_MS).records == []


def test_what_is_malformed_is_refused_and_the_rest_goes_on() -> None:
    good = arrived(a_purchase("ada", 1), first=1)
    done = a_sequencer().take(read([Arrival(TOPIC, 0, KNOWN_MS, b"ada", b"{"), *good]))
    assert [dropped.refused.reason for dropped in done.refusals] == [Refusal.MALFORMED_JSON]
    assert told(done.records) == [(0, 1.0)]


def test_a_time_ahead_of_its_arrival_is_refused() -> None:
    at_ms = round(BEGIN.timestamp() * 1000)
    event = arrived(a_purchase("ada", 2))[0]
    early = Arrival(TOPIC, 0, at_ms, event.key, event.value)
    done = a_sequencer(ahead_s=3600).take(read([early]))
    assert [dropped.refused.reason for dropped in done.refusals] == [Refusal.AHEAD]


def test_a_model_goes_into_the_log_once() -> None:
    sequencer = a_sequencer()
    one = Model(**{**{f: getattr(rules(0.1), f) for f in Model.__struct_fields__}, "version": 1})
    assert told(sequencer.take_model(one).records) == ["model 1"]
    assert sequencer.take_model(one).records == []


def test_records_of_the_log_come_through_packing_unchanged() -> None:
    done = a_sequencer().take(read(arrived(a_clock(0), a_purchase("ada", 1))))
    again = [unpack(pack(record)) for record in done.records]
    assert told(again) == told(done.records)
    assert [record.marks for record in again if isinstance(record, Slice)] == [
        record.marks for record in done.records if isinstance(record, Slice)
    ]


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abcd"), st.floats(0, 8)).map(lambda it: a_purchase(*it)),
        st.integers(0, 8).map(a_clock),
    ),
    max_size=30,
)


@given(EVENTS, st.lists(st.integers(1, 5), max_size=8), st.data())
@pytest.mark.parametrize("ids_kept", [2, 100])
def test_after_any_crash_the_log_goes_on_as_if_nothing_had_been(
    ids_kept: int, events: list[object], sizes: list[int], data: st.DataObject
) -> None:
    arrivals = arrived(*events)  # type: ignore[arg-type]
    undisturbed = a_sequencer(ids_kept=ids_kept).take(read(arrivals)).records
    log: list[LogRecord] = []
    at = 0
    for size in [*sizes, len(arrivals)]:
        # A new intake: it knows what the log holds and is given everything from anywhere before.
        rows = {
            row
            for record in log
            if isinstance(record, Slice)
            for row in record.columns["row"].tolist()
        }
        names = Names()
        names.put([CUSTOMER_OF[row].encode() for row in sorted(rows)], sorted(rows))
        sequencer = a_sequencer(tail_of(log, ids_kept), names, ids_kept=ids_kept)
        start = data.draw(st.integers(0, at))
        came = sequencer.take(read(arrivals[start : at + size])).records
        # Some of what it made reached the log before it crashed.
        written = data.draw(st.integers(0, len(came))) if at + size < len(arrivals) else len(came)
        CUSTOMER_OF.update((number, who) for who, number in sequencer.customers.take_new())
        log += came[:written]
        taken = [r.marks.taken[0] for r in log if not isinstance(r, Model)]
        at = max(taken, default=-1) + 1
    assert told(log) == told(undisturbed)


CUSTOMER_OF: dict[int, str] = {}

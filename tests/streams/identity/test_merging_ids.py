"""One customer, one id: events go to who they are really of, whatever the order and the crashes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.kinds import Kind
from detectors.slices import Slice
from streams.events.activity import Purchase, PurchaseMade
from streams.events.envelope import AnyEvent
from streams.identity.forwarding import been
from streams.topics import INTERACTIONS
from tests.streams.arrivals import a_purchase, hours
from tests.streams.identity.said import aliases, merged, unmerged
from tests.streams.identity.topics_world import Intakes


def bought(customer: str, at_hours: float, source: str) -> AnyEvent:
    return PurchaseMade(
        specversion="1.0",
        id=f"{customer}-{at_hours}",
        source=source,
        time=hours(at_hours),
        subject=customer,
        data=Purchase(amount=10.0),
    )


def test_events_of_an_absorbed_id_go_to_the_survivor_from_the_merge_on() -> None:
    intakes = Intakes()
    intakes.send(a_purchase("old", 1), a_purchase("new", 1))
    intakes.send(*merged("new", "old", 2))
    intakes.send(a_purchase("old", 3), a_purchase("old", 4), a_purchase("new", 4))
    assert (intakes.count("old"), intakes.count("new")) == (1, 4)


def test_what_comes_late_goes_to_the_survivor_as_well_because_the_row_is_there() -> None:
    intakes = Intakes()
    intakes.send(*merged("new", "old", 2), a_purchase("old", 1.5))
    assert (intakes.count("old"), intakes.count("new")) == (0, 1)


def test_an_event_keeps_its_id_so_a_repetition_from_before_the_merge_counts_once() -> None:
    intakes = Intakes()
    event = a_purchase("old", 1)
    intakes.send(event, *merged("new", "old", 2), event)
    intakes.send(a_purchase("old", 3))
    intakes.send(a_purchase("old", 3))
    assert (intakes.count("old"), intakes.count("new")) == (1, 1)


def test_an_unmerge_gives_the_id_back_from_its_time_on() -> None:
    intakes = Intakes()
    intakes.send(*merged("new", "old", 2), a_purchase("old", 3))
    intakes.send(*unmerged("new", "old", 5), a_purchase("old", 4.5), a_purchase("old", 6))
    assert (intakes.count("old"), intakes.count("new")) == (1, 2)
    intakes.send(*merged("new", "old", 7), a_purchase("old", 8))
    assert (intakes.count("old"), intakes.count("new")) == (1, 3)


def test_an_alias_counts_in_its_source_and_from_its_time_on() -> None:
    intakes = Intakes()
    intakes.send(aliases("ada", 1, ("erp", "E-7", 3)))
    shop = bought("E-7", 4, "shop")
    intakes.send(bought("E-7", 2, "erp"), bought("E-7", 5, "erp"), shop)
    assert (intakes.count("E-7"), intakes.count("ada")) == (2, 1)


def test_an_alias_taken_back_ends_at_that_time() -> None:
    intakes = Intakes()
    intakes.send(aliases("ada", 1, ("erp", "E-7", None)))
    intakes.send(bought("E-7", 2, "erp"))
    intakes.send(aliases("ada", 3))
    intakes.send(bought("E-7", 2.5, "erp"), bought("E-7", 4, "erp"))
    assert (intakes.count("E-7"), intakes.count("ada")) == (1, 2)


def test_a_chain_of_merges_is_followed_and_a_ring_ends() -> None:
    intakes = Intakes()
    intakes.send(*merged("b", "a", 1), *merged("c", "b", 1))
    intakes.send(a_purchase("a", 2))
    assert intakes.count("c") == 1
    intakes.send(*merged("a", "c", 3))
    intakes.send(*(a_purchase(who, 4) for who in "abc"))
    assert sum(intakes.count(who) for who in "abc") == 4


def test_what_is_sent_on_says_where_it_has_been_and_stays_what_it_was() -> None:
    intakes = Intakes()
    intakes.send(*merged("b", "a", 1), *merged("c", "b", 1), a_purchase("a", 2))
    records = [r for at, all_of in intakes.topics.items() if at[0] == INTERACTIONS for r in all_of]
    assert {record.key: been(record.headers) for record in records} == {
        b"a": (),
        b"b": ("a",),
        b"c": ("a", "b"),
    }
    values = {
        (record.value or b"").replace(b'"subject":"%s"' % record.key, b"")
        for record in records
        if record.key
    }
    assert len(values) == 1


def test_events_of_the_id_itself_stay_with_it() -> None:
    intakes = Intakes()
    intakes.send(*merged("new", "old", 2), *unmerged("new", "old", 3))
    kinds = [kind for kind, _ in intakes.facts()["old"]]
    assert kinds == ["CUSTOMER_MERGED", "CUSTOMER_UNMERGED"]
    assert intakes.codes(Kind.CUSTOMER_MERGED).count(2) == 1


WHO = st.sampled_from(["new", "old", "older"])
STORY = st.lists(
    st.one_of(
        st.builds(lambda who, at: [a_purchase(who, at)], WHO, st.integers(0, 9)),
        st.builds(lambda at: merged("new", "old", at), st.integers(0, 9)),
        st.builds(lambda at: unmerged("new", "old", at), st.integers(0, 9)),
        st.builds(lambda at: merged("old", "older", at), st.integers(0, 9)),
        st.builds(lambda at: [aliases("new", at, ("shop", "older", None))], st.integers(0, 9)),
    ),
    max_size=12,
)


@given(STORY, st.lists(st.integers(0, 6), max_size=8), st.sampled_from([1, 2, 3]))
def test_no_event_is_lost_or_doubled_whatever_crashes(
    story: list[list[AnyEvent]], crashes: list[int], n_partitions: int
) -> None:
    intakes = Intakes(n_partitions, crashes=list(crashes))
    events = [event for part in story for event in part]
    for part in story:
        intakes.send_at_once(*part)
    ids = {event.id for event in events if isinstance(event, PurchaseMade)}
    assert sum(intakes.count(who) for who in ("new", "old", "older")) == len(ids)


@given(STORY.flatmap(st.permutations))
def test_once_an_id_is_absorbed_the_order_of_arrival_decides_nothing(
    story: list[list[AnyEvent]],
) -> None:
    # All that was said of ids is there before the purchases; their order, and its own, is any.
    ids = [part for part in story if not isinstance(part[0], PurchaseMade)]
    purchases = [part for part in story if isinstance(part[0], PurchaseMade)]
    found = []
    for first in (ids, ids[::-1]):
        intakes = Intakes()
        for part in first:
            intakes.send(*part)
        for part in purchases if first is ids else purchases[::-1]:
            intakes.send(*part)
        found.append(Counter({who: intakes.count(who) for who in ("new", "old", "older")}))
    assert found[0] == found[1]


@pytest.mark.parametrize("dies_after", range(7))
def test_after_a_crash_at_any_effect_the_logs_are_those_of_an_undisturbed_run(
    dies_after: int,
) -> None:
    found = []
    for crashes in ([], [dies_after]):
        intakes = Intakes(2)
        intakes.send(a_purchase("old", 1), a_purchase("new", 1))
        intakes.crashes = list(crashes)
        intakes.send(*merged("new", "old", 2))
        intakes.send(a_purchase("old", 3))
        intakes.crashes = list(crashes)
        intakes.send(*unmerged("new", "old", 4), a_purchase("old", 5), a_purchase("old", 3.5))
        found.append({who: Counter(facts) for who, facts in intakes.facts().items()})
    assert found[0] == found[1]


def test_the_log_remembers_what_was_sent_on_though_it_holds_no_event_of_it() -> None:
    intakes = Intakes(1)
    intakes.send(*merged("new", "old", 2))
    before = len(intakes.logs[0])
    intakes.send(a_purchase("old", 3))
    sent_on, taken = (record for record in intakes.logs[0][before:])
    assert isinstance(sent_on, Slice)
    assert isinstance(taken, Slice)
    assert (len(sent_on), sent_on.marks.taken[0]) == (0, 0)
    assert (len(taken), taken.marks.taken[0]) == (1, 1)

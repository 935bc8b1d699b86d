"""The desk under every order of arrival, every restart and every repetition."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import Alert, Cleared, CompanyChange, Tick
from alerts.decision import Decision
from alerts.handover import Seat
from alerts.records import DecisionMade, DeskRecord
from alerts.task import State
from tests.alerts.desks import Played, a_change, a_tick, actions, all_clear, an_alert

PARTITIONS = 3
DAYS = 5
FEW = settings(max_examples=50, deadline=None)

Said = Alert | Cleared | CompanyChange | Tick
Streams = list[list[Said]]

BANDS = st.sampled_from(["at_risk", "critical"])
CHANGE = "c0ffee00c0ffee00"
KINDS: list[dict[str, Any]] = [
    {},
    {},
    {"cohort": CHANGE, "because": "change.policy"},
    {"cohort": CHANGE, "because": "relation.manager_left"},
    {"tier": "base"},
    {"tier": "top"},
    {"care": True, "because": "relation.neglect"},
    {"breach": "analysis", "because": "complaint.unresolved"},
    {"consented": False},
]
CHANGES: list[dict[str, Any]] = [
    {"reason": "change.policy"},
    {"reason": "relation.manager_left", "owner": "kim", "successor": "lee"},
    {"reason": "relation.manager_left", "owner": "lee"},
]
# Where an heir has tasks at two desks, and a change is soon forgotten.
SEAT, SHORT = Seat(0, lambda key: int(key == "lee")), {"lasts_days": {}, "lasts_days_else": 1.5}
VALUES = st.sampled_from([100.0, 500.0, 500.0, 2000.0])  # ties are the hard part


@st.composite
def some_said(
    draw: st.DrawFn, partition: int, today: int, *, at_once: bool, plain: bool
) -> Alert | Cleared:
    """Say something of a customer of a partition; sometimes of a day that is over."""
    customer = f"{partition}{draw(st.sampled_from('abc'))}"
    at = draw(st.sampled_from([today - 1.5, today - 0.7, today - 0.5, float(today)]))
    owner = "kim" if customer < "1b" else "lee"
    if draw(st.booleans()) and draw(st.booleans()):
        return all_clear(customer, at, owner=owner, partition=partition)
    adverse = at_once and draw(st.booleans())
    kinds = st.just({}) if plain else st.sampled_from(KINDS)
    return an_alert(
        customer,
        at,
        band=draw(BANDS),
        value=draw(VALUES),
        owner=owner,
        partition=partition,
        cause="event" if adverse else "time",
        urgent=adverse and draw(st.booleans()),
        **draw(kinds),
    )


@st.composite
def some_streams(draw: st.DrawFn, *, at_once: bool = False, plain: bool = False) -> Streams:
    """What each partition says, day by day; a partition may leave out ticks, not the last.

    `plain` ones have alerts of one kind only, and no change of the company.
    """
    streams: Streams = []
    change, on = draw(st.sampled_from(CHANGES)), draw(st.integers(1, DAYS))
    for partition in range(PARTITIONS):
        stream: list[Said] = []
        told_on = min(on + draw(st.integers(0, 1)), DAYS)  # some learn it late
        for today in range(1, DAYS + 1):
            if today == told_on and not plain:
                stream.append(a_change(on - 0.6, partition=partition, **change))
            stream += draw(
                st.lists(some_said(partition, today, at_once=at_once, plain=plain), max_size=2)
            )
            if today == DAYS or draw(st.integers(0, 3)):
                stream.append(a_tick(today, partition=partition, partitions=PARTITIONS))
        streams.append(stream)
    return streams


@st.composite
def some_orders(
    draw: st.DrawFn, *, at_once: bool = False, plain: bool = False
) -> tuple[Streams, list[Said]]:
    """Some streams, and one order in which they may arrive."""
    streams = draw(some_streams(at_once=at_once, plain=plain))
    turns = [partition for partition, said in enumerate(streams) for _ in said]
    return streams, interleaved(streams, draw(st.permutations(turns)))


def interleaved(streams: Streams, turns: Sequence[int]) -> list[Said]:
    following: list[Iterator[Said]] = [iter(stream) for stream in streams]
    return [next(following[partition]) for partition in turns]


def one_after_the_other(streams: Streams) -> list[Said]:
    return [record for stream in streams for record in stream]


def standing(played: Played) -> dict[str, Decision]:
    return {alert: decisions[-1] for alert, decisions in played.decisions.items()}


def without_position(played: Played) -> list[DecisionMade]:
    made = [one for outcome in played.outcomes for one in outcome.decisions]
    return [msgspec.structs.replace(one, position=0) for one in made]


@FEW
@given(some_orders())
def test_the_order_in_which_partitions_are_heard_changes_nothing(
    drawn: tuple[Streams, list[Said]],
) -> None:
    streams, order = drawn
    tight = {"open_tasks_max": 2, "waiting_days": 3, "grace_days": 0, "cases": SHORT}
    expected = Played(seat=SEAT, **tight).hear(*one_after_the_other(streams))
    played = Played(seat=SEAT, **tight).hear(*order)
    assert played.tasks == expected.tasks
    assert without_position(played) == without_position(expected)
    assert played.documents == expected.documents


@FEW
@given(some_orders(at_once=True, plain=True))
def test_where_there_is_room_what_is_decided_at_once_leaves_tasks_for_the_same_customers(
    drawn: tuple[Streams, list[Said]],
) -> None:
    # Not the same tasks: a complaint may come before, or after, the rounds of earlier days, and
    # what these would have opened, raised or withdrawn is then part of it.
    streams, order = drawn
    expected = Played(open_tasks_max=99).hear(*one_after_the_other(streams))
    played = Played(open_tasks_max=99).hear(*order)
    assert played.live.keys() == expected.live.keys()
    assert played.decisions.keys() == expected.decisions.keys()


@st.composite
def some_logs(draw: st.DrawFn, *, plain: bool = False) -> list[DeskRecord | int]:
    """Everything at once; a number stands for an action on one of the tasks there are."""
    log: list[DeskRecord | int] = list(draw(some_orders(at_once=True, plain=plain))[1])
    for _ in range(draw(st.integers(0, 8))):
        log.insert(draw(st.integers(0, len(log))), draw(st.integers(0, 99)))
    return log


def said_to(played: Played, entry: DeskRecord | int) -> DeskRecord:
    if not isinstance(entry, int):
        return entry
    names = sorted(played.tasks) or ["nowhere"]
    clocks = [record.at for record in played.said if isinstance(record, Tick)]
    act = actions(names[entry % len(names)], 1.0 + entry / 20)[entry % 8]
    return msgspec.structs.replace(act, at=max(clocks, default=act.at))


@FEW
@given(some_logs())
def test_every_alert_has_one_standing_decision_and_a_final_one_stays(
    log: list[DeskRecord | int],
) -> None:
    played = Played(open_tasks_max=1, urgent_extra=1, waiting_days=2)
    for entry in log:
        played.hear(said_to(played, entry))
    heard = {record.id for record in played.said if isinstance(record, Alert)}
    assert played.decisions.keys() == heard  # the last ticks have decided all of them
    for decisions in played.decisions.values():
        assert all(one.postponed for one in decisions[:-1])
    waiting = {key for key in played.documents if key.startswith("waiting/")}
    put_off = [alert for alert, decision in standing(played).items() if decision.postponed]
    assert len(put_off) == len(waiting)


@FEW
@given(some_logs(plain=True))  # a case and an inheritance come on top of a budget
def test_no_budget_is_ever_passed_and_nobody_has_two_tasks(log: list[DeskRecord | int]) -> None:
    played = Played(open_tasks_max=2, urgent_extra=1)
    for entry in log:
        record = said_to(played, entry)
        if getattr(record, "to", None) is None:  # a person may give somebody too much
            played.hear(record)
        live = [task for task in played.tasks.values() if task.state.live]
        n_open = Counter(task.owner for task in live)
        assert all(n <= 3 for n in n_open.values())
        assert max(Counter(task.customer for task in live).values(), default=0) <= 1


@FEW
@given(some_logs())
def test_nobody_ever_has_two_tasks(log: list[DeskRecord | int]) -> None:
    played = Played(open_tasks_max=2)
    for entry in log:
        played.hear(said_to(played, entry))
        live = Counter(task.customer for task in played.tasks.values() if task.state.live)
        assert max(live.values(), default=0) <= 1


@FEW
@given(some_logs(), st.data())
def test_a_desk_opened_again_goes_on_as_if_it_had_never_stopped(
    log: list[DeskRecord | int], data: st.DataObject
) -> None:
    whole, broken = (Played(seat=SEAT, open_tasks_max=1, cases=SHORT) for _ in range(2))
    stops = data.draw(st.sets(st.integers(0, len(log)), max_size=4))
    for place, entry in enumerate(log):
        record = said_to(whole, entry)
        whole.hear(record)
        if place in stops:
            broken.open_again()
        broken.hear(record)
    assert broken.outcomes == whole.outcomes
    assert broken.documents == whole.documents


@FEW
@given(some_orders(), st.data())
def test_a_scorer_that_says_its_last_words_again_changes_nothing(
    drawn: tuple[Streams, list[Said]], data: st.DataObject
) -> None:
    _, order = drawn
    once, again = Played(open_tasks_max=2).hear(*order), Played(open_tasks_max=2)
    crash = data.draw(st.integers(0, len(order)))
    partition = data.draw(st.integers(0, PARTITIONS - 1))
    repeats = [record for record in order[:crash] if record.partition == partition][-6:]
    again.hear(*order[:crash], *repeats, *order[crash:])
    assert again.tasks == once.tasks
    assert again.documents == once.documents


@FEW
@given(st.lists(st.tuples(VALUES, st.integers(0, 99)), min_size=1, max_size=12))
def test_of_many_the_best_are_open(worths: list[tuple[float, int]]) -> None:
    alerts = [an_alert(f"{n}", value=value + more) for n, (value, more) in enumerate(worths)]
    played = Played(open_tasks_max=3).hear(*alerts, a_tick(1))
    best = sorted(alerts, key=lambda alert: (-alert.value, alert.id))[:3]
    assert {task.customer for task in played.live.values()} == {alert.customer for alert in best}
    assert all(task.state is State.OPEN for task in played.live.values())

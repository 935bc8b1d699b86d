"""What the simulated source sends is what the contract allows, in order, and the same each time."""

from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest

from streams.events import EVENT_TYPES, decode, derived, encode, key_of, name_of
from streams.sources.late import Late, known
from streams.sources.pacing import topic_of
from streams.sources.simulate.shape import BEGIN_MS, Shape, day_ms
from streams.sources.simulate.source import Simulated

# What our own desk says, what the intake and the scorer tell others, and the clock of a feed.
NOT_SENT = {
    "clock.advanced",
    "customer.contacted",
    "task.closed",
    *(known.name for known in derived.TYPES),
}


def everything(source: Simulated) -> list[Late]:
    return [known(item) for item in (*source.profiles(), *source.events())]


def digest(source: Simulated) -> str:
    lines = (b"%d %s" % (late.known_ms, encode(late.event)) for late in everything(source))
    return sha256(b"\n".join(lines)).hexdigest()


def test_every_event_passes_the_gate_unchanged(small: Simulated) -> None:
    for event, _ in everything(small):
        assert decode(topic_of(event), key_of(event), encode(event)) == event


def test_ids_are_unique_and_times_are_utc(small: Simulated) -> None:
    events = [late.event for late in everything(small)]
    ids = Counter((event.source, event.id) for event in events)
    assert [one for one, n in ids.items() if n > 1] == []
    assert {event.time.utcoffset() for event in events} == {timedelta(0)}


def test_events_come_in_the_order_in_which_they_became_known(small: Simulated) -> None:
    known_ms = [late.known_ms for late in everything(small)]
    assert known_ms == sorted(known_ms)
    assert known_ms[0] == BEGIN_MS
    assert known_ms[-1] < day_ms(small.shape.n_days)


def test_the_count_is_of_all_events(small: Simulated) -> None:
    assert small.n_events == len(everything(small))
    assert {topic_of(late.event) for late in everything(small)} == set(small.topics)


def test_the_default_year_has_every_type_of_event(year: Simulated) -> None:
    sent = {name_of(type(late.event)) for late in everything(year)}
    assert sent == set(EVENT_TYPES) - NOT_SENT


@pytest.mark.parametrize("seed", [3, 4])
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    shape = Shape(n_customers=60, days=120, warm_up_days=28, seed=seed)
    other = Shape(n_customers=60, days=120, warm_up_days=28, seed=seed + 10)
    assert digest(Simulated(shape)) == digest(Simulated(shape))
    assert digest(Simulated(shape)) != digest(Simulated(other))


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"n_customers": 39}, "at least 40 customers"),
        ({"days": 119}, "and 120 days"),
        ({"n_managers": 21}, "from 3 to 20 managers"),
    ],
)
def test_a_shape_that_cannot_hold_its_promises_is_refused(shape: dict[str, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Shape(**shape)


def test_the_smallest_shape_runs() -> None:
    for seed in range(3):
        source = Simulated(Shape(n_customers=40, days=120, warm_up_days=0, n_managers=3, seed=seed))
        assert source.n_events > 1_000

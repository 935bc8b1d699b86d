"""What is told of broken promises on `churn.breaches`, and what stands in the end."""

import msgspec

from alerts.promise import BrokenPromise, standing
from detectors.outcome import Breach, Outcome
from streams.audit import _line, _topics
from streams.effects import breaches
from streams.topics import BREACHES, MODELS
from tests.alerts.desks import day

NOON_MS = round(day(0.5).timestamp() * 1000)
BROKEN = Breach(7, 0xC0FFEE, "inform", NOON_MS, NOON_MS + 1_000, withdrawn=False)
STREAM = (BREACHES, 0, -1)


def promise(at: float, **told: object) -> BrokenPromise:
    whole = {"customer": "ada", "complaint": "c", "clock": "answer", "deadline": day(at)}
    return msgspec.convert(whole | {"noticed": day(at + 1)} | told, BrokenPromise)


def told(*found: Breach) -> list[tuple[bytes, BrokenPromise]]:
    pairs = breaches(Outcome(breaches=found), lambda number: f"c{number}")
    return [(key, msgspec.json.decode(value, type=BrokenPromise)) for key, value in pairs]


def test_every_clock_is_told_with_its_customer_and_deadline() -> None:
    ((key, one),) = told(BROKEN)
    assert (key, one.customer, one.complaint) == (b"c7", "c7", "0000000000c0ffee")
    assert (one.clock, one.deadline, one.withdrawn) == ("inform", day(0.5), False)
    assert (one.noticed - day(0.5)).total_seconds() == 1.0


def test_a_clock_that_never_ran_has_no_deadline() -> None:
    ((_, one),) = told(BROKEN._replace(deadline_ms=0, withdrawn=True))
    assert (one.deadline, one.withdrawn) == (None, True)


def test_what_is_taken_back_does_not_stand_and_other_clocks_do() -> None:
    other = promise(1, clock="analysis")
    back = promise(1, withdrawn=True, noticed=day(3))
    assert standing([promise(1), other, back]) == [other]


def test_broken_again_after_it_was_taken_back_it_stands() -> None:
    back = promise(1, withdrawn=True, noticed=day(3))
    again = promise(1, noticed=day(4))
    assert standing([promise(1), back, again]) == [again]


def test_what_a_crash_made_the_scorer_say_twice_stands_once() -> None:
    assert standing([promise(2), promise(1), promise(2)]) == [promise(1), promise(2)]


def test_an_audit_sees_a_topic_of_which_nothing_is_left() -> None:
    replayed = {STREAM: {b"a": None}, (MODELS, 0, -1): dict[bytes, None]()}
    assert _topics({}, replayed) == [BREACHES]
    assert not _line(BREACHES, {}, replayed).equal

"""What a family that most customers have nothing of has to keep. A new one is found by itself."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from detectors.chained import entering
from detectors.families import FAMILIES, FLOORS, RARE, STAGES
from detectors.families.family import Event
from detectors.happening import MAY_ENTER
from detectors.kinds import Kind
from tests.contracts.test_families import empty_row, one_of_each_kind
from tests.detectors.logs import One, at
from tests.detectors.records import an_event, the_events

every_rare = pytest.mark.parametrize("name", RARE)
OF_THE_COMPANY = {kind for kind in Kind if kind >= Kind.PRICE_CHANGED}
WORDS, CODES, REFERENCES, AMOUNTS = range(24), range(8), (0, 9), (0.0, 0.5, 1.0)


def all_events() -> Iterator[Event]:
    """Give one record again and again, as an event of every kind and word, code and so on.

    The numbers are more than any kind has words for.
    """
    event = an_event(One(0, Kind.PURCHASE_MADE, at(1), 7))
    for kind, word, code, reference in product(Kind, WORDS, CODES, REFERENCES):
        event.kind, event.word, event.code, event.reference = kind, word, code, reference
        for amount in AMOUNTS:
            event.amount = amount
            yield event


@every_rare
def test_what_does_not_enter_changes_nothing_of_who_has_nothing(name: str) -> None:
    own, enters = empty_row(name), entering({name: RARE[name]})
    blank, changed, entered = own.tobytes(), set(), set()
    for event in all_events():
        kind = Kind(int(event.kind))
        if enters(event):
            entered.add(kind)
            continue
        FAMILIES[name].apply(own, event)
        if own.tobytes() != blank:
            changed.add((kind, int(event.word), int(event.code), int(event.reference)))
            own = empty_row(name)
    assert not changed
    assert entered
    assert entered <= set(FAMILIES[name].KINDS)
    assert not entered & OF_THE_COMPANY  # which are taken without asking


@every_rare
def test_what_notes_say_is_not_lost_either(name: str) -> None:
    many = one_of_each_kind()
    for one, event in zip(many, the_events(many), strict=True):
        own = empty_row(name)
        blank = own.tobytes()
        FAMILIES[name].apply(own, event)
        assert RARE[name].enters(event) or own.tobytes() == blank, one


@every_rare
def test_room_is_made_for_all_that_enter(name: str) -> None:
    kinds = {Kind(int(event.kind)) for event in all_events() if RARE[name].enters(event)}
    assert MAY_ENTER[sorted(kinds)].all()


@every_rare
def test_what_most_customers_share_is_read_and_not_written(name: str) -> None:
    own = empty_row(name)
    blank = own.tobytes()
    for now_ms in (at(0), at(4_000)):
        if name in FLOORS:
            assert FLOORS[name].floor(own, now_ms) == 0
        if name in STAGES:
            assert STAGES[name].stage(own, now_ms) == 0
    assert own.tobytes() == blank


def test_a_rare_family_is_nobodys_other_columns() -> None:
    # What is measured beside is in the row: who has no entry would be measured by blanks.
    beside = {getattr(family, "BESIDE", None) for family in FAMILIES.values()}
    assert not beside & set(RARE)
    assert np.count_nonzero(MAY_ENTER) < len(Kind) / 2

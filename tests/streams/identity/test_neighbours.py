"""A loss that happened is told to whoever is linked to the customer, once and one hop far."""

import itertools

import pytest

from detectors.kinds import Kind, Neighbour
from streams.events.event_type import Purpose
from streams.events.profiles import Profile
from tests.streams.arrivals import a_purchase
from tests.streams.identity.said import churned, consents, linked, merged, returned, said
from tests.streams.identity.topics_world import Intakes

NEWS = Kind.NEIGHBOUR_CHURNED


def three(**links: dict[str, str]) -> Intakes:
    intakes = Intakes()
    intakes.send(*(a_purchase(who, 1) for who in ("ada", "bo", "cy")))
    for who, others in links.items():
        intakes.send(linked(who, 1, **others))
    return intakes


def test_each_neighbour_hears_what_the_lost_one_was_to_them() -> None:
    intakes = three(ada={"bo": "customer", "cy": "supplier"})
    intakes.send(churned("ada", 2))
    assert [intakes.count(who, NEWS) for who in ("ada", "bo", "cy")] == [0, 1, 1]
    assert sorted(intakes.codes(NEWS)) == [Neighbour.SUPPLIER, Neighbour.CUSTOMER]


def test_a_parent_hears_of_its_subsidiary() -> None:
    intakes = three()
    intakes.send(said("ada", 1, Profile(parent="bo")), churned("ada", 2))
    assert intakes.codes(NEWS) == [Neighbour.SUBSIDIARY]
    intakes.send(said("cy", 1, Profile(parent="bo")), said("cy", 2, Profile(parent=None)))
    intakes.send(churned("cy", 3))
    assert intakes.codes(NEWS) == [Neighbour.SUBSIDIARY]


def test_a_loss_that_several_sources_tell_counts_once_and_another_after_a_return_again() -> None:
    intakes = three(ada={"bo": "customer"})
    intakes.send(churned("ada", 2), churned("ada", 3))
    assert intakes.count("bo", NEWS) == 1
    intakes.send(returned("ada", 4), churned("ada", 5))
    assert intakes.count("bo", NEWS) == 2


def test_two_neighbours_in_one_partition_both_hear_it() -> None:
    intakes = Intakes(1)
    intakes.send(*(a_purchase(who, 1) for who in ("ada", "bo", "cy")))
    intakes.send(linked("ada", 1, bo="customer", cy="customer"), churned("ada", 2))
    assert [intakes.count(who, NEWS) for who in ("bo", "cy")] == [1, 1]


@pytest.mark.parametrize("order", list(itertools.permutations(["ada", "bo", "cy"])))
def test_a_ring_of_three_settles_and_the_same_whatever_the_order(order: tuple[str, ...]) -> None:
    intakes = three(
        ada={"bo": "customer", "cy": "supplier"},
        bo={"cy": "customer", "ada": "supplier"},
        cy={"ada": "customer", "bo": "supplier"},
    )
    intakes.send(*(churned(who, 2) for who in order))
    assert [intakes.count(who, NEWS) for who in ("ada", "bo", "cy")] == [2, 2, 2]


def test_a_link_to_somebody_who_is_no_customer_makes_nobody_one() -> None:
    intakes = three(ada={"stranger": "customer"})
    intakes.send(churned("ada", 2))
    assert "stranger" not in {name for rows in intakes.rows for name in rows}
    assert intakes.n_withheld == 1


def test_news_for_an_absorbed_neighbour_goes_to_the_survivor() -> None:
    intakes = three(ada={"bo": "customer"})
    intakes.send(*merged("cy", "bo", 2), churned("ada", 3))
    assert [intakes.count(who, NEWS) for who in ("bo", "cy")] == [0, 1]


def test_who_does_not_want_to_be_watched_is_told_nothing() -> None:
    intakes = three(ada={"bo": "customer"})
    no = consents("bo", 2, granted=False, purpose=Purpose.EARLY_WARNING)
    intakes.send(no, churned("ada", 3))
    assert intakes.count("bo", NEWS) == 0


@pytest.mark.parametrize("dies_after", range(6))
def test_a_crash_tells_nobody_twice(dies_after: int) -> None:
    intakes = three(ada={"bo": "customer", "cy": "supplier"})
    intakes.crashes = [dies_after]
    intakes.send(churned("ada", 2))
    assert [intakes.count(who, NEWS) for who in ("bo", "cy")] == [1, 1]


def test_no_log_holds_the_name_of_another() -> None:
    intakes = three(ada={"bo": "customer"})
    intakes.send(*merged("cy", "bo", 2), churned("ada", 3))
    notes = [note for log in intakes.logs for r in log for _, note in getattr(r, "notes", ())]
    assert notes
    assert not any(name in note for note in notes for name in (b"ada", b"bo", b"cy"))

"""What an event does to its customer, part by part. Compiled."""

from typing import NamedTuple

import numpy as np

from detectors import account, causes, churn, clocks, tiers
from detectors.account import Profiles
from detectors.arrays import I64
from detectors.chained import applied, entering
from detectors.clocks import Book
from detectors.compiled import compiled
from detectors.customers import Customer
from detectors.families import BITS, FAMILIES, RARE, contact
from detectors.families.family import Event
from detectors.kinds import ADVERSE, Kind
from detectors.terms import Terms

COMPLAINTS = BITS["complaints"]
IS_ADVERSE = np.isin(np.arange(256), ADVERSE)  # by kind
# By kind: whether such an event may give a customer an entry of the rare parts.
MAY_ENTER = np.isin(np.arange(256), [kind for family in RARE.values() for kind in family.KINDS])

apply = applied(FAMILIES)
enters = entering(RARE)


class Step(NamedTuple):
    """The record at hand: its position in the log, the last tick, offsets taken before it."""

    position: int
    tick_ms: int
    taken: I64


class Means(NamedTuple):
    """What an event is taken by."""

    profiles: Profiles
    step: Step
    terms: Terms
    book: Book
    came: I64  # shape (2,): how many became customers, how many are so again


@compiled
def is_felt(event: Event, terms: Terms) -> bool:
    """Say whether an event counts: the loss of a neighbour does not where its gain is 0."""
    if event.kind != Kind.NEIGHBOUR_CHURNED:
        return True
    event.amount = terms.network_gain
    return bool(terms.network_gain > 0)


@compiled
def notice(who: Customer, now_ms: int, terms: Terms, book: Book, told: np.record) -> bool:
    """Notice promises that time alone has broken, and tell it in `told`; say whether any was."""
    told.breach = told.kept = 0
    told.unverified = False
    first, complaints = book.n[0], who.rare.complaints
    if who.row.ledger.families & COMPLAINTS:
        told.breach = clocks.notice(complaints, now_ms, terms, book)
        clocks.sign(book, first, told.number, now_ms)
        clocks.tell(complaints, book, first, now_ms, told)
    return bool(book.n[0] > first)


@compiled
def leaves(who: Customer, event: Event, gone: np.record) -> None:
    """Note a departure in `gone`, a record of `kernels.GONE`, with the cause that wins.

    From here on the event says so too.
    """
    event.second = causes.cause_of(who, event)
    event.word = causes.kind_of(event, event.second)
    gone.number, gone.at_ms = event.row, event.at_ms
    gone.kind, gone.cause = event.word, event.second


@compiled
def happens(who: Customer, event: Event, means: Means, told: np.record) -> bool:
    """Take an event into every part of a customer, and tell what it is in `told`.

    It may be late, adverse, or show a promise broken. Says whether it is a contact that was due.
    Of the rare parts they have an entry if the event `enters`.
    """
    row, complaints = who.row, who.rare.complaints
    own, step, terms, book = row.ledger, means.step, means.terms, means.book
    first, owed = book.n[0], contact.owed(row.contact)
    told.number, told.adverse = event.row, IS_ADVERSE[event.kind]
    told.late = event.at_ms < own.seen_ms
    told.breach, told.unverified = 0, False
    if own.families & COMPLAINTS:
        told.breach = clocks.settle(complaints, event, own.seen_ms, terms, book)
    own.first_ms = min(own.first_ms, event.at_ms) if own.first_ms else event.at_ms
    account.apply(row.account, event, means.profiles)
    ends = causes.ends_observation(event.word, event.second)
    stood = churn.standing(row.churn)
    churn.apply(row.churn, event, ends, terms, step.tick_ms)
    if stood != churn.HERE and churn.standing(row.churn) == churn.HERE:
        means.came[stood] += 1
    causes.apply(row.causes, event)
    apply(who, event)
    tiers.move(row, event, terms)
    # A late event is scored at the customer's own latest instant: their clock never goes back.
    own.seen_ms = max(own.seen_ms, event.at_ms, step.tick_ms)
    told.kept = 0
    if own.families & COMPLAINTS:
        told.breach = max(told.breach, clocks.notice(complaints, own.seen_ms, terms, book))
        clocks.sign(book, first, event.row, own.seen_ms)
        clocks.tell(complaints, book, first, own.seen_ms, told)
    given: bool = owed and not contact.owed(row.contact)
    return given

"""The kernels: a slice of events, a sweep of all customers, a change of model. Compiled.

Each goes over events or rows one by one, in order, and writes into arrays that the caller made.
What is worth telling comes back as records of `judging.TOLD`, with the customer's row and
features as they were just then.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors import bands, churn, living
from detectors.account import Profiles
from detectors.arrays import F32, F64, I64, NEVER, U8, Mask
from detectors.clocks import Book, Watch
from detectors.company import Hearing, Scopes, hear
from detectors.compiled import compiled, kernel
from detectors.customers import Customer, Customers, Rare, Table
from detectors.events import Events
from detectors.families.family import Event
from detectors.happening import Means, Step, enters, happens, is_felt, leaves, notice
from detectors.judging import Told, judge, look, tend, thank
from detectors.kinds import Kind
from detectors.prefetch import prefetch
from detectors.rare import NOBODYS
from detectors.score import risk
from detectors.terms import Terms

NO_LABELS = -1
AHEAD = 3  # events, or rows, between asking for a row and needing it


# Who left by an event: kind and cause as numbers of `words.ChurnKind` and `tree.NUMBERS`.
GONE = np.dtype(
    [("number", np.int64), ("at_ms", np.int64), ("kind", np.uint8), ("cause", np.uint8)], align=True
)
Gone = NDArray[Any]


class Batch(NamedTuple):
    """A slice's events (`detectors.events.EVENT`), and what they bring beside."""

    events: Events
    profiles: Profiles
    scopes: Scopes
    gone: Gone  # room for as many departures as there are events
    hit: Mask  # shape (n_rows,), or (0,) without scopes: whom the company's events concern
    came: I64  # shape (2,): customers who are new, and who are back; counted in place


class Sweep(NamedTuple):
    """The tick at hand, and what is asked beside the bands.

    `first` is the number of the first of the customers swept; `labels_as_of_ms` the Monday whose
    labels are due, or NO_LABELS.
    """

    position: int
    tick_ms: int
    first: int
    snapshot: bool
    labels_as_of_ms: int


class Findings(NamedTuple):
    """What there is to tell, in the order found: arrays of one length, filled from 0 on.

    With `only_lines` only who crossed a line or fell below it is kept, the others are counted.
    Beside it the book of broken promises, which has room for all.
    """

    told: Told
    rows: Table
    rare: Rare  # with an entry more than there are rows: the first is blank, and nobody's
    x: F32
    book: Book
    only_lines: bool


class Answers(NamedTuple):
    """A snapshot and labels, arrays with a place for each customer swept, filled from 0 on."""

    asked: I64  # numbers of those in the snapshot, and three facts of each
    x: F32
    risk: F64
    band: U8
    labelled: I64  # numbers of those given a label, and two facts of each
    label: U8
    churned_ms: I64
    bands: I64  # shape (4,): how many stand in each


class Swept(NamedTuple):
    """How many findings, customers in the snapshot and labels a sweep gave.

    Of the `n_told` findings `n_kept` are in `Findings`.
    """

    n_told: int
    n_kept: int
    n_asked: int
    n_labelled: int


@kernel
def take(
    customers: Customers, batch: Batch, step: Step, terms: Terms, findings: Findings
) -> tuple[int, int, int, int]:
    """Take a slice's events in their order, scoring each customer after each of theirs.

    Returns
    -------
    n_told, n_kept, n_taken, n_gone : int
        Findings made, and kept; events that were new; customers who left.
    """
    n_told = n_kept = n_taken = n_gone = 0
    watch = Watch(terms, findings.book, customers.quiet_ms)
    events, means = batch.events, Means(batch.profiles, step, watch, batch.came)
    for place in range(len(events)):
        event = events[place]
        prefetch(customers.rows, events[min(place + AHEAD, len(events) - 1)].row)
        if event.offset <= step.taken[event.topic]:  # two intakes may overlap for a moment
            continue
        if event.row < 0:  # of the company, and of no customer; judged at the next tick
            n_taken += 1
            hearing = Hearing(step.position, step.tick_ms, terms, batch.hit)
            hear(customers.rows, event, batch.scopes[event.scope], hearing)
            continue
        if not is_felt(event, terms):
            n_taken += 1
            continue
        living.heard(terms.feeds, event.sender, event.at_ms)
        own = customers.rows[event.row].ledger
        if own.position >= step.position:
            continue
        n_taken += 1
        customers.dirty[event.row] = True
        entry = _entry_for(customers, event)
        who = Customer(customers.rows[event.row], customers.rare.entries[entry], entry)
        if event.kind == Kind.CUSTOMER_CHURNED:
            leaves(who, event, batch.gone[n_gone])
            n_gone += 1
        told, x = findings.told[n_kept], findings.x[n_kept]
        given = happens(who, event, means, told)
        watched, tells, _ = judge(who, own.seen_ms, terms, x, told)
        if watched and given:
            tells |= thank(who.row, own.seen_ms, terms, told)
        n_told += tells
        n_kept += _kept(findings, n_kept, who) if tells else 0
    _include(customers, events, step, batch.hit)
    return n_told, n_kept, n_taken, n_gone


@compiled
def _entry_for(customers: Customers, event: Event) -> int:
    # A new one if need be: there is room, the engine has counted the events that may enter.
    at = customers.rare.at
    if at[event.row] == NOBODYS and enters(event):
        at[event.row] = customers.n_entries[0]
        customers.n_entries[0] += 1
    return int(at[event.row])


@compiled
def _kept(findings: Findings, place: int, who: Customer) -> int:
    # Keeps the customer as they are just now; 1, or 0 where only lines are asked for and this is
    # none. A blank entry is not worth a copy: most of them are.
    told = findings.told[place]
    if findings.only_lines and not (told.crossed or told.cleared or told.care):
        return 0
    findings.rows[place] = who.row
    findings.rare.at[place] = NOBODYS
    if who.entry != NOBODYS:
        findings.rare.entries[place + 1] = who.rare
        findings.rare.at[place] = place + 1
    return 1


@compiled
def _include(customers: Customers, events: Events, step: Step, hit: Mask) -> None:
    # Only when all is done: the next event of the same slice would seem to be in the row already.
    for place in range(len(events)):
        event = events[place]
        if event.row >= 0 and event.offset > step.taken[event.topic]:
            own = customers.rows[event.row].ledger
            own.position = max(own.position, step.position)
    for place in range(len(hit)):
        if hit[place]:
            customers.rows[place].ledger.position = step.position
            customers.dirty[place] = True


@kernel
def sweep(
    customers: Customers, tick: Sweep, terms: Terms, findings: Findings, answers: Answers
) -> Swept:
    """Judge every customer at a tick."""
    n_told = n_kept = n_asked = n_labelled = 0
    watch = Watch(terms, findings.book, customers.quiet_ms)
    for place in range(len(customers.rows)):
        prefetch(customers.rows, place + AHEAD)
        row, told, x = customers.rows[place], findings.told[n_kept], findings.x[n_kept]
        own, number, entry = row.ledger, tick.first + place, customers.rare.at[place]
        if own.position >= tick.position:
            continue
        who = Customer(row, customers.rare.entries[entry], entry)
        now_ms = max(own.seen_ms, tick.tick_ms)
        told.number, told.adverse, told.late = number, False, False
        noticed = notice(who, now_ms, watch, told)
        watched, tells, changed = judge(who, now_ms, terms, x, told)
        if watched and tend(row, now_ms, terms, told):
            tells = changed = True
        n_told += tells
        n_kept += _kept(findings, n_kept, who) if tells else 0
        answers.bands[row.bands.band] += watched
        # By the wall clock a tick comes late: who has done something since is not as they were.
        if tick.snapshot and watched and own.seen_ms <= tick.tick_ms:
            answers.asked[n_asked] = number
            for column in range(len(x)):
                answers.x[n_asked, column] = x[column]
            answers.risk[n_asked], answers.band[n_asked] = told.risk, row.bands.band
            n_asked += 1
        # Of an id that another absorbed it is not known what became of it.
        if tick.labels_as_of_ms != NO_LABELS and own.absorbed_ms == NEVER:
            answers.labelled[n_labelled] = number
            label, freed = churn.take_label(row.churn, tick.labels_as_of_ms, terms)
            answers.label[n_labelled] = label
            answers.churned_ms[n_labelled] = churn.churned_ms(row.churn, terms)
            n_labelled, changed = n_labelled + 1, changed or freed
        if changed or noticed:
            own.position = tick.position
            customers.dirty[place] = True
    return Swept(n_told, n_kept, n_asked, n_labelled)


@kernel
def switch(customers: Customers, step: Step, old: Terms, new: Terms, x: F32) -> tuple[int, float]:
    """Let another model see every customer; bands that it would lift rise without an alert.

    Returns
    -------
    n_lifted, shift : int and float
        Customers whose band rose; the sum of what the risks changed by.
    """
    n_lifted, shift = 0, 0.0
    for place in range(len(customers.rows)):
        row = customers.rows[place]
        entry = customers.rare.at[place]
        who = Customer(row, customers.rare.entries[entry], entry)
        now_ms = max(row.ledger.seen_ms, step.tick_ms)
        # Terms differ in their model only, so who is a customer by one is by the other.
        watched, was = look(who, now_ms, old, x)
        now = risk(x, new) if watched else 0.0
        shift += abs(now - was)
        if row.ledger.position < step.position and bands.lift(row.bands, now, new):
            n_lifted += 1
            row.ledger.position = step.position
            customers.dirty[place] = True
    return n_lifted, shift


@kernel
def picture(
    customers: Customers, number: int, now_ms: int, terms: Terms, x: F32
) -> tuple[bool, float]:
    """Measure one customer without changing anything; see `judging.look`."""
    entry = customers.rare.at[number]
    who = Customer(customers.rows[number], customers.rare.entries[entry], entry)
    return look(who, now_ms, terms, x)

"""Decides for one event after the other whether it gets into the log, and puts it there.

What compiled code cannot do ends the walk, before anything of that event is changed: its
customer's number may be given, but asking again gives the same. Python does what is to be
done and goes on from there.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64
from detectors.compiled import inlined, kernel
from detectors.kinds import Kind
from streams.sequencing.arrivals import Columns
from streams.sequencing.customer_numbers import (
    ELSEWHERE,
    NO_CUSTOMER,
    NOBODY,
    Customers,
    numbered,
)
from streams.sequencing.open_slice import Rows, source_of
from streams.sequencing.recent import Generations, knows, remember
from streams.sequencing.standing_bits import ALIAS, LINKED, REFUSED, SAYS, Asked
from streams.sequencing.texts import Text, Whole, tag_of

# Why a walk ended.
DONE = 0  # everything is taken
DECLINED = 1  # the event was not read
EARLY = 2  # its time is ahead of its arrival
STRANGER = 3  # its customer belongs to another partition
DUE = 4  # a tick stands before it
CONCERNS = 5  # the intake has to hear it, or to send it on
WITHHELD = 6  # it may not be processed; ends no walk

_NEWS = (int(Kind.NEIGHBOUR_CHURNED),)  # makes nobody a customer
_PROFILE, _CONTACT = int(Kind.PROFILE_UPDATED), int(Kind.CONTACT_MADE)
_CHECKED = int(Kind.COMPLAINT_CHECKED)
_BLOCK = 32  # events whose places in memory are touched together
ENDLESS_MS = 2**62  # a tick's due time, if none is to be made

PROGRESS = np.dtype(
    [
        ("newest_ms", "<i8"),  # event time of the newest event
        ("due_ms", "<i8"),  # from which time of the newest event on a tick is due
        ("ahead_ms", "<f8"),  # how far an event may be ahead of its arrival
        ("n_events", "<i8"),
        ("n_duplicates", "<i8"),
        ("n_repeated", "<i8"),
        ("n_withheld", "<i8"),
        ("cleared", "<i8"),  # the place of an event that was heard; -1: of none
        ("checked", "<i8"),  # the same if it may be taken as the check of a complaint
        ("why", "<i8"),  # the last walk ended
        ("touched", "<i8"),  # means nothing, but what is not used is not read
    ],
    align=True,
)


class Order(NamedTuple):
    """All that a walk reads and changes; `progress` is `PROGRESS` of shape (1,).

    `taken` is the last offset of each of `TOPICS`, `words` are those of the customers by number,
    and `asked` is what each kind of event asks of them (`standing_bits`).
    """

    progress: NDArray[Any]
    taken: I64
    customers: Customers
    words: NDArray[np.int32]
    asked: Asked
    recent: Generations
    rows: Rows


@kernel
def walk(order: Order, columns: Columns, start: int, stop: int) -> int:
    """Take the arrivals from `start` to `stop`; give the place of the first not taken.

    There must be room for as many rows, customers and sources.
    """
    progress = order.progress[0]
    progress.why = DONE
    for at in range(start, stop):
        if (at - start) % _BLOCK == 0:
            progress.touched += _touch(order, columns, at, min(at + _BLOCK, stop))
        topic = columns.topics[at]
        if columns.offsets[at] <= order.taken[topic]:
            progress.n_repeated += 1
            continue
        why = _take(order, columns, at)
        if why == WITHHELD:
            progress.n_withheld += 1
        elif why != DONE:
            progress.why = why
            return at
        order.taken[topic] = columns.offsets[at]
    return stop


@inlined
def _take(order: Order, columns: Columns, at: int) -> int:
    reading, progress = columns.readings[at], order.progress[0]
    if reading.taken == 0:
        return DECLINED
    # As floats, because a sender may have stamped the record with any number at all.
    if float(reading.at_ms) - float(columns.known_ms[at]) > progress.ahead_ms:
        return EARLY
    number: Whole = NOBODY
    if reading.subject_len > 0:
        subject = Text(columns.buffer, reading.subject_at, np.int64(reading.subject_len))
        number = numbered(order.customers, subject, reading.kind not in _NEWS)
        if number == ELSEWHERE:
            return STRANGER
    if knows(order.recent, reading.id_hash):
        progress.n_duplicates += 1
        return DONE
    stopped = _stopped(order, columns, at, number)
    if stopped != DONE:
        return stopped
    newest_ms = max(progress.newest_ms, reading.at_ms)
    if newest_ms >= progress.due_ms:
        return DUE
    progress.newest_ms = newest_ms
    remember(order.recent, reading.id_hash)
    _append(order, columns, at, number)
    progress.n_events += 1
    return DONE


@inlined
def _stopped(order: Order, columns: Columns, at: int, number: Whole) -> int:
    if number < 0:
        return WITHHELD if number == NO_CUSTOMER else DONE
    reading, kind = columns.readings[at], _kind(order, columns, at)
    held = (order.words[number] ^ order.asked.turned[kind]) & order.asked.asked[kind]
    if held == 0:  # nearly always
        return DONE
    if order.progress[0].cleared != at:
        # Profiles say something only if they give certain fields, which their code tells.
        says = held & SAYS != 0 and (kind != _PROFILE or reading.code != 0)
        # A contact may be one that complaints need, whatever else was withdrawn.
        checks = kind == _CONTACT and held & REFUSED != 0
        if says or checks or held & (ALIAS | LINKED) != 0:
            return CONCERNS
    return WITHHELD if held & REFUSED != 0 else DONE


@inlined
def _kind(order: Order, columns: Columns, at: int) -> Whole:
    return _CHECKED if order.progress[0].checked == at else np.int64(columns.readings[at].kind)


@inlined
def _append(order: Order, columns: Columns, at: int, number: Whole) -> None:
    reading, filled = columns.readings[at], order.rows.filled[0]
    source = Text(columns.buffer, reading.source_at, np.int64(reading.source_len))
    row = order.rows.events[filled.n_rows]
    row.row = number
    row.kind = _kind(order, columns, at)
    row.topic = columns.topics[at]
    row.source = source_of(order.rows.sources, source)
    row.code = reading.code
    row.at_ms = reading.at_ms
    row.known_ms = columns.known_ms[at]
    row.id_hash = reading.id_hash
    row.offset = columns.offsets[at]
    row.amount = reading.amount
    row.quantity = reading.quantity
    row.reference = reading.reference
    row.lines = reading.lines
    if reading.data_len != 0:
        order.rows.noted[filled.n_noted, 0] = filled.n_rows
        order.rows.noted[filled.n_noted, 1] = at
        filled.n_noted += 1
    filled.n_rows += 1


@inlined
def _touch(order: Order, columns: Columns, start: int, stop: int) -> Whole:
    # What an event is looked up in lies anywhere in some megabytes. Read for many events at
    # once, it comes from memory at once; else each event waits for its own (a third of the time).
    names, hashes = order.customers.names, order.recent.hashes
    last, shift = np.uint64(hashes.shape[1] - 1), names.counts[0].shift
    touched = np.int64(0)
    for at in range(start, stop):
        reading = columns.readings[at]
        if reading.taken == 1:
            place = reading.id_hash & last
            touched += np.int64(hashes[0, place] ^ hashes[1, place])
            tag = tag_of(Text(columns.buffer, reading.subject_at, np.int64(reading.subject_len)))
            touched += names.arena[names.slots[np.int64(tag >> shift)].at]
    return touched

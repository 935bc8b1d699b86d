"""A log of complaints and little else: hours apart, often late, with ticks between."""

from itertools import count

import msgspec
import numpy as np

from detectors.kinds import Kind
from detectors.slices import Model, Tick
from tests.detectors.logs import BEGIN_MS, SOURCES, One, at
from tests.detectors.nasty import HOUR_MS, TROUBLE, topic_of
from tests.detectors.notes import a_note

CHECKS = (Kind.CONTACT_MADE, Kind.COMPLAINT_CHECKED)
CHECKED = msgspec.msgpack.encode({"reason": "complaint_check"})


def troubled_steps(
    n: int, seed: int, late: float = 0.3, outage_every: int = 0
) -> list[One | Tick | Model]:
    """Give a log of n events of three customers, two complaints each, with a tick every 4 hours.

    With `outage_every` their source is told to be silent after so many events, and to be back
    half as many later: what comes meanwhile are stragglers.
    """
    rng = np.random.default_rng(seed)
    offsets = [count() for _ in range(5)]
    steps: list[One | Tick | Model] = [Tick(at(0))]
    clock_ms, due = BEGIN_MS + HOUR_MS, 1
    steps += [One(n, Kind.PURCHASE_MADE, clock_ms, next(offsets[0]), amount=9.0) for n in range(3)]
    for number in range(n):
        clock_ms += int(rng.exponential(2 * HOUR_MS)) + 1
        while clock_ms > BEGIN_MS + due * 4 * HOUR_MS:
            steps.append(Tick(BEGIN_MS + due * 4 * HOUR_MS))
            due += 1
        steps.append(_event(rng, clock_ms, offsets, late))
        if outage_every and number % outage_every in {0, outage_every // 2}:
            kind = Kind.OUTAGE_ENDED if number % outage_every else Kind.OUTAGE_BEGAN
            steps.append(_said(kind, clock_ms, next(offsets[4])))
    return steps


def _said(kind: Kind, at_ms: int, offset: int) -> One:
    note = msgspec.msgpack.encode({"source": SOURCES[0]})
    return One(-1, kind, at_ms, offset, 4, note=note, id_hash=offset * 7919 + 1)


def _event(
    rng: np.random.Generator, clock_ms: int, offsets: list["count[int]"], late: float
) -> One:
    kind = TROUBLE[rng.integers(0, len(TROUBLE))]
    if rng.random() < late:
        clock_ms -= int(rng.exponential(20 * HOUR_MS))
    number = int(rng.integers(0, 3))
    # One of them has withdrawn early warning: of their contacts only checks get in, as such.
    kind = Kind.COMPLAINT_CHECKED if kind is Kind.CONTACT_MADE and number == 1 else kind
    topic = topic_of(kind)
    return One(
        row=number,
        kind=kind,
        at_ms=max(clock_ms, BEGIN_MS),
        offset=next(offsets[topic]),
        topic=topic,
        amount=float((0.0, 0.4, 0.55, 0.7, 1.0)[rng.integers(0, 5)]),
        code=int(rng.integers(0, 4)),
        # Now and then one that nobody knows: a check is then of all who were told.
        reference=int(rng.integers(1, 3)) * 1000 + number + 500_000 * int(rng.random() < 0.03),
        note=CHECKED if kind in CHECKS else a_note(rng, kind),
    )

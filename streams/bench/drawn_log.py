"""A customer log drawn in memory: slices as an intake writes them, without Kafka and JSON.

For benches of the engine alone. Kinds, shares and amounts are those of `load.py`; columns are
drawn whole, so that making a million customers takes a second and not a minute. What an intake
would send along as notes is left out but for profiles: the engine reads no other.
"""

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np

from detectors.arrays import F64, Rows
from detectors.kinds import TOPICS, Direction, Kind, Severity
from detectors.slices import COLUMNS, Columns, Marks, Slice
from streams.bench.load import LINES, OWNERS, SHARES
from streams.log_rows import line_bits

SLICE_EVENTS = 4096  # as the intake's own default
SOURCES = ("//shop.example/checkout",)

_INTERACTIONS, _COMPLAINTS, _PROFILES = (
    TOPICS.index(f"customer.{name}") for name in ("interactions", "complaints", "profiles")
)
_KINDS = {
    "purchase": Kind.PURCHASE_MADE,
    "login": Kind.LOGIN_MADE,
    "usage": Kind.USAGE_RECORDED,
    "contact": Kind.CONTACT_MADE,
    "complaint": Kind.COMPLAINT_OPENED,
    "offer": Kind.PROGRAMME_USED,
}
_CODES = {Kind.CONTACT_MADE: Direction.OUT_ANSWERED, Kind.COMPLAINT_OPENED: Severity.MAJOR}
_BITS = np.array([line_bits((line,)) for line in LINES], np.uint64)


class DrawnLog:
    """The log of one partition, drawn from a seed; offsets go on from call to call.

    Parameters
    ----------
    seed : int
        The same seed and calls give the same log.
    """

    def __init__(self, seed: int = 7) -> None:
        self._chance = np.random.default_rng(seed)
        self._taken = [-1] * len(TOPICS)
        self._n_events = 0

    def profiles(self, n_customers: int, at_ms: int) -> Iterator[Slice]:
        """Give a profile of each customer 0 .. n_customers - 1, all at one instant."""
        notes = [
            msgspec.msgpack.encode({"owner": OWNERS[n % len(OWNERS)], "tier": "ABC"[n % 3]})
            for n in range(len(OWNERS) * 3)
        ]
        for start in range(0, n_customers, SLICE_EVENTS):
            rows = np.arange(start, min(start + SLICE_EVENTS, n_customers))
            columns = _empty(len(rows))
            columns["row"][:], columns["at_ms"][:], columns["topic"][:] = rows, at_ms, _PROFILES
            columns["kind"][:] = Kind.PROFILE_UPDATED
            told = tuple((at, notes[n % len(notes)]) for at, n in enumerate(rows.tolist()))
            yield self._slice(columns, told)

    def events(
        self, rows: Rows, span_ms: tuple[int, int], shares: Mapping[str, float] = SHARES
    ) -> Iterator[Slice]:
        """Give an event for each of `rows`, spread evenly over a span of time, in its order.

        Every second complaint resolves the one before it, of the same customer.
        """
        chance, n = self._chance, len(rows)
        columns = _empty(n)
        kinds = np.array([_KINDS[name] for name in shares], np.uint8)
        weights = np.array(list(shares.values()))
        kind = chance.choice(kinds, n, p=weights / weights.sum())
        columns["row"][:], columns["kind"][:] = rows, kind
        columns["at_ms"][:] = np.sort(chance.integers(*span_ms, n))
        columns["amount"][:] = chance.gamma(2.0, 20.0, n).round(2)
        columns["quantity"][:] = chance.integers(1, 6, n)
        columns["lines"][:] = _BITS[chance.integers(0, len(_BITS), n)]
        for known, code in _CODES.items():
            columns["code"][kind == known] = code
        self._complaints(columns)
        for start in range(0, n, SLICE_EVENTS):
            yield self._slice(
                {name: c[start : start + SLICE_EVENTS] for name, c in columns.items()}
            )

    def _complaints(self, columns: Columns) -> None:
        told = np.flatnonzero(columns["kind"] == Kind.COMPLAINT_OPENED)
        columns["topic"][told] = _COMPLAINTS
        columns["reference"][told] = self._n_events + told + 1
        opened, resolved = told[0::2][: len(told) // 2], told[1::2]
        columns["kind"][resolved] = Kind.COMPLAINT_RESOLVED
        columns["code"][resolved] = 0
        for name in ("row", "reference"):
            columns[name][resolved] = columns[name][opened]

    def _slice(self, columns: Columns, notes: tuple[tuple[int, bytes], ...] = ()) -> Slice:
        n = len(columns["row"])
        columns["known_ms"][:] = columns["at_ms"]
        columns["id_hash"][:] = self._chance.integers(0, 2**63, n)
        for topic in np.unique(columns["topic"]).tolist():
            here = np.flatnonzero(columns["topic"] == topic)
            columns["offset"][here] = self._taken[topic] + 1 + np.arange(len(here))
            self._taken[topic] += len(here)
        first, self._n_events = self._n_events, self._n_events + n
        return Slice(first, Marks(tuple(self._taken)), SOURCES, columns, notes)


def evenly(n_events: int, n_customers: int, seed: int = 7) -> Rows:
    """Draw whose each event is: everybody's alike."""
    return np.random.default_rng(seed).integers(0, n_customers, n_events)


def unevenly(n_events: int, n_customers: int, top_share: float, seed: int = 7) -> Rows:
    """Draw whose each event is: customer n has a share like 1 / (n + 1) ** s (Zipf's law).

    Parameters
    ----------
    top_share : float, 1 / n_customers to 1
        Share of customer 0; it decides s. Raising it leaves less to all others.

    Examples
    --------
    >>> rows = unevenly(10_000, 1_000, top_share=0.1)
    >>> round(float((rows == 0).mean()), 1)
    0.1
    """
    bounds = np.cumsum(_zipf(n_customers, top_share))
    drawn = np.random.default_rng(seed).random(n_events)
    rows: Rows = np.searchsorted(bounds, drawn * bounds[-1], side="right")
    return rows


def _zipf(n_customers: int, top_share: float) -> F64:
    # The share of the first rises with s: halve the interval in which the right s lies.
    ranks, low, high = np.arange(1, n_customers + 1, dtype=np.float64), 0.0, 16.0
    for _ in range(50):
        s = (low + high) / 2
        weights: F64 = ranks**-s
        low, high = (s, high) if 1 / weights.sum() < top_share else (low, s)
    return weights


def quiet_and_busy(n_customers: int, n_events: int, seed: int = 7) -> tuple[Rows, Rows]:
    """Draw whose the events of a past are: of the last tenth, who fell silent, and of the rest."""
    n_quiet = n_customers // 10
    chance = np.random.default_rng(seed)
    n_of_quiet = n_events * n_quiet // n_customers
    quiet = chance.integers(n_customers - n_quiet, n_customers, n_of_quiet)
    return quiet, chance.integers(0, n_customers - n_quiet, n_events - n_of_quiet)


def _empty(n: int) -> Columns:
    return {name: np.zeros(n, dtype) for name, dtype in COLUMNS.items()}

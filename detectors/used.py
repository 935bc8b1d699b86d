"""Which kinds of events change anybody's picture: found by trying, so it cannot grow stale."""

from functools import cache

import numpy as np

from detectors.engine import LAYOUT
from detectors.events import EVENT
from detectors.families import FAMILIES
from detectors.kinds import Kind

VARIANTS = range(6)  # of code and words: some of a kind say nothing
SOME_MS = 1_000_000_000_000


@cache
def kinds_read() -> frozenset[Kind]:
    """Give the kinds of events that change some column of some family.

    Examples
    --------
    >>> Kind.PURCHASE_MADE in kinds_read()
    True
    """
    return frozenset(kind for kind in Kind if any(_changes(kind, name) for name in FAMILIES))


def _changes(kind: Kind, name: str) -> bool:
    event = np.zeros(1, EVENT).view(np.recarray)[0]
    event.kind, event.at_ms, event.reference = kind, SOME_MS, 1
    for variant in VARIANTS:
        event.code = event.word = event.second = variant
        rows = LAYOUT.blanks(1)
        row = rows.view(LAYOUT.nested).view(np.recarray)[0]
        before = rows.tobytes()
        FAMILIES[name].apply(row[name], event)
        if rows.tobytes() != before:
            return True
    return False

"""Reasons: which families raise a customer's risk, in words, with where it can be seen.

A family adds to the logit what its features differ from the population's usual values, times
their weights. Exact and additive, but weights are not causes: a feature that the model
learned with the sign opposite to its meaning is never shown.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from detectors.arrays import F64
from detectors.assessment import Evidence, Reason
from detectors.families import FAMILIES
from detectors.families.family import NO_OFFSET, Own
from detectors.kinds import TOPICS
from detectors.score import FAMILY_OF, FEATURES

REASONS_MAX = 4  # more than four is a table, not a reason
CONTRIBUTION_MIN = 0.15  # logit; less is the score's own noise

NAMES = tuple(FAMILIES)
_STARTS = np.array([FAMILY_OF.index(name) for name in NAMES])
_PLACES = {name: [at for at, of in enumerate(FAMILY_OF) if of == name] for name in NAMES}


@dataclass(frozen=True, eq=False)
class Picture:
    """One customer as the model sees them: features and what each adds to the logit."""

    x: F64
    parts: F64
    usual: F64
    now_ms: int
    partition: int


def family_logits(x: F64, weights: F64, usual: F64) -> F64:
    """Give what each family adds to the logit, float64, shape (n, n_families)."""
    sums: F64 = np.add.reduceat((x - usual) * weights, _STARTS, axis=1)
    return sums


def reasons(row: np.record, picture: Picture) -> tuple[Reason, ...]:
    """Say why one customer is at risk: at most four families, the strongest first.

    Parameters
    ----------
    row : the customer's row, a record for each part
    """
    # In plain numbers from here on: for a single row they are faster than arrays.
    by_family = np.add.reduceat(picture.parts, _STARTS).tolist()
    x, usual, parts = picture.x.tolist(), picture.usual.tolist(), picture.parts.tolist()
    found: list[Reason] = []
    for place in sorted(range(len(NAMES)), key=by_family.__getitem__, reverse=True):
        if by_family[place] < CONTRIBUTION_MIN or len(found) == REASONS_MAX:
            break
        family = NAMES[place]
        # Only a feature that means what its weight says may speak for the family.
        speakers = [
            at
            for at in _PLACES[family]
            if parts[at] > 0 and (x[at] - usual[at]) * FEATURES[at].sign > 0
        ]
        if not speakers:
            continue
        loudest = max(speakers, key=parts.__getitem__)
        value = {FEATURES[at].name: x[at] for at in _PLACES[family]}
        telling = FAMILIES[family].reason(row[family], value, picture.now_ms)
        reason = Reason(
            family=family,
            id=telling.id,
            en=telling.words.en,
            zh=telling.words.zh,
            feature=FEATURES[loudest].name,
            value=round(x[loudest], 3),
            usual=round(usual[loudest], 3),
            contribution=round(by_family[place], 3),
            since=instant(telling.since_ms) if telling.since_ms else None,
            evidence=_evidence(row[family], picture.partition),
        )
        found.append(reason)
    return tuple(found)


def _evidence(own: Own, partition: int) -> Evidence | None:
    offset = int(own.evidence_offset)
    if offset == NO_OFFSET:
        return None
    return Evidence(TOPICS[int(own.evidence_topic)], partition, offset)


def instant(at_ms: int) -> datetime:
    """Give an instant of the columns as an aware UTC time.

    Examples
    --------
    >>> instant(86_400_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_ms / 1000, UTC)

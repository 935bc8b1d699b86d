"""Reasons: which families raise a customer's risk, in words, with where it can be seen.

A family adds to the logit what its features differ from the population's usual values, times
their weights. Exact and additive, but weights are not causes: a feature that the model
learned with the sign opposite to its meaning is never shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from detectors.arrays import F64
from detectors.assessment import Evidence, Reason
from detectors.families import FAMILIES
from detectors.families.family import NO_OFFSET, Block
from detectors.kinds import TOPICS
from detectors.score import FAMILY_OF, FEATURES

REASONS_MAX = 4  # more than four is a table, not a reason
CONTRIBUTION_MIN = 0.15  # logit; less is the score's own noise

NAMES = tuple(FAMILIES)
_STARTS = np.array([FAMILY_OF.index(name) for name in NAMES])
_SIGNS = np.array([feature.sign for feature in FEATURES])
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


def reasons(blocks: Mapping[str, Block], picture: Picture) -> tuple[Reason, ...]:
    """Say why one customer is at risk: at most four families, the strongest first.

    Parameters
    ----------
    blocks : family -> its columns of the one row, each of shape (1,)
    """
    # In plain numbers from here on: for a single row they are faster than arrays.
    by_family = np.add.reduceat(picture.parts, _STARTS).tolist()
    # Only a feature that means what its weight says may speak for the family.
    signs = np.sign(picture.x - picture.usual)
    honest = ((picture.parts > 0) & (signs == _SIGNS)).tolist()
    parts = picture.parts.tolist()
    found: list[Reason] = []
    for place in sorted(range(len(NAMES)), key=by_family.__getitem__, reverse=True):
        if by_family[place] < CONTRIBUTION_MIN or len(found) == REASONS_MAX:
            break
        name = NAMES[place]
        speakers = [at for at in _PLACES[name] if honest[at]]
        if speakers:
            loudest = max(speakers, key=parts.__getitem__)
            found.append(_reason(name, blocks[name], loudest, by_family[place], picture))
    return tuple(found)


def _reason(
    family: str, block: Block, feature: int, contribution: float, picture: Picture
) -> Reason:
    value = {FEATURES[at].name: float(picture.x[at]) for at in _PLACES[family]}
    telling = FAMILIES[family].reason(block, value, picture.now_ms)
    return Reason(
        family=family,
        id=telling.id,
        en=telling.words.en,
        zh=telling.words.zh,
        feature=FEATURES[feature].name,
        value=round(float(picture.x[feature]), 3),
        usual=round(float(picture.usual[feature]), 3),
        contribution=round(contribution, 3),
        since=instant(telling.since_ms) if telling.since_ms else None,
        evidence=_evidence(block, picture.partition),
    )


def _evidence(block: Block, partition: int) -> Evidence | None:
    offset = int(block["evidence_offset"][0])
    if offset == NO_OFFSET:
        return None
    return Evidence(TOPICS[int(block["evidence_topic"][0])], partition, offset)


def instant(at_ms: int) -> datetime:
    """Give an instant of the columns as an aware UTC time.

    Examples
    --------
    >>> instant(86_400_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_ms / 1000, UTC)

"""Reasons: which families raise a customer's risk, in words, with where it can be seen.

A family adds to the logit what its features differ from the population's usual values, times
their weights. Exact and additive, but weights are not causes: a feature that the model
learned with the sign opposite to its meaning is never shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F32, F64, I8, I64
from detectors.assessment import Evidence, Reason
from detectors.chained import is_living
from detectors.compiled import array_kernel, compiled
from detectors.families import FAMILIES
from detectors.families.family import NO_OFFSET
from detectors.kinds import TOPICS
from detectors.plain import Own, Row
from detectors.score import FAMILY_OF, FEATURES

REASONS_MAX = 4  # more than four is a table, not a reason
CONTRIBUTION_MIN = 0.15  # logit; less is the score's own noise
NOBODY = -1

NAMES = tuple(FAMILIES)
ON_LIVING = frozenset(name for name, family in FAMILIES.items() if is_living(family))
_STARTS = np.array([FAMILY_OF.index(name) for name in NAMES])
_ENDS = np.array([*_STARTS[1:], len(FEATURES)])
_SIGNS = np.array([feature.sign for feature in FEATURES])
_NAMES_OF = tuple(  # of each family's features, with where they begin
    (int(i), tuple(feature.name for feature in FEATURES[i:j]))
    for i, j in zip(_STARTS, _ENDS, strict=True)
)

_NEGLECT = NAMES.index("contact"), [one.name for one in FEATURES].index("contact_silence_log")

# A family that raises the risk, the feature that speaks for it, and what it adds to the logit.
SPEAKER = np.dtype([("family", np.int64), ("feature", np.int64), ("adds", np.float64)])


class Pictures(NamedTuple):
    """Some customers as the model sees them: features and what each adds to the logit.

    `x` and `parts` are of shape (n, n_features), `usual` of (n_features,); `now_ms` has an
    instant for each customer.
    """

    x: F64
    parts: F64
    usual: F64
    now_ms: Sequence[int]
    living_ms: Sequence[int]
    partition: int


@array_kernel
def loudest_families(x: F32, weights: F64, usual: F64) -> I8:
    """Give the place of the family that adds most to each logit, -1 where none adds anything.

    Parameters
    ----------
    x : float32, shape (n, n_features)
        What was measured.
    weights, usual : float64, shape (n_features,)

    Returns
    -------
    int8, shape (n,)
    """
    found = np.full(len(x), NOBODY, np.int8)
    for at in range(len(x)):
        most = 0.0
        for place in range(len(_STARTS)):
            adds = 0.0
            for feature in range(_STARTS[place], _ENDS[place]):
                adds += (x[at, feature] - usual[feature]) * weights[feature]
            if adds > most:
                found[at], most = place, adds
    return found


def reasons(rows: Iterable[Row], pictures: Pictures) -> Iterator[tuple[Reason, ...]]:
    """Say why customers are at risk: of each at most four families, the strongest first."""
    found = np.empty((len(pictures.x), REASONS_MAX), SPEAKER)
    n_found = speakers(pictures.x, pictures.parts, pictures.usual, found).tolist()
    spoken: Any = found.tolist()
    seen = zip(pictures.x.tolist(), pictures.now_ms, pictures.living_ms, strict=True)
    for row, one, said, n_said in zip(rows, seen, spoken, n_found, strict=True):
        yield tuple([_reason(row, one, pictures, speaker) for speaker in said[:n_said]])


def neglect(row: Row, pictures: Pictures) -> Reason:
    """Say how long one customer has gone without a contact of worth, whatever it adds to the risk.

    `pictures` has that customer alone.
    """
    adds = float(pictures.parts[0, _NEGLECT[1]])
    seen = pictures.x[0].tolist(), pictures.now_ms[0], pictures.living_ms[0]
    return _reason(row, seen, pictures, (*_NEGLECT, adds))


def _reason(
    row: Row, seen: tuple[list[float], int, int], pictures: Pictures, said: tuple[int, int, float]
) -> Reason:
    (x, now_ms, living_ms), (place, loudest, adds) = seen, said
    family = NAMES[place]
    own, (start, names) = row[family], _NAMES_OF[place]
    value = dict(zip(names, x[start : start + len(names)], strict=True))
    telling = FAMILIES[family].reason(own, value, living_ms if family in ON_LIVING else now_ms)
    return Reason(
        family=family,
        id=telling.id,
        en=telling.words.en,
        zh=telling.words.zh,
        feature=FEATURES[loudest].name,
        value=round(x[loudest], 3),
        usual=round(float(pictures.usual[loudest]), 3),
        contribution=round(adds, 3),
        since=instant(telling.since_ms) if telling.since_ms else None,
        evidence=_evidence(own, pictures.partition),
    )


@array_kernel
def speakers(x: F64, parts: F64, usual: F64, found: NDArray[Any]) -> I64:
    """Find the families that raise each risk most, the strongest first; give how many.

    Only a feature that means what its weight says may speak for its family.

    Parameters
    ----------
    x, parts : float64, shape (n, n_features)
        What was measured, and what each feature adds to the logit.
    usual : float64, shape (n_features,)
    found : `SPEAKER`, shape (n, most), each row filled from 0 on

    Returns
    -------
    int64, shape (n,)
    """
    n_found = np.zeros(len(x), np.int64)
    adds = np.empty(len(_STARTS))
    for at in range(len(x)):
        n_found[at] = _speakers(x[at], parts[at], usual, found[at], adds)
    return n_found


@compiled
def _speakers(x: F64, parts: F64, usual: F64, found: NDArray[Any], adds: F64) -> int:
    for place in range(len(_STARTS)):
        adds[place] = parts[_STARTS[place] : _ENDS[place]].sum()
    n_found = 0
    for _ in range(len(adds)):
        family = np.argmax(adds)
        if adds[family] < CONTRIBUTION_MIN or n_found == len(found):
            break
        loudest = _loudest(range(_STARTS[family], _ENDS[family]), x, parts, usual)
        if loudest != NOBODY:
            said = found[n_found]
            said.family, said.feature, said.adds = family, loudest, adds[family]
            n_found += 1
        adds[family] = -np.inf
    return n_found


@compiled
def _loudest(features: range, x: F64, parts: F64, usual: F64) -> int:
    loudest = NOBODY
    for feature in features:
        means_it = parts[feature] > 0 and (x[feature] - usual[feature]) * _SIGNS[feature] > 0
        if means_it and (loudest == NOBODY or parts[feature] > parts[loudest]):
            loudest = feature
    return loudest


def _evidence(own: Own, partition: int) -> Evidence | None:
    offset = own.evidence_offset
    if offset == NO_OFFSET:
        return None
    return Evidence(TOPICS[own.evidence_topic], partition, int(offset))


def instant(at_ms: int) -> datetime:
    """Give an instant of the columns as an aware UTC time.

    Examples
    --------
    >>> instant(86_400_000).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_ms / 1000, UTC)

"""Measures: how good risks were, once it is known who churned.

They are *prequential*: judged is the risk that was given at the time, never a later one. AUC
and average precision are exact, by ranks; River's running versions use ten thresholds or a
trapezoid and are off by tenths where risks are low.
"""

import numpy as np

from detectors.arrays import F64, U8

RISK_MIN = 5e-7  # risks are rounded to 6 places: a written 0 or 1 means less than half of one


def measures(risk: F64, y: U8) -> dict[str, float]:
    """Judge risks by what happened.

    Fails for few positives: the standard error of AUC is about .03 at a hundred of them.
    What cannot be computed is left out: nothing without rows, no ranking with one class only.

    Parameters
    ----------
    risk : float64, shape (n,), within [0, 1]
    y : uint8, shape (n,)
        1 for who churned.

    Returns
    -------
    dict with ``rows``, ``positives``, ``base_rate``, ``logloss``, ``observed_expected`` (churned
    for each one expected: above 1 the risks were too low), and ``auc``, ``average_precision``.

    Examples
    --------
    >>> measures(np.array([0.1, 0.4, 0.8]), np.array([0, 0, 1], np.uint8))["auc"]
    1.0
    """
    n_positives = int(y.sum(dtype=np.int64))
    found = {"rows": float(len(y)), "positives": float(n_positives)}
    if not len(y):
        return found
    found["base_rate"] = n_positives / len(y)
    found["logloss"] = logloss(risk, y)
    expected = float(risk.sum())
    if expected > 0:
        found["observed_expected"] = n_positives / expected
    if 0 < n_positives < len(y):
        found["auc"] = auc(risk, y)
        found["average_precision"] = average_precision(risk, y)
    return found


def auc(risk: F64, y: U8) -> float:
    """Give the chance that one who churned had a higher risk than one who stayed; ties half.

    Needs rows of both classes.

    Examples
    --------
    >>> auc(np.array([0.2, 0.2]), np.array([0, 1], np.uint8))
    0.5
    """
    _, place, count = np.unique(risk, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = (last - (count - 1) / 2)[place]  # of equal risks, the mean of their ranks
    n_positives = int(y.sum(dtype=np.int64))
    n_negatives = len(y) - n_positives
    above = rank[y == 1].sum() - n_positives * (n_positives + 1) / 2
    return float(above / (n_positives * n_negatives))


def average_precision(risk: F64, y: U8) -> float:
    """Give the precision at each risk that someone who churned had, averaged over them.

    Of equal risks all count at once. Needs at least one positive.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([1, 0, 1], np.uint8))
    0.8333333333333333
    """
    by_risk = np.argsort(-risk, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(risk[by_risk])), len(risk) - 1)
    hits = np.cumsum(y[by_risk], dtype=np.int64)[ends]
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (ends + 1)).sum() / hits[-1])


def logloss(risk: F64, y: U8) -> float:
    """Give the mean of minus the log of the probability that was given to what happened.

    Examples
    --------
    >>> round(logloss(np.array([0.5, 0.5]), np.array([0, 1], np.uint8)), 6)
    0.693147
    """
    kept = np.clip(risk, RISK_MIN, 1 - RISK_MIN)
    return float(-np.log(np.where(y == 1, kept, 1 - kept)).mean())

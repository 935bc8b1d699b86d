"""How good predictions were: order, probabilities, and both month by month.

Every function takes `risk` and `label` of the same shape and leaves out rows whose label is not
known (-1). What cannot be said, such as an order of one class only, is None and never NaN.
An AUC above 0.95 is leakage until shown otherwise.
"""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import F64, I8, I64, Rows

UNKNOWN = -1  # a label that nobody knows: the horizon has not passed, or was cut off
_RISK_MIN = 5e-7  # predictions are rounded to 6 places: a 0 may have been this much


@dataclass(frozen=True)
class Measures:
    """Measures of one set of predictions; see the functions of the same names.

    `n` counts predictions with a label, `base_rate` is the share of positives.
    """

    n: int
    n_positive: int
    base_rate: float | None
    auc: float | None
    average_precision: float | None
    log_loss: float | None
    brier: float | None
    observed_over_expected: float | None
    calibration_error: float | None
    lift_at_tenth: float | None


@dataclass(frozen=True)
class Tenth:
    """Predictions of similar risk: what was expected of them, and what came."""

    n: int
    risk_from: float
    risk_to: float
    expected: float
    observed: float


def measured(risk: F64, label: I8) -> Measures:
    """Give all measures of one set of predictions.

    Examples
    --------
    >>> told = measured(np.array([0.1, 0.4, 0.35, 0.8, 0.5]), np.array([0, 0, 1, 1, -1], np.int8))
    >>> told.n, told.base_rate, told.auc, told.observed_over_expected
    (4, 0.5, 0.75, 1.2121212121212122)
    """
    risk, label = _known(risk, label)
    # Sorted once: a stable sort of what is in order already takes one pass.
    order = np.argsort(risk, kind="stable")
    ranked = risk[order], label[order]
    return Measures(
        n=len(label),
        n_positive=int(label.sum()),
        base_rate=float(label.mean()) if len(label) else None,
        auc=auc(*ranked),
        average_precision=average_precision(*ranked),
        log_loss=log_loss(risk, label),
        brier=float(np.mean((risk - label) ** 2)) if len(label) else None,
        observed_over_expected=observed_over_expected(risk, label),
        calibration_error=calibration_error(*ranked),
        lift_at_tenth=lift_at(risk, label, share=0.1),
    )


def by_month(as_of_ms: I64, risk: F64, label: I8) -> dict[str, Measures]:
    """Measure the predictions of each calendar month (UTC), such as ``2017-10``, in order.

    Months without a known label are left out.

    Examples
    --------
    >>> list(by_month(np.array([0, 31 * 86_400_000]), np.array([0.1, 0.2]), np.array([0, 1])))
    ['1970-01', '1970-02']
    """
    months = as_of_ms.astype("datetime64[ms]").astype("datetime64[M]")
    told = label != UNKNOWN
    return {
        str(month): measured(risk[months == month], label[months == month])
        for month in np.unique(months[told])
    }


def auc(risk: F64, label: I8) -> float | None:
    """Give the chance that a positive has a higher risk than a negative; a tie counts half.

    Exact: ``(R - p (p + 1) / 2) / (p q)``, with `R` the sum of the positives' ranks (the mean
    rank within ties), `p` positives and `q` negatives. 0.5 is chance.

    References
    ----------
    Hanley, McNeil: "The meaning and use of the area under a ROC curve", Radiology 1982.

    Examples
    --------
    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))
    0.75
    >>> auc(np.array([0.5, 0.5]), np.array([0, 1]))
    0.5
    """
    risk, label = _known(risk, label)
    n_positive = int(label.sum())
    n_negative = len(label) - n_positive
    if not n_positive or not n_negative:
        return None
    order = np.argsort(risk, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(risk[order])), len(risk) - 1) + 1
    counts = np.diff(ends, prepend=0)  # of equal risks
    mean_rank = ends - (counts - 1) / 2
    hits = np.add.reduceat(label[order], ends - counts, dtype=np.int64)
    ranks = float((mean_rank * hits).sum())
    return (ranks - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


def average_precision(risk: F64, label: I8) -> float | None:
    """Give the area under precision over recall, as steps: the mean precision at each positive.

    ``sum over n of (R_n - R_{n-1}) P_n``, with precision `P_n` and recall `R_n` of all
    predictions at or above the n-th highest distinct risk; not a trapezoid, which flatters.
    Chance gives the base rate.

    Examples
    --------
    >>> round(average_precision(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])), 4)
    0.8333
    """
    risk, label = _known(risk, label)
    n_positive = int(label.sum())
    if not n_positive:
        return None
    order = np.argsort(risk, kind="stable")[::-1]
    falling = risk[order]
    last_of_tie = np.append(falling[1:] != falling[:-1], True)
    hits = np.cumsum(label[order], dtype=np.int64)[last_of_tie]
    listed = (np.arange(len(falling)) + 1)[last_of_tie]
    found = np.diff(hits, prepend=0)
    return float(np.sum(found * (hits / listed)) / n_positive)


def log_loss(risk: F64, label: I8) -> float | None:
    """Give the mean of ``-log(risk)`` of positives and ``-log(1 - risk)`` of negatives.

    Risks are kept 5e-7 away from 0 and 1: a prediction rounded to 6 places was never surer.

    Examples
    --------
    >>> round(log_loss(np.array([0.5, 0.5]), np.array([0, 1])), 4)
    0.6931
    """
    risk, label = _known(risk, label)
    if not len(label):
        return None
    sure = np.clip(risk, _RISK_MIN, 1 - _RISK_MIN)
    return float(-np.mean(np.log(np.where(label == 1, sure, 1 - sure))))


def observed_over_expected(risk: F64, label: I8) -> float | None:
    """Give positives over the sum of risks: above 1, more churned than was said.

    Examples
    --------
    >>> observed_over_expected(np.array([0.25, 0.25]), np.array([0, 1]))
    2.0
    """
    risk, label = _known(risk, label)
    expected = float(risk.sum())
    return float(label.sum()) / expected if expected > 0 else None


def calibration(risk: F64, label: I8, n_parts: int = 10) -> tuple[Tenth, ...]:
    """Cut the predictions by rank into parts of equal size, from the lowest risk to the highest.

    Parts differ by one prediction at most; equal risks may fall into two parts. Fewer
    predictions than parts give fewer parts.

    Examples
    --------
    >>> calibration(np.array([0.1, 0.2, 0.6, 0.8]), np.array([0, 0, 0, 1]), n_parts=2)[1]
    Tenth(n=2, risk_from=0.6, risk_to=0.8, expected=0.7, observed=0.5)
    """
    risk, label = _known(risk, label)
    order = np.argsort(risk, kind="stable")
    parts = np.array_split(order, n_parts)
    return tuple(
        Tenth(
            n=len(part),
            risk_from=float(risk[part[0]]),
            risk_to=float(risk[part[-1]]),
            expected=float(risk[part].mean()),
            observed=float(label[part].mean()),
        )
        for part in parts
        if len(part)
    )


def calibration_error(risk: F64, label: I8) -> float | None:
    """Give the mean distance of observed from expected over the tenths of risk, weighted by size.

    Also called ECE(10). Never 0 for few predictions, however good they are.

    Examples
    --------
    >>> calibration_error(np.array([0.5, 0.5]), np.array([0, 1]))
    0.5
    """
    tenths = calibration(risk, label)
    n = sum(tenth.n for tenth in tenths)
    gaps = sum(tenth.n * abs(tenth.observed - tenth.expected) for tenth in tenths)
    return gaps / n if n else None


def lift_at(risk: F64, label: I8, share: float) -> float | None:
    """Give how many times more positives the highest `share` of risks holds than chance.

    Equal risks at the border are taken in the order of the rows.

    Examples
    --------
    >>> lift_at(np.array([0.9, 0.1, 0.2, 0.3]), np.array([1, 0, 0, 1]), share=0.25)
    2.0
    """
    risk, label = _known(risk, label)
    n_listed = round(len(label) * share)
    if not n_listed or not label.any():
        return None
    return float(label[highest(risk, n_listed)].mean() / label.mean())


def highest(risk: F64, n: int) -> Rows:
    """Give the places of the `n` highest risks, in rising order; of equal ones the first.

    Examples
    --------
    >>> highest(np.array([0.2, 0.9, 0.5, 0.5]), 2).tolist()
    [1, 2]
    """
    if n >= len(risk):
        return np.arange(len(risk))
    border = np.partition(risk, len(risk) - n)[len(risk) - n]
    above, at_border = np.flatnonzero(risk > border), np.flatnonzero(risk == border)
    return np.sort(np.concatenate([above, at_border[: n - len(above)]]))


def _known(risk: F64, label: I8) -> tuple[F64, I8]:
    if risk.shape != label.shape:
        raise ValueError(f"{len(risk)} risks for {len(label)} labels")
    if not np.all((risk >= 0) & (risk <= 1)):
        raise ValueError("a risk was outside 0 to 1, or no number")
    told = label != UNKNOWN
    return (risk, label) if told.all() else (risk[told], label[told])

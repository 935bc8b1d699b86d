"""Who speaks: the expert rules, what was learned, or a mixture, folded into one weight vector.

Both are linear, so their mixture is too. The share of the learned model grows with the churns
it has seen *and* with the weeks they come from: two hundred churns of one week know nothing of
another season, nor of a customer older than the history.

A feature that hardly ever moved among the examples keeps the weight of the rules: a history
without complaints says nothing about a complaint.
"""

from typing import Literal

import msgspec
import numpy as np

from detectors.arrays import F64, I64
from detectors.learning.learner import Folded
from detectors.learning.settings import BlendSettings
from detectors.slices import Model

Basis = Literal["rules", "blended", "learned"]


class Seen(msgspec.Struct, frozen=True):
    """What the learned model has seen."""

    n_positives: int
    n_weeks: int


class Blend(msgspec.Struct, frozen=True, eq=False):
    """One linear model over raw features, and who speaks in it."""

    basis: Basis
    weights: F64
    intercept: float
    usual: F64


def blend(rules: Model, learned: Folded, seen: Seen, settings: BlendSettings) -> Blend:
    """Mix the rules and the learned model by what the latter has seen.

    Of features that moved often enough the logit is exactly ``(1 - share) * rules + share *
    learned``. Fails where a feature moved often, but never beside a churn: its learned weight
    is then a guess, if a shrunk one.

    Parameters
    ----------
    rules : the expert rules, as a model
    learned : what the learner folded
    seen : the churns and weeks behind it
    settings : where the shares begin and end

    Examples
    --------
    >>> model = Model(0, 0, "rules", 0, 0, "", (1.0,), -2.0, (0.5,))
    >>> learned = Folded(np.array([3.0]), -4.0, np.array([0.5]), np.array([5000]))
    >>> half = blend(model, learned, Seen(115, 20), BlendSettings())
    >>> half.basis, half.weights, half.intercept
    ('blended', array([2.]), -3.0)
    """
    share = min(
        _ramp(seen.n_positives, settings.positives_from, settings.positives_full),
        _ramp(seen.n_weeks, settings.weeks_from, settings.weeks_full),
    )
    rule_weights, rule_usual = rules.arrays()
    if share == 0:
        return Blend("rules", rule_weights, rules.intercept, rule_usual)
    shares = np.minimum(share, _ramps(learned.n_changes, settings))
    weights = (1 - shares) * rule_weights + shares * learned.weights
    usual = (1 - shares) * rule_usual + shares * learned.usual
    # Where the examples' means lie both logits are known; from there each weight counts on.
    at_means = learned.usual
    by_rules = float(np.vecdot(rule_weights, at_means)) + rules.intercept
    by_learned = float(np.vecdot(learned.weights, at_means)) + learned.intercept
    logit = (1 - share) * by_rules + share * by_learned
    intercept = logit - float(np.vecdot(weights, at_means))
    return Blend("blended" if share < 1 else "learned", weights, intercept, usual)


def _ramp(value: float, start: float, full: float) -> float:
    return min(max((value - start) / max(full - start, 1), 0.0), 1.0)


def _ramps(n_changes: I64, settings: BlendSettings) -> F64:
    width = max(settings.changes_full - settings.changes_from, 1)
    shares: F64 = np.clip((n_changes - settings.changes_from) / width, 0.0, 1.0)
    return shares

"""The score: the features of a customer, and the risk that folded weights give them."""

import hashlib
import math
from functools import cache

import numpy as np

from detectors.arrays import F32, MONDAY_MS
from detectors.chained import measured
from detectors.compiled import compiled, kernel
from detectors.customers import Customer, Table
from detectors.families import FAMILIES
from detectors.families.family import Feature
from detectors.layout import LAYOUT
from detectors.slices import Model
from detectors.terms import Terms

FEATURES: tuple[Feature, ...] = tuple(f for family in FAMILIES.values() for f in family.FEATURES)
FAMILY_OF: tuple[str, ...] = tuple(
    name for name, family in FAMILIES.items() for _ in family.FEATURES
)
FEATURES_HASH = hashlib.blake2b(
    "\n".join(feature.name for feature in FEATURES).encode(), digest_size=8
).hexdigest()


# Customers are skewed: most sit below the mean risk, so who is usual in everything is at less
# than the prior rate. Measured on the retail data; observed to expected is then near 1.
SKEW = -1.053


# Fills x, float32, shape (len(FEATURES),), with a customer's features: a stored snapshot then holds
# just what was scored.
measure = measured(FAMILIES)
# The same for an x that began as `neutral()`: families that have heard of nothing stay so.
measure_known = measured(FAMILIES, known_only=True)


@cache
def neutral() -> F32:
    """Give the features of a customer of whom nothing is known, whatever the time.

    float32, shape (len(FEATURES),).
    """
    x = np.zeros(len(FEATURES), np.float32)
    _measure_first(LAYOUT.blank_common(), LAYOUT.blank_tail(), x)
    return x


@kernel
def _measure_first(rows: Table, entries: Table, x: F32) -> None:
    measure(Customer(rows[0], entries[0], 0), MONDAY_MS, MONDAY_MS, x)


def rules(prior_rate: float) -> Model:
    """Give the expert rules as a model: they speak alone until labels have matured.

    Over a population like the one the weights were set on, the mean risk is the prior rate.
    """
    weights = np.array([feature.weight for feature in FEATURES])
    usual = np.array([feature.usual for feature in FEATURES])
    prior = float(np.log(prior_rate / (1 - prior_rate))) + SKEW
    return Model(
        version=0,
        at_ms=0,
        basis="rules",
        n_labels=0,
        n_positives=0,
        features_hash=FEATURES_HASH,
        weights=tuple(weights.tolist()),
        intercept=prior - float(np.vecdot(weights, usual)),
        usual=tuple(usual.tolist()),
    )


@compiled
def risk(x: F32, terms: Terms) -> float:
    """Give the churn probability of measured features, rounded to 6 places."""
    logit = 0.0
    for place in range(len(x)):
        logit += x[place] * terms.weights[place]
    probability = 1.0 / (1.0 + math.exp(-(logit + terms.intercept)))
    rounded: float = np.rint(probability * 1e6) / 1e6
    return rounded

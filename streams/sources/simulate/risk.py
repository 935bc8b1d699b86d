"""The truth about risk: the chance to be gone within 30 days, given all but the dice.

The state of a customer is carried forward through the chain day by day, with every push fading
as it does when nothing new happens. New pushes are not foreseen: they are what no system, and
not even this one, could know.
"""

import numpy as np

from detectors.arrays import F64, I64
from streams.sources.simulate.causes import N_CAUSES, Stage, kept_a_day
from streams.sources.simulate.chain import steps
from streams.sources.simulate.world import World

HORIZON_DAYS = 30
_GOODWILL_KEPT = 0.99


def renewal_in(world: World) -> I64:
    """Give the days to the end of each contract; -1 without one."""
    days: I64 = np.where(world.customers.contract, world.renewal - world.day, -1)
    return days


def risk_30d(world: World) -> F64:
    """Give each customer's chance to leave on the 30 days from today on, shape (n,).

    NaN for who is no customer. Fails to see payments: those are added by who knows them.
    """
    n, there = len(world.customers), world.present
    # Chances of being in each stage; nobody who is gone comes back within the horizon.
    at = np.zeros((len(Stage), n))
    at[world.stage, np.arange(n)] = 1.0
    frail, goodwill = world.customers.frail, world.goodwill.copy()
    push, kept = world.push.copy(), kept_a_day()
    weights = np.ones(N_CAUSES)
    ends = renewal_in(world)
    for ahead in range(HORIZON_DAYS):
        total = weights @ push + frail - goodwill * _GOODWILL_KEPT**ahead
        left = np.where(ends < 0, -1, np.maximum(ends - ahead, 0))
        at = _day_later(at, total, left)
        weights *= kept
    risk: F64 = np.where(there, at[Stage.GONE], np.nan)
    return risk


def _day_later(at: F64, push: F64, ends: I64) -> F64:
    later = at.copy()
    for stage in (Stage.CONTENT, Stage.AWARE, Stage.CONSIDERING, Stage.DECIDING):
        today = steps(np.full(len(push), int(stage)), push, ends)
        forward, back = at[stage] * today.forward, at[stage] * today.back
        sudden = at[stage] * today.sudden
        later[stage] -= forward + back + sudden
        later[Stage.GONE] += sudden
        later[stage + 1] += forward
        if stage:
            later[stage - 1] += back
    return later

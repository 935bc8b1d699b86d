"""How likely a customer goes a step further or comes back, on one day.

A chain of stages: content, aware, considering, deciding, gone. Push makes the steps forward
likelier and those back less likely. The rates are our own, chosen so that about one customer
in five leaves in a year, most of those who become aware come back, and knowing stage and push
ranks who leaves within 30 days with an AUC near 0.85.
"""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import F64, I64
from streams.sources.simulate.causes import Stage

# Chances a day without any push, from each stage: a step forward, a step back.
_FORWARD = np.array([0.0015, 0.008, 0.0058, 0.085, 0.0])
_BACK = np.array([0.0, 0.024, 0.015, 0.015, 0.0])
_FORWARD_BY_PUSH = np.array([0.48, 0.28, 0.25, 0.10, 0.0])
_BACK_BY_PUSH = np.array([0.0, 0.3, 0.3, 0.3, 0.0])
# Some go at once, without any of the stages: their head office decided, or nobody saw it.
_SUDDEN, _SUDDEN_BY_PUSH = 0.00014, 0.3
_STEP_MAX = 0.35  # nobody goes all the way in three days, however hard they are pushed
PUSH_MAX = 6.0
# A contract holds until its end is near, and then does not.
_HELD, _FREE, _FREE_DAYS = 0.7, 1.7, 30


@dataclass(frozen=True)
class Steps:
    """Chances of today, shape (n,): a stage further, a stage back, gone at once."""

    forward: F64
    back: F64
    sudden: F64


def steps(stage: I64, push: F64, renewal_in: I64) -> Steps:
    """Give the chances of a day's steps.

    Parameters
    ----------
    stage : int, shape (n,)
        `Stage` of each customer.
    push : float64, shape (n,)
        All that pushes less what holds, log odds. Raising it brings leaving nearer.
    renewal_in : int64, shape (n,)
        Days until the contract's end; negative: no contract.

    Examples
    --------
    >>> calm = steps(np.array([0, 3]), np.zeros(2), np.array([-1, -1]))
    >>> calm.forward.tolist(), calm.back.tolist()
    ([0.0015, 0.085], [0.0, 0.015])
    """
    push = np.minimum(push, PUSH_MAX)
    held = np.where(renewal_in < 0, 1.0, np.where(renewal_in <= _FREE_DAYS, _FREE, _HELD))
    held = np.where(stage == Stage.DECIDING, held, 1.0)
    forward = _FORWARD[stage] * np.exp(_FORWARD_BY_PUSH[stage] * push) * held
    back = _BACK[stage] * np.exp(-_BACK_BY_PUSH[stage] * push)
    sudden = np.where(stage < Stage.DECIDING, _SUDDEN * np.exp(_SUDDEN_BY_PUSH * push), 0.0)
    return Steps(np.minimum(forward, _STEP_MAX), np.minimum(back, _STEP_MAX), sudden)

"""What was said of each customer at each snapshot, as columns: millions in a long history."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I8, I32, I64


@dataclass(frozen=True, eq=False)
class Predictions:
    """Columns of equal length; words are places among those that occur.

    Parameters
    ----------
    names, basis_names, band_names, reason_names : sequences of str
        The words; an empty one is none.
    customer, basis, band, reason : whole numbers, shape (n,)
        Who, by whose word, and what was said: places among them.
    as_of_ms, outcome_at_ms : int64, shape (n,)
        When it was said, and when the customer churned, NEVER where they did not or nobody knows.
    risk : float64, shape (n,)
    label : int8, shape (n,)
        1 churned, 0 stayed, -1 not known.
    model_version : int32, shape (n,)
    """

    names: Sequence[str]
    customer: I32
    as_of_ms: I64
    risk: F64
    label: I8
    outcome_at_ms: I64
    band_names: Sequence[str]
    band: NDArray[np.uint8]
    basis_names: Sequence[str]
    basis: NDArray[np.uint8]
    model_version: I32
    reason_names: Sequence[str]
    reason: I8

    def __len__(self) -> int:
        return len(self.customer)

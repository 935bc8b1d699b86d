"""Square roots and squares as the C library's `pow` gives them, for many numbers at once.

River raises to powers, and `pow` is in its last bit neither a root nor a product: its result
may be wrong by up to 0.55 of the last place (glibc and musl say 0.54). So where the exact power
lies within 0.45 of the float next to it, that float is what `pow` gives. A root or a product
finds that float at a twentieth of the price, and what it misses is known exactly from a fused
multiplication. `pow` is asked for the tenth that lie between, and for numbers so large or small
that what is missed has no float of its own.
"""

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba.extending import intrinsic

from detectors.arrays import F64
from detectors.compiled import compiled

SURE = 0.45  # of the last place
LEAST, MOST = 1e-200, 1e200
_HALF_PLACE = 2.0**-53


def _fused(_context: Any, one: Any, other: Any, added: Any) -> Any:
    # How numba is told of an instruction: its types, and what makes it.
    def code(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fma(*values)

    return one(one, other, added), code


# ``fused(one, other, added)`` is ``one * other + added``, rounded once; in compiled code only.
fused = cast("Callable[[float, float, float], float]", intrinsic(_fused))


@compiled
def roots(values: F64, half: float, found: F64) -> None:
    """Give ``values ** half`` in `found`; `half` is 0.5, unknown to the compiler.

    Parameters
    ----------
    values, found : float64, shape (n,)
        The values are at least 0.
    """
    for place in range(len(values)):
        value = values[place]
        root = math.sqrt(value)
        # What the root misses is, to the first order, this over twice the root.
        missed = abs(fused(-root, root, value))
        within = missed <= 2 * SURE * root * _last_place(root)
        found[place] = root if within and LEAST < value < MOST else np.nan
    for place in range(len(values)):
        if found[place] != found[place]:  # it is NaN
            found[place] = values[place] ** half


@compiled
def squares(values: F64, two: float, found: F64) -> None:
    """Give ``values ** two`` in `found`; `two` is 2.0, unknown to the compiler.

    Parameters
    ----------
    values, found : float64, shape (n,)
    """
    for place in range(len(values)):
        value = values[place]
        square = value * value
        missed = abs(fused(value, value, -square))
        within = missed <= SURE * _last_place(square)
        found[place] = square if within and LEAST < square < MOST else np.nan
    for place in range(len(values)):
        if found[place] != found[place]:  # it is NaN
            found[place] = values[place] ** two


@compiled
def _last_place(value: float) -> float:
    # The distance to the next float; 0 for a power of two, about which nothing is sure then.
    return fused(value, _HALF_PLACE, value) - value

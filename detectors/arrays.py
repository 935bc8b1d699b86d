"""Array types of the core, and the few instants that never move."""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
U16 = NDArray[np.uint16]
U8 = NDArray[np.uint8]
I8 = NDArray[np.int8]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

DAY_MS = 86_400_000
HOUR_MS = DAY_MS // 24
WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS  # 1970-01-05, the first Monday, 00:00 UTC
NEVER = 0  # "before any event" in a column of instants

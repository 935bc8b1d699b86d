"""The terms that compiled code goes by: settings and model as plain numbers, in one argument."""

from typing import NamedTuple

from detectors.arrays import F64
from detectors.living import Feeds

NO_LIMIT = -1


class Terms(NamedTuple):
    """What `CoreSettings.terms` gives. Instants and spans are ms; risks and bands' lines 0 to 1."""

    weights: F64
    intercept: float
    by_silence: bool
    horizon_ms: int
    limit_ms: int  # silence after which a customer is gone, or NO_LIMIT
    watch: float
    at_risk: float
    critical: float
    margin: float
    rise_ms: float
    fall_ms: float
    report_change: float
    network_gain: float
    feeds: Feeds  # the ledger's sources: when each could be heard

"""The terms that compiled code goes by: settings and model as plain numbers, in one argument."""

from typing import NamedTuple

from detectors.arrays import F32, F64, I64
from detectors.living import Feeds

NO_LIMIT = -1
NO_NAME = -1


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
    care_top_ms: int  # how long valued customers go without a contact of worth
    care_middle_ms: int
    live_answer_ms: int  # the clocks of complaints, each from its start to its deadline
    answer_ms: int
    analysis_ms: int
    management_ms: int
    inform_ms: int
    check_ms: int
    network_gain: float
    neutral: F32  # the features of whom nothing is known
    feeds: Feeds  # the ledger's sources: when each could be heard
    tier_lines: F64  # money a year, by segment and line, everybody's first; see `tier_lines`
    tier_segments: I64  # places of the others in the ledger's names
    tier_margin: float
    top_rank: int  # of the tiers by value, NO_NAME if there is none of that name
    middle_rank: int
    top: int = NO_NAME  # places of the tiers in the ledger's names
    middle: int = NO_NAME

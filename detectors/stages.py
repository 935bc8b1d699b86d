"""The stage of a customer: the highest that the evidence of any family shows.

`evidence.py` says how evidence fades. What needs more than one family stands here: signs of
two kinds that live together for a month are consideration, and so is any sign shortly before a
contract runs out; a silence never seen before is decision where no contract holds.
"""

import numpy as np

from detectors.arrays import DAY_MS, NEVER
from detectors.bands import Band
from detectors.chained import Row, staged
from detectors.compiled import compiled
from detectors.customers import Customer
from detectors.decay import could_days, days_between, weight
from detectors.evidence import CONSIDERATION, DECISION, NO_STAGE
from detectors.families import STAGES, contract, exposure, loyalty, rhythm
from detectors.families.family import Column
from detectors.living import Moment

TOGETHER_MS = 28 * DAY_MS  # ours

COLUMNS = (
    Column("stage", np.int8, "stage"),  # as last judged
    Column("together_since_ms", np.int64, "ms since 1970", empty=NEVER),
)

shown = staged(STAGES)


@compiled
def move(who: Customer, watched: bool, moment: Moment) -> tuple[int, bool]:
    """Bring the stage to what the evidence shows, in place; none for who is no customer.

    While the customer's source is silent, time alone raises nobody.

    Returns
    -------
    before : int
        The stage until now.
    changed : bool
        Whether any column changed.
    """
    row, now_ms = who.row, moment.now_ms
    own = row.stages
    before, since_ms = int(own.stage), own.together_since_ms
    stage, n_families = shown(who, now_ms, moment.living_ms) if watched else (0, 0)
    if watched and follows(row, now_ms, moment.living_ms):
        stage = DECISION
    if n_families < 2:
        own.together_since_ms = NEVER
    elif since_ms == NEVER:
        own.together_since_ms = now_ms
    elif now_ms - since_ms >= TOGETHER_MS and (not moment.held or before >= CONSIDERATION):
        stage = max(stage, CONSIDERATION)
    if watched:
        stage = max(stage, _beside_contract(row, stage, moment))
    own.stage = stage
    return before, bool(stage != before or own.together_since_ms != since_ms)


@compiled
def _beside_contract(row: Row, stage: int, moment: Moment) -> int:
    held = contract.runs(row.contract, moment.now_ms)
    if rhythm.vanished(row.rhythm, moment.living_ms) and not held:
        return DECISION
    near = stage > NO_STAGE and contract.soon(row.contract, moment.now_ms)
    return CONSIDERATION if near else NO_STAGE


@compiled
def follows(row: Row, now_ms: int, living_ms: int) -> bool:
    """Say whether orders go after an account manager who left: halved, while the need goes on."""
    if not exposure.departed(row.exposure, now_ms):
        return False
    return loyalty.orders_halved(row.loyalty, living_ms) and _used_as_ever(row, living_ms)


@compiled
def _used_as_ever(row: Row, now_ms: int) -> bool:
    # Usage and logins: all signs of life but orders, of the month against the quarter.
    own, orders = row.volume, row.loyalty
    tenure = days_between(own.first_ms, now_ms)
    month = own.count_28d * weight(max(now_ms - own.counted_ms, 0), 28.0)
    quarter = own.count_90d * weight(max(now_ms - own.counted_ms, 0), 90.0)
    age_ms = max(now_ms - orders.order_ms, 0)
    month -= orders.orders_28d * weight(age_ms, 28.0)
    quarter -= orders.orders_90d * weight(age_ms, 90.0)
    usual = quarter / could_days(tenure, 90.0) * could_days(tenure, 28.0)
    return bool(month >= 1.0 and month >= loyalty.HALF * usual)


@compiled
def alarming(band: int, stage: int) -> bool:
    """Say whether a customer stands above a line: of the bands, or of the stages.

    Decision is one whatever the band, consideration from watch up.
    """
    by_stage = stage == DECISION or (stage == CONSIDERATION and band >= Band.WATCH)
    return bool(band >= Band.AT_RISK or by_stage)

"""Whom a change of ours hit, as the history knows: all who fit its limits at the announcement.

The same rule as the engine's (`detectors/company.py`), from what the report keeps: activity by
month. So lines and orders are those of the months before the one of the announcement. Fails for
changes limited by a source of events, which the history does not keep: nobody counts as hit.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from detectors.kinds import Kind
from streams.report.history import Customer, Happened, History, Month, month_of

LIMITS = ("segment", "region", "owner")
BY_ORDER = frozenset({None, "minimum_order", "minimum_delivery"})  # what a threshold may be of
Profile = Mapping[str, object]


def exposed(history: History, change: Happened) -> set[Customer]:
    """Give whom a change hits."""
    if change.said.get("source"):
        return set()
    fits, profiles = seen_before(history, change.at_ms), profiles_at(history, change.at_ms)
    for limit in LIMITS:
        wanted = change.said.get(limit)
        if wanted is not None:
            fits = {who for who in fits if profiles.get(who, {}).get(limit) == wanted}
    if change.lines:
        fits &= _buyers(history, change)
    if change.kind is Kind.MINIMUM_ORDER_RAISED and change.said.get("detail") in BY_ORDER:
        fits &= _below(history, change, fits)
    return fits


def seen_before(history: History, at_ms: int) -> set[Customer]:
    """Give those who bought or used something in a month before that of an instant."""
    return {who for month in _before(history, at_ms) for who in history.active(month)}


def profiles_at(history: History, at_ms: int) -> dict[Customer, Profile]:
    """Give what was known of each customer at an instant, by field."""
    found: defaultdict[Customer, dict[str, object]] = defaultdict(dict)
    for one in sorted(history.of(Kind.PROFILE_UPDATED), key=lambda one: one.at_ms):
        if one.customer is not None and one.at_ms <= at_ms:
            found[one.customer].update(one.said)
    return dict(found)


def _before(history: History, at_ms: int) -> list[Month]:
    return [month for month in history.months() if month < month_of(at_ms)]


def _buyers(history: History, change: Happened) -> set[Customer]:
    each = (history.lines(month) for month in _before(history, change.at_ms))
    return {who for lines in each for who, bought in lines.items() if bought & change.lines}


def _below(history: History, change: Happened, fits: set[Customer]) -> set[Customer]:
    # Those whose mean order is below the new threshold; who never ordered has none to raise.
    threshold = float(change.said.get("threshold") or 0.0)
    if threshold <= 0:
        return fits
    orders, spent = Counter[Customer](), defaultdict[Customer, float](float)
    for month in _before(history, change.at_ms):
        for who, (n, money) in history.bought(month).items():
            orders[who] += n
            spent[who] += money
    return {who for who, n in orders.items() if 0 < spent[who] / n < threshold}

"""What a change of ours did: departures of those it hit and of the others, before and after.

A difference of differences: how much more the hit left after the announcement than before it, less
how much more the others did, compared within segment and tier. Fails where two changes hit at
once: customers of the other one are among those compared with.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from detectors.arrays import WEEK_MS
from detectors.families.exposure import CHANGES
from detectors.kinds import Kind
from detectors.reasons import instant
from streams.report.exposed import exposed, profiles_at, seen_before
from streams.report.history import Customer, Happened, History, month_begins_ms

WEEKS_MAX = 13  # a quarter: most changes are felt as long
Z_95 = 1.96
Told = dict[Customer, list[tuple[int, bool]]]  # instants, and whether they left or came back
Stratum = tuple[str, str]  # segment and tier


@dataclass(frozen=True)
class Effect:
    """One change. Rates are the share of customers who left in a week.

    `exposed` were hit and can be compared, with `others` of their segments and tiers. `effect` is
    what the change added to the rate of the exposed, `low` and `high` its 95 % interval. With
    "no control" nobody was left to compare with, and it is merely after less before.
    """

    change: str
    announced: str
    weeks: int
    compared: Literal["control", "no control"]
    exposed: int
    others: int
    exposed_before: float
    exposed_after: float
    others_before: float | None
    others_after: float | None
    effect: float
    low: float
    high: float


class Rate(NamedTuple):
    """Who left in some weeks, of those who were there as they began."""

    left: int
    there: int

    @property
    def share(self) -> float:
        """The share that left."""
        return self.left / self.there if self.there else 0.0

    @property
    def variance(self) -> float:
        """Of the share; half a departure is added, or nobody leaving would be a certainty."""
        share = (self.left + 0.5) / (self.there + 1)
        return share * (1 - share) / (self.there + 1)


class Sides(NamedTuple):
    """Those whom a change hit and the others, of one segment and tier, before and after."""

    hit: tuple[Rate, Rate]
    others: tuple[Rate, Rate]

    @property
    def comparable(self) -> bool:
        """Whether there was somebody on each side, at each time."""
        return all(rate.there for rate in (*self.hit, *self.others))


def effects(history: History) -> list[Effect]:
    """Give every change with a week of history on both sides, in the order of announcement.

    Nothing where no departure is ever told: then there is nothing to compare.
    """
    if Kind.CUSTOMER_CHURNED not in history.kinds:
        return []
    changes = sorted(history.of(*CHANGES), key=lambda one: one.at_ms)
    found = [_effect(history, change) for change in changes if not change.said.get("source")]
    return [one for one in found if one is not None]


def difference(sides: Sequence[Sides]) -> tuple[float, float]:
    """Give the difference of differences over all strata, and its standard error.

    Each stratum counts by how many of the exposed were there after the change.

    Examples
    --------
    >>> stratum = Sides((Rate(2, 100), Rate(10, 100)), (Rate(4, 200), Rate(8, 200)))
    >>> effect, error = difference([stratum])
    >>> round(effect, 6), 0.03 < error < 0.04
    (0.06, True)
    """
    whole = sum(one.hit[1].there for one in sides)
    effect = variance = 0.0
    for one in sides:
        weight = one.hit[1].there / whole
        (before, after), (others_before, others_after) = one.hit, one.others
        own, usual = after.share - before.share, others_after.share - others_before.share
        effect += weight * (own - usual)
        variance += weight**2 * sum(rate.variance for rate in (*one.hit, *one.others))
    return effect, math.sqrt(variance)


def _effect(history: History, change: Happened) -> Effect | None:
    weeks = _weeks(history, change.at_ms)
    if weeks < 1:
        return None
    strata = _strata(history, change, weeks)
    compared = [one for one in strata if one.comparable]
    hit = compared or strata
    before, after = (_sum([one.hit[time] for one in hit]) for time in (0, 1))
    if not before.there or not after.there:
        return None
    others = [_sum([one.others[time] for one in compared]) for time in (0, 1)]
    effect, error = difference(compared) if compared else _alone(before, after)
    return Effect(
        change=change.kind.name.lower(),
        announced=instant(change.at_ms).date().isoformat(),
        weeks=weeks,
        compared="control" if compared else "no control",
        exposed=after.there,
        others=others[1].there,
        exposed_before=before.share / weeks,
        exposed_after=after.share / weeks,
        others_before=others[0].share / weeks if compared else None,
        others_after=others[1].share / weeks if compared else None,
        effect=effect / weeks,
        low=(effect - Z_95 * error) / weeks,
        high=(effect + Z_95 * error) / weeks,
    )


def _weeks(history: History, at_ms: int) -> int:
    # As many on both sides as the history has; its first month only says who is there.
    months = history.months()
    if not months:
        return 0
    before_ms = at_ms - month_begins_ms(months[0] + 1)
    return min(WEEKS_MAX, before_ms // WEEK_MS, (history.end_ms - at_ms) // WEEK_MS)


def _strata(history: History, change: Happened, weeks: int) -> list[Sides]:
    hit, told = exposed(history, change), _departures(history)
    of_whom, span_ms = profiles_at(history, change.at_ms), weeks * WEEK_MS
    # Of each stratum: the hit before and after, the others before and after.
    rates: defaultdict[Stratum, list[Rate]] = defaultdict(lambda: [Rate(0, 0)] * 4)
    for time, since_ms in enumerate((change.at_ms - span_ms, change.at_ms)):
        for who in sorted(seen_before(history, since_ms)):
            events = told.get(who, [])
            if not _there(events, since_ms):
                continue
            said = of_whom.get(who, {})
            stratum = str(said.get("segment") or ""), str(said.get("tier") or "")
            place = time + 2 * (who not in hit)
            left, there = rates[stratum][place]
            went = any(gone and since_ms < at <= since_ms + span_ms for at, gone in events)
            rates[stratum][place] = Rate(left + went, there + 1)
    return [Sides((a, b), (c, d)) for _, (a, b, c, d) in sorted(rates.items())]


def _alone(before: Rate, after: Rate) -> tuple[float, float]:
    return after.share - before.share, math.sqrt(before.variance + after.variance)


def _there(events: list[tuple[int, bool]], at_ms: int) -> bool:
    told = [gone for at, gone in events if at <= at_ms]
    return not (told and told[-1])


def _sum(rates: Sequence[Rate]) -> Rate:
    return Rate(sum(one.left for one in rates), sum(one.there for one in rates))


def _departures(history: History) -> Told:
    told: defaultdict[Customer, list[tuple[int, bool]]] = defaultdict(list)
    happened = history.of(Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED)
    for one in sorted(happened, key=lambda one: one.at_ms):
        if one.customer is not None:
            told[one.customer].append((one.at_ms, one.kind is Kind.CUSTOMER_CHURNED))
    return told

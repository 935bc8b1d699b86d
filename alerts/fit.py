"""Fit: whether what a task would bring is of use to this customer, now, by a channel of theirs.

Usefulness is relevance times timeliness times right channel, each 0 to 1. Below the least one
the desk waits for something better: what does not fit annoys, and the next one is not read.
Fails where neither a channel nor what matters to the customer is known: the figures are then
those of nobody in particular.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from alerts.alert import Alert
from alerts.contract import Contract, Instant
from alerts.fit_settings import (
    ChannelFitSettings,
    FitSettings,
    RelevanceSettings,
    TimelinessSettings,
)
from alerts.playbooks import Channel, Playbook, ValueItem
from alerts.reasons import group
from alerts.value import about, reason_id

DAY = timedelta(days=1)
RENEWAL = "renewal_near"  # the feature that says how near: 0 to 1 over the last 60 days
TOP = "top"
PERSONAL: Final[frozenset[Channel]] = frozenset({"call", "visit", "on site", "workshop"})
_AFAR = frozenset({"email", "chat", "message", "app", "portal", "letter"})
_ANY = _AFAR | {"phone", "visit", "public", "other"}
# By which of the customer's channels a playbook's way of reaching them goes.
GOES_BY: Final[Mapping[Channel, frozenset[str]]] = {
    "preferred": _ANY,
    "as complained": _ANY,
    "call": frozenset({"phone"}),
    "visit": frozenset({"visit"}),
    "on site": frozenset({"visit"}),
    "workshop": frozenset({"visit"}),
    "written": _AFAR,
    "auto": _AFAR,
}


class Brought(Contract, frozen=True):
    """What a contact brought a customer last, and when."""

    item: ValueItem
    at: Instant


class Fit(Contract, frozen=True, kw_only=True):
    """How well something fits a customer: three shares, 0 to 1, higher is better."""

    relevance: float
    timeliness: float
    channel: float

    @property
    def usefulness(self) -> float:
        """Their product."""
        return round(self.relevance * self.timeliness * self.channel, 6)


def fit(
    alert: Alert,
    playbook: Playbook,
    now: datetime,
    brought: tuple[Brought, ...],
    *,
    settings: FitSettings,
) -> Fit:
    """Say how well what a playbook brings fits the customer of an alert.

    Parameters
    ----------
    now : when it would be brought
    brought : what contacts brought them before, at most one of an item
    """
    return Fit(
        relevance=_relevance(alert, playbook, settings.relevance),
        timeliness=_timeliness(alert, same(brought, playbook.value_item), now, settings.timeliness),
        channel=max(_suits(way, alert, settings.channel) for way in playbook.channels),
    )


def fits_at(useful: float, brought: Brought | None, settings: FitSettings) -> datetime | None:
    """Say from which day on something fits that does not yet; None if time alone mends nothing.

    Only what was brought before gets better by waiting, for as long as nothing else grows stale.

    Parameters
    ----------
    useful : its usefulness had it never been brought, 0 to 1
    brought : when it was

    Examples
    --------
    >>> fits_at(0.4, Brought("finding", datetime(2017, 1, 2)), FitSettings(usefulness_min=0.2))
    datetime.datetime(2017, 1, 16, 0, 0)
    """
    if brought is None or useful <= settings.usefulness_min:
        return None
    left = 1.0 - settings.usefulness_min / useful
    days = math.ceil(round(-math.log2(left) * settings.timeliness.repeat_days, 6))
    return brought.at + days * DAY


def remembered(
    brought: tuple[Brought, ...], item: ValueItem | None, at: datetime
) -> tuple[Brought, ...]:
    """Add what a contact brought; of two of the same the later one stays.

    Examples
    --------
    >>> first = remembered((), "terms", datetime(2017, 1, 2))
    >>> [one.at.day for one in remembered(first, "terms", datetime(2017, 1, 1))]
    [2]
    >>> len(remembered(first, None, datetime(2017, 1, 5)))
    1
    """
    if item is None:
        return brought
    last = {one.item: one for one in brought}
    if item not in last or last[item].at < at:
        last[item] = Brought(item, at)
    return tuple(last[name] for name in sorted(last))


def same(brought: tuple[Brought, ...], item: ValueItem) -> Brought | None:
    """Give when the same was brought last."""
    return next((one for one in brought if one.item == item), None)


def _relevance(alert: Alert, playbook: Playbook, settings: RelevanceSettings) -> float:
    about_it = reason_id(alert)
    level, _, _ = playbook.rank(about_it or "unknown")
    answers = (settings.standard, settings.group, settings.reason)[level]
    matters = [one.lower().replace("_", " ") for one in alert.matters]
    if not matters:
        return round(answers * settings.unknown, 6)
    words = settings.speaks_to.get(playbook.value_item, ())
    speaks = any(word in said for word in words for said in matters)
    return round(answers * (1.0 if speaks else settings.beside), 6)


def _timeliness(
    alert: Alert, before: Brought | None, now: datetime, settings: TimelinessSettings
) -> float:
    moment = max(_freshness(alert, now, settings), _renewal(alert))
    new, reason = 1.0, about(alert)
    since = None if reason is None else reason.since
    # About something that has happened since, the same is no repetition.
    if before is not None and (since is None or since <= before.at):
        new -= 0.5 ** (max((now - before.at) / DAY, 0.0) / settings.repeat_days)
    return round(moment * new, 6)


def _freshness(alert: Alert, now: datetime, settings: TimelinessSettings) -> float:
    reason = about(alert)
    if reason is None or reason.since is None or group(reason.id) in settings.lasting:
        return 1.0
    fresh: float = 0.5 ** (max((now - reason.since) / DAY, 0.0) / settings.half_life_days)
    return fresh


def _renewal(alert: Alert) -> float:
    near = (one.value for one in alert.reasons if one.feature == RENEWAL)
    return min(max(near, default=0.0), 1.0)


def _suits(way: Channel, alert: Alert, settings: ChannelFitSettings) -> float:
    usable = GOES_BY[way].difference(alert.refused)
    if not usable:
        return 0.0
    if alert.channel in usable:
        told = alert.channel_from == "preferred"
        return settings.preferred if told else settings.answered
    known = settings.other if alert.channel else settings.usual
    if alert.tier == TOP and way in PERSONAL:
        return max(known, settings.personal)
    return known

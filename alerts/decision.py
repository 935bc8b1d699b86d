"""The ladder: what the desk does with an alert, and why.

Every alert has exactly one standing decision. Three of them put it off (`postponed`): the
alert keeps its place and is decided again, when there is room or the time has come, so that
nothing is ever dropped in silence.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from alerts.alert import Alert, higher
from alerts.contact import free_at
from alerts.holdout import NEVER_TIER, held_out
from alerts.life import worse
from alerts.settings import DeskSettings
from alerts.task import State, Task


class Decision(StrEnum):
    """What the desk did with an alert; log word, metric label and test id."""

    OPENED = "opened"
    MERGED = "merged"
    RAISED = "raised"
    SNOOZED = "snoozed"
    WAITING_FOR_BUDGET = "waiting_for_budget"
    COOL_DOWN = "cool_down"
    CONTACT_CAP = "contact_cap"
    NO_CONSENT = "no_consent"
    HELD_OUT = "held_out"
    REPLACED = "replaced"  # by a newer alert of the customer, while it was put off
    WITHDRAWN = "withdrawn"  # the condition cleared while it was put off
    EXPIRED = "expired"  # there was never room, or never time

    @property
    def postponed(self) -> bool:
        """Whether the alert keeps its place and is decided again."""
        return self in (
            Decision.WAITING_FOR_BUDGET,
            Decision.COOL_DOWN,
            Decision.CONTACT_CAP,
        )


# The alert joins the task that the customer has.
JOINING = (Decision.RAISED, Decision.MERGED, Decision.SNOOZED)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk knows of an alert's customer when it decides.

    `cool_until` and `cool_band` are of the last finished task, `contacts` in rising order.
    """

    now: datetime
    task: Task | None = None
    cool_until: datetime | None = None
    cool_band: str = "calm"
    contacts: tuple[datetime, ...] = ()


def before_budget(alert: Alert, known: Situation, settings: DeskSettings) -> Decision | None:
    """Decide whatever does not depend on how busy the account manager is; else None."""
    # Consent is law; the rest is policy.
    if not alert.consented:
        return Decision.NO_CONSENT

    # Someone is on it: a second task would divide the attention. Raised, never lowered.
    if known.task is not None:
        if worse(known.task, alert):
            return Decision.RAISED
        return Decision.SNOOZED if known.task.state is State.SNOOZED else Decision.MERGED

    # The control group gets no task. Whom we owe an answer, or cannot afford to lose, is not
    # experimented with.
    if _in_control_group(alert, settings):
        return Decision.HELD_OUT

    # We have just been there. Only what is worse than then is news.
    if _cooling_down(known) and not alert.urgent and not higher(alert.band, known.cool_band):
        return Decision.COOL_DOWN

    # Called often enough; one more would annoy.
    if _free_at(alert, known, settings) is not None:
        return Decision.CONTACT_CAP

    return None


def within_budget(alert: Alert, n_open: int, settings: DeskSettings) -> Decision:
    """Decide the rest: whether the account manager, with `n_open` tasks open, has room."""
    # Urgent ones pass a full day, within a cap of their own.
    extra = settings.urgent_extra if alert.urgent else 0

    # The day is full. The alert keeps its place in the queue and is decided again.
    if n_open >= settings.budget(alert.owner) + extra:
        return Decision.WAITING_FOR_BUDGET

    return Decision.OPENED


def not_before(
    alert: Alert, known: Situation, decision: Decision | None, settings: DeskSettings
) -> datetime:
    """Say when an alert about which `decision` was made may be decided again."""
    later = None
    if decision is Decision.COOL_DOWN:
        later = known.cool_until
    if decision is Decision.CONTACT_CAP:
        later = _free_at(alert, known, settings)
    return later or known.now


def _in_control_group(alert: Alert, settings: DeskSettings) -> bool:
    drawn = settings.hold_out
    if alert.urgent or alert.tier == NEVER_TIER:
        return False
    return held_out(alert.customer, share=drawn.share, salt=drawn.salt)


def _cooling_down(known: Situation) -> bool:
    return known.cool_until is not None and known.now < known.cool_until


def _free_at(alert: Alert, known: Situation, settings: DeskSettings) -> datetime | None:
    return free_at(known.contacts, known.now, settings.contact, urgent=alert.urgent)

"""The ladder: what the desk does with an alert, and why.

Every alert has exactly one standing decision. Five of them put it off (`postponed`): the
alert keeps its place and is decided again, when there is room or the time has come, so that
nothing is ever dropped in silence.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from alerts.alert import Alert, higher
from alerts.cases import Case
from alerts.contact import free_at
from alerts.fit import DAY
from alerts.handling import Handling, answers, no_task
from alerts.holdout import NEVER_TIER, held_out
from alerts.job import Job
from alerts.life import worse
from alerts.settings import DeskSettings
from alerts.task import State, Task


class Decision(StrEnum):
    """What the desk did with an alert; log word, metric label and test id."""

    OPENED = "opened"
    MERGED = "merged"
    RAISED = "raised"
    SNOOZED = "snoozed"
    MERGED_INTO_CASE = "merged_into_case"  # one cause, many customers: one task stands for all
    LISTED = "listed"  # for the eye only: worth knowing, not worth a call
    COUNTED = "counted"  # nothing is done for this tier in this band
    WAITING_FOR_BUDGET = "waiting_for_budget"
    COOL_DOWN = "cool_down"
    CONTACT_CAP = "contact_cap"
    NOTHING_FITS = "nothing_fits"  # what we could bring is of no use to them now: waits for better
    UNVERIFIED = "unverified"  # a broken promise that an outage may hide: held until that is known
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
            Decision.NOTHING_FITS,
            Decision.UNVERIFIED,
        )


# The alert joins the task that the customer has.
JOINING = (Decision.RAISED, Decision.MERGED, Decision.SNOOZED)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk knows of an alert's customer when it decides.

    `case` is the open case that the alert belongs to; `cool_until` and `cool_band` are of the
    last finished task, `contacts` in rising order.
    """

    now: datetime
    case: Case | None = None
    task: Task | None = None
    cool_until: datetime | None = None
    cool_band: str = "calm"
    contacts: tuple[datetime, ...] = ()


def before_budget(job: Job, known: Situation, settings: DeskSettings) -> Decision | None:
    """Decide whatever does not depend on how busy the account manager is; else None."""
    alert = job.alert

    # The source of the complaint is silent. The scorer says when it knows; until then nobody is
    # called to account, and nothing that the customer has is changed.
    if alert.unverified:
        return _while_news(Decision.UNVERIFIED, job, known, settings)

    # Consent is law; the rest is policy. Who came to us with a complaint gets an answer.
    if not alert.consented and not answers(alert):
        return Decision.NO_CONSENT

    # Someone is on it: a second task would divide the attention.
    joined = _joined(job, known)
    if joined is not None:
        return joined

    # By value and band: not every alert is worth a task.
    if no_task(job.handling):
        return Decision.LISTED if job.handling.cell == "list" else Decision.COUNTED

    # The control group gets no task. Whom we owe an answer, or cannot afford to lose, is not
    # experimented with.
    if _in_control_group(alert, settings):
        return Decision.HELD_OUT

    return _leaves_alone(job, known, settings)


def _leaves_alone(job: Job, known: Situation, settings: DeskSettings) -> Decision | None:
    """Decide whether the customer is better left alone for now; else None."""
    alert, urgent = job.alert, job.handling.urgent

    # We have just been there. Only what is worse than then is news.
    if _cooling_down(known) and not urgent and not higher(alert.band, known.cool_band):
        return Decision.COOL_DOWN

    # Called often enough; one more would annoy.
    if _free_at(job, known, settings) is not None:
        return Decision.CONTACT_CAP

    # What we could bring is of no use to them now, or not by any channel of theirs: it waits for
    # something better, as long as the alert is news. What cannot wait, and answers, are free.
    if not (urgent or answers(alert) or _fits(job, known)):
        return _while_news(Decision.NOTHING_FITS, job, known, settings)

    return None


def within_budget(handling: Handling, n_open: int, budget: int, settings: DeskSettings) -> Decision:
    """Decide the rest: whether the owner of a `budget`, with `n_open` tasks open, has room."""
    # Urgent ones pass a full day, within a cap of their own.
    extra = settings.urgent_extra if handling.urgent else 0

    # The day is full. The alert keeps its place in the queue and is decided again.
    if n_open >= budget + extra:
        return Decision.WAITING_FOR_BUDGET

    return Decision.OPENED


def not_before(
    job: Job, known: Situation, decision: Decision | None, settings: DeskSettings
) -> datetime:
    """Say when a job about which `decision` was made may be decided again."""
    later = None
    if decision is Decision.COOL_DOWN:
        later = known.cool_until
    if decision is Decision.CONTACT_CAP:
        later = _free_at(job, known, settings)
    if decision is Decision.UNVERIFIED:
        later = _news_until(job.alert, settings)
    if decision is Decision.NOTHING_FITS:
        # Looked at again once a day at most: the day found may be one that has not fitted.
        until = _news_until(job.alert, settings)
        later = min(max(job.useful_at or until, known.now + DAY), until)
    return later or known.now


def _fits(job: Job, known: Situation) -> bool:
    # Who has got worse since the last task is another case: the same may be right again.
    worse = known.cool_until is not None and higher(job.alert.band, known.cool_band)
    return job.useful or (worse and job.useful_if_new)


def _while_news(decision: Decision, job: Job, known: Situation, settings: DeskSettings) -> Decision:
    is_news = known.now < _news_until(job.alert, settings)
    return decision if is_news else Decision.EXPIRED


def _news_until(alert: Alert, settings: DeskSettings) -> datetime:
    return alert.as_of + timedelta(days=settings.waiting_days)


def _joined(job: Job, known: Situation) -> Decision | None:
    # The customer's own task before the case of many. Raised, never lowered.
    if known.task is not None:
        if worse(known.task, job):
            return Decision.RAISED
        return Decision.SNOOZED if known.task.state is State.SNOOZED else Decision.MERGED
    return None if known.case is None else Decision.MERGED_INTO_CASE


def _in_control_group(alert: Alert, settings: DeskSettings) -> bool:
    drawn = settings.hold_out
    if alert.urgent or alert.tier == NEVER_TIER:
        return False
    return held_out(alert.customer, share=drawn.share, salt=drawn.salt)


def _cooling_down(known: Situation) -> bool:
    return known.cool_until is not None and known.now < known.cool_until


def _free_at(job: Job, known: Situation, settings: DeskSettings) -> datetime | None:
    if answers(job.alert):
        return None
    return free_at(known.contacts, known.now, settings.contact, urgent=job.handling.urgent)

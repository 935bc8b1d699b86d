"""Due times: by when a task is to be done."""

from datetime import datetime, timedelta

from alerts.alert import Alert
from alerts.handling import answers
from alerts.playbooks import BY_CLOCK, Playbook
from alerts.quiet import open_at
from alerts.settings import DeskSettings
from alerts.value import about

# Share of the playbook's time until due, by band: who is more likely to go than to stay will
# have gone in half of it. A guess.
HASTE = {"critical": 0.5}

# What is late already is due within a morning, as what management takes over is. Ours.
AT_ONCE = timedelta(hours=4)


def due_at(alert: Alert, playbook: Playbook, now: datetime, settings: DeskSettings) -> datetime:
    """Say by when a task that is opened, or raised, now is to be done.

    The clock of a complaint runs from when the customer told us and does not rest; whatever
    else falls into quiet hours moves to the next open one.
    """
    if playbook.due == BY_CLOCK:
        return _by_clock(alert, now, settings)
    within = settings.cases.unknown_effect if playbook.within is None else playbook.within
    at = now + within * HASTE.get(alert.band, 1.0)
    return at if answers(alert) else open_at(at, alert.region, settings.contact.quiet)


def case_due_at(
    playbook: Playbook, now: datetime, effective_at: datetime | None, settings: DeskSettings
) -> datetime:
    """Say by when a case is to be dealt with: before its change takes effect, where that is said.

    Whose change has taken effect, or takes it tonight, is told in the first open hour.
    """
    within = playbook.within
    if within is not None:
        at = now + within
    elif effective_at is not None:
        at = max(effective_at, now)
    else:
        at = now + settings.cases.unknown_effect
    return open_at(at, "", settings.contact.quiet)


def _by_clock(alert: Alert, now: datetime, settings: DeskSettings) -> datetime:
    reason = about(alert)
    began_at = alert.as_of if reason is None or reason.since is None else reason.since
    deadline = began_at + timedelta(hours=settings.analysis_hours)
    return deadline if deadline > now else now + AT_ONCE

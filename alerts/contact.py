"""Contact policy: how often a customer may be called, and when.

A contact counts when it happened, and once: as told for a task, else when a person closed it;
a task that nobody touched called nobody. Answering a complaint is free. Contacts outside tasks
are not known here: the cap is of our own outreach, and the floor (a customer not called for
too long) is the scorer's to notice.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from alerts.fit_settings import FitSettings
from alerts.quiet import QuietSettings
from alerts.reaching import ChannelSettings


class ContactSettings(BaseModel):
    """The cap on outreach to one customer, what is worth it, and when there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contacts_max: PositiveInt = 2  # in a window: a third call in two weeks annoys
    urgent_extra: NonNegativeInt = 1  # what cannot wait may be said once more
    window_days: float = Field(default=14.0, gt=0)  # two weeks, in which one is remembered
    quiet: QuietSettings = QuietSettings()
    fit: FitSettings = FitSettings()
    channels: ChannelSettings = ChannelSettings()


def free_at(
    contacts: tuple[datetime, ...], now: datetime, settings: ContactSettings, *, urgent: bool
) -> datetime | None:
    """Say when a customer may be contacted again; None if now.

    Parameters
    ----------
    contacts : instants of earlier contacts, in rising order
    urgent : whether the extra contact for urgent matters may be used

    Examples
    --------
    >>> day = [datetime(2017, 1, n) for n in range(1, 32)]
    >>> free_at((day[0], day[2]), day[5], ContactSettings(), urgent=False)
    datetime.datetime(2017, 1, 15, 0, 0)
    >>> free_at((day[0], day[2]), day[5], ContactSettings(), urgent=True) is None
    True
    """
    window = timedelta(days=settings.window_days)
    cap = settings.contacts_max + (settings.urgent_extra if urgent else 0)
    recent = [at for at in contacts if now < at + window]
    # When all but cap - 1 of them have left the window, one more fits in.
    return None if len(recent) < cap else recent[-cap] + window


def remembered(
    contacts: tuple[datetime, ...], at: datetime, settings: ContactSettings
) -> tuple[datetime, ...]:
    """Add a contact and forget those that have left the window."""
    window = timedelta(days=settings.window_days)
    return tuple(sorted((*(one for one in contacts if at < one + window), at)))

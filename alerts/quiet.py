"""Quiet hours: when a customer is left alone, by the clock where they live.

A due time that falls into them moves to the next open hour. What we promised (the clock of a
complaint) does not move: the customer counts the hours, open or not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class QuietSettings(BaseModel):
    """When nobody is called, and by which clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_hour: int = Field(default=20, ge=0, lt=24)  # ours: who calls at supper is remembered
    until_hour: int = Field(default=8, ge=0, lt=24)  # ours; equal hours: no hour is quiet
    rest_days: tuple[Weekday, ...] = ("saturday", "sunday")  # ours; the usual ones of offices
    # By region of the customer, where the week is another one.
    rest_days_of: Mapping[str, tuple[Weekday, ...]] = {}
    zones: Mapping[str, str] = {}  # region -> name of a time zone, as in "Asia/Shanghai"
    zone: str = "UTC"  # of regions not named: no guess is made

    @model_validator(mode="after")
    def _known(self) -> Self:
        for zone in (self.zone, *self.zones.values()):
            try:
                _zone(zone)
            except (KeyError, ValueError, OSError) as error:
                raise ValueError(f"there is no time zone {zone!r}") from error
        for days in (self.rest_days, *self.rest_days_of.values()):
            if set(days) == set(WEEK):
                raise ValueError("every day is a rest day: nobody could ever be called")
        return self


def open_at(at: datetime, region: str, settings: QuietSettings) -> datetime:
    """Give the first instant at or after `at` that is no quiet hour and no rest day there, UTC.

    Examples
    --------
    >>> friday_night = datetime(2017, 1, 6, 21, 30, tzinfo=UTC)
    >>> open_at(friday_night, "", QuietSettings()).isoformat()
    '2017-01-09T08:00:00+00:00'
    """
    zone = _zone(settings.zones.get(region, settings.zone))
    rests = settings.rest_days_of.get(region, settings.rest_days)
    here = at.astimezone(zone)
    opens = _same_day(here, settings)
    if opens is None or WEEK[opens.weekday()] in rests:
        day = here.date() + timedelta(days=1)
        while WEEK[day.weekday()] in rests:
            day += timedelta(days=1)
        opens = datetime.combine(day, time(_first_hour(settings)), zone)
    return opens.astimezone(UTC)


def _same_day(here: datetime, settings: QuietSettings) -> datetime | None:
    """Give the first open instant of a day from `here` on, if there is one."""
    begins, ends, hour = settings.from_hour, settings.until_hour, here.hour
    over_midnight = begins > ends
    quiet = hour >= begins or hour < ends if over_midnight else begins <= hour < ends
    if not quiet:
        return here
    if over_midnight and hour >= begins:
        return None
    return here.replace(hour=ends, minute=0, second=0, microsecond=0)


def _first_hour(settings: QuietSettings) -> int:
    # Where quiet hours do not begin the day, the day begins open.
    return settings.until_hour if settings.from_hour > settings.until_hour else 0


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)

"""What customers say and do with what we offer: satisfaction, feedback, programme, repurchase."""

from dataclasses import dataclass

from detectors.kinds import Kind
from streams.report.history import Customer, History, by_month, named


@dataclass(frozen=True)
class Voice:
    """One month. `satisfaction` is 0 to 100; shares are None where there is nothing to divide by.

    `repurchase` is the share of buyers with two purchases or more, `active_programme` that of
    members who used it.
    """

    month: str
    satisfaction: float | None
    feedback: float | None
    repurchase: float | None
    active_programme: float | None


def monthly(history: History) -> list[Voice]:
    """Give every month of a history."""
    asked, answered = (
        by_month(history.of(kind)) for kind in (Kind.SURVEY_ASKED, Kind.SURVEY_ANSWERED)
    )
    used = by_month(history.of(Kind.PROGRAMME_USED))
    members, found = _members(history), []
    for month in history.months():
        told = [
            float(said) * 100
            for one in answered.get(month, ())
            if (said := one.said.get("satisfaction")) is not None
        ]
        bought = history.bought(month)
        users = {one.customer for one in used.get(month, ())}
        found.append(
            Voice(
                named(month),
                _mean(told),
                _share(len(answered.get(month, ())), len(asked.get(month, ()))),
                _share(sum(n >= 2 for n, _ in bought.values()), len(bought)),
                _share(len(users & members), len(members)),
            )
        )
    return found


def _members(history: History) -> set[Customer | None]:
    # Who has a level, or has ever used the programme.
    levels = (o for o in history.of(Kind.PROFILE_UPDATED) if o.said.get("membership_level"))
    return {one.customer for one in levels} | {
        one.customer for one in history.of(Kind.PROGRAMME_USED)
    }


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(part: int, whole: int) -> float | None:
    return min(part / whole, 1.0) if whole else None

"""What customers say and do with what we offer: satisfaction, feedback, programme, repurchase."""

from dataclasses import dataclass

from detectors.kinds import Kind
from streams.report.history import Customer, History, by_month, named
from streams.report.shares import share


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
        n_asked, n_answered = len(asked.get(month, ())), len(answered.get(month, ()))
        users = {one.customer for one in used.get(month, ())}
        found.append(
            Voice(
                named(month),
                _mean(told),
                share(min(n_answered, n_asked), n_asked),  # some answer twice
                share(sum(n >= 2 for n, _ in bought.values()), len(bought)),
                share(len(users & members), len(members)),
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

"""Which promises of the complaint process were broken, and when: the reference, step by step.

Written for reading and not for speed: it takes all steps of one complaint and the rules of the
domain (section 5) one after the other. It shares nothing with the system that is tried on it.

How the rules are read where they leave room:

* A round begins where the complaint is opened, reopened or rated dissatisfied. Clocks of the
  round before that are still running then, management's apart, end without being broken.
* Within a round only steps of that round meet its clocks.
* Management's clock begins once: at the first of an escalation told, a broken analysis, a
  dissatisfied rating, or the second reopening.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from streams.sources.simulate.shape import DAY_MS, HOUR_MS

Clock = Literal["answer", "analysis", "management", "inform", "check"]
What = Literal[
    "opened", "answered", "escalated", "resolved", "informed", "reopened", "rated", "checked"
]
LIVE_ANSWER_MS, ANSWER_MS = 30_000, HOUR_MS
ANALYSIS_MS, MANAGEMENT_MS, INFORM_MS, CHECK_MS = DAY_MS, 2 * DAY_MS, DAY_MS, 7 * DAY_MS
DISSATISFIED = 0.4
LIVE_CHANNELS = ("phone", "chat", "visit")


@dataclass(frozen=True)
class Step:
    """One step of a complaint. `level` and `promised_ms` belong to answers, `rating` to rated."""

    at_ms: int
    what: What
    level: int = 0
    promised_ms: int | None = None
    rating: float | None = None

    @property
    def begins_round(self) -> bool:
        """Whether answer and analysis begin anew with it."""
        return self.what in {"opened", "reopened"} or self.dissatisfied

    @property
    def dissatisfied(self) -> bool:
        """Whether the customer said that it is not well."""
        return self.rating is not None and self.rating <= DISSATISFIED


@dataclass(frozen=True)
class Broken:
    """A clock that ran out at an instant."""

    clock: Clock
    at_ms: int


def broken(steps: Sequence[Step], until_ms: int, *, live: bool) -> list[Broken]:
    """Give the clocks of one complaint that ran out before `until_ms`, in order of time.

    Parameters
    ----------
    steps : sequence of Step
        All steps, in order of time, the opening first.
    until_ms : int
        A clock that ends after it is not broken yet.
    live : bool
        Whether the customer waits on the line; the first answer is then due at once.

    Examples
    --------
    >>> told = [Step(0, "opened"), Step(60_000, "answered", level=1)]
    >>> [(one.clock, one.at_ms) for one in broken(told, 9 * DAY_MS, live=False)]
    [('analysis', 86400000), ('management', 259200000)]
    """
    starts = [place for place, step in enumerate(steps) if step.begins_round]
    ends = [*starts[1:], len(steps)]
    found: list[Broken] = []
    for start, end in zip(starts, ends, strict=True):
        cut_ms = steps[end].at_ms if end < len(steps) else until_ms
        found += _round(steps[start:end], cut_ms, live=live)
    found += _management(steps, found)
    return sorted((one for one in found if one.at_ms < until_ms), key=_place)


def _round(steps: Sequence[Step], cut_ms: int, *, live: bool) -> list[Broken]:
    """Give what was broken of the clocks that end with a round; the first step begins it."""
    began_ms, later = steps[0].at_ms, steps[1:]
    promises = [one.promised_ms for one in later if one.promised_ms is not None]
    analysis_ms = min([began_ms + ANALYSIS_MS, *promises])
    answers = [one.at_ms for one in later if one.what in {"answered", "resolved"}]
    analysed = [one.at_ms for one in later if one.level >= 2 or one.what == "resolved"]
    due: list[tuple[Clock, int, list[int]]] = [
        ("answer", began_ms + (LIVE_ANSWER_MS if live else ANSWER_MS), answers),
        ("analysis", analysis_ms, analysed),
    ]
    resolved = [one.at_ms for one in later if one.what == "resolved"]
    told = [one.at_ms for one in later if one.what in {"informed", "rated"}]
    if resolved:
        due.append(("inform", resolved[0] + INFORM_MS, told))
    informed = [one.at_ms for one in later if one.what == "informed"]
    checked = [one.at_ms for one in later if one.what in {"rated", "checked"}]
    if informed:
        due.append(("check", informed[0] + CHECK_MS, checked))
    return [
        Broken(clock, at_ms)
        for clock, at_ms, met in due
        if at_ms < cut_ms and not any(one <= at_ms for one in met)
    ]


def _management(steps: Sequence[Step], found: Sequence[Broken]) -> list[Broken]:
    reopened = [one.at_ms for one in steps if one.what == "reopened"]
    reasons = [
        *(one.at_ms for one in steps if one.what == "escalated" or one.dissatisfied),
        *(one.at_ms for one in found if one.clock == "analysis"),
        *reopened[1:2],
    ]
    if not reasons:
        return []
    began_ms = min(reasons)
    due_ms = began_ms + MANAGEMENT_MS
    met = (one for one in steps if one.level == 3 or one.what == "resolved")
    kept = any(began_ms <= one.at_ms <= due_ms for one in met)
    return [] if kept else [Broken("management", due_ms)]


def _place(one: Broken) -> tuple[int, str]:
    return one.at_ms, one.clock

"""How complaints were handled, month by month of their opening."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from detectors.arrays import DAY_MS, HOUR_MS
from detectors.kinds import Kind
from streams.report.history import Customer, Happened, History, Month, month_of, named
from streams.report.shares import share_of

ANALYSIS_MS = DAY_MS
LATER_DAYS = 90
STEPS = (
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_RESOLVED,
    Kind.COMPLAINT_INFORMED,
    Kind.COMPLAINT_REOPENED,
    Kind.COMPLAINT_RATED,
)


@dataclass(frozen=True)
class Handled:
    """Complaints opened in one month. Shares are None where there is nothing to divide by.

    `kept_analysis` had cause and remedy within a day. `saved_kept`, `saved_broken` are the shares
    of complainers, by whether that clock was kept, who had not left 90 days later.
    """

    month: str
    opened: int
    first_answer_hours: float | None
    kept_analysis: float | None
    informed: float | None
    checked: float | None
    reopened: float | None
    unreadable: float | None
    saved_kept: float | None
    saved_broken: float | None


@dataclass
class _Story:
    opened: Happened
    steps: list[Happened]

    def first(self, *kinds: Kind, level: int = 0) -> int | None:
        """Give when the first step of some kinds came, after the opening."""
        found = [
            one.at_ms
            for one in self.steps
            if one.kind in kinds
            and one.at_ms >= self.opened.at_ms
            and (one.kind is not Kind.COMPLAINT_ANSWERED or one.code >= level)
        ]
        return min(found, default=None)

    @property
    def kept(self) -> bool:
        """Whether cause and remedy were told within a day of the report."""
        told = self.first(Kind.COMPLAINT_ANSWERED, Kind.COMPLAINT_RESOLVED, level=2)
        return told is not None and told <= self.opened.at_ms + ANALYSIS_MS


def monthly(history: History) -> list[Handled]:
    """Give every month in which a complaint was opened."""
    left: defaultdict[Customer | None, list[int]] = defaultdict(list)
    for one in history.of(Kind.CUSTOMER_CHURNED):
        left[one.customer].append(one.at_ms)
    months: defaultdict[Month, list[_Story]] = defaultdict(list)
    for story in _stories(history):
        months[month_of(story.opened.at_ms)].append(story)
    return [_handled(named(month), months[month], left) for month in sorted(months)]


def _stories(history: History) -> list[_Story]:
    stories: dict[tuple[Customer | None, int], _Story] = {}
    steps: defaultdict[tuple[Customer | None, int], list[Happened]] = defaultdict(list)
    for one in history.of(*STEPS):
        place = one.customer, one.reference
        steps[place].append(one)
        if one.kind is Kind.COMPLAINT_OPENED:
            stories.setdefault(place, _Story(one, steps[place]))
    return list(stories.values())


def _handled(month: str, stories: list[_Story], left: dict[Customer | None, list[int]]) -> Handled:
    answers = [
        (told - one.opened.at_ms) / HOUR_MS
        for one in stories
        if (told := one.first(Kind.COMPLAINT_ANSWERED, Kind.COMPLAINT_RESOLVED)) is not None
    ]
    resolved = [one for one in stories if one.first(Kind.COMPLAINT_RESOLVED) is not None]
    informed = [one for one in resolved if one.first(Kind.COMPLAINT_INFORMED) is not None]

    def saved(*, kept: bool) -> float | None:
        who = [one for one in stories if one.kept is kept]
        return share_of([not _left_after(one, left) for one in who])

    return Handled(
        month=month,
        opened=len(stories),
        first_answer_hours=median(answers) if answers else None,
        kept_analysis=share_of([one.kept for one in stories]),
        informed=share_of([one.first(Kind.COMPLAINT_INFORMED) is not None for one in resolved]),
        checked=share_of([one.first(Kind.COMPLAINT_RATED) is not None for one in informed]),
        reopened=share_of([one.first(Kind.COMPLAINT_REOPENED) is not None for one in resolved]),
        unreadable=share_of([bool(one.opened.said.get("unreadable")) for one in stories]),
        saved_kept=saved(kept=True),
        saved_broken=saved(kept=False),
    )


def _left_after(story: _Story, left: dict[Customer | None, list[int]]) -> bool:
    opened_ms = story.opened.at_ms
    return any(
        opened_ms < at_ms <= opened_ms + LATER_DAYS * DAY_MS
        for at_ms in left.get(story.opened.customer, ())
    )

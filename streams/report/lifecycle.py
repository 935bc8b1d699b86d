"""Where customers stand in their life with us, month by month: from new to gone.

New, growing, steady, leaving, gone: by what customers do and by told departures, and by no risk,
so that it can be held against the bands.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from detectors.kinds import Kind
from streams.report.history import Customer, History, Month, month_of, named

PHASES = ("new", "growing", "steady", "leaving", "gone")
NEW_MONTHS = 2  # the current and the one before: most who leave early leave within two months
QUARTER = 3  # months that are compared, and after which silence is taken for gone
GROWS, SHRINKS = 1.25, 0.5  # ours: a quarter more, half as much


@dataclass(frozen=True)
class Lives:
    """Customers at the end of one month, by phase; all who were ever seen are in one of them."""

    month: str
    customers: int
    new: int
    growing: int
    steady: int
    leaving: int
    gone: int


def monthly(history: History) -> list[Lives]:
    """Give the months in which nobody seems what they are not.

    Not the first ones, in which everybody would be new, nor the last, if it is cut short, in
    which everybody would leave.
    """
    left, done = _departures(history), defaultdict[Customer, dict[Month, int]](dict)
    found, months = [], history.months()
    for month in months:
        for customer, n in history.activity(month).items():
            done[customer][month] = n
        if month >= month_of(history.end_ms):
            break
        if month < months[0] + NEW_MONTHS:
            continue
        counts = Counter(phase(each, month, left.get(who, {})) for who, each in done.items())
        found.append(Lives(named(month), len(done), *(counts[name] for name in PHASES)))
    return found


def phase(done: dict[Month, int], month: Month, left: dict[Month, bool]) -> str:
    """Name where a customer stands at the end of a month.

    Parameters
    ----------
    done : how often they bought or used something, by month, none of them after `month`
    left : by month, whether the last that was told in it is that they left

    Examples
    --------
    >>> phase({10: 4, 11: 4, 12: 4, 13: 6, 14: 6, 15: 6}, 15, {})
    'growing'
    >>> phase({10: 4, 11: 4, 12: 4}, 15, {}), phase({10: 4}, 10, {10: True})
    ('gone', 'gone')
    """
    first, latest = min(done), max(done)
    told = [gone for at, gone in sorted(left.items()) if at <= month]
    if (told and told[-1]) or month - latest >= QUARTER:
        return "gone"
    if month - first < NEW_MONTHS:
        return "new"
    # The last months against those before them, as far as there were any.
    since = max(month - QUARTER, first + (month - first) // 2)
    before = range(max(since - QUARTER + 1, first), since + 1)
    now = sum(done.get(at, 0) for at in range(since + 1, month + 1)) / (month - since)
    usual = sum(done.get(at, 0) for at in before) / len(before)
    if now >= GROWS * usual:
        return "growing"
    return "leaving" if now <= SHRINKS * usual else "steady"


def _departures(history: History) -> dict[Customer, dict[Month, bool]]:
    told: defaultdict[Customer, dict[Month, bool]] = defaultdict(dict)
    happened = history.of(Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED)
    for one in sorted(happened, key=lambda one: one.at_ms):
        if one.customer is not None:
            told[one.customer][month_of(one.at_ms)] = one.kind is Kind.CUSTOMER_CHURNED
    return told

"""Promises of the complaint process that were broken, as told on `churn.breaches`.

Alerts tell of those of analysis and management alone, and of one at a time; here stands each.
"""

from collections import defaultdict
from collections.abc import Iterable

from alerts.contract import Contract, Instant


class BrokenPromise(Contract, frozen=True, kw_only=True):
    """A complaint clock ran out, or one told as run out that had not.

    `complaint` is a hash of the complaint's id, 16 hexadecimal digits; `clock` is "answer",
    "analysis", "inform", "check" or "management". It broke at `deadline` and was `noticed` at the
    customer's next event or the next tick. `withdrawn` takes back the last one of that clock of
    that complaint: a step that met it became known late. Then no `deadline` means that the clock
    never ran. `unverified`: the source of the complaints is silent and may hide that it was met; it
    is told again once that is decided, as broken or, still unverified, as withdrawn.
    """

    customer: str
    complaint: str
    clock: str
    deadline: Instant | None
    noticed: Instant
    withdrawn: bool = False
    unverified: bool = False


def standing(told: Iterable[BrokenPromise]) -> list[BrokenPromise]:
    """Give the promises that are broken after all and for sure, by deadline and customer.

    Parameters
    ----------
    told : in the order in which they were told; what a crash made the scorer say twice counts once

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2025, 3, 1, tzinfo=UTC)
    >>> one = BrokenPromise(
    ...     customer="ada", complaint="c1", clock="answer", deadline=at, noticed=at
    ... )
    >>> two = BrokenPromise(
    ...     customer="ada", complaint="c1", clock="answer", deadline=at, noticed=at, withdrawn=True
    ... )
    >>> len(standing([one, one])), standing([one, two])
    (1, [])
    """
    by_clock: defaultdict[tuple[str, str, str], list[BrokenPromise]] = defaultdict(list)
    for one in dict.fromkeys(told):
        if one.unverified:
            continue
        known = by_clock[one.customer, one.complaint, one.clock]
        if not one.withdrawn:
            known.append(one)
        elif known:
            known.pop()
    found = [one for known in by_clock.values() for one in known]
    return sorted(found, key=_place)


def _place(one: BrokenPromise) -> tuple[Instant, str, str, str]:
    return one.deadline or one.noticed, one.customer, one.complaint, one.clock

"""Why customers left, as stated with their departures: by reason, by group, in short.

Two lists of others' figures are shown beside it and never mixed. Shares by reason come from asking
leavers, shares by group are what suppliers believe; neither is a fact, and neither enters the risk.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detectors.kinds import Kind
from detectors.priors import BELIEVED_BY_GROUP
from detectors.tree import REASONS, UNKNOWN, group, in_short
from streams.report.history import History

ASKED = {name: one.prior for name, one in REASONS.items() if one.prior is not None}


@dataclass(frozen=True)
class Cause:
    """A cause: how many leavers stated it, its share of those stated, and what others say."""

    cause: str
    n: int
    share: float | None
    prior: float | None


def by_reason(history: History) -> list[Cause]:
    """Give the reason ids that were stated, the commonest first."""
    return _counted(history, str, ASKED)


def by_group(history: History) -> list[Cause]:
    """Give the groups of the tree of reasons, for where an id is too fine."""
    return _counted(history, group, BELIEVED_BY_GROUP)


def shortly(history: History) -> list[Cause]:
    """Give the three reasons that everybody understands, and groups that are none of them."""
    return _counted(history, in_short, {})


def _counted(
    history: History, named: Callable[[str], str], prior: Mapping[str, float]
) -> list[Cause]:
    stated = Counter(
        named(str(one.said.get("cause") or UNKNOWN)) for one in history.of(Kind.CUSTOMER_CHURNED)
    )
    n_known = stated.total() - stated[UNKNOWN]
    return [
        Cause(name, n, n / n_known if n_known and name != UNKNOWN else None, prior.get(name))
        for name, n in sorted(stated.items(), key=lambda item: (-item[1], item[0]))
    ]

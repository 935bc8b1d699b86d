"""What an assessment says beside the judgement: who the customer is, and how to reach them.

Read column by column for all the customers of whom something is told: one by one it takes as long
as all the rest of an assessment.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from detectors.account import OUTREACH
from detectors.plain import Rows
from detectors.reasons import instant
from detectors.words import Channel, meanings

CHANNEL_NAMES = ("", *meanings(Channel))


class Profile(NamedTuple):
    """What the profile says, and of the tier what value does."""

    owner: str
    tier: str
    language: str
    tier_basis: str  # "profile", "value" or ""
    previous_tier: str
    yearly_revenue: float


# What whoever calls has to know, by the names of `Assessment`: how fresh all this is, may they, by
# which channel, and what the customer cares for.
Approach = dict[str, Any]


def profiles(rows: Rows, tiers: Sequence[str], ranks_before: Sequence[int]) -> Iterator[Profile]:
    """Give each customer's profile.

    Parameters
    ----------
    rows : the customers
    tiers : names of the tiers by value, by rank; of rank 0 it is ""
    ranks_before : each customer's rank as last told
    """
    own, names = rows.part("account"), rows.names
    columns = (own[name] for name in ("owner", "tier", "language", "rank", "yearly_revenue"))
    for owner, tier, language, rank, revenue, before in zip(*columns, ranks_before, strict=True):
        named = names[tier]
        basis = "profile" if named else "value" if rank else ""
        shown = named or tiers[rank]
        yield Profile(names[owner], shown, names[language], basis, tiers[before], revenue)


def approaches(rows: Rows, fresh_ms: Sequence[int]) -> Iterator[Approach]:
    """Give how to approach each customer; `fresh_ms` is the latest event of each one's source."""
    own, contact = rows.part("account"), rows.part("contact")
    may = zip(own["withdrawn"], contact["opted_out"], contact["refused"], strict=True)
    by = zip(own["channel"], contact["answers_by"], strict=True)
    about = zip(own["region"], rows.part("survey")["matters"], strict=True)
    for fresh, (withdrawn, opted_out, refused), channels, (region, matters) in zip(
        fresh_ms, may, by, about, strict=True
    ):
        channel, known = _channel(*channels, refused)
        said = rows.name(matters)
        yield {
            "fresh_as_of": instant(fresh) if fresh else None,
            "outreach": not (opted_out or withdrawn & OUTREACH),
            "reduced": bool(withdrawn & ~OUTREACH),  # the intake lets none of those events through
            "channel": CHANNEL_NAMES[channel],
            "channel_from": known,
            "refused": tuple(_named(refused)) if refused else (),
            "region": rows.name(region),
            "matters": (said,) if said else (),
        }


def _channel(preferred: int, answered: int, refused: int) -> tuple[int, str]:
    # The one they prefer, else the last they answered on; neither if they do not want it any more.
    if preferred and not refused >> preferred & 1:
        return preferred, "preferred"
    if answered and not refused >> answered & 1:
        return answered, "answered"
    return 0, ""


def _named(refused: int) -> Iterator[str]:
    return (name for bit, name in enumerate(CHANNEL_NAMES) if refused >> bit & 1)

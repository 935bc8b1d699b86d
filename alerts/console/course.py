"""A customer's risk over time, as the console keeps and draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from alerts.contract import Contract, Instant
from alerts.handling import Band, TierSettings
from detectors.assessment import Assessment, Reason

UNASSIGNED = "unassigned"  # as on the desk's log: customers whom no profile gave an owner
WIDTH, HEIGHT = 640.0, 160.0
TOPS = (0.1, 0.2, 0.5, 1.0)  # risks that may be the top: most customers' are far below a half


class Point(Contract, frozen=True):
    """A customer's risk, 0 to 1, and band at an instant."""

    at: Instant
    risk: float
    band: str


class Standing(Contract, frozen=True, kw_only=True):
    """What was last said of a customer."""

    customer: str
    owner: str
    as_of: Instant
    risk: float
    band: str
    stage: str | None
    tier: str
    value: float
    value_at_risk: float
    basis: str
    reasons: tuple[Reason, ...]
    matters: tuple[str, ...] = ()
    channel: str = ""
    fresh_as_of: Instant | None = None


_assessments = msgspec.json.Decoder(Assessment)


def standing_of(customer: str, record: bytes) -> Standing:
    """Read an assessment off `churn.assessments`: what the console keeps of it."""
    told = _assessments.decode(record)
    return Standing(
        customer=customer,
        owner=told.owner or UNASSIGNED,
        as_of=told.as_of,
        risk=told.risk,
        band=told.band,
        stage=told.stage,
        tier=told.tier,
        value=told.value,
        value_at_risk=told.value_at_risk,
        basis=told.basis,
        reasons=told.reasons,
        matters=told.matters,
        channel=told.channel,
        fresh_as_of=told.fresh_as_of,
    )


def listed(standing: Standing, tiers: TierSettings) -> bool:
    """Say whether a customer belongs on the list of those to watch: worth a look, not a call."""
    bands: dict[str, Band] = {
        "calm": "calm",
        "watch": "watch",
        "at_risk": "at_risk",
        "critical": "critical",
    }
    band = "critical" if standing.stage == "decision" else bands[standing.band]
    return tiers.row(standing.tier)[band] == "list"


@dataclass(frozen=True)
class Drawing:
    """Points of a line in a box of `WIDTH` by `HEIGHT`; `grid` names its top and its middle."""

    line: str
    last: tuple[float, float]
    first_at: datetime
    last_at: datetime
    grid: tuple[tuple[float, str], ...]


def drawing(points: Sequence[Point]) -> Drawing | None:
    """Draw a risk that holds until the next word; None where there is nothing to compare.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 3, tzinfo=UTC)
    >>> drawn = drawing([Point(at[0], 0.0, "calm"), Point(at[1], 0.5, "at_risk")])
    >>> drawn.line
    '0.0,160.0 640.0,160.0 640.0,0.0'
    """
    if len(points) < 2:
        return None
    begin = points[0].at
    span_s = (points[-1].at - begin).total_seconds()
    if span_s <= 0:
        return None
    top = next((top for top in TOPS if all(point.risk <= top for point in points)), 1.0)
    corners: list[tuple[float, float]] = []
    for point in points:
        x = round((point.at - begin).total_seconds() / span_s * WIDTH, 1)
        if corners:
            corners.append((x, corners[-1][1]))
        corners.append((x, _height(point.risk / top)))
    grid = tuple((_height(share), f"{share * top:.0%}") for share in (0.5, 1.0))
    line = " ".join(f"{x},{y}" for x, y in corners)
    return Drawing(line, corners[-1], begin, points[-1].at, grid)


def _height(share: float) -> float:
    return round((1 - share) * HEIGHT, 1)

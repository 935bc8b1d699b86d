"""The customers: who they are, what they buy and how often, and who looks after them.

All of it is drawn once. What changes on the way (who looks after whom, which lines are still
bought) is copied into the `World`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I64, Mask
from streams.sources.simulate.chance import Chance, Sampled
from streams.sources.simulate.industry import (
    LINE_SHARE,
    LINES,
    MONITORING,
    REGIONS,
    SEGMENT_SHARE,
    SEGMENTS,
    SERVICE,
    TIERS,
)
from streams.sources.simulate.shape import Shape

LATER = 0.08  # share who join during the run
CHINESE = 0.55
FOOD = SEGMENTS.index("food")
LINKED = 0.25  # share of customers who are a link of the chain to others


@dataclass(frozen=True)
class Customers:
    """All customers by number; arrays have shape (n,) unless said otherwise.

    `revenue` is yearly EUR, `gap_days` the usual days between orders, `lines` (n, n_lines) what
    they buy. `pause_from` is the day of the year on which an agreed seasonal pause begins, -1
    without one. `depth` (0 to 1) says how much of the way out shows in what they buy, `frail`
    (log odds) how easily they are pushed at all, `quiet` who leaves without a word.
    `links` has rows (supplier, customer).
    """

    ids: tuple[str, ...]
    joined: I64
    segment: I64
    region: I64
    tier: I64
    owner: I64
    chinese: Mask
    revenue: F64
    gap_days: F64
    order_eur: F64
    lines: Mask
    season: F64
    pause_from: I64
    pause_days: I64
    contract: Mask
    renewal: I64
    auto_renew: Mask
    charged: Mask
    portal: F64
    member: Mask
    depth: F64
    frail: F64
    quiet: Mask
    open_hours: I64
    links: NDArray[np.int64]

    def __len__(self) -> int:
        """Count them."""
        return len(self.ids)


def customers(shape: Shape, chance: Chance) -> Customers:
    """Draw the customers of a run."""
    draw, n = chance.of("population"), shape.n_customers
    lines = _lines(draw, n)
    revenue = np.exp(draw.normal(10.4, 1.1, n))
    gap_days = np.minimum(np.maximum(np.exp(draw.normal(3.0, 0.55, n)), 6.0), 75.0)
    segment = draw.choice(len(SEGMENTS), n, p=SEGMENT_SHARE)
    contract = draw.random(n) < 0.55
    chinese = draw.random(n) < CHINESE
    joined = np.zeros(n, np.int64)
    later = n - int(n * LATER)
    joined[later:] = np.sort(draw.integers(shape.warm_up_days, shape.n_days - 60, n - later))
    paused = (segment == FOOD) & (draw.random(n) < 0.35)
    return Customers(
        ids=tuple(f"C{number:05d}" for number in range(1, n + 1)),
        joined=joined,
        segment=segment,
        region=draw.choice(len(REGIONS), n, p=(0.22, 0.28, 0.22, 0.18, 0.1)),
        tier=_tiers(revenue),
        owner=draw.integers(0, shape.n_managers, n),
        chinese=chinese,
        revenue=revenue,
        gap_days=gap_days,
        order_eur=revenue * gap_days / 365,
        lines=lines,
        season=draw.uniform(0.0, 0.35, n),
        pause_from=np.where(paused, draw.integers(0, 365, n), -1),
        pause_days=draw.integers(35, 56, n),
        contract=contract,
        renewal=joined + draw.integers(30, 395, n),
        auto_renew=contract & (draw.random(n) < 0.7),
        charged=draw.random(n) < 0.35,
        portal=np.where(draw.random(n) < 0.65, np.exp(draw.normal(-1.9, 0.6, n)), 0.0),
        member=draw.random(n) < 0.4,
        depth=draw.beta(2.6, 1.0, n),
        frail=draw.normal(0.0, 0.5, n),
        quiet=draw.random(n) < 0.35,
        open_hours=np.where(chinese, 0, 7),  # from then on, UTC, for ten hours
        links=_links(draw, n),
    )


def _lines(draw: Sampled, n: int) -> Mask:
    lines = draw.random((n, len(LINES))) < np.array(LINE_SHARE)
    # Everybody buys goods: who would have none buys spares.
    goods = lines.copy()
    goods[:, (MONITORING, SERVICE)] = False
    lines[~goods.any(axis=1), LINES.index("spares")] = True
    return lines


def _tiers(revenue: F64) -> I64:
    """Give 0 top, 1 middle, 2 base: a tenth, three tenths, the rest."""
    middle, top = np.quantile(revenue, (0.6, 0.9))
    tier: I64 = np.where(revenue >= top, 0, np.where(revenue >= middle, 1, 2))
    assert len(TIERS) == 3
    return tier


def _links(draw: Sampled, n: int) -> NDArray[np.int64]:
    ends = draw.integers(0, n, (int(n * LINKED), 2))
    pairs: NDArray[np.int64] = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    return pairs

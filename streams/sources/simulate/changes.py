"""The company's own changes, its market's and its people's: each hits many customers at once.

What happens when is in `PLAN`, as shares of the watched time. A change pushes those whom it
hits, from its announcement on; some of them are planted, so that each cause loses somebody.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from detectors.arrays import I64, Mask
from streams.events.changes import (
    CompetitorEntered,
    Departure,
    Entry,
    ManagerLeft,
    MinimumOrderRaised,
    OfferRepositioned,
    PolicyChange,
    PolicyChanged,
    PriceChange,
    PriceChanged,
    RaisedMinimum,
    Repositioning,
)
from streams.events.envelope import AnyEvent, Data
from streams.events.profiles import Profile
from streams.log_rows import event_hash
from streams.sources.simulate.diary import moment
from streams.sources.simulate.identity import PROFILE
from streams.sources.simulate.industry import (
    CURRENCY,
    ENDED_LINE,
    ENTRANT,
    LINES,
    MANAGERS,
    OFFICE,
    REGIONS,
    SEGMENTS,
)
from streams.sources.simulate.shape import DAY_MS, HOUR_MS
from streams.sources.simulate.troubles import plant
from streams.sources.simulate.world import World
from streams.sources.truth import Change

EFFECTIVE_DAYS = 30
HANDOVER_DAYS = (2, 20)
PLAN_TEXT = "Prices of open orders stay. Your account manager answers questions and exceptions."
# Typical push of those hit; each customer's own is from half of it to one and a half.
PUSH = {
    "competition.entered": 0.8, "change.policy": 0.9, "change.repositioned": 1.3,
    "change.line_ended": 1.1, "change.threshold": 1.2, "relation.manager_left": 0.9,
    "relation.poached": 1.5,
}  # fmt: skip


class Changes:
    """Announces the changes on their days and pushes those whom they hit."""

    def __init__(self, world: World) -> None:
        self._world = world
        plan: tuple[tuple[float, Callable[[], None]], ...] = (
            (0.06, partial(self._manager, 0, poached=False)),
            (0.14, self._entry),
            (0.24, self._price),
            (0.33, self._policy),
            (0.42, self._moved),
            (0.52, self._minimum),
            (0.6, self._line_ended),
            (0.66, partial(self._manager, 1, poached=True)),
            (0.78, partial(self._manager, 2, poached=False)),
        )
        for share, change in plan:
            world.diary.later(world.shape.day_at(share), change)

    def _entry(self) -> None:
        region, reason = REGIONS.index("east"), "competition.entered"
        cohort = self._world.region == region
        data = Entry(region="east", competitor=ENTRANT)
        self._announce(CompetitorEntered, data, reason, cohort)
        self._hit(reason, cohort, self._world.customers.region == region)

    def _price(self) -> None:
        line = LINES.index("spares")
        effective = moment(self._world.now_ms + EFFECTIVE_DAYS * DAY_MS)
        data = PriceChange(line="spares", by_share=0.08, effective_at=effective, plan=PLAN_TEXT)
        cohort, first = self._world.lines[:, line], self._world.customers.lines[:, line]
        self._announce(PriceChanged, data, "change.policy", cohort)
        self._hit("change.policy", cohort, first, 0.5)

    def _policy(self) -> None:
        segment = SEGMENTS.index("electronics")
        effective = moment(self._world.now_ms + EFFECTIVE_DAYS * DAY_MS)
        data = PolicyChange(segment="electronics", policy="bundling", effective_at=effective)
        cohort = self._world.customers.segment == segment
        self._announce(PolicyChanged, data, "change.policy", cohort)
        self._hit("change.policy", cohort, cohort)

    def _moved(self) -> None:
        segment = SEGMENTS.index("food")
        cohort = self._world.customers.segment == segment
        data = Repositioning(segment="food", detail="moved")
        self._announce(OfferRepositioned, data, "change.repositioned", cohort)
        self._hit("change.repositioned", cohort, cohort)

    def _line_ended(self) -> None:
        line = LINES.index(ENDED_LINE)
        effective = moment(self._world.now_ms + 2 * EFFECTIVE_DAYS * DAY_MS)
        data = Repositioning(
            line=ENDED_LINE, detail="line_ended", effective_at=effective, plan=PLAN_TEXT
        )
        cohort, first = self._world.lines[:, line].copy(), self._world.customers.lines[:, line]
        self._announce(OfferRepositioned, data, "change.line_ended", cohort)
        self._hit("change.line_ended", cohort, first)
        last_day = self._world.day + 2 * EFFECTIVE_DAYS
        self._world.diary.later(last_day, partial(self._stop_selling, line))

    def _stop_selling(self, line: int) -> None:
        """Sell the line no more; who bought nothing else buys spares for a while."""
        lines = self._world.lines
        lines[:, line] = False
        lines[~lines.any(axis=1), LINES.index("spares")] = True

    def _minimum(self) -> None:
        threshold = round(float(np.quantile(self._world.customers.order_eur, 0.15)), -1)
        data = RaisedMinimum(detail="minimum_order", threshold=threshold, currency=CURRENCY)
        cohort = self._world.customers.order_eur < threshold
        self._announce(MinimumOrderRaised, data, "change.threshold", cohort)
        self._hit("change.threshold", cohort, cohort)

    def _manager(self, place: int, *, poached: bool) -> None:
        """Let the manager with the largest book but `place` go, and others take it over."""
        world = self._world
        n_managers = world.shape.n_managers
        books = np.bincount(world.owner, minlength=n_managers)
        leaver = int(np.argsort(-books, kind="stable")[min(place, n_managers - 1)])
        successor = int(np.argmin(np.where(books == 0, books.max() + 1, books)))
        name, next_name = MANAGERS[leaver], MANAGERS[successor]
        data = Departure(owner=name, joined_competitor=poached, successor=next_name)
        book = world.owner == leaver
        reason = "relation.poached" if poached else "relation.manager_left"
        self._announce(ManagerLeft, data, reason, book)
        self._hit(reason, book, world.customers.owner == leaver)
        draw = world.chance.of("handover", world.day)
        for who in np.flatnonzero(book).tolist():
            world.owner[who] = successor
            at_ms = world.now_ms + int(draw.integers(*HANDOVER_DAYS)) * DAY_MS + 9 * HOUR_MS
            profile = PROFILE.on(world.customers.ids[who], at_ms, Profile(owner=next_name))
            world.diary.note(at_ms, profile)

    def _announce(self, struct: type[AnyEvent], data: Data, reason: str, cohort: Mask) -> None:
        world, at_ms = self._world, self._world.now_ms + 8 * HOUR_MS
        word = struct.__struct_config__.tag
        event = struct(
            specversion="1.0",
            id=f"{word}/{at_ms}",
            source=OFFICE,
            time=moment(at_ms),
            data=data,
        )
        world.diary.note(at_ms, event)
        hit = np.flatnonzero(cohort & world.present).tolist()
        left = data if isinstance(data, Departure) else None
        change = Change(
            id=f"{event_hash(event):016x}",
            at_ms=at_ms,
            reason=reason,
            customers=frozenset(world.customers.ids[who] for who in hit),
            owner=left.owner if left else None,
            successor=left.successor if left else None,
        )
        world.truth.changes.append(change)

    def _hit(self, reason: str, cohort: Mask, first: Mask, share: float = 1.0) -> None:
        """Push a cohort, and the first time plant some of those who were in it from the `first`.

        Whom to plant is drawn among what was so at the beginning: what has become of somebody
        since then must not change whom else it falls on.
        """
        world = self._world
        draw = world.chance.of(reason, world.day)
        felt = draw.uniform(0.5, 1.5, len(cohort)) * share * cohort
        world.press(reason, slice(None), PUSH[reason] * felt)
        if reason not in world.truth.planted:
            among: I64 = np.flatnonzero(first & (world.customers.joined == 0))
            n_planted = min(world.shape.n_planted + 1, len(among))
            who = draw.choice(among, n_planted, replace=False)
            plant(world, reason, who[(cohort & world.present)[who]], world.day + 1)

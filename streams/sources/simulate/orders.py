"""Orders: each customer in their own rhythm, of the lines they buy."""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import F64, I64
from streams.events.activity import Purchase, PurchaseMade
from streams.events.envelope import AnyEvent
from streams.sources.simulate.causes import cause_of
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.identity import Identities
from streams.sources.simulate.industry import CURRENCY, ERP, LINE_PRICE, LINES
from streams.sources.simulate.world import World

PURCHASE = Stamp(PurchaseMade, ERP)
ALSO = 0.3  # chance that another line the customer buys is in an order
EVENNESS_MAX = 2.0  # how much likelier an order gets as it becomes overdue
WORKDAYS = 7 / 5
_SPREAD, _POACHED = cause_of("decline.spread"), cause_of("relation.poached")
_WEIGHTS = np.sqrt(np.array(LINE_PRICE))


@dataclass(frozen=True)
class Order:
    """An order of today: whose, what, and under which id and reference it is known."""

    who: int
    subject: str
    at_ms: int
    amount: float
    lines: tuple[int, ...]
    reference: str


def step(world: World, busy: F64, identities: Identities) -> list[Order]:
    """Let customers order; `busy` is today's `activity.factor`."""
    if not world.weekday:
        return []
    u = world.chance.uniform("orders", world.day, 6 + len(LINES))
    people = world.customers
    gaps = (world.day - world.last_order) / people.gap_days
    chance = busy * WORKDAYS / people.gap_days * np.minimum(1.35 * gaps, EVENNESS_MAX)
    # A manager who went to a rival takes orders along, while use and need go on.
    chance /= 1 + 0.25 * world.push[_POACHED]
    # Who spreads orders over several suppliers gives us the smaller and less regular part.
    kept = 1 / (1 + 0.5 * world.push[_SPREAD])
    orders = []
    for who in np.flatnonzero(u[0] < chance).tolist():
        world.last_order[who] = world.day
        share = float(np.exp(0.7 * (u[1, who] + u[2, who] + u[3, who] - 1.5)) * kept[who])
        lines = _lines(world, who, u[6:, who])
        at_ms = world.working_ms(who, float(u[4, who]))
        subject = identities.ordering(who, float(u[5, who]))
        reference = f"O-{subject}-{world.day}"
        amount = round(float(people.order_eur[who]) * share, 2)
        orders.append(Order(who, subject, at_ms, amount, lines, reference))
    for order in orders:
        world.diary.note(order.at_ms, _purchase(order))
    return orders


def _lines(world: World, who: int, u: F64) -> tuple[int, ...]:
    owned: I64 = np.flatnonzero(world.lines[who])
    if not len(owned):
        return ()
    # The dearer lines come more seldom than cheap ones; one is always in it.
    first = owned[np.argmin(u[owned] * _WEIGHTS[owned])]
    return tuple(int(line) for line in owned if line == first or u[line] < ALSO)


def _purchase(order: Order) -> AnyEvent:
    return PURCHASE.on(
        order.subject,
        order.at_ms,
        Purchase(
            amount=order.amount,
            currency=CURRENCY,
            quantity=float(1 + len(order.lines)),
            lines=tuple(LINES[line] for line in order.lines),
            reference=order.reference,
        ),
    )

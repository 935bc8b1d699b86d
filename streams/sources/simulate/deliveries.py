"""Deliveries: on time, late, short or defect, some days after the order."""

from functools import partial
from typing import Literal

import numpy as np

from streams.events.activity import Delivery, DeliveryMade, GoodsReturned, Return
from streams.sources.simulate.causes import cause_of
from streams.sources.simulate.chance import picked
from streams.sources.simulate.complaints import Complaints
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CURRENCY, ERP, LINES, LOGISTICS, MONITORING
from streams.sources.simulate.orders import Order
from streams.sources.simulate.shape import DAY_MS
from streams.sources.simulate.world import World

DELIVERY, RETURNED = Stamp(DeliveryMade, LOGISTICS), Stamp(GoodsReturned, ERP)
Outcome = Literal["on_time", "late", "short", "defect"]
OUTCOMES: tuple[Outcome, ...] = ("on_time", "late", "short", "defect")
SHARES = np.array([0.90, 0.06, 0.02, 0.02])
# What each unit of push makes more of: the trouble is the same that the customer feels.
BY_DELIVERY = np.array([0.0, 0.16, 0.05, 0.0])
BY_QUALITY = np.array([0.0, 0.0, 0.01, 0.16])
COMPLAINS = {"late": 0.12, "short": 0.2, "defect": 0.3}
HURTS = {"late": 0.15, "short": 0.2, "defect": 0.25}
SENT_BACK = 0.45  # of defect goods
_DELIVERY, _QUALITY = cause_of("service.delivery"), cause_of("product.quality")


class Deliveries:
    """Sends what was ordered; it arrives in some days."""

    def __init__(self, world: World, complaints: Complaints) -> None:
        self._world, self._complaints = world, complaints

    def step(self, orders: list[Order]) -> None:
        """Send what was ordered today."""
        world = self._world
        u = world.chance.uniform("deliveries", world.day, 5)
        for order in orders:
            if all(line == MONITORING for line in order.lines):
                continue
            who = order.who
            shares = SHARES + BY_DELIVERY * world.push[_DELIVERY, who]
            shares += BY_QUALITY * world.push[_QUALITY, who]
            outcome = OUTCOMES[picked(float(u[0, who]), shares.tolist())]
            late = 1 + int(8 * u[1, who] ** 2) if outcome == "late" else 0
            days = 3 + int(4 * u[2, who]) + late
            at_ms = order.at_ms + days * DAY_MS
            data = Delivery(
                outcome=outcome,
                days_late=float(late) if late else None,
                line=LINES[order.lines[0]],
                reference=order.reference,
            )
            world.diary.note(at_ms, DELIVERY.on(order.subject, at_ms, data))
            if outcome != "on_time":
                felt = partial(self._arrives, order, outcome, u[3:, who].tolist())
                world.diary.later(world.day + days, felt)

    def _arrives(self, order: Order, outcome: Outcome, u: list[float]) -> None:
        world, who = self._world, order.who
        if not world.present[who]:
            return
        quality = outcome == "defect"
        world.press("product.quality" if quality else "service.delivery", who, HURTS[outcome])
        if quality and u[1] < SENT_BACK:
            at_ms = world.working_ms(who, u[1] / SENT_BACK) + DAY_MS
            data = Return(
                amount=round(order.amount * 0.5, 2), currency=CURRENCY, reference=order.reference
            )
            world.diary.note(at_ms, RETURNED.on(order.subject, at_ms, data))
        if u[0] < COMPLAINS[outcome]:
            line = LINES[order.lines[0]]
            self._complaints.open(who, "product" if quality else "delivery", line)

"""Use of what is digital: the portal, the monitoring service, and the points programme."""

import numpy as np

from detectors.arrays import F64
from streams.events.activity import (
    Login,
    LoginMade,
    ProgrammeUse,
    ProgrammeUsed,
    Usage,
    UsageRecorded,
)
from streams.sources.simulate.causes import cause_of
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM, LINES, MONITORING, PORTAL
from streams.sources.simulate.orders import Order
from streams.sources.simulate.world import World

LOGIN, USAGE = Stamp(LoginMade, PORTAL), Stamp(UsageRecorded, PORTAL)
PROGRAMME = Stamp(ProgrammeUsed, CRM)
ACTIVE = 0.41  # of the members of a programme, as the domain has it
SPENDS = 0.06  # of their orders are also a day on which points are spent
_GAP, _MIGRATION = cause_of("technology.digital_gap"), cause_of("technology.migration")


class Digital:
    """Logins on any day, use once a week, points with orders."""

    def __init__(self, world: World) -> None:
        self._world = world
        draw, n = world.chance.of("digital"), len(world.customers)
        self._usual: F64 = np.exp(draw.normal(4.0, 0.8, n))
        self._active = world.customers.member & (draw.random(n) < ACTIVE)
        self.points: F64 = np.zeros(n)

    def step(self, busy: F64, orders: list[Order]) -> None:
        """Let customers use what is digital; `busy` is today's `activity.factor`."""
        world = self._world
        u = world.chance.uniform("digital", world.day, 5)
        # Who dislikes the portal or moves to another system is seen there less.
        kept = 1 / (1 + 0.35 * (world.push[_GAP] + world.push[_MIGRATION]))
        rate = world.customers.portal * busy * kept * (1.0 if world.weekday else 0.15)
        for who in np.flatnonzero(u[0] < rate).tolist():
            at_ms = world.working_ms(who, float(u[1, who]))
            channel = Login(channel="portal" if u[2, who] < 0.8 else "app")
            world.diary.note(at_ms, LOGIN.on(world.customers.ids[who], at_ms, channel))
        self._use(busy * kept, u[3:])
        for order in orders:
            if self._active[order.who]:
                self._earn(order, float(u[4, order.who]))

    def cash(self, who: int, at_ms: int) -> None:
        """Spend all points at once, as somebody does who will not come back."""
        points = float(self.points[who])
        if points > 0:
            self.points[who] = 0.0
            data = ProgrammeUse(points_spent=points, balance=0.0)
            event = PROGRAMME.on(self._world.customers.ids[who], at_ms, data, "/all")
            self._world.diary.note(at_ms, event, who)

    def _use(self, busy: F64, u: F64) -> None:
        world = self._world
        numbers = np.arange(len(busy))
        today = world.lines[:, MONITORING] & (numbers % 7 == world.day % 7) & (busy > 0)
        for who in np.flatnonzero(today).tolist():
            amount = float(self._usual[who] * busy[who] * (0.6 + 0.8 * u[0, who]))
            at_ms = world.working_ms(who, float(u[1, who]))
            data = Usage(amount=round(amount, 1), unit="hour", line=LINES[MONITORING])
            world.diary.note(at_ms, USAGE.on(world.customers.ids[who], at_ms, data))

    def _earn(self, order: Order, u: float) -> None:
        who, earned = order.who, float(round(order.amount / 10))
        spent = float(round(self.points[who] * 0.5)) if u < SPENDS else 0.0
        self.points[who] += earned - spent
        data = ProgrammeUse(
            points_earned=earned,
            points_spent=spent,
            balance=float(self.points[who]),
            reference=order.reference,
        )
        event = PROGRAMME.on(self._world.customers.ids[who], order.at_ms + 1, data)
        self._world.diary.note(order.at_ms + 1, event)

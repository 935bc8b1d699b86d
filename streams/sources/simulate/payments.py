"""Payments: a monthly invoice or charge, mostly paid, sometimes late, failed or disputed.

A charge that fails is tried again; whoever cannot be charged at the last attempt is let go by
rule, a customer who never chose to leave.
"""

from functools import partial

import numpy as np

from detectors.arrays import F64
from streams.events.envelope import AnyEvent
from streams.events.payments import (
    Dispute,
    FailedPayment,
    InvoiceDisputed,
    Payment,
    PaymentDue,
    PaymentFailed,
    PaymentPaid,
    PaymentRecovered,
)
from streams.sources.simulate.causes import Stage, cause_of
from streams.sources.simulate.diary import OURS, Stamp, moment
from streams.sources.simulate.industry import BILLING, CURRENCY
from streams.sources.simulate.leaving import Leaving
from streams.sources.simulate.orders import Order
from streams.sources.simulate.shape import DAY_MS
from streams.sources.simulate.world import World

DUE, PAID = Stamp(PaymentDue, BILLING), Stamp(PaymentPaid, BILLING)
FAILED, RECOVERED = Stamp(PaymentFailed, BILLING), Stamp(PaymentRecovered, BILLING)
DISPUTED = Stamp(InvoiceDisputed, BILLING)
CYCLE_DAYS = 28
TERM_DAYS = 14
LATE = 0.1
FAILS = 0.02  # of monthly charges
ATTEMPT_DAYS = (0, 3, 7, 14)  # after the first; the last one is final
RECOVERS = (0.6, 0.5, 0.4)  # chance that the second, third, fourth attempt works
ENDS_AFTER_DAYS = 5  # from the last attempt to the end of the account
_STRAINED, _DISPUTED = cause_of("payment.strained"), cause_of("payment.disputed")
_CAUSE = cause_of("payment.failed")


class Payments:
    """Bills what was ordered, and takes or misses the money."""

    def __init__(self, world: World, leaving: Leaving) -> None:
        self._world, self._leaving = world, leaving
        n = len(world.customers)
        self._open_eur: F64 = np.zeros(n)
        self._failing = np.zeros(n, np.int8)  # attempts that have failed, while they do
        self._doomed = np.zeros(n, np.bool_)
        self._plant()

    @property
    def risk_30d(self) -> F64:
        """Give the chance that the attempts still to come all fail, shape (n,)."""
        left = np.cumprod(1 - np.array(RECOVERS)[::-1])[::-1]
        chance = np.array([0.0, *left, 1.0])[self._failing]
        return np.where(self._doomed & (self._failing > 0), 1.0, chance)

    def step(self, orders: list[Order]) -> None:
        """Bill a part of the customers today."""
        world = self._world
        for order in orders:
            self._open_eur[order.who] += order.amount
        u = world.chance.uniform("payments", world.day, 6)
        numbers = np.arange(len(world.customers))
        billed = (self._open_eur > 0) & (numbers % CYCLE_DAYS == world.day % CYCLE_DAYS)
        for who in np.flatnonzero(billed).tolist():
            amount, self._open_eur[who] = round(float(self._open_eur[who]), 2), 0.0
            reference = f"I-{world.customers.ids[who]}-{world.day}"
            if world.customers.charged[who]:
                self._charge(who, amount, reference, float(u[0, who]))
            else:
                self._invoice(who, amount, reference, u[:, who])

    def _invoice(self, who: int, amount: float, reference: str, u: F64) -> None:
        world, customer = self._world, self._world.customers.ids[who]
        due_ms = world.working_ms(who, float(u[3])) + TERM_DAYS * DAY_MS
        strain = world.push[_STRAINED, who]
        late = u[1] < LATE + 0.35 * strain
        days = 1 + (5 + 9 * strain) * u[2] if late else -6.0 * u[2]
        data = Payment(amount=amount, currency=CURRENCY, due_at=moment(due_ms), reference=reference)
        world.diary.note(due_ms, DUE.on(customer, due_ms, data))
        paid_ms = due_ms + int(days * DAY_MS)
        world.diary.note(paid_ms, PAID.on(customer, paid_ms, data))
        if u[4] < 0.006 + 0.5 * world.push[_DISPUTED, who]:
            at_ms = due_ms - int(u[5] * 10 * DAY_MS)
            wrong = Dispute(
                amount=round(amount * 0.3, 2),
                currency=CURRENCY,
                reason="price",
                reference=reference,
            )
            world.diary.note(at_ms, DISPUTED.on(customer, at_ms, wrong), who)

    def _charge(self, who: int, amount: float, reference: str, u: float) -> None:
        """Take the money, or begin the attempts."""
        world = self._world
        fails = u < FAILS + 0.06 * world.push[_STRAINED, who]
        if self._failing[who]:
            return
        if fails or self._doomed[who]:
            self._attempt(who, amount, reference, 0)
        else:
            at_ms = world.working_ms(who, u)
            data = Payment(amount=amount, currency=CURRENCY, reference=reference)
            self._note(PAID.on(world.customers.ids[who], at_ms, data), at_ms)

    def _attempt(self, who: int, amount: float, reference: str, number: int) -> None:
        """Try to charge; `number` 0 is the first attempt, which is known to have failed."""
        world, customer = self._world, self._world.customers.ids[who]
        if not world.present[who]:
            return
        draw = world.chance.of("charge", world.day, who)
        at_ms = world.working_ms(who, draw.random())
        if number and not self._doomed[who] and draw.random() < RECOVERS[number - 1]:
            self._failing[who] = 0
            data = Payment(amount=amount, currency=CURRENCY, reference=reference)
            self._note(RECOVERED.on(customer, at_ms, data), at_ms)
            return
        final = number + 1 == len(ATTEMPT_DAYS)
        self._failing[who] = number + 1
        failed = FailedPayment(
            amount=amount,
            currency=CURRENCY,
            attempt=number + 1,
            failure="hard" if draw.random() < 0.2 else "soft",
            final=final,
            reference=reference,
        )
        self._note(FAILED.on(customer, at_ms, failed), at_ms)
        if final:
            world.diary.later(world.day + ENDS_AFTER_DAYS, partial(self._end, who))
        else:
            days = ATTEMPT_DAYS[number + 1] - ATTEMPT_DAYS[number]
            again = partial(self._attempt, who, amount, reference, number + 1)
            world.diary.later(world.day + days, again)

    def _end(self, who: int) -> None:
        world = self._world
        self._failing[who], self._doomed[who] = 0, False
        if world.present[who]:
            # Who had decided to go did not leave over the money.
            decided = world.stage[who] == Stage.DECIDING
            self._leaving.leave(who, int(world.cause[who]) if decided else _CAUSE)

    def _note(self, event: AnyEvent, at_ms: int) -> None:
        self._world.diary.note(at_ms, event, OURS)

    def _plant(self) -> None:
        """Choose some who will not be able to pay."""
        world = self._world
        draw, people = world.chance.of("planted payments"), world.customers
        among = np.flatnonzero(people.charged & (people.joined == 0) & (people.gap_days < 25))
        who = draw.choice(among, min(world.shape.n_planted, len(among)), replace=False)
        day = world.shape.day_at(draw.uniform(0.1, 0.7))
        world.diary.later(day, partial(self._doomed.__setitem__, who, True))
        world.truth.planted["payment.failed"] = [people.ids[one] for one in who]

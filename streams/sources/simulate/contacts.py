"""Contacts in both directions: managers who care for their books, customers who ask.

Top and middle customers hear from us at their tier's pace; neglected ones do not, and that
pushes them. Who is on the way out answers less and less, and asks less.
"""

import numpy as np

from streams.events.contacts import Contact, ContactMade, ContactOptedOut, OptOut
from streams.events.vocabulary import Channel, ContactReason, ValueItem
from streams.sources.simulate.causes import Stage, cause_of
from streams.sources.simulate.chance import picked
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM
from streams.sources.simulate.world import World

CONTACT, OPT_OUT = Stamp(ContactMade, CRM), Stamp(ContactOptedOut, CRM)
CARE_DAYS = np.array([26, 50, 130])  # by tier: a little within the floor of the domain
FLOOR_DAYS = np.array([30, 60, 400])
ANSWERS = (0.72, 0.6, 0.42, 0.25, 0.0)  # by stage
ASKS_YEARLY = 4.0
ANSWERED_BY_US = 0.93
OPTS_OUT = np.array([0.02, 0.05, 0.1, 0.15, 0.0]) / 365  # chance a day, by stage
NEGLECTED = 0.05  # share of top and middle customers whom nobody calls for half a year
OUT_CHANNELS: tuple[Channel, ...] = ("phone", "email", "visit", "message")
IN_CHANNELS: tuple[Channel, ...] = ("phone", "email", "chat", "portal")
IN_REASONS: tuple[ContactReason, ...] = ("question", "order", "service", "other")
VALUES: tuple[ValueItem | None, ...] = ("training", "certificate", "finding", "terms", None)
_COOL, _NEGLECT = cause_of("service.indifference"), cause_of("relation.neglect")


class Contacts:
    """Lets managers call and customers ask."""

    def __init__(self, world: World) -> None:
        self._world = world
        draw, people = world.chance.of("neglect"), world.customers
        n = len(people)
        chosen = (people.tier < 2) & (draw.random(n) < NEGLECTED)
        self._quiet_from = np.where(chosen, draw.integers(0, world.shape.n_days, n), 9_999)
        self._opted_out = np.zeros(n, np.bool_)

    def step(self) -> None:
        """Contact and be contacted today."""
        world = self._world
        u = world.chance.uniform("contacts", world.day, 8)
        self._feel_neglect()
        if world.weekday:
            self._call(u)
            self._ask(u)
        leaves_list = world.present & ~self._opted_out & (u[7] < OPTS_OUT[world.stage])
        for who in np.flatnonzero(leaves_list).tolist():
            self._opted_out[who] = True
            at_ms = world.working_ms(who, float(u[3, who]))
            event = OPT_OUT.on(world.customers.ids[who], at_ms, OptOut(channel="email"))
            world.diary.note(at_ms, event, who)

    def _call(self, u: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        world, people = self._world, self._world.customers
        waited = world.day - world.last_contact
        quiet = (world.day - self._quiet_from >= 0) & (world.day - self._quiet_from < 180)
        quiet |= world.push[_NEGLECT] > 2.5
        due = (waited > 0.8 * CARE_DAYS[people.tier]) & ~quiet & ~self._opted_out
        for who in np.flatnonzero(world.present & due & (u[0] < 0.22)).tolist():
            world.last_contact[who] = world.day
            at_ms = world.working_ms(who, float(u[1, who]))
            customer = people.ids[who]
            data = Contact(
                direction="out",
                channel=OUT_CHANNELS[picked(float(u[2, who]), (0.45, 0.3, 0.15, 0.1))],
                reason="care",
                value_item=VALUES[picked(float(u[3, who]), (0.2, 0.1, 0.3, 0.2, 0.2))],
                answered=bool(u[4, who] < ANSWERS[world.stage[who]]),
                contact_id=f"call-{customer}-{world.day}",
            )
            world.diary.note(at_ms, CONTACT.on(customer, at_ms, data, "/out"))

    def _ask(self, u: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        world = self._world
        rate = world.present * ASKS_YEARLY / 260 * np.array((1.0, 1.1, 0.8, 0.5, 0.0))[world.stage]
        cool = np.minimum(world.push[_COOL], 2.5)
        for who in np.flatnonzero(u[5] < rate * (1 + 0.4 * cool)).tolist():
            at_ms = world.working_ms(who, float(u[6, who]))
            data = Contact(
                direction="in",
                channel=IN_CHANNELS[picked(float(u[2, who]), (0.4, 0.4, 0.1, 0.1))],
                reason=IN_REASONS[picked(float(u[3, who]), (0.4, 0.25, 0.25, 0.1))],
                answered=bool(u[4, who] < ANSWERED_BY_US - 0.25 * cool[who]),
            )
            world.diary.note(at_ms, CONTACT.on(world.customers.ids[who], at_ms, data, "/in"))

    def _feel_neglect(self) -> None:
        world, tier = self._world, self._world.customers.tier
        over = world.day - world.last_contact > 1.5 * FLOOR_DAYS[tier]
        felt = over & world.present & (world.stage < Stage.DECIDING)
        world.press("relation.neglect", felt, 0.02)

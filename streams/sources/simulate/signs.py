"""Signs of the way out: what customers say and do as they come to a stage, some days later.

Every cause has signs of its own, and every stage has some that any customer may show. Whoever
leaves without a word shows few; whoever turns back shows no more of them.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from streams.events.contacts import Contact, ContactMade
from streams.events.profiles import Profile
from streams.sources.simulate import market
from streams.sources.simulate.causes import CAUSES, NO_CAUSE, Stage, cause_of
from streams.sources.simulate.contracts import Contracts
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.identity import PROFILE
from streams.sources.simulate.industry import CRM, REGIONS
from streams.sources.simulate.usage import Digital
from streams.sources.simulate.world import World

CONTACT = Stamp(ContactMade, CRM)
FACTS = frozenset({"moves", "line_lost", "line_changed"})  # nobody has to say these
QUIET = 0.25  # what is left of a sign's chance in those who go without a word
# After coming to a stage; who decides does it within a week or two.
WITHIN_DAYS = {Stage.AWARE: 18, Stage.CONSIDERING: 18, Stage.DECIDING: 6}
A, C, D = Stage.AWARE, Stage.CONSIDERING, Stage.DECIDING


@dataclass(frozen=True)
class Sign:
    """Something shown at a stage, with its chance."""

    stage: Stage
    word: str
    chance: float


ANY = (
    Sign(A, "named", 0.06),
    Sign(C, "discount", 0.16),
    Sign(C, "quoted", 0.12),
    Sign(C, "auto_renew_off", 0.12),
    Sign(C, "downgraded", 0.08),
    Sign(C, "shortened", 0.05),
    Sign(C, "line_lost", 0.15),
    Sign(D, "cancellation", 0.45),
    Sign(D, "cash", 0.3),
    Sign(D, "port_out", 0.12),
)
# By reason id, or by group where all of it shows alike.
OWN = {
    "service": (Sign(A, "asks", 0.4), Sign(C, "named", 0.15)),
    "competition": (Sign(A, "named", 0.35), Sign(C, "quoted", 0.4), Sign(D, "quoted", 0.3)),
    "competition.price": (Sign(A, "discount", 0.4), Sign(C, "discount", 0.4)),
    # There is no other sign of it than what they say.
    "competition.recommended": (Sign(A, "named", 0.8), Sign(C, "named", 0.6)),
    "competition.substitute": (Sign(A, "substitute", 0.5), Sign(C, "substitute", 0.4)),
    "need.changed": (Sign(A, "line_changed", 0.6), Sign(C, "line_lost", 0.4)),
    "need.moved": (Sign(A, "moves", 0.9),),
    "technology": (Sign(C, "exported", 0.45), Sign(D, "port_out", 0.5)),
    "technology.migration": (Sign(A, "substitute", 0.2), Sign(D, "exported", 0.5)),
    "change": (Sign(A, "asks", 0.4), Sign(C, "shortened", 0.1)),
    "relation": (Sign(C, "quoted", 0.2),),
    "product.fit": (Sign(A, "named", 0.2), Sign(C, "line_lost", 0.4)),
    "decline.spread": (Sign(C, "line_lost", 0.3),),
    "decline.line_lost": (Sign(A, "line_lost", 0.8), Sign(C, "line_lost", 0.6)),
}


class Signs:
    """Puts down what customers will show, and lets them show it unless they have turned back."""

    def __init__(self, world: World, contracts: Contracts, digital: Digital) -> None:
        self._world, self._contracts, self._digital = world, contracts, digital
        self._porting: set[int] = set()

    def step(self) -> None:
        """Look at who came to a stage, and put down what follows."""
        world = self._world
        for who, stage in world.entered:
            if stage in {Stage.CONTENT, Stage.CONSIDERING} and who in self._porting:
                self._porting.discard(who)
                market.say(world, "port_out_withdrawn", who)
            if stage in {Stage.CONTENT, Stage.GONE} or world.cause[who] == NO_CAUSE:
                continue
            draw = world.chance.of("signs", world.day, who)
            for sign in _signs(int(world.cause[who])):
                u, wait = draw.random(2)
                hidden = world.customers.quiet[who] and sign.word not in FACTS
                if sign.stage is stage and u < sign.chance * (QUIET if hidden else 1.0):
                    day = world.day + 1 + int(wait * WITHIN_DAYS[stage])
                    world.diary.later(day, partial(self._show, who, sign))

    def _show(self, who: int, sign: Sign) -> None:
        world = self._world
        if not sign.stage <= world.stage[who] < Stage.GONE:
            return
        if sign.word == "port_out":
            self._porting.add(who)
        if sign.word in market.SAYINGS:
            market.say(world, sign.word, who)
        elif sign.word in {"line_lost", "line_changed"}:
            self._lose_line(who, changed=sign.word == "line_changed")
        elif sign.word == "cash":
            self._digital.cash(who, world.working_ms(who, 0.5))
        elif sign.word == "asks":
            self._ask(who)
        elif sign.word == "moves":
            self._move(who)
        else:
            self._contracts.change(sign.word, who)

    def _lose_line(self, who: int, *, changed: bool) -> None:
        """Let a line go that is no longer bought from us, and another come if the need changed."""
        world = self._world
        owned = np.flatnonzero(world.lines[who])
        if len(owned) < 2:
            return
        draw = world.chance.of("line", world.day, who)
        line = int(draw.choice(owned))
        world.lines[who, line] = False
        if changed:
            world.lines[who, int(draw.choice(np.flatnonzero(~world.lines[who])))] = True
        elif draw.random() < 0.4:
            self._contracts.drop(who, line)

    def _ask(self, who: int) -> None:
        world = self._world
        draw = world.chance.of("asks", world.day, who)
        cool = world.push[cause_of("service.indifference"), who] > 0.5
        at_ms = world.working_ms(who, draw.random())
        data = Contact(
            direction="in",
            channel="phone",
            reason="service",
            answered=bool(draw.random() < (0.4 if cool else 0.9)),
        )
        world.diary.note(at_ms, CONTACT.on(world.customers.ids[who], at_ms, data, "/asks"), who)

    def _move(self, who: int) -> None:
        world = self._world
        others = [region for region in range(len(REGIONS)) if region != world.region[who]]
        world.region[who] = world.chance.of("moves", world.day, who).choice(others)
        at_ms = world.working_ms(who, 0.3)
        profile = Profile(region=REGIONS[world.region[who]])
        world.diary.note(at_ms, PROFILE.on(world.customers.ids[who], at_ms, profile))


def _signs(cause: int) -> tuple[Sign, ...]:
    known = CAUSES[cause]
    return ANY + OWN.get(known.group, ()) + OWN.get(known.reason, ())

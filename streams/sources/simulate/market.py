"""The market seen through customers: quotes, discounts asked, rivals and substitutes named.

Most of it means little: those who stay ask for discounts too. What a trouble adds is more of it.
"""

from collections.abc import Callable

import numpy as np

from streams.events.activity import DataExported, Export
from streams.events.envelope import AnyEvent
from streams.events.market import (
    CompetitorNamed,
    CompetitorQuoted,
    DiscountAsked,
    DiscountRequest,
    Mention,
    PortOut,
    PortOutAsked,
    PortOutWithdrawn,
    Quote,
    SubstituteNamed,
)
from streams.events.vocabulary import Advantage
from streams.sources.simulate.causes import CAUSES, NO_CAUSE, REASONS
from streams.sources.simulate.chance import Sampled
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM, CURRENCY, LINES, PORTAL, RIVALS, SUBSTITUTES
from streams.sources.simulate.world import World

QUOTED, DISCOUNT = Stamp(CompetitorQuoted, CRM), Stamp(DiscountAsked, CRM)
NAMED, SUBSTITUTE = Stamp(CompetitorNamed, CRM), Stamp(SubstituteNamed, CRM)
PORT_OUT, WITHDRAWN = Stamp(PortOutAsked, PORTAL), Stamp(PortOutWithdrawn, PORTAL)
EXPORTED = Stamp(DataExported, PORTAL)
# How often a year anybody does it, and how much a unit of the trouble's push adds to that.
YEARLY = {"quoted": 0.12, "discount": 0.45, "named": 0.25, "substitute": 0.05, "exported": 0.05}
RIVALLED = [number for number, reason in enumerate(REASONS) if reason.startswith("competition.")]
ADDED = 0.9
ADVANTAGE_OF: dict[str, Advantage] = {
    "competition.price": "price", "competition.better": "product",
    "competition.recommended": "recommended", "competition.substitute": "technology",
    "technology.migration": "technology", "service.slow": "service",
    "service.indifference": "service",
}  # fmt: skip


def step(world: World) -> None:
    """Let customers say today what they also say when nothing is wrong."""
    if not world.weekday:
        return
    u = world.chance.uniform("market", world.day, len(YEARLY))
    more = 1 + ADDED * world.push[RIVALLED].sum(axis=0)
    for place, (word, yearly) in enumerate(YEARLY.items()):
        said = world.present & (u[place] < yearly / 260 * more)
        for who in np.flatnonzero(said).tolist():
            say(world, word, who)


def say(world: World, word: str, who: int) -> None:
    """Let a customer say one thing today, by its word in `SAYINGS`; nobody says it twice a day."""
    if not world.first_today(word, who):
        return
    draw = world.chance.of(word, world.day, who)
    at_ms = world.working_ms(who, draw.random())
    line = LINES[int(draw.choice(np.flatnonzero(world.customers.lines[who])))]
    event = SAYINGS[word](world, who, at_ms, (draw, line))
    world.diary.note(at_ms, event, who)


def _quoted(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    draw, line = about
    price = round(float(world.customers.order_eur[who] * draw.uniform(0.75, 1.0)), 2)
    data = Quote(competitor=_rival(draw), line=line, price=price, currency=CURRENCY)
    return QUOTED.on(world.customers.ids[who], at_ms, data)


def _discount(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    draw, line = about
    data = DiscountRequest(share=round(draw.uniform(0.03, 0.2), 2), line=line)
    return DISCOUNT.on(world.customers.ids[who], at_ms, data)


def _named(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    draw, line = about
    cause = int(world.cause[who])
    because = ADVANTAGE_OF.get(CAUSES[cause].reason) if cause != NO_CAUSE else None
    said = because if draw.random() < 0.7 else "other"
    return NAMED.on(
        world.customers.ids[who], at_ms, Mention(name=_rival(draw), line=line, because=said)
    )


def _substitute(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    draw, line = about
    name = SUBSTITUTES[int(draw.integers(len(SUBSTITUTES)))]
    data = Mention(name=name, line=line, because="technology")
    return SUBSTITUTE.on(world.customers.ids[who], at_ms, data)


def _port_out(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    data = PortOut(line=about[1], competitor=_rival(about[0]))
    return PORT_OUT.on(world.customers.ids[who], at_ms, data)


def _stays(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    return WITHDRAWN.on(world.customers.ids[who], at_ms, PortOut(line=about[1]))


def _exported(world: World, who: int, at_ms: int, about: tuple[Sampled, str]) -> AnyEvent:
    return EXPORTED.on(world.customers.ids[who], at_ms, Export(line=about[1]))


def _rival(draw: Sampled) -> str:
    return RIVALS[int(draw.integers(len(RIVALS)))]


SAYINGS: dict[str, Callable[[World, int, int, tuple[Sampled, str]], AnyEvent]] = {
    "quoted": _quoted,
    "discount": _discount,
    "named": _named,
    "substitute": _substitute,
    "exported": _exported,
    "port_out": _port_out,
    "port_out_withdrawn": _stays,
}

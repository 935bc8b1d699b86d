"""Complaints: who complains about what, how it is handled, and what that does to them.

An open complaint pushes a little, a broken clock of analysis or management hard; a complaint
put right in time and rated well holds a customer and takes most of the push away.
"""

from functools import partial

import numpy as np

from streams.events.complaints import Complaint
from streams.events.vocabulary import Channel, ComplaintKind, ComplaintScope, Severity
from streams.sources.simulate.causes import REASONS, Stage, cause_of
from streams.sources.simulate.chance import Sampled, picked
from streams.sources.simulate.clocks import LIVE_CHANNELS, Step, broken
from streams.sources.simulate.complaint_events import OPENED, told, triaged
from streams.sources.simulate.damage import damaged
from streams.sources.simulate.diary import OURS
from streams.sources.simulate.handling import Handling
from streams.sources.simulate.leaving import Leaving
from streams.sources.simulate.shape import DAY_MS, day_ms
from streams.sources.simulate.texts import Meaning, meaning, written
from streams.sources.simulate.truth import Saved
from streams.sources.simulate.world import World

YEARLY = 0.14  # complaints a year about anything, beside those with a cause
CHANNELS: tuple[Channel, ...] = ("email", "phone", "portal", "chat", "public", "letter")
CHANNEL_SHARE = (0.38, 0.27, 0.17, 0.1, 0.05, 0.03)
ABOUT: tuple[ComplaintKind, ...] = ("service", "billing", "contract", "privacy", "other", "product")
ABOUT_SHARE = (0.35, 0.25, 0.12, 0.05, 0.13, 0.1)
SEVERITIES: tuple[Severity, ...] = ("minor", "major", "critical")
SEVERITY_SHARE = (0.55, 0.36, 0.09)
OPEN_PUSH = 0.45
BROKEN_PUSH = {"answer": 0.1, "analysis": 0.9, "management": 1.1, "inform": 0.15, "check": 0.1}
SATISFIED = 0.7
COMES_BACK = 0.45  # of those on the way out whose complaint was handled well
SCOPES: tuple[ComplaintScope | None, ...] = ("item", "site", "account", None)
PLANTED = 3.0  # push above which a complaint was meant to be the cause
SAID = 0.7  # share of complaints that name their kind; the others leave it to be guessed
_SLOW, _GAP = cause_of("service.slow"), cause_of("technology.digital_gap")
_OPEN, _DISPUTED, _UNRESOLVED = (
    cause_of(name) for name in ("complaint.open", "payment.disputed", "complaint.unresolved")
)


class Complaints:
    """Opens complaints and plans what becomes of them."""

    def __init__(self, world: World, leaving: Leaving) -> None:
        self._world, self._leaving = world, leaving
        self._opened_on: dict[int, int] = {}

    def step(self) -> None:
        """Let customers complain today beside what deliveries made them complain about."""
        world = self._world
        u = world.chance.uniform("complaints", world.day, 2)
        rate = YEARLY / 365 + 0.012 * world.push[[_GAP, _DISPUTED]].max(axis=0)
        # Who is made to leave over a complaint needs one.
        meant = world.push[[_OPEN, _UNRESOLVED]].max(axis=0) > PLANTED
        rate += 0.006 * world.push[_SLOW] + 0.03 * meant
        for who in np.flatnonzero(world.present & (u[0] < rate)).tolist():
            self.open(who, self._about(who, float(u[1, who])), None)

    def open(self, who: int, kind: ComplaintKind, line: str | None) -> None:
        """Let a customer complain today; at most once a day."""
        world = self._world
        if self._opened_on.get(who) == world.day:
            return
        self._opened_on[who] = world.day
        draw = world.chance.of("complaint", world.day, who)
        opened_ms = world.working_ms(who, draw.random())
        channel = CHANNELS[picked(draw.random(), CHANNEL_SHARE)]
        live, customer = channel in LIVE_CHANNELS, world.customers.ids[who]
        number = f"T-{customer}-{world.day}"
        severity = SEVERITIES[picked(draw.random(), SEVERITY_SHARE)]
        slow = min(
            1.0, 0.4 * world.push[_SLOW, who] + 0.3 * (world.push[_UNRESOLVED, who] > PLANTED)
        )
        steps = Handling(draw, slow, live=live).plan(opened_ms)
        about = meaning(draw, kind, severity)
        text = self._text(draw, who, number, about)
        data = Complaint(
            complaint_id=number,
            kind=kind if draw.random() < SAID else None,
            severity=severity if draw.random() < SAID else None,
            scope=SCOPES[picked(draw.random(), (0.4, 0.2, 0.1, 0.3))],
            channel=channel,
            text=text,
            language=self._language(who, draw.random()),
            line=line,
        )
        world.diary.note(opened_ms, OPENED.on(customer, opened_ms, data))
        for event, at_ms, own in told(customer, number, steps):
            world.diary.note(at_ms, event, who if own else OURS)
        reading = triaged(customer, number, about, draw, opened_ms=opened_ms)
        if reading is not None:
            world.diary.note(reading[1], reading[0])
        self._effects(who, steps, live=live)

    def _text(self, draw: Sampled, who: int, number: str, about: Meaning) -> str:
        """Write the complaint in the customer's language; some arrive damaged."""
        chinese = bool(self._world.customers.chinese[who])
        text, damage = damaged(written(draw, about, chinese=chinese), draw)
        self._world.truth.meant[number] = about
        if damage:
            self._world.truth.damaged[number] = damage
        return text

    def _about(self, who: int, u: float) -> ComplaintKind:
        push = self._world.push[:, who]
        if push[_DISPUTED] > 0.5:
            return "billing"
        if push[_GAP] > 0.5:
            return "service"
        return ABOUT[picked(u, ABOUT_SHARE)]

    def _language(self, who: int, u: float) -> str | None:
        """Give the language as the ticket system has it: sometimes missing, sometimes wrong."""
        chinese = self._world.customers.chinese[who] != (u > 0.97)
        return None if u < 0.08 else ("zh" if chinese else "en")

    def _effects(self, who: int, steps: list[Step], *, live: bool) -> None:
        world, last_day = self._world, world_day(steps[-1].at_ms)
        for day in range(world.day, min(last_day, world.day + 21), 7):
            world.diary.later(day + 1, partial(world.press, "complaint.open", who, OPEN_PUSH))
        for one in broken(steps, steps[-1].at_ms + 8 * DAY_MS, live=live):
            push = BROKEN_PUSH[one.clock]
            hurt = partial(world.press, "complaint.unresolved", who, push)
            world.diary.later(max(world.day, world_day(one.at_ms)) + 1, hurt)
        for step in steps:
            if step.rating is not None and step.rating >= SATISFIED:
                day = world_day(step.at_ms) + 1
                world.diary.later(day, partial(self._put_right, who, step.at_ms))
            elif step.dissatisfied:
                hurt = partial(world.press, "complaint.unresolved", who, 0.6)
                world.diary.later(world_day(step.at_ms) + 1, hurt)

    def _put_right(self, who: int, at_ms: int) -> None:
        """Let a customer whose complaint was handled well feel it, and perhaps come back."""
        world = self._world
        meant = world.push[[_OPEN, _UNRESOLVED], who].max() > PLANTED
        if not world.present[who] or meant:
            return
        world.soothe(who, 0.5, "complaint", "service", "product")
        u = world.chance.of("put right", world.day, who).random()
        if Stage.AWARE <= world.stage[who] <= Stage.CONSIDERING and u < COMES_BACK:
            reason = REASONS[world.cause[who]]
            world.truth.saved.append(Saved(world.customers.ids[who], at_ms, "handling", reason))
            self._leaving.move(who, Stage.CONTENT)


def world_day(at_ms: int) -> int:
    """Give the day of the run in which an instant lies."""
    return (at_ms - day_ms(0)) // DAY_MS

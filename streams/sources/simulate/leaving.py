"""The way out: a day's steps of all customers, and how somebody is gone.

What pushes hardest at a step is the cause from then on. Nobody's dice depend on anybody else.
"""

from functools import partial

import numpy as np

from streams.events.contracts import ContractEnded, Notice
from streams.events.outcomes import Churn, Comeback, CustomerChurned, CustomerReturned
from streams.sources.simulate.causes import CAUSES, NO_CAUSE, Kind, Stage, cause_of, saveability
from streams.sources.simulate.chain import steps
from streams.sources.simulate.chance import Sampled
from streams.sources.simulate.diary import Stamp, moment
from streams.sources.simulate.industry import CRM
from streams.sources.simulate.risk import renewal_in
from streams.sources.simulate.shape import DAY_MS, HOUR_MS, day_ms
from streams.sources.simulate.truth import Departure, Move
from streams.sources.simulate.world import NOT_YET, World

CHURNED, RETURNED = Stamp(CustomerChurned, CRM), Stamp(CustomerReturned, CRM)
ENDED = Stamp(ContractEnded, CRM)
LEAVES_AT_MS = 20 * HOUR_MS  # after everybody's working hours
AT_FIRST = (0.87, 0.08, 0.045)  # shares of the stages on the first day; the rest decides
HARD_PUSH = 0.35  # below it nothing in particular drives a customer away
UNKNOWN = tuple(cause_of(f"decline.{name}") for name in ("quiet", "spread", "line_lost"))
OUT_OF_REACH = 0.5  # share of those who move to where we do not go
TELLS, QUIET_TELLS = 0.92, 0.25
NAMES_CAUSE = 0.75
TOLD_DAYS = 3  # within which those who tell do so
WRITTEN_OFF = 0.5  # of those who left without a word
OFF_DAYS = (90, 100)  # after the domain's 90 days without any sign of life
RETURNS = 0.06


class Leaving:
    """Walks every customer along the chain."""

    def __init__(self, world: World) -> None:
        self._world = world
        n = len(world.customers)
        self._since = np.full((len(Stage), n), NOT_YET, np.int64)

    def begin(self) -> None:
        """Let some be on the way out before the first day, as many as there will be later."""
        world = self._world
        u = world.chance.uniform("on the way", 0, 2)
        stage = np.searchsorted(np.cumsum(AT_FIRST), u[0], side="right")
        on_the_way = (stage > 0) & (world.customers.joined == 0)
        for who in np.flatnonzero(on_the_way).tolist():
            self._name_cause(who, float(u[1, who]))
            self.move(who, Stage(stage[who]))

    def step(self) -> None:
        """Roll today's dice for everybody, and write down what they were."""
        world = self._world
        u = world.chance.uniform("leaving", world.day, 2)
        push = world.push.sum(axis=0) + world.customers.frail - world.goodwill
        today = steps(world.stage.astype(np.int64), push, renewal_in(world))
        there = world.present
        deciding = world.stage == Stage.DECIDING
        world.truth.hazard[world.day] = np.where(
            there, deciding * today.forward + today.sudden, np.nan
        )
        sudden = there & (u[0] > 1 - today.sudden)
        further = there & (u[0] < today.forward)
        nearer = there & ~further & (u[0] < today.forward + today.back)
        for who in np.flatnonzero(nearer).tolist():
            self.move(who, Stage(world.stage[who] - 1))
        for who in np.flatnonzero(further).tolist():
            self._name_cause(who, float(u[1, who]))
            self._further(who)
        for who in np.flatnonzero(sudden).tolist():
            self._name_cause(who, float(u[1, who]))
            self.leave(who, int(world.cause[who]))
        world.truth.stage[world.day] = world.stage
        world.truth.cause[world.day] = world.cause

    def move(self, who: int, stage: Stage) -> None:
        """Bring a customer to a stage that is not the last."""
        world = self._world
        world.stage[who] = stage
        self._since[stage, who] = world.day
        self._since[stage + 1 :, who] = NOT_YET
        if stage is Stage.CONTENT:
            world.cause[who] = NO_CAUSE
        world.entered.append((who, stage))
        at_ms = world.now_ms + LEAVES_AT_MS
        reason = "" if world.cause[who] == NO_CAUSE else CAUSES[world.cause[who]].reason
        world.truth.moves.append(Move(world.customers.ids[who], at_ms, stage, reason))

    def leave(self, who: int, cause: int) -> None:
        """Let a customer go today, for a cause; told or not."""
        world = self._world
        world.cause[who] = cause
        draw = world.chance.of("told", world.day, who)
        kind = self._kind(cause, draw.random())
        returns = CAUSES[cause].kind != "natural" and draw.random() < RETURNS
        back_day = world.day + int(draw.integers(45, 150)) if returns else None
        told_ms = self._tell(who, kind, draw, back_day)
        self._record(who, kind, told=told_ms is not None and told_ms < day_ms(world.shape.n_days))
        if world.customers.contract[who]:
            left_ms, customer = world.now_ms + LEAVES_AT_MS, world.customers.ids[who]
            notice = Notice(contract_id=f"K-{customer}", ends_at=moment(left_ms))
            world.diary.note(left_ms, ENDED.on(customer, left_ms, notice))
        world.stage[who], world.left_day[who] = Stage.GONE, world.day
        world.entered.append((who, Stage.GONE))
        if back_day is not None:
            world.diary.later(back_day, partial(self._return, who))

    def _tell(self, who: int, kind: Kind, draw: Sampled, back_day: int | None) -> int | None:
        """Put down that somebody says who has left; give when, if anybody ever does.

        Whoever leaves without a word may be written off by rule, unless they are back by then;
        nobody knows then why they went.
        """
        world, cause = self._world, CAUSES[self._world.cause[who]]
        left_ms, customer = world.now_ms + LEAVES_AT_MS, world.customers.ids[who]
        quiet = world.customers.quiet[who] and cause.kind == "voluntary"
        u, named, off, wait = draw.random(4)
        if u < (QUIET_TELLS if quiet else TELLS):
            at_ms = left_ms + int(wait * TOLD_DAYS * DAY_MS)
            data = Churn(kind=kind, cause=cause.reason if named < NAMES_CAUSE else None)
        elif off < WRITTEN_OFF and (back_day is None or back_day > world.day + OFF_DAYS[1]):
            first, last = OFF_DAYS
            at_ms = left_ms + int((first + wait * (last - first)) * DAY_MS)
            data = Churn(kind="voluntary")
        else:
            return None
        world.diary.note(at_ms, CHURNED.on(customer, at_ms, data))
        return at_ms

    def _return(self, who: int) -> None:
        world = self._world
        world.push[:, who] = 0.0
        world.goodwill[who] = 0.5
        world.left_day[who] = NOT_YET
        at_ms, customer = world.now_ms + 9 * HOUR_MS, world.customers.ids[who]
        self.move(who, Stage.CONTENT)
        world.truth.returned.append((customer, at_ms))
        world.diary.note(at_ms, RETURNED.on(customer, at_ms, Comeback()))

    def _name_cause(self, who: int, u: float) -> None:
        world = self._world
        push = world.push[:, who].copy()
        if world.cause[who] != NO_CAUSE:
            push[world.cause[who]] += 0.4  # a new trouble has to outweigh the old one clearly
        hardest = int(push.argmax())
        unknown = UNKNOWN[int(u * len(UNKNOWN))]
        world.cause[who] = hardest if push[hardest] >= HARD_PUSH else unknown

    def _further(self, who: int) -> None:
        stage = Stage(self._world.stage[who] + 1)
        if stage is Stage.GONE:
            self.leave(who, int(self._world.cause[who]))
        else:
            self.move(who, stage)

    def _kind(self, cause: int, u: float) -> Kind:
        if CAUSES[cause].reason == "need.moved" and u < OUT_OF_REACH:
            return "natural"
        return CAUSES[cause].kind

    def _record(self, who: int, kind: Kind, *, told: bool) -> None:
        world = self._world
        aware, considering, deciding = (
            None if day == NOT_YET else day_ms(int(day)) + LEAVES_AT_MS
            for day in self._since[Stage.AWARE : Stage.GONE, who]
        )
        cause = int(world.cause[who])
        world.truth.departures.append(
            Departure(
                customer=world.customers.ids[who],
                left_ms=world.now_ms + LEAVES_AT_MS,
                kind=kind,
                reason=CAUSES[cause].reason,
                told=told,
                aware_ms=aware,
                considering_ms=considering,
                deciding_ms=deciding,
                saveability=saveability(int(world.stage[who]), cause),
            )
        )

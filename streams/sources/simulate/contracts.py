"""Contracts: signed, renewed year by year, made smaller, given notice of, ended."""

import numpy as np

from streams.events.contracts import (
    ContractAutoRenewOff,
    ContractCancellationAsked,
    ContractCancellationWithdrawn,
    ContractDowngraded,
    ContractLineDropped,
    ContractRenewed,
    ContractShortened,
    ContractSigned,
    LineDrop,
    Notice,
    Terms,
)
from streams.events.envelope import AnyEvent
from streams.events.profiles import Profile
from streams.sources.simulate.causes import CAUSES, NO_CAUSE, Stage
from streams.sources.simulate.diary import Stamp, moment
from streams.sources.simulate.identity import PROFILE
from streams.sources.simulate.industry import CRM, CURRENCY, LINES
from streams.sources.simulate.shape import HOUR_MS, day_ms
from streams.sources.simulate.world import World

SIGNED, RENEWED = Stamp(ContractSigned, CRM), Stamp(ContractRenewed, CRM)
SHORTENED, DOWNGRADED = Stamp(ContractShortened, CRM), Stamp(ContractDowngraded, CRM)
DROPPED, RENEW_OFF = Stamp(ContractLineDropped, CRM), Stamp(ContractAutoRenewOff, CRM)
ASKED, WITHDRAWN = Stamp(ContractCancellationAsked, CRM), Stamp(ContractCancellationWithdrawn, CRM)
TERM_DAYS = 365
RENEWS = np.array([0.97, 0.85, 0.5, 0.08, 0.0])  # a new term is signed on the day, by stage
# What also happens to those who stay, a year: a smaller plan, a notice that is taken back.
YEARLY = {"downgraded": 0.03, "auto_renew_off": 0.04, "shortened": 0.01}


class Contracts:
    """Keeps the contracts of those who have one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: set[int] = set()

    def step(self) -> None:
        """Sign, renew, and let a few make theirs smaller today."""
        world, people = self._world, self._world.customers
        joins = people.contract & (people.joined == world.day) & (world.day > 0)
        for who in np.flatnonzero(joins).tolist():
            self._note(who, 2, SIGNED, self._terms(who))
        u = world.chance.uniform("contracts", world.day, 1 + len(YEARLY))
        ends = people.contract & world.present & (world.renewal == world.day)
        for who in np.flatnonzero(ends).tolist():
            world.renewal[who] += TERM_DAYS
            if u[0, who] < RENEWS[world.stage[who]]:
                self._note(who, 3, RENEWED, self._terms(who))
                renewal = Profile(contract_renewal=moment(day_ms(int(world.renewal[who]))))
                self._note(who, 4, PROFILE, renewal)
        for place, (word, yearly) in enumerate(YEARLY.items()):
            some = people.contract & world.present & (u[1 + place] < yearly / 365)
            for who in np.flatnonzero(some).tolist():
                self.change(word, who)
        for who, stage in world.entered:
            if stage in {Stage.CONSIDERING, Stage.CONTENT} and who in self._asked:
                self._asked.discard(who)
                self._note(who, 5, WITHDRAWN, Notice(contract_id=self._id(who)))

    def change(self, word: str, who: int) -> None:
        """Let a customer who has a contract change it today; without one nothing happens."""
        if not self._world.customers.contract[who] or not self._world.first_today(word, who):
            return
        ends = moment(day_ms(int(self._world.renewal[who])))
        notice = Notice(contract_id=self._id(who), ends_at=ends)
        if word == "cancellation" and who not in self._asked:
            self._asked.add(who)
            said = Notice(contract_id=self._id(who), ends_at=ends, reason=self._reason(who))
            self._note(who, 5, ASKED, said)
        elif word == "auto_renew_off":
            self._note(who, 5, RENEW_OFF, notice)
            self._note(who, 6, PROFILE, Profile(auto_renew=False))
        elif word == "downgraded":
            self._note(who, 5, DOWNGRADED, self._terms(who, 0.7))
        elif word == "shortened":
            self._note(who, 5, SHORTENED, self._terms(who, 1.0))

    def drop(self, who: int, line: int) -> None:
        """Take a line out of the contract, where there is one."""
        if self._world.customers.contract[who] and self._world.first_today("drop", who):
            self._note(who, 7, DROPPED, LineDrop(line=LINES[line], contract_id=self._id(who)))

    def _terms(self, who: int, share: float = 1.0) -> Terms:
        world = self._world
        return Terms(
            contract_id=self._id(who),
            ends_at=moment(day_ms(int(world.renewal[who]))),
            auto_renew=bool(world.customers.auto_renew[who]),
            yearly_value=round(float(world.customers.revenue[who]) * share, 2),
            currency=CURRENCY,
            lines=tuple(LINES[line] for line in np.flatnonzero(world.lines[who])),
        )

    def _reason(self, who: int) -> str | None:
        cause = int(self._world.cause[who])
        said = self._world.chance.of("notice", self._world.day, who).random() < 0.4
        return CAUSES[cause].group if said and cause != NO_CAUSE else None

    def _id(self, who: int) -> str:
        return f"K-{self._world.customers.ids[who]}"

    def _note(
        self, who: int, hour: int, stamp: Stamp, data: Terms | Notice | LineDrop | Profile
    ) -> None:
        world = self._world
        at_ms = world.now_ms + (int(world.customers.open_hours[who]) + hour) * HOUR_MS
        event: AnyEvent = stamp.on(world.customers.ids[who], at_ms, data)
        world.diary.note(at_ms, event, who)

"""Surveys: asked twice a year, answered by fewer and fewer of those on the way out."""

from typing import Literal

import numpy as np

from streams.events.contacts import SurveyAnswer, SurveyAnswered, SurveyAsked, SurveyRequest
from streams.sources.simulate.causes import CAUSES, NO_CAUSE, Stage
from streams.sources.simulate.chance import Sampled
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM, CURRENCY, MATTERS
from streams.sources.simulate.shape import DAY_MS, HOUR_MS
from streams.sources.simulate.world import World

ASKED, ANSWERED = Stamp(SurveyAsked, CRM), Stamp(SurveyAnswered, CRM)
Intent = Literal["stay", "unsure", "leave"]
EVERY_DAYS = 182
ANSWERS = (0.46, 0.36, 0.27, 0.2, 0.0)  # by stage
INTENT_ASKED = 0.6  # not every survey asks whether they mean to stay
LEAVES = (0.01, 0.02, 0.08, 0.3, 0.0)  # of those asked, say that they mean to leave
UNSURE = (0.06, 0.14, 0.3, 0.3, 0.0)
EXIT_SURVEY = 0.3  # of those who left and did not do so without a word
# What matters most to somebody whom this group of causes drives away.
MATTER_OF = {
    "service": "personal service", "product": "product efficiency", "competition": "cost",
    "technology": "digital access", "network": "supply security", "payment": "cost",
    "need": "product efficiency", "complaint": "personal service", "relation": "personal service",
}  # fmt: skip


class Surveys:
    """Asks, and gives what is answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        n = len(world.customers)
        self._first = world.chance.of("survey days").integers(0, EVERY_DAYS, n)

    def step(self) -> None:
        """Ask those whose turn it is today, and those who left today why they did."""
        world = self._world
        turn = (world.day - self._first) % EVERY_DAYS == 0
        for who in np.flatnonzero(world.present & turn).tolist():
            self._ask(who)
        for who, stage in world.entered:
            if stage is Stage.GONE and not world.customers.quiet[who]:
                self._ask_why(who)

    def _ask(self, who: int) -> None:
        world, customer = self._world, self._world.customers.ids[who]
        draw = world.chance.of("survey", world.day, who)
        number, at_ms = f"S-{customer}-{world.day}", world.working_ms(who, draw.random())
        request = SurveyRequest(channel="email", survey_id=number)
        world.diary.note(at_ms, ASKED.on(customer, at_ms, request))
        if draw.random() < ANSWERS[world.stage[who]]:
            answered_ms = at_ms + int(draw.exponential(1.5) * DAY_MS) + HOUR_MS // 2
            answer = self._answer(who, draw, number)
            world.diary.note(answered_ms, ANSWERED.on(customer, answered_ms, answer), who)

    def _answer(self, who: int, draw: Sampled, number: str) -> SurveyAnswer:
        world, stage = self._world, int(self._world.stage[who])
        push = float(world.push[:, who].sum())
        content = min(
            1.0, max(0.0, 0.8 - 0.08 * min(push, 5.0) - 0.05 * stage + draw.normal(0, 0.14))
        )
        u = draw.random()
        leaves, unsure = LEAVES[stage], UNSURE[stage]
        intent: Intent = "leave" if u < leaves else "unsure" if u < leaves + unsure else "stay"
        spend = float(world.customers.revenue[who] * draw.uniform(1.1, 2.5))
        return SurveyAnswer(
            satisfaction=round(content, 2),
            intent=intent if draw.random() < INTENT_ASKED else None,
            matters=self._matters(who, draw),
            yearly_spend=round(spend, -2) if draw.random() < 0.3 else None,
            currency=CURRENCY,
            survey_id=number,
        )

    def _matters(self, who: int, draw: Sampled) -> tuple[str, ...]:
        cause = self._world.cause[who]
        said = MATTER_OF.get(CAUSES[cause].group, "") if cause != NO_CAUSE else ""
        other = MATTERS[int(draw.integers(len(MATTERS)))]
        return (said,) if said and draw.random() < 0.5 else (other,)

    def _ask_why(self, who: int) -> None:
        world = self._world
        draw = world.chance.of("exit survey", world.day, who)
        if draw.random() < EXIT_SURVEY:
            at_ms = world.now_ms + int(draw.uniform(1, 10) * DAY_MS)
            data = SurveyAnswer(intent="leave", exit_reason=CAUSES[world.cause[who]].reason)
            event = ANSWERED.on(world.customers.ids[who], at_ms, data)
            world.diary.note(at_ms, event)

"""How a complaint is dealt with: answered, analysed, put right, told and asked again, or not.

Three levels answer: the service team at once, the product or service team with the cause, and
management. Each clock is mostly kept and sometimes not; `slow` says how badly it goes.
"""

from streams.sources.simulate.chance import Sampled
from streams.sources.simulate.clocks import (
    ANALYSIS_MS,
    ANSWER_MS,
    INFORM_MS,
    LIVE_ANSWER_MS,
    MANAGEMENT_MS,
    Step,
)
from streams.sources.simulate.shape import DAY_MS, HOUR_MS

ROUNDS_MAX = 3  # whoever has complained three times does not do it a fourth time
# Chances that a clock is kept when all goes as usual.
KEPT = {"answer": 0.9, "analysis": 0.86, "management": 0.78, "inform": 0.85, "check": 0.62}
NEVER_RESOLVED, NEVER_INFORMED = 0.03, 0.05
RATES, REOPENS = 0.4, 0.06
ESCALATION_TOLD = 0.5  # of those who are escalated; of the others the clock itself must say so
PROMISES_MS = (4 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS, 30 * HOUR_MS)


class Handling:
    """Plans the steps of one complaint after its opening.

    Parameters
    ----------
    draw : Generator
        The complaint's own chance.
    slow : float
        0 as usual; raising it breaks more clocks and makes more complaints come back.
    live : bool
        Whether the customer waits on the line.
    """

    def __init__(self, draw: Sampled, slow: float, *, live: bool) -> None:
        self._draw, self._slow, self._live = draw, slow, live
        self.steps: list[Step] = []

    def plan(self, opened_ms: int) -> list[Step]:
        """Give all steps in order of time, the opening first."""
        self.steps = [Step(opened_ms, "opened")]
        began_ms: int | None = opened_ms
        for _ in range(ROUNDS_MAX):
            if began_ms is not None:
                began_ms = self._round(began_ms)
        self.steps.sort(key=lambda step: step.at_ms)
        return self.steps

    def _round(self, began_ms: int) -> int | None:
        """Plan one round; give when the next begins, if it does."""
        promised_ms = self._answer(began_ms)
        analysed_ms, kept = self._analyse(began_ms, promised_ms)
        if not kept or self._draw.random() < 0.04:
            analysed_ms = self._escalate(analysed_ms, began_ms)
        if self._draw.random() < NEVER_RESOLVED * (1 + 6 * self._slow):
            return None
        resolved_ms = analysed_ms + int(self._draw.exponential(2.5) * DAY_MS) + HOUR_MS
        self.steps.append(Step(resolved_ms, "resolved"))
        return self._after(resolved_ms, well=kept)

    def _answer(self, began_ms: int) -> int:
        limit_ms = LIVE_ANSWER_MS if self._live else ANSWER_MS
        answered_ms = began_ms + self._within(limit_ms, "answer")
        promise = self._draw.integers(2 * len(PROMISES_MS))
        promised_ms = began_ms + PROMISES_MS[promise] if promise < len(PROMISES_MS) else None
        self.steps.append(Step(answered_ms, "answered", level=1, promised_ms=promised_ms))
        usual_ms = began_ms + ANALYSIS_MS
        return usual_ms if promised_ms is None else min(promised_ms, usual_ms)

    def _analyse(self, began_ms: int, due_ms: int) -> tuple[int, bool]:
        analysed_ms = began_ms + self._within(due_ms - began_ms, "analysis")
        self.steps.append(Step(analysed_ms, "answered", level=2))
        return analysed_ms, analysed_ms <= due_ms

    def _escalate(self, analysed_ms: int, began_ms: int) -> int:
        """Let management answer, told of it or by the broken clock; give what came last."""
        reached_ms = min(analysed_ms, began_ms + ANALYSIS_MS) + int(3 * HOUR_MS)
        if self._draw.random() < ESCALATION_TOLD:
            self.steps.append(Step(reached_ms, "escalated"))
        answered_ms = reached_ms + self._within(MANAGEMENT_MS - 4 * HOUR_MS, "management")
        self.steps.append(Step(answered_ms, "answered", level=3))
        return max(analysed_ms, answered_ms)

    def _after(self, resolved_ms: int, *, well: bool) -> int | None:
        """Tell the customer, ask, and perhaps begin anew."""
        if self._draw.random() < NEVER_INFORMED * (1 + 4 * self._slow):
            return self._again(resolved_ms, well=well)
        informed_ms = resolved_ms + self._within(INFORM_MS, "inform")
        self.steps.append(Step(informed_ms, "informed"))
        asked_ms = informed_ms + int(self._draw.uniform(0.3, 6.9) * DAY_MS)
        if self._draw.random() < KEPT["check"] * (1 - 0.5 * self._slow):
            self.steps.append(Step(asked_ms, "checked"))
        if self._draw.random() < RATES:
            rated_ms = asked_ms + int(self._draw.exponential(0.5) * DAY_MS) + HOUR_MS
            best = 0.86 if well else 0.5
            rating = min(1.0, max(0.0, self._draw.normal(best - 0.3 * self._slow, 0.16)))
            step = Step(rated_ms, "rated", rating=round(rating, 2))
            self.steps.append(step)
            return rated_ms if step.dissatisfied else None
        return self._again(asked_ms, well=well)

    def _again(self, at_ms: int, *, well: bool) -> int | None:
        if self._draw.random() >= REOPENS * (1 if well else 4) * (1 + self._slow):
            return None
        reopened_ms = at_ms + int(self._draw.uniform(0.5, 9) * DAY_MS)
        self.steps.append(Step(reopened_ms, "reopened"))
        return reopened_ms

    def _within(self, limit_ms: int, clock: str) -> int:
        """Give how long something takes: within its time where the clock is kept."""
        kept = self._draw.random() < KEPT[clock] * (1 - 0.55 * self._slow)
        u = self._draw.random()
        if kept:
            return int(limit_ms * (0.05 + 0.94 * u))
        return int(limit_ms * (1.02 + self._draw.exponential(0.9)))

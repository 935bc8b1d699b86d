"""The state of the invented world on a day: who is there, what pushes them, how far they are."""

from dataclasses import dataclass, field

import numpy as np

from detectors.arrays import F64, I8, I64, Mask
from streams.sources.simulate.causes import (
    N_CAUSES,
    NO_CAUSE,
    REASONS,
    Stage,
    cause_of,
    kept_a_day,
)
from streams.sources.simulate.chance import Chance
from streams.sources.simulate.diary import Diary
from streams.sources.simulate.population import Customers
from streams.sources.simulate.shape import DAY_MS, Shape, day_ms
from streams.sources.simulate.truth import Truth

NOT_YET = -1


@dataclass
class World:
    """What the parts of the simulation share. One row for each customer; changed in place.

    `push` (n_causes, n) is what drives customers away, `goodwill` (n,) what holds them, both in
    log odds. `lull` is the share of usual activity in a pause that means nothing. `entered`
    lists who came to another stage on the day before.
    """

    shape: Shape
    customers: Customers
    chance: Chance
    truth: Truth
    diary: Diary = field(default_factory=Diary)
    day: int = 0

    def __post_init__(self) -> None:
        """Begin with everybody content."""
        n = len(self.customers)
        self.stage: I8 = np.zeros(n, np.int8)
        self.cause: I8 = np.full(n, NO_CAUSE, np.int8)
        self.push: F64 = np.zeros((N_CAUSES, n))
        self.goodwill: F64 = np.zeros(n)
        self.lull: F64 = np.ones(n)
        self.left_day: I64 = np.full(n, NOT_YET, np.int64)
        self.owner: I64 = self.customers.owner.copy()
        self.region: I64 = self.customers.region.copy()
        self.lines: Mask = self.customers.lines.copy()
        self.renewal: I64 = self.customers.renewal.copy()
        self.last_order: I64 = self.customers.joined - 1
        self.last_contact: I64 = self.customers.joined.copy()
        self.entered: list[tuple[int, Stage]] = []
        self._done: set[tuple[str, int, int]] = set()
        self._kept = kept_a_day()[:, None]

    @property
    def now_ms(self) -> int:
        """First millisecond of today."""
        return day_ms(self.day)

    @property
    def present(self) -> Mask:
        """Who is a customer today, shape (n,)."""
        here: Mask = (self.customers.joined <= self.day) & (self.stage != Stage.GONE)
        return here

    @property
    def weekday(self) -> bool:
        """Whether people work today."""
        return self.day % 7 < 5

    def press(self, reason: str, who: int | slice | I64 | Mask, strength: float | F64) -> None:
        """Push customers: by `strength`, in log odds, for a reason id."""
        self.push[cause_of(reason), who] += strength

    def soothe(self, who: int, strength: float, *groups: str) -> None:
        """Hold a customer: more goodwill, and what pushed from these groups mostly gone."""
        self.goodwill[who] += strength
        for cause, reason in enumerate(REASONS):
            if reason.partition(".")[0] in groups:
                self.push[cause, who] *= 0.25

    def first_today(self, word: str, who: int) -> bool:
        """Say whether a customer does this for the first time today, and remember that they do."""
        act = word, who, self.day
        if act in self._done:
            return False
        self._done.add(act)
        return True

    def fade(self) -> None:
        """Let a day pass over all pushes and all goodwill."""
        self.push *= self._kept
        self.goodwill *= 0.99

    def working_ms(self, who: int, u: float) -> int:
        """Give an instant of today's working hours where the customer is, by `u` from 0 to 1."""
        return self.now_ms + int((self.customers.open_hours[who] + 10 * u) * DAY_MS // 24)

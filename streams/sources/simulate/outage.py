"""Outages of the order feed: what is on the way is lost or comes late, though it did happen.

One lasts a week and is announced; one lasts two days and nobody says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from streams.events.activity import PurchaseMade, UsageRecorded
from streams.events.changes import Outage, OutageBegan, OutageEnded
from streams.events.envelope import AnyEvent, at_ms
from streams.sources.late import Late
from streams.sources.simulate.chance import Chance
from streams.sources.simulate.diary import Diary, moment
from streams.sources.simulate.industry import ERP
from streams.sources.simulate.shape import BEGIN_MS, DAY_MS, HOUR_MS, Shape, day_ms
from streams.sources.simulate.truth import Truth
from streams.sources.truth import Silence as Known

NOTICED_MS = 5 * HOUR_MS  # after the beginning; until then nobody knew
LOST = 0.15
CATCHING_UP_MS = 6 * HOUR_MS  # how long the held events take to come in
ALIVE = (PurchaseMade, UsageRecorded)  # what the domain takes for a sign of life


@dataclass(frozen=True)
class Silence:
    """The order feed is silent from an instant to another."""

    from_ms: int
    to_ms: int
    declared: bool


def silences(shape: Shape) -> tuple[Silence, Silence]:
    """Give the two outages of a run: the declared week, the undeclared two days."""
    # Both begin on a Tuesday: two days of a weekend would hold no orders.
    week = day_ms(shape.day_at(0.38) // 7 * 7 + 1) + 9 * HOUR_MS
    short = day_ms(shape.day_at(0.82) // 7 * 7 + 1) + 2 * HOUR_MS
    return (
        Silence(week, week + 7 * DAY_MS, declared=True),
        Silence(short, short + 2 * DAY_MS, declared=False),
    )


class Outages:
    """Holds back what the silent feed would have sent."""

    def __init__(self, shape: Shape, chance: Chance, truth: Truth) -> None:
        self._silences, self._truth = silences(shape), truth
        self._chance = chance
        self._held: dict[int, list[Late]] = defaultdict(list)
        # For each silence the source of everybody's latest sign of life before it, or during it.
        self._alive: tuple[dict[str, str], ...] = tuple({} for _ in self._silences)

    @property
    def known(self) -> list[Known]:
        """Give the outages with the customers of the silent source; whole after the last day."""
        return [
            Known(
                source=ERP,
                from_ms=one.from_ms,
                to_ms=one.to_ms,
                declared=one.declared,
                customers=frozenset(who for who, source in alive.items() if source == ERP),
            )
            for one, alive in zip(self._silences, self._alive, strict=True)
        ]

    def announce(self, diary: Diary) -> None:
        """Put down what the company says about its outages."""
        data = Outage(source=ERP)
        for one in self._silences:
            if one.declared:
                began_ms, ended_ms = one.from_ms + NOTICED_MS, one.to_ms
                began = OutageBegan(
                    specversion="1.0",
                    id=f"outage.began/{ERP}/{began_ms}",
                    source=ERP,
                    time=moment(began_ms),
                    data=data,
                )
                ended = OutageEnded(
                    specversion="1.0",
                    id=f"outage.ended/{ERP}/{ended_ms}",
                    source=ERP,
                    time=moment(ended_ms),
                    data=data,
                )
                diary.note(began_ms, began)
                diary.note(ended_ms, ended)

    def passed(self, day: int, events: Iterable[AnyEvent]) -> Iterator[AnyEvent | Late]:
        """Give what becomes known on a day, in the order in which it does."""
        known: list[tuple[int, str, AnyEvent | Late]] = []
        for event in events:
            ms = at_ms(event.time)
            if isinstance(event, ALIVE):
                self._see(event, ms)
            silence = self._silent(event, ms)
            if silence is None:
                known.append((ms, event.id, event))
            else:
                self._hold(event, silence)
        known += [(late.known_ms, late.event.id, late) for late in self._held.pop(day, ())]
        for _, _, item in sorted(known, key=lambda entry: entry[:2]):
            yield item

    def _see(self, event: PurchaseMade | UsageRecorded, ms: int) -> None:
        for one, alive in zip(self._silences, self._alive, strict=True):
            if ms < one.from_ms or (event.source != ERP and ms < one.to_ms):
                alive[event.subject] = event.source

    def _silent(self, event: AnyEvent, ms: int) -> Silence | None:
        if event.source != ERP or event.subject is None:
            return None
        return next((one for one in self._silences if one.from_ms <= ms < one.to_ms), None)

    def _hold(self, event: AnyEvent, silence: Silence) -> None:
        # By the event's own name: what becomes of one does not depend on how many there are.
        lost, wait = self._chance.of(event.id).random(2)
        if lost < LOST:
            self._truth.lost += 1
            return
        known_ms = silence.to_ms + 1 + int(wait * CATCHING_UP_MS)
        self._held[(known_ms - BEGIN_MS) // DAY_MS].append(Late(event, known_ms))
        self._truth.held_back += 1

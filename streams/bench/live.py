"""`ebbwatch bench live`: one run, from a Kafka of its own to what each process spent.

The customers and their past are taken in first, which also warms what is kept on disk. Then an
hour of events is written, and read by one process after the other, so that none takes another's
processor: the bare loop, the real intake, the real scorer over the log that the intake wrote,
and the slow peers over the first of the events.
"""

import asyncio
from functools import partial

import msgspec

from detectors.errors import EbbwatchError
from detectors.slices import Slice
from streams.bench.beside import BARE, run_peer, run_slow
from streams.bench.children import Done, idle_cpu_s, run_role
from streams.bench.ground import Place, ends, ground, n_new
from streams.bench.load import Load
from streams.bench.report import Figure, Told
from streams.bench.spent import Spent, one_after_the_other
from streams.bench.writing import write
from streams.customer_log import incoming
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.topics import (
    ASSESSMENTS,
    CUSTOMER_LOG,
    DEAD_LETTERS,
    DESK_LOG,
    INPUTS,
    INTERACTIONS,
    LEDGER_CHANGELOG,
)

# The load brings its own clocks, so every run has the same log; labels mature on a Monday.
PRESET: dict[str, object] = {
    "intake.ticks": "feed",
    "intake.tick_hours": 1,
    "churn.silence_days": 28,
}
INTAKE_EVENTS, SCORER_EVENTS = "ebbwatch_intake_events_total", "ebbwatch_scorer_events_total"
RATE, RATIO = "events per CPU-second", "times as many"
# What the scorer did, of the bare loop, when it had the first seven families and nothing that came
# with the rest: the median of five runs of a million events, 1.19 to 1.63.
SEVEN_FAMILIES = 1.28


class Work(msgspec.Struct, frozen=True):
    """What is to be done: the load, by how many workers, and how much of it by slow peers."""

    load: Load
    n_workers: int = 1
    n_peer_events: int = 40_000


class Run(msgspec.Struct, frozen=True):
    """What each process spent on the same events, and what came of them.

    `peers` has those that are installed; of a peer that is not, there is no figure.
    """

    bare: Spent
    intake: Spent
    scorer: Spent
    peers: dict[str, Spent]
    log_bytes_per_event: float
    assessments: int
    desk_records: int
    rows_written: int

    @property
    def both(self) -> Spent:
        """Intake and scorer, one after the other."""
        return one_after_the_other(self.intake, self.scorer)

    def figures(self) -> tuple[Figure, ...]:
        """Give what each does in a CPU-second, and both beside each peer."""
        ours = {"intake": self.intake, "scorer": self.scorer, "both": self.both}
        peers = {BARE.name: self.bare} | self.peers
        return (
            *(Figure(name, spent.per_cpu_s, RATE) for name, spent in (ours | peers).items()),
            *(
                Figure(f"both / {name}", self.both.per_cpu_s / spent.per_cpu_s, RATIO)
                for name, spent in peers.items()
            ),
            Figure("scorer / bare loop", self._scorer_to_bare, RATIO),
            Figure("the same, seven families", SEVEN_FAMILIES, RATIO),
        )

    @property
    def _scorer_to_bare(self) -> float:
        return self.scorer.per_cpu_s / self.bare.per_cpu_s


def live(work: Work, settings: Settings, *, told: Told) -> Run:
    """Run once, on a Kafka of its own that is thrown away afterwards.

    Raises
    ------
    EbbwatchError
        If an event was lost, doubled or refused: then the speed means nothing.
    """
    with ground(settings, together=work.n_workers > 1) as place:
        told(f"{work.load.n_customers:,} customers and their past")
        take_past(work.load, place)
        return _run(work, place, told)


def take_past(load: Load, place: Place, *, rest_s: float = 0.0) -> tuple[Done, Done]:
    """Write the past of a load and let intake and scorer take it; gives what they took.

    Their memory is asked for `rest_s` seconds later.
    """
    begun = ends(place)
    asyncio.run(write(place.servers, place.n_partitions, load.past()))
    take = partial(run_role, place=place, committed=True, rest_s=rest_s)
    intake = take("intake", n_records=n_new(begun, ends(place), INPUTS))
    return intake, take("scorer", n_records=n_new(begun, ends(place), (CUSTOMER_LOG,)))


def _run(work: Work, place: Place, told: Told) -> Run:
    idle_s: dict[str, float | None] = {"intake": None, "scorer": None}
    if work.n_workers > 1:
        told("workers that have nothing to do")
        idle_s |= {role: idle_cpu_s(role, place, work.n_workers) for role in idle_s}
    told(f"{work.load.n_events:,} events")
    before = ends(place)
    n_sent = asyncio.run(write(place.servers, place.n_partitions, work.load.events()))
    written = ends(place)
    n_records = n_new(before, written, INPUTS)
    starts = {topic: before[topic] for topic in INPUTS}
    told(BARE.name)
    bare = run_peer(BARE, place, n_records, starts)
    told("the intake")
    intake = run_role("intake", place, n_records, work.n_workers, idle_s=idle_s["intake"])
    told("the scorer")
    n_logged = n_new(before, ends(place), (CUSTOMER_LOG,))
    scorer = run_role("scorer", place, n_logged, work.n_workers, idle_s=idle_s["scorer"])
    after = ends(place)
    n_in_log, log_bytes = asyncio.run(_events_in_log(place, before[CUSTOMER_LOG]))
    check(n_sent, n_in_log, int(scorer.metrics[SCORER_EVENTS]), sum(after[DEAD_LETTERS]))
    n_of_slow = min(work.n_peer_events, n_new(before, written, (INTERACTIONS,)))
    return Run(
        bare=bare,
        intake=intake.spent_on(INTAKE_EVENTS),
        scorer=scorer.spent_on(SCORER_EVENTS),
        peers=run_slow(place, n_of_slow, before, told),
        log_bytes_per_event=round(log_bytes / n_in_log, 1),
        assessments=n_new(before, after, (ASSESSMENTS,)),
        desk_records=n_new(before, after, (DESK_LOG,)),
        rows_written=n_new(before, after, (LEDGER_CHANGELOG,)),
    )


def check(n_sent: int, n_logged: int, n_scored: int, n_refused: int) -> None:
    """See that every event went through once.

    Raises
    ------
    EbbwatchError
        If one was lost, doubled or refused.
    """
    if n_refused or not n_sent == n_logged == n_scored:
        raise EbbwatchError(
            f"{n_sent} events were sent, {n_logged} are in the log, {n_scored} were scored "
            f"and {n_refused} refused"
        )


async def _events_in_log(place: Place, starts: list[int]) -> tuple[int, int]:
    # Counts events, and the bytes of the log's records.
    n_events = n_bytes = 0
    async with LogReader(place.servers) as reader:
        for partition, start in enumerate(starts):
            async for record in reader.read(CUSTOMER_LOG, partition, start):
                found = incoming(record)
                n_events += len(found) if isinstance(found, Slice) else 0
                n_bytes += len(record.value or b"")
    return n_events, n_bytes

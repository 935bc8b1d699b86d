"""`ebbwatch bench live`: one run, from a Kafka of its own to what each process spent.

The customers and their past are taken in first. Then some hours of events are written, and
read by one process after the other, so that none takes another's processor: the bare loop, the
real intake, and the real scorer over the log that the intake wrote.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from detectors.errors import EbbwatchError
from detectors.slices import Slice
from streams import topics_apply
from streams.bench.children import Done, Place, run_bare, run_role
from streams.bench.load import Load
from streams.bench.spent import Spent, one_after_the_other
from streams.bench.writing import write
from streams.customer_log import incoming
from streams.embedded import Endpoints, kafka
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.topics import (
    ASSESSMENTS,
    CUSTOMER_LOG,
    DEAD_LETTERS,
    DESK_LOG,
    INPUTS,
    LEDGER_CHANGELOG,
    TABLE,
)

# The load brings its own clocks, so every run has the same log; labels mature on a Monday.
PRESET: dict[str, object] = {
    "intake.ticks": "feed",
    "intake.tick_hours": 1,
    "churn.silence_days": 28,
}
NO_STORE = "redis://127.0.0.1:1/0"  # neither role needs one

INTAKE_EVENTS, SCORER_EVENTS = "ebbwatch_intake_events_total", "ebbwatch_scorer_events_total"

Told = Callable[[str], None]
Ends = dict[str, list[int]]


class Run(msgspec.Struct, frozen=True):
    """What each process spent on the same events, and what came of them."""

    bare: Spent
    intake: Spent
    scorer: Spent
    log_bytes_per_event: float
    assessments: int
    desk_records: int
    rows_written: int

    @property
    def both(self) -> Spent:
        """Intake and scorer, one after the other."""
        return one_after_the_other(self.intake, self.scorer)

    @property
    def ratio(self) -> float:
        """What both do in a CPU-second, as a share of the bare loop."""
        return self.both.per_cpu_s / self.bare.per_cpu_s


def live(load: Load, settings: Settings, told: Told) -> Run:
    """Run once, on a Kafka of its own that is thrown away afterwards.

    Raises
    ------
    EbbwatchError
        If an event was lost, doubled or refused: then the speed means nothing.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ebbwatch-bench-") as folder,
        kafka(Path(folder), keep=False) as bootstrap_servers,
    ):
        file = Path(folder, "settings.json")
        file.write_text(settings.model_dump_json())
        place = Place(Endpoints(bootstrap_servers, NO_STORE), Path(folder), file)
        asyncio.run(_create_topics(place, settings))
        return _run(load, place, settings.topics.partitions, told)


def _run(load: Load, place: Place, n_partitions: int, told: Told) -> Run:
    servers = place.endpoints.bootstrap_servers
    told(f"{load.n_customers:,} customers and their past")
    begun = _ends(servers)
    asyncio.run(write(servers, n_partitions, load.past()))
    run_role("intake", place, _n_new(begun, _ends(servers), INPUTS))
    run_role("scorer", place, _n_new(begun, _ends(servers), (CUSTOMER_LOG,)))

    told(f"{load.n_events:,} events")
    before = _ends(servers)
    n_sent = asyncio.run(write(servers, n_partitions, load.events()))
    n_records = _n_new(before, _ends(servers), INPUTS)
    told("the bare loop")
    starts = [(topic, number, at) for topic in INPUTS for number, at in enumerate(before[topic])]
    bare = run_bare(servers, starts, n_records)
    told("the intake")
    intake = run_role("intake", place, n_records)
    told("the scorer")
    scorer = run_role("scorer", place, _n_new(before, _ends(servers), (CUSTOMER_LOG,)))
    after = _ends(servers)
    logged = asyncio.run(_events_in_log(servers, before[CUSTOMER_LOG]))
    _check(n_sent, logged[0], scorer, sum(after[DEAD_LETTERS]))
    return Run(
        bare=bare,
        intake=intake.spent_on(INTAKE_EVENTS),
        scorer=scorer.spent_on(SCORER_EVENTS),
        log_bytes_per_event=round(logged[1] / logged[0], 1),
        assessments=_n_new(before, after, (ASSESSMENTS,)),
        desk_records=_n_new(before, after, (DESK_LOG,)),
        rows_written=_n_new(before, after, (LEDGER_CHANGELOG,)),
    )


def _check(n_sent: int, n_logged: int, scorer: Done, n_refused: int) -> None:
    n_scored = int(scorer.metrics[SCORER_EVENTS])
    if n_refused or not n_sent == n_logged == n_scored:
        raise EbbwatchError(
            f"{n_sent} events were sent, {n_logged} are in the log, {n_scored} were scored "
            f"and {n_refused} refused"
        )


def _n_new(before: Ends, after: Ends, topics: Iterable[str]) -> int:
    return sum(sum(after[topic]) - sum(before[topic]) for topic in topics)


def _ends(bootstrap_servers: str) -> Ends:
    async def ask() -> Ends:
        async with LogReader(bootstrap_servers) as reader:
            return {
                topic.name: [
                    (await reader.ends(topic.name, number))[1]
                    for number in range(await reader.partitions(topic.name))
                ]
                for topic in TABLE
            }

    return asyncio.run(ask())


async def _events_in_log(bootstrap_servers: str, starts: list[int]) -> tuple[int, int]:
    # Counts events, and the bytes of the log's records.
    n_events = n_bytes = 0
    async with LogReader(bootstrap_servers) as reader:
        for partition, start in enumerate(starts):
            async for record in reader.read(CUSTOMER_LOG, partition, start):
                found = incoming(record)
                n_events += len(found) if isinstance(found, Slice) else 0
                n_bytes += len(record.value or b"")
    return n_events, n_bytes


async def _create_topics(place: Place, settings: Settings) -> None:
    async with topics_apply.connected(place.endpoints.bootstrap_servers) as admin:
        await topics_apply.apply(admin, settings.topics)

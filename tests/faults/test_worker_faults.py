import asyncio
import random
import signal
from pathlib import Path

import pytest

from streams.counts import Counts
from streams.embedded import KafkaServer
from streams.exits import Exit
from streams.writer import Writer
from tests.faults.toy_world import World, repeats


async def nothing_is_missing(world: World) -> None:
    """The counts are exact, and the effects complete once repeats are removed."""
    assert await world.counts() == dict(world.sent)
    assert set(await world.effects()) == world.effects_due()


async def test_a_worker_killed_at_random_under_load_loses_and_doubles_nothing(
    world: World,
) -> None:
    chance = random.Random(6)
    loading = asyncio.create_task(world.load(60_000, seconds=6))
    for _ in range(3):
        worker = await world.worker(settings={"instance": "one"})
        await asyncio.sleep(chance.uniform(0.1, 1.2))
        worker.kill()
        await worker.ended()
    await world.worker(settings={"instance": "one"})
    await loading
    await world.all_done()
    await nothing_is_missing(world)


@pytest.mark.parametrize("moment", ["effects", "half_flush", "flush", "ack"])
async def test_a_crash_right_after_any_of_its_writes_loses_nothing(
    world: World, moment: str
) -> None:
    loading = asyncio.create_task(world.load(10_000, seconds=2.5))
    dying = await world.worker(die=moment, settings={"instance": "one"})
    assert await dying.ended() == -signal.SIGKILL
    await world.worker(settings={"instance": "one"})
    await loading
    await world.all_done()
    await nothing_is_missing(world)


async def test_workers_that_join_and_leave_under_load_repeat_nothing(world: World) -> None:
    loading = asyncio.create_task(world.load(80_000, seconds=8))
    await world.worker()
    await asyncio.sleep(0.5)
    second = await world.worker()
    third = await world.worker()
    await asyncio.sleep(0.5)
    await second.stopped()
    await asyncio.sleep(0.5)
    await third.stopped()
    await loading
    await world.all_done()
    await nothing_is_missing(world)
    assert repeats((await world.effects()).values()) == 0
    assert len(world.workers[0].events("worker_ready")) >= 3  # it was there all the time


async def test_a_stop_with_slices_pending_is_quick_and_repeats_nothing(world: World) -> None:
    never = {"flush_interval_s": 600.0}
    worker = await world.worker(settings=never)
    await world.load(20_000)
    while set(await world.effects()) != world.effects_due():
        await asyncio.sleep(0.1)
    assert await world.committed() == 0
    assert await worker.stopped() < 5
    assert await world.committed() == 20_000
    await world.load(5_000)
    await world.worker()
    await world.all_done()
    await nothing_is_missing(world)
    assert repeats((await world.effects()).values()) == 0


async def test_a_broker_killed_under_load_costs_nothing_but_time(tmp_path: Path) -> None:
    server = KafkaServer(tmp_path, keep=False)
    await asyncio.to_thread(server.start)
    world = World(server.address, "toy")
    try:
        await world.make_topics()
        supervising = asyncio.create_task(world.supervise(session_timeout_s=15.0))
        loading = asyncio.create_task(world.load(60_000, seconds=6))
        while not await world.committed():
            await asyncio.sleep(0.2)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await loading
        await world.all_done()
        supervising.cancel()
        await nothing_is_missing(world)
    finally:
        await world.close()
        await asyncio.to_thread(server.close)


async def test_the_watchdog_ends_a_worker_whose_acks_are_held_back(world: World) -> None:
    worker = await world.worker(hold_acks=True, settings={"stall_s": 2.0})
    await world.load(1_000)
    assert await worker.ended(within_s=8) == Exit.STALLED
    assert await world.committed() == 0


async def test_an_exception_in_a_step_ends_the_worker_without_an_ack(world: World) -> None:
    worker = await world.worker(raise_at=50)
    await world.load(1_000)
    assert await worker.ended(within_s=5) == Exit.UNEXPECTED
    (ended,) = worker.events("worker_ended")
    assert ended["doing"] == "step"
    assert ended["exception"][0]["exc_type"] == "ValueError"
    assert await world.committed() == 0


async def test_records_without_value_or_key_and_with_headers_pass_untouched_without_a_table(
    world: World, broker: str
) -> None:
    records = [
        (b"ada", None, ()),
        (None, b"value", (("ce_type", b"payment.failed"), ("ce_type", b""))),
        (b"", b"", ()),
        (None, None, (("only", b"headers"),)),
        (b"long", b"x" * 500_000, ()),
    ]
    await world.worker(echo=True, table=False)
    writer = Writer(broker, Counts())
    await writer.start()
    assert await writer.write(f"{world.prefix}.a", 2, records) == [0, 1, 2, 3, 4]
    await writer.stop()
    while len(came := await world.read(f"{world.prefix}.out")) < len(records):
        await asyncio.sleep(0.1)
    assert [(r.key, r.value, tuple(r.headers)) for r in came] == records


async def test_a_worker_answers_probes_and_scrapes(world: World) -> None:
    worker = await world.worker()
    await world.load(1_000)
    await world.all_done()
    assert await worker.get("/livez") == (200, "yes\n")
    assert await worker.get("/readyz") == (200, "yes\n")
    status, page = await worker.get("/metrics")
    assert status == 200
    assert "Position(delivered=125, taken=125, acked=125, committed=125, end=125)" in page


async def test_a_worker_frozen_longer_than_its_session_writes_no_older_rows(world: World) -> None:
    frozen = await world.worker(settings={"flush_interval_s": 600.0})
    await world.load(4_000)
    while set(await world.effects()) != world.effects_due():
        await asyncio.sleep(0.1)
    frozen.send(signal.SIGSTOP)
    await world.load(4_000)
    await world.worker()
    await world.all_done()
    frozen.send(signal.SIGCONT)
    assert await frozen.ended() == Exit.STALLED
    await nothing_is_missing(world)


async def test_of_two_workers_with_one_name_the_older_one_ends(world: World) -> None:
    older = await world.worker(settings={"instance": "one"})
    await world.load(2_000)
    await world.worker(settings={"instance": "one"})
    assert await older.ended() == Exit.STALLED
    await world.load(2_000)
    await world.all_done()
    await nothing_is_missing(world)


async def test_inputs_cut_into_different_numbers_of_partitions_are_refused(broker: str) -> None:
    world = World(broker, "miscut")
    await world.make_topics(n_partitions_of_b=3)
    worker = await world.worker()
    assert await worker.ended() == Exit.REFUSED
    (ended,) = worker.events("worker_ended")
    assert "miscut.b" in ended["exception"][0]["exc_value"]


@pytest.mark.parametrize("after_s", [0.0, 0.05])
async def test_a_stop_while_still_starting_is_clean(world: World, after_s: float) -> None:
    worker = await world.starting_worker()
    while not worker.events("worker_starting"):
        await asyncio.sleep(0.005)
    await asyncio.sleep(after_s)
    assert await worker.stopped() < 5

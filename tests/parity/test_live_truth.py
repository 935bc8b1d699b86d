"""What a live system raises on a real Kafka is what happened, counted from its topics alone."""

from pathlib import Path

from alerts.redis_board import RedisBoard
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Pipeline
from streams.log_reader import LogReader
from streams.report.comparison import Comparison, compared
from streams.report.heard import Heard
from streams.report.listening import listened
from streams.topics import BREACHES
from tests.faults.live_industry import SmallIndustry
from tests.faults.live_system import System, settings_of

TICK_HOURS = 24


async def heard_live(system: System) -> Heard:
    """Listen to a live system from outside."""
    board = RedisBoard.connect(system.endpoints.redis_url, system.settings.topics.desk_partitions)
    async with LogReader(system.endpoints.bootstrap_servers) as reader:
        heard = await listened(reader, board)
    await board.close()
    return heard


def hold(found: Comparison) -> None:
    """See that all that had to be raised was, and that there was something to raise."""
    assert [(one.missed, one.wrong) for one in found.clocks] == [(0, 0)] * 5
    assert all(one.raised == one.broken > 0 for one in found.clocks)
    assert [one.tasks for one in found.outages] == [0, 0]
    assert all(one.customers > 20 for one in found.outages)
    assert [one.cases for one in found.changes] == [1] * 9
    assert all(one.customers_merged <= one.exposed for one in found.changes)
    assert sum(one.alerts_merged for one in found.changes) > 5
    assert found.cases == 9
    assert [(one.cases_of_heir, one.left_behind) for one in found.books] == [(1, 0)] * 3
    assert sum(one.handed_over for one in found.books) > 0
    assert all(one.exposed >= 0.7 * one.customers for one in found.books)
    # So few customers may not have every reason; the year of the demonstration has.
    assert len(found.reasons) > 25
    assert found.idle_tasks == 0


async def test_what_is_raised_live_is_what_happened(tmp_path: Path) -> None:
    source = SmallIndustry()
    system = System(tmp_path, source)
    try:
        await system.start()
        await system.all_roles()
        await system.fed()
        found = compared(source.ground_truth, await heard_live(system), TICK_HOURS)
        audited = {line.topic: line.equal for line in await system.audited()}
    finally:
        await system.close()
    hold(found)
    assert found.board_agrees
    assert audited[BREACHES]
    assert all(audited.values())


def test_a_run_in_one_process_raises_the_same_for_what_happened() -> None:
    source = SmallIndustry()
    pipeline = Pipeline(settings_of(source))
    pipeline.collected.heard = heard = Heard()
    feed(pipeline, source, lambda _: None)
    found = compared(source.ground_truth, heard, TICK_HOURS)
    hold(found)
    assert found.board_agrees is None

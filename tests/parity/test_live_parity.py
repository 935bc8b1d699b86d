"""What the live system says on a real Kafka is what the backtest says in one process."""

from pathlib import Path

from tests.faults.live_source import SmallTown
from tests.faults.live_system import System
from tests.faults.live_told import DESK, LOG, SAID, SPEAKING, TASK, differences, live, undisturbed


async def test_a_live_run_says_what_a_backtest_says_and_its_audit_is_equal(tmp_path: Path) -> None:
    source = SmallTown()
    system = System(tmp_path, source)
    try:
        await system.start()
        await system.all_roles()
        await system.fed()
        told = await live(system.endpoints, system.settings)
        assert differences(told, undisturbed(source, system.settings)) == []
        assert {line.topic: line.equal for line in await system.audited()} == {
            "churn.assessments": True,
            "churn.log.desk": True,
            "churn.log.training": True,
            "churn.models": True,
            "churn.tasks": True,
        }
    finally:
        await system.close()
    counts = {what: len(told.all(what)) for what in (LOG, SAID, DESK, SPEAKING, TASK)}
    # 71 ticks and 11 models in each of four logs; ticks of four scorers at both desks.
    assert counts[LOG] == source.n_events + (71 + 11) * 4
    assert counts[SPEAKING] == 11
    assert counts[DESK] > 71 * 4 * 2
    assert min(counts[SAID], counts[TASK]) > 40
    # Tier lines have come with the models: the same in every log, or the audit would differ.
    assert any('"tier_basis":"value"' in str(said) for said in told.all(SAID))

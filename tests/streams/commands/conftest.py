"""A whole system on this machine, with a history in it, and a terminal beside it."""

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.cli import app
from streams.commands.feeding import feed
from streams.commands.system import System
from streams.runtime import Running, running
from streams.settings import load
from streams.sources.files import open_files

Ebbwatch = Callable[..., str]

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
N_CUSTOMERS, N_DAYS = 12, 30
MAPPING = """
name = "shop"
profiles.dealt_to = ["kim", "lee"]
[[file]]
name = "sales"
path = "sales.csv"
[[file.event]]
type = "purchase.made"
customer = "who"
time = "when"
data.amount = "paid"
"""
SETTINGS: dict[str, object] = {
    "intake.ticks": "feed",
    "intake.tick_hours": 24,
    "churn.silence_days": 14,
    "desk.hold_out.share": 0.0,  # what is tried here must not depend on a draw
    "console.people": {"Kim Berg": {"job": "manager", "owners": ["kim", "lee"]}},
    "worker.flush_interval_s": 0.2,
    "worker.pulse_interval_s": 0.01,
}


@pytest.fixture(scope="session")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a month of purchases of twelve customers, and the mapping that reads them."""
    folder, chance = tmp_path_factory.mktemp("shop"), random.Random(7)
    lines = ["who,when,paid"]
    for day in range(N_DAYS):
        for number in range(N_CUSTOMERS):
            if chance.random() < 0.4:
                at = BEGIN + timedelta(days=day, minutes=chance.randrange(1, 1440))
                lines.append(f"c{number},{at.isoformat()},{chance.randrange(5, 90)}")
    (folder / "sales.csv").write_text("\n".join(lines))
    (folder / "shop.toml").write_text(MAPPING)
    return folder / "shop.toml"


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, mapping: Path) -> Iterator[Running]:
    """Give a system that has heard the history; each role is a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        # Whatever the person who tests has running is not to be tried on.
        patch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        state = tmp_path_factory.mktemp("state")
        with running(load((), None, SETTINGS), state) as system:
            reached = System(system.settings, system.endpoints)
            asyncio.run(feed(reached, open_files(mapping), None))
            yield system


@pytest.fixture
def ebbwatch(
    system: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ebbwatch:
    """Give the command line: words in, what was printed out."""
    for name, value in system.endpoints.environment().items():
        monkeypatch.setenv(name, value)
    state = system.roles["desk"].log.parent.parent
    monkeypatch.setenv("EBBWATCH_STATE_DIR", str(state))

    def ebbwatch(*words: str) -> str:
        capsys.readouterr()
        app(words, result_action="return_value", exit_on_error=False)
        system.check()
        return capsys.readouterr().out

    return ebbwatch

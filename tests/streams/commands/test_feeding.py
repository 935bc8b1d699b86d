"""Whether a running system is fit for a history, and what a person is told before."""

from pathlib import Path

import pytest

from detectors.errors import EbbwatchError, SettingsError
from streams.commands.feeding import refuse_unfit, remarks, times
from streams.settings import load
from streams.sources.files import FileSource, open_files

MAPPING = """
name = "shop"
settings.churn.silence_days = 30
profiles.dealt_to = 2
[[file]]
name = "sales"
path = "sales.csv"
[[file.event]]
type = "purchase.made"
customer = "who"
time = "day"
data.amount = "paid"
"""


@pytest.fixture
def shop(tmp_path: Path) -> FileSource:
    (tmp_path / "sales.csv").write_text("who,day,paid\nada,2024-01-01,3\nbob,2024-13-01,4\n")
    (tmp_path / "shop.toml").write_text(MAPPING)
    return open_files(tmp_path / "shop.toml")


@pytest.mark.parametrize(("typed", "factor"), [("86400x", 86400.0), ("0.5", 0.5), (None, None)])
def test_a_speed_is_a_number(typed: str | None, factor: float | None) -> None:
    assert times(typed) == factor


@pytest.mark.parametrize("typed", ["fast", "0x", "-3", "nan", "x"])
def test_any_other_speed_is_refused(typed: str) -> None:
    with pytest.raises(EbbwatchError, match="as in 86400x"):
        times(typed)


def test_a_system_on_wall_time_takes_no_history(shop: FileSource) -> None:
    command = (
        "ebbwatch up --set intake.ticks=feed --set intake.tick_hours=24 --set churn.silence_days=30"
    )
    with pytest.raises(SettingsError, match=command):
        refuse_unfit(load(), shop)
    refuse_unfit(load(["intake.ticks=feed"]), shop)


def test_what_is_invented_refused_or_set_otherwise_is_told(shop: FileSource) -> None:
    told = list(remarks(load(["intake.ticks=feed"]), shop))
    assert told[0] == "The data asks for churn.silence_days=30; the running system has 90."
    assert told[1].startswith("2 account managers are invented")
    assert told[2:3] == ["1 rows give no event; the first of them:"]
    assert told[3].startswith("  sales.csv, row 2, ")


def test_a_fit_system_hears_nothing_of_settings(shop: FileSource) -> None:
    fit = load(["intake.ticks=feed", "churn.silence_days=30"])
    assert not any("asks for" in line for line in remarks(fit, shop))

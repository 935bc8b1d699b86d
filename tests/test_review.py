"""The review of a quarter, as cron would run it."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "deploy" / "review.sh"
CRON = re.compile(r"```cron\n(\S+ \S+ \S+ \S+ \S+) sh (\S+) (.*)\n```")
MAPPING = """
name = "shop"
until = 2024-03-01

[[file]]
name = "orders"
path = "orders.csv"

[[file.event]]
type = "purchase.made"
customer = "customer"
time = "day"
data.amount = "total"
data.currency.constant = "EUR"
"""


def review(*said: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", SCRIPT, *said], capture_output=True, text=True, timeout=300, check=False
    )


def a_shop(folder: Path) -> Path:
    days = [datetime(2024, 1, day, tzinfo=UTC).isoformat() for day in range(1, 29)]
    rows = "".join(f"c{nth % 4},{day},10\n" for nth, day in enumerate(days))
    (folder / "orders.csv").write_text("customer,day,total\n" + rows, encoding="utf-8")
    (folder / "shop.toml").write_text(MAPPING, encoding="utf-8")
    return folder / "shop.toml"


def test_a_review_is_a_whole_backtest_in_a_folder_of_its_day(tmp_path: Path) -> None:
    reviews, mapping = tmp_path / "reviews", a_shop(tmp_path)
    (reviews / "2023-10-01").mkdir(parents=True)
    (reviews / "2023-10-01.part").mkdir()
    done = review(reviews, "--mapping", mapping)
    assert done.returncode == 0, done.stderr
    (made,) = [each for each in reviews.iterdir() if (each / "report.md").exists()]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", made.name)
    assert {"report.json", "metrics.json", "alerts.parquet"} <= {one.name for one in made.iterdir()}
    assert f"beside {reviews / '2023-10-01'}/report.md" in done.stderr

    (made / "report.md").write_text("kept", encoding="utf-8")
    again = review(reviews, "--mapping", mapping)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert (made / "report.md").read_text(encoding="utf-8") == "kept"


def test_a_review_that_failed_leaves_no_folder_behind(tmp_path: Path) -> None:
    done = review(tmp_path / "reviews", "--mapping", tmp_path / "nowhere.toml")
    assert done.returncode != 0
    assert not list((tmp_path / "reviews").glob("????-??-??"))


def test_it_says_what_it_needs() -> None:
    done = review()
    assert done.returncode == 1
    assert "say where reviews go" in done.stderr


def test_the_line_for_cron_runs_each_quarter_what_there_is() -> None:
    page = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    ((when, script, options),) = CRON.findall(page)
    assert when.split()[2:4] == ["1", "1,4,7,10"]
    assert (ROOT / Path(script).relative_to("/opt/ebbwatch")) == SCRIPT
    assert "--mapping" in options
    assert "--settings" in options

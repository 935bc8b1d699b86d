"""Histories for a backtest, written to files: the same shop as CSV, Parquet and JSON lines.

Purchases over some months, in order of time, drawn and written in parts: however many there
are, only one part is in memory. JSON lines are events of the contract, as Kafka would carry
them; the others are tables with a mapping.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from detectors.arrays import DAY_MS
from detectors.reasons import instant
from streams.bench.load import OWNERS
from streams.events.activity import Purchase, PurchaseMade
from streams.events.encode import encode
from streams.events.envelope import at_ms
from streams.events.profiles import Profile, ProfileUpdated
from streams.sources.event_files import EventFiles
from streams.sources.files import open_files
from streams.sources.line_file import LineFile
from streams.sources.source import Source
from streams.topics import INTERACTIONS, PROFILES

Format = Literal["csv", "parquet", "json"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "json")
BEGIN_MS = at_ms(datetime(2023, 1, 2, tzinfo=UTC))
AT_ONCE = 250_000

# No tiers by value, as of the Complete Journey: nobody in these files is ever contacted, so every
# customer of the upper tiers would be due care for ever, three alerts in four.
PRESET: dict[str, object] = {
    "churn.label": "silence",
    "churn.silence_days": 28,
    "churn.prior_rate": 0.1,
    "intake.tick_hours": 24,
    "value.tiers.shares": {},
}
MAPPING = """\
name = "bench"
until = {until}

[settings]
churn.label = "silence"
churn.silence_days = 28
churn.prior_rate = 0.1

[profiles]
dealt_to = 12

[[file]]
name = "purchases"
path = "{path}"

[[file.event]]
type = "purchase.made"
customer = "customer"
time = "at"
data.amount = "amount"
data.currency.constant = "EUR"
"""


@dataclass(frozen=True)
class History:
    """`n_events` purchases over `n_days`, from a seed; `n_each` of a customer, on average.

    Half of the customers buy as ever to the end; the others fall silent, one after the other.
    """

    n_events: int
    n_days: int = 365
    n_each: int = 500
    seed: int = 7

    @property
    def n_customers(self) -> int:
        """Count the customers."""
        return max(10, self.n_events // self.n_each)

    @property
    def end_ms(self) -> int:
        """Give the instant at which it ends."""
        return BEGIN_MS + self.n_days * DAY_MS

    @property
    def life(self) -> str:
        """Say what a customer does."""
        hours = self.n_days * 24 / self.n_each
        often = f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
        return (
            f"{self.n_events:,} purchases of {self.n_customers:,} customers in {self.n_days} days, "
            f"each some {self.n_each:,}, one in {often}"
        )

    def parts(self) -> Iterator[pa.Table]:
        """Give customer, time and amount, a stretch of time after the other."""
        chance, n_parts = np.random.default_rng(self.seed), -(-self.n_events // AT_ONCE)
        bounds = np.linspace(BEGIN_MS, self.end_ms, n_parts + 1).astype(np.int64)
        for number in range(n_parts):
            n = self.n_events // n_parts + (number < self.n_events % n_parts)
            at = np.sort(chance.integers(bounds[number], bounds[number + 1], n))
            # Those who are there still: at the end it is the first half.
            share = 1 - 0.5 * (at - BEGIN_MS) / (self.end_ms - BEGIN_MS)
            customers = (chance.random(n) * share * self.n_customers).astype(np.int64)
            yield pa.table(
                {
                    "customer": pa.array([f"c{one:08d}" for one in customers.tolist()]),
                    "at": pa.array(at, pa.timestamp("ms", "UTC")),
                    "amount": chance.gamma(2.0, 20.0, n).round(2),
                }
            )


def write(history: History, kind: Format, folder: Path) -> Path:
    """Write a history as a file of some kind; gives the file."""
    file = folder / f"purchases.{kind}"
    _WRITERS[kind](history, file)
    return file


def opened(history: History, kind: Format, file: Path) -> Source:
    """Open a file that `write` wrote, as a person would."""
    if kind == "json":
        profiles = LineFile(PROFILES, file.with_suffix(".profiles.json"))
        return Lines([profiles, LineFile(INTERACTIONS, file)])
    mapping = file.with_suffix(".toml")
    until = instant(history.end_ms).date()
    mapping.write_text(MAPPING.format(path=file.name, until=until), encoding="utf-8")
    return open_files(mapping)


class Lines(EventFiles):
    """A history as events, with the settings that go with it."""

    @property
    def preset(self) -> dict[str, object]:
        """Give what belongs to the data."""
        return dict(PRESET)


def _write_csv(history: History, file: Path) -> None:
    schema = next(history.parts()).schema
    with pcsv.CSVWriter(file, schema) as writer:
        for part in history.parts():
            writer.write_table(part)


def _write_parquet(history: History, file: Path) -> None:
    schema = next(history.parts()).schema
    with pq.ParquetWriter(file, schema) as writer:
        for part in history.parts():
            writer.write_table(part)


def _write_json(history: History, file: Path) -> None:
    with file.with_suffix(".profiles.json").open("wb") as lines:
        for number in range(history.n_customers):
            profile = Profile(owner=OWNERS[number % len(OWNERS)])
            head = _head(f"p{number}", f"c{number:08d}", instant(BEGIN_MS))
            lines.write(encode(ProfileUpdated(**head, data=profile)) + b"\n")
    n_written = 0
    with file.open("wb") as lines:
        for part in history.parts():
            columns = (part[name].to_pylist() for name in ("customer", "at", "amount"))
            for customer, at, amount in zip(*columns, strict=True):
                n_written += 1
                head = _head(f"e{n_written}", customer, at.astimezone(UTC))
                purchase = Purchase(amount=amount, currency="EUR")
                lines.write(encode(PurchaseMade(**head, data=purchase)) + b"\n")


def _head(event_id: str, customer: str, at: datetime) -> dict[str, Any]:
    head = {"specversion": "1.0", "source": "bench", "id": event_id}
    return head | {"time": at, "subject": customer}


_WRITERS: dict[Format, Callable[[History, Path], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "json": _write_json,
}

"""Small files and mappings by hand, for the tests of files as a source."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from streams.events import AnyEvent
from streams.sources.files import FileSource, open_files

SHOP = """
name = "shop"
[[file]]
name = "orders"
path = "orders.csv"
[[file.event]]
type = "purchase.made"
customer = "customer"
time = "at"
data.amount = "amount"
"""


def a_source(folder: Path, mapping: str, *given: str, **files: str | dict[str, Any]) -> FileSource:
    """Write files beside a mapping, texts as CSV and columns as Parquet, and open them."""
    for name, content in files.items():
        if isinstance(content, str):
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        else:
            pq.write_table(pa.table(content), folder / f"{name}.parquet")
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return open_files(folder / "map.toml", given)


def events_of(source: FileSource) -> list[AnyEvent]:
    """Give all events of a source, profiles left out."""
    return list(source.events())


def said(source: FileSource) -> list[tuple[str | None, str]]:
    """Give customer and time of each event, short."""
    return [(event.subject, event.time.isoformat(" ")[:19]) for event in source.events()]


def data_of(source: FileSource) -> list[Any]:
    """Give the data of each event."""
    return [event.data for event in source.events()]


def reasons(source: FileSource) -> list[tuple[int, str]]:
    """Give row and reason of each dead letter."""
    return [(letter.row, letter.reason) for letter in source.refused]


def at(text: str) -> datetime:
    """Give a UTC time."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)

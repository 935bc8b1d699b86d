"""Files as tables: CSV and Parquet, only the columns asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from detectors.errors import SettingsError
from streams.sources.plan import FilePlan

ROW = "row number"  # with a blank, so that hardly a file has such a column
_CSV = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")


@dataclass(frozen=True, eq=False)
class Broken:
    """A row that could not be cut into cells."""

    row: int
    reason: str


@dataclass(frozen=True, eq=False)
class FileTable:
    """The columns of a file with `ROW`, counted from 1 without the header; and broken rows."""

    columns: Any
    broken: tuple[Broken, ...] = ()


def schema(plan: FilePlan) -> list[str]:
    """Give the columns that a file has.

    Raises
    ------
    SettingsError
        If the file is missing or of no known kind.
    """
    if not plan.path.is_file():
        raise SettingsError(f"{plan.place}, path: no file {plan.path}")
    if not plan.path.name.endswith((".parquet", *_CSV)):
        kinds = ", ".join((".parquet", *_CSV))
        raise SettingsError(f"{plan.place}, path: {plan.path.name} must end in one of {kinds}")
    try:
        if plan.path.suffix == ".parquet":
            return list(pq.read_schema(plan.path).names)
        return list(pcsv.open_csv(plan.path, **_csv(plan, None, [])).schema.names)
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(plan, error) from error


def read(plan: FilePlan, columns: Iterable[str]) -> FileTable:
    """Read some columns of a file. Cells of a CSV file are texts, whatever they look like.

    A guess would turn the customer ``00718`` into 718. Rows of the wrong length are broken.

    Raises
    ------
    SettingsError
        If the file cannot be read at all.
    """
    wanted = sorted(set(columns))
    broken: list[Broken] = []
    try:
        if plan.path.suffix == ".parquet":
            # Not `read_table`: it would take the folder's name for a column (partitions).
            # By one thread: several fetch twice the memory, and new memory is what takes time.
            table = pq.ParquetFile(plan.path).read(columns=wanted, use_threads=False)
        else:
            table = pcsv.read_csv(plan.path, **_csv(plan, wanted, broken))
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(plan, error) from error
    rows = np.arange(1, table.num_rows + len(broken) + 1)
    if broken:
        rows = np.setdiff1d(rows, [one.row for one in broken], assume_unique=True)
    return FileTable(table.append_column(ROW, pa.array(rows)), tuple(broken))


def _csv(plan: FilePlan, wanted: list[str] | None, broken: list[Broken]) -> dict[str, Any]:
    file = plan.file

    def keep(row: Any) -> str:
        # Counted from 1 with the header, and only because it is read by one thread.
        reason = f"{row.actual_columns} cells instead of {row.expected_columns}"
        broken.append(Broken(row.number - 1, reason))
        return "skip"

    names = wanted if wanted is not None else []
    tab = ".tsv" in plan.path.suffixes
    return {
        "read_options": pcsv.ReadOptions(use_threads=False, encoding=file.encoding),
        "parse_options": pcsv.ParseOptions(
            delimiter=file.delimiter or ("\t" if tab else ","),
            newlines_in_values=True,
            invalid_row_handler=keep,
        ),
        "convert_options": pcsv.ConvertOptions(
            column_types={name: pa.large_string() for name in names},
            include_columns=names,
            strings_can_be_null=True,
            null_values=["", *file.null],
        ),
    }


def _unreadable(plan: FilePlan, error: Exception) -> SettingsError:
    hint = f'; it was read as encoding = "{plan.file.encoding}"' if "UTF" in str(error) else ""
    return SettingsError(f"{plan.place}: cannot read {plan.path.name}: {error}{hint}")

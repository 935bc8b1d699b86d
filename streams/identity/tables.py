"""The tables that proposals are made from and decided by: CSV files, read with clear errors."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from detectors.errors import ContractError
from streams.identity.deciding import Verdict
from streams.identity.proposals import Entry, Proposal

NEEDED = ("source", "id", "name")
OPTIONAL = ("address", "tax_id")
DECIDED = ("id", "other", "same")
SURVIVOR = "survivor"
WRITTEN = ("id", "other", "same", "survivor", "similarity", "name", "other_name", "why")
LONGEST = 200  # characters of an id, as in the events' contract
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})

Row = Mapping[str, str]


def entries(path: Path) -> list[Entry]:
    """Read the customers: source, id, name; where known address and tax_id. UTF-8.

    Raises
    ------
    ContractError
        Names the file, the line and the column.
    """
    found: list[Entry] = []
    lines: dict[tuple[str, str], int] = {}
    for line, row in _rows(path, NEEDED):
        for column in NEEDED:
            _required(row, column, f"{path} line {line}")
        values = {column: (row.get(column) or "").strip() for column in (*NEEDED, *OPTIONAL)}
        entry = Entry(**values, line=line)
        first = lines.setdefault((entry.source, entry.id), line)
        if first != line:
            raise ContractError(
                f"{path} line {line}, column id: {entry.id!r} of source {entry.source!r} was on"
                f" line {first} already"
            )
        found.append(entry)
    return found


def verdicts(path: Path, known: Iterable[str]) -> list[Verdict]:
    """Read what a person decided: id, other, same (yes, no or empty), and which id stays.

    Lines with nothing in `same` are not decided yet and are passed over.

    Raises
    ------
    ContractError
        Names the file, the line and the column.
    """
    ids, found = frozenset(known), list[Verdict]()
    said: dict[frozenset[str], tuple[int, bool]] = {}
    for line, row in _rows(path, DECIDED):
        place = f"{path} line {line}"
        word = (row.get("same") or "").strip().lower()
        if not word:
            continue
        if word not in YES | NO:
            raise ContractError(f"{place}, column same: was {word!r}, must be yes, no or empty")
        one, other = (_required(row, column, place) for column in ("id", "other"))
        for column, name in (("id", one), ("other", other)):
            if name not in ids:
                raise ContractError(f"{place}, column {column}: no customer has the id {name!r}")
        if one == other:
            raise ContractError(f"{place}, column other: is the id itself")
        survivor = (row.get(SURVIVOR) or "").strip()
        if survivor and survivor not in (one, other):
            raise ContractError(f"{place}, column survivor: {survivor!r} is neither of the two")
        first = said.setdefault(frozenset({one, other}), (line, word in YES))
        if first[1] != (word in YES):
            raise ContractError(f"{place}, column same: line {first[0]} says otherwise")
        found.append(Verdict(one, other, word in YES, survivor, place))
    return found


def write_proposals(path: Path, proposals: Iterable[Proposal]) -> None:
    """Write proposals as a table to decide in: fill `same` and, if need be, `survivor`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # so that spreadsheets read it
        table = csv.writer(file)
        table.writerow(WRITTEN)
        for one in proposals:
            what = f"{one.similarity:.3f}", one.name, one.other_name, "; ".join(one.why)
            table.writerow((one.id, one.other, "", "", *what))


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    try:
        file = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ContractError(f"{path}: {error.strerror}") from error
    with file:
        table = csv.DictReader(file, strict=True)
        try:
            header = table.fieldnames or ()
            missing = [column for column in needed if column not in header]
            if missing:
                raise ContractError(f"{path} line 1: there is no column {missing[0]!r}")
            for row in table:
                if None in row:
                    raise ContractError(f"{path} line {table.line_num}: more cells than columns")
                yield table.line_num, row
        except csv.Error as error:
            raise ContractError(f"{path} line {table.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise ContractError(f"{path} after line {table.line_num}: is not UTF-8") from error


def _required(row: Row, column: str, place: str) -> str:
    value = (row.get(column) or "").strip()
    if not value:
        raise ContractError(f"{place}, column {column}: is empty")
    if column in ("id", "other") and len(value) > LONGEST:
        raise ContractError(f"{place}, column {column}: is longer than {LONGEST} characters")
    return value

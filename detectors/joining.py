"""Two customers who turn out to be one: their rows joined, column by column, by rule.

A column declares its rule (`Column.joins`), or its unit says it. Decayed counts add at the later
of both instants, first instants take the earlier and last ones the later, sets of bits are put
together, complaints and the like are pooled by their reference. So a row that was counted under
two ids is, up to what two ids must lose (the gap between a visit under one and a visit under
the other), the row that would have been counted under one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from detectors.decay import added
from detectors.families.family import Column, Joining
from detectors.rows import Layout, Table

INSTANT, DAY = "ms since 1970", "days since 1970"
NAMED = "place in the ledger's names"

_EVIDENCE = ("evidence_offset", "evidence_topic")
_HALVED = re.compile(r"_(\d+)d\Z")  # opened_90d: halved every 90 days
_BY_UNIT: tuple[tuple[str, Joining], ...] = (
    ("bits", "either"),
    ("place in", "own"),
    ("number of", "own"),
    ("offset", "own"),
    ("hash", "own"),
    ("Severity", "larger"),
    ("stage", "larger"),
)
# The bands are where the survivor's alerts stand, and nothing that happened to the other.
_OWN_PARTS = ("bands", "stages", "account")
_BY_NAME: tuple[tuple[re.Pattern[str], Joining], ...] = (
    (re.compile("position|reported_risk|absorbed_ms|churned_ms|returned_ms"), "own"),
    (re.compile("evidence_(offset|topic)"), "latest"),
)


class Pair(NamedTuple):
    """One part of both rows, as they were, and the joined one."""

    columns: tuple[Column, ...]
    own: NDArray[Any]
    other: NDArray[Any]
    joined: NDArray[Any]


def joined(layout: Layout, own: Table, other: Table) -> Table:
    """Give the row of a customer who is also another.

    Parameters
    ----------
    layout : Layout
        That of both rows.
    own : shape (1,)
        The survivor's row: what cannot be joined (the band, the account) stays as it is here.
    other : shape (1,)
        The absorbed customer's row. Its evidence must name records of the survivor's partition.

    Returns
    -------
    a new row, shape (1,)
    """
    result = own.view(layout.whole).copy().view(layout.dtype)  # with what lies between columns
    ours, theirs, made = (row.view(layout.nested)[0] for row in (own, other, result))
    for part, columns in layout.parts:
        if part not in _OWN_PARTS:
            _join(Pair(columns, ours[part], theirs[part], made[part]))
    return result


def rule_of(column: Column) -> Joining:
    """Give the rule of a column: the one declared, else what its name and unit say.

    Examples
    --------
    >>> rule_of(Column("opened_90d", "f8", "complaints"))
    'decayed'
    >>> rule_of(Column("first_ms", "i8", "ms since 1970"))
    'earlier'
    """
    by_name = next((rule for name, rule in _BY_NAME if name.fullmatch(column.name)), None)
    return column.joins or by_name or _by_unit(column)


def instant_of(columns: Sequence[Column], column: Column) -> Column:
    """Give the instant that another column goes by: the next one behind it, else the last before.

    Raises
    ------
    LookupError
        If there is none.
    """
    if column.name in _EVIDENCE:
        return next(one for one in columns if one.name == "evidence_ms")
    at = columns.index(column)
    for one in (*columns[at:], *reversed(columns[:at])):
        if one.unit == INSTANT and one.places is None:
            return one
    raise LookupError(f"column {column.name} has no instant to go by")


def _by_unit(column: Column) -> Joining:
    if column.places is not None:
        return "pooled"
    if column.unit in (INSTANT, DAY):
        return "earlier" if column.name.startswith("first") else "later"
    by_head = next((rule for head, rule in _BY_UNIT if column.unit.startswith(head)), None)
    return by_head or ("decayed" if _HALVED.search(column.name) else "sum")


def _join(pair: Pair) -> None:
    pooled = [one for one in pair.columns if rule_of(one) == "pooled"]
    if pooled:
        _pool(pair, pooled)
    for column in pair.columns:
        if column not in pooled:
            pair.joined[column.name] = _value(pair, column)


def _value(pair: Pair, column: Column) -> Any:
    ours, theirs, empty = pair.own[column.name], pair.other[column.name], column.empty
    match rule_of(column):
        case "sum":
            return ours + theirs
        case "either":
            return ours | theirs
        case "later" | "larger":
            return max(ours, theirs)
        case "earlier":
            return theirs if ours == empty else ours if theirs == empty else min(ours, theirs)
        case "decayed":
            return _decayed(pair, column)
        case "latest":
            return _latest(pair, column)
        case "days":
            return _days(pair, column)
    return ours


def _decayed(pair: Pair, column: Column) -> float:
    halved = _HALVED.search(column.name)
    if halved is None:
        raise LookupError(f"column {column.name} does not say how many days halve it: ..._28d")
    instant = instant_of(pair.columns, column).name
    return added(
        float(pair.own[column.name]),
        int(pair.own[instant]),
        int(pair.other[instant]),
        float(halved[1]),
        float(pair.other[column.name]),
    )


def _latest(pair: Pair, column: Column) -> Any:
    instant = instant_of(pair.columns, column).name
    ours, theirs = pair.own[instant], pair.other[instant]
    if ours == theirs:
        return max(pair.own[column.name], pair.other[column.name])
    return pair.own[column.name] if ours > theirs else pair.other[column.name]


def _days(pair: Pair, column: Column) -> int:
    # Bit i is i days before the day that stands before these bits.
    at = pair.columns.index(column)
    last = next(one.name for one in reversed(pair.columns[:at]) if one.unit == DAY)
    newest = max(int(pair.own[last]), int(pair.other[last]))
    bits = 0
    for row in (pair.own, pair.other):
        behind = newest - int(row[last])
        bits |= int(row[column.name]) << behind if behind < 64 else 0
    return bits & (2**64 - 1)


def _pool(pair: Pair, columns: list[Column]) -> None:
    """Put the places of both together by their key; if there are too many, the oldest go."""
    key, instants = columns[0], [one.name for one in columns if one.unit == INSTANT]
    ours, theirs = (list(_entries(row, columns)) for row in (pair.own, pair.other))
    kept = ours or theirs  # alone they stay where they are
    if ours and theirs:
        found: dict[Any, dict[str, Any]] = {}
        for entry in ours + theirs:
            known = found.setdefault(entry[key.name], entry)
            found[entry[key.name]] = {name: max(known[name], entry[name]) for name in known}
        kept = sorted(found.values(), key=lambda entry: _rank(entry, key.name, instants))
    for column in columns:
        values = [entry[column.name] for entry in kept[: column.places]]
        n_free = (column.places or 0) - len(values)
        pair.joined[column.name] = [*values, *[column.empty] * n_free]


def _entries(row: NDArray[Any], columns: list[Column]) -> Iterator[dict[str, Any]]:
    key = columns[0]
    for place in range(key.places or 0):
        if row[key.name][place] != key.empty:
            yield {column.name: row[column.name][place].item() for column in columns}


def _rank(entry: dict[str, Any], key: str, instants: list[str]) -> tuple[Any, ...]:
    # What is not over (the first instant is when it began, the second when it ended) goes first.
    began = entry[instants[0]] if instants else 0
    is_over = len(instants) > 1 and entry[instants[1]] >= began
    return is_over, -began, entry[key]

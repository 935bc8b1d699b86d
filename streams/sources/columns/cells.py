"""Cells of a column as texts or numbers, and what is wrong with those that are neither."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import Mask
from detectors.errors import SettingsError
from streams.sources.columns.bare import is_bare

_SHOWN_MAX = 40  # characters of a cell in a reason: enough to find it
_WHOLE_MAX = 2.0**53  # floats above it are not whole numbers any more


@dataclass(frozen=True, eq=False)
class Cells:
    """A column, null where nothing is known, and faults: place in the column -> reason."""

    values: Any
    faults: dict[int, str] = field(default_factory=dict)

    def filtered(self, mask: Mask) -> "Cells":
        """Give the cells of the rows that a mask leaves."""
        if mask.all():
            return self
        places = np.cumsum(mask) - 1
        faults = {int(places[at]): why for at, why in self.faults.items() if mask[at]}
        return Cells(self.values.filter(pa.array(mask)), faults)


def texts(column: Any) -> Any:
    """Give a column as trimmed texts, null where empty.

    Whole numbers held as floats, as pandas writes them beside empty cells, lose their point:
    ``11391.0`` is ``11391``.
    """
    column = plain(column)
    if pa.types.is_floating(column.type):
        column = _without_point(column)
    if not is_text(column.type):
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            raise SettingsError(f"a column of {column.type} cannot be read as text")
        return column.cast(pa.large_string())
    column = column.cast(pa.large_string())
    if is_bare(column):
        return column
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.large_string()), trimmed)


def plain(column: Any) -> Any:
    """Give a column without a dictionary; one without any value as texts."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.large_string()) if pa.types.is_null(column.type) else column


def numbers(column: Any, decimal: str = ".") -> Cells:
    """Give a column as float64, null where empty or not a number.

    Parameters
    ----------
    decimal : str
        What stands before the fraction in texts, ``.`` or ``,``.
    """
    column = plain(column)
    if is_text(column.type):
        return _numbers_of(texts(column), decimal)
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
            or pa.types.is_decimal(column.type) or pa.types.is_boolean(column.type)):  # fmt: skip
        raise SettingsError(f"a column of {column.type} cannot be read as numbers")
    return _finite(column.cast(pa.float64(), safe=False))


def by_distinct(cells: Any, read: Callable[[str], object], kind: Any) -> Cells:
    """Read each distinct text once with `read`; what raises ValueError is a fault.

    Parameters
    ----------
    cells : pyarrow array of texts
    read : callable
        Gives the value of a text; the text of its ValueError becomes the reason.
    kind : pyarrow type
        Of what `read` gives.
    """
    encoded = cells.dictionary_encode()
    values: list[object] = []
    reasons: dict[int, str] = {}
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(read(text))
        except ValueError as error:
            values.append(None)
            reasons[code] = str(error)
    taken = pa.array(values, kind).take(encoded.indices)
    if not reasons:
        return Cells(taken)
    codes = encoded.indices.fill_null(-1).to_numpy()
    bad = np.flatnonzero(np.isin(codes, np.fromiter(reasons, np.int64)))
    return Cells(taken, {int(place): reasons[int(codes[place])] for place in bad})


def shown(text: str) -> str:
    """Give a cell as it may stand in a reason: quoted, and cut."""
    return repr(text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…")


def is_text(kind: Any) -> bool:
    """Say whether a column of this type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def scalar_text(scalar: object) -> str:
    """Give a value of the mapping as the text that a cell of the same value has.

    Examples
    --------
    >>> scalar_text(True), scalar_text(2.0), scalar_text("x")
    ('true', '2', 'x')
    """
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, float) and scalar.is_integer() and abs(scalar) < _WHOLE_MAX:
        return str(int(scalar))
    return str(scalar)


def _without_point(column: Any) -> Any:
    filled = column.cast(pa.float64())
    filled = pc.if_else(pc.is_nan(filled), pa.scalar(None, pa.float64()), filled)
    known = filled.drop_null().to_numpy()
    whole = bool(np.all((known == np.floor(known)) & (np.abs(known) < _WHOLE_MAX)))
    return filled.cast(pa.int64()) if whole else filled


def _numbers_of(cells: Any, decimal: str) -> Cells:
    def read(text: str) -> float:
        try:
            if "_" in text:  # a number to Python only
                raise ValueError
            return float(text)
        except ValueError:
            raise ValueError(f"{shown(text)} is no number") from None

    if decimal != ".":
        cells = pc.replace_substring(cells, decimal, ".")
    try:
        found = Cells(pc.cast(cells, pa.float64()))
    except pa.ArrowInvalid:
        found = by_distinct(cells, read, pa.float64())
    checked = _finite(found.values)
    return Cells(checked.values, found.faults | checked.faults)


def _finite(column: Any) -> Cells:
    # A NaN is how floats say that nothing is known. An infinity is a mistake. Nearly always there
    # is neither, and then nothing is copied.
    if not column.null_count and np.isfinite(column.to_numpy()).all():
        return Cells(column)
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
    endless = np.flatnonzero(pc.is_inf(column).fill_null(False).to_numpy(zero_copy_only=False))
    return Cells(column, {int(place): "not a finite number" for place in endless})

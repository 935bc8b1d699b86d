"""The mapping file: which columns of which files mean which event, table by table.

Shape only. `mapping_file.py` reads it, `planning.py` holds it against the contract of events.
"""

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct, field

Scalar = str | int | float | bool


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: what it does not know it refuses."""


class When(_Table, frozen=True, kw_only=True):
    """A time: from a column or the same for all.

    Without `format` and `unit` the column holds ISO 8601 or is a time already. `unit` counts
    from 1970 (``s``, ``ms``), or from `start` (``days``). `at` is a time of day, for columns
    that know only the day. Times without an offset are read in `timezone`.
    """

    column: str | None = None
    constant: str | None = None
    format: str | None = None
    unit: Literal["s", "ms", "days"] | None = None
    start: "str | When | None" = None  # a text is the day itself; a table says where to find it
    values: dict[str, str] | None = None
    at: str | None = None
    timezone: str | None = None


class Value(_Table, frozen=True, kw_only=True):
    """A value: one of `column`, `template`, `constant`, or days between two times.

    `values` translates cells, `otherwise` those it does not name; `missing` fills empty ones.
    `split` cuts a text into a list. `combine` says what becomes of the rows of one event.
    """

    column: str | None = None
    template: str | None = None
    constant: Scalar | list[str] | None = None
    days_from: str | When | None = None
    days_to: str | When | None = None
    values: dict[str, Scalar] | None = None
    otherwise: Scalar | None = None
    missing: Scalar | None = None
    scale: float | None = None
    split: str | None = None
    combine: Literal["sum", "min", "max", "count", "list"] | None = None


class Condition(_Table, frozen=True, kw_only=True):
    """What a cell must be like. All that is given must hold; an empty cell passes no other test.

    Another column is compared as it stands: numbers, times, or texts, which puts ISO times in
    order.
    """

    present: bool | None = None
    any_of: list[Scalar] | None = None
    none_of: list[Scalar] | None = None
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    above_column: str | None = None
    below_column: str | None = None
    at_least_column: str | None = None
    at_most_column: str | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The other columns by the key that names them."""
        others = {
            "above_column": self.above_column,
            "below_column": self.below_column,
            "at_least_column": self.at_least_column,
            "at_most_column": self.at_most_column,
        }
        return {key: column for key, column in others.items() if column is not None}


class EventRule(_Table, frozen=True, kw_only=True):
    """One event for each row that passes `where`, or for all rows alike in `one_per`."""

    type: str
    time: str | When
    customer: str | Value | None = None
    id: str | Value | None = None
    where: dict[str, Any] = {}  # column -> a value, a list of values, or a `Condition`
    one_per: list[str] = []
    data: dict[str, Any] = {}  # field -> column, number, or a `Value`; for times a `When`


class ProfileRule(_Table, frozen=True, kw_only=True):
    """What is known of a customer at the beginning, from the customer's first row."""

    customer: str | Value
    where: dict[str, Any] = {}  # column -> a value, a list of values, or a `Condition`
    data: dict[str, Any] = {}  # field -> column, number, or a `Value`; for times a `When`


class Bring(_Table, frozen=True, kw_only=True):
    """Columns from another file, found by a key of the same or another name.

    `several` says what a row gets if the key leads to different values: all of them, each in a
    row of its own, or only the first.
    """

    source: str = field(name="from")
    by: str | list[str] | dict[str, str]  # here -> there
    columns: list[str] | dict[str, str]  # name here -> name there
    several: Literal["each", "first"] | None = None

    @property
    def keys(self) -> dict[str, str]:
        """Key columns: name here -> name there."""
        return _named([self.by] if isinstance(self.by, str) else self.by)

    @property
    def brought(self) -> dict[str, str]:
        """Columns brought: name here -> name there."""
        return _named(self.columns)


class File(_Table, frozen=True, kw_only=True):
    """A file, how it is read, and what its rows mean."""

    name: str
    path: str | None = None
    timezone: str | None = None
    delimiter: str | None = None
    encoding: str = "utf8"
    decimal: Literal[".", ","] = "."
    null: list[str] = []  # words that mean an empty cell, beside the empty cell itself
    where: dict[str, Any] = {}  # column -> a value, a list of values, or a `Condition`
    bring: list[Bring] = []
    event: list[EventRule] = []
    profile: list[ProfileRule] = []


class Profiles(_Table, frozen=True, kw_only=True):
    """What every customer gets: an invented account manager, and constants such as a language."""

    dealt_to: int | list[str] | None = None
    data: dict[str, Scalar] = {}


class Mapping(_Table, frozen=True, kw_only=True):
    """A whole mapping file. Tables in `values` may be named wherever `values` is asked for.

    Events before `since`, or not before `until`, are left out: a history that thins out at its
    end looks as if everybody had churned.
    """

    name: str
    timezone: str = "UTC"
    since: str | None = None
    until: str | None = None
    values: dict[str, dict[str, Scalar]] = {}
    settings: dict[str, Any] = {}
    profiles: Profiles = Profiles()
    file: list[File]


def _named(columns: Iterable[str] | dict[str, str]) -> dict[str, str]:
    return dict(columns) if isinstance(columns, dict) else {name: name for name in columns}

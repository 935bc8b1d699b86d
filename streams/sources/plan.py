"""The plan of a source: a mapping that has been held against the contract of events.

`planning.py` makes it, `columns/` carries it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from streams.events.envelope import AnyEvent, Data
from streams.sources.mapping import Condition, File, Value, When
from streams.sources.specs import columns_of
from streams.sources.targets import Target

Conditions = tuple[tuple[str, Condition], ...]


@dataclass(frozen=True)
class FieldPlan:
    """One field of an event's data and where its values come from."""

    target: Target
    spec: Value | When

    @property
    def combined(self) -> str | None:
        """How the values of several rows become one; None: the first row's."""
        return self.spec.combine if isinstance(self.spec, Value) else None

    @property
    def settled(self) -> bool:
        """Whether the contract has nothing to refuse any more: a constant, or a time."""
        return isinstance(self.spec, When) or self.spec.constant is not None


@dataclass(frozen=True)
class RulePlan:
    """One rule: which rows of which file give which event. A profile has no time of its own.

    `id_head` begins the ids that are made of row numbers: made from the file's real name, so
    that the rows of March and April are never the same event.
    """

    place: str
    file: str
    id_head: str
    struct: type[AnyEvent]
    data: type[Data]
    customer: Value | None
    time: When | None
    id: Value | None
    where: Conditions
    one_per: tuple[str, ...]
    fields: tuple[FieldPlan, ...]

    def columns(self) -> Iterator[tuple[str, str]]:
        """Give every column that the rule reads, with the key of the mapping that names it."""
        keys: list[tuple[str, Value | When | None]] = [
            ("time", self.time),
            ("customer", self.customer),
            ("id", self.id),
            *((f"data.{field.target.name}", field.spec) for field in self.fields),
        ]
        for key, spec in keys:
            for column in columns_of(spec):
                yield key, column
        for column, test in self.where:
            yield "where", column
            for key, other in test.columns.items():
                yield f"where.{column}, {key}", other
        for column in self.one_per:
            yield "one_per", column


@dataclass(frozen=True)
class FilePlan:
    """A file, how it is read, and its rules; profiles are rules without a time."""

    file: File
    path: Path
    place: str
    events: tuple[RulePlan, ...]
    profiles: tuple[RulePlan, ...]


@dataclass(frozen=True)
class Plan:
    """A mapping, ready to be carried out. Events before `since` or from `until` on are left out."""

    name: str
    place: str
    timezone: str
    since: datetime | None
    until: datetime | None
    preset: dict[str, object]
    managers: tuple[str, ...]
    constants: dict[str, object]
    files: tuple[FilePlan, ...]

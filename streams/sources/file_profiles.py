"""Profiles at the beginning: from rows of files, and invented where a mapping says so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import UNSET
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from detectors.arrays import I32
from detectors.kinds import TOPICS, Kind
from streams.events.envelope import AnyEvent, at_ms
from streams.events.profiles import Profile, ProfileUpdated
from streams.log_rows import note_from
from streams.reading.hashes import of_texts
from streams.sequencing.tables import noted, readings_of_table, repeated, texts_of_column
from streams.sources.columns.rows import RuleColumns
from streams.sources.file_events import data_of_rows
from streams.sources.plan import Plan
from streams.sources.stretches import AT_ONCE, Stretch
from streams.topics import PROFILES


@dataclass(frozen=True, eq=False)
class Profiles:
    """What is known of the customers at one instant, in order of their ids.

    Many say the same, so a customer has a place (`which`) among the `data` that differ.
    """

    source: str
    time: datetime
    customers: tuple[str, ...]
    which: I32
    data: tuple[Profile, ...]

    def __len__(self) -> int:
        return len(self.customers)

    def events(self) -> Iterator[AnyEvent]:
        """Give them as events."""
        for customer, which in zip(self.customers, self.which.tolist(), strict=True):
            yield ProfileUpdated(
                specversion="1.0",
                id=_id(customer),
                source=self.source,
                time=self.time,
                subject=customer,
                data=self.data[which],
            )

    def stretches(self) -> Iterator[Stretch]:
        """Give the same as columns."""
        notes = [note_from(data) or b"" for data in self.data]
        for start in range(0, len(self), AT_ONCE):
            some = self.customers[start : start + AT_ONCE]
            yield self._stretch(some, self.which[start : start + AT_ONCE], notes)

    def _stretch(self, customers: Sequence[str], which: I32, notes: Sequence[bytes]) -> Stretch:
        head = np.frombuffer(f"{self.source}\n".encode(), np.uint8)
        ids = pa.array([_id(customer) for customer in customers], pa.large_string())
        known_ms, n = at_ms(self.time), len(customers)
        values = {
            "kind": int(Kind.PROFILE_UPDATED),
            "at_ms": known_ms,
            "id_hash": of_texts(head, *texts_of_column(ids)),
        }
        subjects = texts_of_column(pa.array(customers, pa.large_string()))
        readings, buffer = readings_of_table(values, subjects, repeated(self.source, n))
        buffer = noted(readings, buffer, notes, which)
        topics = np.full(n, TOPICS.index(PROFILES), np.uint8)
        return Stretch(readings, topics, np.full(n, known_ms), buffer)


def profiles_of(
    plan: Plan, rules: Sequence[RuleColumns], customers: Iterable[str], time: datetime
) -> Profiles:
    """Make one profile for each customer of whom anything is known, in order of their ids.

    A customer's first row counts, of the first rule that says something; then the constants of
    the mapping; then the account manager to whom the customer is dealt.

    Parameters
    ----------
    customers : iterable of str
        Who occurs in the events: they are dealt to managers too.
    time : datetime
        Event time of all profiles: not after the first event.
    """
    told = _told(rules)
    everybody = {*told, *customers} if plan.managers or plan.constants else told.keys()
    names, places = tuple(sorted(everybody)), dict[tuple[object, ...], int]()
    which, data = np.empty(len(names), np.int32), list[Profile]()
    for at, name in enumerate(names):
        fields: dict[str, Any] = plan.constants | told.get(name, {})
        if plan.managers and "owner" not in fields:
            fields["owner"] = dealt(name, plan.managers)
        place = places.setdefault(tuple(fields.items()), len(data))
        if place == len(data):
            data.append(Profile(**fields))
        which[at] = place
    return Profiles(plan.name, time, names, which, tuple(data))


def dealt(customer: str, managers: Sequence[str]) -> str:
    """Give the invented account manager of a customer, by a hash of the id.

    Examples
    --------
    >>> dealt("718", ["Manager 1", "Manager 2"])
    'Manager 1'
    """
    return managers[xxh3_64_intdigest(customer.encode()) % len(managers)]


def _told(rules: Sequence[RuleColumns]) -> dict[str, dict[str, object]]:
    known: dict[str, dict[str, object]] = {}
    for columns in rules:
        names = [field.target.name for field in columns.rule.fields]
        told = columns.table["customer"].to_pylist()
        for customer, data in zip(told, data_of_rows(columns, columns.table), strict=True):
            mine = known.setdefault(customer, {})
            for name in names:
                value = getattr(data, name)
                if value is not UNSET:
                    mine.setdefault(name, value)
    return known


def _id(customer: str) -> str:
    return f"profile-{xxh3_64_hexdigest(customer.encode())}"

"""Events at hand: a slice's columns as one record an event, the way compiled code reads them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors import account, company, details
from detectors.account import NO_PROFILE, PROFILE, Profiles
from detectors.company import SCOPE, Scopes
from detectors.details import DETAIL
from detectors.kinds import Kind
from detectors.slices import COLUMNS, Slice

NO_SCOPE = -1  # the place of an event that is not of the company

# What a family sees of an event: the columns of the log, its details, and the places of its
# profile and of its scope, if it has any. `sender` is the source's place in the ledger's sources.
EVENT = np.dtype(
    [
        *COLUMNS.items(),
        *DETAIL,
        ("sender", np.int32),
        ("profile", np.int32),
        ("scope", np.int32),
    ],
    align=True,
)

Events = NDArray[Any]


class Brought(NamedTuple):
    """What events bring that has no place in their record: profiles and scopes, by number.

    `changes` has the place of each event of the company, in order of the scopes, and its note.
    """

    profiles: Profiles
    scopes: Scopes
    changes: tuple[tuple[int, Mapping[str, Any]], ...]


def events_of(record: Slice, source: Callable[[str], int]) -> Events:
    """Give the events of a slice, shape (n,), of dtype `EVENT`; without their notes yet.

    `source` gives the place of a source, a new one if it is new.
    """
    events = np.zeros(len(record), EVENT)
    for name in COLUMNS:
        events[name] = record.columns[name]
    events["sender"] = _senders(record, source)
    events["profile"] = NO_PROFILE
    events["scope"] = NO_SCOPE
    return events


def _senders(record: Slice, source: Callable[[str], int]) -> NDArray[np.int32]:
    # Sources are numbered as they appear, events before what notes say of others: so a place does
    # not depend on how the log was cut.
    of = record.columns["source"]
    if not record.sources:
        return np.zeros(len(of), np.int32)
    if len(record.sources) == 1 and len(of) and record.columns["row"].min() >= 0:
        return np.full(len(of), source(record.sources[0]), np.int32)  # as mostly, without a sort
    present, first = np.unique(of, return_index=True)
    appear = [(at, 0, record.sources[n]) for at, n in zip(first, present, strict=True)]
    for at in np.flatnonzero(record.columns["row"] < 0).tolist():
        named = said_of(record.notes, at).get("source")
        appear += [(at, 1, named)] if named else []
    for _, _, name in sorted(appear):
        source(name)
    places = np.zeros(int(of.max(initial=0)) + 1, np.int32)
    places[present] = [source(record.sources[n]) for n in present]
    return places[of]


def said_of(notes: Sequence[tuple[int, bytes]], at: int) -> dict[str, Any]:
    """Give what the note of an event says, by the field names of the public contract."""
    for place, note in notes:
        if place == at:
            said: dict[str, Any] = msgspec.msgpack.decode(note)
            return said
    return {}


def read_notes(
    events: Events,
    record: Slice,
    taken: Sequence[int],
    code: Callable[[str], int],
    source: Callable[[str], int],
) -> Brought:
    """Read the notes of a slice's events into their details, those taken before left out.

    Event by event: names are numbered in the order of the log, however it was cut. They are the
    ledger's, not a row's: after a crash a row may know them before it does.
    """
    profiles, scopes = list[NDArray[Any]](), list[NDArray[Any]]()
    changes = list[tuple[int, Mapping[str, Any]]]()
    found = list[tuple[int, Mapping[str, Any]]]()
    notes = dict(record.notes)
    of_company = np.flatnonzero(events["row"] < 0).tolist()
    places = sorted({*notes, *of_company}) if of_company else list(notes)
    for at, kind, row, topic, offset in _heads(events, places):
        if offset <= taken[topic] or (kind not in details.SAID and row >= 0):
            continue
        said = msgspec.msgpack.decode(notes[at]) if at in notes else {}
        if kind in details.SAID:
            found.append((at, details.read(kind, said, code)))
        if kind == Kind.PROFILE_UPDATED and at in notes:
            events["profile"][at] = len(profiles)
            profiles.append(account.read(said, code))
        elif row < 0:
            events["scope"][at] = len(scopes)
            scopes.append(company.read(said, code, source))
            changes.append((at, said))
    details.put(events, found)
    return Brought(np.array(profiles, PROFILE), np.array(scopes, SCOPE), tuple(changes))


def _heads(events: Events, places: list[int]) -> Iterator[tuple[int, int, int, int, int]]:
    # Of some events: place, kind, row, topic, offset, as plain numbers.
    columns = (events[name][places].tolist() for name in ("kind", "row", "topic", "offset"))
    return zip(places, *columns, strict=True)

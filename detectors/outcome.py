"""What came of a step: values for the shell to write, send and count."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, TypeVar

import numpy as np

from detectors.arrays import F32, F64, I8, I64, U8, Rows
from detectors.assessment import Assessment
from detectors.company import Change
from detectors.moving import Moved
from detectors.tier_lines import Worths


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The customers at risk of churning on a Monday, as they were: what labels are asked of.

    `top_family` is the place in `FAMILIES` of the family that raises the risk most, -1 if none
    does.
    """

    as_of_ms: int
    rows: Rows
    x: F32
    risk: F64
    band: U8
    top_family: I8


@dataclass(frozen=True, eq=False)
class Labels:
    """What became of every customer within the horizon of one snapshot, by row.

    `y` is 1 for who churned, 0 for who stayed, 2 for whom there is no label: nobody chose that
    departure, or an outage hides whether there was one.

    `churned_ms` is when, for those who churned: the event, or the end of the silence that
    counts as churn.
    """

    as_of_ms: int
    rows: Rows
    y: U8
    churned_ms: I64


@dataclass(frozen=True)
class Switch:
    """What changed because another model speaks, and not because any customer did."""

    version: int
    n_customers: int
    n_lifted: int
    mean_shift: float


class Breach(NamedTuple):
    """A promise to a customer that was broken, noticed now; or one told as broken that was not.

    `reference` is the complaint's hash in the log, `clock` one of `detectors.clocks.CLOCKS`.
    `withdrawn` takes back the last breach of that clock of that complaint: a step that met it
    became known late. The deadline is then 0 if the clock turns out never to have run.
    `unverified`: the source of the complaints is silent, so it may have been kept; with `withdrawn`
    what was unverified, and was kept or cannot be judged. One of the two follows, or a breach, but
    for a complaint that gave way to another.
    """

    number: int
    reference: int
    clock: str
    deadline_ms: int
    noticed_ms: int
    withdrawn: bool
    unverified: bool = False


@dataclass(frozen=True)
class Departure:
    """A customer left, as an event says: voluntary, involuntary or natural, and for which reason.

    `cause` is a name of the reason tree: the one that wins where several fit (`causes.py`).
    """

    number: int
    at_ms: int
    kind: str
    cause: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of one step.

    `n_told` counts what was worth an assessment, written or not: see `Engine`. `n_new` customers
    showed life for the first time, `n_returned` had left by an event and are back. `moved` are rows
    of customers who were absorbed by another. `paused` names, at a tick, the sources that are
    silent. `worths` are of the customers of the snapshot.
    """

    n_events: int = 0
    n_repeated: int = 0
    n_told: int = 0
    n_new: int = 0
    n_returned: int = 0
    assessments: tuple[Assessment, ...] = ()
    breaches: tuple[Breach, ...] = ()
    tick_ms: int | None = None
    bands: tuple[int, ...] = ()
    snapshot: Snapshot | None = None
    worths: Worths | None = None
    labels: Labels | None = None
    switch: Switch | None = None
    moved: tuple[Moved, ...] = ()
    changes: tuple[Change, ...] = ()
    churned: tuple[Departure, ...] = ()
    paused: tuple[str, ...] = ()


Part = TypeVar("Part", Snapshot, Labels)


def joined(parts: Sequence[Part]) -> Part | None:
    """Join the parts of one sweep, in order of their rows; None if there are none."""
    if not parts:
        return None
    first = parts[0]
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(first)
        if field.name != "as_of_ms"
    }
    return type(first)(as_of_ms=first.as_of_ms, **arrays)

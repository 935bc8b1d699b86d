"""All families as one function each: compiled code cannot loop over modules, so they are chained.

Each link calls one family with its own columns, then the rest of the chain. Built once, from
the registry; numba flattens the chain into straight code.
"""

from collections.abc import Callable

import numpy as np

from detectors.arrays import F32
from detectors.compiled import compiled
from detectors.families import BITS
from detectors.families.family import Event, Family, HardEvidence, StageEvidence
from detectors.living import LIVING

EVERY = 0  # no bit: whatever a family has heard of
Row = np.record  # one customer's row: a record for each part

Apply = Callable[[Row, Event], None]
Measure = Callable[[Row, int, int, F32], None]
Floor = Callable[[Row, int], int]
Shown = Callable[[Row, int, int], tuple[int, int]]


def is_living(family: object) -> bool:
    """Say whether a family's module is measured on the living clock."""
    return getattr(family, "CLOCK", None) == LIVING


def applied(families: dict[str, Family]) -> Apply:
    """Give what takes an event into the columns of every family: ``(row, event)``."""
    chain: Apply = _nothing_happens
    for name in reversed(families):
        chain = _apply_link(name, families[name], chain)
    return chain


def measured(families: dict[str, Family], *, known_only: bool = False) -> Measure:
    """Give what measures all features of a row: ``(row, now_ms, living_ms, x)`` fills x, float32.

    Families on the living clock are measured at `living_ms`, the others at `now_ms`. With
    `known_only` the features of families that have heard of nothing are left as they are in `x`.
    """
    chain: Measure = _nothing_measured
    end = sum(len(family.FEATURES) for family in families.values())
    for name in reversed(families):
        end -= len(families[name].FEATURES)
        bits = BITS[name] if known_only else EVERY
        chain = _measure_link(name, families[name], (end, bits), chain)
    return chain


def held(floors: dict[str, HardEvidence]) -> Floor:
    """Give what finds the band that hard evidence holds up: ``(row, now_ms)``."""
    chain: Floor = _nothing_held
    for name in reversed(floors):
        chain = _floor_link(name, floors[name], chain)
    return chain


def staged(stages: dict[str, StageEvidence]) -> Shown:
    """Give what finds the highest stage, and how many families show one.

    It takes ``(row, now_ms, living_ms)``, see `measured`.
    """
    chain: Shown = _nothing_shown
    for name in reversed(stages):
        chain = _stage_link(name, stages[name], chain)
    return chain


@compiled
def _nothing_happens(row: Row, event: Event) -> None:
    pass


@compiled
def _nothing_measured(row: Row, now_ms: int, living_ms: int, x: F32) -> None:
    pass


@compiled
def _nothing_held(row: Row, now_ms: int) -> int:
    return 0


@compiled
def _nothing_shown(row: Row, now_ms: int, living_ms: int) -> tuple[int, int]:
    return 0, 0


def _apply_link(name: str, family: Family, rest: Apply) -> Apply:
    apply, bit = family.apply, BITS[name]
    goes_by = np.isin(np.arange(256), family.KINDS)
    tells = goes_by & ~np.isin(np.arange(256), getattr(family, "BACKGROUND", ()))

    @compiled
    def link(row: Row, event: Event) -> None:
        if goes_by[event.kind]:
            apply(row[name], event)
            if tells[event.kind]:
                row.ledger.families |= bit
        rest(row, event)

    return link


def _measure_link(name: str, family: Family, where: tuple[int, int], rest: Measure) -> Measure:
    features, n_features = family.features, len(family.FEATURES)
    (start, bits), living = where, is_living(family)

    @compiled
    def link(row: Row, now_ms: int, living_ms: int, x: F32) -> None:
        if bits == EVERY or row.ledger.families & bits:
            values = features(row[name], living_ms if living else now_ms)
            for place in range(n_features):
                x[start + place] = values[place]
        rest(row, now_ms, living_ms, x)

    return link


def _floor_link(name: str, family: HardEvidence, rest: Floor) -> Floor:
    floor, bit = family.floor, BITS[name]

    @compiled
    def link(row: Row, now_ms: int) -> int:
        own = floor(row[name], now_ms) if row.ledger.families & bit else 0
        return max(own, rest(row, now_ms))

    return link


def _stage_link(name: str, family: StageEvidence, rest: Shown) -> Shown:
    stage, living, bit = family.stage, is_living(family), BITS[name]

    @compiled
    def link(row: Row, now_ms: int, living_ms: int) -> tuple[int, int]:
        own = 0
        if row.ledger.families & bit:
            own = stage(row[name], living_ms if living else now_ms)
        highest, n_families = rest(row, now_ms, living_ms)
        return max(own, highest), n_families + (own > 0)

    return link

"""All families as one function each: compiled code cannot loop over modules, so they are chained.

Each link calls one family with its own columns, then the rest of the chain. Built once, from
the registry; numba flattens the chain into straight code.
"""

from collections.abc import Callable
from typing import cast

import numpy as np

from detectors.arrays import F32
from detectors.compiled import compiled
from detectors.customers import Customer
from detectors.families import BITS, RARE
from detectors.families.family import (
    Event,
    Family,
    HardEvidence,
    Own,
    RareSigns,
    StageEvidence,
)
from detectors.living import LIVING

EVERY = 0  # no bit: whatever a family has heard of
Row = np.record  # one customer's row: a record for each part but the rare ones
ROW_PLACE, RARE_PLACE = (Customer._fields.index(name) for name in ("row", "rare"))

Apply = Callable[[Customer, Event], None]
Enters = Callable[[Event], bool]
FeaturesBeside = Callable[[Own, Own, int], tuple[float, ...]]
Measure = Callable[[Customer, int, int, F32], None]
Floor = Callable[[Customer, int], int]
Shown = Callable[[Customer, int, int], tuple[int, int]]


def is_living(family: object) -> bool:
    """Say whether a family's module is measured on the living clock."""
    return getattr(family, "CLOCK", None) == LIVING


def applied(families: dict[str, Family]) -> Apply:
    """Give what takes an event into the columns of every family: ``(customer, event)``."""
    chain: Apply = _nothing_happens
    for name in reversed(families):
        chain = _apply_link(name, families[name], chain)
    return chain


def entering(families: dict[str, RareSigns]) -> Enters:
    """Give what says whether an event asks for an entry of the rare parts: ``(event)``."""
    chain: Enters = _nothing_enters
    for name in reversed(families):
        chain = _enters_link(name, families[name], chain)
    return chain


def measured(families: dict[str, Family], *, known_only: bool = False) -> Measure:
    """Give what measures all features: ``(customer, now_ms, living_ms, x)`` fills x, float32.

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
    """Give what finds the band that hard evidence holds up: ``(customer, now_ms)``."""
    chain: Floor = _nothing_held
    for name in reversed(floors):
        chain = _floor_link(name, floors[name], chain)
    return chain


def staged(stages: dict[str, StageEvidence]) -> Shown:
    """Give what finds the highest stage, and how many families show one.

    It takes ``(customer, now_ms, living_ms)``, see `measured`.
    """
    chain: Shown = _nothing_shown
    for name in reversed(stages):
        chain = _stage_link(name, stages[name], chain)
    return chain


@compiled
def _nothing_happens(who: Customer, event: Event) -> None:
    pass


@compiled
def _nothing_enters(event: Event) -> bool:
    return False


@compiled
def _nothing_measured(who: Customer, now_ms: int, living_ms: int, x: F32) -> None:
    pass


@compiled
def _nothing_held(who: Customer, now_ms: int) -> int:
    return 0


@compiled
def _nothing_shown(who: Customer, now_ms: int, living_ms: int) -> tuple[int, int]:
    return 0, 0


def _place_of(name: str) -> int:
    # Where a family's columns are: a constant for compiled code, as its name is.
    return RARE_PLACE if name in RARE else ROW_PLACE


def _apply_link(name: str, family: Family, rest: Apply) -> Apply:
    apply, bit, place = family.apply, BITS[name], _place_of(name)
    goes_by = np.isin(np.arange(256), family.KINDS)
    tells = goes_by & ~np.isin(np.arange(256), getattr(family, "BACKGROUND", ()))

    @compiled
    def link(who: Customer, event: Event) -> None:
        if goes_by[event.kind]:
            apply(who[place][name], event)
            if tells[event.kind]:
                who.row.ledger.families |= bit
        rest(who, event)

    return link


def _enters_link(name: str, family: RareSigns, rest: Enters) -> Enters:
    enters, goes_by = family.enters, np.isin(np.arange(256), family.KINDS)

    @compiled
    def link(event: Event) -> bool:
        return bool(goes_by[event.kind] and enters(event)) or rest(event)

    return link


def _measure_link(name: str, family: Family, where: tuple[int, int], rest: Measure) -> Measure:
    if hasattr(family, "BESIDE"):
        return _measure_beside_link(name, family, where, rest)
    features, n_features, place = family.features, len(family.FEATURES), _place_of(name)
    (start, bits), living = where, is_living(family)

    @compiled
    def link(who: Customer, now_ms: int, living_ms: int, x: F32) -> None:
        if bits == EVERY or who.row.ledger.families & bits:
            values = features(who[place][name], living_ms if living else now_ms)
            for at in range(n_features):
                x[start + at] = values[at]
        rest(who, now_ms, living_ms, x)

    return link


def _measure_beside_link(
    name: str, family: Family, where: tuple[int, int], rest: Measure
) -> Measure:
    # Beside the above: a function between them would cost each family as much as it spares here.
    features, n_features = cast("FeaturesBeside", family.features), len(family.FEATURES)
    beside: str = family.BESIDE  # type: ignore[attr-defined]  # asked before
    place, place_beside = _place_of(name), _place_of(beside)
    (start, bits), living = where, is_living(family)

    @compiled
    def link(who: Customer, now_ms: int, living_ms: int, x: F32) -> None:
        if bits == EVERY or who.row.ledger.families & bits:
            own, other = who[place][name], who[place_beside][beside]
            values = features(own, other, living_ms if living else now_ms)
            for at in range(n_features):
                x[start + at] = values[at]
        rest(who, now_ms, living_ms, x)

    return link


def _floor_link(name: str, family: HardEvidence, rest: Floor) -> Floor:
    floor, bit, place = family.floor, BITS[name], _place_of(name)

    @compiled
    def link(who: Customer, now_ms: int) -> int:
        own = floor(who[place][name], now_ms) if who.row.ledger.families & bit else 0
        return max(own, rest(who, now_ms))

    return link


def _stage_link(name: str, family: StageEvidence, rest: Shown) -> Shown:
    stage, living, bit, place = family.stage, is_living(family), BITS[name], _place_of(name)

    @compiled
    def link(who: Customer, now_ms: int, living_ms: int) -> tuple[int, int]:
        own = 0
        if who.row.ledger.families & bit:
            own = stage(who[place][name], living_ms if living else now_ms)
        highest, n_families = rest(who, now_ms, living_ms)
        return max(own, highest), n_families + (own > 0)

    return link

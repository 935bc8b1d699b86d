"""What every family of signs has to keep. A new one is found by itself."""

import pkgutil
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from detectors import families
from detectors.arrays import DAY_MS, I64
from detectors.batch import rounds
from detectors.engine import LAYOUT
from detectors.families import FAMILIES, FLOORS
from detectors.families.family import NO_OFFSET, Block, Column, Family
from detectors.kinds import ADVERSE, TOPICS, Kind
from detectors.ledger import Layout, Ledger, Table
from detectors.reasons import NAMES
from detectors.score import FAMILY_OF, FEATURES
from tests.detectors.logs import BEGIN_MS, One, a_slice, at
from tests.detectors.nasty import nasty_steps

ROW_BYTES = 1_536
HAN = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"nan|inf|\{|\}", re.IGNORECASE)
CODES = range(5)

every_family = pytest.mark.parametrize("name", FAMILIES)


def layout_of(name: str) -> Layout:
    return Layout(((name, FAMILIES[name].COLUMNS),))


def empty_rows(name: str, n: int) -> Block:
    layout = layout_of(name)
    return layout.block(np.repeat(layout.blank, n), name)


def apply(family: Family, block: Block, events: list[One]) -> None:
    """Let events happen, all of different rows of the block: the n-th to the n-th row."""
    ((_, batch),) = rounds(a_slice(events).columns)
    family.apply(block, batch)


@cache
def nasty_events() -> tuple[One, ...]:
    return tuple(step for step in nasty_steps(900, 30, seed=3) if isinstance(step, One))


@cache
def crowd_table(name: str) -> tuple[Table, I64]:
    events, layout = nasty_events(), layout_of(name)
    n_rows = max(one.row for one in events) + 1
    table, seen_ms = np.repeat(layout.blank, n_rows), np.zeros(n_rows, np.int64)
    for rows, batch in rounds(a_slice(events).columns):
        part = table[rows]
        FAMILIES[name].apply(layout.block(part, name), batch)
        table[rows] = part
        seen_ms[rows] = np.maximum(seen_ms[rows], batch.at_ms)
    return table, seen_ms


def crowd(name: str) -> tuple[Block, I64]:
    """Give a block that a nasty log went over, and the latest instant of each row."""
    table, seen_ms = crowd_table(name)
    return layout_of(name).block(table.copy(), name), seen_ms


def one_of_each_kind() -> list[One]:
    return [
        One(0, kind, at(1), 77, amount=5.0, code=code, reference=9, lines=3)
        for kind in Kind
        for code in CODES
    ]


def kinds_that(name: str, happens: Callable[[Block], bool]) -> set[tuple[Kind, int]]:
    """Give the kinds (with their code) after which something is so of a row empty before."""
    found = set()
    for one in one_of_each_kind():
        block = empty_rows(name, 1)
        apply(FAMILIES[name], block, [one])
        if happens(block):
            found.add((one.kind, one.code))
    return found


@cache
def kinds_of(name: str) -> set[tuple[Kind, int]]:
    blank = {column.name: column.empty for column in FAMILIES[name].COLUMNS}
    return kinds_that(name, lambda block: any(block[key][0] != was for key, was in blank.items()))


def test_every_module_of_the_folder_is_in_the_registry() -> None:
    folder = Path(next(iter(families.__path__)))
    modules = {module.name for module in pkgutil.iter_modules([str(folder)])} - {"family"}
    assert modules == set(FAMILIES)
    assert set(FLOORS) <= set(FAMILIES)
    assert tuple(FAMILIES) == NAMES


def test_names_of_features_are_their_own() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names) == len(FAMILY_OF)


def test_a_customer_is_at_most_a_kilobyte_and_a_half() -> None:
    assert LAYOUT.dtype.itemsize <= ROW_BYTES


@every_family
def test_a_column_has_a_name_of_its_own_and_a_unit(name: str) -> None:
    columns = FAMILIES[name].COLUMNS
    assert len({column.name for column in columns}) == len(columns)
    assert all(column.unit for column in columns)
    assert {"evidence_ms", "evidence_offset", "evidence_topic"} <= {c.name for c in columns}


@every_family
def test_an_instant_has_its_unit_in_its_name(name: str) -> None:
    for column in FAMILIES[name].COLUMNS:
        is_instant = column.unit == "ms since 1970"
        assert is_instant == column.name.endswith("_ms")
        assert not is_instant or np.dtype(column.dtype) == np.int64


@every_family
def test_a_feature_says_what_it_is(name: str) -> None:
    for feature in FAMILIES[name].FEATURES:
        assert feature.unit
        assert feature.meaning
        assert feature.sign in {-1, +1}


@every_family
def test_the_expert_weight_of_a_feature_has_its_sign(name: str) -> None:
    for feature in FAMILIES[name].FEATURES:
        assert feature.weight * feature.sign >= 0, feature.name


@every_family
def test_a_row_without_events_stays_neutral_whatever_the_time(name: str) -> None:
    family, n = FAMILIES[name], 5
    now_ms = BEGIN_MS + np.array([0, 1, DAY_MS, 90 * DAY_MS, 4_000 * DAY_MS])
    measured = family.features(empty_rows(name, n), now_ms)
    assert len(measured) == len(family.FEATURES)
    for feature, values in zip(family.FEATURES, measured, strict=True):
        assert len(set(values.tolist())) == 1, feature.name
        assert np.isfinite(values).all(), feature.name
    if name in FLOORS:
        assert FLOORS[name].floor(empty_rows(name, n), now_ms).tolist() == [0] * n


@every_family
@pytest.mark.parametrize("later_days", [0.0, 1.0, 45.0, 3_000.0])
def test_features_are_finite_whatever_happened(name: str, later_days: float) -> None:
    block, seen_ms = crowd(name)
    measured = FAMILIES[name].features(block, seen_ms + round(later_days * DAY_MS))
    for feature, values in zip(FAMILIES[name].FEATURES, measured, strict=True):
        assert values.shape == seen_ms.shape
        assert values.dtype == np.float64, feature.name
        assert np.isfinite(values.astype(np.float32)).all(), feature.name


@every_family
def test_features_are_finite_after_years_of_daily_visits_and_of_silence(name: str) -> None:
    block, n_days = empty_rows(name, 1), 400
    for day in range(n_days):
        apply(
            FAMILIES[name], block, [One(0, Kind.PURCHASE_MADE, at(day), day, amount=1e6, lines=1)]
        )
    for later in (0, 30, 4_000, 20_000):
        for values in FAMILIES[name].features(block, np.array([at(n_days + later)])):
            assert np.isfinite(values).all()


@every_family
def test_a_row_is_measured_the_same_alone_and_among_others(name: str) -> None:
    block, seen_ms = crowd(name)
    together = np.array(FAMILIES[name].features(block, seen_ms))
    for place in range(len(seen_ms)):
        row = {key: column[place : place + 1] for key, column in block.items()}
        alone = np.array(FAMILIES[name].features(row, seen_ms[place : place + 1]))
        np.testing.assert_array_equal(alone[:, 0], together[:, place])


@every_family
def test_features_change_nothing(name: str) -> None:
    block, seen_ms = crowd(name)
    before = {key: column.copy() for key, column in block.items()}
    FAMILIES[name].features(block, seen_ms)
    for key, column in block.items():
        np.testing.assert_array_equal(column, before[key])


@every_family
def test_an_event_touches_its_own_row_only(name: str) -> None:
    events = [one for one in one_of_each_kind() if one.code == 1]
    together = empty_rows(name, len(events))
    many = [One(row, one.kind, one.at_ms, 77, code=1, amount=5.0, reference=9, lines=3)
            for row, one in enumerate(events)]  # fmt: skip
    apply(FAMILIES[name], together, many)
    for row, one in enumerate(events):
        alone = empty_rows(name, 1)
        apply(FAMILIES[name], alone, [one])
        assert {k: c[row] for k, c in together.items()} == {k: c[0] for k, c in alone.items()}


@every_family
def test_an_event_of_another_kind_leaves_a_row_as_it_was(name: str) -> None:
    block, seen_ms = crowd(name)
    others = [one for one in one_of_each_kind() if (one.kind, one.code) not in kinds_of(name)]
    assert others
    before = {key: column.copy() for key, column in block.items()}
    for one in others:
        everybody = [
            One(row, one.kind, now + 1, 78, code=one.code, amount=5.0, reference=9, lines=3)
            for row, now in enumerate(seen_ms.tolist())
        ]
        apply(FAMILIES[name], block, everybody)
    for key, column in block.items():
        np.testing.assert_array_equal(column, before[key])


@every_family
def test_evidence_is_the_latest_event_that_the_family_goes_by(name: str) -> None:
    telling = kinds_that(name, lambda block: block["evidence_offset"][0] != NO_OFFSET)
    assert telling
    assert telling <= kinds_of(name)
    latest: dict[int, One] = {}
    for one in nasty_events():
        if (one.kind, one.code) in telling:
            known = latest.setdefault(one.row, one)
            latest[one.row] = one if one.at_ms >= known.at_ms else known
    block, seen_ms = crowd(name)
    for row in range(len(seen_ms)):
        found = block["evidence_offset"][row], block["evidence_topic"][row]
        expected = latest.get(row)
        assert found == ((expected.offset, expected.topic) if expected else (NO_OFFSET, 0))
        assert block["evidence_topic"][row] < len(TOPICS)


@every_family
def test_a_reason_is_words_in_both_languages(name: str) -> None:
    block, seen_ms = crowd(name)
    now_ms = seen_ms + 20 * DAY_MS
    x = np.array(FAMILIES[name].features(block, now_ms))
    names = [feature.name for feature in FAMILIES[name].FEATURES]
    for place in range(len(seen_ms)):
        row = {key: column[place : place + 1] for key, column in block.items()}
        value = dict(zip(names, x[:, place].tolist(), strict=True))
        told = FAMILIES[name].reason(row, value, int(now_ms[place]))
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", told.id)
        assert 0 <= told.since_ms <= now_ms[place]
        for words in (told.words.en, told.words.zh):
            assert words == words.strip() != ""
            assert not NUMBER.search(words), words
        assert HAN.search(told.words.zh)
        assert not HAN.search(told.words.en)


@every_family
def test_rows_pack_and_unpack(name: str) -> None:
    block, seen_ms = crowd(name)
    ledger, rows = Ledger(LAYOUT), np.arange(len(seen_ms))
    ledger.grow(len(rows))
    for key, column in block.items():
        ledger.table[f"{name}.{key}"][rows] = column
    ledger.table["ledger.position"][rows] = 5
    again = Ledger(LAYOUT)
    again.unpack(rows, ledger.pack(rows), LAYOUT.describe())
    np.testing.assert_array_equal(again.table[rows], ledger.table[rows])


@every_family
def test_rows_of_an_older_layout_are_read_by_name(name: str) -> None:
    kept, *new = FAMILIES[name].COLUMNS
    gone = Column("no_longer_kept", np.int32, "events", empty=7)
    own = dict(LAYOUT.parts)["ledger"]
    older = Ledger(Layout(((name, (gone, kept)), ("ledger", own))))
    older.grow(2)
    older.table[f"{name}.{kept.name}"][:2] = [41, 42]
    older.table["ledger.position"][:2] = 5
    rows = np.arange(2)
    ledger = Ledger(LAYOUT)
    ledger.unpack(rows, older.pack(rows), older.layout.describe())
    assert ledger.table[f"{name}.{kept.name}"][:2].tolist() == [41, 42]
    for column in new:
        assert ledger.table[f"{name}.{column.name}"][:2].tolist() == [column.empty] * 2


@pytest.mark.parametrize("name", FLOORS)
def test_hard_evidence_needs_an_adverse_event(name: str) -> None:
    holds = kinds_that(name, lambda block: FLOORS[name].floor(block, np.array([at(1)]))[0] > 0)
    assert holds
    assert {kind for kind, _ in holds} <= set(ADVERSE)

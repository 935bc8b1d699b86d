"""What every family of signs has to keep. A new one is found by itself."""

import pkgutil
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from detectors import families
from detectors.arrays import DAY_MS
from detectors.chained import Row
from detectors.customers import Customer
from detectors.evidence import AWARENESS, CONSIDERATION, DECISION, NO_STAGE
from detectors.families import FAMILIES, FLOORS, RARE, STAGES
from detectors.families.family import NO_OFFSET, Column, Own
from detectors.kinds import ADVERSE, TOPICS, Kind
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.plain import Rows
from detectors.reasons import NAMES
from detectors.rows import Layout, Table
from detectors.score import FAMILY_OF, FEATURES, measure
from tests.detectors.logs import BEGIN_MS, One, at
from tests.detectors.nasty import nasty_steps
from tests.detectors.notes import notes_of
from tests.detectors.records import as_bytes, columns_of, records, the_events

ROW_BYTES, WITH_RARE_BYTES = 1_300, 1_792  # of most customers, and of who has what is rare
HAN = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"\b(nan|inf)\b|\{|\}", re.IGNORECASE)
CODES = range(5)

every_family = pytest.mark.parametrize("name", FAMILIES)


def empty_row(name: str) -> Own:
    return columns_of(FAMILIES[name].COLUMNS)


def apply(name: str, own: Own, *events: One) -> None:
    """Let events happen to a family's columns of one customer."""
    for event in the_events(events):
        FAMILIES[name].apply(own, event)


def features(name: str, own: Own, now_ms: int, *events: One) -> tuple[float, ...]:
    """Measure a family. Where it looks at another's columns too, these are as after `events`."""
    beside = getattr(FAMILIES[name], "BESIDE", None)
    if beside is None:
        return FAMILIES[name].features(own, now_ms)
    other = empty_row(beside)
    apply(beside, other, *events)
    measured: tuple[float, ...] = FAMILIES[name].features(own, other, now_ms)  # type: ignore[call-arg,arg-type]  # as its `BESIDE` says
    return measured


@cache
def nasty_events() -> tuple[One, ...]:
    return tuple(step for step in nasty_steps(900, 30, seed=3) if isinstance(step, One))


@cache
def crowd_table(name: str) -> tuple[Table, list[int]]:
    events = nasty_events()
    table = LAYOUT.blanks(max(one.row for one in events) + 1)
    rows, seen_ms = records(table), [0] * len(table)
    for one, event in zip(events, the_events(events), strict=True):
        for row in those_of(one, len(table)):
            FAMILIES[name].apply(rows[row][name], event)
            seen_ms[row] = max(seen_ms[row], one.at_ms)
    return table, seen_ms


def those_of(one: One, n_rows: int) -> range:
    """Give the rows that an event is about: one, or all of them if it is of the company."""
    return range(one.row, one.row + 1) if one.row >= 0 else range(n_rows)


def crowd_rows(name: str) -> list[tuple[Row, int]]:
    """Give customers to whom a nasty log happened, for one family, each at their latest."""
    table, seen_ms = crowd_table(name)
    rows = records(table.view(LAYOUT.whole).copy().view(LAYOUT.dtype))
    return list(zip(rows, seen_ms, strict=True))


def crowd(name: str) -> list[tuple[Own, int]]:
    """Give the family's columns of those customers."""
    return [(row[name], now_ms) for row, now_ms in crowd_rows(name)]


def one_of_each_kind() -> list[One]:
    return [
        One(0, kind, at(1), 77, amount=5.0, code=code, reference=9, lines=3, note=note)
        for kind in Kind
        for code in CODES
        for note in notes_of(kind)
    ]


def those_that(name: str, happens: Callable[[Own], bool], events: list[One]) -> list[One]:
    """Give the events after which something is so of a row empty before."""
    found = []
    for one in events:
        own = empty_row(name)
        apply(name, own, one)
        if happens(own):
            found.append(one)
    return found


@cache
def kinds_of(name: str) -> set[Kind]:
    """Give the kinds of events that a family goes by: by some only if something was before."""
    blank = empty_row(name).tobytes()
    found = those_that(name, lambda own: own.tobytes() != blank, one_of_each_kind())
    first = {one.kind: one for one in reversed(one_of_each_kind())}
    return {one.kind for one in found} | {
        kind for kind, one in first.items() if changes_any(name, one)
    }


def changes_any(name: str, one: One) -> bool:
    """Say whether an event, later than all of theirs, changes any customer of the nasty log."""
    for own, now_ms in crowd(name):
        before = own.tobytes()
        apply(name, own, replace(one, at_ms=now_ms + 1))
        if own.tobytes() != before:
            return True
    return False


def test_every_module_of_the_folder_is_in_the_registry() -> None:
    folder = Path(next(iter(families.__path__)))
    modules = {module.name for module in pkgutil.iter_modules([str(folder)])} - {"family"}
    assert modules == set(FAMILIES)
    assert set(FLOORS) | set(STAGES) <= set(FAMILIES)
    assert tuple(FAMILIES) == NAMES


def test_names_of_features_are_their_own() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names) == len(FAMILY_OF)


def test_a_customer_is_at_most_a_kilobyte_and_a_quarter_without_what_is_rare() -> None:
    assert set(RARE) == LAYOUT.rare
    assert LAYOUT.common.itemsize <= ROW_BYTES
    assert LAYOUT.dtype.itemsize <= WITH_RARE_BYTES


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
    now_ms = [BEGIN_MS + days * DAY_MS for days in (0, 1, 90, 4_000)] + [BEGIN_MS + 1]
    measured = [features(name, empty_row(name), now) for now in now_ms]
    assert len(set(measured)) == 1
    assert len(measured[0]) == len(FAMILIES[name].FEATURES)
    assert np.isfinite(measured[0]).all()
    if name in FLOORS:
        assert {FLOORS[name].floor(empty_row(name), now) for now in now_ms} == {0}
    if name in STAGES:
        assert {STAGES[name].stage(empty_row(name), now) for now in now_ms} == {NO_STAGE}


@every_family
@pytest.mark.parametrize("later_days", [0.0, 1.0, 45.0, 3_000.0])
def test_features_are_finite_whatever_happened(name: str, later_days: float) -> None:
    for own, now_ms in crowd(name):
        measured = features(name, own, now_ms + round(later_days * DAY_MS))
        for feature, value in zip(FAMILIES[name].FEATURES, measured, strict=True):
            assert isinstance(value, float), feature.name
            assert np.isfinite(np.float32(value)), feature.name


@every_family
def test_features_are_finite_after_years_of_daily_visits_and_of_silence(name: str) -> None:
    own, n_days = empty_row(name), 400
    daily = [One(0, Kind.PURCHASE_MADE, at(day), day, amount=1e6, lines=1) for day in range(n_days)]
    apply(name, own, *daily)
    for later in (0, 30, 4_000, 20_000):
        assert np.isfinite(features(name, own, at(n_days + later), *daily)).all()


@every_family
def test_a_customer_is_measured_by_all_families_as_by_each(name: str) -> None:
    of_family = [place for place, family in enumerate(FAMILY_OF) if family == name]
    x = np.zeros(len(FEATURES), np.float32)
    for row, now_ms in crowd_rows(name):
        measure(Customer(row, row), now_ms, now_ms, x)
        alone = features(name, row[name], now_ms)
        assert x[of_family].tolist() == np.array(alone, np.float32).tolist()


@every_family
def test_features_change_nothing(name: str) -> None:
    for own, now_ms in crowd(name):
        before = own.tobytes()
        features(name, own, now_ms)
        if name in FLOORS:
            FLOORS[name].floor(own, now_ms)
        assert own.tobytes() == before


@every_family
def test_an_event_touches_its_own_row_only(name: str) -> None:
    blank = LAYOUT.blank.tobytes()
    for one in one_of_each_kind():
        table, alone = LAYOUT.blanks(3), empty_row(name)
        apply(name, records(table)[1][name], one)
        apply(name, alone, one)
        assert records(table)[1][name].tobytes() == alone.tobytes()
        assert [as_bytes(table)[row].tobytes() for row in (0, 2)] == [blank, blank]


@every_family
def test_a_family_touches_its_own_columns_only(name: str) -> None:
    # Compiled code does not look where it writes: a place too far is in another's columns.
    table, _ = crowd_table(name)
    others = [column for column in table.dtype.names or () if not column.startswith(f"{name}.")]
    for column in others:
        np.testing.assert_array_equal(table[column], LAYOUT.blanks(len(table))[column], column)


@every_family
def test_an_event_of_another_kind_leaves_a_row_as_it_was(name: str) -> None:
    others = [one for one in one_of_each_kind() if one.kind not in kinds_of(name)]
    assert others
    for own, now_ms in crowd(name):
        before = own.tobytes()
        apply(name, own, *(replace(one, at_ms=now_ms + 1, offset=78) for one in others))
        assert own.tobytes() == before


@every_family
def test_a_family_goes_by_the_kinds_that_it_names(name: str) -> None:
    assert kinds_of(name) <= set(FAMILIES[name].KINDS)


@every_family
def test_what_is_background_alone_leaves_a_customer_neutral(name: str) -> None:
    background = getattr(FAMILIES[name], "BACKGROUND", ())
    own = empty_row(name)
    apply(name, own, *(one for one in one_of_each_kind() if one.kind in background))
    for days in (1, 2, 90, 4_000):
        assert features(name, own, at(days)) == features(name, empty_row(name), at(days))
        if name in FLOORS:
            assert FLOORS[name].floor(own, at(days)) == 0
        if name in STAGES:
            assert STAGES[name].stage(own, at(days)) == NO_STAGE


@every_family
def test_evidence_is_the_latest_event_that_the_family_goes_by(name: str) -> None:
    def tells(own: Own) -> bool:
        return bool(own.evidence_offset != NO_OFFSET)

    assert {one.kind for one in those_that(name, tells, one_of_each_kind())} <= kinds_of(name)
    latest: dict[int, One] = {}
    for one in those_that(name, tells, list(nasty_events())):
        for row in those_of(one, len(crowd(name))):
            known = latest.setdefault(row, one)
            latest[row] = one if one.at_ms >= known.at_ms else known
    assert latest
    for row, (own, _) in enumerate(crowd(name)):
        expected = latest.get(row)
        found = own.evidence_offset, own.evidence_topic
        assert found == ((expected.offset, expected.topic) if expected else (NO_OFFSET, 0))
        assert own.evidence_topic < len(TOPICS)


@every_family
def test_a_reason_is_words_in_both_languages(name: str) -> None:
    names = [feature.name for feature in FAMILIES[name].FEATURES]
    plain = Rows(crowd_table(name)[0].view(LAYOUT.nested))
    for at_row, (own, seen_ms) in enumerate(crowd(name)):
        now_ms = seen_ms + 20 * DAY_MS
        value = dict(zip(names, features(name, own, now_ms), strict=True))
        told = FAMILIES[name].reason(plain[at_row][name], value, now_ms)
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", told.id)
        assert 0 <= told.since_ms <= now_ms
        for words in (told.words.en, told.words.zh):
            assert words == words.strip() != ""
            assert not NUMBER.search(words), words
        assert HAN.search(told.words.zh)
        assert not HAN.search(told.words.en)


@every_family
def test_rows_pack_and_unpack(name: str) -> None:
    table, _ = crowd_table(name)
    ledger, rows = Ledger(LAYOUT), np.arange(len(table))
    ledger.put(rows, table)
    ledger.rows["ledger"]["position"][rows] = 5
    again = Ledger(LAYOUT)
    again.unpack(rows, ledger.pack(rows), LAYOUT.format)
    np.testing.assert_array_equal(again.table[rows], ledger.table[rows])
    assert again.pack(rows) == ledger.pack(rows)


@every_family
def test_rows_of_an_older_layout_are_read_by_name(name: str) -> None:
    kept, *new = FAMILIES[name].COLUMNS
    gone = Column("no_longer_kept", np.int32, "events", empty=7)
    own = dict(LAYOUT.parts)["ledger"]
    older = Ledger(Layout(((name, (gone, kept)), ("ledger", own))))
    rows, table = np.arange(2), older.layout.blanks(2)
    table[f"{name}.{kept.name}"] = [41, 42]
    table["ledger.position"] = 5
    older.put(rows, table)
    ledger = Ledger(LAYOUT)
    ledger.unpack(rows, older.pack(rows), older.layout.format)
    assert ledger.table[f"{name}.{kept.name}"][:2].tolist() == [41, 42]
    for column in new:
        assert (ledger.table[f"{name}.{column.name}"][:2] == column.empty).all(), column.name


@pytest.mark.parametrize("name", FLOORS)
def test_hard_evidence_needs_an_adverse_event(name: str) -> None:
    holds = those_that(name, lambda own: FLOORS[name].floor(own, at(1)) > 0, one_of_each_kind())
    assert holds
    assert {one.kind for one in holds} <= set(ADVERSE)


@pytest.mark.parametrize("name", STAGES)
def test_a_family_shows_stages_and_nothing_else(name: str) -> None:
    busy = empty_row(name)
    apply(name, busy, *(One(0, Kind.PURCHASE_MADE, at(day), day) for day in range(100)))
    shown = [
        STAGES[name].stage(own, now_ms + days * DAY_MS)
        for own, now_ms in [*crowd(name), (busy, at(100))]
        for days in (0, 1, 20, 45, 60, 400)
    ]
    assert set(shown) <= {NO_STAGE, AWARENESS, CONSIDERATION, DECISION}
    alone = those_that(name, lambda own: STAGES[name].stage(own, at(1)) > 0, one_of_each_kind())
    assert max(shown) > NO_STAGE or alone

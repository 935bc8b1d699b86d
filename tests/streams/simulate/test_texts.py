"""Complaint texts: two languages, many variants, and damage that is written down."""

from typing import get_args

import numpy as np
import pytest

from streams.events.complaints import ComplaintOpened, ComplaintTriaged
from streams.events.vocabulary import ComplaintKind, Severity
from streams.sources.late import known
from streams.sources.simulate import damage
from streams.sources.simulate.source import Simulated
from streams.sources.simulate.texts import meaning, written

KINDS: tuple[ComplaintKind, ...] = get_args(ComplaintKind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
CLEAN = "您好，订单12345已经晚了3天还没有到货。请在明天之前给出答复。"


@pytest.mark.parametrize("chinese", [True, False], ids=["zh", "en"])
@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("kind", KINDS)
def test_there_are_many_texts_of_every_kind_and_severity(
    kind: ComplaintKind, severity: Severity, chinese: bool
) -> None:
    draw = np.random.default_rng(5)
    about = meaning(draw, kind, severity)
    texts = {written(draw, about, chinese=chinese) for _ in range(200)}
    assert len(texts) > 150
    assert not any("{" in text or "}" in text for text in texts)
    assert all(text.isascii() != chinese for text in texts)


DAMAGED = [
    pytest.param(damage.pinyin, "(dān)", id="pinyin"),
    pytest.param(damage.traditional, "訂單", id="traditional"),
    pytest.param(damage.doubled, "", id="doubled"),
    pytest.param(damage.mojibake, "æ", id="mojibake"),
    pytest.param(damage.digits_lost, "订单 已经晚了 天", id="digits"),
    pytest.param(damage.full_width, "１２３４５", id="wide"),
    pytest.param(damage.markup, "<br>", id="markup"),
    pytest.param(damage.foreign_tail, CLEAN, id="tail"),
    pytest.param(damage.cut_short, "", id="cut"),
]


@pytest.mark.parametrize(("way", "shows"), DAMAGED)
def test_each_way_of_damage_does_what_it_is_called(way: damage.Way, shows: str) -> None:
    worse = way(CLEAN, np.random.default_rng(1))
    assert worse != CLEAN
    assert shows in worse


def test_every_way_of_damage_is_tried_here() -> None:
    assert {param.values[0] for param in DAMAGED} == set(damage.WAYS)


def test_mojibake_can_be_read_again() -> None:
    draw = np.random.default_rng(1)
    assert damage.mojibake(CLEAN, draw).encode("latin-1").decode() == CLEAN


def test_some_texts_of_the_year_are_damaged_and_all_of_them_are_known(year: Simulated) -> None:
    events = (known(item).event for item in year.events())
    complaints = {
        event.data.complaint_id: event.data.text or ""
        for event in events
        if isinstance(event, ComplaintOpened)
    }
    damaged = year.truth.damaged
    assert set(damaged) <= set(complaints)
    assert 0.04 < len(damaged) / len(complaints) < 0.12
    assert {way for ways in damaged.values() for way in ways} == {
        way.__name__ for way in damage.WAYS
    }
    with_markup = {number for number, text in complaints.items() if "<br>" in text}
    assert with_markup == {
        number
        for number, ways in damaged.items()
        if "markup" in ways and "<br>" in complaints[number]
    }


def test_a_persons_reading_is_what_was_meant(year: Simulated) -> None:
    events = (known(item).event for item in year.events())
    read = {
        event.data.complaint_id: (event.data.kind, event.data.severity, event.data.mood)
        for event in events
        if isinstance(event, ComplaintTriaged)
    }
    meant = year.truth.meant
    assert read == {one: (meant[one].kind, meant[one].severity, meant[one].mood) for one in read}
    assert {mood for _, _, mood in read.values()} == {"calm", "annoyed", "angry", "hurt"}


def test_languages_are_mostly_told_and_mostly_right(year: Simulated) -> None:
    right = wrong = missing = 0
    for item in year.events():
        event = known(item).event
        if isinstance(event, ComplaintOpened) and event.data.complaint_id not in year.truth.damaged:
            truth = "en" if (event.data.text or "").isascii() else "zh"
            missing += event.data.language is None
            right += event.data.language == truth
            wrong += event.data.language not in {truth, None}
    assert right > 20 * wrong > 0
    assert 0.04 < missing / (right + wrong + missing) < 0.13

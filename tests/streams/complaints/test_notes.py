"""What the log keeps of a complaint's text."""

from typing import Any, get_args

import msgspec
import pytest

from detectors.kinds import Severity
from detectors.text.codes import ComplaintKind, Mood, Repair
from detectors.text.reading import read_text
from streams.complaints.notes import note_with_text
from streams.events import vocabulary
from streams.events.complaints import Complaint

CLEAR = "The invoice is wrong again. Disgraceful liars! Our production stands still."
VERSION = 7
LOST = "���ķ���̫����"


def noted(text: str, **stated: Any) -> dict[str, Any]:
    said = Complaint(complaint_id="c-9", text=text, **stated)
    note = note_with_text(said, read_text(text, said.language), VERSION)
    found: dict[str, Any] = msgspec.msgpack.decode(note)
    return found


def test_what_is_not_stated_is_guessed_and_marked() -> None:
    note = noted(CLEAR)
    assert (note["kind"], note["severity"], note["mood"]) == ("billing", "critical", "angry")
    assert note["guessed"] == ["kind", "severity"]


@pytest.mark.parametrize("field", ["kind", "severity"])
def test_what_is_stated_stands_whatever_the_text_says(field: str) -> None:
    stated = {"kind": "delivery", "severity": "minor"}
    note = noted(CLEAR, **{field: stated[field]})
    assert note[field] == stated[field]
    assert note["guessed"] == [other for other in stated if other != field]


def test_where_nothing_is_guessed_nothing_is_marked() -> None:
    note = noted(CLEAR, kind="delivery", severity="minor", scope="site", channel="email")
    assert "guessed" not in note
    assert (note["scope"], note["channel"], note["mood"]) == ("site", "email", "angry")


def test_an_unreadable_text_gives_no_guess_and_no_mood() -> None:
    note = noted(LOST, severity="minor", language="zh")
    assert note["unreadable"] is True
    assert note["readable"] < 0.6
    assert note["severity"] == "minor"
    assert not {"kind", "mood", "guessed"} & set(note)


def test_the_note_names_language_repairs_and_the_model_that_read() -> None:
    note = noted("客戶(hù)服務(wù)太差，退款還沒到賬", language="en")
    assert (note["language"], note["text_model"]) == ("zh", VERSION)
    assert Repair(note["repairs"]) == Repair.PINYIN | Repair.FOLDED | Repair.LANGUAGE
    assert "repairs" not in noted(CLEAR)


@pytest.mark.parametrize("text", [CLEAR, LOST])
def test_no_word_of_the_text_is_in_the_note(text: str) -> None:
    said = Complaint(complaint_id="c-9", text=text)
    packed = note_with_text(said, read_text(text), 0)
    assert b"c-9" not in packed
    assert not [word for word in text.split() if word.encode() in packed]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (vocabulary.ComplaintKind, ComplaintKind),
        (vocabulary.Severity, Severity),
        (vocabulary.Mood, Mood),
    ],
)
def test_the_contracts_words_are_those_of_the_codes(words: Any, codes: Any) -> None:
    assert list(get_args(words)) == [code.name.lower() for code in codes if code]

import pytest

from detectors.errors import FormatError
from detectors.learning.lessons import pack as pack_lesson
from detectors.learning.text_labels import TextLabel, pack, unpack
from detectors.text.model import features, packed
from tests.detectors.learning.course import a_lesson, monday

SAID = packed(features("Nobody answers."))


def a_label(**changed: int | bytes) -> TextLabel:
    told = {"partition": 1, "offset": 7, "at_ms": monday(1), "features": SAID, "kind": 3}
    return TextLabel(**{**told, **changed})  # type: ignore[arg-type]  # mixed values


def test_a_label_comes_back_from_its_bytes() -> None:
    label = a_label(severity=2, mood=4)
    assert unpack(pack(label)) == label


def test_a_lesson_beside_it_is_told_apart() -> None:
    lesson = unpack(pack_lesson(a_lesson(monday(2), 1)))
    assert not isinstance(lesson, TextLabel)
    assert (lesson.at_ms, lesson.partition) == (monday(2), 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        pack(a_label())[:-1],
        pack(a_label(format=3)),
        pack(a_label(kind=8)),
        pack(a_label(severity=4)),
        pack(a_label(mood=-1)),
        pack(a_label(features=SAID[:-1])),
    ],
)
def test_what_is_no_record_of_the_log_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        unpack(data)

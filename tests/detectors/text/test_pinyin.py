import pytest

from detectors.text.pinyin import SYLLABLES, toned, without_pinyin


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("客戶(hù)服務(wù)", "客戶服務", id="as it is found"),
        pytest.param("会（huì ）议( yì)", "会议", id="blanks and wide brackets"),
        pytest.param("客(kè)户(hù\n)服务", "客户服务", id="a line end in it"),
        pytest.param("慢(ma\u0300n)", "慢(ma\u0300n)", id="an accent apart: rule 1 joins it"),
        pytest.param("绿(lǜ)女(nǚ)", "绿女", id="u with dots"),
        pytest.param("系统(CRM)的(de)值(CLV)", "系统(CRM)的(de)值(CLV)", id="capitals and untoned"),
        pytest.param("客(kè)户(hù)的(de)", "客户的(de)", id="two toned do not take untoned"),
        pytest.param("客(kè)户(hù)服(fú)了(le)", "客户服了", id="three do"),
        pytest.param("客(kè)户(hù)服(fú)务(app)", "客户服务(app)", id="no syllable"),
        pytest.param("ù)客(kè)户(hù", "客户", id="halves at the edges"),
        pytest.param("hù )客(kè)户（", "客户", id="more halves"),
        pytest.param("客户)很好(", "客户)很好(", id="brackets of another kind"),
        pytest.param("see (wù) here", "see (wù) here", id="not behind a character"),
        pytest.param("客(kè hù)户", "客(kè hù)户", id="two syllables"),
        pytest.param("客(xyù)户", "客(xyù)户", id="no syllable of the language"),
    ],
)
def test_pinyin_behind_characters_goes(text: str, clean: str) -> None:
    assert without_pinyin(text) == clean


def test_the_syllables_are_those_of_the_language() -> None:
    assert 395 <= len(SYLLABLES) <= 415
    assert {"zhuang", "xiong", "er", "lüe", "nü", "yuan", "wo", "a", "shui"} <= SYLLABLES
    assert not {"bong", "fi", "ki", "xa", "zhia", "v", "iu", "ui", "wong"} & SYLLABLES


@pytest.mark.parametrize("syllable", ["ā", "zhuàng", "lǚ", "ér", "xué"])
def test_one_tone_mark_makes_a_syllable(syllable: str) -> None:
    assert toned(syllable)


@pytest.mark.parametrize("syllable", ["a", "hùù", "hǜ", "é1", "", "café"])
def test_anything_else_does_not(syllable: str) -> None:
    assert not toned(syllable)

import pytest

from detectors.text.doubling import is_doubtful, undoubled
from tests.detectors.text.sentences import CHINESE

LONG = "".join(CHINESE[:5]).replace("，", "")  # more than forty pairs


def twice(text: str) -> str:
    return "".join(2 * letter for letter in text)


def test_a_doubled_text_is_made_single() -> None:
    assert undoubled(twice(LONG)) == LONG


def test_words_that_double_a_character_survive_where_all_was_doubled() -> None:
    text = LONG + "谢谢妈妈"
    assert undoubled(twice(text)) == text


def test_where_only_some_were_doubled_runs_become_one() -> None:
    spoilt = "".join(letter * (1 + n % 2) for n, letter in enumerate(LONG))
    assert undoubled(spoilt) == LONG


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LONG, id="nothing doubled"),
        pytest.param(LONG + "谢谢妈妈慢慢看看", id="words that double, a tenth of the pairs"),
        pytest.param(LONG + "谢谢妈妈慢慢看看天天常常", id="six of a hundred pairs"),
        pytest.param(LONG[:30] + "哈" * 40, id="one character only"),
        pytest.param("好好好谢谢慢慢", id="too short"),
        pytest.param("aabbccddeeffgghhiijjkkllmmnnooppqqrrssttuuvvwwxxyyzz", id="not Chinese"),
    ],
)
def test_anything_else_is_left(text: str) -> None:
    assert undoubled(text) == text


@pytest.mark.parametrize("text", ["太太差差劲劲", "客客户户服服务务太太差", "抵抵制制，坏坏货货"])
def test_short_text_that_looks_doubled_is_doubtful(text: str) -> None:
    assert is_doubtful(text)
    assert undoubled(text) == text


@pytest.mark.parametrize(
    "text", ["谢谢", "谢谢妈妈", "慢慢来，谢谢你们天天加班", "哈哈哈哈哈哈", LONG]
)
def test_ordinary_words_are_not(text: str) -> None:
    assert not is_doubtful(text)

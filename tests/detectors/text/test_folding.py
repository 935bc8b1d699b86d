import pytest

from detectors.text.folding import folded
from detectors.text.letters import USUAL_HAN
from detectors.text.traditional import PAIRS


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("客戶服務", "客户服务"),
        ("這個產品質量太差，請儘快處理", "这个产品质量太差，请尽快处理"),
        ("後來機器壞了，發票還沒開", "后来机器坏了，发票还没开"),
        ("頭髮裡麵條", "头发里面条"),
        ("大家等著，衣服乾了，藉口很多", "大家等着，衣服干了，藉口很多"),
        ("衣服晾乾後請您過來", "衣服晾干后请您过来"),
        ("這是著名的藥，他瞭解", "这是著名的药，他了解"),
    ],
)
def test_traditional_is_folded(text: str, simplified: str) -> None:
    expected = simplified if set(text) & set(PAIRS[::2]) else text
    assert folded(text) == expected


@pytest.mark.parametrize(
    "text", ["著名的乾隆年间", "乾坤未定", "慰藉人心", "瞭望塔", "羽徵", "天后宫里", "干净", "复习"]
)
def test_simplified_is_left_as_it_is(text: str) -> None:
    assert folded(text) == text


def test_what_is_written_both_ways_is_folded_only_in_traditional_text() -> None:
    assert folded("等著") == "等著"
    assert folded("等著您們") == "等着您们"
    assert folded("名著與土著您們") == "名著与土著您们"


def test_the_table_has_each_character_once_and_folds_in_one_step() -> None:
    traditional, simplified = PAIRS[::2], PAIRS[1::2]
    assert len(set(traditional)) == len(traditional) > 2500
    assert not set(traditional) & set(simplified)


def test_no_usual_simplified_character_is_taken_for_traditional() -> None:
    # Of the national list's first level only 於 and a few variants are in both.
    assert not set(PAIRS[::2]) & USUAL_HAN

"""Damage clean text on purpose: it comes back, or it is called unreadable."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.codes import Repair
from detectors.text.letters import LOST
from detectors.text.normalise import normalise
from tests.detectors.text import damage
from tests.detectors.text.damage import LOSSY, REVERSIBLE, Damage
from tests.detectors.text.sentences import CHINESE, ENGLISH, MIXED

chinese = st.lists(st.sampled_from(CHINESE + MIXED), min_size=1, max_size=6, unique=True).map(
    lambda said: "。".join(said) + "。"
)
english = st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=6, unique=True).map(" ".join)
# Rule 4 wants forty pairs.
long_chinese = st.lists(st.sampled_from(CHINESE), min_size=5, max_size=8, unique=True).map(
    lambda said: "。".join(said) + "。"
)
seeds = st.integers(0, 10_000).map(Random)

# As they happen: written, printed and scanned, put on a page, sent through programs.
IN_ORDER: tuple[tuple[Damage, ...], ...] = (
    (damage.with_tail,),
    (damage.traditional, damage.mixed_script),
    (damage.doubled,),
    (damage.pinyin, damage.pinyin_cut),
    (damage.sprinkled,),
    (damage.wide,),
    (damage.marked_up,),
    (damage.utf8_as_latin1, damage.utf8_as_windows, damage.gbk_as_latin1),
)


def several(text: str, chance: Random) -> str:
    for choices in IN_ORDER:
        if chance.random() < 0.4:
            text = chance.choice(choices)(text, chance)
    return text


@pytest.mark.parametrize("text", CHINESE + MIXED)
def test_clean_chinese_is_left_as_it_is(text: str) -> None:
    found = normalise(text)
    assert (found.text, found.language, found.repairs) == (text, "zh", 0)
    assert found.readable > 0.9
    assert found.is_readable


@pytest.mark.parametrize("text", ENGLISH)
def test_clean_english_is_left_as_it_is(text: str) -> None:
    found = normalise(text)
    assert (found.text, found.language, found.repairs) == (text, "en", 0)
    assert found.readable > 0.85
    assert found.is_readable


@pytest.mark.parametrize("spoil", REVERSIBLE, ids=lambda spoil: spoil.__name__)
@given(long_chinese, seeds)
@settings(max_examples=25, deadline=None)
def test_a_long_text_comes_back_from_each_damage(spoil: Damage, text: str, chance: Random) -> None:
    found = normalise(spoil(text, chance))
    assert found.text.strip() == text
    assert found.is_readable


@pytest.mark.parametrize("spoil", [*REVERSIBLE, damage.gbk_as_latin1], ids=lambda s: s.__name__)
@given(st.one_of(chinese, english), seeds)
@settings(max_examples=25, deadline=None)
def test_any_text_comes_back_or_is_called_unreadable(
    spoil: Damage, text: str, chance: Random
) -> None:
    has_pinyin = spoil is not damage.pinyin_cut or not text.isascii()
    found = normalise(spoil(text, chance) if has_pinyin else text)
    assert found.text.strip() == text or not found.is_readable


@given(st.one_of(long_chinese, english), seeds)
@settings(max_examples=100, deadline=None)
def test_it_comes_back_from_several_damages_at_once(text: str, chance: Random) -> None:
    spoilt = several(text, chance) if not text.isascii() else damage.sprinkled(text, chance)
    found = normalise(spoilt)
    assert found.text.strip() == text or not found.is_readable


def test_nearly_all_come_back_from_several_damages() -> None:
    back = 0
    for seed in range(200):
        chance = Random(seed)
        text = "。".join(chance.sample(CHINESE, 6)) + "。"
        back += normalise(several(text, chance)).text.strip() == text
    assert back >= 190


@pytest.mark.parametrize("spoil", LOSSY, ids=lambda spoil: spoil.__name__)
@given(long_chinese, seeds)
@settings(max_examples=25, deadline=None)
def test_what_cannot_be_repaired_is_marked_or_unreadable(
    spoil: Damage, text: str, chance: Random
) -> None:
    found = normalise(spoil(text, chance))
    if found.is_readable:
        assert all(part in text for part in found.text.split(LOST))


@given(st.one_of(chinese, english, st.text(max_size=200)), seeds)
@settings(max_examples=200, deadline=None)
def test_twice_changes_nothing_more(text: str, chance: Random) -> None:
    for spoil in chance.sample((*REVERSIBLE, *LOSSY, damage.without_numbers), 2):
        text = spoil(text, chance)
    once = normalise(text)
    twice = normalise(once.text)
    assert twice.text == once.text
    assert twice.is_readable == once.is_readable


@given(chinese, seeds)
@settings(max_examples=50, deadline=None)
def test_lost_numbers_are_never_guessed(text: str, chance: Random) -> None:
    found = normalise(damage.without_numbers(text, chance))
    assert not any(letter.isdigit() for letter in found.text)


@pytest.mark.parametrize(
    ("text", "repairs"),
    [
        ("客服\u200b太差，没人管", Repair.STRIPPED),
        ("客(kè)户(hù)服务(wù)太差", Repair.PINYIN),
        ("客戶服務太差", Repair.FOLDED),
        ("".join(2 * letter for letter in "".join(CHINESE[:4])), Repair.UNDOUBLED),
        ("客服太差".encode().decode("latin-1"), Repair.REDECODED),
        ("前面都很好，客服锟斤拷太差，请回电话", Repair.MARKED),
        ("于 年 月签约", Repair.LOST),
        ("客服太差。\n发自我的手机", Repair.CUT),
        ("太太差差劲劲", Repair.DOUBTFUL),
        ("客(kè)戶服務太差\n发自我的手机", Repair.PINYIN | Repair.FOLDED | Repair.CUT),
    ],
    ids=lambda value: value.name if isinstance(value, Repair) else "",
)
def test_each_repair_is_recorded(text: str, repairs: Repair) -> None:
    assert normalise(text).repairs == repairs


def test_another_language_than_stated_is_recorded() -> None:
    assert normalise("客服太差", "en").repairs == Repair.LANGUAGE
    assert normalise("客服太差", "zh-CN").repairs == 0


@pytest.mark.parametrize(
    "text", ["", "  ", "差", "很差", "ok", "12345 67890", "😡😡😡😡😡", "!!!!!!"]
)
def test_fewer_than_four_usable_characters_are_unreadable(text: str) -> None:
    assert not normalise(text).is_readable


def test_what_never_settles_is_not_read() -> None:
    found = normalise("&" + 20 * "amp;" + "lt;br&gt; the service was bad")
    assert (found.text, found.is_readable) == ("", False)


def test_the_original_is_not_touched_and_the_limit_holds() -> None:
    found = normalise("客服太差。" * 5000)
    assert len(found.text) <= 4000
    assert found.repairs == Repair.CUT

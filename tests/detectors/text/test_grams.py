from hypothesis import given
from hypothesis import strategies as st

from detectors.text.grams import N_BUCKETS, grams
from detectors.text.tokens import BREAK, HAN, NUMBER, SYMBOL, WORD, tokens


def of(text: str) -> set[int]:
    return set(grams(tokens(text)).tolist())


def test_tokens_are_characters_words_numbers_and_symbols() -> None:
    found = tokens("客户 didn’t pay 12.50!")
    assert found.kinds.tolist() == [HAN, HAN, BREAK, WORD, WORD, NUMBER, NUMBER, SYMBOL]


def test_a_token_is_the_same_wherever_it_stands() -> None:
    one, two = tokens("Refund me").hashes, tokens("pay, refund").hashes
    assert one[0] == two[1]
    assert tokens("12").hashes[0] == tokens("7").hashes[0]
    assert len(set(tokens("a b c 客 户 ! ? 1").hashes.tolist())) == 9  # and the break


def test_chinese_gives_one_two_and_three_characters() -> None:
    assert of("服务差") == of("服") | of("务") | of("差") | of("服务") | of("务差") | of("服务差")
    assert len(of("服务差")) == 6


def test_a_mark_between_characters_parts_them() -> None:
    assert of("服务，差") == of("服务") | of("差")


def test_english_gives_words_and_neighbours() -> None:
    assert len(of("no answer")) == 3
    assert of("no answer, no answer") - of("no answer") <= of("answer no")


@given(st.text(max_size=300))
def test_buckets_are_there_once_and_within_bounds(text: str) -> None:
    found = grams(tokens(text)).tolist()
    assert len(found) == len(set(found))
    assert all(0 <= bucket < N_BUCKETS for bucket in found)
    assert found == grams(tokens(text)).tolist()


def test_buckets_are_used_evenly() -> None:
    words = {bucket for n in range(20_000) for bucket in of(chr(0x4E00 + n))}
    # As many as balls thrown by chance would hit: 16,384 (1 - 1/e^(20,000/16,384)) = 11,550.
    assert 11_200 < len(words) < 11_900


def test_a_bucket_never_changes_its_number() -> None:
    # Learned weights are kept under these numbers: others would make nonsense of them.
    found = grams(tokens("客户 no answer!")).tolist()
    assert found == [3914, 794, 2791, 1216, 1758, 11065, 10845]

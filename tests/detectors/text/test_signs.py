import numpy as np
import pytest

from detectors.arrays import U8
from detectors.text import signs_en, signs_zh
from detectors.text.codes import ComplaintKind
from detectors.text.columns import KIND, MOOD, N_COLUMNS, SEVERITY, Column
from detectors.text.model import features, probabilities, word_lists
from detectors.text.signs import signs
from detectors.text.tokens import tokens


def of(text: str) -> U8:
    return signs(tokens(text))


def likeliest(text: str, part: slice) -> Column:
    found = probabilities(word_lists(), features(text))[part]
    return Column(part.start + int(found.argmax()))


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("The pump is broken and leaks oil", Column.PRODUCT),
        ("The parcel has not arrived, tracking shows nothing", Column.DELIVERY),
        ("Nobody answers, your staff is rude", Column.SERVICE),
        ("I was charged twice, send me a refund", Column.BILLING),
        ("You renewed my contract, I want to terminate the agreement", Column.CONTRACT),
        ("My personal data was leaked and I get spam calls", Column.PRIVACY),
        ("Hello there, all of you", Column.OTHER),
        ("水泵坏了，漏油严重", Column.PRODUCT),
        ("快递还没到，物流没有更新", Column.DELIVERY),
        ("客服态度差，电话打不通", Column.SERVICE),
        ("发票金额写错，多收费用，请退款", Column.BILLING),
        ("合同到期自动续约，我要解约", Column.CONTRACT),
        ("个人信息泄露，每天骚扰电话", Column.PRIVACY),
        ("大家晚上吃什么饭呢", Column.OTHER),
    ],
)
def test_kinds_are_told_by_their_words(text: str, about: Column) -> None:
    assert likeliest(text, KIND) is about


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Our production line stands still", Column.CRITICAL),
        ("It failed again and nobody helped", Column.MAJOR),
        ("A small suggestion, not urgent, would be nice", Column.MINOR),
        ("生产线停产，损失惨重", Column.CRITICAL),
        ("维修多次仍然坏了", Column.MAJOR),
        ("小问题，不着急，建议改进", Column.MINOR),
    ],
)
def test_severities_are_told_by_their_words(text: str, severity: Column) -> None:
    assert likeliest(text, SEVERITY) is severity


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Thank you, great service, I love it", Column.CALM),
        ("I am disappointed, this is too slow", Column.ANNOYED),
        ("Disgusting liars, this is a scam, the worst fraud", Column.ANGRY),
        ("I feel betrayed and heartbroken, I cried", Column.HURT),
        ("谢谢，非常满意，推荐", Column.CALM),
        ("失望，太慢了，不推荐", Column.ANNOYED),
        ("骗子，垃圾，无耻，气死我", Column.ANGRY),
        ("多年的老客户，真的寒心，难过", Column.HURT),
        ("Where is the harbour", Column.CALM),
    ],
)
def test_moods_are_told_by_their_words(text: str, mood: Column) -> None:
    assert likeliest(text, MOOD) is mood


@pytest.mark.parametrize(("plain", "negated"), [("good", "not good"), ("满意", "不太满意")])
def test_not_before_a_good_word_makes_it_a_bad_one(plain: str, negated: str) -> None:
    assert of(plain)[Column.CALM] > 0
    assert of(negated)[Column.CALM] == 0
    assert of(negated)[Column.ANNOYED] >= of(plain)[Column.CALM]


def test_a_not_in_another_sentence_is_not_before_it() -> None:
    assert of("不。满意")[Column.CALM] > 0


def test_a_word_counts_once_and_a_column_has_a_limit() -> None:
    assert of("refund refund refund").tolist() == of("refund").tolist()
    many = "垃圾 骗子 坑爹 气死 愤怒 恶心 无耻 欺诈 黑心 曝光"
    assert of(many)[Column.ANGRY] == 40


def test_the_longest_word_wins() -> None:
    assert of("没有问题")[Column.ANNOYED] == 0
    assert of("问题")[Column.ANNOYED] > 0


def test_endings_need_not_be_listed() -> None:
    assert of("delivers")[Column.DELIVERY] == of("deliver")[Column.DELIVERY] > 0
    assert of("charging")[Column.BILLING] > 0


def test_both_languages_are_read_in_one_text() -> None:
    found = of("账单错误，please refund")
    assert found[Column.BILLING] == of("账单")[Column.BILLING] + of("refund")[Column.BILLING]


@pytest.mark.parametrize("module", [signs_en, signs_zh], ids=["English", "Chinese"])
def test_each_column_has_words_in_each_language(module: object) -> None:
    groups = module.GROUPS  # type: ignore[attr-defined] # two modules of one shape
    assert [column for column, _, _ in groups] == list(Column)
    assert all(0 < round(10 * weight) == pytest.approx(10 * weight) for _, weight, _ in groups)


def test_columns_are_the_codes_in_their_order() -> None:
    kinds = [column.name for column in list(Column)[KIND]]
    assert kinds == [kind.name for kind in ComplaintKind if kind]
    parts = [np.arange(N_COLUMNS)[part] for part in (KIND, SEVERITY, MOOD)]
    assert np.concatenate(parts).tolist() == list(range(N_COLUMNS))


@pytest.mark.parametrize("text", ["", "……"])
def test_nothing_said_speaks_for_nothing(text: str) -> None:
    assert not of(text).any()

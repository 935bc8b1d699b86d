import numpy as np
import pytest

from detectors.kinds import Severity
from detectors.text.codes import ComplaintKind, Mood, Repair
from detectors.text.columns import N_COLUMNS
from detectors.text.grams import N_BUCKETS
from detectors.text.model import TextModel
from detectors.text.reading import read_text


def test_a_text_is_read_for_kind_severity_and_mood() -> None:
    found = read_text("发票多收费用，生产线停产，骗子，太过分")
    assert (found.kind, found.severity, found.mood) == (
        ComplaintKind.BILLING,
        Severity.CRITICAL,
        Mood.ANGRY,
    )
    assert (found.language, found.readable, found.repairs) == ("zh", 1.0, 0)
    for shares, code in (
        (found.kind_shares, found.kind),
        (found.severity_shares, found.severity),
        (found.mood_shares, found.mood),
    ):
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert shares[code - 1] == max(shares)


@pytest.mark.parametrize(
    "text",
    ["", "差", "ï¿½ï¿½ï¿½ï¿½ï¿½", "太太差差劲劲", "Посылка так и не пришла", "qzx wvvkk pqqrt"],
)
def test_what_cannot_be_read_is_missing_neither_calm_nor_minor(text: str) -> None:
    found = read_text(text, "en")
    assert not found.is_read
    assert (found.kind, found.severity, found.mood) == (0, 0, 0)
    assert found.kind_shares == found.severity_shares == found.mood_shares == ()
    assert found.features is None


def test_damage_does_not_change_what_is_read() -> None:
    clean = read_text("客户服务态度恶劣，退款还没到账，令人寒心")
    spoilt = read_text(
        "客戶(hù)服務(wù)態度惡劣，退款還沒(méi)到賬，令人寒心".encode().decode("latin-1")
    )
    assert spoilt.repairs == Repair.PINYIN | Repair.FOLDED | Repair.REDECODED
    assert (spoilt.kind_shares, spoilt.mood_shares) == (clean.kind_shares, clean.mood_shares)


def test_a_learned_model_speaks_instead_of_the_lists() -> None:
    bias = np.zeros(N_COLUMNS)
    bias[5], bias[7], bias[13] = 9, 9, 9
    learned = TextModel(
        bias,
        np.zeros((N_COLUMNS, N_COLUMNS)),
        np.zeros((N_BUCKETS, N_COLUMNS), np.float32),
    )
    found = read_text("The parcel never came, disgusting liars", None, learned)
    assert (found.kind, found.severity, found.mood) == (
        ComplaintKind.PRIVACY,
        Severity.MINOR,
        Mood.HURT,
    )

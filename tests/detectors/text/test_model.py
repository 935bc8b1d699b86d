import msgspec
import numpy as np
import pytest

from detectors.errors import FormatError
from detectors.text.columns import KIND, MOOD, N_COLUMNS, SEVERITY
from detectors.text.grams import N_BUCKETS
from detectors.text.model import (
    TextModel,
    features,
    packed,
    probabilities,
    unpacked,
    word_lists,
)
from detectors.text.model_frame import packed_model, unpacked_model
from tests.detectors.text.sentences import CHINESE, ENGLISH


def a_model() -> TextModel:
    chance = np.random.default_rng(3)
    by_gram = np.zeros((N_BUCKETS, N_COLUMNS), np.float32)
    by_gram[::7] = chance.normal(size=by_gram[::7].shape)
    by_sign = chance.normal(size=(N_COLUMNS, N_COLUMNS))
    return TextModel(chance.normal(size=N_COLUMNS), by_sign, by_gram, (5, 6, 7))


@pytest.mark.parametrize("text", [CHINESE[0], ENGLISH[0], "", "客服 no answer"])
def test_probabilities_are_the_softmax_of_a_linear_map(text: str) -> None:
    model, said = a_model(), features(text)
    share = 1 / np.sqrt(max(len(said.grams), 1))
    logits = model.bias + said.tenths / 10 @ model.by_sign
    logits = logits + share * model.by_gram[said.grams].astype(np.float64).sum(axis=0)
    found = probabilities(model, said)
    for part in (KIND, SEVERITY, MOOD):
        expected = np.exp(logits[part]) / np.exp(logits[part]).sum()
        np.testing.assert_allclose(found[part], expected, rtol=1e-12)


@pytest.mark.parametrize("text", [CHINESE[1], ENGLISH[1], "", "12"])
def test_features_come_back_from_their_bytes(text: str) -> None:
    said = features(text)
    again = unpacked(packed(said))
    np.testing.assert_array_equal(again.tenths, said.tenths)
    np.testing.assert_array_equal(again.grams, said.grams)
    assert again.grams.dtype == np.uint16


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x02" + bytes(14), b"\x01" + bytes(15)])
def test_features_of_an_unknown_format_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        unpacked(data)


@pytest.mark.parametrize("model", [a_model(), word_lists()], ids=["learned", "word lists"])
def test_a_model_comes_back_from_its_bytes(model: TextModel) -> None:
    again = unpacked_model(packed_model(model))
    np.testing.assert_array_equal(again.bias, model.bias)
    np.testing.assert_array_equal(again.by_sign, model.by_sign)
    np.testing.assert_array_equal(again.by_gram, model.by_gram)
    assert again.n_labels == model.n_labels
    assert packed_model(again) == packed_model(model)


def test_a_model_that_cannot_be_right_is_refused() -> None:
    frame = msgspec.msgpack.decode(packed_model(a_model()))
    nan = np.full(N_COLUMNS, np.nan).tobytes()
    for change in (
        {"format": 2},
        {"n_buckets": 8},
        {"bias": b"12345678"},
        {"bias": nan},
        {"buckets": frame["buckets"][:-2]},
        {"buckets": b"\xff\xff" * (len(frame["buckets"]) // 2)},
        {"more": 1},
    ):
        with pytest.raises(FormatError):
            unpacked_model(msgspec.msgpack.encode(frame | change))
    with pytest.raises(FormatError):
        unpacked_model(b"nonsense")

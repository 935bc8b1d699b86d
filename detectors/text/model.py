"""What a text is judged with: the word lists' signs and the buckets' learned weights.

One linear map for all three targets; the learner gives it folded, the word lists alone are the
map before any label.
"""

from typing import NamedTuple

import msgspec
import numpy as np

from detectors.arrays import F32, F64, U8, U16
from detectors.compiled import array_kernel
from detectors.errors import FormatError
from detectors.text.columns import KIND, MOOD, N_COLUMNS, SEVERITY, Column
from detectors.text.grams import N_BUCKETS, grams
from detectors.text.signs import signs
from detectors.text.tokens import tokens

FORMAT = 1
TARGETS = (KIND, SEVERITY, MOOD)
_HEAD = 1 + N_COLUMNS


class Features(NamedTuple):
    """What a text says, without the text: what reading and learning start from.

    `tenths` is what its words speak for, uint8, shape (14,), in tenths of a logit; `grams` its
    buckets, uint16, shape (n,).
    """

    tenths: U8
    grams: U16


def features(text: str) -> Features:
    """Give the features of a normalised text.

    Examples
    --------
    >>> features("no answer").tenths.tolist()
    [0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    """
    said = tokens(text)
    return Features(signs(said), grams(said))


def packed(said: Features) -> bytes:
    """Give features as bytes, to be kept until a person has said what is true."""
    return bytes((FORMAT,)) + said.tenths.tobytes() + said.grams.astype("<u2").tobytes()


def unpacked(data: bytes) -> Features:
    """Give features again.

    Raises
    ------
    FormatError
        If they are of another format.

    Examples
    --------
    >>> said = features("Nobody answers.")
    >>> unpacked(packed(said)).grams.tolist() == said.grams.tolist()
    True
    """
    if len(data) < _HEAD or data[0] != FORMAT or len(data) % 2 == 0:
        raise FormatError(f"text features of unknown format, {len(data)} bytes")
    return Features(
        np.frombuffer(data, np.uint8, N_COLUMNS, 1),
        np.frombuffer(data, "<u2", -1, _HEAD).astype(np.uint16),
    )


class TextModel(msgspec.Struct, frozen=True, eq=False):
    """Weights: ``logits = bias + signs @ by_sign + sum(by_gram[grams]) / sqrt(n grams)``.

    `bias` float64 (14,), `by_sign` float64 (14, 14), `by_gram` float32 (16384, 14); `n_labels`
    is how many labels each target was learned from; `version` counts the models published, and
    0 is the word lists alone.
    """

    bias: F64
    by_sign: F64
    by_gram: F32
    n_labels: tuple[int, int, int] = (0, 0, 0)
    version: int = 0


def word_lists() -> TextModel:
    """Give the model before any label: the word lists, and what is taken for granted."""
    bias = np.zeros(N_COLUMNS)
    bias[[Column.OTHER, Column.MAJOR, Column.CALM]] = 0.5
    return TextModel(bias, np.eye(N_COLUMNS), np.zeros((N_BUCKETS, N_COLUMNS), np.float32))


def probabilities(model: TextModel, said: Features) -> F64:
    """Give the probability of each column within its target, float64, shape (14,).

    Examples
    --------
    >>> found = probabilities(word_lists(), features("My invoice is wrong again"))
    >>> Column(int(found[KIND].argmax())).name, float(found[MOOD].sum().round(9))
    ('BILLING', 1.0)
    """
    found: F64 = _probabilities(said.tenths, said.grams, model.bias, model.by_sign, model.by_gram)
    return found


@array_kernel
def _probabilities(tenths: U8, buckets: U16, bias: F64, by_sign: F64, by_gram: F32) -> F64:
    learned = np.zeros(len(bias))
    for bucket in buckets:
        for column in range(len(bias)):
            learned[column] += by_gram[bucket, column]
    found: F64 = bias + learned / np.sqrt(max(len(buckets), 1))
    for sign in range(len(tenths)):
        for column in range(len(bias)):
            found[column] += tenths[sign] / 10 * by_sign[sign, column]
    for start, stop in ((0, 7), (7, 10), (10, 14)):
        part = np.exp(found[start:stop] - found[start:stop].max())
        found[start:stop] = part / part.sum()
    return found

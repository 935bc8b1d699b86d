import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.errors import FormatError
from detectors.learning.settings import TextLearnerSettings
from detectors.learning.text_learner import TextLearner, TextLearnerState
from detectors.text.codes import ComplaintKind, Mood
from detectors.text.model import Features, features, probabilities, word_lists
from tests.detectors.text.sentences import CHINESE, ENGLISH

# After one lesson: "客户 no answer!" is about service, major, annoyed.
GOLDEN = Path(__file__).parents[2] / "golden" / "text_learner_v1.json"
Lesson = tuple[Features, dict[str, int]]


def lessons() -> list[Lesson]:
    """Labels as a person might give them; some say nothing of one target."""
    return [
        (features(text), {"kind": n % 8, "severity": n % 4, "mood": n % 5})
        for n, text in enumerate(CHINESE + ENGLISH)
    ]


def a_learner() -> TextLearner:
    return TextLearner(TextLearnerSettings())


def taught(given: list[Lesson], learner: TextLearner | None = None) -> TextLearner:
    learner = learner or a_learner()
    for said, codes in given:
        learner.learn(said, **codes)
    return learner


def again(state: TextLearnerState) -> TextLearner:
    """Make a learner from a state that went through JSON."""
    read = msgspec.json.decode(msgspec.json.encode(state), type=TextLearnerState)
    return TextLearner.from_state(read, TextLearnerSettings())


def test_before_the_first_label_it_says_what_the_lists_say() -> None:
    said = features("I was charged twice, thieves")
    np.testing.assert_allclose(
        a_learner().predict(said), probabilities(word_lists(), said), rtol=1e-12
    )
    np.testing.assert_array_equal(
        probabilities(a_learner().fold(), said), probabilities(word_lists(), said)
    )


def test_folded_weights_give_rivers_own_prediction() -> None:
    learner = taught(lessons())
    folded = learner.fold()
    for said, _ in lessons():
        # Weights of buckets are published in single precision.
        np.testing.assert_allclose(
            probabilities(folded, said), learner.predict(said), rtol=0, atol=1e-6
        )
    assert folded.n_labels == tuple(
        sum(codes[name] > 0 for _, codes in lessons()) for name in ("kind", "severity", "mood")
    )


def test_it_learns_what_people_correct() -> None:
    said, learner = features("Der Zoomster was zonked again"), a_learner()
    for _ in range(20):
        learner.learn(said, kind=ComplaintKind.PRIVACY, mood=Mood.HURT)
        learner.learn(features("The zonked one was fine"), kind=ComplaintKind.OTHER, mood=Mood.CALM)
    found = learner.predict(said)
    assert found[ComplaintKind.PRIVACY - 1] > 0.8
    assert found[10 + Mood.HURT - 1] > 0.8


def test_a_target_without_a_label_learns_nothing() -> None:
    learner = a_learner()
    before = learner.state()
    learner.learn(features("Nobody answers"), mood=Mood.ANGRY)
    after = learner.state()
    assert after.targets[:2] == before.targets[:2]
    assert after.targets[2].n_labels == 1


@pytest.mark.parametrize("stop", [0, 1, 40, 131])
def test_a_learner_goes_on_bit_for_bit_from_its_state(stop: int) -> None:
    whole, first = taught(lessons()), taught(lessons()[:stop])
    second = again(first.state())
    assert second.state() == first.state()
    taught(lessons()[stop:], second)
    assert second.state() == whole.state()
    said = features(CHINESE[5])
    np.testing.assert_array_equal(second.predict(said), whole.predict(said))


@pytest.mark.parametrize("codes", [{"kind": 8}, {"severity": 4}, {"mood": 5}, {"mood": -1}])
def test_a_code_that_does_not_exist_is_refused_and_nothing_learned(codes: dict[str, int]) -> None:
    learner = taught(lessons()[:3])
    before = learner.state()
    with pytest.raises(ValueError, match="code"):
        learner.learn(features("Nobody answers"), **{"kind": 1} | codes)
    assert learner.state() == before


def _changed(**changes: Any) -> TextLearnerState:
    state = taught(lessons()[:5]).state()
    target = msgspec.structs.replace(state.targets[0], **changes)
    return msgspec.structs.replace(state, targets=[target, *state.targets[1:]])


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(msgspec.structs.replace(a_learner().state(), format=2), id="format"),
        pytest.param(msgspec.structs.replace(a_learner().state(), n_buckets=8), id="buckets"),
        pytest.param(msgspec.structs.replace(a_learner().state(), targets=[]), id="targets"),
        pytest.param(_changed(features=[1, 2]), id="features"),
        pytest.param(_changed(weights=[[0.0]]), id="classes"),
        pytest.param(
            _changed(
                weights=[
                    [math.nan] * len(row)
                    for row in taught(lessons()[:5]).state().targets[0].weights
                ]
            ),
            id="not finite",
        ),
    ],
)
def test_a_state_that_cannot_be_right_is_refused(state: TextLearnerState) -> None:
    with pytest.raises(FormatError):
        TextLearner.from_state(state, TextLearnerSettings())


def test_a_state_of_the_first_format_is_read_for_ever() -> None:
    read = msgspec.json.decode(GOLDEN.read_bytes(), type=TextLearnerState)
    learner = TextLearner.from_state(read, TextLearnerSettings())
    assert learner.state() == read
    found = learner.predict(features("no answer")).round(6).tolist()
    assert found[:7] == [0.044145, 0.044145, 0.706489, 0.044145, 0.044145, 0.044145, 0.072783]
    assert found[7:10] == [0.100531, 0.798938, 0.100531]
    assert found[10:] == [0.194678, 0.569165, 0.118078, 0.118078]

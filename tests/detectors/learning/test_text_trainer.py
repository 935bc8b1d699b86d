"""Labels become models, the same ones whatever is interleaved, repeated or started again."""

import random

import pytest
from msgspec.structs import replace

from detectors.errors import FormatError, SettingsError
from detectors.learning.settings import TextLearnerSettings
from detectors.learning.text_labels import TextLabel
from detectors.learning.text_trainer import TextTrainer
from detectors.text.model import features, packed
from detectors.text.model_frame import packed_model, unpacked_model
from tests.detectors.learning.course import monday
from tests.detectors.text.sentences import CHINESE, ENGLISH

N_WEEKS, N_PARTITIONS = 4, 3
HOUR_MS = 3_600_000


def weeks() -> list[list[TextLabel]]:
    """Give each week's labels, in the order in which people gave them; one week has none."""
    chance, found = random.Random(5), list[list[TextLabel]]()
    offsets = [0] * N_PARTITIONS
    for week in range(N_WEEKS):
        found.append([])
        for n in range(12 if week != 2 else 0):
            partition = chance.randrange(N_PARTITIONS)
            offsets[partition] += chance.randint(1, 5)
            label = TextLabel(
                partition=partition,
                offset=offsets[partition],
                at_ms=monday(week) + n * HOUR_MS,
                features=packed(features(chance.choice(CHINESE + ENGLISH))),
                kind=chance.randrange(8),
                severity=chance.randrange(4),
                mood=chance.randrange(5),
            )
            found[week].append(label)
    return found


def a_trainer(state: bytes | None = None) -> TextTrainer:
    return TextTrainer(N_PARTITIONS, TextLearnerSettings(), state)


def taught(log: list[list[tuple[int, TextLabel]]], trainer: TextTrainer) -> list[bytes]:
    """Give the models after each week of a log of positions and labels."""
    models: list[bytes] = []
    for week in log:
        for position, label in week:
            trainer.step(position, label)
        models += [packed_model(model) for model in trainer.learn_all()]
    return models


def numbered(found: list[list[TextLabel]]) -> list[list[tuple[int, TextLabel]]]:
    positions = iter(range(10_000))
    return [[(next(positions), label) for label in week] for week in found]


def test_a_model_appears_only_where_there_was_something_to_learn() -> None:
    models = [unpacked_model(data) for data in taught(numbered(weeks()), a_trainer())]
    assert [model.version for model in models] == [1, 2, 3]
    counts = [model.n_labels for model in models]
    assert counts == sorted(counts)
    every = [label for week in weeks() for label in week]
    assert counts[-1] == tuple(
        sum(getattr(label, what) > 0 for label in every) for what in ("kind", "severity", "mood")
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interleaving_of_partitions_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    mixed = []
    for week in weeks():
        queues = [[one for one in week if one.partition == p] for p in range(N_PARTITIONS)]
        order = [p for p, queue in enumerate(queues) for _ in queue]
        chance.shuffle(order)
        mixed.append([queues[p].pop(0) for p in order])
    assert mixed != weeks()
    assert taught(numbered(mixed), a_trainer()) == taught(numbered(weeks()), a_trainer())


def test_what_an_intake_says_twice_is_learned_once() -> None:
    twice = [week[:7] + week[2:] for week in weeks()]
    assert taught(numbered(twice), a_trainer()) == taught(numbered(weeks()), a_trainer())


@pytest.mark.parametrize("week", range(1, N_WEEKS + 1))
@pytest.mark.parametrize("back", [0, 5, 30])
def test_a_restarted_trainer_gives_the_same_models(week: int, back: int) -> None:
    log = numbered(weeks())
    whole = taught(log, a_trainer())
    first = a_trainer()
    before = taught(log[:week], first)
    # Its log is read again from somewhere before the state, and on from there.
    again = [one for some in log[:week] for one in some][-back or len(whole) * 100 :]
    rest = [again + log[week], *log[week + 1 :]] if week < N_WEEKS else [again]
    assert before + taught(rest, a_trainer(first.state())) == whole


def test_no_state_is_given_while_labels_wait() -> None:
    trainer = a_trainer()
    trainer.step(0, weeks()[0][0])
    with pytest.raises(ValueError, match="1 labels wait"):
        trainer.state()


def test_a_state_that_cannot_be_gone_on_from_is_refused() -> None:
    state = a_trainer().state()
    with pytest.raises(FormatError):
        a_trainer(state[:-1])
    with pytest.raises(SettingsError, match="3"):
        TextTrainer(N_PARTITIONS + 1, TextLearnerSettings(), state)


def test_a_label_of_a_partition_that_cannot_be_is_refused() -> None:
    with pytest.raises(FormatError):
        a_trainer().step(0, replace(weeks()[0][0], partition=N_PARTITIONS))

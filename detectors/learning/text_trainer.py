"""The trainer of the reading of texts: takes labels in their log's order, gives the next model.

Labels wait until the trainer of risks is due, and are then learned in the order in which people
gave them. So the interleaving of the partitions changes nothing, and a feed of history, which
waits for each model of risks, has waited for this one as well.

`state` is all that is needed to go on: no label waits at the moment at which it is taken.
"""

from collections.abc import Iterator

import msgspec

from detectors.errors import FormatError, SettingsError
from detectors.learning.settings import TextLearnerSettings
from detectors.learning.text_labels import TextLabel
from detectors.learning.text_learner import TextLearner, TextLearnerState
from detectors.text.model import TextModel, unpacked

FORMAT = 1
NOWHERE = -1  # before the first offset


class TextTrainerState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a trainer stood when it published `version`; `told` is by partition."""

    format: int
    position: int
    version: int
    told: list[int]
    learner: TextLearnerState


class TextTrainer:
    """Learns the labels of texts from the training log, in its order.

    Parameters
    ----------
    n_partitions : of the topic of complaints
    settings : they may change at a restart and act from then on
    state : where to go on, as `state()` gave it; nothing starts from the word lists

    Raises
    ------
    FormatError
        If the state is of an unknown format.
    SettingsError
        If the state is of another number of partitions.
    """

    def __init__(
        self, n_partitions: int, settings: TextLearnerSettings, state: bytes | None = None
    ) -> None:
        self.position, self.version = NOWHERE, 0
        self._told = [NOWHERE] * n_partitions  # offset of the last label of each partition
        self._waiting: list[TextLabel] = []
        self._learner = TextLearner(settings)
        self._is_new = False
        if state is not None:
            self._enter(_read(state, n_partitions), settings)

    def step(self, position: int, label: TextLabel) -> None:
        """Take the label at `position`, unless an intake had said it before.

        Raises
        ------
        FormatError
            If it is of a partition that cannot be.
        """
        if position <= self.position:
            return
        if not 0 <= label.partition < len(self._told):
            raise FormatError(f"label of partition {label.partition} of {len(self._told)}")
        self.position = position
        if label.offset > self._told[label.partition]:
            self._told[label.partition] = label.offset
            self._waiting.append(label)

    def learn(self) -> Iterator[None]:
        """Learn what waits, a label at each step: some 2 ms, so that others may have their turn."""
        waiting, self._waiting = self._waiting, []
        for label in sorted(waiting, key=lambda one: (one.at_ms, one.partition, one.offset)):
            self._learner.learn(
                unpacked(label.features),
                kind=label.kind,
                severity=label.severity,
                mood=label.mood,
            )
            self._is_new = True
            yield

    def learn_all(self) -> tuple[TextModel, ...]:
        """Learn all that waits; give the next model, or nothing where nothing was learned."""
        for _ in self.learn():
            pass
        model = self.publish()
        return () if model is None else (model,)

    def publish(self) -> TextModel | None:
        """Give the next model, if anything was learned since the last."""
        if not self._is_new:
            return None
        self._is_new = False
        self.version += 1
        return msgspec.structs.replace(self._learner.fold(), version=self.version)

    def state(self) -> bytes:
        """Give everything as msgpack: at most 4.3 MB, whatever was learned.

        Raises
        ------
        ValueError
            If labels wait: they would be lost.
        FormatError
            If a number is not finite: such a state must not be kept.
        """
        if self._waiting:
            raise ValueError(f"{len(self._waiting)} labels wait to be learned")
        state = TextTrainerState(
            FORMAT, self.position, self.version, list(self._told), self._learner.state()
        )
        return msgspec.msgpack.encode(state)

    def _enter(self, state: TextTrainerState, settings: TextLearnerSettings) -> None:
        self.position, self.version = state.position, state.version
        self._told = list(state.told)
        self._learner = TextLearner.from_state(state.learner, settings)


def _read(data: bytes, n_partitions: int) -> TextTrainerState:
    try:
        state = msgspec.msgpack.decode(data, type=TextTrainerState)
    except msgspec.MsgspecError as error:
        raise FormatError(f"text trainer's state cannot be read: {error}") from error
    if state.format != FORMAT:
        raise FormatError(f"text trainer's state of format {state.format}, not {FORMAT}")
    if len(state.told) != n_partitions:
        raise SettingsError(
            f"there are {n_partitions} partitions; the text trainer's state has {len(state.told)}"
        )
    return state

"""The trainer: reads the training log, learns what has matured, gives the next model.

`step(position, part) -> models` is the only way in. When all partitions have said a tick, its
labels are joined with the snapshots as they were, learned, and the tick's own snapshots are
kept; a model appears at each tick at which labels mature, if there was nothing to learn too,
because a feed of history waits for it.

The log is the memory: `state` holds the weights, but no snapshot. It says from where in the
log to read again, and a trainer made from it gives the same models, bit for bit.
"""

from typing import cast

import msgspec

from detectors.arrays import DAY_MS
from detectors.errors import FormatError, SettingsError
from detectors.learning import schedule
from detectors.learning.blend import Seen, blend
from detectors.learning.gathering import Gathering
from detectors.learning.learner import Learner, LearnerState
from detectors.learning.lessons import Lesson
from detectors.learning.measures import measures
from detectors.learning.pending import Pending
from detectors.learning.settings import LearningSettings
from detectors.slices import Model
from detectors.tier_lines import TierLines, lines_of

FORMAT = 1


class Course(msgspec.Struct, frozen=True):
    """What a trainer is made for, and what its log has to agree with.

    `names` are the features in the order of their columns, `rules` the expert rules as a model
    of version 0; it carries the features' hash. `cuts` are the shares above each tier line, and
    `customers_min` how many a segment needs for lines of its own.
    """

    n_partitions: int
    horizon_days: int
    names: tuple[str, ...]
    rules: Model
    cuts: tuple[float, ...] = ()
    customers_min: int = 1


class TrainerState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a trainer stood after the record at `position`; it goes on reading at `resume_from`.

    Until it has read as far as `position` again it only gathers snapshots: the records that it
    needs are those that it held, so a state taken meanwhile leads to the same end.
    """

    format: int
    n_partitions: int
    horizon_days: int
    position: int
    resume_from: int
    learned_ms: int
    version: int
    n_weeks: int
    n_censored: int
    learner: LearnerState
    tiers: TierLines | None = None


class Trainer:
    """Learns one training log, in its order.

    Parameters
    ----------
    course : partitions, horizon, features and rules
    settings : rates and the blend; they may change at a restart and act from then on
    state : where to go on, as `state()` gave it; nothing starts from the expert rules

    Raises
    ------
    FormatError
        If the state is of an unknown format or of other features.
    SettingsError
        If the state is of another horizon or number of partitions.
    """

    def __init__(
        self, course: Course, settings: LearningSettings, state: bytes | None = None
    ) -> None:
        self.course, self.settings = course, settings
        self._gathering = Gathering(course.n_partitions)
        self._pending = Pending(len(course.names))
        self._learner = Learner(course.names, course.rules.features_hash, settings.learner)
        self.position = -1
        self.tiers: TierLines | None = None
        self.learned_ms = self.version = self.n_weeks = self.n_censored = 0
        if state is not None:
            self._enter(_read(state, course))

    @property
    def resume_from(self) -> int:
        """Position in the training log from which this trainer's state can go on."""
        held = (self._gathering.oldest_position(), self._pending.oldest_position())
        return min((at for at in held if at is not None), default=self.position + 1)

    def step(self, position: int, part: Lesson) -> tuple[Model, ...]:
        """Take the record at `position`; give the models that are due after it, oldest first.

        Mostly there is none or one. There are several where a partition enters late, and its
        first word lets all ticks go on that had waited for it. Learning a tick blocks for
        half a us an example.

        Raises
        ------
        FormatError
            If the lesson is of another feature list, or of a partition that cannot be.
        SettingsError
            If the scorers' horizon is another than the trainer's.
        """
        if position <= self.position:
            return ()
        self._check(part)
        self.position = position
        self._gathering.take(position, part)
        models: list[Model] = []
        for at_ms, found in self._gathering.due():
            # A tick learned before a restart is read again for its snapshots only.
            if at_ms > self.learned_ms:
                models += self._learn(at_ms, tuple(lesson for _, lesson in found))
            for place, lesson in found:
                self._pending.keep(place, lesson)
        return tuple(models)

    def state(self) -> bytes:
        """Give everything as JSON, some 4 kB; see `resume_from` for where it goes on.

        Raises
        ------
        FormatError
            If a number is not finite: such a state must not be kept.
        """
        state = TrainerState(
            format=FORMAT,
            n_partitions=self.course.n_partitions,
            horizon_days=self.course.horizon_days,
            position=self.position,
            resume_from=self.resume_from,
            learned_ms=self.learned_ms,
            version=self.version,
            n_weeks=self.n_weeks,
            n_censored=self.n_censored,
            learner=self._learner.state(),
            tiers=self.tiers,
        )
        return msgspec.json.encode(state)

    def _enter(self, state: TrainerState) -> None:
        course = self.course
        self.position = state.resume_from - 1
        self.learned_ms, self.version = state.learned_ms, state.version
        self.n_weeks, self.n_censored = state.n_weeks, state.n_censored
        self.tiers = state.tiers
        self._learner = Learner.from_state(
            state.learner, course.names, course.rules.features_hash, self.settings.learner
        )

    def _check(self, part: Lesson) -> None:
        where = f"lesson of partition {part.partition} at {part.at_ms}"
        if part.features_hash != self.course.rules.features_hash:
            raise FormatError(f"{where} is of another feature list, {part.features_hash}")
        if len(part.rows) and part.x.shape[1] != len(self.course.names):
            raise FormatError(f"{where} has {part.x.shape[1]} features")
        if not 0 <= part.partition < self.course.n_partitions:
            raise FormatError(f"{where}: there are {self.course.n_partitions} partitions")
        due_ms = schedule.matures(part.at_ms, self.course.horizon_days)
        if len(part.label_rows) and part.labels_as_of_ms != due_ms:
            raise SettingsError(
                f"{where} labels the snapshots of {part.labels_as_of_ms}; "
                f"with churn.horizon_days {self.course.horizon_days} they are those of {due_ms}"
            )

    def _learn(self, at_ms: int, lessons: tuple[Lesson, ...]) -> tuple[Model, ...]:
        self.learned_ms = at_ms
        self._draw(at_ms, lessons)
        models: tuple[Model, ...] = ()
        as_of_ms = schedule.matures(at_ms, self.course.horizon_days)
        if as_of_ms is not None:
            examples = self._pending.examples(as_of_ms, lessons)
            self._learner.learn(examples.x, examples.y)
            self.n_weeks += bool(len(examples.y))
            self.n_censored += examples.n_censored
            models = (self._model(at_ms, measures(examples.risk, examples.y)),)
        self._pending.drop(at_ms - self.course.horizon_days * DAY_MS)
        return models

    def _model(self, at_ms: int, judged: dict[str, float]) -> Model:
        learner, rules = self._learner, self.course.rules
        seen = Seen(learner.n_positives, self.n_weeks)
        mixed = blend(rules, learner.fold(), seen, self.settings.blend)
        self.version += 1
        return Model(
            version=self.version,
            at_ms=at_ms,
            basis=mixed.basis,
            n_labels=learner.n_examples,
            n_positives=learner.n_positives,
            features_hash=rules.features_hash,
            weights=tuple(mixed.weights.tolist()),
            intercept=mixed.intercept,
            usual=tuple(mixed.usual.tolist()),
            measures=judged,
            tiers=self.tiers,
        )

    def _draw(self, at_ms: int, lessons: tuple[Lesson, ...]) -> None:
        # Tier lines are those of the newest snapshot, whichever model takes them along.
        course = self.course
        worths = [one.worths for one in lessons if len(one.worths.revenue)]
        lines = lines_of(worths, course.cuts, course.customers_min) if course.cuts else {}
        if lines:
            self.tiers = TierLines(at_ms, lines)


def _read(data: bytes, course: Course) -> TrainerState:
    try:
        state = msgspec.json.decode(data, type=TrainerState)
    except msgspec.MsgspecError as error:
        raise FormatError(f"trainer state cannot be read: {error}") from error
    if state.format != FORMAT:
        raise FormatError(f"trainer state of format {state.format}; this version reads {FORMAT}")
    for name in ("n_partitions", "horizon_days"):
        was, now = cast("int", getattr(state, name)), cast("int", getattr(course, name))
        if was != now:
            raise SettingsError(f"{name} is {now}; the trainer's state was learned with {was}")
    return state

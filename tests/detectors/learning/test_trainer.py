from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import FormatError, SettingsError
from detectors.learning.lessons import Lesson
from detectors.learning.settings import LearningSettings
from detectors.learning.trainer import Trainer
from detectors.slices import Model
from detectors.tier_lines import TierLines, Worths
from tests.detectors.learning.course import QUICK, RULES, a_course, a_lesson, monday, some_lessons


def a_log(
    n_partitions: int = 2, n_weeks: int = 8, horizon_days: int = 14, seed: int = 1
) -> list[Lesson]:
    """Interleave the partitions, one sometimes far ahead, and say some parts twice."""
    chance = np.random.default_rng(seed)
    waiting = [
        list(some_lessons(partition, n_weeks, horizon_days, seed))
        for partition in range(n_partitions)
    ]
    log: list[Lesson] = []
    said: list[list[Lesson]] = [[] for _ in waiting]
    while any(waiting):
        partition = int(chance.choice([n for n, parts in enumerate(waiting) if parts]))
        for _ in range(min(int(chance.integers(1, 9)), len(waiting[partition]))):
            part = waiting[partition].pop(0)
            said[partition].append(part)
            log.append(part)
        if chance.random() < 0.3:  # its scorer died and says the last things again
            log += said[partition][-int(chance.integers(1, 12)) :]
    return log


def taught(trainer: Trainer, log: Sequence[Lesson], start: int = 0) -> list[Model]:
    return [
        model
        for position, part in enumerate(log[start:], start)
        for model in trainer.step(position, part)
    ]


def plain(models: Sequence[Model]) -> list[dict[str, object]]:
    return [msgspec.structs.asdict(model) for model in models]


def test_a_model_appears_at_each_tick_at_which_labels_mature() -> None:
    models = taught(Trainer(a_course(), QUICK), a_log(n_weeks=8))
    assert [model.at_ms for model in models] == [monday(week) for week in range(8)]
    assert [model.version for model in models] == list(range(1, 9))


def test_models_begin_as_the_rules_and_end_as_learned() -> None:
    models = taught(Trainer(a_course(), QUICK), a_log(n_weeks=8))
    assert models[0].weights == RULES.weights
    bases = [model.basis for model in models]
    assert bases == sorted(bases, key=["rules", "blended", "learned"].index)
    assert (bases[0], bases[-1]) == ("rules", "learned")


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_matter_which_partition_was_faster(seed: int) -> None:
    in_step = sorted(a_log(seed=1), key=lambda part: (part.at_ms, part.partition, part.part))
    lessons = {(part.at_ms, part.partition, part.part): part for part in in_step}
    models = taught(Trainer(a_course(), QUICK), list(lessons.values()))
    chance = np.random.default_rng(seed)
    lanes = [[part for part in lessons.values() if part.partition == lane] for lane in (0, 1)]
    mixed = []
    while any(lanes):
        mixed.append(lanes[chance.choice([n for n in (0, 1) if lanes[n]])].pop(0))
    assert plain(taught(Trainer(a_course(), QUICK), mixed)) == plain(models)


def test_nothing_is_learned_until_every_partition_has_spoken() -> None:
    trainer = Trainer(a_course(2), QUICK)
    assert trainer.step(0, a_lesson(monday(0), 0)) == ()
    assert len(trainer.step(1, a_lesson(monday(0), 1))) == 1


def test_a_partition_that_enters_late_lets_all_waiting_ticks_go_on() -> None:
    trainer = Trainer(a_course(2), QUICK)
    for week in range(3):
        assert trainer.step(week, a_lesson(monday(week), 0)) == ()
    models = trainer.step(3, a_lesson(monday(2), 1))
    assert [model.at_ms for model in models] == [monday(0), monday(1), monday(2)]


def test_a_lesson_said_twice_counts_once() -> None:
    log = [
        a_lesson(monday(0), 0, {1: (1, 0, 0), 2: (2, 0, 0)}),
        a_lesson(monday(1), 0, {}),
        a_lesson(monday(2), 0, {}, labels={1: 1, 2: 0}),
    ]
    once = taught(Trainer(a_course(1), QUICK), log)
    twice = taught(Trainer(a_course(1), QUICK), [part for part in log for _ in range(2)])
    assert plain(twice) == plain(once)
    assert (once[-1].n_labels, once[-1].n_positives) == (2, 1)


def test_a_label_is_learned_with_the_features_as_they_were() -> None:
    then, now = (3.0, 0.0, 0.0), (9.0, 0.0, 0.0)
    log = [
        a_lesson(monday(0), 0, {1: then}),
        a_lesson(monday(1), 0, {}),
        a_lesson(monday(2), 0, {1: now}, labels={1: 1}),
    ]
    trainer = Trainer(a_course(1), QUICK)
    taught(trainer, log)
    assert msgspec.json.decode(trainer.state())["learner"]["means"][0] == 3.0


def test_a_model_carries_how_good_the_risks_were_whose_labels_came() -> None:
    log = [
        a_lesson(monday(0), 0, {1: (1, 0, 0), 2: (2, 0, 0)}),
        a_lesson(monday(2), 0, {}, labels={1: 1, 2: 0}),
    ]
    judged = taught(Trainer(a_course(1), QUICK), log)[-1].measures
    assert (judged["rows"], judged["positives"], judged["auc"]) == (2, 1, 0.5)
    assert judged["observed_expected"] == 2.0  # both were said to churn with .25


def test_a_horizon_between_mondays_learns_at_its_own_ticks() -> None:
    course = a_course(2, horizon_days=10)
    models = taught(Trainer(course, QUICK), a_log(n_weeks=5, horizon_days=10))
    assert {(model.at_ms - monday(0)) // 86_400_000 % 7 for model in models} == {3}
    assert models[-1].n_labels > 0


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    stops=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    horizon_days=st.sampled_from([7, 10, 14, 28]),
    n_partitions=st.integers(1, 3),
)
def test_a_trainer_killed_anywhere_goes_on_bit_for_bit(
    seed: int, stops: list[float], horizon_days: int, n_partitions: int
) -> None:
    course = a_course(n_partitions, horizon_days)
    log = a_log(n_partitions, n_weeks=7, horizon_days=horizon_days, seed=seed)
    whole = Trainer(course, QUICK)
    models = taught(whole, log)
    trainer, state, found = Trainer(course, QUICK), b"", {}
    for stop in [int(part * len(log)) for part in stops]:
        start = trainer.resume_from if state else 0
        for model in taught(trainer, log[: max(start, stop)], start):
            found[model.version] = model
        state = trainer.state()
        trainer = Trainer(course, QUICK, state)
    for model in taught(trainer, log, trainer.resume_from):
        found[model.version] = model
    assert plain([found[version] for version in sorted(found)]) == plain(models)
    assert trainer.state() == whole.state()


def test_a_state_taken_after_any_record_leads_to_the_same_end() -> None:
    log = a_log(n_weeks=6, seed=3)
    trainer, states = Trainer(a_course(), QUICK), []
    for position, part in enumerate(log):
        trainer.step(position, part)
        states.append(trainer.state())
    for state in states:
        again = Trainer(a_course(), QUICK, state)
        taught(again, log, again.resume_from)
        assert again.state() == states[-1]


def test_dying_again_while_it_reads_again_loses_nothing() -> None:
    log, course = a_log(n_weeks=6, horizon_days=28, seed=3), a_course(horizon_days=28)
    whole = Trainer(course, QUICK)
    taught(whole, log)
    trainer = Trainer(course, QUICK)
    taught(trainer, log[:-20])
    start = trainer.resume_from
    assert start < len(log) - 40
    for stop in range(start, len(log) - 20):
        again = Trainer(course, QUICK, trainer.state())
        assert taught(again, log[:stop], start) == []
        assert again.resume_from == start
        later = Trainer(course, QUICK, again.state())
        taught(later, log, later.resume_from)
        assert later.state() == whole.state()


def test_a_week_without_labels_is_no_week_of_experience() -> None:
    trainer = Trainer(a_course(), QUICK)
    taught(trainer, a_log(n_weeks=8))
    assert (trainer.version, trainer.n_weeks) == (8, 6)


def test_reading_again_gives_no_model_twice() -> None:
    log = a_log(seed=4)
    trainer = Trainer(a_course(), QUICK)
    models = taught(trainer, log[:-30])
    again = Trainer(a_course(), QUICK, trainer.state())
    later = taught(again, log, again.resume_from)
    assert [model.version for model in models + later] == list(range(1, len(models + later) + 1))


def test_old_snapshots_are_let_go() -> None:
    log = a_log(n_weeks=12, seed=5)
    trainer = Trainer(a_course(), QUICK)
    taught(trainer, log)
    first_pending = next(n for n, part in enumerate(log) if part.at_ms == monday(10))
    assert trainer.resume_from >= first_pending


def test_a_record_read_again_changes_nothing() -> None:
    trainer = Trainer(a_course(1), QUICK)
    assert len(trainer.step(3, a_lesson(monday(0)))) == 1
    assert trainer.step(3, a_lesson(monday(1))) == ()
    assert trainer.step(2, a_lesson(monday(2))) == ()


def test_a_lesson_of_other_features_is_refused() -> None:
    other = msgspec.structs.replace(RULES, features_hash="other")
    trainer = Trainer(msgspec.structs.replace(a_course(1), rules=other), LearningSettings())
    with pytest.raises(FormatError, match="another feature list"):
        trainer.step(0, a_lesson(monday(0)))


def test_a_lesson_of_a_partition_that_cannot_be_is_refused() -> None:
    with pytest.raises(FormatError, match="there are 2 partitions"):
        Trainer(a_course(2), QUICK).step(0, a_lesson(monday(0), partition=2))


def test_scorers_of_another_horizon_are_refused() -> None:
    trainer = Trainer(a_course(1, horizon_days=28), QUICK)
    with pytest.raises(SettingsError, match=r"churn\.horizon_days 28"):
        trainer.step(0, a_lesson(monday(5), labels={1: 0}, horizon_days=14))


def test_a_state_of_another_course_is_refused() -> None:
    state = Trainer(a_course(2), QUICK).state()
    with pytest.raises(SettingsError, match="n_partitions is 3"):
        Trainer(a_course(3), QUICK, state)
    with pytest.raises(SettingsError, match="horizon_days is 28"):
        Trainer(a_course(2, horizon_days=28), QUICK, state)


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"null"])
def test_what_is_no_state_is_refused(state: bytes) -> None:
    with pytest.raises(FormatError):
        Trainer(a_course(), QUICK, state)


def test_a_state_of_an_unknown_format_is_refused() -> None:
    state = msgspec.json.decode(Trainer(a_course(), QUICK).state())
    with pytest.raises(FormatError, match="format 2"):
        Trainer(a_course(), QUICK, msgspec.json.encode({**state, "format": 2}))


def with_worths(part: Lesson, *money: float) -> Lesson:
    """Give a lesson whose customers bring something in a year."""
    revenue = np.array(money, np.float32)
    return replace(part, worths=Worths(revenue, np.zeros(len(money), np.uint16), ("",)))


def test_tier_lines_are_cut_of_all_partitions_and_go_with_every_model() -> None:
    course = msgspec.structs.replace(a_course(2), cuts=(0.25, 0.5))
    trainer = Trainer(course, QUICK)
    customers = dict.fromkeys(range(2), (1.0, 0.0, 0.0))
    trainer.step(0, with_worths(a_lesson(monday(0), 0, customers), 10.0, 30.0))
    (model,) = trainer.step(1, with_worths(a_lesson(monday(0), 1, customers), 20.0, 40.0))
    assert model.tiers == TierLines(monday(0), {"*": (40.0, 30.0)})
    trainer.step(2, a_lesson(monday(1), 0))
    (model,) = trainer.step(3, a_lesson(monday(1), 1))  # nobody said anything: the lines stay
    assert model.tiers == TierLines(monday(0), {"*": (40.0, 30.0)})
    again = Trainer(course, QUICK, trainer.state())
    assert again.tiers == model.tiers


def test_a_state_of_before_tiers_is_read() -> None:
    trainer = Trainer(a_course(1), QUICK)
    trainer.step(0, a_lesson(monday(0)))
    old = msgspec.json.decode(trainer.state())
    del old["tiers"]
    assert Trainer(a_course(1), QUICK, msgspec.json.encode(old)).tiers is None

"""In a backtest texts are read and learned from, and no word of them gets any further."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from detectors.text.model_frame import unpacked_model
from streams.events.complaints import ComplaintOpened
from streams.events.envelope import AnyEvent
from streams.settings import Settings, load
from streams.topics import COMPLAINTS, INTERACTIONS
from tests.faults.live_grumblers import N_COMPLAINTS, Grumblers
from tests.faults.live_source import SmallTown
from tests.faults.live_told import DESK, LOG, SAID, SPEAKING, TASK, Told, notes, undisturbed

SECRET = "Zanzibar"


class Town(Grumblers):
    """Customers who buy, leave and complain; every text has a word that nothing else has."""

    name = "town"

    @property
    def topics(self) -> tuple[str, ...]:
        return (INTERACTIONS, COMPLAINTS)

    def events(self) -> Iterator[AnyEvent]:
        every = [*super().events(), *SmallTown().events()]
        return map(_with_secret, sorted(every, key=lambda event: (event.time, event.id)))


def _with_secret(event: AnyEvent) -> AnyEvent:
    if not isinstance(event, ComplaintOpened):
        return event
    return replace(event, data=replace(event.data, text=f"{event.data.text} {SECRET}"))


def models_of(told: Told) -> list[bytes]:
    models: list[Any] = told.streams[SPEAKING, 0, 1]
    return models


def settings_of(**more: object) -> Settings:
    return load((), None, SmallTown().preset | more)


@pytest.fixture(scope="module")
def told() -> Told:
    return undisturbed(Town(), settings_of())


def test_no_word_of_a_text_is_in_a_log_an_assessment_a_task_or_a_model(told: Told) -> None:
    counts = [len(told.all(what)) for what in (LOG, SAID, DESK, TASK, SPEAKING)]
    assert min(counts) > 10
    assert SECRET not in repr(told.streams)
    assert SECRET.encode() not in b"".join(models_of(told))


def test_the_newest_model_reads_and_its_version_stands_in_the_note(told: Told) -> None:
    versions = [unpacked_model(data).version for data in models_of(told)]
    assert versions == list(range(1, len(versions) + 1))
    logs = [rows for (what, _, _), rows in told.streams.items() if what == LOG]
    read = [[n["text_model"] for n in notes(rows) if "text_model" in n] for rows in logs]
    assert sum(map(len, read)) == N_COMPLAINTS
    assert [sorted(one) for one in read] == read
    assert {version for one in read for version in one} == {0, *versions[:-1]}


def test_with_no_text_kept_nothing_is_learned_and_everything_is_read() -> None:
    told = undisturbed(Town(), settings_of(**{"intake.texts_kept": 0}))
    assert told.streams[SPEAKING, 0, 1] == []
    assert sum("text_model" in note for note in notes(told.all(LOG))) == N_COMPLAINTS

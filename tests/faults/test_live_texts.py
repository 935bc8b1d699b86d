"""Reading and learning of texts in the real system: workers are killed, and nothing changes.

Notes, with the version of the model that read each text, and the models themselves are those
of an undisturbed backtest; an audit learns the same models from the training log.
"""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

from detectors.learning.text_labels import TextLabel, unpack
from detectors.text.model_frame import unpacked_model
from streams.log_reader import LogReader
from streams.topics import BREACHES, DESK_LOG, MODELS, TRAINING_LOG
from tests.faults.live_grumblers import N_COMPLAINTS, UNREADABLE, Grumblers
from tests.faults.live_system import NEVER, System
from tests.faults.live_told import LOG, SPEAKING, Told, differences, live, notes, undisturbed

SECONDS = 7.0
KILLS = (("intake", 0.3), ("trainer", 0.5), ("intake", 0.7))


async def test_intake_and_trainer_killed_under_load_read_and_learn_the_same(tmp_path: Path) -> None:
    source = Grumblers()
    system = System(tmp_path, source)
    expected = undisturbed(source, system.settings)
    try:
        await system.start()
        members = await system.all_roles(instance="one")
        feeding = asyncio.create_task(system.fed(SECONDS))
        for role, part in KILLS:
            await system.under_load(feeding, part)
            await members[role].killed()
            members[role] = system.starting(role, "one")
        system.pause_at = NEVER
        await feeding
        told = await live(system.endpoints, system.settings)
        assert differences(told, expected) == []
        audited = {line.topic: line.equal for line in await system.audited()}
        # Who never bought is not watched, so nothing is assessed here.
        assert audited == dict.fromkeys((DESK_LOG, TRAINING_LOG, MODELS, BREACHES), True)
        n_labels = await _n_labels(system)
    finally:
        await system.close()
    # Every text of a triaged complaint that could be read; an intake may say some twice.
    assert n_labels >= _readable_and_triaged()
    _assert_that_texts_were_read_and_learned(told)


def _assert_that_texts_were_read_and_learned(told: Told) -> None:
    models: list[Any] = told.streams[SPEAKING, 0, 1]
    learned = [unpacked_model(data) for data in models]
    assert [model.version for model in learned] == list(range(1, len(learned) + 1))
    assert len(learned) >= 8
    counts = [model.n_labels[0] for model in learned]
    assert all(one < other for one, other in pairwise(counts))
    assert counts[-1] > 0.7 * _readable_and_triaged()
    every = notes(told.all(LOG))
    read = [note for note in every if "text_model" in note]
    assert len(read) == N_COMPLAINTS
    assert {note["text_model"] for note in read} == set(range(len(learned)))
    assert sum("unreadable" in note for note in read) == N_COMPLAINTS // 40
    assert UNREADABLE not in str(every)


def _readable_and_triaged() -> int:
    return sum(number % 4 < 2 and number % 40 != 7 for number in range(N_COMPLAINTS))


async def _n_labels(system: System) -> int:
    async with LogReader(system.kafka.address) as reader:
        found = [unpack(one.value or b"") async for one in reader.read(TRAINING_LOG, 0)]
    return sum(isinstance(one, TextLabel) for one in found)

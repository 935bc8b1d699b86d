"""The trainer on Faust. What it learns and when is in `detectors/learning/trainer.py`.

One partition, one replica: a restart is its failover. Published models carry the trainers'
states; the training log before them is read again for the snapshots that still wait. Labels of
texts are learned and published when models of risks are due, and in front of them: none that
is not in the published state lies behind where that reading begins.
"""

import asyncio

import msgspec

from detectors.learning.lessons import Lesson
from detectors.learning.settings import LearningSettings
from detectors.learning.text_labels import TextLabel, unpack
from detectors.learning.text_trainer import TextTrainer
from detectors.learning.trainer import Trainer
from detectors.settings import CoreSettings
from detectors.text.model_frame import unpacked_model
from streams import models
from streams.course import course
from streams.log_reader import LogReader
from streams.role import Kit, Records, Role
from streams.topics import ASSESSMENTS, MODELS, TRAINING_LOG
from streams.trainer_counts import TrainerCounts
from streams.writer import Outgoing


class TrainerWorker(Role):
    """Reads the training log, publishes models."""

    name = "churn-trainer"
    topics = (TRAINING_LOG,)

    def __init__(
        self, bootstrap_servers: str, core: CoreSettings, learning: LearningSettings
    ) -> None:
        self._servers, self._core, self._learning = bootstrap_servers, core, learning
        self.done = TrainerCounts()

    async def started(self, kit: Kit) -> None:
        """Learn how many partitions teach."""
        await super().started(kit)
        self._course = course(self._core, await kit.writer.partitions(ASSESSMENTS))
        await kit.writer.partitions(MODELS)

    async def assigned(self, partition: int) -> None:
        """Go on from the newest models' states and the log since the oldest snapshot it needs."""
        async with LogReader(self._servers) as reader:
            found = await models.newest(reader)
            state = None if found.risk is None else msgspec.json.encode(found.risk.state)
            self._trainer = Trainer(self._course, self._learning, state)
            self._texts = TextTrainer(
                self._course.n_partitions,
                self._learning.text,
                None if found.text is None else found.text.state,
            )
            if found.text is not None:
                self.done.newest_text = unpacked_model(found.text.model)
            start = self._trainer.resume_from
            async for record in reader.read(TRAINING_LOG, partition, start):
                await self._take(record.offset, unpack(record.value or b""))

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Learn lessons; publish the models that are due."""
        for record in records:
            await self._take(record.offset, unpack(record.value or b""))

    async def _take(self, offset: int, said: Lesson | TextLabel) -> None:
        if isinstance(said, TextLabel):
            self._texts.step(offset, said)
            return
        due = self._trainer.step(offset, said)
        if not due:
            return
        # Together: the state is that after the last of them.
        state = msgspec.json.decode(self._trainer.state())
        told = [*await self._of_texts(), *(models.outgoing(model, state) for model in due)]
        await self.kit.writer.write(MODELS, 0, told)
        self.done.published, self.done.newest = self.done.published + len(due), due[-1]

    async def _of_texts(self) -> list[Outgoing]:
        for _ in self._texts.learn():
            await asyncio.sleep(0)  # a week's labels may be a minute's work
        model = self._texts.publish()
        if model is None:
            return []
        self.done.newest_text = model
        return [models.outgoing_text(model, self._texts.state())]

"""The trainer on Faust. What it learns and when is in `detectors/learning/trainer.py`.

One partition, one replica: a restart is its failover. The published model carries the
trainer's state; the training log before it is read again for the snapshots that still wait.
"""

import msgspec

from detectors.learning.lessons import unpack
from detectors.learning.settings import LearningSettings
from detectors.learning.trainer import Trainer
from detectors.settings import CoreSettings
from detectors.slices import Model
from streams import models
from streams.course import course
from streams.log_reader import LogReader
from streams.role import Kit, Records, Role
from streams.topics import ASSESSMENTS, MODELS, TRAINING_LOG


class TrainerWorker(Role):
    """Reads the training log, publishes models."""

    name = "churn-trainer"
    topics = (TRAINING_LOG,)

    def __init__(
        self, bootstrap_servers: str, core: CoreSettings, learning: LearningSettings
    ) -> None:
        self._servers, self._core, self._learning = bootstrap_servers, core, learning
        self.published = 0
        self.newest: Model | None = None

    async def started(self, kit: Kit) -> None:
        """Learn how many partitions teach."""
        await super().started(kit)
        self._course = course(self._core, await kit.writer.partitions(ASSESSMENTS))
        await kit.writer.partitions(MODELS)

    async def assigned(self, partition: int) -> None:
        """Go on from the newest model's state and the log since the oldest snapshot it needs."""
        async with LogReader(self._servers) as reader:
            newest = await models.newest(reader)
            state = None if newest is None else msgspec.json.encode(newest.state)
            self._trainer = Trainer(self._course, self._learning, state)
            start = self._trainer.resume_from
            async for record in reader.read(TRAINING_LOG, partition, start):
                await self._learn(record.offset, record.value or b"")

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Learn lessons; publish the models that are due."""
        for record in records:
            await self._learn(record.offset, record.value or b"")

    async def _learn(self, offset: int, value: bytes) -> None:
        due = self._trainer.step(offset, unpack(value))
        if not due:
            return
        # Together: the state is that after the last of them.
        state = msgspec.json.decode(self._trainer.state())
        await self.kit.writer.write(MODELS, 0, [models.outgoing(model, state) for model in due])
        self.published, self.newest = self.published + len(due), due[-1]

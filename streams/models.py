"""The topic of models: one key, the newest value is the model that speaks and its whole state."""

import msgspec

from detectors.slices import Model
from streams.log_reader import LogReader
from streams.topics import MODELS
from streams.writer import Outgoing

KEY = b"churn"


class Published(msgspec.Struct, frozen=True):
    """A model and the trainer's state after it: what a restarted trainer goes on from."""

    model: Model
    state: dict[str, object]


_decoder = msgspec.json.Decoder(Published)
_encoder = msgspec.json.Encoder(order="deterministic")


def outgoing(model: Model, state: dict[str, object]) -> Outgoing:
    """Give a published model for Kafka."""
    return KEY, _encoder.encode(Published(model, state)), ()


def incoming(value: bytes) -> Published:
    """Read a published model."""
    return _decoder.decode(value)


def model_bytes(model: Model) -> bytes:
    """Give a model's bytes, without the trainer's state."""
    return _encoder.encode(model)


async def newest(reader: LogReader) -> Published | None:
    """Give the model published last, or None before the first."""
    found = None
    async for record in reader.read(MODELS, 0):
        if record.value is not None:
            found = incoming(record.value)
    return found


class Follower:
    """Follows the topic; `latest` is the newest model seen."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self.latest: Model | None = None

    async def run(self) -> None:
        """Follow the topic until cancelled."""
        async with LogReader(self._servers) as reader:
            async for records in reader.follow(MODELS, {0: 0}):
                for record in records:
                    if record.value is not None:
                        self.latest = incoming(record.value).model

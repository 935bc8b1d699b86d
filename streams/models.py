"""The topic of models: two keys, the newest value of each is what speaks, with its whole state.

One scores customers, the other reads the texts of complaints. The trainer publishes that of
texts in front of that of risks, so whoever has seen the one has seen the other.
"""

import msgspec

from detectors.errors import FormatError
from detectors.slices import Model
from detectors.text.model import TextModel
from detectors.text.model_frame import packed_model, unpacked_model
from streams.log_reader import LogReader, Record
from streams.topics import MODELS
from streams.writer import Outgoing

KEY = b"churn"
TEXT_KEY = b"complaint-text"
TEXT_FORMAT = 1


class Published(msgspec.Struct, frozen=True):
    """A model and the trainer's state after it: what a restarted trainer goes on from."""

    model: Model
    state: dict[str, object]


class PublishedText(msgspec.Struct, frozen=True, array_like=True):
    """The same of the reading of texts, packed: up to 1 MB of model and 4.3 MB of state."""

    format: int
    model: bytes
    state: bytes


class Newest(msgspec.Struct):
    """What was published last under each key; None before the first."""

    risk: Published | None = None
    text: PublishedText | None = None


_decoder = msgspec.json.Decoder(Published)
_encoder = msgspec.json.Encoder(order="deterministic")
_texts = msgspec.msgpack.Decoder(PublishedText)


def outgoing(model: Model, state: dict[str, object]) -> Outgoing:
    """Give a published model for Kafka."""
    return KEY, _encoder.encode(Published(model, state)), ()


def outgoing_text(model: TextModel, state: bytes) -> Outgoing:
    """Give a published model of texts for Kafka."""
    published = PublishedText(TEXT_FORMAT, packed_model(model), state)
    return TEXT_KEY, msgspec.msgpack.encode(published), ()


def incoming(record: Record) -> Published | PublishedText | None:
    """Read a record of the topic; None if it is of neither key, or was removed.

    Raises
    ------
    FormatError
        If a model of texts is of an unknown format.
    """
    if record.value is None:
        return None
    if record.key == KEY:
        return _decoder.decode(record.value)
    if record.key != TEXT_KEY:
        return None
    published = _texts.decode(record.value)
    if published.format != TEXT_FORMAT:
        raise FormatError(f"published model of texts of format {published.format}")
    return published


def model_bytes(model: Model) -> bytes:
    """Give a model's bytes, without the trainer's state."""
    return _encoder.encode(model)


async def newest(reader: LogReader) -> Newest:
    """Give what was published last."""
    found = Newest()
    async for record in reader.read(MODELS, 0):
        match incoming(record):
            case Published() as published:
                found.risk = published
            case PublishedText() as published:
                found.text = published
            case None:
                pass
    return found


class Follower:
    """Follows the topic; `latest` and `latest_text` are the newest models seen."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self.latest: Model | None = None
        self.latest_text: TextModel | None = None

    async def catch_up(self) -> None:
        """Have what was published last: a restarted intake reads no text with an older model."""
        async with LogReader(self._servers) as reader:
            found = await newest(reader)
        if found.risk is not None:
            self.latest = found.risk.model
        if found.text is not None:
            self.latest_text = unpacked_model(found.text.model)

    async def run(self) -> None:
        """Follow the topic until cancelled."""
        async with LogReader(self._servers) as reader:
            async for records in reader.follow(MODELS, {0: 0}):
                for record in records:
                    self._take(incoming(record))

    def _take(self, published: Published | PublishedText | None) -> None:
        match published:
            case Published():
                self.latest = published.model
            case PublishedText():
                self.latest_text = unpacked_model(published.model)
            case None:
                pass

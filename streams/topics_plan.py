"""What has to be done to the topics that exist, so that they are as the table says. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detectors.errors import SettingsError
from streams.topics import Topic, TopicSettings

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Wanted:
    """A topic as it should be, in Kafka's own terms."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]


@dataclass(frozen=True)
class Existing:
    """A topic as it is: the configs in force, and which of them were set on the topic itself."""

    partitions: int
    configs: Mapping[str, str]
    own: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Create:
    """The topic does not exist."""

    topic: Wanted

    def __str__(self) -> str:
        return f"{self.topic.name}: create with {self.topic.partitions} partitions"


@dataclass(frozen=True)
class Alter:
    """The topic is kept otherwise; `configs` maps each name to what it is and what it should be."""

    name: str
    configs: Mapping[str, tuple[str | None, str]]

    def __str__(self) -> str:
        parts = (f"{key} from {was} to {to}" for key, (was, to) in self.configs.items())
        return f"{self.name}: set {', '.join(parts)}"


@dataclass(frozen=True)
class Recut:
    """The topic has another number of partitions. Nothing can be done about it in place."""

    name: str
    was: int
    wanted: int

    def __str__(self) -> str:
        return f"{self.name}: has {self.was} partitions, the settings say {self.wanted}"


Change = Create | Alter | Recut


def wanted(topic: Topic, settings: TopicSettings) -> Wanted:
    """Give a topic of the table in Kafka's terms, under the given settings."""
    counts = {"P": settings.partitions, "D": settings.desk_partitions, "1": 1}
    configs = {"min.insync.replicas": str(settings.min_insync)}
    if topic.kept == "newest":
        configs["cleanup.policy"] = "compact"
    else:
        days = {
            "inputs": settings.input_days,
            "logs": settings.log_days,
            "letters": settings.letter_days,
            "views": settings.view_days,
        }[topic.kept]
        configs |= {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS)}
    configs |= topic.configs
    return Wanted(topic.name, counts[topic.partitions], settings.replication, configs)


def plan(table: Iterable[Wanted], existing: Mapping[str, Existing]) -> list[Change]:
    """Say what differs, in the order of the table. Topics that are not in it are left alone.

    Replication is taken as it is: moving copies between brokers is not ours to do.
    """
    changes: list[Change] = []
    for topic in table:
        found = existing.get(topic.name)
        if found is None:
            changes.append(Create(topic))
        elif found.partitions != topic.partitions:
            changes.append(Recut(topic.name, found.partitions, topic.partitions))
        else:
            differing = {
                key: (found.configs.get(key), value)
                for key, value in topic.configs.items()
                if found.configs.get(key) != value
            }
            if differing:
                changes.append(Alter(topic.name, differing))
    return changes


def refuse_recut(changes: Iterable[Change]) -> None:
    """Raise if a topic has another number of partitions than the settings say.

    Fewer would lose records. More would send the next events of a customer to another
    partition, away from their row, and would leave Faust's assignment crooked without a word.

    Raises
    ------
    SettingsError
        Naming every such topic and both numbers.
    """
    recuts = [change for change in changes if isinstance(change, Recut)]
    if recuts:
        raise SettingsError(
            f"{'; '.join(map(str, recuts))}. Partition counts are fixed once a topic exists: "
            "set topics.partitions and topics.desk_partitions to what is there, or delete the "
            "topics and start anew."
        )


def refuse_unready(changes: Iterable[Change]) -> None:
    """Raise if a worker must not start on these topics; other differences of settings may stand.

    Raises
    ------
    SettingsError
        If a topic is missing, is cut otherwise, or deletes where it should compact.
    """
    changes = list(changes)
    refuse_recut(changes)
    faults = [
        change
        for change in changes
        if isinstance(change, Create)
        or (isinstance(change, Alter) and "cleanup.policy" in change.configs)
    ]
    if faults:
        raise SettingsError(
            f"topics are not ready: {'; '.join(map(str, faults))}. Run: ebbwatch topics apply"
        )

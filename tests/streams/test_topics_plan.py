"""Tests of what is done to topics, and what is refused."""

import pytest

from detectors.errors import SettingsError
from streams.topics import MODELS, TABLE, TopicSettings
from streams.topics_plan import (
    Alter,
    Create,
    Existing,
    Recut,
    Wanted,
    plan,
    refuse_recut,
    refuse_unready,
    wanted,
)

CONFIGS = {"cleanup.policy": "delete", "retention.ms": "1000"}
LOG = Wanted("log", 4, 1, CONFIGS)
AS_WANTED = Existing(4, CONFIGS)


def test_nothing_is_done_where_all_is_as_it_should_be() -> None:
    assert plan([LOG], {"log": AS_WANTED}) == []


def test_a_missing_topic_is_created() -> None:
    assert plan([LOG], {"other": AS_WANTED}) == [Create(LOG)]


def test_only_what_differs_is_altered() -> None:
    found = Existing(4, {"cleanup.policy": "delete", "retention.ms": "7", "flush.ms": "1"})
    changes = plan([LOG], {"log": found})
    assert changes == [Alter("log", {"retention.ms": ("7", "1000")})]
    assert str(changes[0]) == "log: set retention.ms from 7 to 1000"


@pytest.mark.parametrize("partitions", [2, 8], ids=["fewer", "more"])
def test_another_partition_count_is_refused_with_both_numbers(partitions: int) -> None:
    changes = plan([LOG], {"log": Existing(partitions, {})})
    assert changes == [Recut("log", partitions, 4)]
    with pytest.raises(SettingsError, match=f"log: has {partitions} partitions.* say 4"):
        refuse_recut(changes)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        pytest.param({}, "topics apply", id="missing"),
        pytest.param({"log": Existing(2, {})}, "has 2 partitions", id="cut otherwise"),
        pytest.param(
            {"log": Existing(4, CONFIGS | {"cleanup.policy": "compact"})},
            "cleanup.policy from compact to delete",
            id="kept otherwise",
        ),
    ],
)
def test_no_worker_starts_on_topics_that_are(found: dict[str, Existing], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        refuse_unready(plan([LOG], found))


def test_a_worker_starts_where_somebody_keeps_a_log_longer() -> None:
    found = {"log": Existing(4, CONFIGS | {"retention.ms": "-1"})}
    refuse_unready(plan([LOG], found))


def test_symbols_become_the_numbers_of_the_settings() -> None:
    settings = TopicSettings(partitions=12, desk_partitions=3)
    numbers = {topic.partitions: wanted(topic, settings).partitions for topic in TABLE}
    assert numbers == {"P": 12, "D": 3, "1": 1}


def test_a_compacted_topic_never_deletes_by_time() -> None:
    models = next(topic for topic in TABLE if topic.name == MODELS)
    configs = wanted(models, TopicSettings(replication=3)).configs
    assert configs["cleanup.policy"] == "compact"
    assert configs["min.insync.replicas"] == "2"
    assert "retention.ms" not in configs

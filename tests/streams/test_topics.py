"""Tests of the topic table: what must be equal, and what Kafka would refuse."""

import pytest

from streams.topics import (
    COMPACTED_INPUTS,
    CUSTOMER_LOG,
    DESK_LOG,
    INPUTS,
    LEDGER_CHANGELOG,
    PROFILES,
    TABLE,
    TRAINING_LOG,
    Topic,
    TopicSettings,
)

BY_NAME = {topic.name: topic for topic in TABLE}


def test_no_topic_stands_twice() -> None:
    assert len(BY_NAME) == len(TABLE) == 16


@pytest.mark.parametrize("topic", TABLE, ids=list(BY_NAME))
def test_a_compacted_topic_has_a_key(topic: Topic) -> None:
    assert topic.kept != "newest" or topic.key is not None


@pytest.mark.parametrize("topic", TABLE, ids=list(BY_NAME))
def test_a_topic_is_written_and_read(topic: Topic) -> None:
    assert topic.writers
    assert topic.readers


def test_what_an_intake_or_a_scorer_reads_together_is_cut_alike() -> None:
    together = (*INPUTS, CUSTOMER_LOG, LEDGER_CHANGELOG)
    assert {BY_NAME[name].partitions for name in together} == {"P"}


@pytest.mark.parametrize("name", [CUSTOMER_LOG, DESK_LOG, TRAINING_LOG])
def test_a_log_takes_records_of_eight_mebibytes(name: str) -> None:
    assert BY_NAME[name].configs["max.message.bytes"] == "8388608"


@pytest.mark.parametrize("name", INPUTS)
def test_the_broker_says_when_an_event_became_known(name: str) -> None:
    assert BY_NAME[name].configs["message.timestamp.type"] == "LogAppendTime"


def test_profiles_alone_are_compacted_among_the_inputs() -> None:
    assert {PROFILES} == COMPACTED_INPUTS


@pytest.mark.parametrize(("replication", "copies"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_one_copy_may_be_missing(replication: int, copies: int) -> None:
    assert TopicSettings(replication=replication).min_insync == copies

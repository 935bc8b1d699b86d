"""The topics and their messages as an AsyncAPI 3 document: who sends and receives what."""

from streams.events import EVENT_TYPES, EventType, types_on
from streams.events.examples import example
from streams.topics import TABLE, Holds, Topic, TopicSettings
from streams.topics_plan import wanted
from streams.yaml_text import Plain

CONTRACT_VERSION = "1.1.0"  # raise the middle number with a new optional field or event type
EVENTS_FILE = "events.schema.json"

_CONTENT_TYPE: dict[Holds, str] = {
    "events": "application/cloudevents+json",
    "packed": "application/msgpack",
    "json": "application/json",
}
_BINDING = "0.5.0"


def document() -> dict[str, Plain]:
    """Give the document as plain values. Counts and times are those of the default settings."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ebbwatch",
            "version": CONTRACT_VERSION,
            "description": (
                "Early warning of customer churn on Kafka. Send CloudEvents to the customer.* "
                "topics and to company.changes, keyed by customer; read churn.assessments, "
                "churn.breaches and churn.tasks. The churn.log.* topics are ebbwatch's own."
            ),
        },
        "defaultContentType": _CONTENT_TYPE["events"],
        "channels": {topic.name: _channel(topic) for topic in TABLE},
        "operations": _operations(),
        "components": {
            "messages": {
                **{known.name: _event(known) for known in EVENT_TYPES.values()},
                **{topic.name: _record(topic) for topic in TABLE if topic.holds != "events"},
            }
        },
    }


def _messages(topic: Topic) -> tuple[str, ...]:
    if topic.holds != "events":
        return (topic.name,)
    return tuple(known.name for known in types_on(topic.name))


def _channel(topic: Topic) -> Plain:
    settings = TopicSettings()
    cut = wanted(topic, settings)
    kept: dict[str, Plain] = {"cleanup.policy": [cut.configs["cleanup.policy"]]}
    kept |= {
        key: int(cut.configs[key])
        for key in ("retention.ms", "max.message.bytes")
        if key in cut.configs
    }
    return {
        "address": topic.name,
        "description": topic.carries,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": cut.partitions,
                "replicas": cut.replication,
                "topicConfiguration": kept,
                "bindingVersion": _BINDING,
            }
        },
        "x-key": topic.key,
        "x-partitions": topic.partitions,
        "x-configs": dict(cut.configs),
    }


def _operations() -> dict[str, Plain]:
    operations: dict[str, Plain] = {}
    for topic in TABLE:
        channel: Plain = {"$ref": f"#/channels/{topic.name}"}
        for role in topic.writers:
            operations[f"{role}.send.{topic.name}"] = {"action": "send", "channel": channel}
        for role in topic.readers:
            operations[f"{role}.receive.{topic.name}"] = {"action": "receive", "channel": channel}
    return operations


def _event(known: EventType) -> Plain:
    return {
        "name": known.name,
        "title": known.struct.__name__,
        "summary": known.description,
        "contentType": _CONTENT_TYPE["events"],
        "payload": {"$ref": f"{EVENTS_FILE}#/$defs/{known.struct.__name__}"},
        "examples": [{"payload": example(known)}],
        "x-lawful-basis": known.basis.value,
        "x-purpose": known.purpose.value,
    }


def _record(topic: Topic) -> Plain:
    record: dict[str, Plain] = {
        "name": topic.name,
        "summary": topic.carries,
        "contentType": _CONTENT_TYPE[topic.holds],
    }
    if topic.basis:
        record |= {"x-lawful-basis": topic.basis, "x-purpose": topic.purpose}
    return record

"""Tests of the files for others: they fit the code, and they say what the code does."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from streams import schemas
from streams.asyncapi import EVENTS_FILE, document
from streams.events.catalogue import EVENT_TYPES
from streams.events.event_type import EventType
from streams.events.examples import example
from streams.topics import TABLE
from streams.yaml_text import yaml_text


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schemas.files()[EVENTS_FILE])
    Draft202012Validator.check_schema(found)
    return found


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(schemas.files()["asyncapi.yaml"])
    return found


def faults(schema: dict[str, Any], known: EventType, event: object) -> list[str]:
    one = {"$ref": f"#/$defs/{known.struct.__name__}", "$defs": schema["$defs"]}
    return [error.message for error in Draft202012Validator(one).iter_errors(event)]


@pytest.mark.parametrize("whole", [True, False], ids=["every field", "required fields only"])
@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_an_event_fits_its_schema(schema: dict[str, Any], known: EventType, whole: bool) -> None:
    event = example(known, whole=whole)
    assert faults(schema, known, event) == []
    assert faults(schema, known, event | {"traceparent": "00-4b"}) == []


@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_an_event_with_an_unknown_field_does_not_fit(
    schema: dict[str, Any], known: EventType
) -> None:
    event = example(known)
    event["data"]["misspelt"] = 1
    assert "misspelt" in faults(schema, known, event)[0]


def test_an_event_fits_one_schema_of_the_bundle(schema: dict[str, Any]) -> None:
    assert len(schema["oneOf"]) == len(EVENT_TYPES)
    Draft202012Validator(schema).validate(example(EVENT_TYPES["purchase.made"]))


def test_the_document_says_the_same_in_yaml_as_in_python(asyncapi: dict[str, Any]) -> None:
    assert asyncapi == document()


def test_every_topic_is_a_channel_with_its_messages(asyncapi: dict[str, Any]) -> None:
    assert list(asyncapi["channels"]) == [topic.name for topic in TABLE]
    for name, channel in asyncapi["channels"].items():
        assert (channel["address"], channel["bindings"]["kafka"]["topic"]) == (name, name)
        assert channel["messages"]


def test_every_role_sends_and_receives_what_the_table_says(asyncapi: dict[str, Any]) -> None:
    said = {
        (name.partition(".")[0], operation["action"], operation["channel"]["$ref"])
        for name, operation in asyncapi["operations"].items()
    }
    table = {
        (role, action, f"#/channels/{topic.name}")
        for topic in TABLE
        for action, roles in (("send", topic.writers), ("receive", topic.readers))
        for role in roles
    }
    assert said == table


def test_every_reference_leads_somewhere(asyncapi: dict[str, Any], schema: dict[str, Any]) -> None:
    todo: list[Any] = [asyncapi]
    found = 0
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend(value.values())
            if "$ref" in value:
                file, _, path = value["$ref"].partition("#/")
                assert file in ("", EVENTS_FILE)
                target = schema if file else asyncapi
                for name in path.split("/"):
                    target = target[name]
                found += 1
        elif isinstance(value, list):
            todo.extend(value)
    assert found > 2 * len(EVENT_TYPES)


def test_every_event_says_on_what_ground_it_is_processed(asyncapi: dict[str, Any]) -> None:
    for name in EVENT_TYPES:
        message = asyncapi["components"]["messages"][name]
        assert message["x-lawful-basis"]
        assert message["x-purpose"]


def test_the_files_in_the_project_fit_the_code() -> None:
    assert schemas.drifted(schemas.FOLDER) == []


def test_a_file_that_drifted_is_named_and_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schemas, "FOLDER", tmp_path / "schemas")
    assert schemas.main(["check"]) == 1  # nothing there yet
    assert schemas.main(["write"]) == 0
    assert schemas.main(["check"]) == 0
    capsys.readouterr()
    file = tmp_path / "schemas" / "asyncapi.yaml"
    file.write_text(file.read_text().replace("purchase.made", "purchase.done"))
    assert schemas.main(["check"]) == 1
    assert "deploy/schemas/asyncapi.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["reed"], ["write", "check"]])
def test_a_wrong_call_is_told_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    "value",
    [
        {"on": "no", "1.0": 1, "": None, "a b": True, "名": "客户: #1"},
        {"list": [[1, [2]], {"a": {"b": []}}, {}, "- x"], "empty": {}},
        {"text": 'quo"te\nline\ttab \\ \u2028 end', "number": 1e-7, "big": 10**20},
        [],
        "alone",
    ],
    ids=["odd keys", "nested", "odd texts", "nothing", "a scalar"],
)
def test_yaml_reads_back_what_was_written(value: Any) -> None:
    assert yaml.safe_load(yaml_text(value)) == value

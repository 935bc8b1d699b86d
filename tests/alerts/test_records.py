"""Records as bytes: what others read must not change by accident."""

import msgspec

from alerts.handling import Kind
from alerts.pages import read_as, write
from alerts.records import decode_desk, encode
from alerts.task import Task
from tests.alerts.desks import Played, a_tick, all_clear, an_alert, close

NEW_IN_TASK = (
    "kind cell cohort n_exposed informed breach breach_alert channel matters reduced value_item"
    " message replacement_cost fit region refused marks"
)


def test_the_bytes_of_what_the_scorer_says() -> None:
    assert encode(a_tick(1, partition=2, partitions=4)) == (
        b'{"kind":"tick","partition":2,"partitions":4,"at":"2017-01-03T00:00:00Z"}'
    )
    assert encode(all_clear("ada", 1)) == (
        b'{"kind":"cleared","id":"6e3d3456c2aed3a9","customer":"ada","owner":"kim",'
        b'"partition":0,"as_of":"2017-01-03T00:00:00Z","band":"watch","risk":0.2,"breach":null,"care":false,"unverified":false}'
    )


def test_the_bytes_of_an_action() -> None:
    assert encode(close("t1", 2, "not-reachable", note="")) == (
        b'{"kind":"close","id":"9d85a11eb8f92e9b","task_id":"t1","by":"kim",'
        b'"at":"2017-01-04T00:00:00Z","outcome":"not-reachable","reason":"decline.quiet","note":""}'
    )


def test_the_bytes_of_a_decision() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("b", value=1), an_alert("a"), a_tick(1))
    (waiting,) = (
        value for key, value in played.outcomes[-1].messages() if key == an_alert("b", value=1).id
    )
    assert waiting == (
        b'{"type":"decision_made","alert_id":"9c9dfc4905f24ef1","customer":"b","owner":"kim",'
        b'"decision":"waiting_for_budget","task_id":null,"as_of":"2017-01-02T12:00:00Z",'
        b'"band":"at_risk","risk":0.5,"expected_value":-19.8,"urgent":false,'
        b'"at":"2017-01-03T00:00:00Z","position":2}'
    )


def test_the_fields_of_a_task() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    (changed,) = (
        msgspec.json.decode(value)
        for key, value in played.outcomes[-1].messages()
        if key == played.task().id
    )
    assert list(changed) == [
        "type",
        "task",
        "change",
        "decision",
        "alert_id",
        "at",
        "position",
    ]
    assert " ".join(changed["task"]) == (
        "id customer owner desk_key state opened_at due_at urgent band stage tier risk value"
        " value_basis value_at_risk saveability expected_value language reasons playbook title"
        " steps channels offer closes_when alerts history started_at snoozed_until finished_at"
        " outcome outcome_reason " + NEW_IN_TASK
    )


def test_records_and_pages_of_before_are_read() -> None:
    old = (
        b'{"kind":"cleared","id":"6e3d3456c2aed3a9","customer":"ada","owner":"kim",'
        b'"partition":0,"as_of":"2017-01-03T00:00:00Z","band":"watch","risk":0.2}'
    )
    assert decode_desk(old, "here") == all_clear("ada", 1)
    page = msgspec.json.decode(write(Played().hear(an_alert(), a_tick(1)).task()))
    for name in NEW_IN_TASK.split():
        del page[name]
    task = read_as(Task, msgspec.json.encode(page), "task")
    assert (task.kind, task.cohort, task.informed) == (Kind.CUSTOMER, None, "")

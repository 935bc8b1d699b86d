"""What a person types, and what a running system makes of it."""

import asyncio
import json
import re
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest

from detectors.errors import ContractError, EbbwatchError
from detectors.kinds import Kind
from detectors.slices import Slice
from streams.commands.sending import Heard
from streams.customer_log import incoming
from streams.events import decode
from streams.events.outcomes import TaskClosed
from streams.log_reader import LogReader
from streams.partitions import partition_of
from streams.runtime import Running
from streams.topics import CUSTOMER_LOG, OUTCOMES
from tests.streams.commands.conftest import N_DAYS, Ebbwatch

TASK = re.compile(r"After ([0-9.]+) s on the board \((\w+)\): ([0-9a-f]{16}) open: customer (\w+),")
WITHIN_S = 5.0  # it takes a hundredth of that; the machine may be busy


def complained(ebbwatch: Ebbwatch, customer: str) -> str:
    """Send a critical complaint; give the id of the task that it leads to."""
    told = ebbwatch("send", "complaint", "It broke", "--customer", customer,
                    "--severity", "high", "--wait")  # fmt: skip
    found = TASK.search(told)
    assert found is not None, told
    seconds, decision, task, whose = found.groups()
    assert (decision, whose) == ("opened", customer)
    assert float(seconds) < WITHIN_S
    return task


def on_board(ebbwatch: Ebbwatch, task: str) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(ebbwatch("task", "show", task, "--json")))


def test_a_complaint_becomes_a_task_and_its_outcome_returns_to_the_customer(
    ebbwatch: Ebbwatch, system: Running
) -> None:
    task = complained(ebbwatch, "c1")
    assert task in ebbwatch("tasks", "--owner", on_board(ebbwatch, task)["owner"])
    told = ebbwatch("task", "close", task[:9], "--outcome", "saved", "--note", "a new one")
    assert f"{task} closed: customer c1" in told
    closed = on_board(ebbwatch, task)
    assert (closed["state"], closed["outcome"]) == ("closed", "saved")
    assert [entry["change"] for entry in closed["history"]] == ["opened", "closed"]
    event = asyncio.run(outcome_of(system, "c1"))
    assert (event.data.task_id, event.data.outcome) == (task, "saved")
    assert asyncio.run(kinds_in_log(system, "c1", Kind.TASK_CLOSED)) == 1


def test_everything_done_to_a_task_is_in_its_history(ebbwatch: Ebbwatch, system: Running) -> None:
    task = complained(ebbwatch, "c2")
    before = on_board(ebbwatch, task)
    other = "lee" if before["owner"] == "kim" else "kim"
    for words in (
        ("ack", task),
        ("start", task, "--by", "kim"),
        ("note", task, "called"),
        ("note", task, "called"),  # said twice is done twice: it is another instant
        ("contact", task, "--channel", "phone", "--brought", "finding", "--answered"),
        ("snooze", task, "--days", "2"),
        ("reassign", task, "--to", other),
        ("start", task),
    ):
        ebbwatch("task", *words)
    after = on_board(ebbwatch, task)
    assert [entry["change"] for entry in after["history"]] == [
        "opened", "acknowledged", "started", "noted", "noted", "contacted", "snoozed", "reassigned",
        "started",
    ]  # fmt: skip
    assert (after["owner"], after["desk_key"]) == (other, before["desk_key"])
    times = [entry["at"] for entry in after["history"]]
    assert times == sorted(times)
    # The contact goes back to the customer, who has been called.
    assert asyncio.run(kinds_in_log(system, "c2", Kind.CUSTOMER_CONTACTED)) == 1


def test_what_is_sent_now_happens_right_after_the_history(ebbwatch: Ebbwatch) -> None:
    told = ebbwatch("send", "login", "--customer", "c3")
    assert f"login.made of customer c3 at 2024-01-{N_DAYS + 1}T00:" in told


def test_a_day_may_be_given_and_is_read_as_utc(ebbwatch: Ebbwatch) -> None:
    told = ebbwatch("send", "login", "--customer", "c3", "--at", "2024-01-30")
    assert "at 2024-01-30T00:00:00+00:00: customer.interactions[" in told


def test_good_news_leads_to_no_task(ebbwatch: Ebbwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.commands.sending.WAIT_S", 0.5)
    told = ebbwatch("send", "purchase", "--customer", "c4", "--data", '{"amount": 9}', "--wait")
    assert "Nothing was decided" in told


def test_an_event_of_the_company_stops_nobody(ebbwatch: Ebbwatch) -> None:
    assert "company.changes[0]" in ebbwatch("send", "price.changed")
    complained(ebbwatch, "c5")


def test_a_refused_event_is_said_to_be_refused(
    ebbwatch: Ebbwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.commands.sending.WAIT_S", 0.5)
    with pytest.raises(ContractError, match=r"was refused: time is \d+ s ahead of arrival"):
        ebbwatch("send", "login", "--customer", "c3", "--at", "2099-01-01", "--wait")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            "send login --customer c99", "not known. Check the id, or say --new", id="who"
        ),
        pytest.param("task show ffff", "no live task ffff: `ebbwatch tasks`", id="which task"),
        pytest.param("tasks --owner max", "max has no live tasks", id="whose tasks"),
        pytest.param("task snooze ffff", "either --days 3 or --until", id="until when"),
        pytest.param(
            "task close ffff --outcome lost --reason moon", "there are change, comp", id="why"
        ),
        pytest.param("feed", "--source retail or simulated", id="feed what"),
        pytest.param(
            "topics check --set topics.partitions=9", "the settings say 9", id="other topics"
        ),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(
    ebbwatch: Ebbwatch, words: str, told: str
) -> None:
    with pytest.raises(EbbwatchError, match=re.escape(told)):
        ebbwatch(*words.split())


def test_a_desk_that_refuses_is_heard(ebbwatch: Ebbwatch) -> None:
    task = complained(ebbwatch, "c6")
    ebbwatch("task", "close", task, "--outcome", "lost")
    with pytest.raises(EbbwatchError, match=f"refused it for task {task}: started while closed"):
        ebbwatch("task", "start", task)


def test_all_managers_are_shown_with_the_first_of_their_tasks(ebbwatch: Ebbwatch) -> None:
    complained(ebbwatch, "c7")
    whole = json.loads(ebbwatch("tasks", "--json"))
    assert {load["owner"] for load in whole["managers"]} <= {"kim", "lee"}
    assert [len(load["tasks"]) for load in whole["managers"]] == [1] * len(whole["managers"])


def test_what_nobody_delivers_waits_and_a_courier_that_is_off_is_told_of(
    ebbwatch: Ebbwatch,
) -> None:
    complained(ebbwatch, "c8")
    task = next(
        one["id"]
        for load in json.loads(ebbwatch("tasks", "--json", "--limit", "99"))["managers"]
        for one in load["tasks"]
        if one["customer"] == "c8"
    )
    (told,) = json.loads(ebbwatch("deliveries", "--task", task, "--json"))["deliveries"]
    assert (told["ending"], told["notice"]["task_id"]) == ("waiting", task)
    shown = " ".join(ebbwatch("deliveries").split())
    assert "The courier is off" in shown
    assert "0 could not be delivered" in shown


def test_a_history_fed_twice_is_heard_once_and_what_was_invented_is_shown(
    ebbwatch: Ebbwatch, system: Running, mapping: Path
) -> None:
    before = asyncio.run(n_events(system))
    assert "events fed and processed" in ebbwatch("feed", "--mapping", str(mapping))
    assert asyncio.run(n_events(system)) == before
    assert "2 account managers are invented" in ebbwatch("tasks")


def test_the_topics_of_a_running_system_are_as_they_should_be(ebbwatch: Ebbwatch) -> None:
    assert ebbwatch("topics", "check").strip() == "All is as it should be."


def test_settings_shown_are_those_of_the_running_system(
    ebbwatch: Ebbwatch, system: Running
) -> None:
    whole = json.loads(ebbwatch("settings", "--changed", "--json"))
    assert whole["settings_id"] == system.settings.settings_id
    assert whole["settings"]["churn.silence_days"] == 14


async def outcome_of(system: Running, customer: str) -> TaskClosed:
    """Give the first outcome of a customer's task on `customer.outcomes`."""
    partition = partition_of(customer.encode(), system.settings.topics.partitions)
    async with LogReader(system.endpoints.bootstrap_servers) as reader:
        async for record in reader.read(OUTCOMES, partition):
            event = decode(OUTCOMES, record.key, record.value)
            if isinstance(event, TaskClosed) and event.subject == customer:
                return event
    raise AssertionError(f"no outcome of {customer}")


async def kinds_in_log(system: Running, customer: str, kind: Kind) -> int:
    """Wait until a customer's partition of the log has an event of a kind; give how many."""
    partition = partition_of(customer.encode(), system.settings.topics.partitions)
    async with LogReader(system.endpoints.bootstrap_servers) as reader:
        following = cast("Heard", reader.follow(CUSTOMER_LOG, {partition: 0}))
        async with asyncio.timeout(WITHIN_S), aclosing(following) as heard:
            async for records in heard:
                slices = [found for r in records if isinstance(found := incoming(r), Slice)]
                n_found = sum(int((one.columns["kind"] == kind).sum()) for one in slices)
                if n_found:
                    return n_found
    raise AssertionError(f"no {kind} of {customer}")


async def n_events(system: Running) -> int:
    """Count the events in the customer log."""
    total = 0
    async with LogReader(system.endpoints.bootstrap_servers) as reader:
        for partition in range(system.settings.topics.partitions):
            async for record in reader.read(CUSTOMER_LOG, partition):
                found = incoming(record)
                total += len(found) if isinstance(found, Slice) else 0
    return total

"""What happened, and what was raised: each line of the comparison, and what spoils it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from alerts.alert import Alert
from alerts.promise import BrokenPromise
from alerts.records import TaskChanged
from alerts.task import case_id
from detectors.tree import REASONS
from streams.report.comparison import Comparison, compared
from streams.report.comparison_table import lines
from streams.report.heard import Heard
from streams.sources.simulate.shape import Shape
from streams.sources.simulate.source import Simulated
from streams.sources.truth import BrokenClock, Change, Known, Silence, known_of
from tests.alerts.desks import Played, a_breach, a_change, a_reason, a_tick, an_alert, day
from tests.faults.live_source import SmallTown

LEFT, PRICE = "c0ffee00c0ffee00", "c0ffee00c0ffee01"
Spoil = Callable[[Known, Heard], object]


def ms(at: float) -> int:
    return round(day(at).timestamp() * 1000)


KNOWN = Known(
    broken=(
        BrokenClock("c1", "ada", "answer", ms(3)),
        BrokenClock("c1", "ada", "analysis", ms(4)),
    ),
    changes=(
        Change(LEFT, ms(1.5), "relation.manager_left", {"ada", "bo"}, "kim", "lee"),
        Change(PRICE, ms(5.5), "change.policy", {"ada", "cy", "di"}),
    ),
    silences=(Silence("erp", ms(10), ms(13), declared=True, customers={"cy", "di"}),),
)


def promise(clock: str, at: float, **told: Any) -> BrokenPromise:
    head: dict[str, Any] = {"customer": "ada", "complaint": "c1", "clock": clock}
    return BrokenPromise(**head | {"deadline": day(at), "noticed": day(at + 0.5)} | told)


def quiet(customer: str, at: float) -> Alert:
    """Give an alert of nothing but silence."""
    return an_alert(customer, at, owner="max")


def felt(customer: str, at: float) -> Alert:
    """Give an alert whose main reason is the change of prices."""
    told = an_alert(customer, at, owner="max", cohort=PRICE, because="change.policy")
    (reason,) = told.reasons
    return msgspec.structs.replace(told, reasons=(replaced(reason, family="exposure"),))


def replaced(reason: Any, **changed: Any) -> Any:
    return msgspec.structs.replace(reason, **changed)


def a_run() -> Heard:
    """Give what is heard of a run that raises just what has to be."""
    played = Played().hear(an_alert("ada"), a_tick(1))
    played.hear(
        a_change(1.5, id=LEFT, reason="relation.manager_left", owner="kim", successor="lee")
    )
    played.hear(a_tick(2), a_breach("bo", 4.2), a_change(5.5, id=PRICE, n_exposed=3), a_tick(6))
    played.hear(felt("cy", 6.5), quiet("di", 9.5), a_tick(10), a_tick(11))
    heard = Heard()
    for said in played.said:
        heard.alert(said)
    for outcome in played.outcomes:
        for made in outcome.decisions:
            heard.record(made)
        for changed in outcome.tasks:
            heard.record(changed)
    for told in (promise("answer", 3), promise("analysis", 4), promise("inform", 5)):
        heard.promise(told)
    heard.promise(promise("inform", 5, noticed=day(7), withdrawn=True))
    heard.reasons |= set(REASONS) - {"need.ended"}
    heard.on_board = heard.live_by_owner()
    return heard


def found(spoil: Spoil = lambda *_: None) -> Comparison:
    heard = a_run()
    spoil(KNOWN, heard)
    return compared(KNOWN, heard, tick_hours=24)


def test_a_run_that_raises_just_what_happened_holds() -> None:
    assert found().holds
    assert [one for *_, one in lines(found())] == [True] * 12


def test_clocks_are_compared_by_customer_clock_and_deadline() -> None:
    counts = {one.clock: (one.broken, one.raised, one.missed, one.wrong) for one in found().clocks}
    assert counts["answer"] == counts["analysis"] == (1, 1, 0, 0)
    assert counts["inform"] == (0, 0, 0, 0)
    assert {one.clock: one.alerts for one in found().clocks if one.alerts} == {"analysis": 1}


def test_a_case_stands_for_the_alerts_merged_into_it() -> None:
    left, price = found().changes
    assert (price.customers, price.exposed, price.cases, price.alerts_merged) == (3, 3, 1, 1)
    assert (left.exposed, left.cases, left.alerts_merged, left.own_tasks) == (10, 1, 0, 0)


def test_a_book_is_handed_over_with_what_was_open_and_what_comes_later() -> None:
    (book,) = found().books
    assert (book.owner, book.heir, book.customers, book.exposed) == ("kim", "lee", 2, 10)
    assert (book.cases_of_heir, book.handed_over, book.since, book.left_behind) == (1, 1, 1, 0)


def test_silence_before_an_outage_is_none_of_it() -> None:
    (outage,) = found().outages
    assert (outage.customers, outage.alerts, outage.tasks, outage.before) == (2, 0, 0, 1)


def earlier(_: Known, heard: Heard) -> None:
    heard.promises = {promise("answer", 2.9): None, promise("analysis", 4): None}


def silent_now(_: Known, heard: Heard) -> None:
    heard.alert(told := quiet("cy", 12))
    task = next(task for task in heard.tasks.values() if task.customer == "di")
    first = replaced(task.history[0], cause=told.id)
    heard.tasks["new"] = replaced(task, id="new", history=(first,))


def of_the_leaver(_: Known, heard: Heard) -> None:
    (task,) = (task for task in heard.tasks.values() if task.customer == "bo")
    heard.tasks[task.id] = replaced(task, owner="kim")


def never_handed_over(_: Known, heard: Heard) -> None:
    (task,) = (task for task in heard.tasks.values() if task.customer == "ada")
    heard.tasks[task.id] = replaced(task, owner="kim")


def about_the_end(_: Known, heard: Heard) -> None:
    (task,) = (task for task in heard.tasks.values() if task.customer == "ada")
    heard.tasks[task.id] = replaced(task, reasons=(a_reason("need.ended"),))


def another_case(_: Known, heard: Heard) -> None:
    heard.tasks["x"] = replaced(heard.tasks[case_id(PRICE)], id="x", cohort="another")


SPOILT: dict[str, tuple[str, Spoil]] = {
    "clocks broken: check": (
        "a clock that was kept",
        lambda _, heard: heard.promise(promise("check", 5)),
    ),
    "clocks broken: analysis": (
        "one never told",
        lambda _, heard: heard.promises.pop(promise("analysis", 4)),
    ),
    "clocks broken: answer": ("another deadline", earlier),
    "reasons of the tree": (
        "one never seen",
        lambda _, heard: heard.reasons.discard("payment.failed"),
    ),
    "reasons of": ("a task that helps nobody", about_the_end),
    "outage of erp": ("a task for silence", silent_now),
    "change.policy": ("no case", lambda _, heard: heard.tasks.pop(case_id(PRICE))),
    "cases": ("a case of no change", another_case),
    "board": ("a board behind", lambda _, heard: setattr(heard, "on_board", {"lee": 1})),
}


@pytest.mark.parametrize(
    ("line", "spoil"), [pytest.param(line, by, id=why) for line, (why, by) in SPOILT.items()]
)
def test_what_is_missing_or_too_much_is_seen(line: str, spoil: Spoil) -> None:
    told = found(spoil)
    assert not told.holds
    bad = [what for what, _, _, holds in lines(told) if not holds]
    assert any(what.startswith(line) for what in bad)


@pytest.mark.parametrize("spoil", [of_the_leaver, never_handed_over])
def test_what_is_left_with_who_left_is_seen(spoil: Spoil) -> None:
    (book,) = found(spoil).books
    assert book.left_behind == 1
    assert not found(spoil).holds


def test_without_a_successor_anybody_may_have_the_book_but_who_left() -> None:
    first, *others = KNOWN.changes
    known = replace(KNOWN, changes=(replace(first, successor=None), *others))
    assert compared(known, a_run(), tick_hours=24).books[0].cases_of_heir == 1


def test_a_run_in_one_process_has_no_board() -> None:
    heard = a_run()
    heard.on_board = None
    told = compared(KNOWN, heard, tick_hours=24)
    assert told.holds
    assert "board" not in [what for what, *_ in lines(told)]


def test_reasons_stay_seen_when_a_task_speaks_of_others_later() -> None:
    heard = Heard()
    played = Played().hear(an_alert("ada", because="payment.failed"), a_tick(1))
    (changed,) = played.outcomes[-1].tasks
    heard.record(changed)
    later = replaced(changed.task, reasons=(a_reason("decline.quiet"),))
    heard.record(msgspec.structs.replace(changed, task=later))
    assert isinstance(changed, TaskChanged)
    assert heard.reasons == {"payment.failed", "decline.quiet"}


def test_only_of_an_invented_history_is_the_truth_known() -> None:
    assert known_of(SmallTown()) is None
    small = Simulated(Shape(n_customers=40, days=120, warm_up_days=14))
    found = known_of(small)
    assert found is not None
    assert list(found.broken) == small.truth.broken
    assert len(found.changes) == 9


def test_a_report_in_json_has_the_comparison_line_by_line() -> None:
    said = msgspec.json.decode(msgspec.json.encode(found()))
    clocks = {one["clock"]: (one["broken"], one["raised"]) for one in said["clocks"]}
    assert clocks["analysis"] == (1, 1)
    assert said["changes"][1]["alerts_merged"] == 1
    assert said["books"][0]["left_behind"] == 0

"""The churn definition: labels by an event's own time, and who is still a customer."""

import pytest

from detectors import churn
from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS
from detectors.churn import COLUMNS, ChurnSettings
from detectors.families.family import Own
from detectors.kinds import Kind
from detectors.score import rules
from detectors.settings import CoreSettings
from detectors.slices import Tick
from detectors.terms import Terms
from tests.detectors.logs import BEGIN_MS, One, at, cut
from tests.detectors.records import an_event, columns_of
from tests.detectors.runs import run

MONTH = ChurnSettings(silence_days=28)
TOLD = ChurnSettings(label="churned", churned_within_days=30)
MONDAY = 2400  # the beginning of logs, as a week's number


def terms(settings: ChurnSettings) -> Terms:
    return CoreSettings(churn=settings).terms(rules(0.1))


def after(settings: ChurnSettings, *events: tuple[Kind, int]) -> Own:
    """Give one customer's columns after events of these kinds, at these instants."""
    own = columns_of(COLUMNS)
    for kind, at_ms in events:
        churn.apply(own, an_event(One(0, kind, at_ms, 0)), False, terms(settings), 0)
    return own


def label(settings: ChurnSettings, *events: tuple[Kind, int], monday_ms: int = BEGIN_MS) -> int:
    """Give the label of a Monday's snapshot after these events."""
    return int(churn.take_label(after(settings, *events), monday_ms, terms(settings))[0])


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [
        pytest.param(BEGIN_MS - 1, 1, id="just before"),
        pytest.param(BEGIN_MS, 1, id="at the snapshot's own instant: it knew of it"),
        pytest.param(BEGIN_MS + 1, 0, id="just after"),
        pytest.param(BEGIN_MS + 28 * DAY_MS - 1, 0, id="just within"),
        pytest.param(BEGIN_MS + 28 * DAY_MS, 0, id="at the end of the horizon"),
        pytest.param(BEGIN_MS + 28 * DAY_MS + 1, 1, id="too late"),
    ],
)
def test_a_purchase_counts_after_the_monday_and_up_to_the_horizon(
    at_ms: int, expected: int
) -> None:
    assert label(MONTH, (Kind.PURCHASE_MADE, at_ms)) == expected


@pytest.mark.parametrize("horizon_days", [1, 7, 28, 30, 90, 400])
def test_weeks_before_an_instant_are_the_mondays_whose_horizon_holds_it(horizon_days: int) -> None:
    for days in (0.0, 0.5, 7.0, 7.001, 200.25):
        at_ms = at(days)
        found = churn.weeks_before(at_ms, horizon_days * DAY_MS)
        expected = {
            week
            for week in range(MONDAY - 70, MONDAY + 40)
            if MONDAY_MS + week * WEEK_MS
            < at_ms
            <= MONDAY_MS + week * WEEK_MS + horizon_days * DAY_MS
        }
        assert {week % 64 for week in expected} == {bit for bit in range(64) if found >> bit & 1}


def test_silence_is_churn_and_any_order_of_events_says_the_same() -> None:
    bought, used = (Kind.PURCHASE_MADE, at(-3)), (Kind.USAGE_RECORDED, at(40))
    assert label(MONTH, bought, used) == label(MONTH, used, bought) == 1


def test_a_login_is_no_sign_of_life_for_the_label() -> None:
    assert label(MONTH, (Kind.LOGIN_MADE, at(3))) == 1


def test_a_churn_told_within_the_horizon_is_the_label_whatever_was_bought() -> None:
    bought, told = (Kind.PURCHASE_MADE, at(3)), (Kind.CUSTOMER_CHURNED, at(29))
    assert label(TOLD, bought, told) == 1
    assert label(TOLD, bought) == 0
    assert label(TOLD, bought, (Kind.CUSTOMER_CHURNED, at(31))) == 0


def test_a_late_purchase_before_its_label_is_asked_counts() -> None:
    seen = One(0, Kind.PURCHASE_MADE, at(-2), 0)
    late = One(0, Kind.PURCHASE_MADE, at(20), 1)
    log: list[One | Tick] = [seen, Tick(at(0)), Tick(at(27)), late, Tick(at(28))]
    labels = run(cut(log, 1), CoreSettings(churn=MONTH)).outcomes[-1].labels
    assert labels is not None
    assert (labels.as_of_ms, labels.y.tolist()) == (BEGIN_MS, [0])


@pytest.mark.parametrize(("settings", "kind", "untold"), [
    pytest.param(MONTH, Kind.PURCHASE_MADE, 1, id="silence"),
    pytest.param(TOLD, Kind.CUSTOMER_CHURNED, 0, id="churned"),
])  # fmt: skip
def test_an_event_later_than_its_label_says_nothing_of_the_same_week_next_year(
    settings: ChurnSettings, kind: Kind, untold: int
) -> None:
    weeks = 72
    log: list[One | Tick] = [One(0, Kind.PURCHASE_MADE, at(-2), 0)]
    for week in range(weeks):
        log.append(Tick(at(7 * week)))
        log.append(Tick(at(7 * week + settings.horizon_days % 7)))
        if week == 6:
            log.append(One(0, kind, at(20), 1))  # of weeks 0, 1 and 2: all of them asked before
    outcomes = run(cut(log, 1), CoreSettings(churn=settings)).outcomes
    labels = {o.labels.as_of_ms: int(o.labels.y[0]) for o in outcomes if o.labels}
    asked = range(6, weeks - settings.horizon_days // 7 - 2)
    assert {labels[at(7 * week)] for week in asked} == {untold}


def test_a_label_is_given_for_one_week_only_and_once() -> None:
    own = after(MONTH, (Kind.PURCHASE_MADE, at(1)))
    given = [churn.take_label(own, at(-7 * back), terms(MONTH)) for back in (0, 0, 1, 2, 3, 4)]
    assert [int(churned) for churned, _ in given] == [0, 1, 0, 0, 0, 1]
    assert [freed for _, freed in given] == [True, False, True, True, True, False]


@pytest.mark.parametrize(
    ("settings", "events", "now_days", "expected"),
    [
        pytest.param(MONTH, [], 0, False, id="never seen"),
        pytest.param(MONTH, [(Kind.PURCHASE_MADE, 0)], 28, True, id="silent up to the limit"),
        pytest.param(MONTH, [(Kind.PURCHASE_MADE, 0)], 28.001, False, id="silent for longer"),
        pytest.param(
            MONTH,
            [(Kind.PURCHASE_MADE, 0), (Kind.CUSTOMER_CHURNED, 1)], 2, False, id="left"),
        pytest.param(
            MONTH,
            [(Kind.PURCHASE_MADE, 0), (Kind.CUSTOMER_CHURNED, 1), (Kind.PURCHASE_MADE, 2)],
            3, True, id="left, and bought again"),
        pytest.param(
            MONTH,
            [(Kind.PURCHASE_MADE, 0), (Kind.CUSTOMER_CHURNED, 1), (Kind.CUSTOMER_RETURNED, 2)],
            3, True, id="left, and said to be back"),
        pytest.param(TOLD, [(Kind.PURCHASE_MADE, 0)], 4000, True, id="only an event ends it"),
        pytest.param(
            ChurnSettings(active_days=7), [(Kind.PURCHASE_MADE, 0)], 8, False, id="its own limit"
        ),
    ],
)  # fmt: skip
def test_who_is_still_a_customer(
    settings: ChurnSettings, events: list[tuple[Kind, float]], now_days: float, expected: bool
) -> None:
    own = after(settings, *((kind, at(days)) for kind, days in events))
    assert churn.watched(own, at(now_days), terms(settings)) == expected

"""The engine: what follows from one step of the log."""

import msgspec
import numpy as np
import pytest

from detectors.assessment import Assessment
from detectors.churn import ChurnSettings
from detectors.engine import Engine
from detectors.errors import FormatError
from detectors.kinds import Kind, Severity
from detectors.ledger import MINIMUM_ROWS
from detectors.score import FEATURES, FEATURES_HASH, rules
from detectors.settings import CoreSettings
from detectors.slices import Model, Tick
from tests.detectors.logs import One, a_slice, at, cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.runs import effects, run

SETTINGS = CoreSettings(churn=ChurnSettings(silence_days=60))


def bought(day: float, offset: int = 0, row: int = 0) -> One:
    return One(row, Kind.PURCHASE_MADE, at(day), offset, amount=20.0, lines=3)


def complaint(day: float, severity: Severity, offset: int = 0) -> One:
    return One(
        0, Kind.COMPLAINT_OPENED, at(day), offset, topic=1, code=severity, reference=offset + 1
    )


def loyal(days: int = 60) -> list[One]:
    return [bought(day, offset=day) for day in range(days)]


def by_silence(version: int, base: float) -> Model:
    """Give a model that hears nothing but silence: the logit is base + log(1 + days)."""
    names = [feature.name for feature in FEATURES]
    return Model(
        version=version,
        at_ms=at(version),
        basis="learned",
        n_labels=1,
        n_positives=1,
        features_hash=FEATURES_HASH,
        weights=tuple(float(name == "silence_days_log") for name in names),
        intercept=base,
        usual=(0.0,) * len(names),
    )


def said_after(steps: list[One | Tick | Model]) -> list[list[Assessment]]:
    return [list(outcome.assessments) for outcome in run(cut(steps, 1), SETTINGS).outcomes]


def test_a_critical_complaint_is_an_urgent_crossing_at_once() -> None:
    (said,) = said_after([*loyal(), complaint(59.5, Severity.CRITICAL)])[-1]
    assert (said.previous_band, said.band) == ("calm", "at_risk")
    assert (said.crossed, said.hard, said.adverse, said.urgent) == (True, True, True, True)
    assert said.reasons[0].family == "complaints"


def test_a_complaint_that_is_not_critical_is_not_urgent() -> None:
    for told in said_after([*loyal(), complaint(59.5, Severity.MAJOR)])[60:]:
        assert not any(said.urgent for said in told)


def test_another_complaint_of_a_customer_at_risk_is_news_each_time() -> None:
    first, second = said_after(
        [*loyal(), complaint(59.5, Severity.CRITICAL), complaint(59.6, Severity.MINOR, offset=1)]
    )[-2:]
    assert [said.crossed for said in (*first, *second)] == [True, True]
    assert second[0].previous_band == second[0].band == "at_risk"


def test_a_critical_complaint_resolved_is_cleared_in_time() -> None:
    resolved = One(0, Kind.COMPLAINT_RESOLVED, at(60), 1, topic=1, reference=1)
    daily = [step for day in range(61, 70) for step in (Tick(at(day)), bought(day, offset=day))]
    told = said_after([*loyal(), complaint(59.5, Severity.CRITICAL), resolved, *daily])
    cleared = [said for of_step in told for said in of_step if said.cleared]
    assert [(said.previous_band, said.band) for said in cleared] == [("at_risk", "calm")]


NO_REASONS = {"reasons": (), "cohort": None}  # the change that a reason names goes with it


def test_who_is_after_alerts_gets_only_what_crossed_a_line() -> None:
    log = list(cut([*nasty_steps(n=450, n_customers=40, seed=11, days=90, tick_days=7)], 50))
    whole, lines = Engine(3, SETTINGS), Engine(3, SETTINGS, only_lines=True)
    n_crossed = n_told = 0
    for position, record in enumerate(log):
        one, other = whole.step(position, record), lines.step(position, record)
        crossed = [
            told if told.crossed or told.care else msgspec.structs.replace(told, **NO_REASONS)
            for told in one.assessments
            if told.crossed or told.cleared or told.care
        ]
        assert list(other.assessments) == crossed
        assert other.n_told == one.n_told == len(one.assessments)
        n_crossed, n_told = n_crossed + len(crossed), n_told + one.n_told
    assert 0 < n_crossed < n_told
    assert lines.ledger.table.tobytes() == whole.ledger.table.tobytes()


def test_a_model_switch_alone_raises_no_alert() -> None:
    switched = run(cut([*loyal(3), Tick(at(3)), by_silence(1, base=-1.0)], 9), SETTINGS)
    assert switched.outcomes[-1].assessments == ()
    switch = switched.outcomes[-1].switch
    assert switch is not None
    assert (switch.version, switch.n_customers, switch.n_lifted) == (1, 1, 1)
    assert switch.mean_shift > 0.1


def test_after_a_switch_the_lifted_band_is_told_but_crosses_nothing_until_risk_moves_on() -> None:
    # A day of silence is a risk of 0.42, two are 0.52: the model lifts, then silence speaks.
    steps: list[One | Tick | Model] = [*loyal(3), Tick(at(3)), by_silence(1, base=-1.0)]
    told = said_after([*steps, Tick(at(3.01)), Tick(at(3.02)), Tick(at(4))])
    lifted, same, moved_on = told[-3:]
    assert [(said.band, said.crossed) for said in lifted] == [("at_risk", False)]
    assert same == []
    assert [(said.band, said.crossed) for said in moved_on] == [("at_risk", True)]


def test_an_older_model_does_not_take_over_again() -> None:
    steps: list[One | Tick | Model] = [bought(1), by_silence(2, 0.0), by_silence(1, 1.0)]
    after = run(cut(steps, 1), SETTINGS)
    assert after.outcomes[-1].switch is None
    assert after.ledger.model is not None
    assert after.ledger.model.version == 2


def test_a_model_of_other_features_is_refused_by_name() -> None:
    foreign = msgspec.structs.replace(by_silence(1, 0.0), features_hash="0123456789abcdef")
    with pytest.raises(FormatError, match="0123456789abcdef"):
        Engine(0, SETTINGS).step(0, foreign)


def test_the_rules_speak_until_a_model_comes() -> None:
    (first, _) = (told[0] for told in said_after([bought(1), complaint(2, Severity.CRITICAL)]))
    assert (first.basis, first.model_version) == ("rules", rules(0.1).version)


def test_a_tick_before_any_customer_says_that_nobody_is_anywhere() -> None:
    outcome = run([Tick(at(0))], SETTINGS).outcomes[0]
    assert (outcome.tick_ms, outcome.bands) == (at(0), (0, 0, 0, 0))
    assert outcome.snapshot is None or len(outcome.snapshot.rows) == 0


def test_a_tick_of_the_past_says_nothing() -> None:
    outcomes = run([Tick(at(2)), Tick(at(1)), Tick(at(2))], SETTINGS).outcomes
    assert [effects(outcome) for outcome in outcomes[1:]] == [[], []]


def test_what_the_company_does_leaves_no_trace_for_the_customers_to_come() -> None:
    changed = One(-1, Kind.PRICE_CHANGED, at(1), 0, topic=4)
    first, last = bought(1), bought(2, offset=1, row=MINIMUM_ROWS - 1)
    with_it = run([a_slice([changed, first]), a_slice([last])], SETTINGS)
    without = run([a_slice([first]), a_slice([last])], SETTINGS)
    assert with_it.rows() == without.rows()


def test_a_ledger_grows_and_forgets_nothing() -> None:
    first = run([a_slice([bought(1)])], SETTINGS).ledger
    before = first.pack(np.array([0]))
    last = 3 * MINIMUM_ROWS
    grown = run([a_slice([bought(1)]), a_slice([bought(2, 1, row=last)])], SETTINGS).ledger
    assert grown.pack(np.array([0])) == before
    assert grown.n_rows == last + 1

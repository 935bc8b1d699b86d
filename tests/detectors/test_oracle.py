"""The engine means what its events mean one by one: it equals the oracle, bit for bit.

Three figures are summed in another order and compared after rounding: what families add to
the logit (3 places, as assessments say it) and the mean shift of a model switch (6 places).
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import score
from detectors.assessment import Assessment
from detectors.churn import ChurnSettings
from detectors.clocks import CLOCKS
from detectors.families import FAMILIES
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.outcome import Outcome
from detectors.settings import CareSettings, CoreSettings
from detectors.slices import Model, Tick
from detectors.tree import REASONS
from detectors.worth import ValueSettings, lifetime_value
from tests.detectors.any_log import A_WEEK, Steps, any_log, quick
from tests.detectors.logs import SOURCES, One, cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.oracle import Because, Oracle, Said
from tests.detectors.oracle_customer import MONDAY_MS, Customer
from tests.detectors.oracle_maths import WEEK_MS
from tests.detectors.runs import run
from tests.detectors.troubled import troubled_steps

SETTINGS = {
    "silence": CoreSettings(
        churn=ChurnSettings(silence_days=28), care=CareSettings(top_days=6, middle_days=15)
    ),
    "churned": CoreSettings(
        churn=ChurnSettings(label="churned", churned_within_days=10, prior_rate=0.25),
        value=ValueSettings(discount=0.1, margin=0.4),
    ),
}
CASES = [
    ("silence", "daily", 1),
    ("silence", "daily", 7),
    ("churned", "daily", 7),
    ("silence", "monthly", 500),
    ("silence", "monthly", 4_000),
]


@cache
def a_log(name: str) -> tuple[One | Tick | Model, ...]:
    if name == "troubled":
        return tuple(troubled_steps(n=500, seed=4))
    if name == "silent":
        return tuple(troubled_steps(n=500, seed=4, outage_every=60))
    if name == "daily":
        return tuple(nasty_steps(n=400, n_customers=18, seed=4, days=60))
    return tuple(nasty_steps(n=2_300, n_customers=40, seed=2, days=114, tick_days=28))


@cache
def the_oracle(settings: str, log: str) -> Oracle:
    chosen = SETTINGS[settings]
    return asked(chosen, a_log(log))


def asked(settings: CoreSettings, steps: Iterable[One | Tick | Model]) -> Oracle:
    features = {name: family.FEATURES for name, family in FAMILIES.items()}
    oracle = Oracle(settings, score.rules(settings.churn.prior_rate), features)
    for step in steps:
        oracle.step(step)
    return oracle


@cache
def the_engine(settings: str, log: str, size: int) -> tuple[Ledger, list[Outcome]]:
    done = run(cut(a_log(log), size), SETTINGS[settings])
    return done.ledger, done.outcomes


every_case = pytest.mark.parametrize(("settings", "log", "size"), CASES)


@every_case
def test_every_column_is_that_of_the_oracle(settings: str, log: str, size: int) -> None:
    assert_same_columns(the_engine(settings, log, size)[0], the_oracle(settings, log))


@every_case
def test_every_feature_is_that_of_the_oracle(settings: str, log: str, size: int) -> None:
    ledger, oracle = the_engine(settings, log, size)[0], the_oracle(settings, log)
    now_ms = np.maximum(ledger.table["ledger.seen_ms"][: ledger.n_rows], ledger.tick_ms)
    x = np.zeros(len(score.FEATURES), np.float32)
    for customer, now in zip(oracle.customers, now_ms.tolist(), strict=True):
        living_ms = customer.clock(customer.silence, now)
        score.measure(ledger.customer(customer.number), now, living_ms, x)
        assert x.tolist() == customer.features(now)


@every_case
def test_weeks_still_to_be_asked_are_those_of_the_oracle(
    settings: str, log: str, size: int
) -> None:
    ledger, oracle = the_engine(settings, log, size)[0], the_oracle(settings, log)
    first = (ledger.tick_ms - oracle.customers[0].churn.horizon_ms - MONDAY_MS) // WEEK_MS + 1
    # Monthly ticks pass over labels; only those still to come are then of account.
    weeks = range(first, first + (64 if log == "daily" else 20))
    for customer in oracle.customers:
        churn = customer.churn
        for column, told_ms in (("seen", churn.told_ms), ("ended", churn.ended_ms)):
            bits = int(ledger.table[f"churn.{column}_weeks"][customer.number])
            found = {week for week in weeks if bits >> week % 64 & 1}
            assert found == churn.open_weeks(told_ms, ledger.tick_ms)


@every_case
def test_every_assessment_is_that_of_the_oracle(settings: str, log: str, size: int) -> None:
    told = [said for outcome in the_engine(settings, log, size)[1] for said in outcome.assessments]
    assert [plain(said) for said in told] == the_oracle(settings, log).told.said
    assert any(said.crossed for said in told)
    assert any(said.late for said in told)
    assert any(said.cohort for said in told) or log == "daily"  # too short for it
    assert any(said.care for said in told) or settings == "churned"
    assert len({(said.reduced, said.outreach) for said in told}) > 2 or log == "daily"
    assert len({said.refused for said in told}) > 2 or log == "daily"
    assert {said.stage for said in told} > {"consideration", "decision"}


@every_case
def test_every_broken_promise_is_that_of_the_oracle(settings: str, log: str, size: int) -> None:
    outcomes, told = the_engine(settings, log, size)[1], the_oracle(settings, log).told
    found = [breach for outcome in outcomes for breach in outcome.breaches]
    assert found == told.breaches
    clocks = {breach.clock for breach in found}
    assert clocks == set(CLOCKS) or (log == "daily" and clocks)  # too short for all of them


@pytest.mark.parametrize("size", [1, 9])
def test_promises_while_the_source_is_silent_are_those_of_the_oracle(size: int) -> None:
    ledger, outcomes = the_engine("silence", "silent", size)
    oracle = the_oracle("silence", "silent")
    assert_same_columns(ledger, oracle)
    assert [plain(said) for one in outcomes for said in one.assessments] == oracle.told.said
    found = [breach for outcome in outcomes for breach in outcome.breaches]
    assert found == oracle.told.breaches
    kinds = {(one.unverified, one.withdrawn) for one in found}
    assert kinds == {(False, False), (False, True), (True, False), (True, True)}
    held = [said for said in oracle.told.said if "unverified" in said.flags]
    assert {said.breach for said in held} == {"analysis", "management"}
    assert {"cleared" in said.flags for said in held} == {False, True}


@pytest.mark.parametrize("size", [1, 9])
def test_complaints_and_little_else_are_those_of_the_oracle(size: int) -> None:
    ledger, outcomes = the_engine("silence", "troubled", size)
    oracle = the_oracle("silence", "troubled")
    assert_same_columns(ledger, oracle)
    assert [plain(said) for one in outcomes for said in one.assessments] == oracle.told.said
    found = [breach for outcome in outcomes for breach in outcome.breaches]
    assert found == oracle.told.breaches
    assert {breach.withdrawn for breach in found} == {False, True}
    assert {said.breach for said in oracle.told.said if "cleared" in said.flags} > {"analysis"}


@every_case
def test_every_snapshot_and_label_is_that_of_the_oracle(settings: str, log: str, size: int) -> None:
    outcomes, told = the_engine(settings, log, size)[1], the_oracle(settings, log).told
    snapshots = [outcome.snapshot for outcome in outcomes if outcome.snapshot]
    for found, monday in zip(snapshots, told.mondays, strict=True):
        assert found.as_of_ms == monday.as_of_ms
        assert found.rows.tolist() == monday.rows
        assert found.x.tolist() == monday.x
        assert found.risk.tolist() == monday.risk
        assert found.band.tolist() == monday.band
        assert found.top_family.tolist() == monday.top_family
    labels = [outcome.labels for outcome in outcomes if outcome.labels]
    assert [(found.as_of_ms, found.y.tolist()) for found in labels] == told.labels
    assert [found.churned_ms.tolist() for found in labels] == told.gone_ms
    assert {y for _, labels_of_week in told.labels for y in labels_of_week} == {0, 1, 2}


@every_case
def test_every_tick_and_model_switch_is_that_of_the_oracle(
    settings: str, log: str, size: int
) -> None:
    outcomes, told = the_engine(settings, log, size)[1], the_oracle(settings, log).told
    ticks = [(found.tick_ms, list(found.bands)) for found in outcomes if found.tick_ms]
    assert ticks == told.counts
    switches = [outcome.switch for outcome in outcomes if outcome.switch]
    assert [(found.version, found.n_lifted) for found in switches] == [
        (version, n_lifted) for version, n_lifted, _ in told.switches
    ]
    assert [found.mean_shift for found in switches] == pytest.approx(
        [shift for _, _, shift in told.switches], abs=1e-6
    )
    assert sum(found.n_lifted for found in switches) > 0


@every_case
def test_every_change_of_the_company_is_that_of_the_oracle(
    settings: str, log: str, size: int
) -> None:
    outcomes, told = the_engine(settings, log, size)[1], the_oracle(settings, log).told
    found = [change for outcome in outcomes for change in outcome.changes]
    assert [(change.id, change.reason, change.n_exposed) for change in found] == [
        (change, reason, len(revenues)) for change, reason, revenues in told.changes
    ]
    value = SETTINGS[settings].value
    sums = [lifetime_value(sum(revenues), value) for _, _, revenues in told.changes]
    assert [change.value_exposed for change in found] == pytest.approx(sums, rel=1e-6, abs=0.006)
    assert any(change.n_exposed > 1 for change in found)


@every_case
def test_every_departure_and_every_silent_source_is_that_of_the_oracle(
    settings: str, log: str, size: int
) -> None:
    (ledger, outcomes), oracle = the_engine(settings, log, size), the_oracle(settings, log)
    left = [one for outcome in outcomes for one in outcome.churned]
    assert [(one.number, one.at_ms, one.kind, one.cause) for one in left] == oracle.told.left
    came = [stood for customer in oracle.customers for stood in customer.churn.came]
    counted = sum(one.n_new for one in outcomes), sum(one.n_returned for one in outcomes)
    assert counted == (came.count("stranger"), came.count("gone")) > (0, 0)
    all_kinds = {"voluntary", "involuntary", "natural"}
    assert {one.kind for one in left} == all_kinds or log == "daily"  # too short for it
    for name, feed in zip(ledger.sources, ledger.feeds, strict=True):
        pauses = [(one.began_ms, one.ended_ms or 0) for one in oracle.sources.known[name].pauses]
        kept = min(int(feed["n_pauses"]), len(feed["began_ms"]))
        found = zip(feed["began_ms"][:kept].tolist(), feed["ended_ms"][:kept].tolist(), strict=True)
        assert sorted(found) == sorted(pauses[-kept:] if kept else [])
    assert any(one.pauses for one in oracle.sources.known.values())


@quick
@given(steps=any_log(), size=st.integers(1, 20))
def test_any_log_means_what_the_oracle_says(steps: Steps, size: int) -> None:
    done, oracle = run(cut(steps, size), A_WEEK), asked(A_WEEK, steps)
    assert_same_columns(done.ledger, oracle)
    told = [said for outcome in done.outcomes for said in outcome.assessments]
    assert [plain(said) for said in told] == oracle.told.said
    broken = [breach for outcome in done.outcomes for breach in outcome.breaches]
    assert broken == oracle.told.breaches
    labels = [outcome.labels for outcome in done.outcomes if outcome.labels]
    assert [(found.as_of_ms, found.y.tolist()) for found in labels] == oracle.told.labels


def assert_same_columns(ledger: Ledger, oracle: Oracle) -> None:
    assert ledger.n_rows == len(oracle.customers)
    for part, columns in LAYOUT.parts:
        for name in (column.name for column in columns):
            if name not in {"position", "seen_weeks", "ended_weeks"}:
                found = ledger.table[f"{part}.{name}"][: ledger.n_rows]
                expected = [kept(customer, part, name, ledger) for customer in oracle.customers]
                values = np.array(expected, found.dtype).reshape(found.shape)
                np.testing.assert_array_equal(found, values, name)


def kept(customer: Customer, part: str, name: str, ledger: Ledger) -> float | list[int]:
    """Give what the oracle keeps for a column."""
    if part == "ledger" and name == "families":
        return customer.bits
    if part == "ledger":
        return float(getattr(customer, name))
    if (part, name) == ("causes", "words"):
        return ["", *REASONS].index(customer.causes.words)
    if name == "source":
        place = customer.churn.source if part == "churn" else customer.complaints.source
        return ledger.sources.index(SOURCES[place]) if place >= 0 else -1
    if part in customer.families:
        value = customer.families[part].column(name)
        return ledger.names.index(value) if isinstance(value, str) else value
    if part == "account" and name in {"owner", "tier", "language", "segment", "region"}:
        return ledger.names.index(getattr(customer.account, name))
    owners = {
        "bands": customer.bands,
        "churn": customer.churn,
        "account": customer.account,
        "stages": customer.stages,
        "causes": customer.causes,
    }
    own: float = getattr(owners[part], name)
    return own


def plain(said: Assessment) -> Said:
    """Give an assessment in the oracle's plain values."""
    flags = ("adverse", "care", "cleared", "crossed", "hard", "late", "unverified")
    return Said(
        said.number,
        round(said.as_of.timestamp() * 1000),
        said.risk,
        (said.previous_band, said.band),
        said.stage,
        said.model_version,
        (said.owner, said.language, said.tier, said.tier_basis, said.previous_tier),
        said.value,
        said.value_basis,
        said.value_at_risk,
        said.cause,
        tuple(flag for flag in flags if getattr(said, flag)),
        tuple(
            Because(
                reason.family,
                reason.feature,
                reason.value,
                reason.usual,
                reason.contribution,
                reason.evidence.offset if reason.evidence else None,
            )
            for reason in said.reasons
        ),
        said.breach,
        said.cohort,
        (said.outreach, said.reduced, said.region),
        (said.channel, said.channel_from, said.refused),
    )

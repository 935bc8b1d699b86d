"""The report's measures, counted by hand on a small history."""

from datetime import timedelta

import msgspec
import numpy as np
import pytest

from detectors.arrays import DAY_MS
from detectors.kinds import Direction, Kind
from detectors.reasons import instant
from detectors.worth import ValueSettings
from streams.report import causes, change_effect, churn, complaints, lifecycle, people, voice, worth
from streams.report.history import History, month_of
from streams.report.making import page, report, types_used
from streams.report.measures import MEASURES
from streams.settings import Settings
from tests.alerts.desks import an_alert
from tests.detectors.logs import One, a_slice
from tests.streams.report.past import BEGIN_MS, bought, history, one


def test_rates_are_of_those_active_in_the_month_before() -> None:
    gone = one(0, Kind.CUSTOMER_CHURNED, 35, said={"kind": "involuntary", "cause": "need.moved"})
    [february] = churn.monthly(
        history(*bought(0, 1), *bought(1, 2, 40), *bought(2, 3, 41), *bought(3, 42), gone)
    )
    assert (february.month, february.active_at_start, february.new) == ("2024-02", 3, 1)
    assert february.churn_rate == {"voluntary": 0.0, "involuntary": 1 / 3, "natural": 0.0}
    assert february.retention == 2 / 3


def test_more_leaving_than_coming_is_a_loss_and_losses_run() -> None:
    days = [5, 40, 70, 100]
    gone = [one(row, Kind.CUSTOMER_CHURNED, day) for row, day in ((1, 45), (2, 75), (3, 80))]
    months = churn.monthly(history(*bought(0, *days), *gone))
    assert [month.net_loss_run for month in months] == [1, 2, 0]
    assert churn.longest_loss_run(months) == 2


def test_revenue_churn_is_what_leavers_brought_in_a_year() -> None:
    profiles = [
        one(row, Kind.PROFILE_UPDATED, 0, said={"yearly_revenue": revenue})
        for row, revenue in ((0, 100.0), (1, 300.0))
    ]
    gone = one(0, Kind.CUSTOMER_CHURNED, 40)
    [february] = churn.monthly(history(*profiles, *bought(0, 1), *bought(1, 1, 40), gone))
    assert february.revenue_churn == 0.25


def test_stated_causes_stand_beside_the_prior() -> None:
    said = ["service.indifference", "service.indifference", "need.moved", None]
    gone = [one(0, Kind.CUSTOMER_CHURNED, 3, said={"cause": cause}) for cause in said]
    first, *_ = found = causes.by_reason(history(*gone))
    assert (first.cause, first.n, first.share, first.prior) == (
        "service.indifference", 2, 2 / 3, 0.68,
    )  # fmt: skip
    assert {cause.cause: cause.share for cause in found}["unknown"] is None


def test_groups_and_the_three_short_reasons_are_counted_apart() -> None:
    said = ["competition.price", "competition.better", "decline.spread", "relation.neglect", None]
    gone = [one(0, Kind.CUSTOMER_CHURNED, 3, said={"cause": cause}) for cause in said]
    groups = {cause.cause: cause for cause in causes.by_group(history(*gone))}
    assert (groups["competition"].n, groups["competition"].prior) == (2, 0.35)
    assert groups["relation"].prior is None
    short = {cause.cause: (cause.n, cause.share) for cause in causes.shortly(history(*gone))}
    assert short == {
        "competitive pressure": (3, 0.75), "service": (1, 0.25), "unknown": (1, None),
    }  # fmt: skip


def steps(row: int, reference: int, *told: tuple[Kind, float, int]) -> list[One]:
    return [
        one(row, kind, hours / 24, code=code, reference=reference) for kind, hours, code in told
    ]


def test_a_complaint_is_measured_from_its_report() -> None:
    kept = steps(
        0, 7, (Kind.COMPLAINT_OPENED, 0, 2), (Kind.COMPLAINT_ANSWERED, 2, 1),
        (Kind.COMPLAINT_ANSWERED, 20, 2), (Kind.COMPLAINT_RESOLVED, 30, 0),
        (Kind.COMPLAINT_INFORMED, 31, 0), (Kind.COMPLAINT_RATED, 40, 0),
    )  # fmt: skip
    late = steps(
        1, 7, (Kind.COMPLAINT_OPENED, 1, 2), (Kind.COMPLAINT_ANSWERED, 5, 1),
        (Kind.COMPLAINT_ANSWERED, 26, 2), (Kind.COMPLAINT_RESOLVED, 27, 0),
        (Kind.COMPLAINT_REOPENED, 50, 0),
    )  # fmt: skip
    gone = one(1, Kind.CUSTOMER_CHURNED, 60)
    [january] = complaints.monthly(history(*kept, *late, gone))
    assert (january.opened, january.first_answer_hours) == (2, 3.0)
    assert (january.kept_analysis, january.informed, january.checked) == (0.5, 0.5, 1.0)
    assert (january.reopened, january.saved_kept, january.saved_broken) == (0.5, 1.0, 0.0)


def test_what_customers_say_and_how_many_answer() -> None:
    asked = [one(row, Kind.SURVEY_ASKED, 1) for row in range(4)]
    told = [
        one(0, Kind.SURVEY_ANSWERED, 2, said={"satisfaction": 0.5}),
        one(1, Kind.SURVEY_ANSWERED, 2, said={"intent": "stay"}),
    ]
    member = one(2, Kind.PROFILE_UPDATED, 0, said={"membership_level": "gold"})
    used = one(3, Kind.PROGRAMME_USED, 3)
    found = history(*asked, *told, member, used, *bought(0, 1, 2), *bought(1, 1))
    [january] = voice.monthly(found)
    assert (january.satisfaction, january.feedback) == (50.0, 0.5)
    assert (january.repurchase, january.active_programme) == (0.5, 0.5)


def test_tiers_are_told_apart_and_only_valued_contacts_count() -> None:
    profiles = [
        one(0, Kind.PROFILE_UPDATED, 0,
            said={"tier": "top", "yearly_revenue": 600.0, "acquisition_cost": 90.0,
                  "yearly_spend": 2400.0}),
        one(1, Kind.PROFILE_UPDATED, 0, said={"tier": "base"}),
    ]  # fmt: skip
    contacts = [
        one(0, Kind.CONTACT_MADE, 3, code=Direction.OUT, said={"value_item": "training"}),
        one(0, Kind.CONTACT_MADE, 4, code=Direction.OUT, said={"channel": "phone"}),
        one(0, Kind.CONTACT_MADE, 5, code=Direction.IN, said={"value_item": "training"}),
    ]
    found = history(*profiles, *contacts, *bought(0, 1, amount=100.0))
    base, top = worth.by_tier(found, [], ValueSettings(), task_cost=20.0)
    assert (base.tier, base.lifetime_value, base.contacts_a_month) == ("base", None, 0.0)
    assert (top.lifetime_value, top.value_to_cost) == (1800.0, 20.0)
    assert (top.contacts_a_month, top.share_of_wallet) == (1.0, 0.5)
    assert worth.completeness(found) == {
        "yearly_revenue": 0.5, "acquisition_cost": 0.5, "complaint_record": 0.0,
    }  # fmt: skip


def test_managers_and_groups_are_counted_from_alerts_and_tasks() -> None:
    alert = an_alert()
    [told] = people.by_manager([], [alert])
    assert (told.owner, told.tasks, told.alerts_a_week) == (alert.owner, 0, 1.0)
    groups = {(group.by, group.name): group for group in people.parity([], [alert])}
    assert groups["language", alert.language].alerts == 1
    assert groups["tier", alert.tier].false_alarms is None


def test_event_types_that_no_family_reads_do_not_count_as_used() -> None:
    found = history(*bought(0, 1), one(0, Kind.CUSTOMER_MERGED, 2))
    assert types_used(found) == 0.5


def test_company_events_are_counted_once_whatever_the_number_of_partitions() -> None:
    found = History()
    for partition in range(3):
        found.take(partition, a_slice([one(-1, Kind.PRICE_CHANGED, 1)]))
    assert len(list(found.of(Kind.PRICE_CHANGED))) == 1


def test_months_are_calendar_months() -> None:
    assert month_of(BEGIN_MS - 1) + 1 == month_of(BEGIN_MS) == month_of(BEGIN_MS + 30 * DAY_MS)
    assert instant(BEGIN_MS) + timedelta(days=31) == instant(BEGIN_MS + 31 * DAY_MS)


def test_every_measure_of_the_table_stands_in_the_report() -> None:
    found = history(*bought(0, 1, 40), one(0, Kind.COMPLAINT_OPENED, 2, reference=1))
    made = msgspec.to_builtins(report(found, [an_alert()], [], Settings.model_construct()))
    made["tiers"] = made["tiers"] or [dict.fromkeys(worth.Tier.__dataclass_fields__)]
    made["lifecycle"] = [dict.fromkeys(lifecycle.Lives.__dataclass_fields__)]
    made["change_effects"] = [dict.fromkeys(change_effect.Effect.__dataclass_fields__)]
    for name, measure in MEASURES.items():
        part, _, field = measure.place.partition(".")
        assert part in made, name
        assert not field or field in made[part][0], name


def test_the_page_has_a_table_for_each_part() -> None:
    found = history(*bought(0, 1, 40))
    text = page(report(found, [], [], Settings.model_construct()))
    assert "## churn" in text
    assert "| month | active at start |" in text
    assert "nothing in this history" in text
    assert np.char.count(text, "## ") == 18


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_who_answers_for_it(name: str) -> None:
    measure = MEASURES[name]
    assert measure.owner
    assert measure.group
    assert measure.formula

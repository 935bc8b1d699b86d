"""What ties a customer to us: three marks apart, loyalty for discounts, captives, room to grow."""

from datetime import datetime
from itertools import pairwise

import pytest

from detectors.assessment import Marks
from detectors.kinds import Direction, Kind, Severity
from detectors.marks import coefficient
from detectors.settings import AssessmentSettings, CoreSettings
from detectors.worth import ValueSettings, lifetime_value
from tests.scenarios.telling import LONG, Tale, day

# The least move of a risk is told, so that there is an assessment to look at.
TALKATIVE = LONG.model_copy(update={"assessment": AssessmentSettings(report_change=1e-6)})


def a_tale(settings: CoreSettings = TALKATIVE) -> Tale:
    return Tale(settings)


def marks_of(tale: Tale, until: int = 120) -> Marks:
    """Give the marks as last written."""
    return tale.told(until).said[-1].marks


def complains(tale: Tale, when: float, reference: int = 1) -> Tale:
    said = {"reference": reference}
    return tale.so(when, Kind.COMPLAINT_OPENED, code=int(Severity.MAJOR), **said)


def answered_well(tale: Tale, when: float, reference: int = 1) -> Tale:
    """Let a complaint be analysed, resolved and told of within the day."""
    complains(tale, when, reference)
    tale.so(when + 0.01, Kind.COMPLAINT_ANSWERED, code=2, reference=reference)
    tale.so(when + 0.1, Kind.COMPLAINT_RESOLVED, reference=reference)
    return tale.so(when + 0.2, Kind.COMPLAINT_INFORMED, reference=reference)


def test_nothing_known_is_no_mark_and_not_a_middling_one() -> None:
    assert marks_of(a_tale().buys(1), 2) == Marks()


def test_trust_is_what_they_say_of_us_and_older_words_count_less() -> None:
    said = a_tale().weekly(110).so(100, Kind.SURVEY_ANSWERED, satisfaction=0.9)
    assert marks_of(said).trust == 0.9
    # The broken complaint is half a year older than the answer: it counts half.
    mixed = complains(a_tale().weekly(280), 10).so(190, Kind.SURVEY_ANSWERED, satisfaction=0.9)
    assert marks_of(mixed, 281).trust == pytest.approx(0.9 / 1.5, abs=0.01)


def test_a_complaint_put_right_is_trust_and_a_broken_one_is_none() -> None:
    well = answered_well(a_tale().weekly(110), 90)
    rated = answered_well(a_tale().weekly(110), 90)
    rated.so(92, Kind.COMPLAINT_RATED, reference=1)  # satisfied: a tale's amounts are 20
    broken = complains(a_tale().weekly(110), 90)
    insisted = answered_well(a_tale().weekly(110), 90).so(93, Kind.COMPLAINT_REOPENED, reference=1)
    told = [marks_of(tale).trust for tale in (rated, well, broken, insisted)]
    assert told == [1.0, 0.75, 0.0, 0.0]


def test_paying_in_advance_is_trust_and_paying_in_time_says_nothing() -> None:
    def pays(days_before: float) -> Tale:
        tale = a_tale().weekly(110)
        for due in (30, 60, 90):
            tale.so(due - days_before, Kind.PAYMENT_PAID, due_at=day(due))
        return tale

    assert marks_of(pays(5)).trust == 1.0
    assert marks_of(pays(0)).trust is None
    assert marks_of(pays(-5)).trust is None


def test_use_falls_when_they_are_late_by_their_own_rhythm() -> None:
    weekly = a_tale().weekly(100)
    told = [marks_of(weekly, until).use for until in (101, 112, 125)]
    assert all(late is not None and early is not None and late < early
               for early, late in pairwise(told))  # fmt: skip


def test_use_is_broad_and_a_line_lost_counts_against_it() -> None:
    narrow, broad, lost = a_tale(), a_tale(), a_tale()
    for when in range(1, 100, 7):
        narrow.so(when, Kind.PURCHASE_MADE, lines=0b1)
        broad.so(when, Kind.PURCHASE_MADE, lines=0b1111)
        lost.so(when, Kind.PURCHASE_MADE, lines=0b1111 if when < 50 else 0b0111)
    of_narrow, of_lost, of_broad = (marks_of(tale, 100).use for tale in (narrow, lost, broad))
    assert of_narrow is not None
    assert of_lost is not None
    assert of_broad is not None
    assert of_narrow < of_lost < of_broad


def test_using_the_programme_counts_and_being_in_it_does_not() -> None:
    member = a_tale().weekly(110).so(5, Kind.PROFILE_UPDATED, membership_level="enterprise")
    user = a_tale().weekly(110)
    for when in range(60, 110, 5):
        user.so(when, Kind.PROGRAMME_USED, points_earned=10.0)
    plain_use, of_member, of_user = (
        marks_of(tale).use for tale in (a_tale().weekly(110), member, user)
    )
    assert of_member == plain_use
    assert of_user is not None
    assert plain_use is not None
    assert of_user > plain_use


def test_preference_is_the_share_of_wallet_where_somebody_told_it() -> None:
    def spends(yearly_spend: float) -> Tale:
        said = {"yearly_revenue": 600.0, "yearly_spend": yearly_spend}
        return a_tale().weekly(110).so(5, Kind.PROFILE_UPDATED, **said)

    assert [marks_of(spends(wallet)).preference for wallet in (600, 1200, 6000)] == [1.0, 0.5, 0.1]
    asked = spends(600).so(50, Kind.SURVEY_ANSWERED, yearly_spend=1200.0)
    assert marks_of(asked).preference == 0.5
    late = spends(600).so(3, Kind.SURVEY_ANSWERED, yearly_spend=6000.0)
    assert marks_of(late).preference == 1.0


def test_preference_is_the_share_of_their_own_peak_where_nobody_did() -> None:
    steady, fallen = a_tale().weekly(200), a_tale().weekly(120).buys(150, 190)
    of_steady, of_fallen = marks_of(steady, 200).preference, marks_of(fallen, 200).preference
    assert of_steady is not None
    assert of_fallen is not None
    assert of_steady > 0.9
    assert of_fallen < 0.7


def test_who_recommends_us_takes_part_or_shows_us_to_others_prefers_us() -> None:
    def with_wallet() -> Tale:
        said = {"yearly_revenue": 600.0, "yearly_spend": 1200.0}
        return a_tale().weekly(110).so(5, Kind.PROFILE_UPDATED, **said)

    recommends = with_wallet().so(110, Kind.SURVEY_ANSWERED, recommends=True)
    warns = with_wallet().so(110, Kind.SURVEY_ANSWERED, recommends=False)
    refers = with_wallet().so(110, Kind.CONTACT_MADE, code=int(Direction.IN), reason="reference")
    told = [marks_of(tale, 111).preference for tale in (recommends, refers, with_wallet(), warns)]
    assert told == [0.75, 0.75, 0.5, 0.25]


def test_a_pilot_together_is_a_contact_of_worth() -> None:
    tried = a_tale().weekly(110)
    tried.so(100, Kind.CONTACT_MADE, code=int(Direction.OUT_ANSWERED), reason="pilot")
    refused = a_tale().weekly(110)
    refused.so(100, Kind.CONTACT_MADE, code=int(Direction.OUT_UNANSWERED), reason="pilot")
    rows = [tale.told(110).engine.ledger.row(0).contact for tale in (tried, refused)]
    assert [int(row.shared_day > 0) for row in rows] == [1, 0]
    assert [int(row.valued_ms > 0) for row in rows] == [1, 0]


def test_who_answers_to_discounts_alone_is_conditional_and_no_more_trusted() -> None:
    def with_offers(tale: Tale) -> Tale:
        for when in range(60, 110, 5):
            tale.so(when, Kind.PROGRAMME_USED, offer="10 % off")
        return tale

    discounts = with_offers(a_tale().weekly(110))
    both = with_offers(a_tale().weekly(110)).so(105, Kind.SURVEY_ANSWERED, satisfaction=0.9)
    service = a_tale().weekly(110).so(105, Kind.SURVEY_ANSWERED, satisfaction=0.9)
    of_discounts, of_both, of_service = (marks_of(tale) for tale in (discounts, both, service))
    assert of_discounts.conditional == 1.0
    assert of_discounts.trust is None
    assert of_both.conditional is not None
    assert 0.4 < of_both.conditional < 0.6
    assert of_both.trust == of_service.trust
    assert of_service.conditional == 0.0
    assert marks_of(a_tale().weekly(110)).conditional is None


def test_a_captive_is_held_and_trusts_little_until_the_end_of_the_barrier() -> None:
    def held(satisfaction: float, **barrier: str) -> Tale:
        tale = a_tale().weekly(110).so(100, Kind.SURVEY_ANSWERED, satisfaction=satisfaction)
        if "ends_at" in barrier:
            tale.so(20, Kind.CONTRACT_SIGNED, **barrier)
        elif barrier:
            tale.so(20, Kind.PROGRAMME_USED, points_earned=1.0, **barrier)
        return tale

    ends = day(300)
    until = datetime.fromisoformat(ends)
    assert marks_of(held(0.2, ends_at=ends)).captive_until == until
    assert marks_of(held(0.2, expires_at=ends)).captive_until == until
    assert marks_of(held(0.9, ends_at=ends)).captive_until is None
    assert marks_of(held(0.2)).captive_until is None
    assert marks_of(held(0.2, ends_at=day(90))).captive_until is None


def test_growth_is_a_small_share_of_wallet_and_more_each_month() -> None:
    def spends(wallet: float, *more: float) -> Marks:
        said = {"yearly_revenue": 600.0, "yearly_spend": wallet}
        return marks_of(a_tale().weekly(150).buys(*more).so(5, Kind.PROFILE_UPDATED, **said), 150)

    extra = tuple(range(120, 150, 2))
    assert spends(6000.0, *extra).growth
    assert not spends(6000.0).growth
    assert not spends(700.0, *extra).growth


def test_the_coefficient_of_lifetime_value_is_off_unless_set_and_within_its_bounds() -> None:
    tale = a_tale().weekly(110).so(5, Kind.PROFILE_UPDATED, yearly_revenue=120_000.0)
    tale.so(100, Kind.SURVEY_ANSWERED, satisfaction=0.2)
    off = tale.told(110).said[-1]
    assert off.value == 360_000.0
    tale.settings = TALKATIVE.model_copy(update={"value": ValueSettings(loyalty_by_marks=True)})
    on = tale.told(110).said[-1]
    assert on.marks == off.marks
    assert on.value == round(360_000.0 * coefficient(on.marks), 2)
    assert coefficient(Marks(trust=0.0, use=0.0, preference=0.0)) == 0.5
    assert coefficient(Marks(trust=1.0, use=1.0, preference=1.0)) == 1.5
    assert coefficient(Marks()) == 1.0


def test_the_check_figures_of_the_domain_hold_by_marks_too() -> None:
    loyalty = coefficient(Marks(trust=0.3, use=0.2, preference=0.4))
    assert round(lifetime_value(120_000.0, ValueSettings(), loyalty)) == 288_000
    careful = ValueSettings(margin=0.3, discount=0.1)
    assert round(lifetime_value(120_000.0, careful, loyalty)) == 71_621


def test_marks_are_no_part_of_the_risk() -> None:
    plain = a_tale().weekly(110)
    rich = a_tale().weekly(110).so(5, Kind.PROFILE_UPDATED, yearly_spend=6000.0)
    assert plain.told(110).risk == rich.told(110).risk

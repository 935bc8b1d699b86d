"""Contact: care that is due, contacts of worth, and customers who do not answer."""

from itertools import pairwise

from alerts.alert import Alert, Cleared
from detectors.assessment import Assessment
from detectors.kinds import Direction, Kind
from detectors.outcome import Outcome
from streams.effects import alerts
from tests.scenarios.telling import Tale, Told

ANSWERED, UNANSWERED = int(Direction.OUT_ANSWERED), int(Direction.OUT_UNANSWERED)


def of_tier(tier: str) -> Tale:
    return Tale().weekly(200).so(0.1, Kind.PROFILE_UPDATED, tier=tier, owner="Ada")


def cared(told: Told) -> list[Assessment]:
    return [one for one in told.said if one.care]


def test_a_valued_customer_is_due_a_contact_once_in_each_floor_period() -> None:
    told = of_tier("top").told(100)
    whens = [one.as_of.timetuple().tm_yday for one in cared(told)]
    assert [b - a for a, b in pairwise(whens)] == [31, 31]
    one = cared(told)[0]
    assert (one.band, one.crossed, one.owner) == ("calm", False, "Ada")
    assert [reason.id for reason in one.reasons] == ["relation.neglect"]
    assert one.reasons[0].en == "We have never brought them anything of worth."


def test_the_middle_waits_twice_as_long_and_the_base_is_not_asked_for() -> None:
    assert len(cared(of_tier("middle").told(100))) == 1
    assert cared(of_tier("base").told(100)) == []


def test_a_contact_counts_as_care_only_with_something_of_worth() -> None:
    valued = of_tier("top").so(20, Kind.CONTACT_MADE, code=ANSWERED, value_item="finding")
    worthless = of_tier("top").so(20, Kind.CONTACT_MADE, code=ANSWERED)
    assert cared(valued.told(50)) == []
    assert len(cared(worthless.told(50))) == 1
    assert len(cared(valued.told(51))) == 1


def test_a_contact_of_worth_takes_back_what_was_asked_for() -> None:
    tale = of_tier("top").so(40, Kind.CONTACT_MADE, code=ANSWERED)
    tale.so(42, Kind.CONTACT_MADE, code=ANSWERED, value_item="training")
    asked, given = cared(tale.told(50))
    assert (asked.cleared, asked.cause, asked.as_of.day) == (False, "time", given.as_of.day - 11)
    assert (given.cleared, given.cause, given.reasons) == (True, "event", ())
    to_desk = alerts(Outcome(assessments=(asked, given)), lambda number: f"customer {number}")
    assert [(type(one), one.care) for one in to_desk] == [(Alert, True), (Cleared, True)]


def test_three_contacts_unanswered_in_a_row_are_awareness_until_they_come_to_us() -> None:
    tale = Tale().weekly(200)
    for when in (60, 70, 80):
        tale.so(when, Kind.CONTACT_MADE, code=UNANSWERED, reference=int(when))
    assert [tale.told(until).stage for until in (71, 81, 139, 141)] == [
        None, "awareness", "awareness", None,
    ]  # fmt: skip
    tale.so(90, Kind.CONTACT_MADE, code=int(Direction.IN), channel="phone")
    assert tale.told(91).stage is None


def test_an_answer_in_between_begins_the_count_anew() -> None:
    tale = Tale().weekly(200)
    for when, code in ((60, UNANSWERED), (70, ANSWERED), (80, UNANSWERED), (90, UNANSWERED)):
        tale.so(when, Kind.CONTACT_MADE, code=code, reference=when)
    assert tale.told(91).stage is None


def test_who_opted_out_shows_awareness_and_is_left_alone() -> None:
    tale = Tale().weekly(200).so(0.1, Kind.PROFILE_UPDATED, tier="top")
    tale.so(60, Kind.CONTACT_OPTED_OUT)
    told = tale.told(65)
    assert told.stage == "awareness"
    assert [one.outreach for one in cared(told)] == [True, False]


def test_a_contact_told_twice_counts_once() -> None:
    by_id, by_hour, twice = (Tale().weekly(60) for _ in range(3))
    by_id.so(50.1, Kind.CONTACT_MADE, code=UNANSWERED, reference=5, channel="phone")
    by_id.so(50.9, Kind.CUSTOMER_CONTACTED, code=UNANSWERED, reference=5, value_item="terms")
    by_hour.so(50.10, Kind.CONTACT_MADE, code=UNANSWERED, channel="phone")
    by_hour.so(50.12, Kind.CUSTOMER_CONTACTED, code=UNANSWERED, channel="phone")
    twice.so(50.10, Kind.CONTACT_MADE, code=UNANSWERED, channel="phone")
    twice.so(50.12, Kind.CUSTOMER_CONTACTED, code=UNANSWERED, channel="email")
    unanswered = [tale.told(51).feature("contact_unanswered") for tale in (by_id, by_hour, twice)]
    assert [round(count) for count in unanswered] == [1, 1, 2]


def test_the_channel_is_the_preferred_one_else_the_last_they_answered_on() -> None:
    tale = Tale().weekly(200).so(0.1, Kind.PROFILE_UPDATED, tier="top")
    tale.so(10, Kind.CONTACT_MADE, code=ANSWERED, channel="visit")
    tale.so(12, Kind.CONTACT_MADE, code=UNANSWERED, channel="email")
    assert cared(tale.told(35))[-1].channel == "visit"
    tale.so(13, Kind.PROFILE_UPDATED, preferred_channel="chat")
    assert cared(tale.told(35))[-1].channel == "chat"


def test_many_contacts_without_worth_are_too_many() -> None:
    tale = Tale().weekly(120)
    for when in range(30, 100, 5):
        tale.so(when, Kind.CONTACT_MADE, code=int(Direction.OUT), reference=when)
    assert tale.told(101).reasons["contact"].feature == "contact_overload_log"

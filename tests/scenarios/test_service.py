"""Service: deliveries, goods that come back, and how long the customer waits for us."""

from detectors.kinds import Direction, Kind
from tests.scenarios.telling import Tale


def deliveries(*outcomes: str) -> Tale:
    tale = Tale().weekly(7.0 * len(outcomes) + 20)
    for number, outcome in enumerate(outcomes):
        tale.so(7.0 * number + 4, Kind.DELIVERY_MADE, outcome=outcome)
    return tale


def test_deliveries_late_and_short_are_a_reason() -> None:
    told = deliveries("on_time", "late", "short", "late").told(30)
    reason = told.reasons["service"]
    assert reason.id == "service.delivery"
    assert reason.evidence is not None
    assert reason.evidence.topic == "customer.interactions"
    assert told.risk > deliveries("on_time", "on_time", "on_time", "on_time").told(30).risk


def test_one_late_delivery_of_many_weighs_less_than_one_of_two() -> None:
    of_many = deliveries(*["on_time"] * 9, "late")
    of_two = Tale().weekly(90)
    of_two.so(60, Kind.DELIVERY_MADE, outcome="on_time")
    of_two.so(67, Kind.DELIVERY_MADE, outcome="late")
    assert of_many.told(68).risk < of_two.told(68).risk


def test_defects_and_returns_speak_of_quality() -> None:
    tale = deliveries("on_time", "defect").so(14, Kind.GOODS_RETURNED)
    assert tale.told(15).reasons["service"].id == "product.quality"


def test_calls_left_unanswered_speak_of_indifference() -> None:
    tale = Tale().weekly(60)
    for when in (30, 34, 38):
        tale.so(when, Kind.CONTACT_MADE, code=int(Direction.IN_UNANSWERED))
        tale.so(when + 0.1, Kind.CONTACT_MADE, code=int(Direction.OUT_ANSWERED))
    assert tale.told(39).reasons["service"].id == "service.indifference"


def test_a_complaint_nobody_answers_grows_slow_and_an_answer_ends_it() -> None:
    tale = Tale().weekly(60).so(30, Kind.COMPLAINT_OPENED, reference=7, code=1)
    first, later = (tale.told(until).reasons["service"] for until in (31, 38))
    assert (later.id, later.feature) == ("service.slow", "answer_slower_log")
    assert first.value < later.value
    assert later.en == "Has been waiting for our answer for 8.0 days."
    tale.so(39, Kind.CONTACT_MADE, code=int(Direction.OUT_ANSWERED))
    tale.so(40, Kind.CONTACT_MADE, code=int(Direction.IN))  # answered at once
    assert "service" not in tale.told(41).reasons


def test_who_always_waits_a_day_is_not_slow_after_a_day() -> None:
    used_to, new = Tale().weekly(200), Tale().weekly(200)
    for number in range(8):
        used_to.so(20.0 * number, Kind.CONTACT_MADE, code=int(Direction.IN_UNANSWERED))
        used_to.so(20.0 * number + 1, Kind.CONTACT_MADE, code=int(Direction.OUT))
    for tale in (used_to, new):
        tale.so(180, Kind.COMPLAINT_OPENED, reference=7, code=1)
    slow = [tale.told(181).feature("answer_slower_log") for tale in (used_to, new)]
    assert slow[0] < 0.5 < 1.5 < slow[1]

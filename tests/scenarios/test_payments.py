"""Payments: a charge that fails, invoices paid later and later, and one disputed."""

from detectors.kinds import Kind
from tests.scenarios.telling import Tale, day


def a_charge_that_fails() -> Tale:
    tale = Tale().weekly(120)
    tale.so(40, Kind.PAYMENT_FAILED, attempt=1, failure="soft", final=False)
    tale.so(43, Kind.PAYMENT_FAILED, attempt=2, failure="hard", final=False)
    return tale.so(47, Kind.PAYMENT_FAILED, attempt=3, failure="hard", final=True)


def invoices(*days_late: float) -> Tale:
    """Give a customer with an invoice every four weeks, paid so many days after it was due."""
    tale = Tale().weekly(28 * len(days_late) + 60)
    for number, late in enumerate(days_late, 1):
        due = number * 28.0
        tale.so(due, Kind.PAYMENT_DUE, due_at=day(due))
        tale.so(due + late, Kind.PAYMENT_PAID, due_at=day(due))
    return tale


def test_a_last_attempt_that_fails_weighs_more_than_the_first() -> None:
    tale = a_charge_that_fails()
    before, first, last = (tale.told(until).risk for until in (39, 41, 48))
    assert before < first < last
    reason = tale.told(48).reasons["payments"]
    assert (reason.id, reason.feature) == ("payment.failed", "unpaid_failure")
    assert reason.en == "Nothing has been paid since a payment failed 1 days ago."


def test_money_that_comes_after_all_takes_most_of_it_back() -> None:
    tale = a_charge_that_fails().so(50, Kind.PAYMENT_RECOVERED)
    assert tale.told(39).risk < tale.told(51).risk < tale.told(41).risk


def test_who_pays_later_and_later_is_strained() -> None:
    reason = invoices(0, 0, 1, 0, 12, 25).told(200).reasons["payments"]
    assert (reason.id, reason.feature) == ("payment.strained", "later_days_log")


def test_who_always_pays_ten_days_late_is_not_strained() -> None:
    assert "payments" not in invoices(10, 10, 10, 10, 10, 10).told(200).reasons


def test_an_invoice_never_paid_is_seen_before_anybody_pays() -> None:
    tale = invoices(0, 0, 0).so(112, Kind.PAYMENT_DUE, due_at=day(112))
    assert "payments" not in tale.told(111).reasons
    reason = tale.told(140).reasons["payments"]
    assert (reason.id, reason.en) == (
        "payment.strained",
        "An invoice has been due for 28 days.",
    )


def test_a_disputed_invoice_is_a_reason_of_its_own() -> None:
    tale = Tale().weekly(60).so(30, Kind.INVOICE_DISPUTED, reason="price")
    assert tale.told(31).reasons["payments"].id == "payment.disputed"

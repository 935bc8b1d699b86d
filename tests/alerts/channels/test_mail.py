from typing import Any

import pytest

from alerts.address_book import MailSettings
from alerts.channels.mail import Mail, written
from alerts.letter import Letter
from detectors.errors import DeliveryError
from tests.alerts.channels.parcels import NOON, a_parcel
from tests.alerts.channels.receivers import PostOffice, post_office


def mail(office: PostOffice, **more: Any) -> Mail:
    told: dict[str, Any] = {"host": "127.0.0.1", "tls": "none", "sender": "churn@example.org"}
    return Mail(MailSettings(port=office.port, **told | more), answer_s=5.0)


async def test_a_letter_has_a_text_a_page_and_the_deliverys_id() -> None:
    async with post_office() as office:
        await mail(office).deliver(a_parcel("d1"), "kim@example.org", NOON)
    (letter,) = office.letters
    assert letter["Message-ID"] == "<d1@example.org>"
    assert (letter["From"], letter["To"]) == ("churn@example.org", "kim@example.org")
    assert letter["Subject"] == "New task: 客户回访"
    assert letter["Date"].datetime == NOON
    assert letter["Auto-Submitted"] == "auto-generated"
    text, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().strip() == "Call them. 致电。"
    assert page.get_content().strip() == "<p>Call them.</p>"


async def test_a_person_whom_the_server_does_not_have_is_a_last_word() -> None:
    async with post_office(unknown=("gone@example.org",)) as office:
        with pytest.raises(DeliveryError) as failed:
            await mail(office).deliver(a_parcel(), "gone@example.org", NOON)
    assert (failed.value.cause, failed.value.retryable) == ("smtp_550", False)
    assert "gone" not in str(failed.value)


async def test_a_server_without_the_encryption_asked_for_gets_nothing() -> None:
    async with post_office() as office:
        with pytest.raises(DeliveryError):
            await mail(office, tls="starttls").deliver(a_parcel(), "kim@example.org", NOON)
    assert office.letters == []


def test_a_parcel_without_a_letter_is_a_mistake_of_ours() -> None:
    parcel = a_parcel()
    object.__setattr__(parcel, "letter", None)
    with pytest.raises(ValueError, match="no letter"):
        written(parcel, "a@example.org", "b@example.org", NOON)


def test_no_name_can_add_a_header() -> None:
    parcel = a_parcel()
    object.__setattr__(parcel, "letter", Letter("New\r\nBcc: eve@example.org", "", ""))
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        written(parcel, "a@example.org", "b@example.org", NOON)

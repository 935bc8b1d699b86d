import json
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.address_book import CourierSettings, checked
from detectors.errors import SettingsError

WEB = {"webhook": "https://example.org/kim"}
MAIL = {"mail": "kim@example.org"}
SIGNED = {"webhook": {"secret": "s"}}


def test_without_anybody_it_is_off() -> None:
    assert not CourierSettings().on
    assert CourierSettings(people={"kim": MAIL}).on
    assert CourierSettings(automation={"url": "https://example.org"}).on


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"people": {"kim": WEB}}, "courier.webhook.secret"),
        ({"people": {"kim": MAIL}}, "courier.mail.host"),
        ({"automation": {"url": "https://example.org"}}, "courier.automation.secret"),
        ({"people": {"kim": {"head": "bo"}}}, r"courier.people.kim.head: 'bo' is not in"),
        ({"management": "bo"}, "courier.management: 'bo'"),
        ({"head": "bo"}, "courier.head: 'bo'"),
    ],
)
def test_what_is_missing_is_named(told: dict[str, Any], missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        checked(CourierSettings(**told))


def test_a_whole_book_is_taken() -> None:
    whole = {"people": {"kim": WEB | {"head": "bo"}, "bo": WEB}, "head": "bo", "management": "bo"}
    settings = CourierSettings(**whole, **SIGNED)
    assert checked(settings) is settings


@pytest.mark.parametrize(
    "person",
    [
        {"mail": "kim"},
        {"mail": "kim@example.org\r\nBcc: eve@example.org"},
        {"mail": "a@example.org, b@example.org"},
        {"webhook": "ftp://example.org"},
        {"webhook": "kim"},
        {"fax": "1"},
    ],
)
def test_an_address_that_is_none_is_refused(person: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CourierSettings(people={"kim": person})


def test_secrets_are_neither_written_down_nor_shown() -> None:
    settings = CourierSettings(
        webhook={"secret": "hush"},
        automation={"url": "https://e.org", "secret": "hush"},
        mail={"password": "hush"},
    )
    assert "hush" not in settings.model_dump_json()
    assert "hush" not in repr(settings)
    written = json.loads(settings.model_dump_json())
    assert written["webhook"]["secret"] is written["mail"]["password"] is None


def test_all_rounds_together_last_about_a_day() -> None:
    settings = CourierSettings()
    seconds = sum(settings.pause_s(n) for n in range(1, settings.rounds_max))
    assert 20 * 3600 < seconds < 28 * 3600

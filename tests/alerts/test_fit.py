"""Fit: relevance, timeliness, channel; and what the desk does where nothing fits."""

from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from alerts.alert import Alert
from alerts.decision import Decision
from alerts.fit import Brought, Fit, fit, fits_at, remembered
from alerts.fit_settings import FitSettings, TimelinessSettings
from alerts.task import State
from alerts.value import reason_id
from tests.alerts.desks import (
    PLAYBOOKS,
    Played,
    a_job,
    a_reason,
    a_tick,
    all_clear,
    an_alert,
    close,
    contacted,
    day,
    failed_payment,
)

SETTINGS = FitSettings()
QUIET, PRICE, NEGLECT = "decline.quiet", "competition.price", "relation.neglect"
FINDING_REPEATS = Brought("finding", day(0.5))


def quiet(at: float = 0.5, **said: Any) -> Alert:
    """Give the alert of somebody who has been silent from the first day on."""
    return replace(an_alert(at=at, **said), reasons=(a_reason(QUIET, since=day(0)),))


def told(alert: Alert, at: float = 0.5, *brought: Brought) -> Fit:
    playbook = PLAYBOOKS.find(reason_id(alert), alert.stage, alert.tier)
    return fit(alert, playbook, day(at), brought, settings=SETTINGS)


@pytest.mark.parametrize(
    ("because", "said", "expected"),
    [
        pytest.param(PRICE, {"matters": ("cost",)}, 1.0, id="this very reason, and what matters"),
        pytest.param(PRICE, {"matters": ("lead_time",)}, 0.6, id="another thing matters"),
        pytest.param(PRICE, {}, 0.8, id="nobody asked what matters"),
        pytest.param(QUIET, {"matters": ("personal service",)}, 0.8, id="about its group"),
        pytest.param("product.fit", {"tier": "base"}, 0.208, id="standard content"),
        pytest.param(
            "product.fit", {"tier": "base", "matters": ("green", "cost")}, 0.26, id="one of two"
        ),
    ],
)
def test_relevance(because: str, said: dict[str, Any], expected: float) -> None:
    assert told(an_alert(because=because, **said)).relevance == expected


@pytest.mark.parametrize(
    ("because", "days", "expected"),
    [
        pytest.param(PRICE, 0, 1.0, id="just now"),
        pytest.param(PRICE, 60, 0.5, id="a quote of two months ago"),
        pytest.param(QUIET, 60, 1.0, id="silence goes on"),
        pytest.param("payment.failed", 60, 1.0, id="what is owed stays owed"),
    ],
)
def test_news_grows_stale(because: str, days: int, expected: float) -> None:
    assert told(an_alert(because=because), 0.5 + days).timeliness == expected


def test_a_renewal_that_is_near_is_the_moment() -> None:
    quoted = an_alert(because=PRICE)
    renewal = replace(a_reason(), feature="renewal_near", value=0.9)
    near = replace(quoted, reasons=(*quoted.reasons, renewal))
    assert (told(quoted, 60.5).timeliness, told(near, 60.5).timeliness) == (0.5, 0.9)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 0.0), (14, 0.5), (28, 0.75), (-3, 0.0)], ids=str
)
def test_the_same_again_is_worth_less_the_sooner(days: int, expected: float) -> None:
    assert told(quiet(), 0.5 + days, FINDING_REPEATS).timeliness == expected
    assert told(quiet(), 0.5 + days, Brought("training", day(0.5))).timeliness == 1.0


def test_the_same_about_something_newer_is_no_repetition() -> None:
    assert told(an_alert(at=0.4), 1.5, FINDING_REPEATS).timeliness < 0.1
    assert told(an_alert(at=0.6), 1.5, FINDING_REPEATS).timeliness == 1.0


@pytest.mark.parametrize(
    ("because", "said", "expected"),
    [
        pytest.param(QUIET, {"channel": "chat", "channel_from": "preferred"}, 1.0, id="preferred"),
        pytest.param(QUIET, {"channel": "chat", "channel_from": "answered"}, 0.8, id="answered"),
        pytest.param(QUIET, {}, 0.6, id="nothing is known"),
        pytest.param(
            "service.delivery", {"channel": "chat", "channel_from": "preferred"}, 0.4, id="a call"
        ),
        pytest.param(
            "service.delivery", {"channel": "chat", "tier": "top"}, 0.8, id="person to person"
        ),
        pytest.param("service.delivery", {"refused": ("phone",)}, 0.0, id="calls refused"),
        pytest.param(
            PRICE,
            {"refused": ("phone",), "channel": "visit", "channel_from": "preferred"},
            1.0,
            id="the other way of two",
        ),
    ],
)
def test_the_channel(because: str, said: dict[str, Any], expected: float) -> None:
    assert told(an_alert(because=because, **said)).channel == expected


def test_what_was_just_brought_waits_until_it_is_worth_something_again() -> None:
    played = Played(cool_down={"saved": 0.0}).hear(an_alert(), a_tick(1))
    played.hear(contacted(played.task(), 1.2, value_item="finding"), close(played.task(), 1.5))
    again = quiet(2.5)
    played.hear(again, a_tick(3))
    assert played.said_of(again) == [Decision.NOTHING_FITS]
    played.open_again()
    # 0.384 x (1 - 0.5 ** (days / 14)) reaches 0.2 in the fifteenth of days after the contact.
    played.hear(a_tick(16.1))
    assert played.live == {}
    played.hear(a_tick(16.2))
    assert played.said_of(again) == [Decision.NOTHING_FITS, Decision.OPENED]


def test_the_same_is_right_again_for_whom_it_got_worse() -> None:
    played = Played(cool_down={"saved": 0.0}).hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2, "saved"))
    worse = quiet(2.5, band="critical")
    assert played.hear(worse, a_tick(3)).said_of(worse) == [Decision.OPENED]


def test_who_recovers_meanwhile_is_not_called() -> None:
    standard = an_alert(because="product.fit", tier="base")
    played = Played().hear(standard, a_tick(1), all_clear("ada", 1.5), a_tick(2))
    assert played.said_of(standard) == [Decision.NOTHING_FITS, Decision.WITHDRAWN]


def test_something_better_takes_its_place() -> None:
    standard = an_alert(because="product.fit", tier="base")
    better = failed_payment(at=2.0, tier="base")
    played = Played().hear(standard, a_tick(1), better)
    assert played.said_of(standard) == [Decision.NOTHING_FITS, Decision.REPLACED]
    assert played.task().state is State.OPEN


def test_what_never_fits_ends_on_record() -> None:
    standard = an_alert(because="product.fit", tier="base")
    played = Played().hear(standard, a_tick(1), a_tick(14), a_tick(15), a_tick(40))
    assert played.said_of(standard) == [Decision.NOTHING_FITS, Decision.EXPIRED]


def test_it_can_be_switched_off() -> None:
    off = {"quiet": {"from_hour": 0, "until_hour": 0}, "fit": {"usefulness_min": 0.0}}
    standard = an_alert(because="product.fit", tier="base")
    assert Played(contact=off).hear(standard, a_tick(1)).said_of(standard) == [Decision.OPENED]


def test_a_task_says_how_well_it_fits() -> None:
    task = Played().hear(an_alert(because=NEGLECT, matters=("green",)), a_tick(1)).task()
    assert task.fit == Fit(relevance=1.0, timeliness=1.0, channel=0.6)
    assert task.fit.usefulness == 0.6


def test_who_was_not_reached_was_brought_nothing() -> None:
    played = Played(cool_down={"not_reachable": 0.0}).hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2, "not-reachable"))
    again = quiet(2.5)
    assert played.hear(again, a_tick(3)).said_of(again) == [Decision.OPENED]


def test_time_alone_mends_only_what_was_brought() -> None:
    assert fits_at(0.9, None, SETTINGS) is None
    assert fits_at(0.2, FINDING_REPEATS, SETTINGS) is None
    assert fits_at(0.4, FINDING_REPEATS, SETTINGS) == day(14.5)


def test_of_two_of_the_same_the_later_is_remembered_whatever_came_first() -> None:
    one = remembered(remembered((), "terms", day(3)), "terms", day(1))
    assert one == (Brought("terms", day(3)),)
    both = remembered(one, "finding", day(2))
    assert [brought.item for brought in both] == ["finding", "terms"]


def test_a_group_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="'weather' is no group of reasons"):
        TimelinessSettings(lasting=("weather",))


def test_a_message_is_judged_like_a_call() -> None:
    alert = an_alert(tier="base", refused=("email", "chat", "message", "app", "portal", "letter"))
    assert a_job(alert).fit.channel == 0.6

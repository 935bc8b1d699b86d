"""Consent as stories: what a customer allows decides whether we call, and what we know."""

import pytest

from alerts.alert import Alert
from alerts.decision import Decision
from detectors.kinds import Consent, Kind
from streams.effects import desk_records
from tests.alerts.desks import Played
from tests.scenarios.test_cases import SENSITIVE
from tests.scenarios.timeline import Timeline, said

WITHDRAWN, GRANTED = Consent.OUTREACH_WITHDRAWN, Consent.OUTREACH_GRANTED


def silent() -> Timeline:
    """Give the story of a customer who is at risk because they fall silent."""
    story = Timeline(SENSITIVE)
    story.happens(0.1, Kind.PROFILE_UPDATED, owner="Ada", tier="top", region="east")
    story.buys([1, 2, 3])
    return story


def alerts_of(story: Timeline, until: float = 12) -> tuple[Played, list[Alert]]:
    played = Played()
    for outcome in story.told(until).outcomes:
        for _, record in desk_records(outcome, lambda _: "ada", 0, 1, 1).get(0, []):
            played.hear(record)
    return played, [one for one in played.said if isinstance(one, Alert)]


def test_who_withdrew_outreach_is_not_called() -> None:
    story = silent()
    story.happens(0.2, Kind.CONSENT_CHANGED, code=WITHDRAWN)
    played, alerts = alerts_of(story)
    assert played.tasks == {}
    assert {made for one in alerts for made in played.said_of(one)} == {Decision.NO_CONSENT}


def test_a_complaint_is_answered_all_the_same() -> None:
    story = silent()
    story.happens(0.2, Kind.CONSENT_CHANGED, code=WITHDRAWN)
    story.happens(2.6, Kind.COMPLAINT_OPENED, reference=5)
    played, _ = alerts_of(story, 8)
    (task,) = played.live.values()
    assert task.breach == "management"


@pytest.mark.parametrize(
    ("consents", "allowed"),
    [
        pytest.param([], True, id="nothing was said"),
        pytest.param([(2.5, 2.5, WITHDRAWN)], False, id="withdrawn"),
        pytest.param([(2.5, 2.5, WITHDRAWN), (2.6, 2.6, GRANTED)], True, id="and given again"),
        pytest.param([(2.5, 2.5, GRANTED), (2.6, 2.4, WITHDRAWN)], True, id="withdrawn before"),
        pytest.param([(2.5, 2.5, WITHDRAWN), (2.6, 2.5, GRANTED)], True, id="at once: the later"),
        pytest.param([(2.5, 2.5, WITHDRAWN + Consent.ONE_CHANNEL)], True, id="of one channel only"),
        pytest.param([(2.5, 2.5, Consent.MEASUREMENT_WITHDRAWN)], True, id="another purpose"),
    ],
)
def test_of_two_consents_the_later_by_event_time_holds(
    consents: list[tuple[float, float, int]], *, allowed: bool
) -> None:
    story = silent()
    for arrival, day, code in consents:
        story.arrives(arrival, day, Kind.CONSENT_CHANGED, code=code)
    last = said(story.told(12))[-1]
    assert last.outreach is allowed


@pytest.mark.parametrize(
    ("code", "reduced"),
    [
        (Consent.EARLY_WARNING_WITHDRAWN, True),
        (Consent.MEASUREMENT_WITHDRAWN, True),
        (Consent.COMPLAINT_HANDLING_WITHDRAWN, True),
        (Consent.OUTREACH_WITHDRAWN, False),
        (Consent.MEASUREMENT_GRANTED, False),
    ],
)
def test_a_task_says_that_less_is_known_where_a_purpose_was_withdrawn(
    code: Consent, *, reduced: bool
) -> None:
    story = silent()
    story.happens(0.2, Kind.CONSENT_CHANGED, code=code)
    played, alerts = alerts_of(story)
    assert {one.reduced for one in alerts} == {reduced}
    assert {task.reduced for task in played.tasks.values()} <= {reduced}


def test_quiet_hours_are_those_of_the_region_that_the_profile_names() -> None:
    _, alerts = alerts_of(silent())
    assert {one.region for one in alerts} == {"east"}

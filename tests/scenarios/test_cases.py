"""Stories of many customers: one change of the company, and what their managers have to do."""

from collections import Counter

import pytest

from alerts.alert import Alert, CompanyChange
from alerts.decision import Decision
from alerts.handling import Kind as About
from alerts.handover import Handover
from alerts.task import Task
from detectors.bands import BandSettings
from detectors.churn import ChurnSettings
from detectors.kinds import Kind
from detectors.settings import CoreSettings
from streams.effects import desk_records
from tests.alerts.desks import Played
from tests.scenarios.story import moment
from tests.scenarios.timeline import Timeline, weekly

# The line lies where a change alone carries a customer over it.
SENSITIVE = CoreSettings(
    churn=ChurnSettings(prior_rate=0.2), bands=BandSettings(watch=0.15, at_risk=0.2)
)
N_CUSTOMERS, DEAREST = 400, 7


def at_the_desk(story: Timeline, until: float) -> Played:
    """Live through a story, and let one desk hear all that is said."""
    played = Played()
    for outcome in story.told(until).outcomes:
        for _, record in desk_records(outcome, "c{}".format, 0, 1, 1).get(0, []):
            played.hear(record)
    return played


def opened_since(played: Played, day: float) -> list[Task]:
    return [task for task in played.tasks.values() if task.opened_at >= moment(day)]


def decided(played: Played, customer: str, since: float) -> list[Decision]:
    """Give what was decided about a customer's alerts, from a day on."""
    alerts = [one for one in played.said if isinstance(one, Alert) and one.customer == customer]
    return [made for one in alerts if one.as_of >= moment(since) for made in played.said_of(one)]


@pytest.fixture(scope="module")
def dearer() -> Played:
    """Give a desk after a price rise for all, while one complaint was left unanswered."""
    story = Timeline(SENSITIVE)
    for row in range(N_CUSTOMERS):
        story.buys(weekly(70), row)
    story.company(60.3, Kind.PRICE_CHANGED, by_share=0.3)
    story.happens(60.5, Kind.COMPLAINT_OPENED, DEAREST, reference=5)
    return at_the_desk(story, 63)


def test_a_price_change_makes_one_case_not_four_hundred_tasks(dearer: Played) -> None:
    (case,) = (task for task in opened_since(dearer, 60.3) if task.kind is About.CASE)
    assert (case.n_exposed, case.owner, case.playbook) == (N_CUSTOMERS, "retention-lead", "P15")
    assert {task.customer for task in opened_since(dearer, 60.3)} == {"", f"c{DEAREST}"}
    said = Counter(
        made
        for row in range(N_CUSTOMERS)
        if row != DEAREST
        for made in decided(dearer, f"c{row}", 60.3)
    )
    assert said == {Decision.MERGED_INTO_CASE: N_CUSTOMERS - 1}


def test_a_customer_with_a_broken_complaint_keeps_a_task_of_their_own(dearer: Played) -> None:
    (task,) = (one for one in opened_since(dearer, 60.3) if one.customer == f"c{DEAREST}")
    assert (task.breach, task.urgent, task.state.live) == ("analysis", True, True)
    assert Decision.MERGED_INTO_CASE not in decided(dearer, f"c{DEAREST}", 60.3)


def test_the_departed_managers_book_is_handed_over() -> None:
    story = Timeline(SENSITIVE)
    for row, owner in enumerate(("Ada", "Ada", "Ben")):
        story.happens(0.1, Kind.PROFILE_UPDATED, row, owner=owner, tier="top")
        story.buys([1, 2, 3] if row else weekly(70), row)
    story.company(10.3, Kind.MANAGER_LEFT, owner="Ada", successor="Cyd", joined_competitor=True)
    before, after = at_the_desk(story, 10), at_the_desk(story, 12)
    assert {task.customer: task.owner for task in before.live.values()} == {
        "c0": "Ada",
        "c1": "Ada",
        "c2": "Ben",
    }
    owners = {task.customer: task.owner for task in after.live.values()}
    assert owners == {"c0": "Cyd", "c1": "Cyd", "c2": "Ben", "": "Cyd"}
    (told,) = (one for one in after.said if isinstance(one, CompanyChange))
    assert (told.reason, told.n_exposed, told.owner) == ("relation.poached", 2, "Ada")
    (handover,) = (page for page in after.pages() if isinstance(page, Handover))
    assert (handover.owner, handover.heir, handover.done) == ("Ada", "Cyd", True)

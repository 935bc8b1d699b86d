"""Stories of departures: voluntary, involuntary and natural are never one number."""

import pytest

from detectors.arrays import DAY_MS
from detectors.churn import ChurnSettings
from detectors.kinds import Kind
from detectors.outcome import Departure
from detectors.settings import CoreSettings
from tests.detectors.logs import BEGIN_MS
from tests.detectors.runs import Run
from tests.scenarios.timeline import Timeline, weekly

TOLD = CoreSettings(churn=ChurnSettings(label="churned", churned_within_days=14))


def leaves(story: Timeline, **said: str) -> Run:
    day = 60.0
    story.settings = TOLD
    story.buys(weekly(day - 2))
    story.happens(day, Kind.CUSTOMER_CHURNED, **said)
    return story.told(day + 21)


def departure(done: Run) -> tuple[str, str]:
    found: list[Departure] = [one for outcome in done.outcomes for one in outcome.churned]
    (left,) = found
    return left.kind, left.cause


def label(done: Run, day: int) -> int:
    """Give the label of the snapshot of a Monday."""
    labels = {one.labels.as_of_ms: one.labels.y for one in done.outcomes if one.labels}
    return int(labels[BEGIN_MS + day * DAY_MS][0])


def test_nobody_knows_why_who_says_nothing_leaves() -> None:
    done = leaves(Timeline())
    assert departure(done) == ("voluntary", "unknown")
    assert [label(done, day) for day in (42, 49, 56, 63)] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("kind", "more", "cause"),
    [
        (Kind.OFFER_REPOSITIONED, {"detail": "moved"}, "change.repositioned"),
        (Kind.POLICY_CHANGED, {"policy": "bundling"}, "change.policy"),
        (Kind.MINIMUM_ORDER_RAISED, {"detail": "service_radius"}, "change.threshold"),
    ],
)
def test_a_change_of_ours_in_force_is_the_cause(
    kind: Kind, more: dict[str, str], cause: str
) -> None:
    story = Timeline()
    story.company(40.2, kind, **more)
    done = leaves(story)
    assert departure(done) == ("involuntary", cause)
    assert label(done, 56) == 1


@pytest.mark.parametrize("said", [{}, {"kind": "involuntary"}])
def test_the_end_of_a_line_ends_the_observation(said: dict[str, str]) -> None:
    story = Timeline()
    story.company(40.2, Kind.OFFER_REPOSITIONED, detail="line_ended")
    done = leaves(story, **said)
    assert departure(done) == ("involuntary", "change.line_ended")
    assert [label(done, day) for day in (42, 49, 56)] == [0, 2, 2]


def test_a_company_that_closes_down_is_no_churn() -> None:
    done = leaves(Timeline(), kind="natural")
    assert departure(done) == ("natural", "need.ended")
    assert label(done, 56) == 2


def test_a_failed_payment_is_no_churn_unless_it_was_mended() -> None:
    failed, mended = Timeline(), Timeline()
    for story in (failed, mended):
        story.happens(50, Kind.PAYMENT_FAILED, attempt=3, final=True)
    mended.happens(51, Kind.PAYMENT_RECOVERED)
    assert departure(done := leaves(failed)) == ("involuntary", "payment.failed")
    assert label(done, 56) == 2
    assert departure(done := leaves(mended)) == ("voluntary", "unknown")
    assert label(done, 56) == 1


def test_the_first_of_several_causes_wins() -> None:
    story, causes = Timeline(), []
    story.happens(50, Kind.PAYMENT_FAILED)
    causes.append(departure(leaves(story))[1])
    story.company(45.2, Kind.POLICY_CHANGED, policy="terms")
    causes.append(departure(leaves(a_new(story)))[1])
    story.happens(46, Kind.COMPLAINT_OPENED, reference=5)  # and left unanswered
    causes.append(departure(leaves(a_new(story)))[1])
    story.happens(47, Kind.COMPETITOR_QUOTED, price=9.0)
    causes.append(departure(leaves(a_new(story)))[1])
    causes.append(departure(leaves(a_new(story), cause="product.fit"))[1])
    assert causes == [
        "payment.failed",
        "change.policy",
        "complaint.unresolved",
        "competition.price",
        "product.fit",
    ]


@pytest.mark.parametrize(
    ("steps", "cause"),
    [
        pytest.param([], "complaint.unresolved", id="left unanswered"),
        pytest.param([(50.1, 0.2)], "complaint.unresolved", id="answered, and not content"),
        pytest.param([(50.1, 0.9)], "unknown", id="answered, and content"),
        pytest.param([(50.1, None)], "unknown", id="answered in time, and no more was said"),
    ],
)
def test_a_complaint_that_was_not_put_right_is_the_cause(
    steps: list[tuple[float, float | None]], cause: str
) -> None:
    story = Timeline()
    story.happens(50, Kind.COMPLAINT_OPENED, reference=5)
    for day, rating in steps:
        story.happens(day, Kind.COMPLAINT_RESOLVED, reference=5)
        story.happens(day + 0.1, Kind.COMPLAINT_INFORMED, reference=5)
        if rating is not None:
            story.happens(day + 1, Kind.COMPLAINT_RATED, reference=5, amount=rating)
    assert departure(leaves(story))[1] == cause


def test_who_comes_and_who_comes_back_is_counted_once() -> None:
    story = Timeline(TOLD)
    for row in (0, 1):
        story.buys(weekly(20), row)
    story.happens(5, Kind.PROFILE_UPDATED, 2)  # known, and no customer yet
    story.happens(30, Kind.CUSTOMER_CHURNED, 0)
    story.happens(40, Kind.CUSTOMER_RETURNED, 0)
    story.buys([41, 48])
    story.happens(30, Kind.CUSTOMER_CHURNED, 1)
    story.buys([45], 1)  # nobody says that they are back, but they are
    outcomes = story.told(60).outcomes
    assert sum(one.n_new for one in outcomes) == 2
    assert sum(one.n_returned for one in outcomes) == 2


def a_new(story: Timeline) -> Timeline:
    """Give the same story, before the customer left."""
    kept = [(day, one) for day, one in story.events if one.kind is not Kind.CUSTOMER_CHURNED]
    return Timeline(events=[entry for entry in kept if entry[1].kind is not Kind.PURCHASE_MADE])

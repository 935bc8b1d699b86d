"""Stories of company changes: what we do ourselves, and whom it pushes."""

from detectors.kinds import Kind
from tests.scenarios.timeline import Timeline, said, weekly


def test_customers_of_a_poached_manager_are_one_cohort() -> None:
    story = Timeline()
    for row, owner in enumerate(("Ada", "Ada", "Ben")):
        story.happens(0, Kind.PROFILE_UPDATED, row, owner=owner)
        story.buys(weekly(80), row)
    story.company(60.3, Kind.MANAGER_LEFT, owner="Ada", successor="Cyd", joined_competitor=True)
    done = story.told(70)
    (change,) = [change for outcome in done.outcomes for change in outcome.changes]
    assert (change.reason, change.n_exposed, change.successor) == ("relation.poached", 2, "Cyd")
    for row in (0, 1):
        last = said(done, row)[-1]
        assert (last.stage, last.cohort) == ("awareness", change.id)
        assert last.reasons[0].id == "relation.poached"
    assert all(one.cohort is None for one in said(done, 2))


def test_the_cohort_is_named_where_the_change_is_the_main_reason() -> None:
    story = Timeline()
    story.happens(0, Kind.PROFILE_UPDATED, segment="food")
    story.buys(weekly(200))
    story.company(100.3, Kind.OFFER_REPOSITIONED, segment="food", detail="shrunk")
    story.company(104.3, Kind.POLICY_CHANGED, segment="food", policy="terms")
    done = story.told(108)
    hit = [one for one in said(done) if one.cohort]
    first = next(change for outcome in done.outcomes for change in outcome.changes)
    assert hit
    assert {one.cohort for one in hit} == {first.id}
    assert {one.reasons[0].id for one in hit} == {"change.line_ended"}
    assert all("end or shrink" in one.reasons[0].en for one in hit)
    assert {one.reasons[0].evidence.topic for one in hit if one.reasons[0].evidence} == {
        "company.changes"
    }


def test_a_change_is_forgotten_when_its_time_is_over() -> None:
    story, without = Timeline(), Timeline()
    for one in (story, without):
        one.buys(weekly(400))
    story.company(100.3, Kind.POLICY_CHANGED, policy="bundling")
    with_it, as_ever = story.told(191), without.told(191)
    assert with_it.ledger.table["stages.stage"][0] == 0
    strongest = max(one.risk for one in said(with_it))
    assert strongest > max(one.risk for one in said(as_ever)[-3:])


def test_who_comes_back_is_not_held_to_what_was_before() -> None:
    story = Timeline()
    story.buys(weekly(50))
    story.company(40.3, Kind.OFFER_REPOSITIONED, detail="line_ended")
    story.happens(60, Kind.CUSTOMER_CHURNED, kind="involuntary")
    story.happens(90, Kind.CUSTOMER_RETURNED)
    story.buys([90.1])
    assert story.told(80).ledger.table["stages.stage"][0] == 0
    assert story.told(92).ledger.table["stages.stage"][0] == 0

"""Stories of the network: a loss travels one link, and never further than it is felt."""

from dataclasses import replace

from detectors.kinds import Kind, Neighbour
from detectors.settings import CoreSettings, NetworkSettings
from tests.detectors.runs import Run
from tests.scenarios.timeline import TALKATIVE, Timeline, said, weekly

RING = range(3)


def a_ring(lost: list[float]) -> Timeline:
    """Tell of three who supply each other, and of news of losses that reach all of them."""
    story = Timeline()
    for row in RING:
        story.happens(0, Kind.PROFILE_UPDATED, row, n_links=2)
        story.buys(weekly(120), row)
    for turn, day in enumerate(lost):
        for row in RING:
            direction = Neighbour.SUPPLIER if turn % 2 else Neighbour.CUSTOMER
            story.happens(day, Kind.NEIGHBOUR_CHURNED, row, code=direction, reference=turn + 1)
    return story


def risks(done: Run, row: int = 0) -> list[float]:
    return [one.risk for one in said(done, row)]


def test_a_lost_neighbour_is_its_own_reason_and_says_no_name() -> None:
    done = a_ring([100.2]).told(104)
    told = next(one for one in said(done) if "network" in {r.family for r in one.reasons})
    because = next(reason for reason in told.reasons if reason.family == "network")
    assert because.id == "network.neighbour"
    assert told.stage == "awareness"


def test_a_ring_of_three_settles_under_the_cap() -> None:
    calm = a_ring([]).told(130)
    one, many = (a_ring(lost).told(130) for lost in ([100.2], [100.2 + n / 10 for n in range(9)]))
    for row in RING:
        alone, hit, crowd = (max(risks(done, row)[-9:]) for done in (calm, one, many))
        assert alone < hit <= crowd < alone + 0.2
    strength = many.ledger.table["network.lost_28d"][:3]
    assert len(set(strength.tolist())) == 1


def test_a_ring_settles_the_same_whatever_the_order() -> None:
    story = a_ring([100.2, 101.2, 102.2])
    backwards = Timeline(events=[(120 - day, one) for day, one in story.events])
    news = [(day, one) for day, one in story.events if one.kind is Kind.NEIGHBOUR_CHURNED]
    rest = [entry for entry in story.events if entry not in news]
    turned = [(104.0 - n / 100, one) for n, (_, one) in enumerate(news)]
    backwards.events = rest + turned
    in_order, late = story.told(130), backwards.told(130)
    for name in ("network.lost_ms", "network.n_links"):
        assert in_order.ledger.table[name][:3].tolist() == late.ledger.table[name][:3].tolist()
    strengths = [done.ledger.table["network.lost_28d"][0] for done in (in_order, late)]
    assert abs(strengths[0] - strengths[1]) < 1e-5


def test_a_gain_of_nothing_is_as_if_there_were_no_links() -> None:
    off = replace(a_ring([100.2]), settings=switched_off(TALKATIVE))
    without = replace(a_ring([]), settings=switched_off(TALKATIVE))
    switched, none = off.told(130), without.told(130)
    for name in switched.ledger.table.dtype.names or ():
        if name != "ledger.position" and not name.endswith("evidence_offset"):
            kept = [done.ledger.table[name][:3].tolist() for done in (switched, none)]
            assert kept[0] == kept[1], name
    assert [risks(switched, row) for row in RING] == [risks(none, row) for row in RING]


def switched_off(settings: CoreSettings) -> CoreSettings:
    return settings.model_copy(update={"network": NetworkSettings(gain=0.0)})

"""What a desk counts for its metrics."""

from streams.desk_counts import DeskCounts
from tests.alerts.desks import Played, a_breach, a_change, a_tick, an_alert, close, contacted


def test_what_came_of_a_day_is_counted() -> None:
    played = Played().hear(
        a_change(), an_alert("ada", tier="top"), an_alert("bob"), a_breach("eve"), a_tick(1)
    )
    played.hear(a_breach("bob", 1.5), contacted(played.task("ada"), 2))
    played.hear(close(played.task("ada"), 3), a_tick(4))
    done = DeskCounts()
    for outcome in played.outcomes:
        done.add(outcome)
    assert done.opened == {"customer": 3, "case": 1}
    assert done.informed == {"head": 1, "management": 1, "nobody": 2}
    assert done.broken == {"analysis": 2}
    assert (done.contacted, done.closed, done.rounds) == (1, {"saved": 1}, 2)

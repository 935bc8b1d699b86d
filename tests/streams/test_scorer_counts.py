"""What a scorer counts for its metrics."""

from detectors.outcome import Breach, Departure, Outcome
from streams.scorer_counts import ScorerCounts


def a_breach(clock: str, *, withdrawn: bool = False, unverified: bool = False) -> Breach:
    return Breach(0, 5, clock, 10, 20, withdrawn, unverified)


def test_who_left_who_came_and_what_was_broken_is_added_up_over_partitions() -> None:
    done, left = ScorerCounts(), Departure(0, 5, "natural", "need.ended")
    broken = a_breach("analysis"), a_breach("check"), a_breach("analysis", withdrawn=True)
    done.add(0, Outcome(n_events=3, n_new=2, n_returned=1, churned=(left,), breaches=broken))
    done.add(1, Outcome(n_events=1, n_new=1, tick_ms=7, paused=("erp",)))
    assert (done.events, done.new, done.returned, done.departures) == (4, 3, 1, {"natural": 1})
    assert (done.breaches, done.withdrawn) == ({"analysis": 1, "check": 1}, {"analysis": 1})
    held = a_breach("check", unverified=True)
    done.add(0, Outcome(breaches=(held, a_breach("check", withdrawn=True, unverified=True))))
    assert (done.unverified, done.withdrawn) == ({"check": 1}, {"analysis": 1})
    assert (done.ticks, done.paused) == (1, {1: ("erp",)})

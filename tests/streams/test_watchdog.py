import time

import pytest

from streams.counts import Counts
from streams.exits import StalledError
from streams.watchdog import Lease, Watchdog


def test_a_lease_ends_a_session_after_the_last_answered_heartbeat() -> None:
    lease = Lease(session_s=6.0)
    lease.check()
    lease.member(alive_at=time.monotonic() - 5.0)
    lease.check()
    lease.member(alive_at=time.monotonic() - 7.0)
    with pytest.raises(StalledError):
        lease.check()


def test_a_lease_ends_at_once_when_the_group_does_not_know_us() -> None:
    lease = Lease(session_s=6.0)
    lease.member(alive_at=None)
    with pytest.raises(StalledError):
        lease.check()


def test_work_that_is_not_committed_for_too_long_is_a_stall() -> None:
    counts = Counts()
    watchdog = Watchdog(counts, time.monotonic_ns, after_s=10.0)
    place = counts.place("in", 0)
    watchdog.look(0.0)
    place.delivered = 100
    watchdog.look(20.0)
    watchdog.look(29.0)
    assert counts.uncommitted_seconds == 9.0
    place.committed = 50  # slow, but it moves
    watchdog.look(35.0)
    watchdog.look(44.0)
    place.committed = 100
    watchdog.look(60.0)
    place.delivered = 101
    watchdog.look(99.0)
    with pytest.raises(StalledError):
        watchdog.look(111.0)
    assert not watchdog.alive


def test_work_that_goes_on_without_commits_is_a_stall() -> None:
    counts = Counts()
    watchdog = Watchdog(counts, time.monotonic_ns, after_s=10.0)
    place = counts.place("in", 0)
    place.delivered = place.taken = place.acked = 100
    watchdog.look(0.0)
    place.delivered = place.taken = 150
    watchdog.look(9.0)
    with pytest.raises(StalledError):
        watchdog.look(11.0)


def test_work_that_takes_long_is_no_stall_as_long_as_it_moves() -> None:
    counts = Counts()
    watchdog = Watchdog(counts, time.monotonic_ns, after_s=10.0)
    place = counts.place("in", 0)
    place.delivered = 100
    for at in range(0, 100, 9):
        place.taken = at
        watchdog.look(float(at))
    watchdog.look(109.0)
    with pytest.raises(StalledError):
        watchdog.look(110.0)


def test_a_broker_that_answers_nothing_for_too_long_is_a_stall() -> None:
    answers = iter([1, 2, 2, 2])
    watchdog = Watchdog(Counts(), lambda: next(answers), after_s=10.0)
    watchdog.look(0.0)
    watchdog.look(5.0)
    watchdog.look(14.0)
    with pytest.raises(StalledError):
        watchdog.look(16.0)

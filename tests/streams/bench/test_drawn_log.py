import numpy as np
import pytest

from detectors.engine import Engine
from detectors.kinds import TOPICS, Kind
from detectors.settings import CoreSettings
from detectors.slices import Slice, pack, unpack
from streams.bench.drawn_log import SLICE_EVENTS, DrawnLog, evenly, quiet_and_busy, unevenly

SPAN_MS = 1_700_000_000_000, 1_700_003_600_000


def slices(n_events: int, n_customers: int = 100) -> list[Slice]:
    log = DrawnLog()
    profiles = log.profiles(n_customers, SPAN_MS[0])
    return [*profiles, *log.events(evenly(n_events, n_customers), SPAN_MS)]


def column(of: list[Slice], name: str) -> np.ndarray:
    return np.concatenate([one.columns[name] for one in of])


def test_an_engine_takes_every_event_once() -> None:
    engine = Engine(0, CoreSettings())
    found = slices(2 * SLICE_EVENTS + 10)
    outcomes = [engine.step(at, one) for at, one in enumerate(found)]
    assert sum(one.n_events for one in outcomes) == 100 + 2 * SLICE_EVENTS + 10
    assert sum(one.n_repeated for one in outcomes) == 0
    assert engine.ledger.n_rows == 100


def test_the_profiles_name_owners() -> None:
    engine = Engine(0, CoreSettings())
    for at, one in enumerate(slices(1)):
        engine.step(at, one)
    assert "manager-00" in engine.ledger.names


def test_offsets_go_up_by_one_in_each_topic() -> None:
    found = slices(10_000)
    topics, offsets = column(found, "topic"), column(found, "offset")
    for topic in range(len(TOPICS)):
        here = offsets[topics == topic]
        assert here.tolist() == list(range(len(here)))


def test_every_second_complaint_puts_right_the_one_before() -> None:
    found = slices(20_000)
    kinds = column(found, "kind")
    told = np.isin(kinds, [Kind.COMPLAINT_OPENED, Kind.COMPLAINT_RESOLVED])
    pairs = len(kinds[told]) // 2
    assert pairs > 50
    for name in ("row", "reference"):
        values = column(found, name)[told][: 2 * pairs].reshape(-1, 2)
        assert (values[:, 0] == values[:, 1]).all()
    assert (kinds[told][: 2 * pairs : 2] == Kind.COMPLAINT_OPENED).all()
    assert (kinds[told][1 : 2 * pairs : 2] == Kind.COMPLAINT_RESOLVED).all()


def test_it_can_be_written_to_a_log_and_read_again() -> None:
    for one in slices(5_000):
        again = unpack(pack(one))
        assert isinstance(again, Slice)
        assert again.columns["row"].tolist() == one.columns["row"].tolist()


def test_the_same_calls_give_the_same_log() -> None:
    assert [pack(one) for one in slices(5_000)] == [pack(one) for one in slices(5_000)]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_first_customer_has_the_share_that_was_asked_for(share: float) -> None:
    counts = np.bincount(unevenly(50_000, 1_000, share), minlength=1_000)
    assert counts[0] / 50_000 == pytest.approx(share, rel=0.05)
    assert counts[0] > counts[1] > counts[10] > counts[200]


def test_a_tenth_of_the_customers_is_quiet() -> None:
    quiet, busy = quiet_and_busy(1_000, 5_000)
    assert quiet.min() >= 900
    assert busy.max() < 900
    assert len(quiet) == 500

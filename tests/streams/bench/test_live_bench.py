"""The benches over a real Kafka, on tiny loads: nothing lost, and the shape of what they say."""

import asyncio
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from detectors.errors import EbbwatchError, EmbeddedError
from streams.bench import beside, memory
from streams.bench.beside import Peer
from streams.bench.children import members
from streams.bench.ground import NO_STORE, Place, ground
from streams.bench.latency import System
from streams.bench.live import check
from streams.bench.load import Load
from streams.bench.steady import past
from streams.bench.writing import write
from streams.commands import bench
from streams.embedded import Endpoints
from streams.settings import Settings

N_EVENTS, N_CUSTOMERS = 3_000, 400
N_CLOCKS = 2 * 4  # of an hour, in each of four partitions


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    return lambda: msgspec.json.decode(capsys.readouterr().out.splitlines()[-1])


def nowhere(folder: Path) -> Place:
    settings = Settings.model_construct()
    return Place(Endpoints("127.0.0.1:1", NO_STORE), folder, settings, folder / "none", {})


def test_live_measures_the_same_events_of_all(told: Callable[[], Any]) -> None:
    bench.live(events=N_EVENTS, customers=N_CUSTOMERS, peer_events=300, runs=1, json=True)
    found = told()
    (run,) = found["runs"]
    assert [run[part]["n_events"] for part in ("bare", "intake", "scorer")] == [N_EVENTS] * 3
    here = {peer.name for peer in beside.SLOW if peer.here}
    assert {"stock Faust", "River loop"} <= here
    assert set(run["peers"]) == here
    # Of the records they are given, the clocks are of no customer.
    assert all(300 - N_CLOCKS <= spent["n_events"] <= 300 for spent in run["peers"].values())
    ratios = {"both / bare loop", *(f"both / {name}" for name in here)}
    assert ratios <= set(found["figures"])
    assert ("both / Quix" in found["figures"]) == (find_spec("quixstreams") is not None)
    assert bool(found["notes"]) == (find_spec("quixstreams") is None)


def test_two_workers_share_the_partitions(told: Callable[[], Any]) -> None:
    bench.live(
        events=N_EVENTS, customers=N_CUSTOMERS, workers=2, partitions=6, peer_events=0, runs=1,
        json=True,
    )  # fmt: skip
    found = told()
    (run,) = found["runs"]
    assert run["intake"]["n_events"] == run["scorer"]["n_events"] == N_EVENTS
    assert run["peers"] == {}
    assert found["notes"] == []


def test_a_peer_that_is_not_installed_is_left_out_with_a_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    absent = Peer("absent", "streams.bench.peers.bare", "no_such_package")
    monkeypatch.setattr(beside, "SLOW", (absent,))
    assert beside.run_slow(nowhere(tmp_path), 10, {}, lambda _: None) == {}
    assert beside.notes((absent,)) == (beside.MISSING.format("no_such_package"),)


def test_a_peer_that_fails_is_told_with_its_reason(tmp_path: Path) -> None:
    broken = Peer("broken", "streams.bench.peers.none", "msgspec")
    with pytest.raises(EbbwatchError, match=r"(?s)broken ended with 1: .*No module named"):
        beside.run_peer(broken, nowhere(tmp_path), 1, {})


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param((10, 9, 9, 0), id="lost by the intake"),
        pytest.param((10, 11, 11, 0), id="doubled"),
        pytest.param((10, 10, 9, 0), id="lost by the scorer"),
        pytest.param((10, 10, 10, 1), id="refused"),
    ],
)
def test_figures_of_a_faulty_run_are_refused(counts: tuple[int, int, int, int]) -> None:
    check(10, 10, 10, 0)
    with pytest.raises(EbbwatchError, match="10 events were sent"):
        check(*counts)


def test_latency_follows_every_complaint_to_its_task(told: Callable[[], Any]) -> None:
    bench.latency(
        rates=(200, 400), tasks_per_second=20, seconds=1.0, warm_up=0.5, customers=400, runs=1,
        json=True,
    )  # fmt: skip
    found = told()
    slow, fast = found["runs"][0]["rates"]
    assert (slow["events_per_s"], slow["n_tasks"]) == (200, 20)
    assert (fast["events_per_s"], fast["n_tasks"]) == (400, 20)
    for one in (slow, fast):
        steps = [one["seconds"][to]["p50"] for to in ("customer log", "desk's log", "board")]
        assert steps == sorted(steps)
        assert set(one["cores"]) == {"Kafka", "store", "feed", "intake", "scorer", "desk"}
    assert found["figures"]["200 events/s: to the board, p99.9"]["unit"] == "ms"


def test_latency_ends_with_the_log_of_a_role_that_ended() -> None:
    with ground(Settings()) as place, members("intake", place) as running:
        (member,) = running
        member.process.kill()
        asyncio.run(write(place.servers, place.n_partitions, past(1, time.time())))
        system = System(place, running)
        with pytest.raises(EmbeddedError, match=r"(?s)intake.* ended with code -9.*worker_ready"):
            asyncio.run(system.settled())


def test_latency_needs_a_customer_for_every_task() -> None:
    with pytest.raises(EbbwatchError, match="customers at least"):
        bench.latency(rates=(100,), tasks_per_second=50, customers=100, runs=5)


def test_memory_and_recovery_know_every_customer(
    told: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "REST_S", 0.0)
    bench.recovery(customers=N_CUSTOMERS, runs=1, json=True)
    found = told()
    (run,) = found["runs"]
    assert run["flushed"]["n_events"] == 2 * N_CUSTOMERS
    assert run["flushed"]["n_rows"] >= N_CUSTOMERS
    assert run["flushed"]["disk_bytes"] > 0
    assert run["back"]["intake"]["n_records"] == N_CUSTOMERS
    assert 0 < run["back"]["scorer"]["recovery_s"] < run["back"]["scorer"]["ready_s"]

    bench.memory(customers=N_CUSTOMERS, json=True)
    found = told()
    (run,) = found["runs"]
    for state in ("empty", "at_most", "after_work", "recovered"):
        assert set(run[state]) == {"intake", "scorer"}
        assert min(run[state].values()) > 10_000_000
    assert found["figures"]["ledger"]["unit"] == "bytes per customer"


def test_an_hour_has_a_tick_before_its_first_event_and_one_after_its_last() -> None:
    events = list(Load(n_events=200, n_customers=50).events())
    clocks = [at for at, event in enumerate(events) if event.subject is None]
    assert clocks == [0, 201]
    assert (events[-1].time - events[0].time).total_seconds() == 3_600

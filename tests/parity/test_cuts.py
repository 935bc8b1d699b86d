"""The same log, cut elsewhere or read from its bytes, gives the same bytes."""

from collections.abc import Sequence
from functools import cache
from itertools import cycle, islice

import numpy as np
import pytest

from detectors import engine
from detectors.churn import ChurnSettings
from detectors.settings import CoreSettings
from detectors.slices import pack, unpack
from tests.detectors.logs import cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.runs import Run, run

SETTINGS = CoreSettings(churn=ChurnSettings(silence_days=28))
STEPS = tuple(nasty_steps(n=450, n_customers=40, seed=11, days=90, tick_days=7))
RANDOM = np.random.default_rng(5).integers(1, 90, 450).tolist()


@cache
def one_by_one() -> Run:
    return run(cut(STEPS, 1), SETTINGS)


def assert_same(found: Run, expected: Run) -> None:
    assert found.effects() == expected.effects()
    assert found.partition() == expected.partition()
    assert found.rows() == expected.rows()


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param([7] * 450, id="in sevens"),
        pytest.param(list(islice(cycle([1, 40]), 450)), id="one and forty in turn"),
        pytest.param(RANDOM, id="at random"),
        pytest.param([], id="at ticks only"),
    ],
)
def test_a_log_cut_elsewhere_gives_the_same_bytes(sizes: Sequence[int]) -> None:
    assert_same(run(cut(STEPS, sizes), SETTINGS), one_by_one())


def test_a_log_read_from_its_bytes_gives_the_same_bytes() -> None:
    read = [unpack(pack(record)) for record in cut(STEPS, 50)]
    assert_same(run(read, SETTINGS), one_by_one())


@pytest.mark.parametrize("sweep_rows", [1, 7])
def test_a_sweep_in_other_parts_gives_the_same_bytes(
    sweep_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(cut(STEPS, []), SETTINGS)
    monkeypatch.setattr(engine, "SWEEP_ROWS", sweep_rows)
    assert_same(run(cut(STEPS, []), SETTINGS), whole)

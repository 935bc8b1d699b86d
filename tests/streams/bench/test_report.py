import msgspec
import numpy as np
import pytest

from streams.bench.proc import forget_peak, memory_bytes, peak_bytes
from streams.bench.report import Figure, report, this_machine


class ARun(msgspec.Struct, frozen=True):
    ours: float
    theirs: float | None = None

    def figures(self) -> tuple[Figure, ...]:
        known = {"ours": self.ours, "theirs": self.theirs}
        return tuple(Figure(name, value, "s") for name, value in known.items() if value is not None)


def test_a_figure_is_the_median_of_the_runs_with_its_ends_beside_it() -> None:
    found = report("b", "done", [ARun(3.0), ARun(1.0), ARun(9.0)], machine=this_machine())
    ours = found.figures["ours"]
    assert (ours.median, ours.lowest, ours.highest, ours.n_runs) == (3.0, 1.0, 9.0, 3)


def test_a_figure_that_nobody_measured_is_absent_and_not_zero() -> None:
    assert list(report("b", "done", [ARun(1.0)], machine=this_machine()).figures) == ["ours"]


def test_a_figure_of_some_runs_says_of_how_many() -> None:
    found = report("b", "done", [ARun(1.0), ARun(1.0, 4.0)], machine=this_machine())
    assert found.figures["theirs"].n_runs == 1
    assert found.figures["theirs"].median == pytest.approx(4.0)


def test_the_json_is_one_line_with_machine_figures_and_runs() -> None:
    told = report("b", "done", [ARun(2.0)], machine=this_machine(), notes=("n",)).as_json()
    assert "\n" not in told
    read = msgspec.json.decode(told)
    assert read["machine"]["cores"] >= 1
    assert read["figures"]["ours"]["unit"] == "s"
    assert read["runs"] == [{"ours": 2.0, "theirs": None}]
    assert read["notes"] == ["n"]


def test_the_most_memory_held_is_no_less_than_what_is_held() -> None:
    forget_peak()
    held = np.ones(4_000_000)
    assert peak_bytes() >= memory_bytes() > held.nbytes

"""What is seen of whole columns at once is what cells say one by one."""

from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events.envelope import Amount, Currency, Name, Share
from streams.sources.columns.bare import is_bare
from streams.sources.columns.cells import Cells, texts
from streams.sources.columns.clocks import EPOCH
from streams.sources.columns.times import Reading, wanted
from streams.sources.columns.values import checked, fits

TEXTS = st.lists(st.none() | st.text(alphabet="aé \t\u00a0\u3000伟0", max_size=4))


@given(TEXTS)
def test_texts_are_trimmed_and_empty_ones_are_not_there(cells: list[str | None]) -> None:
    found = texts(pa.array(cells, pa.string())).to_pylist()
    assert found == [(cell.strip() or None) if cell is not None else None for cell in cells]


@given(TEXTS)
def test_bare_texts_need_no_trimming(cells: list[str | None]) -> None:
    if is_bare(pa.array(cells, pa.large_string())):
        assert all(cell is None or (cell and cell == cell.strip()) for cell in cells)


@pytest.mark.parametrize("cells", [["ada", None, "b o"], [None], [], ["a"]])
def test_usual_texts_are_seen_to_be_bare(cells: list[str | None]) -> None:
    assert is_bare(pa.array(cells, pa.large_string()))


KINDS = [Name, Name | None, Currency | None, str, Amount, Amount | None, Share, float,
         Annotated[float, msgspec.Meta(gt=0)], int, bool | None]  # fmt: skip
COLUMNS = st.one_of(
    st.lists(st.none() | st.text(alphabet="a伟1", min_size=1, max_size=5)).map(
        lambda cells: pa.array(cells, pa.large_string())
    ),
    st.lists(st.none() | st.sampled_from(["x" * 200, "x" * 201, "EUR", "null"])).map(
        lambda cells: pa.array(cells, pa.large_string())
    ),
    st.lists(st.none() | st.sampled_from([-1.0, 0.0, 0.5, 1.0, 1.5, 1e12, 2e12])).map(
        lambda cells: pa.array(cells, pa.float64())
    ),
)


@given(COLUMNS, st.sampled_from(KINDS))
def test_a_column_that_fits_has_no_cell_that_is_refused(column: Any, kind: Any) -> None:
    refused = set()
    for place, cell in enumerate(column.to_pylist()):
        if cell is None:
            continue
        try:
            msgspec.convert(cell, kind, strict=False)
        except msgspec.ValidationError:
            refused.add(place)
    assert set(checked(Cells(column), kind).faults) == refused
    assert not (fits(column, kind) and refused)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array(["ada", None], pa.large_string()), Name),
        (pa.array(["EUR"], pa.large_string()), Currency | None),
        (pa.array([0.0, 1e12, None]), Amount | None),
        (pa.array([0.5]), Share),
    ],
)
def test_usual_columns_are_seen_to_fit(column: Any, kind: Any) -> None:
    assert fits(column, kind)


def test_cells_that_are_left_out_take_their_faults_along() -> None:
    cells = Cells(pa.array([1.0, None, 3.0, None]), {1: "one", 3: "three"})
    left = cells.filtered(np.array([False, True, False, True]))
    assert (left.values.to_pylist(), left.faults) == ([None, None], {0: "one", 1: "three"})
    assert cells.filtered(np.array([True, False, True, True])).faults == {2: "three"}


def test_times_outside_the_period_are_not_wanted_and_unknown_ones_are() -> None:
    day_us = 86_400_000_000
    times = pa.array([0, 2 * day_us, None, 4 * day_us], pa.timestamp("us", "UTC"))
    period = Reading(since=EPOCH.replace(day=2), until=EPOCH.replace(day=5))
    assert wanted(Cells(times), period).tolist() == [False, True, True, False]
    assert wanted(Cells(times), Reading()).all()

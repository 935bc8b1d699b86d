"""Columns brought from other files, and rows that are one event together."""

from pathlib import Path

import pytest

from detectors.errors import SettingsError
from tests.streams.hand_files import SHOP, a_source, data_of, events_of, reasons, said

LINES = """customer,at,amount,order,line
ada,2017-03-01T12:00:05Z,2,1,tea
ada,2017-03-01T12:00:00Z,3,1,milk
ada,2017-03-01T12:00:05Z,4,1,tea
bo,2017-03-02T12:00:00Z,1,2,
"""
BRING = """
name = "market"
[[file]]
name = "reviews"
path = "reviews.csv"
[[file.bring]]
from = "items"
by = "order"
columns = ["seller"]
SEVERAL
[[file.event]]
type = "survey.answered"
customer = "seller"
time = "at"
[[file]]
name = "items"
path = "items.csv"
"""
REVIEWS = "order,at\n1,2017-03-01\n2,2017-03-02\n9,2017-03-03\n"


def test_the_rows_of_an_order_are_one_event_with_the_sum(tmp_path: Path) -> None:
    mapping = (
        SHOP.replace('data.amount = "amount"', "")
        + """
one_per = ["order"]
data.amount = { column = "amount", combine = "sum" }
data.quantity = { combine = "count" }
data.lines = { column = "line", combine = "list" }
"""
    )
    source = a_source(tmp_path, mapping, orders=LINES)
    assert said(source) == [("ada", "2017-03-01 12:00:00"), ("bo", "2017-03-02 12:00:00")]
    ada, bo = data_of(source)
    assert (ada.amount, ada.quantity, ada.lines) == (9.0, 3.0, ("milk", "tea"))
    assert (bo.amount, bo.lines) == (1.0, ())


def test_without_combine_the_earliest_row_speaks(tmp_path: Path) -> None:
    mapping = SHOP + 'one_per = ["order"]\n'
    assert [data.amount for data in data_of(a_source(tmp_path, mapping, orders=LINES))] == [3, 1]


def test_a_sum_that_the_contract_refuses_is_a_dead_letter(tmp_path: Path) -> None:
    mapping = SHOP.replace('"amount"', '{ column = "amount", combine = "sum" }')
    lines = LINES.replace(",3,1,", ",-30,1,").replace(",1,2,", ",-1,3,")
    source = a_source(tmp_path, mapping + 'one_per = ["customer"]\n', orders=lines)
    assert said(source) == []
    assert reasons(source) == [
        (2, "data.amount: '-24.0': Expected `float` >= 0.0"),
        (4, "data.amount: '-1.0': Expected `float` >= 0.0"),
    ]


def test_a_discount_inside_an_order_is_no_fault(tmp_path: Path) -> None:
    mapping = SHOP.replace('"amount"', '{ column = "amount", combine = "sum" }')
    lines = LINES.replace(",3,1,", ",-3,1,")
    source = a_source(tmp_path, mapping + 'one_per = ["order"]\n', orders=lines)
    assert [data.amount for data in data_of(source)] == [3.0, 1.0]
    assert source.n_refused == 0


def test_a_column_is_brought_by_key(tmp_path: Path) -> None:
    items = "order,seller\n1,ada\n1,ada\n2,bo\n"
    source = a_source(tmp_path, BRING.replace("SEVERAL", ""), reviews=REVIEWS, items=items)
    assert said(source) == [("ada", "2017-03-01 00:00:00"), ("bo", "2017-03-02 00:00:00")]
    assert reasons(source) == [(3, "customer: empty")]


def test_a_key_that_leads_to_several_must_say_what_is_meant(tmp_path: Path) -> None:
    items = "order,seller\n2,bo\n1,ada\n1,cy\n"
    with pytest.raises(SettingsError, match="one order leads to different seller; write several"):
        a_source(tmp_path, BRING.replace("SEVERAL", ""), reviews=REVIEWS, items=items)
    first = BRING.replace("SEVERAL", 'several = "first"')
    assert [who for who, _ in said(a_source(tmp_path, first, items=items))] == ["ada", "bo"]
    each = a_source(tmp_path, BRING.replace("SEVERAL", 'several = "each"'), items=items)
    assert [who for who, _ in said(each)] == ["ada", "cy", "bo"]
    assert len({event.id for event in events_of(each)}) == 3


def test_keys_may_be_several_of_other_names_and_other_types(tmp_path: Path) -> None:
    mapping = BRING.replace('by = "order"', 'by = { order = "number", at = "day" }')
    mapping = mapping.replace(".csv", ".parquet").replace("SEVERAL", "")
    source = a_source(
        tmp_path,
        mapping,
        reviews={"order": [1.0, 2.0, None], "at": ["2017-03-01"] * 3},
        items={"number": [2, 1, 1], "day": ["2017-03-01", "2017-03-02", "2017-03-01"],
               "seller": ["bo", "cy", "ada"]},
    )  # fmt: skip
    assert [who for who, _ in said(source)] == ["ada", "bo"]
    assert reasons(source) == [(3, "customer: empty")]


def test_days_between_two_times_of_two_files(tmp_path: Path) -> None:
    mapping = """
name = "market"
[[file]]
name = "deliveries"
path = "deliveries.csv"
[[file.bring]]
from = "orders"
by = "order"
columns = { promised = "due", buyer = "customer" }
[[file.event]]
type = "delivery.made"
customer = "buyer"
time = "came"
data.outcome.constant = "late"
data.days_late = { days_from = "promised", days_to = "came" }
[[file]]
name = "orders"
path = "orders.csv"
"""
    source = a_source(
        tmp_path,
        mapping,
        deliveries="order,came\n1,2017-03-03 12:00:00\n",
        orders="order,due,customer\n1,2017-03-01,ada\n",
    )
    assert data_of(source)[0].days_late == 2.5


def test_a_brought_name_must_be_free(tmp_path: Path) -> None:
    mapping = BRING.replace('["seller"]', '["seller", "at"]').replace("SEVERAL", "")
    with pytest.raises(SettingsError, match="columns: 'at' is there already"):
        a_source(tmp_path, mapping, reviews=REVIEWS, items="order,seller,at\n1,ada,1\n")

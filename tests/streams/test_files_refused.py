"""Rows that give no event: never lost in silence."""

from pathlib import Path

import pytest

from detectors.errors import SettingsError
from streams.sources.columns.rows import DeadLetter
from tests.streams.hand_files import SHOP, a_source, data_of, reasons, said

GOOD = "2017-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f",{GOOD},5", "customer: empty"),
        (f'"  ",{GOOD},5', "customer: empty"),
        (f"{'x' * 201},{GOOD},5", "Expected `str` of length <= 200"),
        (f"ada,{GOOD},", "data.amount: empty"),
        (f"ada,{GOOD},free", "data.amount: 'free' is no number"),
        (f"ada,{GOOD},-5", "data.amount: '-5.0': Expected `float` >= 0.0"),
        (f"ada,{GOOD},inf", "data.amount: not a finite number"),
        (f"ada,{GOOD},1_000", "data.amount: '1_000' is no number"),
        ("ada,noon,5", "time: 'noon' is no ISO 8601 time"),
        ("ada,,5", "time: empty"),
        (f"ada,{GOOD}", "2 cells instead of 3"),
        (f"ada,{GOOD},5,6", "4 cells instead of 3"),
    ],
)
def test_a_bad_row_is_a_dead_letter_and_the_others_go_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    orders = f"customer,at,amount\nbo,{GOOD},1\n{row}\ncy,{GOOD},2\n"
    source = a_source(tmp_path, SHOP, orders=orders)
    assert [customer for customer, _ in said(source)] == ["bo", "cy"]
    assert source.n_events == 2
    assert source.n_refused == 1
    ((number, why),) = reasons(source)
    assert number == 2
    assert reason in why


def test_a_dead_letter_names_file_row_rule_and_reason(tmp_path: Path) -> None:
    source = a_source(tmp_path, SHOP, orders=f"customer,at,amount\n,{GOOD},1\n")
    assert source.refused == (
        DeadLetter("orders.csv", 1, "event 1 (purchase.made)", "customer: empty"),
    )


def test_rows_are_counted_on_behind_a_broken_one(tmp_path: Path) -> None:
    orders = f'customer,at,amount\nada,{GOOD}\n"a\nb",{GOOD},1\n,{GOOD},1\n'
    source = a_source(tmp_path, SHOP, orders=orders)
    assert [row for row, _ in reasons(source)] == [1, 3]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    mapping = SHOP + 'where.amount.above = 1\none_per = ["customer"]\n'
    orders = "customer,at,amount\n" + "".join(
        f"{customer},{GOOD},{amount}\n"
        for customer, amount in [("a", 1), ("a", 2), ("a", 3), ("", 4), ("b", "x"), ("c", 5)]
    )
    (tally,) = a_source(tmp_path, mapping, orders=orders).tallies
    assert (tally.n_rows, tally.n_left_out, tally.n_refused) == (6, 1, 2)
    assert (tally.n_joined, tally.n_events) == (1, 2)


def test_a_filter_that_cannot_be_asked_refuses_the_row(tmp_path: Path) -> None:
    mapping = SHOP + "where.amount.above = 1\n"
    source = a_source(tmp_path, mapping, orders=f"customer,at,amount\nada,{GOOD},?\n")
    assert reasons(source) == [(1, "where.amount: '?' is no number")]


def test_a_row_that_another_filter_left_out_is_not_refused(tmp_path: Path) -> None:
    mapping = SHOP + 'where.customer = "ada"\nwhere.amount.above = 1\n'
    source = a_source(tmp_path, mapping, orders=f"customer,at,amount\nbo,{GOOD},?\n")
    assert (source.n_refused, source.tallies[0].n_left_out) == (0, 1)


@pytest.mark.parametrize("column", ["customer", "at", "amount"])
def test_a_column_without_any_value_refuses_every_row(tmp_path: Path, column: str) -> None:
    columns = {"customer": ["ada", "bo"], "at": [GOOD, GOOD], "amount": [1.0, 2.0]}
    orders = columns | {column: [None, None]}
    source = a_source(tmp_path, SHOP.replace(".csv", ".parquet"), orders=orders)
    key = {"at": "time", "amount": "data.amount"}.get(column, column)
    assert reasons(source) == [(1, f"{key}: empty"), (2, f"{key}: empty")]


def test_a_cell_that_is_not_in_values_is_told(tmp_path: Path) -> None:
    mapping = SHOP + 'data.reference = { column = "customer", values = { ada = "A" } }\n'
    source = a_source(tmp_path, mapping, orders=f"customer,at,amount\nbo,{GOOD},1\n")
    assert reasons(source) == [(1, "data.reference: 'bo' is not in values")]


def test_the_words_of_a_closed_list_are_checked(tmp_path: Path) -> None:
    mapping = SHOP.replace("purchase.made", "contact.made").replace(
        'data.amount = "amount"', 'data.direction = "amount"\ndata.channel.constant = "phone"'
    )
    orders = f"customer,at,amount\nada,{GOOD},in\nada,{GOOD},inwards\n"
    source = a_source(tmp_path, mapping, orders=orders)
    assert [data.direction for data in data_of(source)] == ["in"]
    assert reasons(source) == [
        (2, "data.direction: 'inwards': Invalid enum value 'inwards'"),
    ]


def test_of_very_many_dead_letters_the_first_are_kept_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.columns.rows.LETTERS_MAX", 3)
    source = a_source(tmp_path, SHOP, orders="customer,at,amount\n" + f",{GOOD},1\n" * 10)
    assert [row for row, _ in reasons(source)] == [1, 2, 3]
    assert source.n_refused == 10


def test_csv_of_another_house(tmp_path: Path) -> None:
    how = 'delimiter = ";"\ndecimal = ","\nencoding = "latin-1"\nnull = ["-"]\n'
    mapping = SHOP.replace("path =", how + "path =") + 'data.reference = "note"\n'
    (tmp_path / "orders.csv").write_bytes(
        f"customer;at;amount;note\nZoë;{GOOD};12,5;-\n".encode("latin-1")
    )
    source = a_source(tmp_path, mapping)
    assert said(source)[0][0] == "Zoë"
    assert (data_of(source)[0].amount, data_of(source)[0].reference) == (12.5, None)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(f"customer,at,amount\nZoë,{GOOD},1\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"cannot read orders\.csv: .*encoding = \"utf8\""):
        a_source(tmp_path, SHOP)


def test_a_file_without_rows_gives_nothing(tmp_path: Path) -> None:
    source = a_source(tmp_path, SHOP, orders="customer,at,amount\n")
    assert (said(source), source.n_events, source.refused) == ([], 0, ())


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    orders = f"\ufeffcustomer,at,amount\r\nada,{GOOD},1\r\n"
    assert said(a_source(tmp_path, SHOP, orders=orders))[0][0] == "ada"

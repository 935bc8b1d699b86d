"""Mapping files: what they may not say, and how they are told."""

from pathlib import Path

import pytest

from detectors.errors import SettingsError
from streams.sources.denied import refusal
from streams.sources.files import open_files
from streams.sources.mapping_file import read_mapping
from streams.sources.planning import planned
from tests.streams.hand_files import SHOP, a_source, data_of, events_of

ORDERS = "customer,at,amount\nada,2017-03-01T12:00:00Z,5\n"
DOCS = Path(__file__).parents[2] / "docs" / "mappings"


def told(folder: Path, mapping: str, orders: str = ORDERS) -> str:
    with pytest.raises(SettingsError) as caught:
        a_source(folder, mapping, orders=orders)
    return str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param(
            SHOP.replace("path =", "paht ="),
            "map.toml, file 'orders': unknown 'paht'; did you mean 'path'? Known: name, path,",
            id="a key of a file",
        ),
        pytest.param(
            SHOP.replace('time = "at"', 'time.colum = "at"'),
            "map.toml, file 'orders', event 1, time: unknown 'colum'; did you mean 'column'?",
            id="a key of a time",
        ),
        pytest.param(
            SHOP.replace("data.amount", "data.amout"),
            "map.toml, file 'orders', event 1 (purchase.made), data: purchase.made needs amount",
            id="a field that is needed",
        ),
        pytest.param(
            SHOP + 'data.curency = "amount"\n',
            "event 1 (purchase.made), data: unknown 'curency'; did you mean 'currency'? Known:",
            id="a field of the event",
        ),
        pytest.param(
            SHOP + 'data.currency = { constnat = "EUR" }\n',
            "data.currency: unknown 'constnat'; did you mean 'constant'?",
            id="a key of a value",
        ),
        pytest.param(
            SHOP.replace("purchase.made", "purchase.mad"),
            "event 1 (purchase.mad), type: unknown 'purchase.mad'; did you mean 'purchase.made'?",
            id="an event type",
        ),
        pytest.param(
            SHOP.replace('"amount"', '"amuont"'),
            "data.amount: no such column in orders.csv: unknown 'amuont'; did you mean 'amount'? "
            "Known: customer, at, amount",
            id="a column",
        ),
        pytest.param(
            SHOP + 'data.currency.constant = "EURO"\n',
            "data.currency: 'EURO': Expected `str` of length <= 3",
            id="a constant that the contract refuses",
        ),
        pytest.param(
            SHOP.replace('name = "shop"', 'name = "shop"\ntimezone = "Europe/Berln"'),
            "map.toml, timezone: no time zone 'Europe/Berln'",
            id="a time zone",
        ),
        pytest.param(
            SHOP.replace('name = "shop"', 'name = "shop"\nuntil = "soon"'),
            "map.toml, until: 'soon' is no day or time such as 2013-02-01",
            id="the end of the history",
        ),
        pytest.param(
            SHOP.replace('time = "at"', 'time = { column = "at", unit = "days" }'),
            'time: unit = "days" and start belong together',
            id="days from nowhere",
        ),
        pytest.param(
            SHOP + "where.amount.abvoe = 3\n",
            "where.amount: unknown 'abvoe'; did you mean 'above'?",
            id="a condition",
        ),
        pytest.param(
            SHOP + 'data.quantity = { column = "amount", combine = "sum" }\n',
            "data.quantity, combine: needs one_per in the event",
            id="a sum over one row",
        ),
        pytest.param(
            SHOP + 'data.quantity = { column = "amount", template = "x" }\n',
            "data.quantity: needs exactly one of column, template, constant",
            id="two origins",
        ),
        pytest.param(
            SHOP.replace('customer = "customer"\n', ""),
            "customer: missing; whose purchase.made is it?",
            id="nobody's event",
        ),
        pytest.param(SHOP + "amount = = 3\n", "map.toml: no TOML: ", id="no TOML"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(
    tmp_path: Path, wrong: str, message: str
) -> None:
    assert message in told(tmp_path, wrong)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(SHOP)
    with pytest.raises(SettingsError, match=r"file 'orders', path: no file .*orders\.csv"):
        open_files(tmp_path / "map.toml")


def test_files_of_one_mapping_have_different_names(tmp_path: Path) -> None:
    two = SHOP + SHOP[SHOP.index("[[file]]") :]
    assert "two files are called 'orders'" in told(tmp_path, two)


def test_the_path_on_the_command_line_wins(tmp_path: Path) -> None:
    other = tmp_path / "april.csv"
    other.write_text(ORDERS.replace("ada", "bo"))
    source = a_source(tmp_path, SHOP, str(other), orders=ORDERS)
    assert [event.subject for event in source.events()] == ["bo"]


def test_with_several_files_a_path_needs_a_name(tmp_path: Path) -> None:
    two = SHOP + '[[file]]\nname = "calls"\npath = "orders.csv"\n'
    with pytest.raises(SettingsError, match="Write NAME=PATH with one of the names orders, calls"):
        a_source(tmp_path, two, "april.csv", orders=ORDERS)
    named = a_source(tmp_path, two, f"orders={tmp_path / 'orders.csv'}", orders=ORDERS)
    assert named.n_events == 1


def test_settings_of_the_data_come_with_dots(tmp_path: Path) -> None:
    mapping = SHOP + '[settings]\nchurn.label = "silence"\nchurn.silence_days = 60\n'
    preset = a_source(tmp_path, mapping, orders=ORDERS).preset
    assert preset == {"churn.label": "silence", "churn.silence_days": 60}


def test_a_table_of_values_can_be_written_once(tmp_path: Path) -> None:
    mapping = SHOP + 'data.reference = { column = "customer", values = "names" }\n'
    mapping += '[values.names]\nada = "A"\n'
    assert data_of(a_source(tmp_path, mapping, orders=ORDERS))[0].reference == "A"
    unknown = mapping.replace('values = "names"', 'values = "nams"')
    assert "values: unknown 'nams'; did you mean 'names'?" in told(tmp_path, unknown)


@pytest.mark.parametrize(
    "column", ["religion", "EthnicGroup", "trade_union", "passport_no", "lat", "身份证号", "gender"]
)
def test_sensitive_columns_are_refused_at_the_door(tmp_path: Path, column: str) -> None:
    mapping = SHOP + f'data.reference = "{column}"\n'
    orders = ORDERS.replace("amount", f"amount,{column}").replace(",5", ",5,x")
    message = told(tmp_path, mapping, orders)
    assert f"event 1 (purchase.made), data.reference: column '{column}': " in message


@pytest.mark.parametrize(
    "place", ['where.religion = "x"', 'data.reference.template = "{religion}-{at}"',
              'id = "religion"', 'one_per = ["religion"]']
)  # fmt: skip
def test_a_sensitive_column_is_refused_wherever_it_stands(tmp_path: Path, place: str) -> None:
    assert "religion is never read" in told(tmp_path, SHOP + place + "\n")


def test_another_name_does_not_make_a_column_harmless(tmp_path: Path) -> None:
    mapping = (
        SHOP
        + 'data.reference = "x"\n'
        + """
[[file.bring]]
from = "people"
by = "customer"
columns = { x = "religion" }
[[file]]
name = "people"
path = "orders.csv"
"""
    )
    assert "column 'religion': religion is never read" in told(tmp_path, mapping)


def test_a_sensitive_column_that_nobody_reads_does_no_harm(tmp_path: Path) -> None:
    orders = "customer,at,amount,religion\nada,2017-03-01T12:00:00Z,5,x\n"
    assert len(events_of(a_source(tmp_path, SHOP, orders=orders))) == 1


def test_a_household_may_be_a_customer_but_no_feature() -> None:
    assert refusal("household_id", as_key=True) is None
    assert "household is not a feature" in str(refusal("household_size"))
    assert "personal identity number is never read" in str(refusal("national_id", as_key=True))


@pytest.mark.parametrize(
    ("attribute", "columns"),
    [
        ("ethnicity", ("ethnic_group", "race", "Nationality", "民族")),
        ("religion", ("religion", "ReligiousView", "宗教信仰")),
        ("political opinion", ("political_view", "party_member", "政治面貌")),
        ("union membership", ("trade_union", "UnionMember", "工会会员")),
        ("health", ("health_state", "disability", "疾病史")),
        ("sex life or orientation", ("sexual_orientation", "性取向")),
        ("genetic or biometric data", ("dna_sample", "fingerprint", "Voiceprint", "人脸特征")),
        ("criminal record", ("criminal_record", "convictions", "犯罪记录")),
        ("caste", ("caste", "种姓")),
        ("immigration status", ("immigration", "refugee", "移民身份")),
        ("personal identity number", ("ssn", "passport_no", "身份证号")),
        ("exact location", ("latitude", "gps_position", "住址")),
    ],
)
def test_all_that_nobody_may_be_judged_by_is_refused_even_as_an_id(
    attribute: str, columns: tuple[str, ...]
) -> None:
    for column in columns:
        assert str(refusal(column, as_key=True)).startswith(f"{attribute} is never read"), column


@pytest.mark.parametrize("column", ["account_age_days", "page", "language", "trace_id", "message"])
def test_a_word_inside_a_word_is_not_refused(column: str) -> None:
    assert refusal(column) is None


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_mappings_of_the_documents_fit_the_contract(path: Path) -> None:
    mapping = read_mapping(path)
    plan = planned(mapping, path.name, {file.name: Path(str(file.path)) for file in mapping.file})
    assert plan.preset["churn.label"] in ("silence", "churned")


def test_the_mapping_in_the_guide_fits_the_contract(tmp_path: Path) -> None:
    guide = (DOCS / "README.md").read_text(encoding="utf-8")
    (tmp_path / "guide.toml").write_text(
        guide.split("```toml")[1].split("```")[0], encoding="utf-8"
    )
    plan = planned(read_mapping(tmp_path / "guide.toml"), "guide.toml", {"orders": tmp_path})
    assert plan.preset == {"churn.label": "silence", "churn.silence_days": 60}

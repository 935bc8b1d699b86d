"""Files as a source: events in time order, with profiles, the same in every run."""

from pathlib import Path

import numpy as np
import pytest

from streams.events import AnyEvent, decode, encode, key_of
from streams.events.outcomes import CustomerChurned
from streams.sources.pacing import topic_of
from tests.streams.hand_files import SHOP, a_source, at, data_of, events_of, reasons, said

ORDERS = """customer,at,amount
ada,2017-03-02T12:00:00Z,5
bo,2017-03-01T12:00:00Z,7.25
ada,2017-03-01T12:00:00Z,1
"""
TWO_RULES = """
name = "course"
[[file]]
name = "students"
path = "students.csv"
[[file.event]]
type = "contract.signed"
customer = "student"
time = "began"
[[file.event]]
type = "customer.churned"
where.left.present = true
customer = "student"
time = "left"
data.kind.constant = "voluntary"
"""
STUDENTS = "student,began,left\nada,2017-01-01,2017-02-01\nbo,2017-01-15,\n"


def test_events_come_in_time_order_and_at_one_instant_in_that_of_the_file(tmp_path: Path) -> None:
    source = a_source(tmp_path, SHOP, orders=ORDERS)
    assert said(source) == [
        ("bo", "2017-03-01 12:00:00"),
        ("ada", "2017-03-01 12:00:00"),
        ("ada", "2017-03-02 12:00:00"),
    ]
    assert [data.amount for data in data_of(source)] == [7.25, 1.0, 5.0]
    assert source.n_events == 3


def test_one_row_gives_the_events_of_every_rule_it_passes(tmp_path: Path) -> None:
    source = a_source(tmp_path, TWO_RULES, students=STUDENTS)
    assert said(source) == [
        ("ada", "2017-01-01 00:00:00"),
        ("bo", "2017-01-15 00:00:00"),
        ("ada", "2017-02-01 00:00:00"),
    ]
    assert isinstance(events_of(source)[-1], CustomerChurned)
    assert [(tally.n_rows, tally.n_left_out, tally.n_events) for tally in source.tallies] == [
        (2, 0, 2),
        (2, 1, 1),
    ]


def test_many_rules_and_parts_are_merged_by_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.files._AT_ONCE", 7)
    chance = np.random.default_rng(1)
    rows = [
        f"c{customer},{np.datetime64(1_483_228_800 + second, 's')},2017-06-01,{customer}"
        for customer, second in chance.integers(0, (9, 10**6), (100, 2)).tolist()
    ]
    mapping = TWO_RULES + "data.cause.template = '{n}'\n"
    source = a_source(tmp_path, mapping, students="\n".join(["student,began,left,n", *rows]))
    events = events_of(source)
    assert len(events) == source.n_events == 200
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len({event.id for event in events}) == 200


def test_at_one_instant_events_keep_the_order_of_the_mapping(tmp_path: Path) -> None:
    days = [number * 7 % 3 + 1 for number in range(200)]
    rows = "".join(
        f"c{number:03},2017-01-0{day},2017-01-0{day}\n" for number, day in enumerate(days)
    )
    source = a_source(tmp_path, TWO_RULES, students="student,began,left\n" + rows)
    by_day = [
        [f"c{number:03}" for number in range(200) if days[number] == day] for day in (1, 2, 3)
    ]
    assert [event.subject for event in source.events()] == [
        name for names in by_day for name in names * 2
    ]


def test_the_topics_are_those_of_its_events(tmp_path: Path) -> None:
    source = a_source(tmp_path, TWO_RULES, students=STUDENTS)
    assert source.topics == ("customer.interactions", "customer.outcomes")
    nobody_left = STUDENTS.replace("2017-02-01", "")
    assert a_source(tmp_path, TWO_RULES, students=nobody_left).topics == ("customer.interactions",)


def test_every_event_is_one_that_the_intake_takes(tmp_path: Path) -> None:
    for event in events_of(a_source(tmp_path, TWO_RULES, students=STUDENTS)):
        assert decode(topic_of(event), key_of(event), encode(event)) == event


def test_ids_are_the_same_in_every_run_and_differ_between_files(tmp_path: Path) -> None:
    def ids(folder: str, name: str) -> list[str]:
        (tmp_path / folder).mkdir()
        mapping = SHOP.replace("orders.csv", f"{name}.csv")
        return [
            event.id for event in a_source(tmp_path / folder, mapping, **{name: ORDERS}).events()
        ]

    march = ids("a", "march")
    assert ids("b", "march") == march
    assert not set(ids("c", "april")) & set(march)


def test_an_id_column_is_the_id(tmp_path: Path) -> None:
    mapping = SHOP.replace('time = "at"', 'time = "at"\nid.template = "order-{order}"')
    orders = "order,customer,at,amount\n7,ada,2017-03-01T12:00:00Z,5\n"
    assert [event.id for event in a_source(tmp_path, mapping, orders=orders).events()] == [
        "order-7"
    ]


def test_two_rules_must_not_share_ids(tmp_path: Path) -> None:
    mapping = TWO_RULES.replace('customer = "student"', 'customer = "student"\nid = "student"')
    with pytest.raises(Exception, match=r"event 2 .*, id: the same ids as in .*event 1 "):
        a_source(tmp_path, mapping, students=STUDENTS)


def test_constants_numbers_translations_and_lists(tmp_path: Path) -> None:
    mapping = (
        SHOP
        + """
data.currency.constant = "EUR"
data.quantity = { column = "n", missing = 1, scale = 0.5 }
data.lines = { column = "lines", split = "|" }
data.reference = { column = "how", values = { w = "web" }, otherwise = "shop" }
"""
    )
    orders = """customer,at,amount,n,lines,how
ada,2017-03-01T12:00:00Z,5,4,tea| milk ||,w
bo,2017-03-01T13:00:00Z,5,,,x
"""
    first, second = data_of(a_source(tmp_path, mapping, orders=orders))
    assert (first.currency, first.quantity, first.reference) == ("EUR", 2.0, "web")
    assert first.lines == ("tea", "milk")
    assert (second.quantity, second.reference, second.lines) == (1.0, "shop", ())


def test_an_empty_cell_leaves_an_optional_field_at_its_default(tmp_path: Path) -> None:
    mapping = (
        SHOP.replace("purchase.made", "payment.failed")
        + """
data.attempt = "attempt"
data.final = "final"
data.failure = "failure"
"""
    )
    orders = """customer,at,amount,attempt,final,failure
ada,2017-03-01T12:00:00Z,5,,,
ada,2017-03-01T13:00:00Z,5,3,true,hard
"""
    first, second = data_of(a_source(tmp_path, mapping, orders=orders))
    assert (first.attempt, first.final, first.failure) == (1, False, None)
    assert (second.attempt, second.final, second.failure) == (3, True, "hard")


def test_ids_of_customers_keep_their_zeros_and_lose_the_point_of_floats(tmp_path: Path) -> None:
    assert said(a_source(tmp_path, SHOP, orders=ORDERS.replace("bo", "007")))[0][0] == "007"
    columns = {"customer": [718.0, None], "at": ["2017-03-01T12:00:00Z"] * 2, "amount": [1, 2]}
    source = a_source(tmp_path, SHOP.replace(".csv", ".parquet"), orders=columns)
    assert said(source) == [("718", "2017-03-01 12:00:00")]
    assert reasons(source) == [(2, "customer: empty")]


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ('kind = "a"', ["a1"]),
        ('kind = ["a", "b"]', ["a1", "b2"]),
        ("kind.present = false", ["n9"]),
        ('kind.none_of = ["a"]', ["b2", "c10"]),
        ("n = 2", ["b2"]),
        ("n.above = 2", ["n9", "c10"]),
        ("n = { at_least = 2, below = 10 }", ["b2", "n9"]),
        ('n.above_column = "limit"', ["n9", "c10"]),
        ('n.at_most_column = "limit"', ["a1", "b2"]),
        ('at.above_column = "due"', ["c10"]),
    ],
)
def test_filters(tmp_path: Path, condition: str, taken: list[str]) -> None:
    orders = """customer,at,amount,kind,n,limit,due
a1,2017-03-01,5,a,1,2,2017-03-02
b2,2017-03-01,5,b,2,2,2017-03-02
n9,2017-03-01,5,,9,2,2017-03-02
c10,2017-03-01,5,c,10,2,2017-02-28
"""
    source = a_source(tmp_path, f"{SHOP}where.{condition}\n", orders=orders)
    assert [event.subject for event in source.events()] == taken
    assert source.n_refused == 0


def test_profiles_come_from_files_and_managers_are_invented_aloud(tmp_path: Path) -> None:
    mapping = (
        SHOP
        + """
[profiles]
dealt_to = 3
data.language = "en"
[[file]]
name = "people"
path = "people.csv"
[[file.profile]]
customer = "who"
data.owner = "manager"
data.customer_since = "since"
"""
    )
    people = "who,manager,since\nada,Kim,2015-01-01\nada,Lee,\ncy,,2016-01-01\n"
    source = a_source(tmp_path, mapping, orders=ORDERS, people=people)
    found = {event.subject: event for event in source.profiles()}
    assert sorted(map(str, found)) == ["ada", "bo", "cy"]
    ada, bo = found["ada"], found["bo"]
    assert data_fields(ada) == {
        "owner": "Kim",
        "language": "en",
        "customer_since": at("2015-01-01"),
    }
    assert data_fields(bo)["owner"] in ("Manager 1", "Manager 2", "Manager 3")
    assert ada.time == at("2017-03-01")
    assert "3 account managers are invented" in source.notes[0]
    assert source.n_events == 6
    assert all(decode(topic_of(one), key_of(one), encode(one)) == one for one in found.values())


def test_nothing_is_invented_unless_the_mapping_says_so(tmp_path: Path) -> None:
    source = a_source(tmp_path, SHOP, orders=ORDERS)
    assert (list(source.profiles()), source.notes) == ([], ())


def test_the_company_changes_have_no_customer(tmp_path: Path) -> None:
    mapping = """
name = "news"
[[file]]
name = "prices"
path = "prices.csv"
[[file.event]]
type = "price.changed"
time = "at"
data.by_share = { column = "percent", scale = 0.01 }
"""
    source = a_source(tmp_path, mapping, prices="at,percent\n2017-03-01,8\n")
    assert [event.subject for event in source.events()] == [None]
    assert data_of(source)[0].by_share == pytest.approx(0.08)


def data_fields(event: AnyEvent) -> dict[str, object]:
    return {
        name: value
        for name in event.data.__struct_fields__
        if (value := getattr(event.data, name)) is not None and str(value) != "UNSET"
    }

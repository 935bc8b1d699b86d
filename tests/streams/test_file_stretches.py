"""Files read into columns say what the same files say as events, one object each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.kinds import TOPICS
from streams.sources.files import FileSource
from streams.sources.stretches import (
    InColumns,
    Stretch,
    event_stretches,
    in_stretches,
    profile_stretches,
)
from tests.streams.hand_files import SHOP, a_source

ORDERS = """customer,at,amount,n,lines,ref,mark
ada,2017-03-01T12:00:00.0019Z,5.25,4,tea| milk ||,r-1,
bo,2017-03-01T12:00:00Z,0,,,,x
zoë 伟,2017-03-03T12:00:00Z,7,1,soap,r-2,y
ada,2017-03-02T12:00:00Z,1,0,tea,r-1,y
"""
TICKETS = """who,at,ticket,prio,line,text,how,reached,late,score
ada,2017-03-01T12:00:00Z,t1,high,tea,It broke,in,true,2.5,0.25
bo,2017-03-01T12:00:00Z,t2,low,,,out,,,
cy,2017-03-01T13:00:00Z,t3,,tea,Again,out,false,2.5,0
ada,2017-02-27T12:00:00Z,t1,high,tea,It broke,in,,2.5,1
"""
FULL = """
data.currency.constant = "EUR"
data.quantity = "n"
data.lines = { column = "lines", split = "|" }
data.reference = "ref"
"""
TICKET_FILE = """
[[file]]
name = "tickets"
path = "tickets.csv"
"""
COMPLAINT = """
[[file.event]]
type = "complaint.opened"
customer = "who"
time = "at"
data.complaint_id = "ticket"
data.text = "text"
data.line = "line"
data.severity = { column = "prio", values = { high = "critical", low = "minor" } }
data.channel.constant = "phone"
"""
CONTACT = """
[[file.event]]
type = "contact.made"
customer = "who"
time = "at"
data.direction = "how"
data.channel.constant = "phone"
data.answered = "reached"
data.reference = "ticket"
"""
OTHERS = """
[[file.event]]
type = "contact.made"
customer = "who"
time = "at"
data.direction = "how"
data.channel.constant = "phone"
[[file.event]]
type = "complaint.rated"
where.score.present = true
customer = "who"
time = "at"
id.template = "rated-{ticket}-{at}"
data.complaint_id = "ticket"
data.rating = "score"
[[file.event]]
type = "delivery.made"
customer = "who"
time = "at"
data.outcome.constant = "late"
data.days_late = "late"
data.line = "line"
[[file.event]]
type = "contract.signed"
customer = "who"
time = "at"
data.lines.constant = ["tea", "milk"]
data.ends_at = "at"
[[file.event]]
type = "price.changed"
one_per = ["line"]
time = "at"
data.line = "line"
[[file.event]]
type = "customer.returned"
customer = "who"
time = "at"
"""


def flat(stretches: Iterable[Stretch]) -> list[dict[str, Any]]:
    """Give events as plain values, their names and notes looked up."""
    found = []
    for readings, topics, known_ms, buffer in stretches:
        text = buffer.tobytes()
        for reading, topic, at_ms in zip(readings, topics, known_ms, strict=True):
            told = {name: reading[name].item() for name in readings.dtype.names or ()}
            for name in ("subject", "source", "data"):
                at, length = told.pop(f"{name}_at"), told.pop(f"{name}_len")
                told[name] = (text[at : at + abs(length)], length < 0)
            found.append(told | {"topic": TOPICS[topic], "known_ms": at_ms.item()})
    return found


def assert_the_same(source: FileSource) -> None:
    assert isinstance(source, InColumns)
    expected = flat(in_stretches(source.events()))
    assert flat(event_stretches(source)) == expected
    assert len(expected) == sum(tally.n_events for tally in source.tallies) > 0


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("", id="an amount alone"),
        pytest.param(FULL, id="all columns"),
        pytest.param(FULL + 'id = "ref"\n', id="ids of a column"),
        pytest.param('id.template = "{ref}-{at}"\nwhere.ref.present = true\n', id="ids made"),
        pytest.param('data.lines = "mark"\n', id="lines of one text each"),
        pytest.param('data.lines.constant = ["tea", "milk"]\n', id="the same lines for all"),
        pytest.param('one_per = ["mark"]\ndata.lines = { column = "lines", combine = "list" }\n'),
    ],
)
def test_purchases(tmp_path: Path, more: str) -> None:
    assert_the_same(a_source(tmp_path, SHOP + more, orders=ORDERS))


@pytest.mark.parametrize("rules", [COMPLAINT, CONTACT, OTHERS, COMPLAINT + CONTACT + OTHERS])
def test_types_with_codes_notes_and_references(tmp_path: Path, rules: str) -> None:
    mapping = 'name = "desk"\n' + TICKET_FILE + rules
    assert_the_same(a_source(tmp_path, mapping, tickets=TICKETS))


def test_files_of_several_topics_are_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_source(
        tmp_path, SHOP + TICKET_FILE + COMPLAINT + OTHERS, orders=ORDERS, tickets=TICKETS
    )
    for at_once in (1, 2, 5, 100):
        monkeypatch.setattr("streams.sources.files.AT_ONCE", at_once)
        assert_the_same(source)
    assert len({told["topic"] for told in flat(event_stretches(source))}) == 4


def test_profiles(tmp_path: Path) -> None:
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
    people = "who,manager,since\nada,Kim,2015-01-01\nada,Lee,\ncy,,2016-01-01\nä,Kim,\n"
    source = a_source(tmp_path, mapping, orders=ORDERS, people=people)
    expected = flat(in_stretches(source.profiles()))
    assert flat(profile_stretches(source)) == expected
    assert [told["subject"][0].decode() for told in expected] == ["ada", "bo", "cy", "zoë 伟", "ä"]
    bare = a_source(tmp_path, SHOP, orders=ORDERS)
    assert flat(profile_stretches(bare)) == []


def test_a_row_that_was_doubled_has_two_ids(tmp_path: Path) -> None:
    mapping = (
        SHOP.replace("[[file.event]]", '[[file.bring]]\nfrom = "people"\nby = "customer"\n'
        'columns = ["friend"]\nseveral = "each"\n[[file.event]]')
        + 'data.reference = "friend"\n[[file]]\nname = "people"\npath = "people.csv"\n'
    )  # fmt: skip
    people = "customer,friend\nada,bo\nada,cy\nbo,ada\n"
    source = a_source(tmp_path, mapping, orders=ORDERS, people=people)
    assert_the_same(source)
    ids = [told["id_hash"] for told in flat(event_stretches(source))]
    assert len(set(ids)) == len(ids) == 6


def test_rows_alike_share_one_note(tmp_path: Path) -> None:
    rule = COMPLAINT.replace('data.line = "line"\n', "").replace('data.text = "text"\n', "")
    mapping = 'name = "desk"\n' + TICKET_FILE + rule
    (stretch,) = event_stretches(a_source(tmp_path, mapping, tickets=TICKETS))
    severe = stretch.readings[stretch.readings["code"] == 3]
    assert len(severe) == 2
    assert len(np.unique(severe["data_at"])) == 1


def test_a_complaints_text_goes_along_until_it_is_read(tmp_path: Path) -> None:
    mapping = 'name = "desk"\n' + TICKET_FILE + COMPLAINT
    told = flat(event_stretches(a_source(tmp_path, mapping, tickets=TICKETS)))
    texts = [msgspec.json.decode(data).get("text") for data, noted in map(_data, told) if not noted]
    assert texts == ["It broke", "It broke", "Again"]
    assert [noted for _, noted in map(_data, told)].count(True) == 1


def _data(told: dict[str, Any]) -> tuple[bytes, bool]:
    found: tuple[bytes, bool] = told["data"]
    return found

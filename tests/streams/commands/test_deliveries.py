"""`ebbwatch deliveries` shows what waits and what failed; and secrets stay out of `settings`."""

import io

import pytest
from rich.console import Console

from alerts.outbox import Backlog, Ending, Told, notices
from streams.commands.deliveries import table, told
from streams.commands.setting_list import settings_of
from streams.settings import load
from tests.alerts.books import opened

(NOTICE,) = notices(opened())


def shown(*found: Told) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(table(found, "two"))
    made = console.file
    assert isinstance(made, io.StringIO)
    return made.getvalue()


def test_a_dead_one_says_who_and_why() -> None:
    dead = Told(
        notice=NOTICE, ending=Ending.REFUSED, person="kim", channel="mail", cause="smtp_550"
    )
    line = next(line for line in shown(dead).splitlines() if "smtp_550" in line)
    assert all(word in line for word in ("refused", "kim", "mail", "opened", NOTICE.task_id))


def test_one_that_waits_says_for_whom() -> None:
    assert "owner of kim" in shown(Told(notice=NOTICE))


@pytest.mark.parametrize("n_waiting", [0, 3])
def test_the_oldest_is_named_where_one_waits(n_waiting: int) -> None:
    line = told(Backlog(n_waiting=n_waiting, oldest_s=600.0, n_dead=0))
    assert ("10 min" in line) == bool(n_waiting)


def test_settings_show_the_book_and_no_secret() -> None:
    given = load(
        ["courier.webhook.secret=hush", 'courier.people={"kim": {"webhook": "https://e.org/x"}}']
    )
    found = {one.key: one.value for one in settings_of(given)}
    assert found["courier.webhook.secret"] == "***"
    people = found["courier.people"]
    assert isinstance(people, dict)
    assert people["kim"]["webhook"] == "https://e.org/x"
    assert "hush" not in str(found)

"""The list of settings: keys, values, limits, and reasons out of the code."""

from collections.abc import Mapping
from typing import Literal

import pytest
from pydantic import BaseModel, Field, PositiveInt
from rich.console import Console

from streams.commands.setting_list import Setting, settings_of
from streams.commands.settings_command import table
from streams.settings import load


class Inner(BaseModel):
    days: float = Field(default=3.0, ge=0, lt=9)  # as long as a weekend
    # Both lines above a field
    # belong to it.
    word: Literal["one", "two"] = "one"


class Outer(BaseModel):
    # A heading that stands apart says nothing of a field.

    n_max: PositiveInt = 2  # two hands
    name: str | None = None
    budgets: Mapping[str, int] = {}
    inner: Inner = Inner()


FOUND = {one.key: one for one in settings_of(Outer(n_max=5, inner=Inner(word="two")))}


@pytest.mark.parametrize(
    ("key", "kind", "why"),
    [
        ("n_max", "int > 0", "two hands"),
        ("name", "str or none", ""),
        ("budgets", "table", ""),
        ("inner.days", "float >= 0 < 9", "as long as a weekend"),
        ("inner.word", "one or two", "Both lines above a field belong to it."),
    ],
)
def test_a_setting_says_what_it_may_be_and_why(key: str, kind: str, why: str) -> None:
    assert (FOUND[key].kind, FOUND[key].why) == (kind, why)


def test_settings_stand_in_their_order() -> None:
    assert list(FOUND) == ["n_max", "name", "budgets", "inner.days", "inner.word"]


def test_what_somebody_set_is_known_with_its_default() -> None:
    assert [(key, one.value, one.default) for key, one in FOUND.items() if one.changed] == [
        ("n_max", 5, 2),
        ("inner.word", "two", "one"),
    ]


def test_every_key_of_ours_can_be_set_as_it_is_shown() -> None:
    found = list(settings_of(load(["churn.silence_days=61", 'desk.budgets={"kim": 5}'])))
    assert {one.key for one in found if one.changed} == {"churn.silence_days", "desk.budgets"}
    load([f"{one.key}={_typed(one)}" for one in found])


def _typed(one: Setting) -> str:
    from msgspec import json

    return json.encode(one.value).decode()


def test_people_are_shown_with_what_they_may_see() -> None:
    sets = ['console.people={"Kim": {"job": "manager", "owners": ["kim"]}}']
    (people,) = [one for one in settings_of(load(sets)) if one.key == "console.people"]
    shown = Console(width=400)
    with shown.capture() as said:
        shown.print(table([people], ""))
    assert '"Kim":{"job":"manager","owners":["kim"]' in said.get()

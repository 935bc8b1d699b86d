"""Playbooks: which row is taken, and what is wrong with a file."""

from datetime import timedelta

import pytest

from alerts.playbooks import parse, shipped
from detectors.errors import SettingsError


@pytest.mark.parametrize(
    ("reason", "stage", "tier", "key"),
    [
        pytest.param("decline.quiet", None, "base", "P24", id="no stage yet"),
        pytest.param("decline.quiet", "consideration", "top", "P24", id="group and stage"),
        pytest.param("decline.quiet", "decision", "base", "P25", id="leaving"),
        pytest.param("decline.quiet", "decision", "top", "P0", id="leaving, top"),
        pytest.param("complaint.open", "awareness", "base", "P5", id="reason id"),
        pytest.param("complaint.open", "decision", "base", "P5", id="reason id before stage"),
        pytest.param("complaint.unresolved", None, "top", "P6", id="past its time"),
        pytest.param("relation.neglect", None, "middle", "P19", id="never called"),
        pytest.param("relation.neglect", None, "base", "P0", id="never called, base"),
        pytest.param(None, None, "base", "P24", id="no reason named"),
        pytest.param("network.neighbour", "awareness", "top", "P0", id="no row yet"),
        pytest.param("from.elsewhere", None, "gold", "P0", id="names not known"),
    ],
)
def test_which_playbook(reason: str | None, stage: str | None, tier: str, key: str) -> None:
    assert shipped().find(reason, stage, tier).key == key


ROW = """
[[playbook]]
key = "{key}"
reasons = {reasons}
stages = {stages}
tiers = {tiers}
title = {{ en = "Call", zh = "致电" }}
steps = [{{ en = "Call.", zh = "致电。" }}]
due = "36h"
channels = ["call"]
offer = {{ en = "Help.", zh = "帮助。" }}
closes_when = {{ en = "Done.", zh = "完成。" }}
"""


def a_row(
    key: str = "A",
    reasons: str = '["any"]',
    stages: str = '["any"]',
    tiers: str = '["any"]',
) -> str:
    return ROW.format(key=key, reasons=reasons, stages=stages, tiers=tiers)


def test_due_times_are_hours_or_days() -> None:
    (row,) = parse(a_row(), "mine.toml").rows
    assert row.within == timedelta(hours=36)
    (row,) = parse(a_row().replace("36h", "5d"), "mine.toml").rows
    assert row.within == timedelta(days=5)


def test_the_more_particular_row_is_taken() -> None:
    rows = [
        a_row("any"),
        a_row("group", '["need"]'),
        a_row("stage", '["need"]', '["awareness"]'),
        a_row("tier", '["need"]', '["awareness"]', '["top"]'),
        a_row("id", '["need.moved"]'),
    ]
    books = parse("".join(rows), "mine.toml")
    found = [
        books.find(*asked).key
        for asked in [
            ("price", None, "top"),
            ("need.changed", None, "top"),
            ("need.changed", "awareness", "base"),
            ("need.changed", "awareness", "top"),
            ("need.moved", "awareness", "top"),
        ]
    ]
    assert found == ["any", "group", "stage", "tier", "id"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("[[playbook", "mine.toml: ", id="no TOML"),
        pytest.param("rows = 1", "mine.toml: unknown key 'rows'", id="unknown table"),
        pytest.param(
            a_row().replace('due = "36h"', 'due = "soon"'),
            "mine.toml: row 1 (A): due: Expected `str` matching regex",
            id="due",
        ),
        pytest.param(
            a_row() + a_row("B", '["need"]').replace('"call"', '"dove"'),
            "mine.toml: row 2 (B): channels[0]: Invalid enum value 'dove'",
            id="channel",
        ),
        pytest.param(
            a_row().replace(', zh = "致电"', ""),
            "mine.toml: row 1 (A): title: Object missing required field `zh`",
            id="language missing",
        ),
        pytest.param(
            a_row().replace("致电。", " "),
            "mine.toml: row 1 (A): steps[0]: a language is empty",
            id="language empty",
        ),
        pytest.param(
            a_row() + 'colour = "red"\n',
            "mine.toml: row 1 (A): Object contains unknown field `colour`",
            id="unknown key",
        ),
        pytest.param(
            a_row(reasons='["complaint.open", "complant.open"]'),
            "mine.toml: row 1 (A): reasons: 'complant.open' is in no group of reasons",
            id="reason misspelt",
        ),
        pytest.param(
            a_row() + a_row(reasons='["need"]'), "mine.toml: two rows have the key 'A'", id="twice"
        ),
        pytest.param(
            a_row()
            + a_row("B", '["need"]', tiers='["top", "middle"]')
            + a_row("C", '["need"]', tiers='["middle"]'),
            "mine.toml: rows 'B' and 'C' are for the same situation: reasons ['need']",
            id="same situation",
        ),
        pytest.param(
            a_row(tiers='["top"]'),
            "mine.toml: no row has reasons, stages and tiers 'any'",
            id="none for any",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_file_row_and_key(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse(text, "mine.toml")
    assert str(raised.value).startswith(told)


def test_no_customer_is_ever_told_that_they_were_rated() -> None:
    words = ("risk", "score", "churn", "评分", "流失")
    for row in shipped().rows:
        for step in row.steps:
            assert not [word for word in words if word in step.en.lower() + step.zh]

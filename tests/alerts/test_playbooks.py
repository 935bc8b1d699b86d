"""Playbooks: which row is taken, and what is wrong with a file."""

from datetime import timedelta
from typing import get_args

import pytest

from alerts.actions import ContactChannel
from alerts.playbooks import ValueItem, parse, shipped
from detectors.errors import SettingsError
from streams.events import vocabulary


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
        pytest.param("network.neighbour", "awareness", "top", "P22", id="a neighbour left"),
        pytest.param("network.neighbour", "awareness", "base", "P0", id="a neighbour, base"),
        pytest.param("service.slow", None, "top", "P1", id="service, top"),
        pytest.param("service.slow", "awareness", "base", "P2", id="service, others"),
        pytest.param("service.slow", "consideration", "top", "P3", id="service, comparing"),
        pytest.param("service.slow", "decision", "top", "P0", id="service, leaving, top"),
        pytest.param("service.delivery", "awareness", "top", "P4", id="delivery"),
        pytest.param("complaint.checked", None, "top", "P7", id="after the complaint"),
        pytest.param("product.quality", "decision", "base", "P8", id="defects"),
        pytest.param("product.fit", "awareness", "middle", "P9", id="does not fit"),
        pytest.param("competition.price", "consideration", "top", "P10", id="price"),
        pytest.param("competition.price", "consideration", "base", "P11", id="price, base"),
        pytest.param("competition.entered", "awareness", "cohort", "P11", id="a rival, cohort"),
        pytest.param("competition.price", "decision", "top", "P12", id="price, leaving, top"),
        pytest.param("competition.price", "decision", "middle", "P25", id="price, leaving"),
        pytest.param("need.moved", "decision", "top", "P13", id="another need"),
        pytest.param("technology.migration", None, "top", "P14", id="technology"),
        pytest.param("change.policy", "awareness", "cohort", "P15", id="our change"),
        pytest.param("change.policy", "consideration", "base", "P16", id="asks for an exception"),
        pytest.param("relation.manager_left", "awareness", "cohort", "P17", id="handover"),
        pytest.param("relation.manager_left", None, "base", "P0", id="handover, base"),
        pytest.param("relation.poached", "awareness", "cohort", "P18", id="poached"),
        pytest.param("payment.failed", "decision", "base", "P20", id="payment"),
        pytest.param("payment.disputed", None, "middle", "P21", id="invoice"),
        pytest.param("decline.spread", "consideration", "top", "P23", id="buys elsewhere"),
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
value_item = "finding"
approval = "approved"
"""
TEXT = 'message = { en = "We are here.", zh = "我们在。" }\n'


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
            a_row().replace('value_item = "finding"\n', ""),
            "mine.toml: row 1 (A): Object missing required field `value_item`",
            id="a contact that brings nothing",
        ),
        pytest.param(
            a_row().replace('approval = "approved"\n', ""),
            "mine.toml: row 1 (A): Object missing required field `approval`",
            id="nobody said whether it is approved",
        ),
        pytest.param(
            a_row().replace('"approved"', '"draft"'),
            "mine.toml: no approved row has reasons, stages and tiers 'any'",
            id="only a draft for any",
        ),
        pytest.param(
            a_row() + 'auto = ["base"]\n',
            "mine.toml: row 1 (A): message: a row with 'auto' needs",
            id="nothing to send",
        ),
        pytest.param(
            a_row() + TEXT, "mine.toml: row 1 (A): auto: a row with a message", id="to nobody"
        ),
        pytest.param(
            a_row() + 'auto = ["base"]\n' + TEXT.replace("我们在。", ""),
            "mine.toml: row 1 (A): message: a language is empty",
            id="message, language empty",
        ),
        pytest.param(
            a_row(tiers='["top"]'),
            "mine.toml: no approved row has reasons, stages and tiers 'any'",
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
        told = [*row.steps, row.offer, *([row.message] if row.message else [])]
        for line in told:
            assert not [word for word in words if word in line.en.lower() + line.zh]


def test_in_awareness_nobody_speaks_of_leaving() -> None:
    words = ("leav", "goodbye", "cancel", "离开", "告别", "取消")
    for row in shipped().rows:
        if "awareness" in row.stages:
            for line in (*row.steps, row.offer, row.message or row.title):
                assert not [word for word in words if word in line.en.lower() + line.zh]


def test_what_nobody_approved_is_passed_over() -> None:
    draft = a_row("B", '["need"]').replace('"approved"', '"draft"')
    assert parse(a_row() + draft, "mine.toml").find("need.changed", None, "top").key == "A"


def test_all_rows_are_there_and_say_what_a_contact_brings() -> None:
    rows = {row.key: row for row in shipped().rows}
    assert set(rows) == {f"P{n}" for n in range(26)}
    assert {key for key, row in rows.items() if row.low_saveability} == {"P12", "P25"}
    assert {key for key, row in rows.items() if row.auto} == {"P11", "P20", "P24"}
    assert get_args(ValueItem) == get_args(vocabulary.ValueItem)
    assert get_args(ContactChannel) == get_args(vocabulary.Channel)


def test_the_machine_does_only_what_is_marked() -> None:
    steps = [(row.key, step.auto) for row in shipped().rows for step in row.steps]
    assert [key for key, auto in steps if auto] == ["P20", "P20"]


def test_a_message_is_for_the_tiers_that_are_named() -> None:
    row = shipped().find("decline.quiet", None, "base")
    assert [row.sends(tier) for tier in ("top", "middle", "base")] == [False, False, True]
    assert not shipped().find("need.changed", None, "base").sends("base")

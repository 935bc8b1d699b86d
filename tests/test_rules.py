"""The rules for Prometheus: well formed, about metrics that exist, and each says what to do."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"\bebbwatch[a-z0-9_:]+")
ROW = re.compile(r"^\| `(ebbwatch_\w+)` \| \w+ \| (\w+) \| ([\w, ]*) \|", re.MULTILINE)
LABELS = re.compile(r"by \(([\w, ]+)\)|\{(\w+)=~?\"")
DURATION = re.compile(r"\d+[smhd]")
COUNTED = re.compile(r"(?:increase|rate)\((ebbwatch\w+)")
GROUPS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deploy" / "prometheus" / "rules.yml").read_text(encoding="utf-8")
)["groups"]
RULES = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
# name -> its kind and its labels, from the README's table, which is checked against the code
METRICS = {
    name: (kind, {one.strip() for one in labels.split(",") if one.strip()})
    for name, kind, labels in ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))
}

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: next(iter(rule.values())))
every_alert = pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])


def test_groups_have_a_name_and_rules_and_no_name_twice() -> None:
    assert all(set(group) <= {"name", "interval", "rules"} and group["rules"] for group in GROUPS)
    names = [group["name"] for group in GROUPS] + [rule["alert"] for rule in ALERTS]
    assert len(set(names)) == len(names)


@every_rule
def test_every_metric_that_a_rule_asks_for_exists(rule: dict[str, Any]) -> None:
    asked = set(NAME.findall(rule["expr"]))
    assert asked
    assert asked <= METRICS.keys() | RECORDED
    for names in LABELS.findall(rule["expr"]):
        labels = {one.strip() for one in ",".join(names).split(",") if one.strip()}
        assert all(labels <= METRICS[name][1] for name in asked - RECORDED)


@every_rule
def test_only_counters_are_counted_and_brackets_close(rule: dict[str, Any]) -> None:
    asked, counted = set(NAME.findall(rule["expr"])), set(COUNTED.findall(rule["expr"]))
    assert {METRICS[name][0] for name in counted} <= {"counter"}
    assert all(METRICS[name][0] == "gauge" for name in asked - counted - RECORDED) or (
        "absent(" in rule["expr"]
    )
    assert all(rule["expr"].count(one) == rule["expr"].count(other) for one, other in ("()", "{}"))


@every_alert
def test_an_alert_says_whose_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
    assert DURATION.fullmatch(rule["for"])
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in {"page", "ticket", "review"}
    assert rule["annotations"].keys() == {"summary", "owner", "action", "runbook"}
    assert all(rule["annotations"].values())


@every_alert
def test_an_alert_has_its_heading_in_the_runbook(rule: dict[str, Any]) -> None:
    page, _, place = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^## (\w+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert rule["alert"] in headings
    assert place == rule["alert"].lower()


def test_the_runbook_has_no_heading_of_an_alert_that_is_gone() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == [rule["alert"] for rule in ALERTS]

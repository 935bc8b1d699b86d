"""The table of measures: what each says, who answers for it, over which window.

A rule or a model that goes live names one of these as its target. Groups are those in which a
company looks at its customers; goals are editable targets and never enter the risk.
"""

from typing import Literal, NamedTuple

Group = Literal[
    "get and keep", "satisfaction and loyalty", "value", "interaction and service speed",
    "lifetime value", "data",
]  # fmt: skip
Owner = Literal["account manager", "retention lead", "operations", "data scientist"]


class Measure(NamedTuple):
    """One measure. `place` is its key in ``report.json``, in dots; `window` is event time."""

    place: str
    group: Group
    owner: Owner
    window: str
    formula: str


MEASURES: dict[str, Measure] = {
    "churn rate": Measure(
        "churn.churn_rate", "get and keep", "retention lead", "month",
        "churned of those active at start / active at start, for each kind",
    ),
    "retention rate": Measure(
        "churn.retention", "get and keep", "retention lead", "month",
        "still active / active at start",
    ),
    "revenue churn": Measure(
        "churn.revenue_churn", "value", "retention lead", "month",
        "yearly revenue lost / at start",
    ),
    "net loss run": Measure(
        "churn.net_loss_run", "get and keep", "retention lead", "month",
        "months running with churned > new + returned",
    ),
    "phase of life": Measure(
        "lifecycle.growing", "get and keep", "retention lead", "month",
        "customers who are new, growing, steady, leaving, gone",
    ),
    "change effect": Measure(
        "change_effects.effect", "get and keep", "retention lead", "week",
        "departures of those a change hit, after less before, less the same of the others",
    ),
    "barriers": Measure(
        "barriers.left_share", "satisfaction and loyalty", "retention lead", "history",
        "left / customers, behind each barrier and none; captive: held and dissatisfied",
    ),
    "own reasons": Measure(
        "causes", "get and keep", "retention lead", "history",
        "stated reason ids against the prior",
    ),
    "own reasons by group": Measure(
        "causes_by_group", "get and keep", "retention lead", "history",
        "groups of the stated reasons, against what suppliers believe",
    ),
    "own reasons in short": Measure(
        "causes_in_short", "get and keep", "retention lead", "history",
        "service, does not meet the need, competitive pressure, and what is none of them",
    ),
    "first answer time": Measure(
        "complaints.first_answer_hours", "interaction and service speed", "retention lead",
        "month", "median hours from the report to the first answer",
    ),
    "kept 24-hour analysis": Measure(
        "complaints.kept_analysis", "interaction and service speed", "retention lead", "month",
        "cause and remedy told within a day / complaints",
    ),
    "informed rate": Measure(
        "complaints.informed", "interaction and service speed", "retention lead", "month",
        "informed / resolved",
    ),
    "checked rate": Measure(
        "complaints.checked", "interaction and service speed", "retention lead", "month",
        "rated / informed",
    ),
    "reopen rate": Measure(
        "complaints.reopened", "satisfaction and loyalty", "retention lead", "month",
        "reopened / resolved",
    ),
    "saved after complaint": Measure(
        "complaints.saved_kept", "get and keep", "retention lead", "90 days",
        "complainers who had not left 90 days later / complainers, by clock kept or broken",
    ),
    "satisfaction index": Measure(
        "voice.satisfaction", "satisfaction and loyalty", "retention lead", "month",
        "mean satisfaction, 0 to 100",
    ),
    "feedback rate": Measure(
        "voice.feedback", "satisfaction and loyalty", "retention lead", "month",
        "answers / asked",
    ),
    "repurchase rate": Measure(
        "voice.repurchase", "get and keep", "retention lead", "month",
        "customers with two purchases or more / customers who bought",
    ),
    "active programme share": Measure(
        "voice.active_programme", "satisfaction and loyalty", "retention lead", "month",
        "members who used it / members",
    ),
    "contact frequency": Measure(
        "tiers.contacts_a_month", "interaction and service speed", "retention lead", "history",
        "valued contacts by us / customer and month, by tier",
    ),
    "lifetime value": Measure(
        "tiers.lifetime_value", "lifetime value", "retention lead", "history",
        "yearly revenue x years kept x loyalty, by tier",
    ),
    "lifetime value to acquisition cost": Measure(
        "tiers.value_to_cost", "lifetime value", "retention lead", "history",
        "mean lifetime value / mean cost of winning, by tier",
    ),
    "share of wallet": Measure(
        "tiers.share_of_wallet", "value", "retention lead", "year",
        "our revenue / what the customer spends on such goods, by tier",
    ),
    "spend by tier": Measure(
        "tiers.spent", "value", "retention lead", "history",
        "cost of tasks worked on, against value at risk, by tier",
    ),
    "alerts per manager and week": Measure(
        "managers.alerts_a_week", "interaction and service speed", "retention lead", "history",
        "alerts / week",
    ),
    "task response": Measure(
        "managers.hours_to_acknowledge", "interaction and service speed", "account manager",
        "history", "median hours from opened to acknowledged",
    ),
    "closed before due": Measure(
        "managers.closed_before_due", "interaction and service speed", "account manager",
        "history", "closed by due time / finished",
    ),
    "parity": Measure(
        "parity.false_alarms", "data", "data scientist", "history",
        "alerts, contacts and false alarms by language and tier",
    ),
    "completeness": Measure(
        "completeness", "data", "operations", "history",
        "customers whose mandatory fields are known / customers",
    ),
    "share of event types used": Measure(
        "types_used", "data", "data scientist", "history",
        "event types seen that change at least one feature / event types seen",
    ),
}  # fmt: skip

"""Alerts and tasks as rows of a table: which columns, of which type, from where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from alerts.reasons import main_reason

_TEXT, _NUMBER, _FLAG = pa.string(), pa.float64(), pa.bool_()
_INSTANT = pa.timestamp("ms", "UTC")


@dataclass(frozen=True)
class Column:
    """A column of a table: its pyarrow type, and how a record gives its value."""

    kind: Any
    read: Callable[[Any], object]


def _own(name: str, kind: Any) -> Column:
    return Column(kind, attrgetter(name))


def _json(name: str) -> Column:
    read, encode = attrgetter(name), msgspec.json.Encoder().encode
    return Column(_TEXT, lambda record: encode(read(record)).decode())


def _top_reason(record: Any) -> str | None:
    reason = main_reason(record.reasons)
    return reason.id if reason is not None else None


# What alerts and tasks say of the customer in the same words.
_STANDING: Mapping[str, Column] = {
    "band": _own("band", _TEXT),
    "stage": _own("stage", _TEXT),
    "urgent": _own("urgent", _FLAG),
    "tier": _own("tier", _TEXT),
    "risk": _own("risk", _NUMBER),
    "value": _own("value", _NUMBER),
    "value_basis": _own("value_basis", _TEXT),
    "value_at_risk": _own("value_at_risk", _NUMBER),
    "language": _own("language", _TEXT),
    "cohort": _own("cohort", _TEXT),
    "breach": _own("breach", _TEXT),
    "channel": _own("channel", _TEXT),
    "matters": _json("matters"),
    "reduced": _own("reduced", _FLAG),
    "top_reason": Column(_TEXT, _top_reason),
    "reasons": _json("reasons"),
}

ALERT_COLUMNS: Mapping[str, Column] = {
    "id": _own("id", _TEXT),
    "customer_id": _own("customer", _TEXT),
    "owner": _own("owner", _TEXT),
    "as_of": _own("as_of", _INSTANT),
    **_STANDING,
    "cause": _own("cause", _TEXT),
    "late": _own("late", _FLAG),
    "consented": _own("consented", _FLAG),
    "care": _own("care", _FLAG),
    "basis": _own("basis", _TEXT),
    "model_version": _own("model_version", pa.int32()),
    "settings_id": _own("settings_id", _TEXT),
    "partition": _own("partition", pa.int32()),
}

# A complaint's id is not in the log: who has it finds the complaint by its xxh64.
BREACH_COLUMNS: Mapping[str, Column] = {
    "customer_id": _own("customer", _TEXT),
    "complaint": Column(_TEXT, lambda one: f"{one.breach.reference:016x}"),
    "clock": _own("breach.clock", _TEXT),
    "deadline": _own("breach.deadline_ms", _INSTANT),
    "noticed_at": _own("breach.noticed_ms", _INSTANT),
}

TASK_COLUMNS: Mapping[str, Column] = {
    "id": _own("id", _TEXT),
    "customer_id": _own("customer", _TEXT),
    "owner": _own("owner", _TEXT),
    "kind": _own("kind.value", _TEXT),
    "informed": _own("informed", _TEXT),
    "n_exposed": _own("n_exposed", pa.int32()),
    "state": _own("state.value", _TEXT),
    "opened_at": _own("opened_at", _INSTANT),
    "due_at": _own("due_at", _INSTANT),
    "started_at": _own("started_at", _INSTANT),
    "snoozed_until": _own("snoozed_until", _INSTANT),
    "finished_at": _own("finished_at", _INSTANT),
    "outcome": _own("outcome", _TEXT),
    "outcome_reason": _own("outcome_reason", _TEXT),
    **_STANDING,
    "saveability": _own("saveability", _NUMBER),
    "expected_value": _own("expected_value", _NUMBER),
    "replacement_cost": _own("replacement_cost", _NUMBER),
    "playbook": _own("playbook", _TEXT),
    "title_en": _own("title.en", _TEXT),
    "title_zh": _own("title.zh", _TEXT),
    "n_alerts": Column(pa.int32(), lambda task: len(task.alerts)),
    "alerts": _json("alerts"),
    "history": _json("history"),
}

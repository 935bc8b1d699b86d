"""What kind of work an alert is, by value and band: a task, a line in a list, or nothing.

The table has a row for each tier and a cell for each band. What we owe an answer to is always
a person's work; what is in decision stage counts as critical, whatever the score says.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, model_validator

from alerts.alert import BANDS, Alert
from alerts.contract import Contract
from alerts.reasons import LABELS_ONLY, group
from alerts.value import about

TIERS_MAX = 4  # more tiers cost more than they bring

Band = Literal["calm", "watch", "at_risk", "critical"]
# head: a task of which the account manager's head is told; urgent: one that passes a full day,
# of which management is told; pool: a task for whoever has time.
Cell = Literal["nothing", "care", "list", "message", "pool", "task", "head", "urgent"]

NO_TASK: frozenset[Cell] = frozenset({"nothing", "care", "list"})
INFORMED: Mapping[Cell, str] = {"head": "head", "urgent": "management"}


class Kind(StrEnum):
    """What a task is about."""

    CUSTOMER = "customer"  # something is wrong with a customer
    CARE = "care"  # nothing is wrong but our silence
    MESSAGE = "message"  # an approved text, sent by a machine
    CASE = "case"  # one cause, many customers


class TierSettings(BaseModel):
    """What is done for whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Rows by tier, at most four; cells by band. The rows are a prior, no figure stands behind it.
    actions: Mapping[str, Mapping[Band, Cell]] = {
        "top": {"calm": "care", "watch": "task", "at_risk": "head", "critical": "urgent"},
        "middle": {"calm": "care", "watch": "list", "at_risk": "task", "critical": "task"},
        "base": {"calm": "nothing", "watch": "nothing", "at_risk": "message", "critical": "pool"},
    }
    usual: str = "middle"  # ours: whoever no profile and no value has put into a tier gets a person
    pool: str = "pool"  # whose queue the tasks of the base are in: anybody's who has time
    automatic: str = "automatic"  # whose queue the approved messages are in: the courier's
    pool_max: NonNegativeInt = 200  # ours, open tasks of the pool at each desk: a team's week
    messages_max: NonNegativeInt = 1000  # ours, unsent messages at each desk: a machine's hour

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.actions) > TIERS_MAX:
            raise ValueError(
                f"there are {len(self.actions)} tiers, at most {TIERS_MAX} are allowed"
            )
        for tier, row in self.actions.items():
            missing = [band for band in BANDS if band not in row]
            if missing:
                raise ValueError(f"tier {tier!r} says nothing about band {missing[0]!r}")
        if self.usual not in self.actions:
            raise ValueError(f"the usual tier {self.usual!r} is none of {sorted(self.actions)}")
        return self

    def row(self, tier: str) -> Mapping[Band, Cell]:
        """Give the row of a tier; of one not known, the usual one."""
        return self.actions.get(tier) or self.actions[self.usual]


class Handling(Contract, frozen=True, kw_only=True):
    """How the desk takes an alert: what kind of work, whose, and who else is told.

    `informed` is "head", "management" or empty; `cell` says why.
    """

    cell: Cell
    kind: Kind
    owner: str
    urgent: bool
    informed: str = ""


def handled(alert: Alert, owner: str, settings: TierSettings, *, auto: bool) -> Handling:
    """Say how to take an alert.

    Parameters
    ----------
    owner : the account manager whose customer it is now
    auto : whether an approved text may stand for a call, by the playbook
    """
    row = settings.row(alert.tier)
    if alert.breach is not None:
        # We broke a promise. Whoever it was made to, their own manager calls and ours is told.
        return Handling(
            cell="urgent", kind=Kind.CUSTOMER, owner=owner, urgent=True, informed="management"
        )
    if alert.care:
        return Handling(cell=row["calm"], kind=Kind.CARE, owner=owner, urgent=False)
    cell = _cell(alert, row, auto=auto)
    whose = {"pool": settings.pool, "message": settings.automatic}.get(cell, owner)
    return Handling(
        cell=cell,
        kind=Kind.MESSAGE if cell == "message" else Kind.CUSTOMER,
        owner=whose,
        urgent=alert.urgent or cell == "urgent",
        informed=INFORMED.get(cell, ""),
    )


def answers(alert: Alert) -> bool:
    """Say whether acting on it answers the customer, who came to us: no outreach of ours."""
    reason = about(alert)
    return alert.breach is not None or (reason is not None and group(reason.id) == "complaint")


def no_task(handling: Handling) -> bool:
    """Say whether no task comes of it."""
    wanted = handling.cell == "care" and handling.kind is Kind.CARE
    return handling.cell in NO_TASK and not wanted


def _cell(alert: Alert, row: Mapping[Band, Cell], *, auto: bool) -> Cell:
    band: Band = "critical" if alert.stage == "decision" else _known(alert.band)
    cell = row[band]
    reason = about(alert)
    if reason is not None and reason.id in LABELS_ONLY:
        return "nothing"
    person: Cell = "pool" if "pool" in row.values() else "task"
    if cell == "message" and not auto:
        return person
    # Anger is met by a person, and everybody's complaint has the same clocks.
    if answers(alert) and (cell in NO_TASK or cell == "message"):
        return person
    return cell


def _known(band: str) -> Band:
    match band:
        case "calm" | "watch" | "at_risk" | "critical":
            return band
    raise ValueError(f"band was {band!r}, must be one of {BANDS}")

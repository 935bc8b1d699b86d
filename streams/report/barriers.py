"""Barriers: what makes leaving dear, and whether it keeps anybody.

A barrier delays leaving and cures nothing. Who is held by one and is dissatisfied is a captive:
their risk has a date, the end of the barrier, and one has to act before it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from detectors.kinds import Kind
from detectors.reasons import instant
from streams.report.history import Customer, Happened, History

DISSATISFIED = 0.4  # ours, as of a rated complaint
CONTRACTS = (
    Kind.CONTRACT_SIGNED,
    Kind.CONTRACT_RENEWED,
    Kind.CONTRACT_SHORTENED,
    Kind.CONTRACT_DOWNGRADED,
    Kind.PROFILE_UPDATED,
)
READ = (*CONTRACTS, Kind.PROGRAMME_USED, Kind.SURVEY_ANSWERED, Kind.CUSTOMER_CHURNED,
        Kind.CUSTOMER_RETURNED)  # fmt: skip
BARRIERS = ("shareholder", "contract", "points", "none")


@dataclass(frozen=True)
class Barrier:
    """Customers behind one barrier, as they were at the end, or as they left; "none": behind none.

    A customer may be behind several. `captive` are those still here whose last answer was
    dissatisfied; behind no barrier they are not captive, and only unhappy.
    """

    barrier: str
    customers: int
    left: int
    left_share: float | None
    captive: int


@dataclass
class _Known:
    shareholder: bool = False
    contract_ends: str = ""
    points: float = 0.0
    satisfaction: float = 1.0
    left_ms: int = 0  # 0: still here

    def take(self, one: Happened) -> None:
        """Take what an event says; the left keep what they had."""
        said = one.said
        if one.kind is Kind.CUSTOMER_CHURNED:
            self.left_ms = self.left_ms or one.at_ms
        elif one.kind is Kind.CUSTOMER_RETURNED:
            self.left_ms = 0
        elif self.left_ms:
            return
        elif one.kind is Kind.PROGRAMME_USED:
            self.points = float(said.get("balance") or 0.0)
        elif one.kind is Kind.SURVEY_ANSWERED:
            told = said.get("satisfaction")
            self.satisfaction = self.satisfaction if told is None else float(told)
        else:
            self.shareholder = bool(said.get("shareholder", self.shareholder))
            ends = said.get("ends_at") or said.get("contract_renewal")
            self.contract_ends = str(ends) if ends else self.contract_ends

    def behind(self, end_ms: int) -> list[str]:
        """Give the barriers that held at the end, or when the customer left."""
        held = (
            self.shareholder,
            bool(self.contract_ends)
            and datetime.fromisoformat(self.contract_ends) > instant(self.left_ms or end_ms),
            self.points > 0,
        )
        return [name for name, holds in zip(BARRIERS, held, strict=False) if holds] or ["none"]


def barriers(history: History) -> list[Barrier]:
    """Give every barrier, and those behind none, of all customers of whom anything is told."""
    known: defaultdict[Customer, _Known] = defaultdict(_Known)
    for one in sorted(history.of(*READ), key=lambda one: one.at_ms):
        if one.customer is not None:
            known[one.customer].take(one)
    behind: defaultdict[str, list[_Known]] = defaultdict(list)
    for who in known.values():
        for name in who.behind(history.end_ms):
            behind[name].append(who)
    return [_barrier(name, behind[name]) for name in BARRIERS]


def _barrier(name: str, who: list[_Known]) -> Barrier:
    left = sum(one.left_ms > 0 for one in who)
    unhappy = sum(not one.left_ms and one.satisfaction <= DISSATISFIED for one in who)
    return Barrier(
        name,
        len(who),
        left,
        left / len(who) if who else None,
        0 if name == "none" else unhappy,
    )

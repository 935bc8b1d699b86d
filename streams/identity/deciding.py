"""What was decided about proposals, by a person or by the strict rule, as events for both ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xxhash import xxh64_hexdigest

from detectors.errors import ContractError
from streams.events.envelope import AnyEvent
from streams.events.profiles import CustomerMerged, Identity
from streams.identity.proposals import Proposal

SOURCE = "ebbwatch/propose-merges"


@dataclass(frozen=True)
class Verdict:
    """One line of a person's decisions: whether two ids are one customer, and which id stays.

    `place` is where it stands, for messages.
    """

    id: str
    other: str
    same: bool
    survivor: str = ""
    place: str = ""


@dataclass(frozen=True)
class Merge:
    """An id that is absorbed by another, and who or which rule decided."""

    survivor: str
    absorbed: str
    decided_by: str


def merges(
    proposals: Iterable[Proposal], verdicts: Sequence[Verdict], by: str
) -> tuple[Merge, ...]:
    """Give the merges that are decided: by rule where nobody objects, else by the person `by`.

    Several ids of one company go to one survivor: the one that a person named, else the first of
    them by name.

    Raises
    ------
    ContractError
        If a pair is decided in two ways, also by way of others, or two survivors are named.
        Names the place of the decision.

    Examples
    --------
    >>> said = [Verdict("b", "c", True, "c"), Verdict("a", "b", True)]
    >>> [(one.absorbed, one.survivor) for one in merges((), said, "Ada")]
    [('a', 'c'), ('b', 'c')]
    """
    ruled = {_pair(one.id, one.other): one.rule for one in proposals if one.rule}
    apart: dict[tuple[str, str], Verdict] = {}
    groups = _Groups()
    for said in verdicts:
        if not said.same:
            apart[_pair(said.id, said.other)] = said
    for said in verdicts:
        if said.same:
            groups.join(said.id, said.other, by)
            groups.name(said)
    for (one, other), rule in sorted(ruled.items()):
        if (one, other) not in apart:
            groups.join(one, other, rule or "")
    for said in apart.values():
        if groups.are_one(said.id, said.other):
            raise ContractError(
                f"{said.place}: {said.id} and {said.other} are said to be two customers, and by"
                " other decisions they are one"
            )
    return groups.merges()


def events(decided: Iterable[Merge], at: datetime) -> list[AnyEvent]:
    """Give the events of merges, two for each; the same merge at the same time has the same ids."""
    found: list[AnyEvent] = []
    for one in decided:
        told = f"{one.survivor}\x1f{one.absorbed}\x1f{at.isoformat()}"
        kept = Identity(role="survivor", other=one.absorbed, decided_by=one.decided_by)
        gone = Identity(role="absorbed", other=one.survivor, decided_by=one.decided_by)
        for subject, said in ((one.survivor, kept), (one.absorbed, gone)):
            found.append(
                CustomerMerged(
                    specversion="1.0",
                    id=f"merge-{xxh64_hexdigest(told.encode())}-{said.role}",
                    source=SOURCE,
                    time=at,
                    subject=subject,
                    data=said,
                )
            )
    return found


class _Groups:
    """Ids that are one customer, as they are joined."""

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}
        self._by: dict[str, str] = {}  # who first joined an id to another
        self._named: dict[str, Verdict] = {}

    def join(self, one: str, other: str, by: str) -> None:
        mine, theirs = (self._members.setdefault(name, [name]) for name in (one, other))
        for name in (one, other):
            self._by.setdefault(name, by)
        if mine is not theirs:
            mine += theirs
            for name in theirs:
                self._members[name] = mine

    def name(self, said: Verdict) -> None:
        if said.survivor:
            self._named.setdefault(said.survivor, said)

    def are_one(self, one: str, other: str) -> bool:
        return one in self._members and self._members[one] is self._members.get(other)

    def merges(self) -> tuple[Merge, ...]:
        found = []
        for members in {id(group): group for group in self._members.values()}.values():
            named = [name for name in sorted(members) if name in self._named]
            if len(named) > 1:
                said = self._named[named[1]]
                raise ContractError(
                    f"{said.place}: of one company both {named[0]} and {named[1]} are to stay"
                )
            survivor = named[0] if named else min(members)
            found += [Merge(survivor, one, self._by[one]) for one in members if one != survivor]
        return tuple(sorted(found, key=lambda one: (one.survivor, one.absorbed)))


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)

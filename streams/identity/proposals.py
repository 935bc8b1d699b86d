"""Proposals: which customers may be one company under two ids, for a person to decide.

Nothing is merged by likeness. The same tax id is a strict rule and decides by itself; two tax ids
that differ decide as well, and such a pair is not proposed however alike the names are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from streams.identity.candidates import Row, candidates
from streams.identity.company_names import company_name, tax_number
from streams.identity.likeness import SAME_PLACE, Likeness, likeness

LINE = 0.8  # ours: below it a person would look at more wrong pairs than right ones
TAX_RULE = "tax-id"


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """One customer as one source has them; `line` is where in the file."""

    source: str
    id: str
    name: str
    address: str = ""
    tax_id: str = ""
    line: int = 0


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Two ids that may be one customer: how alike, why, and the rule that decides, if any."""

    id: str
    other: str
    source: str
    other_source: str
    name: str
    other_name: str
    similarity: float
    why: tuple[str, ...]
    rule: str | None = None


class Proposed(msgspec.Struct, frozen=True):
    """Proposals, the likeliest first; pairs compared; keys with too many rows to compare all."""

    proposals: tuple[Proposal, ...]
    n_compared: int
    n_cut: int


def propose(entries: Iterable[Entry], line: float = LINE) -> Proposed:
    """Find the pairs of ids that may be one customer. The order of the entries does not matter.

    Parameters
    ----------
    line : float
        Least similarity, 0 to 1. Raising it proposes fewer and surer pairs.

    Examples
    --------
    >>> rows = [Entry("crm", "7", "Borealis Ltd"), Entry("shop", "b-1", "BOREALIS LIMITED")]
    >>> [(one.id, one.other, one.similarity) for one in propose(rows).proposals]
    [('7', 'b-1', 1.0)]
    """
    rows = sorted(entries, key=lambda entry: (entry.id, entry.source))
    read = [Row(company_name(one.name), one.address, tax_number(one.tax_id)) for one in rows]
    found = candidates(read)
    # An id of two sources is one customer already: of its rows the likeliest speaks.
    best: dict[tuple[str, str], Proposal] = {}
    for at, there in found.pairs.tolist():
        if rows[at].id == rows[there].id:
            continue
        told = _proposal((rows[at], read[at]), (rows[there], read[there]), line)
        if told is None:
            continue
        pair = told.id, told.other
        if pair not in best or _rank(told) < _rank(best[pair]):
            best[pair] = told
    apart = _told_apart(rows, read)
    kept = (one for pair, one in best.items() if one.rule or not _differ(apart, pair))
    return Proposed(tuple(sorted(kept, key=_rank)), len(found.pairs), found.n_cut)


def _proposal(one: tuple[Entry, Row], other: tuple[Entry, Row], line: float) -> Proposal | None:
    (entry, row), (there, counterpart) = one, other
    both = bool(row.tax_id and counterpart.tax_id)
    if both and row.tax_id != counterpart.tax_id:
        return None
    addresses = row.address, counterpart.address
    found = likeness(row.name, counterpart.name, addresses, least=0.0 if both else line)
    if not both and found.similarity < line:
        return None
    return Proposal(
        id=entry.id,
        other=there.id,
        source=entry.source,
        other_source=there.source,
        name=entry.name,
        other_name=there.name,
        similarity=found.similarity,
        why=tuple(_why(found, row, counterpart, both=both)),
        rule=TAX_RULE if both else None,
    )


def _why(found: Likeness, row: Row, other: Row, *, both: bool) -> Iterator[str]:
    if both:
        yield "same tax id"
    yield "same name" if found.name == 1.0 else f"name {found.name:.0%} alike"
    if found.address is not None:
        same = found.address >= SAME_PLACE
        yield "same address" if same else f"address {found.address:.0%} alike"
    if row.name.is_damaged or other.name.is_damaged:
        yield "a name was damaged and is repaired by a guess"


def _told_apart(rows: Sequence[Entry], read: Sequence[Row]) -> dict[str, set[str]]:
    # The tax ids that any source gives for an id.
    known: dict[str, set[str]] = {}
    for entry, row in zip(rows, read, strict=True):
        if row.tax_id:
            known.setdefault(entry.id, set()).add(row.tax_id)
    return known


def _differ(known: dict[str, set[str]], pair: tuple[str, str]) -> bool:
    one, other = (known.get(name, set()) for name in pair)
    return bool(one and other) and one.isdisjoint(other)


def _rank(told: Proposal) -> tuple[bool, float, str, str, str, str]:
    sources = told.source, told.other_source
    return told.rule is None, -told.similarity, told.id, told.other, *sources

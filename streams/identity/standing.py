"""What the intake knows of one customer: whose id theirs is, what they allow, their links.

Each part holds when it was said, by event time, and of two the later counts: whatever order
they come in, the picture is the same.
"""

from datetime import datetime

import msgspec

from streams.events.envelope import at_ms
from streams.events.event_type import Purpose
from streams.sequencing import standing_bits as bits

NEVER_MS = -(2**62)  # said before anything else
ENDLESS_MS = 2**62


class Merge(msgspec.Struct, frozen=True, array_like=True):
    """The id was absorbed by the customer `into`, and perhaps is no longer."""

    into: str
    merged_ms: int = NEVER_MS
    unmerged_ms: int = NEVER_MS

    def holds(self, event_ms: int) -> bool:
        """Say whether an event of the id at that time is the other's.

        Whatever comes after the merge is, also what happened before it: what was counted of the
        id until then has gone over.
        """
        if self.merged_ms == NEVER_MS:
            return False
        return self.merged_ms >= self.unmerged_ms or event_ms < self.unmerged_ms


class Alias(msgspec.Struct, frozen=True, array_like=True):
    """The id is, in one source, that of `customer`, from one time until before another."""

    source: str
    customer: str
    since_ms: int
    until_ms: int
    said_ms: int


class Aliases(msgspec.Struct, frozen=True, array_like=True):
    """The customer's ids in sources: (source, id, since when)."""

    said_ms: int = NEVER_MS
    ids: tuple[tuple[str, str, int], ...] = ()


class Links(msgspec.Struct, frozen=True, array_like=True):
    """Others linked to the customer: (customer, what they are to ours)."""

    said_ms: int = NEVER_MS
    others: tuple[tuple[str, str], ...] = ()


class Agreement(msgspec.Struct, frozen=True, array_like=True):
    """Whether one purpose is allowed."""

    granted: bool
    said_ms: int


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is known of one customer.

    `links` are those of the profile, `parent` the company above, as a link; `churned_ms` and
    `returned_ms` when they last left and came back.
    """

    merges: tuple[Merge, ...] = ()
    alias_of: tuple[Alias, ...] = ()
    aliases: Aliases = Aliases()
    links: Links = Links()
    parent: Links = Links()
    consent: dict[Purpose, Agreement] = {}
    churned_ms: int = NEVER_MS
    returned_ms: int = NEVER_MS

    @property
    def bits(self) -> int:
        """Give the customer's word for compiled code."""
        word = 0
        for purpose, said in self.consent.items():
            word |= bits.agreed(purpose) if said.granted else bits.withdrawn(purpose)
        if self.merges or self.alias_of:
            word |= bits.ALIAS
        if self.links.others or self.parent.others:
            word |= bits.LINKED
        return word

    @property
    def gone(self) -> bool:
        """Whether they left and are not back."""
        return self.churned_ms > self.returned_ms

    def allows(self, purpose: Purpose) -> bool:
        """Say whether a purpose was not withdrawn."""
        said = self.consent.get(purpose)
        return said is None or said.granted

    def really(self, source: str, event_ms: int) -> str | None:
        """Give whose an event of this id is, None if it is its own.

        A merge goes before an alias in the event's source; of several the latest counts.

        Examples
        --------
        >>> moved = Standing(merges=(Merge("ada", merged_ms=5, unmerged_ms=9),))
        >>> moved.really("shop", 7), moved.really("shop", 9)
        ('ada', None)
        """
        merges = [one for one in self.merges if one.holds(event_ms)]
        if merges:
            return max(merges, key=lambda one: (one.merged_ms, one.into)).into
        aliases = [
            one
            for one in self.alias_of
            if one.source == source and one.since_ms <= event_ms < one.until_ms
        ]
        if aliases:
            return max(aliases, key=lambda one: (one.said_ms, one.customer)).customer
        return None


def ms_or(moment: datetime | None, otherwise_ms: int) -> int:
    """Give a time as ms since 1970, and another where there is none."""
    return otherwise_ms if moment is None else at_ms(moment)

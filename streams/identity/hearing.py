"""What an event changes in what is known of its customer, and what others have to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET
from xxhash import xxh64_hexdigest

from detectors.kinds import Kind
from detectors.reasons import instant
from streams.events.derived import (
    SOURCE,
    AliasKnown,
    CrossReference,
    NeighbourChurned,
    NeighbourLoss,
)
from streams.events.envelope import AnyEvent, CustomerEvent, Data
from streams.events.event_type import ALWAYS, Purpose
from streams.events.profiles import Consent, ConsentChanged, Identity, Profile
from streams.identity.standing import (
    ENDLESS_MS,
    NEVER_MS,
    Agreement,
    Alias,
    Aliases,
    Links,
    Merge,
    Standing,
    ms_or,
)

# What the customer is to one who is this to them.
_SEEN_BACK = {"supplier": "customer", "customer": "supplier", "parent": "subsidiary"}

Made = TypeVar("Made", bound=CustomerEvent[Any])


@dataclass(frozen=True)
class Heard:
    """An event that says something of its customer; `data` is the struct of its kind, or None."""

    kind: int
    subject: str
    at_ms: int
    id_hash: int
    data: Any


@dataclass
class Hearing:
    """The customer's standing after an event, and what is to be told under others' keys."""

    standing: Standing
    told: list[AnyEvent]


def hear(standing: Standing, event: Heard) -> Hearing:
    """Take an event into a customer's standing.

    Examples
    --------
    >>> gone = Heard(Kind.CUSTOMER_CHURNED, "ada", 5, 7, None)
    >>> hear(Standing(links=Links(0, (("bo", "supplier"),))), gone).told[0].data.direction
    'customer'
    """
    match event.kind:
        case Kind.PROFILE_UPDATED:
            return _profile(standing, event)
        case Kind.CONSENT_CHANGED:
            return Hearing(_agreeing(standing, event.data, event.at_ms), [])
        case Kind.CUSTOMER_MERGED | Kind.CUSTOMER_UNMERGED if event.data.role == "absorbed":
            return _identity(standing, event)
        case Kind.ALIAS_KNOWN:
            return Hearing(_alias(standing, event.data, event.at_ms), [])
        case Kind.CUSTOMER_CHURNED | Kind.CUSTOMER_RETURNED:
            return _leaving(standing, event)
    return Hearing(standing, [])


def _profile(standing: Standing, event: Heard) -> Hearing:
    said: Profile = event.data
    told: list[AnyEvent] = []
    if said.aliases is not UNSET and event.at_ms >= standing.aliases.said_ms:
        ids = tuple((one.source, one.id, ms_or(one.since, NEVER_MS)) for one in said.aliases)
        told += _aliases_told(standing.aliases.ids, ids, event)
        standing = _with(standing, aliases=Aliases(event.at_ms, ids))
    if said.links is not UNSET and event.at_ms >= standing.links.said_ms:
        others = tuple((one.customer, one.direction) for one in said.links)
        standing = _with(standing, links=Links(event.at_ms, others))
    if said.parent is not UNSET and event.at_ms >= standing.parent.said_ms:
        above = () if said.parent is None else ((said.parent, "parent"),)
        standing = _with(standing, parent=Links(event.at_ms, above))
    for consent in () if said.consent is UNSET else said.consent:
        told.append(_consent_told(event, event.subject, consent))
        standing = _agreeing(standing, consent, event.at_ms)
    return Hearing(standing, told)


def _aliases_told(
    before: tuple[tuple[str, str, int], ...], now: tuple[tuple[str, str, int], ...], event: Heard
) -> Iterator[AnyEvent]:
    ended = [(*one, event.at_ms) for one in before if one not in now]
    begun = [(*one, ENDLESS_MS) for one in now if one not in before]
    for source, alias, since_ms, until_ms in ended + begun:
        if alias != event.subject:
            data = CrossReference(
                customer=event.subject,
                source=source,
                since=None if since_ms == NEVER_MS else instant(since_ms),
                until=None if until_ms == ENDLESS_MS else instant(until_ms),
            )
            yield _made(AliasKnown, event, alias, instant(event.at_ms), data)


def _consent_told(event: Heard, subject: str, consent: Consent) -> AnyEvent:
    return _made(ConsentChanged, event, subject, instant(event.at_ms), consent)


def _agreeing(standing: Standing, said: Consent, at_ms: int) -> Standing:
    before = standing.consent.get(said.purpose)
    # What is said of one channel does not stop what is done on others.
    if said.channel is not None or said.purpose in ALWAYS:
        return standing
    if before is not None and before.said_ms > at_ms:
        return standing
    consent = standing.consent | {said.purpose: Agreement(said.granted, at_ms)}
    return _with(standing, consent=dict(sorted(consent.items())))


def _identity(standing: Standing, event: Heard) -> Hearing:
    said: Identity = event.data
    known = {one.into: one for one in standing.merges}
    merge = known.get(said.other, Merge(said.other))
    told: list[AnyEvent] = []
    if event.kind == Kind.CUSTOMER_MERGED:
        merge = Merge(merge.into, max(merge.merged_ms, event.at_ms), merge.unmerged_ms)
        # What was withdrawn under one id is withdrawn by the customer.
        for purpose, agreement in standing.consent.items():
            if not agreement.granted:
                consent = Consent(purpose=purpose, granted=False)
                at = instant(agreement.said_ms)
                told.append(_made(ConsentChanged, event, said.other, at, consent))
    else:
        merge = Merge(merge.into, merge.merged_ms, max(merge.unmerged_ms, event.at_ms))
    merges = known | {merge.into: merge}
    return Hearing(_with(standing, merges=tuple(merges[into] for into in sorted(merges))), told)


def _alias(standing: Standing, said: CrossReference, at_ms: int) -> Standing:
    known = {(one.source, one.customer): one for one in standing.alias_of}
    key = said.source, said.customer
    if key in known and known[key].said_ms > at_ms:
        return standing
    since_ms, until_ms = ms_or(said.since, NEVER_MS), ms_or(said.until, ENDLESS_MS)
    known[key] = Alias(*key, since_ms, until_ms, at_ms)
    return _with(standing, alias_of=tuple(known[one] for one in sorted(known)))


def _leaving(standing: Standing, event: Heard) -> Hearing:
    if event.kind == Kind.CUSTOMER_RETURNED:
        back_ms = max(standing.returned_ms, event.at_ms)
        return Hearing(_with(standing, returned_ms=back_ms), [])
    now = _with(standing, churned_ms=max(standing.churned_ms, event.at_ms))
    # One loss is told once, however many sources report it.
    if standing.gone or not now.gone or not standing.allows(Purpose.EARLY_WARNING):
        return Hearing(now, [])
    told = [
        _made(
            NeighbourChurned,
            event,
            other,
            instant(event.at_ms),
            NeighbourLoss(neighbour=event.subject, direction=_SEEN_BACK[direction]),  # type: ignore[arg-type]
        )
        for other, direction in dict.fromkeys(standing.links.others + standing.parent.others)
        if other != event.subject
    ]
    return Hearing(now, list(told))


def _made(of: type[Made], event: Heard, subject: str, at: datetime, data: Data) -> AnyEvent:
    # Of what is told of one event to one customer the content differs; so do the ids.
    content = f"{event.id_hash:016x}\n{subject}\n".encode() + msgspec.json.encode(data)
    made: AnyEvent = of(
        specversion="1.0",
        id=xxh64_hexdigest(content),
        source=SOURCE,
        time=at,
        subject=subject,
        data=data,
    )
    return made


def _with(standing: Standing, **changes: Any) -> Standing:
    return msgspec.structs.replace(standing, **changes)

"""What `churn.assessments` said of customers, kept in Redis for the pages.

    NAME:position:P        up to which offset of partition P the rest holds
    NAME:standing:CUSTOMER what was said last
    NAME:course:CUSTOMER   sorted set: risks by their instant, the newest so many
    NAME:watch:OWNER       sorted set: whom to watch, by value at risk

Every write is absolute, so that saying it again changes nothing. All of it can be made anew from
the topic.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self

import msgspec
from redis.asyncio import Redis

from alerts.console.course import Point, Standing, listed
from alerts.console.redis_doors import NAME, PATIENCE, STORE
from alerts.handling import TierSettings
from alerts.redis_client import Command, asked, connected

_encoder = msgspec.json.Encoder(order="deterministic")
_standings = msgspec.json.Decoder(Standing)


class Courses:
    """Customers' risks over time, and whom to watch."""

    def __init__(
        self, client: Redis, tiers: TierSettings, *, n_risks: int = 60, name: str = NAME
    ) -> None:
        self._client, self._tiers, self._n_risks, self._name = client, tiers, n_risks, name

    @classmethod
    def connect(cls, url: str, tiers: TierSettings, *, n_risks: int = 60, name: str = NAME) -> Self:
        """Make one at a URL."""
        return cls(connected(url, PATIENCE), tiers, n_risks=n_risks, name=name)

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def position(self, partition: int) -> int:
        """Give the offset up to which a partition is kept; -1 before the first."""
        (found,) = await self._all([("GET", self._key("position", str(partition)))])
        return -1 if found is None else int(found)

    async def take(self, partition: int, position: int, said: Sequence[Standing]) -> None:
        """Keep what was said, in order, up to a position; all of it or nothing."""
        newest = {standing.customer: standing for standing in said}
        before = await self._standings(list(newest))
        commands: list[Command] = []
        for standing in said:
            key = self._key("course", standing.customer)
            at_ms = round(standing.as_of.timestamp() * 1000)
            commands.append(("ZADD", key, at_ms, f"{at_ms} {standing.risk} {standing.band}"))
        for customer, standing in newest.items():
            course = self._key("course", customer)
            commands.append(("ZREMRANGEBYRANK", course, 0, -self._n_risks - 1))
            commands.append(("SET", self._key("standing", customer), _encoder.encode(standing)))
            known = before.get(customer)
            if known is not None and known.owner != standing.owner:
                commands.append(("ZREM", self._key("watch", known.owner), customer))
            watch = self._key("watch", standing.owner)
            if listed(standing, self._tiers):
                commands.append(("ZADD", watch, standing.value_at_risk, customer))
            else:
                commands.append(("ZREM", watch, customer))
        commands.append(("SET", self._key("position", str(partition)), position))
        await self._all(commands)

    async def standing(self, customer: str) -> Standing | None:
        """Give what was said last of a customer."""
        return (await self._standings([customer])).get(customer)

    async def course(self, customer: str) -> list[Point]:
        """Give a customer's risks over time, the oldest first."""
        (found,) = await self._all([("ZRANGE", self._key("course", customer), 0, -1)])
        return [_point(one.decode()) for one in found]

    async def watched(self, owners: Sequence[str], limit: int) -> list[Standing]:
        """Give whom these account managers should watch, what may be lost first."""
        first = [("ZRANGE", self._key("watch", owner), 0, limit - 1, "REV") for owner in owners]
        found = await self._all(first)
        names = [name.decode() for some in found for name in some]
        standings = (await self._standings(names)).values()
        # Between the two questions one may have been given to somebody else.
        still = [one for one in standings if one.owner in owners and listed(one, self._tiers)]
        return sorted(still, key=lambda one: (-one.value_at_risk, one.customer))[:limit]

    async def _standings(self, customers: Sequence[str]) -> Mapping[str, Standing]:
        found = await self._all([("GET", self._key("standing", one)) for one in customers])
        return {
            customer: _standings.decode(document)
            for customer, document in zip(customers, found, strict=True)
            if document is not None
        }

    def _key(self, kind: str, name: str) -> str:
        return f"{self._name}:{kind}:{name}"

    async def _all(self, commands: Sequence[Command]) -> list[Any]:
        return await asked(self._client, commands, STORE) if commands else []


def _point(told: str) -> Point:
    at_ms, risk, band = told.split(" ")
    return Point(datetime.fromtimestamp(int(at_ms) / 1000, UTC), float(risk), band)

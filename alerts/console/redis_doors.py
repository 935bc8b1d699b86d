"""Who is logged in, who was invited, who tries too often: what the console keeps in Redis.

    NAME:key              the key with which cookies and forms are signed
    NAME:address          where the console is
    NAME:session:ID       who is logged in; gone when the time is over
    NAME:invite:PRINT     who may come in once with the token of this fingerprint
    NAME:passwords        hash: name -> what is kept of the password
    NAME:tries:WHAT       failed log-ins of a name or an address
    NAME:once:FORM        the action that a form became, so that a second click is none

All of it can be lost: people are invited again.
"""

from typing import Any, Self

from redis.asyncio import Redis

from alerts.console.signing import fingerprint
from alerts.redis_client import Patience, answered, connected

# A person waits: a second, no more.
PATIENCE = Patience(retries=3, longest_wait_s=0.5, answer_within_s=5.0)
STORE = "the store of the console"
FORM_KEPT_S = 24 * 3600
NAME = "ebbwatch:console"


class Doors:
    """Sessions, invitations, passwords and failed tries."""

    def __init__(self, client: Redis, *, name: str = NAME) -> None:
        self._client, self._name = client, name

    @classmethod
    def connect(cls, url: str, *, name: str = NAME) -> Self:
        """Make one at a URL."""
        return cls(connected(url, PATIENCE), name=name)

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def key(self, drawn: bytes) -> bytes:
        """Give the key of all consoles; `drawn` becomes it if there is none."""
        await self._do("SET", "key", drawn, "NX")
        found: bytes = await self._do("GET", "key")
        return found

    async def announce(self, address: str) -> None:
        """Say where the console is."""
        await self._do("SET", "address", address)

    async def address(self) -> str | None:
        """Give where a console said it is."""
        return _text(await self._do("GET", "address"))

    async def begin(self, session: str, person: str, seconds: float) -> None:
        """Let somebody in."""
        await self._do("SET", f"session:{session}", person, "EX", max(1, int(seconds)))

    async def who(self, session: str) -> str | None:
        """Say whose session it is; None if there is none, or no more."""
        return _text(await self._do("GET", f"session:{session}"))

    async def end(self, session: str) -> None:
        """Let somebody out."""
        await self._do("DEL", f"session:{session}")

    async def invite(self, token: str, person: str, seconds: float) -> None:
        """Let somebody in who comes with this token, once."""
        await self._do("SET", f"invite:{fingerprint(token)}", person, "EX", max(1, int(seconds)))

    async def take(self, token: str) -> str | None:
        """Say who was invited with a token; from then on it is worth nothing."""
        return _text(await self._do("GETDEL", f"invite:{fingerprint(token)}"))

    async def set_password(self, person: str, kept: str) -> None:
        """Keep what was made of a password."""
        await self._do("HSET", "passwords", person, kept)

    async def password(self, person: str) -> str | None:
        """Give what is kept of a person's password."""
        return _text(await self._do("HGET", "passwords", person))

    async def tries(self, what: str) -> int:
        """Give how often a name or an address has failed lately."""
        return int(await self._do("GET", f"tries:{what}") or 0)

    async def failed(self, what: str, seconds: float) -> None:
        """Count a log-in that failed; it is forgotten so long after the last."""
        await self._do("INCR", f"tries:{what}")
        await self._do("EXPIRE", f"tries:{what}", max(1, int(seconds)))

    async def once(self, form: str, action: str) -> str:
        """Give the action that a form became: this one, or an earlier click's."""
        if await self._do("SET", f"once:{form}", action, "NX", "EX", FORM_KEPT_S):
            return action
        return _text(await self._do("GET", f"once:{form}")) or action

    async def forget(self, form: str) -> None:
        """Let a form be sent again: nothing came of it."""
        await self._do("DEL", f"once:{form}")

    async def _do(self, command: str, key: str, *more: bytes | str | int) -> Any:
        with answered(STORE):
            async with self._client.pipeline(transaction=False) as pipeline:
                pipeline.execute_command(command, f"{self._name}:{key}", *more)
                (answer,) = await pipeline.execute()
                return answer


def _text(found: bytes | None) -> str | None:
    return None if found is None else found.decode()

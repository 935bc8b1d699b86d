"""What every channel does, and what it is given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.letter import Letter

TRY_AGAIN = frozenset({408, 425, 429})  # answers of a web server that are no last word


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Something to be delivered once.

    Parameters
    ----------
    id : str
        The notice's: whoever gets a parcel twice knows it by this.
    body : bytes
        JSON, for machines.
    letter : Letter or None
        The same for people; a message to a customer has none.
    """

    id: str
    body: bytes
    letter: Letter | None = None


class Channel(Protocol):
    """One way of bringing a parcel to an address."""

    async def deliver(self, parcel: Parcel, address: str, at: datetime) -> None:
        """Try once to deliver, `at` being now; returns when the other side has taken it.

        Raises
        ------
        DeliveryError
            If it has not, or may not have; `retryable` says whether to try again.
        """

    async def close(self) -> None:
        """Give back connections."""

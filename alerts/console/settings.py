"""Settings of the console: where it is, who may look in, for how long."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator

from alerts.console.people import Person


class ConsoleSettings(BaseModel):
    """None of it changes what a desk decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"  # beyond this machine only behind a proxy that does TLS
    port: NonNegativeInt = 0  # 0: a free one, which `up` prints
    address: str | None = None  # as people reach it; https:// makes the cookies secure
    people: Mapping[str, Person] = {}  # name -> job, owners, team; nobody looks in unnamed
    session_hours: float = Field(default=12.0, gt=0)  # a working day with its breaks
    invite_hours: float = Field(default=72.0, gt=0)  # over a weekend
    tries_max: PositiveInt = 10  # log-ins that fail of one name; ten times as many of one address
    tries_minutes: float = Field(default=15.0, gt=0)  # in so long
    write_within_s: float = Field(default=5.0, gt=0)  # a view that is not logged is not shown
    # Name of the header in which a proxy that has checked says who it is. None: people log in.
    proxy_header: str | None = None
    proxy_from: tuple[str, ...] = ("127.0.0.1", "::1")  # from anywhere else it is not believed
    note: str = ""  # stands on every page: what is invented, or that this is a test
    n_risks: PositiveInt = 60  # points of a customer's risk that are kept

    @model_validator(mode="after")
    def _can_be_named(self) -> Self:
        if any(not name.strip() for name in self.people):
            raise ValueError("people: somebody has no name")
        if self.address is not None and not self.address.startswith(("http://", "https://")):
            raise ValueError("address must begin with http:// or https://")
        return self

    @property
    def secure(self) -> bool:
        """Whether cookies may only travel encrypted."""
        return self.address is not None and self.address.startswith("https://")

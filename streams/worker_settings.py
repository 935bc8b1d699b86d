"""Settings of a worker's plumbing. The roles have their own."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Seconds = Annotated[float, Field(gt=0)]


class WorkerSettings(BaseModel):
    """Settings of a worker's plumbing; seconds everywhere.

    The session is what a killed worker's partitions wait for; the stall is what a dead client
    goes unnoticed for. Both are traded against outages of the broker that are survived.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bootstrap_servers: str  # host:port, several with commas
    instance: str | None = None
    """Name of this worker in its group (pod or host name). With it, a restart within the session
    moves no partition; without, the partitions of a worker that stops move at once."""

    session_timeout_s: Seconds = 45.0
    heartbeat_interval_s: Seconds = 3.0
    rebalance_timeout_s: Seconds = 60.0  # a step, a flush and a commit must fit in well
    commit_interval_s: Seconds = 1.0
    flush_interval_s: Seconds = 1.0  # a customer's row is written once in it, however busy
    pulse_interval_s: Seconds = 0.25  # ticks by the clock are late by this much
    max_poll_records: Annotated[int, Field(gt=0)] = 4_000  # measured best; 20 000 gains nothing
    write_timeout_s: Seconds = 60.0
    stall_s: Seconds = 120.0
    stop_timeout_s: Seconds = 25.0  # below the 30 s that Kubernetes grants
    health_host: str = "127.0.0.1"
    health_port: Annotated[int, Field(ge=0, le=65_535)] = 0  # 0 takes a free one and logs it

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.heartbeat_interval_s * 3 > self.session_timeout_s:
            raise ValueError("session_timeout_s must have room for three heartbeats")
        return self

"""What the core says of a customer at an instant: the output contract.

Written on `churn.assessments` as JSON. It carries the customer's number, not the id: the id
is the record's key, so that forgetting a customer leaves nothing behind.
"""

from datetime import datetime
from typing import Literal

import msgspec


class Evidence(msgspec.Struct, frozen=True):
    """Where the record stands that shows it, in the public topics."""

    topic: str
    partition: int
    offset: int


class Reason(msgspec.Struct, frozen=True):
    """One family that raises the risk, in words.

    `id` is a name of the reason tree (``decline.quiet``), `feature` the column that speaks
    loudest with its `value` and the population's `usual` one, `contribution` what the family
    adds to the logit, `since` when it began.
    """

    family: str
    id: str
    en: str
    zh: str
    feature: str
    value: float
    usual: float
    contribution: float
    since: datetime | None
    evidence: Evidence | None


class Assessment(msgspec.Struct, frozen=True):
    """A customer's risk, band and reasons at `as_of`.

    `risk` is the probability of churn within the horizon, 0 to 1, rounded to 6 places.
    `cause` is "event" or "time"; `adverse` says that the event can only be bad news; `hard`
    that evidence, not the score alone, holds the band up; `late` that the event came after
    later ones of the customer.

    `cohort` names the company change that one of the reasons is about, `breach` the complaint clock
    (analysis, management) that broke just now; with `cleared`, the one told as broken that was
    not: nothing else is cleared then. `unverified`: an outage may hide that the clock was met.
    `care`: a valued customer whom nobody has contacted for too long. `outreach` is false without
    consent or after an opt-out, `reduced` says that some event types are not processed for lack of
    consent. `channel` is where they answer, `matters` what they care about, `region` whose clock
    they live by. `channel_from` says how the channel is known ("preferred", or "answered" on
    last), `refused` which ones they do not want. `fresh_as_of` is the latest event of the source
    that tells of this customer: what happened since then nobody can know.
    """

    partition: int
    number: int
    as_of: datetime
    risk: float
    band: str
    previous_band: str
    stage: str | None
    basis: str
    model_version: int
    settings_id: str
    owner: str
    tier: str
    language: str
    value: float
    value_basis: str
    value_at_risk: float
    cause: str
    adverse: bool
    hard: bool
    late: bool
    crossed: bool
    cleared: bool
    reasons: tuple[Reason, ...]
    cohort: str | None = None
    breach: str | None = None
    care: bool = False
    outreach: bool = True
    reduced: bool = False
    channel: str = ""
    matters: tuple[str, ...] = ()
    region: str = ""
    fresh_as_of: datetime | None = None
    channel_from: Literal["", "preferred", "answered"] = ""
    refused: tuple[str, ...] = ()
    unverified: bool = False

    @property
    def urgent(self) -> bool:
        """Whether the account manager's budget has to make room."""
        return self.crossed and self.hard

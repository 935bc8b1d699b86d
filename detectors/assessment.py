"""What the core says of a customer at an instant: the output contract.

Written on `churn.assessments` as JSON. It carries the customer's number, not the id: the id
is the record's key, so that forgetting a customer leaves nothing behind. Nothing here can refer
to itself, so the garbage collector need not look through it (`gc=False`).
"""

from datetime import datetime
from typing import Literal

import msgspec


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Where the record stands that shows it, in the public topics."""

    topic: str
    partition: int
    offset: int


class Reason(msgspec.Struct, frozen=True, gc=False):
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


class Marks(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What ties a customer to us, each mark 0 to 1, None where nothing is known of it.

    `trust`: they are content, what was wrong was put right, they pay in advance. `use`: they buy
    in their own rhythm, in many lines, and use the programme. `preference`: ours is the larger
    part of what they spend, they recommend us, take part. `conditional` is how far they answer to
    discounts rather than to service. `captive_until`: held by a contract or by points, and with
    little trust; then they are free. `growth`: they spend little of it with us, and more each
    month.
    """

    trust: float | None = None
    use: float | None = None
    preference: float | None = None
    conditional: float | None = None
    captive_until: datetime | None = None
    growth: bool = False


class Assessment(msgspec.Struct, frozen=True, gc=False):
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
    that tells of this customer: what happened since then nobody can know. `marks` stand beside the
    risk and are no part of it.

    `tier` is that of the profile, else by value (`tier_basis` "profile", "value" or empty).
    `tier_as_of` is the Monday whose customers gave the lines of value in force, None where the
    settings do. `previous_tier` is the tier by value as last told: another than `tier` is a change.
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
    marks: Marks = Marks()
    tier_basis: str = ""
    tier_as_of: datetime | None = None
    previous_tier: str = ""

    @property
    def urgent(self) -> bool:
        """Whether the account manager's budget has to make room."""
        return self.crossed and self.hard

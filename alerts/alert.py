"""What the scorer says on `churn.log.desk`: a customer crossed the line, or fell below it.

And what the company changed, which many customers feel.

And what time it is: each partition of the scorer tells every desk its ticks, so that a desk
knows when it has heard all there is to hear up to an instant.
"""

from typing import Literal

from alerts.contract import Contract, Instant, content_id
from alerts.reasons import main_reason
from detectors.assessment import Assessment, Marks, Reason

Cause = Literal["event", "time"]
Known = Literal["", "preferred", "answered"]

# In rising order; what the scorer calls its bands.
EXPOSURE = "exposure"  # the family of reasons that company changes give
BANDS = ("calm", "watch", "at_risk", "critical")


class Alert(Contract, frozen=True, kw_only=True, tag_field="kind", tag="raised"):
    """A customer crossed the line upwards.

    `urgent` alerts have a budget of their own. `cause` is "event" if an adverse event raised
    it (decided at once), else "time" (ranked against others in a round). `late` says that the
    event came after later ones of the customer. `consented` is False after an opt-out or
    without consent for outreach. `cohort` is the company change that the main reason is about,
    `breach` the complaint clock that was broken, `care` says that we have been silent too long;
    `region` is where quiet hours are looked up, `marks` what ties the customer to us.
    `channel_from` says how we know the `channel`: it is the preferred one, or the last they
    answered on; `refused` are those they do not want. `unverified`: the source of the complaint is
    silent, and may hide that the clock was met.
    """

    id: str
    customer: str
    owner: str
    partition: int
    as_of: Instant
    band: str
    risk: float
    value: float
    value_basis: str
    value_at_risk: float
    tier: str
    stage: str | None
    urgent: bool
    cause: Cause
    reasons: tuple[Reason, ...]
    basis: str
    model_version: int
    settings_id: str
    late: bool
    language: str
    consented: bool = True
    cohort: str | None = None
    breach: str | None = None
    care: bool = False
    reduced: bool = False
    channel: str = ""
    matters: tuple[str, ...] = ()
    region: str = ""
    channel_from: Known = ""
    refused: tuple[str, ...] = ()
    unverified: bool = False
    marks: Marks = Marks()


class Cleared(Contract, frozen=True, kw_only=True, tag_field="kind", tag="cleared"):
    """A customer fell below the alert line.

    With a `breach` it says less: that clock was met in time after all, and we learned it late;
    `unverified`: it was never more than held as broken.
    With `care`: somebody has been in touch. The customer may be at risk for other reasons.
    """

    id: str
    customer: str
    owner: str
    partition: int
    as_of: Instant
    band: str
    risk: float
    breach: str | None = None
    care: bool = False
    unverified: bool = False

    def takes_back(self, *, breach: str | None, care: bool) -> bool:
        """Say whether it takes back what was said because of a breach, or of our silence."""
        return breach == self.breach if self.breach is not None else care == self.care


class CompanyChange(Contract, frozen=True, kw_only=True, tag_field="kind", tag="company_change"):
    """Something we changed, or lost: it hits many customers at once. Told to every desk.

    Each of the scorer's partitions tells it, with how many of its customers are exposed and
    what they are worth. `id` is the change's own, 16 hexadecimal digits, the same everywhere;
    `at` is when it was announced, and when it takes effect where that is known. Of a departure
    `owner` is who left, and `successor` who takes the customers over.
    """

    id: str
    reason: str
    partition: int
    at: Instant
    has_plan: bool
    n_exposed: int
    value_exposed: float
    owner: str | None = None
    successor: str | None = None
    effective_at: Instant | None = None


class Tick(Contract, frozen=True, kw_only=True, tag_field="kind", tag="tick"):
    """One of the scorer's partitions has said everything up to `at`. Told to every desk."""

    partition: int
    partitions: int
    at: Instant


def raised(assessment: Assessment, customer: str) -> Alert:
    """Make the alert of an assessment that crossed the line.

    Only an adverse event counts as a cause of its own. A purchase that happens to complete
    the picture is news that can wait for the round, where it is ranked with the rest.
    """
    told = assessment
    decision_stage = told.stage == "decision"
    # The band and stage are part of it: two events of one millisecond may both cross a line.
    kind = f"raised.{told.band}.{told.stage}{_what(told)}"
    return Alert(
        id=alert_id(customer, told.as_of, kind),
        customer=customer,
        owner=told.owner,
        partition=told.partition,
        as_of=told.as_of,
        band=told.band,
        risk=told.risk,
        value=told.value,
        value_basis=told.value_basis,
        value_at_risk=told.value_at_risk,
        tier=told.tier,
        stage=told.stage,
        urgent=told.urgent or decision_stage or _is_broken(told),
        cause="event" if told.cause == "event" and told.adverse else "time",
        reasons=told.reasons,
        basis=told.basis,
        model_version=told.model_version,
        settings_id=told.settings_id,
        late=told.late,
        language=told.language,
        consented=told.outreach,
        cohort=told.cohort if _is_of_change(told) else None,
        breach=told.breach,
        care=told.care,
        reduced=told.reduced,
        channel=told.channel,
        matters=told.matters,
        region=told.region,
        channel_from=told.channel_from,
        refused=told.refused,
        unverified=told.unverified,
        marks=told.marks,
    )


def cleared(assessment: Assessment, customer: str) -> Cleared:
    """Make the all-clear of an assessment: below the line, or a breach or our silence was none."""
    return Cleared(
        id=alert_id(customer, assessment.as_of, f"cleared{_what(assessment)}"),
        customer=customer,
        owner=assessment.owner,
        partition=assessment.partition,
        as_of=assessment.as_of,
        band=assessment.band,
        risk=assessment.risk,
        breach=assessment.breach,
        care=assessment.care,
        unverified=assessment.unverified,
    )


def alert_id(customer: str, as_of: Instant, kind: str) -> str:
    """Name what was said of a customer at an instant: 16 hexadecimal digits of its content."""
    return content_id(customer, as_of, kind)


def higher(band: str, other: str) -> bool:
    """Say whether `band` is worse than `other`."""
    return BANDS.index(band) > BANDS.index(other)


def _is_broken(told: Assessment) -> bool:
    return told.breach is not None and not told.unverified


def _is_of_change(told: Assessment) -> bool:
    reason = main_reason(told.reasons)
    return reason is not None and reason.family == EXPOSURE


def _what(told: Assessment) -> str:
    # Two clocks of one complaint may run out at one instant, and a floor be passed at it.
    if told.breach is not None:
        return f".{told.breach}.unverified" if told.unverified else f".{told.breach}"
    return ".care" if told.care else ""

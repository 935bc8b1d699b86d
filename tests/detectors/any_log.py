"""Hypothesis: any log. Four customers at most, for in a crowd nobody meets themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from detectors.arrays import DAY_MS
from detectors.churn import ChurnSettings
from detectors.kinds import Kind
from detectors.settings import CoreSettings
from detectors.slices import Model, Tick
from tests.detectors.logs import One, at
from tests.detectors.nasty import (
    ASKED,
    BOUND,
    COMPANY,
    COMPARING,
    CONSENTS,
    PAYING,
    SERVED,
    a_change,
    a_model,
    topic_of,
)
from tests.detectors.notes import notes_of

Steps = list[One | Tick | Model]

# Found once, found always: examples are the same in every run, and few enough to be quick.
# A log that fails is printed as it was found; `Phase.shrink` makes it small, in some minutes.
quick = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
)
A_WEEK = CoreSettings(churn=ChurnSettings(silence_days=7))  # labels mature within a short log

KINDS = (
    Kind.PURCHASE_MADE,
    Kind.PURCHASE_MADE,
    Kind.LOGIN_MADE,
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_RESOLVED,
    Kind.COMPLAINT_REOPENED,
    Kind.COMPLAINT_INFORMED,
    Kind.COMPLAINT_RATED,
    Kind.COMPLAINT_TRIAGED,
    Kind.PROFILE_UPDATED,
    Kind.PROFILE_UPDATED,
    Kind.CONSENT_CHANGED,
    Kind.CONTACT_MADE,
    Kind.PROGRAMME_USED,
    Kind.PAYMENT_FAILED,
    Kind.CUSTOMER_CHURNED,
    Kind.CUSTOMER_RETURNED,
    *SERVED,
    *PAYING,
    *BOUND,
    *COMPARING,
    *ASKED,
    *COMPANY,
)
PROFILES = tuple(
    msgspec.msgpack.encode(said)
    for said in (
        {"owner": "Ada", "tier": "top"},
        {"owner": "Ben"},
        {"owner": "Eve", "language": "zh"},
        {"tier": "middle", "yearly_revenue": 5000.0},
        {"owner": None, "yearly_revenue": None},
        {},
    )
)


@dataclass(frozen=True)
class Happening:
    """An event before it has its place in a log: how long after the one before, how late."""

    customer: int
    kind: Kind
    wait_hours: int
    late_hours: int
    at_midnight: bool
    amount: float
    code: int
    reference: int
    lines: int
    profile: bytes
    note: int


happenings = st.builds(
    Happening,
    customer=st.integers(0, 3),
    kind=st.sampled_from(KINDS),
    wait_hours=st.sampled_from([0] * 12 + [1, 7, 24, 100]),  # most in one slice
    late_hours=st.sampled_from([0, 0, 0, 1, 24, 200]),
    at_midnight=st.booleans(),
    amount=st.sampled_from([0.0, 0.01, 0.5, 19.99, 1e12]),
    code=st.integers(0, 4),
    reference=st.integers(1, 6),
    lines=st.sampled_from([0, 1, 3, 2**63]),
    profile=st.sampled_from(PROFILES),
    note=st.integers(0, 9),
)


@st.composite
def any_log(draw: st.DrawFn, max_events: int = 20) -> Steps:
    """Give a log with daily ticks and, where one was drawn, a model after a tick."""
    n = draw(st.integers(1, max_events))  # a list alone would have about six
    happened = draw(st.lists(happenings, min_size=n, max_size=n))
    models = draw(st.sets(st.integers(1, 30), max_size=3))
    return in_time(happened, models)


def in_time(happened: Sequence[Happening], models: set[int]) -> Steps:
    """Put events into a log: customers numbered as they appear, offsets as topics count."""
    steps: Steps = [Tick(at(0))]
    numbers: dict[int, int] = {}
    offsets = [0] * 5
    hours, due = 1, 1
    for one in happened:
        hours += one.wait_hours
        while hours > due * 24:
            steps.append(Tick(at(due)))
            if due in models:
                steps.append(a_model(np.random.default_rng(due), version=due))
            due += 1
        if one.kind in COMPANY:
            steps.append(_change(one, hours, offsets))
            continue
        number = numbers.setdefault(one.customer, len(numbers))
        steps.append(_event(one, hours, number, offsets))
    return [*steps, Tick(at(due))]


def only_events(steps: Steps) -> list[One]:
    """Give a log's events without its ticks and models."""
    return [step for step in steps if isinstance(step, One)]


def _change(one: Happening, hours: int, offsets: list[int]) -> One:
    offsets[4] += 1
    drawn = np.random.default_rng((one.reference, one.code, one.kind))
    return a_change(drawn, at((hours - one.late_hours) / 24), offsets[4] - 1, one.kind)


def _event(one: Happening, hours: int, number: int, offsets: list[int]) -> One:
    at_ms, topic = at((hours - one.late_hours) / 24), topic_of(one.kind)
    if one.at_midnight:
        at_ms = at_ms // DAY_MS * DAY_MS
    offsets[topic] += 1
    return One(
        row=number,
        source=one.reference % 3,
        kind=one.kind,
        at_ms=at_ms,
        offset=offsets[topic] - 1,
        topic=topic,
        amount=one.amount,
        code=_code(one, topic),
        reference=one.reference,
        lines=one.lines,
        note=one.profile if one.kind is Kind.PROFILE_UPDATED else _note(one),
    )


def _code(one: Happening, topic: int) -> int:
    if one.kind is Kind.CONSENT_CHANGED:
        return CONSENTS[(one.code * 6 + one.reference) % len(CONSENTS)]
    return one.code if topic != 1 else one.code % 4


def _note(one: Happening) -> bytes | None:
    notes = [None, *notes_of(one.kind)]
    return notes[one.note % len(notes)]

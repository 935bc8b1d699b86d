"""The steps of a complaint. Their order is that of event time, whatever order they arrive in."""

from typing import Literal

from streams.events.envelope import CustomerEvent, Data, Language, Moment, Name, Share, Text
from streams.events.event_type import Basis, EventType, Purpose
from streams.events.vocabulary import Channel, ComplaintKind, ComplaintScope, Mood, Severity
from streams.topics import COMPLAINTS


class Complaint(Data, frozen=True, kw_only=True, gc=False):
    """What the customer complains about. Kind, severity and scope are guessed where missing."""

    complaint_id: Name
    kind: ComplaintKind | None = None
    severity: Severity | None = None
    scope: ComplaintScope | None = None
    channel: Channel | None = None
    text: Text | None = None
    language: Language | None = None
    line: Name | None = None


class Answer(Data, frozen=True, kw_only=True, gc=False):
    """Who answered: 1 service team, 2 product or service team with the cause, 3 management.

    `promised_at` is when the customer was told to expect the next word.
    """

    complaint_id: Name
    level: Literal[1, 2, 3]
    promised_at: Moment | None = None


class Step(Data, frozen=True, kw_only=True, gc=False):
    """A step that needs no more than the complaint's id; `note` for the reader."""

    complaint_id: Name
    note: Text | None = None


class Rating(Data, frozen=True, kw_only=True, gc=False):
    """How content the customer is with what we did, 0 to 1."""

    complaint_id: Name
    rating: Share


class Triage(Data, frozen=True, kw_only=True, gc=False):
    """A person's reading of the complaint; what is left out stays as it was."""

    complaint_id: Name
    kind: ComplaintKind | None = None
    severity: Severity | None = None
    scope: ComplaintScope | None = None
    mood: Mood | None = None


class ComplaintOpened(CustomerEvent[Complaint], frozen=True, gc=False, tag="complaint.opened"):
    """The customer says that something is wrong and wants it put right."""


class ComplaintAnswered(CustomerEvent[Answer], frozen=True, gc=False, tag="complaint.answered"):
    """We answered the complaint."""


class ComplaintEscalated(CustomerEvent[Step], frozen=True, gc=False, tag="complaint.escalated"):
    """The complaint went to management."""


class ComplaintResolved(CustomerEvent[Step], frozen=True, gc=False, tag="complaint.resolved"):
    """What was wrong has been put right."""


class ComplaintInformed(CustomerEvent[Step], frozen=True, gc=False, tag="complaint.informed"):
    """The customer was told that it has been put right."""


class ComplaintReopened(CustomerEvent[Step], frozen=True, gc=False, tag="complaint.reopened"):
    """The customer says that it is still wrong."""


class ComplaintRated(CustomerEvent[Rating], frozen=True, gc=False, tag="complaint.rated"):
    """The customer rated how the complaint was handled."""


class ComplaintTriaged(CustomerEvent[Triage], frozen=True, gc=False, tag="complaint.triaged"):
    """A person corrected kind, severity, scope or mood of the complaint."""


TYPES = tuple(
    EventType(struct, (COMPLAINTS,), Basis.CONTRACT, Purpose.COMPLAINT_HANDLING)
    for struct in (
        ComplaintOpened,
        ComplaintAnswered,
        ComplaintEscalated,
        ComplaintResolved,
        ComplaintInformed,
        ComplaintReopened,
        ComplaintRated,
        ComplaintTriaged,
    )
)

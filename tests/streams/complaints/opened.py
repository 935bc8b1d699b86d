"""Complaints and what people say of them, as events and records for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from detectors.slices import Slice
from streams.events.complaints import Complaint, ComplaintOpened, ComplaintTriaged, Triage
from streams.sequencer import Sequenced, Sequencer
from streams.topics import COMPLAINTS
from tests.streams.arrivals import arrived, read

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
TEXT = "Nobody answers since Monday, this is a disgrace!"


def opened(who: str, number: str, at_hours: float = 1.0, **stated: Any) -> ComplaintOpened:
    """Give a complaint with a text."""
    return ComplaintOpened(
        specversion="1.0",
        id=f"opened-{who}-{number}-{at_hours}",
        source="crm",
        time=BEGIN + timedelta(hours=at_hours),
        subject=who,
        data=Complaint(complaint_id=number, **{"text": TEXT, **stated}),
    )


def triaged(who: str, number: str, at_hours: float = 2.0, **said: Any) -> ComplaintTriaged:
    """Give what a person says of a complaint."""
    return ComplaintTriaged(
        specversion="1.0",
        id=f"triaged-{who}-{number}-{at_hours}",
        source="crm",
        time=BEGIN + timedelta(hours=at_hours),
        subject=who,
        data=Triage(complaint_id=number, **said),
    )


def taken(
    sequencer: Sequencer, *events: ComplaintOpened | ComplaintTriaged, first: int = 0
) -> Sequenced:
    """Have a sequencer take complaints as records of their topic."""
    return sequencer.take(read(arrived(*events, first=first, topic=COMPLAINTS), COMPLAINTS))


def notes(done: Sequenced) -> list[dict[str, Any]]:
    """Give all notes of the log's records."""
    slices = [record for record in done.records if isinstance(record, Slice)]
    return [msgspec.msgpack.decode(note) for one in slices for _, note in one.notes]

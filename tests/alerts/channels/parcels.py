"""Parcels for tests of channels."""

from datetime import UTC, datetime

from alerts.channels.channel import Parcel
from alerts.letter import Letter

NOON = datetime(2025, 3, 14, 12, 0, tzinfo=UTC)


def a_parcel(name: str = "a1") -> Parcel:
    """Give something to deliver."""
    made = Letter(subject="New task: 客户回访", text="Call them. 致电。", html="<p>Call them.</p>")
    return Parcel(id=name, body=b'{"delivery":"a1"}', letter=made)

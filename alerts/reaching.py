"""How a customer is reached: by which channel, a person or a machine.

A customer's own channel comes first: the one they prefer, else the last on which they answered
(the scorer knows both). Else it is what suits their tier: who is worth most hears from a person.
"""

from collections.abc import Mapping
from typing import get_args

from pydantic import BaseModel, ConfigDict

from alerts.actions import ContactChannel

# A machine can say a text by these; all others need a voice, a hand or a stamp.
WRITTEN: tuple[ContactChannel, ...] = ("email", "message", "app", "portal", "chat")


class ChannelSettings(BaseModel):
    """By which channel customers are reached of whom no channel is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by_tier: Mapping[str, ContactChannel] = {"top": "phone"}  # high value: person to person
    usual: ContactChannel = "email"  # a prior: over 70 % prefer a digital one
    automatic: ContactChannel = "email"  # of a message, where theirs needs a person


def reached_by(
    channel: str, tier: str, settings: ChannelSettings, refused: tuple[str, ...] = ()
) -> str:
    """Say by which channel to reach a customer; `channel` is their own, empty if not known.

    None of those they `refused`; empty if they refused all.

    Examples
    --------
    >>> chosen = ChannelSettings()
    >>> reached_by("chat", "top", chosen), reached_by("", "top", chosen), reached_by("", "", chosen)
    ('chat', 'phone', 'email')
    """
    wanted = (channel, settings.by_tier.get(tier, ""), settings.usual, *get_args(ContactChannel))
    return next((one for one in wanted if one and one not in refused), "")


def is_written_to(refused: tuple[str, ...]) -> bool:
    """Say whether a machine may write to a customer at all, by a channel they did not refuse."""
    return any(one not in refused for one in WRITTEN)


def sent_by(
    channel: str, settings: ChannelSettings, refused: tuple[str, ...] = ()
) -> ContactChannel:
    """Say by which channel a machine sends a message to a customer who is reached by `channel`.

    None of those they `refused`, unless that is all that a machine can write to.

    Examples
    --------
    >>> sent_by("app", ChannelSettings()), sent_by("visit", ChannelSettings())
    ('app', 'email')
    """
    wanted = (*(one for one in WRITTEN if one == channel), settings.automatic, *WRITTEN)
    return next((one for one in wanted if one not in refused), settings.automatic)

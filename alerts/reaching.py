"""How a customer is reached: by which channel, a person or a machine.

A customer's own channel comes first: the one they prefer, else the last on which they answered
(the scorer knows both). Else it is what suits their tier: who is worth most hears from a person.
"""

from collections.abc import Mapping

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


def reached_by(channel: str, tier: str, settings: ChannelSettings) -> str:
    """Say by which channel to reach a customer; `channel` is their own, empty if not known.

    Examples
    --------
    >>> chosen = ChannelSettings()
    >>> reached_by("chat", "top", chosen), reached_by("", "top", chosen), reached_by("", "", chosen)
    ('chat', 'phone', 'email')
    """
    return channel or settings.by_tier.get(tier, settings.usual)


def sent_by(channel: str, settings: ChannelSettings) -> ContactChannel:
    """Say by which channel a machine sends a message to a customer who is reached by `channel`.

    Examples
    --------
    >>> sent_by("app", ChannelSettings()), sent_by("visit", ChannelSettings())
    ('app', 'email')
    """
    return next((one for one in WRITTEN if one == channel), settings.automatic)

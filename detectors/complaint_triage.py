"""What a complaint is about: as it was opened or guessed, until a person corrects it."""

import numpy as np

from detectors.compiled import compiled
from detectors.complaint_places import (
    GIVEN_KIND,
    GIVEN_MOOD,
    GIVEN_SCOPE,
    GIVEN_SEVERITY,
    LIVE,
    SECOND_MS,
    UNREADABLE,
)
from detectors.details import Flag
from detectors.words import Channel

LIVE_CHANNELS = (Channel.PHONE, Channel.CHAT, Channel.VISIT)  # the customer waits on the line
UNREADABLE_TEXT = int(Flag.UNREADABLE)
GIVEN = GIVEN_KIND | GIVEN_SEVERITY | GIVEN_SCOPE | GIVEN_MOOD

Own = np.record  # the family's columns of one customer
Event = np.record


@compiled
def described(own: Own, place: int, event: Event) -> None:
    """Take the words with which a complaint was opened, in place.

    What a person has corrected stays. Of one opened twice the worse holds.
    """
    marks = own.marks[place]
    if not marks & GIVEN_KIND:
        own.about[place] = max(own.about[place], event.word)
    if not marks & GIVEN_SEVERITY:
        own.severity[place] = max(own.severity[place], event.code)
    if not marks & GIVEN_SCOPE:
        own.scope[place] = max(own.scope[place], event.second)
    if not marks & GIVEN_MOOD:
        own.mood[place] = max(own.mood[place], event.mood)
    if event.channel in LIVE_CHANNELS:
        own.marks[place] |= LIVE
    if event["flags"] & UNREADABLE_TEXT:
        own.marks[place] |= UNREADABLE


@compiled
def corrected(own: Own, place: int, event: Event) -> None:
    """Take a person's reading, in place: of two the later holds, of either anything but silence."""
    marks, at_s = own.marks[place], event.at_ms // SECOND_MS
    later = at_s >= own.triaged_s[place]
    if event.word != 0 and (later or not marks & GIVEN_KIND):
        own.about[place], marks = event.word, marks | GIVEN_KIND
    if event.code != 0 and (later or not marks & GIVEN_SEVERITY):
        own.severity[place], marks = event.code, marks | GIVEN_SEVERITY
    if event.second != 0 and (later or not marks & GIVEN_SCOPE):
        own.scope[place], marks = event.second, marks | GIVEN_SCOPE
    if event.mood != 0 and (later or not marks & GIVEN_MOOD):
        own.mood[place], marks = event.mood, marks | GIVEN_MOOD
    if marks & GIVEN:
        own.triaged_s[place] = max(own.triaged_s[place], at_s)
    own.marks[place] = marks

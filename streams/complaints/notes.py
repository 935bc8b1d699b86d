"""What the log keeps of a complaint's text: what was read in it, never the text.

The note of a row is a msgpack map. Beside the stated fields it has, where there was a text:

`language`     that of the text, whatever was stated: "en", "zh" or "und"
`readable`     share of it that can be read, 0 to 1
`repairs`      what was done to it, `detectors.text.codes.Repair`; left out if nothing
`text_model`   version of the model that read it; 0 is the word lists
`unreadable`   true where it cannot be read; then nothing of the following
`mood`         as the text has it
`kind`, `severity`  guessed where not stated; `guessed` lists which of both were
"""

from typing import Any

import msgspec

from detectors.text.reading import TextReading
from streams.events.complaints import Complaint
from streams.log_rows import note_data

GUESSED = ("kind", "severity")


class _Contact(msgspec.Struct, frozen=True):
    """What the log's note of a contact says, as far as complaints need it."""

    direction: str | None = None
    reason: str | None = None


_contacts = msgspec.msgpack.Decoder(_Contact)


def is_check(note: bytes | None) -> bool:
    """Say whether a contact asked a customer if their complaint is really solved.

    Such a contact keeps a promise of the complaint process, so it is handled for that purpose
    where a customer has withdrawn early warning.

    Examples
    --------
    >>> is_check(msgspec.msgpack.encode({"direction": "out", "reason": "complaint_check"}))
    True
    >>> is_check(msgspec.msgpack.encode({"direction": "out", "reason": "care"})), is_check(None)
    (False, False)
    """
    said = _Contact() if note is None else _contacts.decode(note)
    return said.direction == "out" and said.reason == "complaint_check"


def note_with_text(said: Complaint, found: TextReading, version: int) -> bytes:
    """Give the note of a complaint whose text was read by the model of that version.

    Examples
    --------
    >>> from detectors.text.reading import read_text
    >>> said = Complaint(complaint_id="c-9", severity="minor", text="Invoice 12 is wrong again.")
    >>> note = msgspec.msgpack.decode(note_with_text(said, read_text(said.text), 0))
    >>> note["kind"], note["severity"], note["guessed"], note["mood"], "text" in note
    ('billing', 'minor', ['kind'], 'annoyed', False)
    """
    note: dict[str, Any] = note_data(said)
    note |= {"language": found.language, "readable": found.readable, "text_model": version}
    if found.repairs:
        note["repairs"] = int(found.repairs)
    if not found.is_read:
        note["unreadable"] = True
        return msgspec.msgpack.encode(note)
    guesses = {"kind": found.kind.name.lower(), "severity": found.severity.name.lower()}
    guessed = [name for name in GUESSED if name not in note]
    note |= {name: guesses[name] for name in guessed}
    note["mood"] = found.mood.name.lower()
    if guessed:
        note["guessed"] = guessed
    return msgspec.msgpack.encode(note)

"""Reads complaints as they get into the log, and makes labels of what people say of them.

One reader per partition. What it read it keeps, without the text, until a person has said what
is true: the newest `intake.texts_kept` complaints. A label on an older one, or on one whose text
could not be read, is counted and not learned. What it keeps is in no log and in no table: a
restarted intake reads the complaints' own topic again (`remembering.py`).
"""

from dataclasses import dataclass, field

import msgspec
from xxhash import xxh64_intdigest

from detectors.kinds import Kind, Severity
from detectors.learning.text_labels import TextLabel
from detectors.text.codes import ComplaintKind, Mood
from detectors.text.model import Features, TextModel, packed, word_lists
from detectors.text.reading import TextReading, read_text
from streams.complaints.notes import note_with_text
from streams.events import vocabulary
from streams.events.complaints import Complaint, ComplaintOpened
from streams.sequencing.arrivals import Arrivals

# Customer and hash of the complaint's id, which two customers may give alike.
Whose = tuple[bytes, int]

_complaints = msgspec.json.Decoder(Complaint)


class _Triage(msgspec.Struct, frozen=True):
    """What the log's note of a triage says, as far as it is learned."""

    kind: vocabulary.ComplaintKind | None = None
    severity: vocabulary.Severity | None = None
    mood: vocabulary.Mood | None = None


_triages = msgspec.msgpack.Decoder(_Triage)


@dataclass
class Heard:
    """What came of the complaints of some arrivals: texts read, with their sources, and labels."""

    texts: list[tuple[str, TextReading]] = field(default_factory=list)
    labels: list[TextLabel] = field(default_factory=list)
    n_unknown: int = 0  # labels on texts that are not kept


class ComplaintReader:
    """Reads the complaints of one partition.

    Parameters
    ----------
    partition : of the topic of complaints; it stands in the labels
    n_kept : how many complaints wait for a label at most; raising it costs 1 kB each
    """

    def __init__(self, partition: int, n_kept: int) -> None:
        self.model: TextModel = word_lists()
        self.n_kept = n_kept
        self._partition = partition
        self._kept: dict[Whose, bytes] = {}  # packed features, oldest first
        self._heard = Heard()

    def note(self, arrivals: Arrivals, at: int) -> bytes | None:
        """Give the note of an event that gets into the log, once for each; read its text."""
        kind = int(arrivals.columns.readings["kind"][at])
        if kind == Kind.COMPLAINT_OPENED:
            data = arrivals.data(at)
            said = None if data is None else _complaints.decode(data)
            if said is not None and said.text:
                return self._opened(arrivals, at, said)
        note = arrivals.note(at)
        if kind == Kind.COMPLAINT_TRIAGED and note is not None:
            self._triaged(arrivals, at, _triages.decode(note))
        return note

    def remember(self, event: ComplaintOpened) -> None:
        """Keep what a complaint says that was read before; no model has a part in that."""
        said = event.data
        found = read_text(said.text or "", said.language)
        if found.features is not None:
            reference = xxh64_intdigest(said.complaint_id.encode())
            self._keep((event.subject.encode(), reference), found.features)

    def take_heard(self) -> Heard:
        """Give what came of the complaints since it was asked last."""
        heard, self._heard = self._heard, Heard()
        return heard

    def _opened(self, arrivals: Arrivals, at: int, said: Complaint) -> bytes:
        found = read_text(said.text or "", said.language, self.model)
        self._heard.texts.append((arrivals.name(at, "source").decode(), found))
        if found.features is not None:
            self._keep(_whose(arrivals, at), found.features)
        return note_with_text(said, found, self.model.version)

    def _triaged(self, arrivals: Arrivals, at: int, said: _Triage) -> None:
        if (said.kind, said.severity, said.mood) == (None, None, None):
            return
        kept = self._kept.get(_whose(arrivals, at))
        if kept is None:
            self._heard.n_unknown += 1
            return
        label = TextLabel(
            partition=self._partition,
            offset=int(arrivals.columns.offsets[at]),
            at_ms=int(arrivals.columns.readings["at_ms"][at]),
            features=kept,
            kind=0 if said.kind is None else ComplaintKind[said.kind.upper()],
            severity=0 if said.severity is None else Severity[said.severity.upper()],
            mood=0 if said.mood is None else Mood[said.mood.upper()],
        )
        self._heard.labels.append(label)

    def _keep(self, whose: Whose, said: Features) -> None:
        self._kept[whose] = packed(said)
        if len(self._kept) > self.n_kept:
            del self._kept[next(iter(self._kept))]


def _whose(arrivals: Arrivals, at: int) -> Whose:
    return arrivals.name(at, "subject"), int(arrivals.columns.readings["reference"][at])

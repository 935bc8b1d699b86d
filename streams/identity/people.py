"""All that is known of one partition's customers, as of a place in its order.

It is written beside the customers' numbers, before the log record that depends on it, and
carries for each state the place of the event that made it. Whoever goes on after a crash takes
the states that the log knows of, and comes to the later ones again.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64
from streams.events.envelope import AnyEvent
from streams.identity.hearing import Heard, hear
from streams.identity.standing import Standing

Words = NDArray[np.int32]


class Version(msgspec.Struct, frozen=True, array_like=True):
    """A standing, and the place of the event that made it: topic in `TOPICS`, and offset."""

    topic: int
    offset: int
    standing: Standing


class CustomerRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """The value of `churn.customers`: a number, and where there is something to say, what.

    Of the `standing` the first may be in the log already; those after it may not.
    """

    number: int
    standing: tuple[Version, ...] = ()


Kept = dict[int, tuple[Version, ...]]  # by customer's number


class People:
    """The standings of one partition; `words` are their bits, by customer's number.

    Parameters
    ----------
    kept : mapping
        What was written, by number.
    taken : int64, shape (n_topics,)
        Last offsets that the log knows of; None if it knows all.

    Examples
    --------
    >>> people = People()
    >>> people.reserve(2)
    >>> people.words.tolist()[:2], people.take_changed()
    ([0, 0], [])
    """

    def __init__(self, kept: Kept | None = None, taken: Sequence[int] | I64 | None = None) -> None:
        self.words: Words = np.zeros(0, np.int32)
        self._versions: Kept = {}
        self._names: dict[int, str] = {}  # of those that changed in this step
        for number, versions in (kept or {}).items():
            known = tuple(v for v in versions if taken is None or v.offset <= taken[v.topic])
            if known:
                self._put(number, known[-1:])

    def reserve(self, n_customers: int) -> None:
        """Make room for customers 0 .. n_customers - 1."""
        if n_customers > len(self.words):
            words = np.zeros(max(n_customers, 2 * len(self.words), 1024), np.int32)
            words[: len(self.words)] = self.words
            self.words = words

    def standing(self, number: int) -> Standing:
        """Give what is known of a customer."""
        versions = self._versions.get(number)
        return versions[-1].standing if versions else Standing()

    def hear(self, number: int, place: tuple[int, int], event: Heard) -> list[AnyEvent]:
        """Take an event at a place (topic, offset); give what others have to be told of it."""
        before = self.standing(number)
        heard = hear(before, event)
        if heard.standing != before:
            versions = self._versions.get(number, ())
            # What an earlier step made is in the log by now, and its last state is enough.
            if number not in self._names:
                versions = versions[-1:]
            self._names[number] = event.subject
            self._put(number, (*versions, Version(*place, heard.standing)))
        return heard.told

    def take_changed(self) -> list[tuple[str, CustomerRow]]:
        """Give the rows that changed, by customer's id, once: the step ends."""
        changed = [
            (name, CustomerRow(number, self._versions[number]))
            for number, name in self._names.items()
        ]
        self._names = {}
        return changed

    @property
    def has_changed(self) -> bool:
        """Whether a row changed since they were last taken."""
        return bool(self._names)

    def _put(self, number: int, versions: tuple[Version, ...]) -> None:
        self.reserve(number + 1)
        self._versions[number] = versions
        self.words[number] = versions[-1].standing.bits


_rows = msgspec.json.Decoder(CustomerRow)
_encoder = msgspec.json.Encoder()


def read_row(value: bytes) -> CustomerRow:
    """Read a value of `churn.customers`."""
    return _rows.decode(value)


def row_bytes(row: CustomerRow) -> bytes:
    """Give the value of `churn.customers` for a customer.

    Examples
    --------
    >>> row_bytes(CustomerRow(7))
    b'{"number":7}'
    """
    return _encoder.encode(row)

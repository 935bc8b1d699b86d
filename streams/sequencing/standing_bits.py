"""What stops an event on its way into the log, as bits: looked at for each event, compiled.

Each customer has a word of bits: what they withdrew, what they agreed to, whether their id may
be another's. Each kind of event has two: which of those it asks about, and which of them stop
it by being there rather than missing. So one look decides.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from detectors.arrays import I64
from detectors.kinds import Kind
from streams.events.catalogue import EVENT_TYPES
from streams.events.event_type import ALWAYS, Basis, EventType, Purpose
from streams.log_rows import HEARD, KIND_OF

_PLACES = {purpose: place for place, purpose in enumerate(Purpose)}
_WITHDRAWN, _AGREED = 0, 8  # where their bits begin, a bit for each purpose
REFUSED = (1 << 16) - 1  # all of them: such an event is not processed
ALIAS = 1 << 16  # the id is, or was, also another customer's
LINKED = 1 << 17  # others have to hear it when this customer leaves
SAYS = 1 << 18  # the event itself is for the intake

# Not sent on to another customer: they are about the id itself.
OF_THE_ID = (Kind.CUSTOMER_MERGED, Kind.CUSTOMER_UNMERGED, Kind.ALIAS_KNOWN)
LEAVING = (Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED)


class Asked(NamedTuple):
    """By kind, int64 of shape (256,): the bits it asks about, and those of them turned round.

    An event is looked at more closely if ``(word ^ turned) & asked`` is not 0.
    """

    asked: I64
    turned: I64


def withdrawn(purpose: Purpose) -> int:
    """Give the bit of a customer who withdrew a purpose."""
    return 1 << _WITHDRAWN + _PLACES[purpose]


def agreed(purpose: Purpose) -> int:
    """Give the bit of a customer who agreed to a purpose."""
    return 1 << _AGREED + _PLACES[purpose]


def asked_by(given: Collection[Purpose] = ()) -> Asked:
    """Give what each kind asks, if all customers have agreed to the purposes `given`.

    Examples
    --------
    >>> table = asked_by()
    >>> bool(table.asked[Kind.PURCHASE_MADE] & withdrawn(Purpose.EARLY_WARNING))
    True
    """
    asked, turned = np.zeros(256, np.int64), np.zeros(256, np.int64)
    for known in EVENT_TYPES.values():
        kind = KIND_OF.get(known.struct)
        if kind is not None:
            asked[kind], turned[kind] = _asked(known, kind, given)
    # A contact let in for this purpose alone, when the intake has heard what it is about.
    asked[Kind.COMPLAINT_CHECKED] = withdrawn(Purpose.COMPLAINT_HANDLING)
    return Asked(asked, turned)


def _asked(known: EventType, kind: Kind, given: Collection[Purpose]) -> tuple[int, int]:
    asked = turned = 0
    if known.purpose not in ALWAYS and known.basis is not Basis.NOT_PERSONAL:
        asked |= withdrawn(known.purpose)
    if known.basis is Basis.CONSENT and known.purpose not in given:
        asked |= agreed(known.purpose)
        turned |= agreed(known.purpose)
    if kind not in OF_THE_ID:
        asked |= ALIAS
    if kind in LEAVING:
        asked |= LINKED
    # Of profiles only those say something that give certain fields: the walk looks at the code.
    if kind in HEARD or kind is Kind.PROFILE_UPDATED:
        asked |= SAYS
        turned |= SAYS
    return asked, turned

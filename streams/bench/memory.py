"""`ebbwatch bench memory`: what a customer takes in a scorer and in an intake.

Real processes over a real Kafka. What is left of a role's memory without customers is taken
off. "At most" is what it held at a time while it took them in, one array growing into another and
records in work; "after work" is what is left when it has come to rest; "recovered" is a process
that has just been started and has read the same customers back.
"""

import msgspec

from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from streams.bench.children import members
from streams.bench.ground import Place, ground
from streams.bench.live import take_past
from streams.bench.load import Load
from streams.bench.report import Figure, Told
from streams.memory import EVERY_S
from streams.settings import Settings

ROLES = ("intake", "scorer")
PER_CUSTOMER = "bytes per customer"
REST_S = EVERY_S + 5.0  # until a worker has given back what it no longer needs


class Run(msgspec.Struct, frozen=True):
    """Resident bytes of each role: without customers, taking them in, after it, and recovered.

    `ledger_bytes` is what a ledger of as many customers holds in arrays.
    """

    n_customers: int
    empty: dict[str, int]
    at_most: dict[str, int]
    after_work: dict[str, int]
    recovered: dict[str, int]
    ledger_bytes: int

    def figures(self) -> tuple[Figure, ...]:
        """Give bytes per customer, and the megabytes of a role that has none."""
        found = [Figure("ledger", self.ledger_bytes / self.n_customers, PER_CUSTOMER)]
        for role, empty in self.empty.items():
            held = {
                "at most": self.at_most,
                "after work": self.after_work,
                "recovered": self.recovered,
            }
            for state, bytes_of in held.items():
                each = (bytes_of[role] - empty) / self.n_customers
                found.append(Figure(f"{role}, {state}", each, PER_CUSTOMER))
            found.append(Figure(f"{role} without customers", empty / 1e6, "MB"))
        return tuple(found)


def memory(load: Load, settings: Settings, *, told: Told) -> Run:
    """Run once, on a Kafka of its own."""
    with ground(settings) as place:
        told("roles without customers")
        empty = {role: _held(role, place) for role in ROLES}
        told(f"{load.n_customers:,} customers and their past")
        done = dict(zip(ROLES, take_past(load, place, rest_s=REST_S), strict=True))
        told("roles that recover")
        return Run(
            n_customers=load.n_customers,
            empty=empty,
            at_most={role: one.peak_bytes for role, one in done.items()},
            after_work={role: one.memory_bytes for role, one in done.items()},
            recovered={role: _held(role, place) for role in ROLES},
            ledger_bytes=ledger_bytes(load.n_customers, place.n_partitions),
        )


def ledger_bytes(n_customers: int, n_partitions: int) -> int:
    """Count the bytes of all arrays of as many ledgers, each with its part of the customers.

    Of customers without anything rare: what few of them have comes on top.
    """
    ledger = Ledger(LAYOUT)
    ledger.grow(n_customers // n_partitions)
    return n_partitions * ledger.nbytes


def _held(role: str, place: Place) -> int:
    with members(role, place) as (member,):
        return member.memory_bytes

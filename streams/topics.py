"""The topics, as data: who writes and reads them, how they are cut, and how long they are kept.

The partition count is a symbol here, because the topics of one symbol must be cut alike: an
intake worker takes the same partition of all its inputs.
"""

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveInt

INTERACTIONS = "customer.interactions"
COMPLAINTS = "customer.complaints"
PROFILES = "customer.profiles"
OUTCOMES = "customer.outcomes"
CHANGES = "company.changes"
CUSTOMER_LOG = "churn.log.customers"
CUSTOMERS = "churn.customers"
ASSESSMENTS = "churn.assessments"
BREACHES = "churn.breaches"
DESK_LOG = "churn.log.desk"
TASKS = "churn.tasks"
TRAINING_LOG = "churn.log.training"
MODELS = "churn.models"
DEAD_LETTERS = "churn.dead-letters"
VIEWS = "churn.views"
LEDGER_CHANGELOG = "churn-scorer-ledger-changelog"  # named by Faust: <app id>-<table>-changelog

INPUTS = (INTERACTIONS, COMPLAINTS, PROFILES, OUTCOMES, CHANGES)

Role = Literal["sources", "intake", "scorer", "trainer", "desk", "courier", "console"]
Symbol = Literal["P", "D", "1"]
Kept = Literal[
    "inputs", "logs", "letters", "views", "newest"
]  # the last: compacted, newest of each key
Holds = Literal["events", "packed", "json"]


class TopicSettings(BaseModel):
    """How the topics are cut and kept. The counts cannot change once the topics exist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partitions: PositiveInt = 4  # P; the most workers of a role. 3-6 times those wanted at first
    desk_partitions: PositiveInt = 2  # D; by account manager, and managers are few
    replication: PositiveInt = 1  # one broker; 3 in production
    input_days: PositiveInt = 30  # the customer log keeps what matters; this is to repeat an intake
    log_days: PositiveInt = 400  # a year and a month, so that an audit can compare with last year
    letter_days: PositiveInt = 30  # somebody looks at dead letters within the month, or never
    view_days: PositiveInt = 400  # who asks who looked at them asks of the last year

    @property
    def min_insync(self) -> int:
        """Copies that must have a record before it counts as written: one may be missing."""
        return max(1, self.replication - 1)


@dataclass(frozen=True)
class Topic:
    """One line of the table. `configs` are Kafka's names, beside those that follow from `kept`.

    Why events may be processed stands in their catalogue; `basis` and `purpose` are those of
    what we ourselves write down about persons.
    """

    name: str
    carries: str
    key: Literal["customer", "account manager", "task", "model", None]
    partitions: Symbol
    kept: Kept
    holds: Holds
    writers: tuple[Role, ...]
    readers: tuple[Role, ...]
    configs: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    purpose: str = ""


_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS

# The broker's clock says when an event became known to us; a sender's clock may be wrong, and
# a feed of history that wrote 2017 there would see its records deleted at once.
_KNOWN = {"message.timestamp.type": "LogAppendTime"}

# A log record is a slice of thousands of events, or the snapshots of a whole partition.
_LARGE = {"max.message.bytes": str(8 * 1024 * 1024)}

# Kafka never compacts the segment in use, and by default it is used for a week or 1 GiB: a
# restart would read every version of every row. (The recovery of a million rows depends on it.)
_TIDY = {
    "segment.ms": str(_HOUR_MS),
    "segment.bytes": str(256 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
    "max.compaction.lag.ms": str(2 * _HOUR_MS),
}

# Older versions stay long enough for whoever reads them one by one: an intake that was down,
# an audit that compares every assessment and task of a run.
_UNHURRIED = {"min.compaction.lag.ms": str(7 * _DAY_MS)}

_ANYONE: tuple[Role, ...] = ("console",)

TABLE = (
    Topic(
        INTERACTIONS,
        "what customers do: purchase, usage, contact, payment, contract, delivery, market, survey",
        key="customer",
        partitions="P",
        kept="inputs",
        holds="events",
        writers=("sources", "intake"),
        readers=("intake",),
        configs=_KNOWN,
    ),
    Topic(
        COMPLAINTS,
        "the steps of complaints, from opened to rated",
        key="customer",
        partitions="P",
        kept="inputs",
        holds="events",
        writers=("sources", "intake"),
        readers=("intake",),
        configs=_KNOWN,
    ),
    Topic(
        PROFILES,
        "account manager, tier, value, links, aliases and consent of customers",
        key="customer",
        partitions="P",
        kept="newest",
        holds="events",
        writers=("sources", "intake"),
        readers=("intake",),
        configs=_KNOWN | _UNHURRIED,
    ),
    Topic(
        OUTCOMES,
        "customers who left, returned or were contacted, what came of tasks; what one partition "
        "has to tell a customer of another",
        key="customer",
        partitions="P",
        kept="inputs",
        holds="events",
        writers=("sources", "desk", "intake", "scorer"),
        readers=("intake",),
        configs=_KNOWN,
    ),
    Topic(
        CHANGES,
        "what the company, its market or its sources change; one copy to each partition",
        key=None,
        partitions="P",
        kept="inputs",
        holds="events",
        writers=("sources",),
        readers=("intake",),
        configs=_KNOWN,
    ),
    Topic(
        CUSTOMER_LOG,
        "slices, ticks and models: all that a scorer ever sees",
        key=None,
        partitions="P",
        kept="logs",
        holds="packed",
        writers=("intake",),
        readers=("intake", "scorer"),
        configs=_LARGE,
    ),
    Topic(
        CUSTOMERS,
        "customer id and number, and what the intake knows of ids, links and consent",
        key="customer",
        partitions="P",
        kept="newest",
        holds="json",
        writers=("intake",),
        readers=("intake", "scorer", "console"),
        configs=_TIDY,
    ),
    Topic(
        ASSESSMENTS,
        "the latest assessment of each customer, written on material change",
        key="customer",
        partitions="P",
        kept="newest",
        holds="json",
        writers=("scorer",),
        readers=_ANYONE,
        configs=_UNHURRIED,
    ),
    Topic(
        BREACHES,
        "promises to customers with a complaint that were broken, of every clock, and by when",
        key="customer",
        partitions="P",
        kept="logs",
        holds="json",
        writers=("scorer",),
        readers=_ANYONE,
    ),
    Topic(
        DESK_LOG,
        "alerts, ticks, messages sent, what people did: acknowledge, snooze, close, reassign, note",
        key="account manager",
        partitions="D",
        kept="logs",
        holds="json",
        writers=("scorer", "courier", "console"),
        readers=("desk",),
        configs=_LARGE,
    ),
    Topic(
        TASKS,
        "every change of a task, with the decision and its reason",
        key="task",
        partitions="D",
        kept="newest",
        holds="json",
        writers=("desk",),
        readers=_ANYONE,
        configs=_UNHURRIED,
    ),
    Topic(
        TRAINING_LOG,
        "snapshots of customers as they were when scored, and their labels; labels of texts",
        key=None,
        partitions="1",
        kept="logs",
        holds="packed",
        writers=("scorer", "intake"),
        readers=("trainer",),
        configs=_LARGE,
    ),
    Topic(
        MODELS,
        "weights with version, feature list hash, position trained up to and measures (JSON); "
        "under a key of its own what reads texts (packed)",
        key="model",
        partitions="1",
        kept="newest",
        holds="json",
        writers=("trainer",),
        readers=("trainer", "intake"),
        configs=_LARGE,
    ),
    Topic(
        DEAD_LETTERS,
        "what the intake refused, and why",
        key="customer",
        partitions="P",
        kept="letters",
        holds="json",
        writers=("intake",),
        readers=_ANYONE,
    ),
    Topic(
        VIEWS,
        "who looked at which customer or task in the console, when and why",
        key="customer",
        partitions="P",
        kept="views",
        holds="json",
        writers=("console",),
        readers=_ANYONE,
        # A sender's clock may be wrong, and a view that is dated into the past would be gone.
        configs=_KNOWN,
        basis="legal obligation",
        purpose="accountability",
    ),
    Topic(
        LEDGER_CHANGELOG,
        "the ledger's rows, packed: what a scorer starts from",
        key="customer",
        partitions="P",
        kept="newest",
        holds="packed",
        writers=("scorer",),
        readers=("scorer",),
        configs=_TIDY | _LARGE,
    ),
)

COMPACTED_INPUTS = frozenset(t.name for t in TABLE if t.kept == "newest" and t.name in INPUTS)

"""A loop with River and without Kafka: for each event a risk, and something learned of it.

The shortest way to an online model: a dict of features for each customer, a scaler and a
logistic regression, predicted and taught event by event. The label is made up (whether this
event is a complaint), for only its cost is of interest. Events are in memory as JSON.
"""

import time
from collections.abc import Iterator
from itertools import islice

import msgspec
from river.linear_model import LogisticRegression
from river.preprocessing import StandardScaler

from streams.bench.load import Load
from streams.bench.peers.asked import Seen, answer, asked
from streams.bench.spent import Spent
from streams.events.clock import ClockAdvanced
from streams.events.encode import encode


class Amount(msgspec.Struct, frozen=True, gc=False):
    """The part of an event's data that is a number."""

    amount: float = 0.0


class Told(Seen, gc=False):
    """An event with its amount, if it has one."""

    data: Amount = Amount()


class Known:
    """What the loop knows of a customer."""

    def __init__(self) -> None:
        self.n_events, self.amount, self.last_s = 0, 0.0, 0.0

    def features(self, now_s: float) -> dict[str, float]:
        """Give them by name, as River wants them."""
        return {
            "events": float(self.n_events),
            "amount": self.amount,
            "mean_amount": self.amount / max(self.n_events, 1),
            "silence_days": (now_s - self.last_s) / 86_400 if self.last_s else 0.0,
            "hour": now_s % 86_400 / 3_600,
        }


def run(values: list[bytes]) -> Spent:
    """Predict and learn, event by event."""
    model = StandardScaler() | LogisticRegression()
    read = msgspec.json.Decoder(Told).decode
    customers: dict[str, Known] = {}
    wall, cpu = time.monotonic(), time.process_time()
    for value in values:
        event = read(value)
        known = customers.setdefault(event.subject or "", Known())
        now_s = event.time.timestamp()
        x = known.features(now_s)
        model.predict_proba_one(x)
        model.learn_one(x, event.type == "complaint.opened")
        known.n_events += 1
        known.amount += event.data.amount
        known.last_s = now_s
    return Spent(len(values), time.process_time() - cpu, time.monotonic() - wall)


def values_of(n_events: int) -> Iterator[bytes]:
    """Give events of the bench's own load as JSON."""
    made = (event for event in Load(n_events).events() if type(event) is not ClockAdvanced)
    return map(encode, islice(made, n_events))


def main() -> None:
    """Run it, and print what it took."""
    answer(run(list(values_of(asked().n_records))))


if __name__ == "__main__":
    main()

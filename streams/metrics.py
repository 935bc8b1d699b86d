"""Metrics for Prometheus: what the roles and the worker counted, read when somebody asks.

Nothing is counted here and nothing counts for it: a collector turns plain numbers into a page.
No label holds a customer.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from detectors.bands import Band
from detectors.text.model import TextModel
from streams.console_counts import BOUNDS_S, ConsoleCounts
from streams.counts import Counts
from streams.courier_counts import CourierCounts
from streams.desk_counts import DeskCounts
from streams.intake_counts import IntakeCounts
from streams.scorer_counts import ScorerCounts
from streams.trainer_counts import TrainerCounts

TEXT_TARGETS = ("kind", "severity", "mood")

Done = IntakeCounts | ScorerCounts | TrainerCounts | DeskCounts | ConsoleCounts | CourierCounts


def page_of(done: Done) -> Callable[[Counts], bytes]:
    """Give the function that writes `/metrics` of a role that counts in `done`."""

    def page(counts: Counts) -> bytes:
        registry = CollectorRegistry()
        registry.register(_Page(done, counts))
        return generate_latest(registry)

    return page


class _Page(Collector):
    def __init__(self, done: Done, counts: Counts) -> None:
        self._done, self._counts = done, counts

    def collect(self) -> Iterator[Metric]:
        yield from _worker(self._counts)
        match self._done:
            case IntakeCounts():
                yield from _intake(self._done)
            case ScorerCounts():
                yield from _scorer(self._done)
            case TrainerCounts():
                yield from _trainer(self._done)
            case DeskCounts():
                yield from _desk(self._done)
            case ConsoleCounts():
                yield from _console(self._done)
            case CourierCounts():
                yield from _courier(self._done)


def _worker(counts: Counts) -> Iterator[Metric]:
    yield _counter("worker_records", "Records delivered, by topic.", "topic", counts.events)
    yield _counter("worker_written", "Records acknowledged, by topic.", "topic", counts.written)
    yield _one("worker_step_seconds", "Seconds spent in steps.", counts.step_seconds)
    yield _one("worker_flush_seconds", "Seconds spent writing rows.", counts.flush_seconds)
    yield _one("worker_rebalances", "Rebalances of the group.", counts.rebalances)
    yield _gauge("worker_recovery_seconds", "Of the last rebalance.", counts.recovery_seconds)
    yield _gauge(
        "worker_uncommitted_seconds", "How long work that is not committed has stood still.",
        counts.uncommitted_seconds,
    )  # fmt: skip
    lag = GaugeMetricFamily(
        "ebbwatch_worker_lag_records", "Records not yet committed.", labels=["topic", "partition"]
    )
    for (topic, partition), position in counts.positions.items():
        lag.add_metric([topic, str(partition)], position.lag)
    yield lag


def _intake(done: IntakeCounts) -> Iterator[Metric]:
    yield _one("intake_events", "Events put into the log.", done.events)
    yield _one("intake_duplicates", "Events left out, seen before.", done.duplicates)
    yield _one("intake_withheld", "Events not processed: no consent.", done.withheld)
    yield _one("intake_sent_on", "Events sent on, of another customer's id.", done.sent_on)
    yield _one("intake_told", "Events written for other customers.", done.told)
    yield _counter("intake_log_records", "Records of the log, by kind.", "kind", done.records)
    yield _counter("intake_refused", "Records refused, by reason.", "reason", done.refused)
    yield _counter("intake_texts", "Complaint texts, by source.", "source", done.texts)
    yield _counter(
        "intake_texts_unreadable", "Of these, unreadable, by source.", "source", done.unreadable
    )
    yield _counter("intake_text_repairs", "Texts repaired, by repair.", "repair", done.repairs)
    yield _counter(
        "intake_text_labels", "Labels on texts: taken, or of an unknown text.", "label", done.labels
    )
    yield _gauge("intake_text_model_version", "The model that reads.", done.text_model_version)


def _promises(done: ScorerCounts) -> Iterator[Metric]:
    yield _counter("scorer_breaches", "Complaint clocks broken, by clock.", "clock", done.breaches)
    yield _counter(
        "scorer_withdrawn_breaches", "Of these, kept after all.", "clock", done.withdrawn
    )
    yield _counter(
        "scorer_unverified_breaches", "Held: an outage may hide it.", "clock", done.unverified
    )


def _scorer(done: ScorerCounts) -> Iterator[Metric]:
    yield _one("scorer_events", "Events scored.", done.events)
    yield _one("scorer_repeated_events", "Events passed over, scored before.", done.repeated)
    yield _one("scorer_assessments", "Assessments written.", done.assessments)
    yield _one("scorer_late_assessments", "Of these, by late events.", done.late)
    yield _counter("scorer_crossings", "Alert lines crossed, by band.", "band", done.crossings)
    yield from _promises(done)
    yield _counter("scorer_departures", "Customers who left, by kind.", "kind", done.departures)
    yield _one("scorer_new_customers", "Customers who showed life for the first time.", done.new)
    yield _one("scorer_returned_customers", "Customers who left and are back.", done.returned)
    customers = GaugeMetricFamily(
        "ebbwatch_scorer_customers", "Customers at the last tick.", labels=["partition", "band"]
    )
    for partition, counts in done.bands.items():
        for band, n in zip(Band, counts, strict=False):
            customers.add_metric([str(partition), band.name.lower()], n)
    yield customers
    tick = GaugeMetricFamily(
        "ebbwatch_scorer_tick_timestamp_seconds", "The last tick.", labels=["partition"]
    )
    version = GaugeMetricFamily(
        "ebbwatch_scorer_model_version", "The model that speaks.", labels=["partition"]
    )
    for partition, at_ms in done.tick_ms.items():
        tick.add_metric([str(partition)], at_ms / 1000)
        version.add_metric([str(partition)], done.model_version.get(partition, 0))
    yield tick
    yield version
    silent = GaugeMetricFamily(
        "ebbwatch_scorer_paused_source",
        "1 for a source that is silent, as of the last tick.",
        labels=["partition", "source"],
    )
    for partition, names in done.paused.items():
        for name in names:
            silent.add_metric([str(partition), name], 1)
    yield silent


def _trainer(done: TrainerCounts) -> Iterator[Metric]:
    yield _one("trainer_models", "Models published.", done.published)
    model = done.newest
    if model is not None:
        yield _gauge("trainer_model_version", "The newest model.", model.version)
        yield _gauge("trainer_labels", "Labels learned.", model.n_labels)
        yield _gauge("trainer_positives", "Labels learned that had churned.", model.n_positives)
        for name, value in model.measures.items():
            yield _gauge(f"trainer_{name}", f"Of the last labels matured: {name}.", value)
    if done.newest_text is not None:
        yield from _trainer_texts(done.newest_text)


def _trainer_texts(model: TextModel) -> Iterator[Metric]:
    yield _gauge("trainer_text_model_version", "The newest model of texts.", model.version)
    labels = GaugeMetricFamily(
        "ebbwatch_trainer_text_labels", "Labels of texts learned.", labels=["target"]
    )
    for target, n in zip(TEXT_TARGETS, model.n_labels, strict=True):
        labels.add_metric([target], n)
    yield labels


def _desk(done: DeskCounts) -> Iterator[Metric]:
    yield _counter("desk_decisions", "Decisions about alerts.", "decision", done.decisions)
    yield _counter("desk_task_changes", "Changes of tasks.", "change", done.changes)
    yield _counter("desk_closed", "Tasks closed, by outcome.", "outcome", done.closed)
    yield _counter("desk_opened", "Tasks opened, by what they are about.", "kind", done.opened)
    yield _counter("desk_informed", "Tasks opened, by who else is told.", "who", done.informed)
    yield _counter("desk_broken", "Promises to complainers broken.", "clock", done.broken)
    yield _one("desk_contacts", "Customers contacted because of a task.", done.contacted)
    yield _one("desk_refused_actions", "Actions on unknown tasks.", done.refused)
    yield _one("desk_rounds", "Rounds of ranking.", done.rounds)


def _console(done: ConsoleCounts) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "ebbwatch_console_requests", "Requests, by page and status.", labels=["page", "status"]
    )
    for (page, status), n in sorted(done.requests.items()):
        requests.add_metric([page, status], n)
    yield requests
    so_far, buckets = 0, list[tuple[str, float]]()
    for bound, n in zip((*map(str, BOUNDS_S), "+Inf"), done.seconds, strict=True):
        so_far += n
        buckets.append((bound, so_far))
    yield HistogramMetricFamily(
        "ebbwatch_console_request_seconds", "Until a request was answered.",
        buckets=buckets, sum_value=done.seconds_sum,
    )  # fmt: skip
    yield _counter("console_views", "Views written down, by what was seen.", "what", done.views)
    yield _counter("console_actions", "Actions put on the desk's log.", "kind", done.actions)
    yield _counter("console_refused", "Log-ins, forms and pages refused.", "why", done.refused)


def _courier(done: CourierCounts) -> Iterator[Metric]:
    endings = CounterMetricFamily(
        "ebbwatch_courier_deliveries",
        "Notices that came to an end, by channel and how.",
        labels=["channel", "ending"],
    )
    for (channel, ending), n in sorted(done.endings.items()):
        endings.add_metric([channel, ending], n)
    yield endings
    yield _counter("courier_tries", "Tries to deliver, by channel.", "channel", done.tries)
    yield _counter("courier_put_off", "Deliveries put off, by channel.", "channel", done.put_off)
    backlog = done.backlog
    yield _gauge("courier_waiting", "Notices in the outbox.", backlog.n_waiting)
    yield _gauge("courier_oldest_seconds", "Age of the oldest of them.", backlog.oldest_s)
    yield _gauge("courier_dead", "Notices that nobody will deliver.", backlog.n_dead)
    yield _gauge("courier_unreached", "People without an address.", len(done.unreached))


def _counter(name: str, told: str, label: str, counts: "dict[str, int]") -> Metric:
    metric = CounterMetricFamily(f"ebbwatch_{name}", told, labels=[label])
    for value, n in sorted(counts.items()):
        metric.add_metric([value], n)
    return metric


def _one(name: str, told: str, n: float) -> Metric:
    return CounterMetricFamily(f"ebbwatch_{name}", told, value=n)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"ebbwatch_{name}", told, value=value)

"""The simulated source goes through the pipeline as any other does."""

from streams.backtest.feeding import feed
from streams.backtest.pipeline import Pipeline
from streams.demo import PRESET, told_next
from streams.events.changes import OutageBegan
from streams.settings import load
from streams.sources.late import Late, known
from streams.sources.simulate.shape import Shape
from streams.sources.simulate.source import Simulated

SHAPE = Shape(n_customers=80, days=120, warm_up_days=28, seed=3)


def test_nothing_is_refused_and_every_partition_hears_the_company() -> None:
    source = Simulated(SHAPE)
    settings = load((), None, PRESET | source.preset)
    pipeline = Pipeline(settings)
    feed(pipeline, source, lambda _: None)
    events = [known(item) for item in source.events()]
    n_company = sum(late.event.subject is None for late in events)
    copies = (settings.topics.partitions - 1) * n_company
    assert pipeline.collected.n_refused == 0
    # Of what was sent, only that is missing which nobody agreed to; the rest ebbwatch wrote.
    assert pipeline.n_told > 0
    sent = source.n_events + copies - pipeline.n_withheld
    assert pipeline.collected.n_events == sent + pipeline.n_told
    assert any(isinstance(late.event, OutageBegan) for late in events)
    assert any(isinstance(item, Late) for item in source.events())


def test_a_person_is_told_about_a_customer_and_a_manager_who_exist() -> None:
    source = Simulated(SHAPE)
    told = told_next(source)
    first = next(source.profiles())
    assert f"--customer {first.subject} " in told
    assert f"--owner {first.data.owner}" in told  # type: ignore[attr-defined]

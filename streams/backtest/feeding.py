"""Feeding a history to the pipeline: in the steps of `streams.sources.pacing`, but by columns.

Events are cut at the ticks and dealt to the partitions, a stretch at a time. What each partition
gets, and in which order, is what a feed of single events would give it.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from detectors.arrays import DAY_MS, I32, I64
from detectors.errors import ContractError
from detectors.reasons import instant
from streams.backtest.pipeline import Pipeline
from streams.sequencing.murmur import partitions_of
from streams.sequencing.texts import Texts, read_only
from streams.sources.source import Source
from streams.sources.stretches import Stretch, event_stretches, profile_stretches

Progress = Callable[[int], None]  # events fed so far


class _Dealt(NamedTuple):
    """Events of one tick that are of one partition; the tick is counted in its own length."""

    tick: int
    partition: int
    events: Stretch


def feed(pipeline: Pipeline, source: Source, progress: Progress) -> None:
    """Feed all of a source's history.

    Raises
    ------
    ContractError
        If its events are not in the order in which they became known.
    """
    settings, n_fed = pipeline.settings, 0
    step_ms, n_partitions = settings.intake.tick_hours * DAY_MS // 24, settings.topics.partitions
    for stretch in profile_stretches(source):
        for dealt in _dealt(stretch, np.zeros(stretch.n_events, np.int64), n_partitions):
            pipeline.write(dealt.partition, dealt.events)
        n_fed += stretch.n_events
        progress(n_fed)
    pipeline.settle()
    reached: int | None = None  # the tick that was told last
    for stretch in event_stretches(source):
        ticks = _ticks(stretch, step_ms, reached, source.name)
        for dealt in _dealt(stretch, ticks, n_partitions):
            first = dealt.tick if reached is None else reached + 1
            for tick in range(first, dealt.tick + 1):
                pipeline.advance(source.topics, tick * step_ms)
            reached = dealt.tick
            pipeline.write(dealt.partition, dealt.events)
        n_fed += stretch.n_events
        progress(n_fed)
    if reached is not None:
        pipeline.advance(source.topics, (reached + 1) * step_ms)
    pipeline.decide()


def _ticks(stretch: Stretch, step_ms: int, reached: int | None, source: str) -> I64:
    """Give the tick that each event comes after; one at the boundary itself comes before it."""
    ticks: I64 = (stretch.known_ms - 1) // step_ms
    told = np.maximum.accumulate(ticks)
    if reached is not None:
        told = np.maximum(told, reached)
    late = np.flatnonzero(ticks < told)
    if len(late):
        at = instant(int(stretch.known_ms[late[0]]))
        raise ContractError(f"{source}: an event at {at} is out of order: a later tick was told")
    return ticks


def _dealt(stretch: Stretch, ticks: I64, n_partitions: int) -> Iterator[_Dealt]:
    """Deal events, each partition's in their order, tick after tick."""
    if not stretch.n_events:
        return
    places, partitions = _places(stretch, n_partitions)
    group = (ticks[places] - ticks[0]) * n_partitions + partitions
    if group.max() < np.iinfo(np.uint16).max:
        group = group.astype(np.uint16)  # sorted by its digits, in a fifth of the time
    order = np.argsort(group, kind="stable")
    dealt, groups = stretch.taken(places[order]), group[order].astype(np.int64)
    begins = np.flatnonzero(np.diff(groups, prepend=-1)).tolist()
    for begin, end in zip(begins, [*begins[1:], len(groups)], strict=True):
        tick, partition = divmod(int(groups[begin]), n_partitions)
        yield _Dealt(tick + int(ticks[0]), partition, dealt.part(begin, end))


def _places(stretch: Stretch, n_partitions: int) -> tuple[I64, I32]:
    """Give which event goes to which partition; to all of them, if it is of no customer."""
    readings = stretch.readings
    starts, lengths = (np.ascontiguousarray(readings[f"subject_{what}"]) for what in ("at", "len"))
    names = Texts(read_only(stretch.buffer), read_only(starts), read_only(lengths))
    partitions = partitions_of(names, n_partitions)
    copies = np.where(lengths > 0, 1, n_partitions)
    places = np.repeat(np.arange(stretch.n_events), copies)
    if len(places) > stretch.n_events:
        nth = np.arange(len(places)) - np.repeat(np.cumsum(copies) - copies, copies)
        partitions = np.where(lengths[places] > 0, partitions[places], nth).astype(np.int32)
    return places, partitions

"""Feeding a source into a system that runs, with a bar, and seeing that it is fit for it."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from detectors.errors import EbbwatchError, SettingsError
from streams.commands.system import System, latest_tick
from streams.feed import Fed, feeding
from streams.lags import wait_until_done
from streams.settings import Settings
from streams.sources.pacing import paced
from streams.sources.source import Source

REDRAW_S = 0.1
STUCK_S = 60.0  # a model is due in a second or two; a worker that was killed is back in 45
LETTERS_SHOWN = 5


def times(speed: str | None) -> float | None:
    """Read how much faster than the clock on the wall history goes; None: as fast as it can.

    Raises
    ------
    EbbwatchError
        If it is no number above 0.

    Examples
    --------
    >>> times("86400x")
    86400.0
    """
    if speed is None:
        return None
    try:
        factor = float(speed.removesuffix("x"))
    except ValueError:
        factor = 0.0
    if not factor > 0:
        raise EbbwatchError(f"--speed {speed}: write a number above 0, as in 86400x")
    return factor


def refuse_unfit(settings: Settings, source: Source) -> None:
    """Raise if a system would misread history.

    By the clock on the wall every event of history is years late.

    Raises
    ------
    SettingsError
        With the command that starts a system fit for the source.
    """
    if settings.intake.ticks == "wall":
        raise SettingsError(
            "the running system goes by the clock on the wall, and history has its own. Start "
            f"one for it: {fit(source)}"
        )


def fit(source: Source) -> str:
    """Give the command that starts a system fit for a source."""
    wanted = {"intake.ticks": "feed", "intake.tick_hours": 24} | source.preset
    return " ".join(["ebbwatch up", *(f"--set {key}={value}" for key, value in wanted.items())])


def remarks(settings: Settings, source: Source) -> Iterator[str]:
    """Say what a person should know before a source is fed."""
    for key, wanted in source.preset.items():
        value = _setting(settings, key)
        if value != wanted:
            yield f"The data asks for {key}={wanted}; the running system has {value}."
    yield from source.notes
    if source.n_refused:
        yield f"{source.n_refused:,} rows give no event; the first of them:"
    for letter in source.refused[:LETTERS_SHOWN]:
        yield f"  {letter.file}, row {letter.row}, {letter.event}: {letter.reason}"


async def feed(system: System, source: Source, speed: float | None) -> Fed:
    """Feed a source, wait until all of it is processed, and say how much it was.

    Raises
    ------
    EbbwatchError
        If the system does not follow.
    """
    settings, servers = system.settings, system.endpoints.bootstrap_servers
    steps = paced(source, settings.intake.tick_hours, settings.churn.horizon_days)
    async with system.reader() as reader:
        heard = await latest_tick(reader)
    with system.answers(), _bar() as bar:
        if heard is not None:
            told = f"History up to {heard[0]:%Y-%m-%d %H:%M} was heard before;"
            bar.console.print(f"{told} of what lies before it, only what is new is taken, late.")
        watch = _Watch(bar, source.n_events)
        async with feeding(servers, settings.topics.partitions, source.name) as feed:
            await feed.run(steps, watch.progress, speed)
            bar.update(watch.task, completed=feed.fed.n_events, told="the roles finish")
            await wait_until_done(servers, lambda: None)
            return feed.fed


class _Watch:
    """Draws how far a feed is, and gives up on one that gets no further."""

    def __init__(self, bar: Progress, n_events: int) -> None:
        self.task = bar.add_task("feeding", total=n_events, told="")
        self._bar = bar
        self._began_s = self._drawn_s = self._moved_s = time.monotonic()
        self._at = (0, 0, 0)

    def progress(self, fed: Fed) -> None:
        now_s, at = time.monotonic(), (fed.n_events, fed.at_ms, fed.n_models)
        if at != self._at:
            self._at, self._moved_s = at, now_s
        elif now_s - self._moved_s > STUCK_S:
            raise EbbwatchError(
                f"the system has not followed for {STUCK_S:.0f} s; do all its roles run?"
            )
        if now_s - self._drawn_s > REDRAW_S:
            self._drawn_s = now_s
            self._bar.update(
                self.task, completed=fed.n_events, told=_told(fed, now_s - self._began_s)
            )


def _setting(settings: Settings, key: str) -> object:
    value: object = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}"),
    )
    return Progress(*columns, console=Console(stderr=True))


def _told(fed: Fed, seconds: float) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime(fed.at_ms / 1000)) if fed.at_ms else ""
    model = fed.model
    learned = f"model {model.version} ({model.basis}), {model.n_labels:,} labels" if model else ""
    return f"{day} {fed.n_events / max(seconds, 0.1):,.0f} events/s {learned}"

"""Feeding a source into a system that runs, with a bar, and seeing that it is fit for it."""

from collections.abc import Iterator

from detectors.errors import EbbwatchError, SettingsError
from streams.commands.system import System
from streams.feed import Fed, feeding
from streams.lags import wait_until_done
from streams.present import latest_tick
from streams.settings import Settings
from streams.sources.pacing import paced
from streams.sources.source import Source
from streams.watch import Watch, bar

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
    with system.answers(), bar() as drawn:
        if heard is not None:
            told = f"History up to {heard[0]:%Y-%m-%d %H:%M} was heard before;"
            drawn.console.print(f"{told} of what lies before it, only what is new is taken, late.")
        watch = Watch(drawn, source.n_events)
        async with feeding(servers, settings.topics.partitions, source.name) as feed:
            await feed.run(steps, watch.progress, speed)
            watch.finish(feed.fed)
            await wait_until_done(servers, lambda: None)
            return feed.fed


def _setting(settings: Settings, key: str) -> object:
    value: object = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value

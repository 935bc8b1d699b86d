"""Watching a feed: a bar that says how far it is, and an end to waiting for what never comes."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from detectors.errors import EbbwatchError
from streams.feed import Fed

REDRAW_S = 0.1
STUCK_S = 60.0  # a model is due in a second or two; a worker that was killed is back in 45


def bar() -> Progress:
    """Give the bar, on standard error: standard output is for results."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}"),
    )
    return Progress(*columns, console=Console(stderr=True))


class Watch:
    """Draws how far a feed is, and gives up on one that gets no further.

    `check` is asked as often as it draws; it raises if the system has ended.
    """

    def __init__(
        self, drawn: Progress, n_events: int, check: Callable[[], None] = lambda: None
    ) -> None:
        self._task = drawn.add_task("feeding", total=n_events, told="")
        self._bar, self._check = drawn, check
        self._began_s = self._drawn_s = self._moved_s = time.monotonic()
        self._at = (0, 0, 0)

    def progress(self, fed: Fed) -> None:
        """Take how far the feed is.

        Raises
        ------
        EbbwatchError
            If it has come no further for a minute.
        """
        now_s, at = time.monotonic(), (fed.n_events, fed.at_ms, fed.n_models)
        if at != self._at:
            self._at, self._moved_s = at, now_s
        elif now_s - self._moved_s > STUCK_S:
            raise EbbwatchError(
                f"the system has not followed for {STUCK_S:.0f} s; do all its roles run?"
            )
        if now_s - self._drawn_s > REDRAW_S:
            self._drawn_s = now_s
            self._check()
            self._draw(fed, _told(fed, now_s - self._began_s))

    def finish(self, fed: Fed) -> None:
        """Say that all is written and the roles have still to catch up."""
        self._draw(fed, "the roles finish")

    def _draw(self, fed: Fed, told: str) -> None:
        self._bar.update(self._task, completed=fed.n_events, told=told)


def _told(fed: Fed, seconds: float) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime(fed.at_ms / 1000)) if fed.at_ms else ""
    model = fed.model
    learned = f"model {model.version} ({model.basis}), {model.n_labels:,} labels" if model else ""
    return f"{day} {fed.n_events / max(seconds, 0.1):,.0f} events/s {learned}"

"""The logs of Faust and aiokafka, handed to structlog: the same again once a minute only."""

import logging
from time import monotonic

import structlog

log = structlog.stdlib.get_logger("ebbwatch.library")

LIBRARIES = ("faust", "mode", "aiokafka", "asyncio")
AGAIN_AFTER_S = 60.0  # an outage of the broker makes aiokafka repeat itself ten times a second


class LibraryLogs(logging.Handler):
    """Hands warnings and errors of the libraries to structlog.

    A message is known by its template and its place; while it repeats itself it is counted, and
    the count comes with the next line.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Log it, unless the same was logged a moment ago."""
        place = record.pathname, record.lineno
        said_at, n_more = self._seen.get(place, (-AGAIN_AFTER_S, 0))
        now = monotonic()
        if now - said_at < AGAIN_AFTER_S:
            self._seen[place] = said_at, n_more + 1
            return
        self._seen[place] = now, 0
        log.log(
            record.levelno,
            "library",
            library=record.name,
            message=record.getMessage(),
            n_more=n_more,
            exc_info=record.exc_info,
        )


def take_library_logs() -> None:
    """Send what the libraries log to structlog from now on. Loggers of others stay as they are."""
    handler = LibraryLogs()
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False

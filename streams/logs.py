"""Logging: event names with fields, on standard error, one line each."""

import logging
import sys

import structlog

from streams.library_logs import take_library_logs


def configure(level: int = logging.INFO) -> None:
    """Set logging up for a process. Libraries are heard from warnings on."""
    take_library_logs()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], bool_as_flag=False
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

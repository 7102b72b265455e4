"""Logs: structlog records on standard error, with request, incident and case ids, and never a patient's data."""

import logging
import sys
from contextlib import suppress

import structlog


class StandardError:
    """Writes a record to what standard error is now. A log that cannot be written must never fail the work it tells
    of: a full disk or a closed pipe behind standard error would otherwise turn every request into an error.
    """

    def msg(self, record: str) -> None:
        with suppress(OSError, ValueError):
            print(record, file=sys.stderr, flush=True)

    log = debug = info = warn = warning = error = critical = fatal = exception = msg


def set_up(*, as_json: bool) -> None:
    """For the whole process: JSON for machines, or short lines for a person at a terminal."""
    renderer: structlog.typing.Processor
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: StandardError(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)

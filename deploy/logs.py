"""Logs: structlog's lines, for people or for machines, with those of the libraries in the same form. To stderr."""

import logging
import sys
from typing import Any

import structlog

from schemas.settings import Settings

# These speak of every rebalance and fetch at level info, and of each poll that found nothing.
QUIET = ("faust", "mode", "aiokafka", "kafka", "asyncio", "alembic", "uvicorn.access", "sqlalchemy", "jgo", "cjdk")


def set_up_logs(settings: Settings) -> None:
    """Send structlog's and the standard library's lines to stderr as the settings say."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _renderer(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=_renderer(settings)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.ERROR if name == "faust" else logging.WARNING))


def _renderer(settings: Settings) -> Any:
    wanted = settings.log_format
    if wanted == "json" or (wanted == "auto" and not sys.stderr.isatty()):
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())

"""Logs: structlog's lines, for people or for machines, with those of the libraries in the same form. To stderr.

What an error says of itself may quote a report, so no line holds it: of an error there is its kind and where it stood.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

import structlog

from schemas.settings import Settings

# These speak of every rebalance and fetch at level info, and of each poll that found nothing.
QUIET = ("faust", "mode", "aiokafka", "kafka", "asyncio", "alembic", "uvicorn.access", "sqlalchemy", "jgo", "cjdk")
FRAMES = 12

Error = tuple[type[BaseException], BaseException, TracebackType | None]


def set_up_logs(settings: Settings) -> None:
    """Send structlog's and the standard library's lines to stderr as the settings say."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(kind_and_place),
    ]
    structlog.configure(
        processors=[*shared, _renderer(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(without_errors_words)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=_renderer(settings)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.ERROR if name == "faust" else logging.WARNING))
    # at each look at the group it says that it cannot read what Faust's members say of themselves
    logging.getLogger("kafka.admin._groups").setLevel(logging.ERROR)
    # and on a busy machine, at each turn of its loop, that it was slow
    logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)


def end_without_words() -> None:
    """Have an error that ends the process, or a thread of it, told as the log tells it."""
    sys.excepthook = lambda kind, error, trace: _told_of_the_end((kind, error, trace))
    threading.excepthook = lambda gone: _told_of_the_end(
        (gone.exc_type, gone.exc_value or gone.exc_type(), gone.exc_traceback)
    )


def kind_and_place(exc_info: Error) -> str:
    """An error without its words: its kind, what it came of, and the last frames of each."""
    told: list[str] = []
    one: BaseException | None = exc_info[1]
    while one is not None and len(told) < FRAMES * 4:
        frames = traceback.extract_tb(one.__traceback__)[-FRAMES:]
        told.append(type(one).__name__)
        told += [f"  {frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(told)


def without_errors_words(record: logging.LogRecord) -> bool:
    """Put an error's kind in the place of what it says, where a library writes one into its line; every line passes."""
    if isinstance(record.args, tuple):
        record.args = tuple(_kind(one) for one in record.args)
    elif isinstance(record.args, dict):
        record.args = {name: _kind(one) for name, one in record.args.items()}
    if isinstance(record.msg, BaseException):
        record.msg = type(record.msg).__name__
    return True


def _kind(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _told_of_the_end(error: Error) -> None:
    if issubclass(error[0], KeyboardInterrupt):
        return
    structlog.get_logger().critical("ended by an error; its words may quote a report and are left out", exc_info=error)


def _renderer(settings: Settings) -> Any:
    wanted = settings.log_format
    if wanted == "json" or (wanted == "auto" and not sys.stderr.isatty()):
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())

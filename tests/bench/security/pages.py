"""The scripted run against every page with all that it has to write, and with that cut and mixed by chance.

On SQLite, and what is written on PostgreSQL too, which takes less: not every text is one to it.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Engine

from schemas.tables import Base
from streams.store import open_store
from tests.conftest import postgresql_server
from tests.consumers.web import security
from tests.consumers.web.world import World

SEED, ROUNDS = 11, 40


def measure_pages() -> None:
    """How many requests were made, and all that they found."""
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for check in (*security.CHECKS, _garbled):
            found += _tried(f"sqlite:///{Path(folder) / check.__name__}.db", check)
    with postgresql_server() as url:
        for check in (security.injections, _garbled):
            found += _tried(url, check)
    for one in found:
        print(f"  {one}")
    print(f"{len(found)} problems in all")


def _tried(url: str, check: security.Check) -> list[str]:
    with _empty(url) as engine:
        world, start = World(engine=engine), time.monotonic()
        with world.browser:  # one loop for all requests, where each would begin one of its own
            problems = list(check(world))
    took, on = time.monotonic() - start, url.partition(":")[0]
    said = f"{check.__name__.strip('_'):16} {on:10} {len(world.ways)} addresses, {world.asked:7,} requests"
    print(f"{said}, {len(problems)} problems, {took:.0f} s", flush=True)
    return problems


@contextmanager
def _empty(url: str) -> Iterator[Engine]:
    engine = open_store(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def _garbled(world: World) -> Iterator[str]:
    yield from security.garbled(world, SEED, ROUNDS)

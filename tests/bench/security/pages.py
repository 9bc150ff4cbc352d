"""The scripted run against every page with all that it has to write, and with that cut and mixed by chance."""

import tempfile
import time
from pathlib import Path

import structlog

from schemas.tables import Base
from streams.store import open_store
from tests.consumers.web import security
from tests.consumers.web.world import World

SEED, ROUNDS = 11, 40


def measure_pages() -> None:
    """How many requests were made, and all that they found."""
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    found: list[str] = []
    for name, check in [(check.__name__, check) for check in security.CHECKS] + [("garbled", _garbled)]:
        with tempfile.TemporaryDirectory() as folder:
            engine = open_store(f"sqlite:///{Path(folder) / 'store.db'}")
            Base.metadata.create_all(engine)
            world, start = World(engine=engine), time.monotonic()
            problems = list(check(world))
            took = time.monotonic() - start
            engine.dispose()
        print(f"{name:16} {world.asked:7,} requests, {len(problems)} problems, {took:.0f} s")
        found += problems
    for one in found:
        print(f"  {one}")
    print(f"{len(world.ways)} addresses, {len(found)} problems in all")


def _garbled(world: World) -> list[str]:
    return list(security.garbled(world, SEED, ROUNDS))

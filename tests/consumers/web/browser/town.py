"""A store filled as a partnership would fill it: the demo's simulated reports, sent through every stage."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from deploy.demo.addresses import load_addresses
from deploy.demo.simulator import simulate
from schemas.agencies import load_partnership
from schemas.tables import Base
from streams.replay import replay
from streams.store import open_store

START = date(2026, 11, 2)  # the fortnight before the tests' own now
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "tandem-quarry-whistle"


def filled(folder: Path, *, weeks: int, scale: float) -> Engine:
    """The store after ``weeks`` of history and a fortnight with stories in it."""
    engine = open_store(f"sqlite:///{folder / 'store.db'}")
    Base.metadata.create_all(engine)
    told = simulate(7, history_weeks=weeks, start=START, scale=scale)
    load_addresses(engine, told.town, folder / "addresses.csv")
    file = folder / "reports.jsonl"
    file.write_bytes(b"".join(sent.raw.replace(b"\n", b" ") + b"\n" for sent in told.reports))
    replay(engine, load_partnership(), [file], batch=500, read_at=NOW, tell=False)
    return engine

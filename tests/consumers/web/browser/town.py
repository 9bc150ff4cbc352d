"""A store filled as a partnership would fill it: the demo's simulated reports, sent through every stage."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from deploy.demo.simulator import Simulation, simulate
from schemas.agencies import load_partnership
from schemas.tables import Base
from streams.gazetteer.keep import keep
from streams.gazetteer.rows import Row
from streams.replay import replay
from streams.store import open_store, writing

START = date(2026, 11, 2)  # the fortnight before the tests' own now
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "tandem-quarry-whistle"


def filled(folder: Path, *, weeks: int, scale: float) -> Engine:
    """The store after ``weeks`` of history and a fortnight with stories in it."""
    engine = open_store(f"sqlite:///{folder / 'store.db'}")
    Base.metadata.create_all(engine)
    told = simulate(7, history_weeks=weeks, start=START, scale=scale)
    with writing(engine) as connection:
        keep(connection, addresses(told))
    file = folder / "reports.jsonl"
    file.write_bytes(b"".join(sent.raw.replace(b"\n", b" ") + b"\n" for sent in told.reports))
    replay(engine, load_partnership(), [file], batch=500, read_at=NOW, tell=False)
    return engine


def addresses(told: Simulation) -> list[Row]:
    """The town's homes and premises as its council would list them."""
    return [
        Row(
            uprn=str(10_000_000 + number),
            number=str(place.number),
            streetname=place.street,
            townname="Chesterfield",
            postcode=place.postcode or "",
            easting=place.easting,
            northing=place.northing,
        )
        for number, place in enumerate(told.town.places.values())
        if place.number is not None and place.flat is None
    ]

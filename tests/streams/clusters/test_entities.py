"""Ids that were told once are found as soon in a store of many."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from deploy.store import ready_store
from schemas.settings import Settings
from schemas.tables import EntityAlias
from streams.clusters.entities import BECAME
from streams.store import add, writing

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_which_ids_came_to_be_one_is_found_as_soon_among_many(tmp_path: Path) -> None:
    engine = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}", var=tmp_path))
    _came(engine, [("p0", "q")])
    first = _steps(engine)
    _came(engine, [(f"p{number}", f"r{number}") for number in range(1, 5_000)])
    assert _steps(engine) <= first + 5
    engine.dispose()


def _came(engine: Engine, pairs: list[tuple[str, str]]) -> None:
    with writing(engine) as connection:
        add(connection, EntityAlias, [{"kind": "person", "old": old, "new": new, "at": AT} for old, new in pairs])


def _steps(engine: Engine) -> int:
    """The steps of SQLite's machine, in tens, that finding what came to be ``q`` takes."""
    counted = [0]

    def one() -> int:
        counted[0] += 1
        return 0

    with writing(engine) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(one, 10)
        assert BECAME(connection, kind="person", those=["q"]).all() == [("p0", "q")]
        raw.set_progress_handler(None, 10)
    return counted[0]

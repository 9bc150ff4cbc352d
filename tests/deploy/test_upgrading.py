"""A filled store of an earlier revision is brought to this one, and holds and says what it did: nothing is lost."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, func, insert, select

from deploy.store import MIGRATIONS, migrate, newest_revision
from schemas.agencies import load_partnership
from schemas.tables import Received, ReportVersion
from streams.export import EXPORTS, export_lines
from streams.keeping.bodies import bodies
from streams.keeping.keyring import key_file
from streams.pipeline import drain
from streams.replay import replay
from streams.store import open_store, reading
from tests.integration.reports import report, told_of

# Before the last; before what may pass; before the log was chained; before bodies were sealed; before accounts.
EARLIER = (f"{int(newest_revision()) - 1:04}", "0016", "0011", "0010", "0006")
SEALED_FROM = "0011"


def reports() -> Iterator[dict[str, Any] | str]:
    """Reports of three agencies, among them a person told of often, an amendment, a retraction, and bad lines."""
    for number in range(36):
        for agency in ("police", "housing", "fire"):
            yield told_of(agency, number) if number % 6 == 0 else report(agency, number)
    yield told_of("police", 12, version=2, action="amend", summary="Put right.")
    yield report("fire", 5, version=2, action="retract")
    yield report("police", 40, restricted_to=["police"], sensitive=["child"])
    yield report("police", 41, category="nonsense")
    yield "{nonsense"


@pytest.fixture
def today(store_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A store of this revision, filled and settled."""
    file = tmp_path / "reports.jsonl"
    file.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in reports()))
    engine = open_store(store_url)
    migrate(engine)
    replay(engine, load_partnership(), [file], batch=200, read_at=datetime(2026, 9, 1, tzinfo=UTC))
    yield engine
    engine.dispose()


def test_a_filled_store_of_before_is_brought_here_whole(today: Engine, tmp_path: Path) -> None:
    wanted, held = exports(today), everything_held(today)
    assert all(wanted.values())
    for earlier in EARLIER:
        before = open_store(another(today, tmp_path, earlier))
        as_it_was(before, today, earlier)
        migrate(before)
        drain(before, load_partnership(), 500)
        assert everything_held(before) == held, earlier
        assert exports(before) == wanted, earlier
        before.dispose()


def another(engine: Engine, folder: Path, revision: str) -> str:
    """URL of another, empty store on the same kind of database."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{folder / f'{revision}.db'}"
    name = f"{engine.url.database}_{revision}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"create database {name}")
    return engine.url.set(database=name).render_as_string(hide_password=False)


def as_it_was(before: Engine, today: Engine, revision: str) -> None:
    """Lay the store's rows into the tables of an earlier revision, bodies in the clear where none was sealed yet."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with before.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    if revision >= SEALED_FROM and (key := key_file(today)):
        shutil.copyfile(key, key_file(before) or key)
    now, then = reflected(today), reflected(before)
    with today.connect() as source, before.begin() as target:
        clear = bodies_by_uid(source) if revision < SEALED_FROM else {}
        for name, table in then.items():
            if name == "alembic_version" or name not in now:
                continue
            rows = [dict(row) for row in source.execute(select(now[name])).mappings()]
            rows = [fitting(name, row, clear) for row in rows]
            kept = [{column: row[column] for column in row if column in table.columns} for row in rows]
            if kept:
                target.execute(insert(table), kept)


def fitting(name: str, row: dict[str, Any], clear: dict[str, bytes]) -> dict[str, Any]:
    """A row as it was before bodies were sealed."""
    if clear and name == "report_body":
        return {**row, "raw": clear[row["uid"]]}
    if clear and name == "rejected":
        return {**row, "raw": clear.get(row["uid"])}
    return row


def reflected(engine: Engine) -> dict[str, Any]:
    made = MetaData()
    made.reflect(engine)
    return dict(made.tables)


def bodies_by_uid(connection: Any) -> dict[str, bytes]:
    uids = connection.exec_driver_sql("select uid from report_body").scalars().all()
    return dict(bodies(connection, uids))


def exports(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {what: list(export_lines(connection, what)) for what in EXPORTS}


def everything_held(engine: Engine) -> tuple[dict[str, int], dict[str, bytes]]:
    """Outcomes of all that was read, and every version as it was sent."""
    with reading(engine) as connection:
        outcomes = connection.execute(select(Received.outcome, func.count()).group_by(Received.outcome)).all()
        versions = connection.execute(select(ReportVersion.uid)).scalars().all()
        return {row[0]: row[1] for row in outcomes}, dict(bodies(connection, versions))

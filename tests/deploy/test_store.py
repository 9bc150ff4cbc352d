"""The migrations make the tables the code knows, and a store is brought to them before anything touches it."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from deploy.migrations.shape import SHAPE
from deploy.store import MIGRATIONS, StoreNewer, migrate, newest_revision, ready_store, revision
from schemas.settings import Settings
from schemas.tables import Base
from streams.store import open_store


def test_the_migrations_make_the_tables_the_code_knows(store_url: str) -> None:
    engine = ready_store(Settings(store=store_url))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []


def test_a_store_is_made_ready_once(store_url: str) -> None:
    ready_store(Settings(store=store_url)).dispose()
    engine = ready_store(Settings(store=store_url))
    assert revision(engine) == newest_revision()
    engine.dispose()


def test_a_store_from_before_has_its_incidents_judged_anew(store_url: str) -> None:
    engine = open_store(store_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for ref, status in (("police:1", "accepted"), ("police:2", "retracted"), ("police:3", "accepted")):
            connection.execute(
                text(
                    "insert into report (ref, agency, id, version, status, reported_at) "
                    "values (:ref, 'police', :id, 1, :status, 0)"
                ),
                {"ref": ref, "id": ref[-1], "status": status},
            )
        connection.execute(text("insert into waiting (stage, key) values ('dedupe', 'police:3')"))
    migrate(engine)
    with engine.connect() as connection:
        waiting = connection.execute(text("select key from waiting where stage = 'dedupe' order by key"))
        assert list(waiting.scalars()) == ["police:1", "police:3"]
    engine.dispose()


def test_a_store_of_a_later_version_is_left_alone(store_url: str) -> None:
    engine = ready_store(Settings(store=store_url))
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreNewer, match="9999"):
        migrate(engine)
    engine.dispose()


def test_the_default_store_is_the_owners_alone(tmp_path) -> None:
    file = tmp_path / "deep" / "store.db"
    open_store(f"sqlite:///{file}").dispose()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_log_beside_a_sqlite_store_is_the_owners_alone_too(tmp_path) -> None:
    engine = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    with engine.begin() as connection:
        connection.execute(text("insert into clock (name, at) values ('x', 0)"))
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    engine.dispose()
    assert modes.keys() >= {"store.db", "store.db-wal"}
    assert set(modes.values()) == {0o600}


def test_sqlite_goes_by_the_shape_it_is_told_in_a_store_of_any_size(tmp_path) -> None:
    engine = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    of_one_person = (
        "select b.entity from member a join judgement j on j.kind = :kind and j.b = a.item "
        "join member b on b.kind = :kind and b.item = j.a "
        "where a.kind = :kind and a.entity in (select value from json_each(:people))"
    )
    with engine.connect() as connection:
        plan = connection.execute(text(f"explain query plan {of_one_person}"), {"kind": "person", "people": "[]"})
        steps = [row.detail for row in plan if row.detail.startswith(("SEARCH", "SCAN"))]
    engine.dispose()
    assert "(kind=? AND entity=?)" in steps[0]
    assert any("ix_judgement_b (kind=? AND b=?)" in step for step in steps)


def test_the_shape_told_to_sqlite_knows_every_index_of_its_tables(tmp_path) -> None:
    engine = ready_store(Settings(store=f"sqlite:///{tmp_path / 'store.db'}"))
    with engine.connect() as connection:
        told = {(row.tbl, row.idx) for row in connection.execute(text("select tbl, idx from sqlite_stat1"))}
        made = connection.execute(text("select tbl_name, name from sqlite_master where type = 'index'"))
        known = {(row.tbl_name, row.name) for row in made if row.tbl_name in SHAPE}
    engine.dispose()
    assert told == known

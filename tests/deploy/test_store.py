"""The migrations make the tables the code knows, and a store is brought to them before anything touches it."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from deploy.store import StoreNewer, migrate, newest_revision, ready_store, revision
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

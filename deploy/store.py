"""Bringing a store to the tables this version knows, before anything else touches it."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from schemas.settings import Settings
from streams.keeping.heads import Signer, signer_in
from streams.keeping.keyring import keep_key_in, key_file
from streams.store import open_store

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreNewer(Exception):
    """The store was written by a later version of Tocsin than this one."""


def ready_store(settings: Settings) -> Engine:
    """Open the store, with its tables made or migrated where they are missing or old."""
    engine = open_store(settings.store_url)
    if settings.store_key_file is not None:
        keep_key_in(engine, settings.store_key_file)
    if revision(engine) != newest_revision():
        migrate(engine)
    return engine


def signer_of(settings: Settings, engine: Engine) -> Signer:
    """Who signs the ends of the log: the key named, else one beside the store's own."""
    beside = key_file(engine)
    default = beside.with_name("audit.key") if beside else settings.var / "audit.key"
    return signer_in(settings.audit_key_file or default)


def revision(engine: Engine) -> str | None:
    """The revision the store's tables stand at; None where it has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The revision this version of Tocsin knows, read off the migrations' file names: ``NNNN_what.py``."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; raises ``StoreNewer`` where they are ahead of it."""
    from alembic import command
    from alembic.config import Config

    standing = revision(engine)
    if standing is not None and standing > newest_revision():
        raise StoreNewer(f"the store is at revision {standing}; this Tocsin knows {newest_revision()}: upgrade Tocsin")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # two workers that start together: one migrates, the other finds it done
            connection.execute(text("select pg_advisory_xact_lock(hashtext('tocsin:migrate'))"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

